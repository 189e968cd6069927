"""The servers that other tests stand on start, survive a kill, and leave nothing behind."""

from __future__ import annotations

import redis

from tests.servers.postgres import Postgres
from tests.servers.valkey import Valkey


def test_postgres_gives_databases(postgres: Postgres):
    one, other = postgres.database(), postgres.database()
    assert one != other
    assert postgres.execute("SELECT 1 + 1", one.rpartition("/")[2]) == [(2,)]


def test_postgres_keeps_what_was_committed_when_it_is_killed():
    server = Postgres.make()
    try:
        server.execute("CREATE TABLE kept (n int)")
        server.execute("INSERT INTO kept VALUES (7)")
        server.kill()
        server.start()
        assert server.execute("SELECT n FROM kept") == [(7,)]
        server.stop()
        server.start()
        assert server.execute("SELECT n FROM kept") == [(7,)]
    finally:
        server.close()


def test_valkey_forgets_when_it_is_killed(valkey: Valkey):
    with redis.Redis.from_url(valkey.url) as client:
        client.set("a", "b")
        assert client.get("a") == b"b"
    own = Valkey.make()
    try:
        with redis.Redis.from_url(own.url) as client:
            client.set("a", "b")
        own.kill()
        own.start()
        with redis.Redis.from_url(own.url) as client:
            assert client.get("a") is None
    finally:
        own.close()
