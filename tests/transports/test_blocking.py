"""What only the blocking transport can get wrong: threads, fork, and its price at import."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from modelruntime.entities.errors import StreamIncomplete
from modelruntime.entities.http import HttpRequest
from modelruntime.transports.blocking import BlockingTransport
from modelruntime.transports.contract import Timeouts, TransportOptions
from tests.simulators.raw_server import CHUNKED, JSON, RawServer, chunk

SOURCE = Path(__file__).resolve().parents[2] / "src"


def post(server: RawServer) -> HttpRequest:
    return HttpRequest("POST", server.url, (), b"{}")


def transport(**options: int) -> BlockingTransport:
    return BlockingTransport(TransportOptions(trust_env=False, **options))  # type: ignore[arg-type]


def test_threads_share_one_transport_and_its_connections():
    with RawServer() as server, ThreadPoolExecutor(8) as threads:
        shared = transport(max_connections=3)
        answers = list(threads.map(lambda _: shared.send(post(server), Timeouts()).body, range(80)))
        assert set(answers) == {b'{"ok":true}'}
        assert len(server.requests) == 80
        assert server.connections == 3
        shared.close()
        assert server.all_closed()


def test_closing_a_reply_from_another_thread_wakes_its_reader():
    with RawServer((CHUNKED + chunk(b"abc"), "stall")) as server:
        shared = transport()
        reply = shared.open(post(server), Timeouts())
        chunks, failures = reply.chunks(), []
        assert next(chunks) == b"abc"

        def read() -> None:
            try:
                next(chunks)
            except StreamIncomplete as error:
                failures.append(error)

        reader = threading.Thread(target=read)
        reader.start()
        reply.close()
        reader.join(2)
        assert not reader.is_alive()
        assert len(failures) == 1
        assert server.all_closed()


def test_a_closed_transport_answers_but_keeps_no_connection():
    with RawServer() as server:
        closed = transport()
        closed.close()
        for _ in range(2):
            assert closed.send(post(server), Timeouts()).head.status == 200
        assert server.connections == 2
        assert server.all_closed()


def test_a_transport_that_is_dropped_closes_its_idle_connections():
    with RawServer() as server:
        dropped = transport()
        dropped.send(post(server), Timeouts())
        del dropped
        assert server.all_closed()


def test_an_idle_connection_gives_way_to_another_origin():
    with RawServer() as one, RawServer() as two:
        narrow = transport(max_connections=1)
        for server in (one, two, one):
            assert narrow.send(post(server), Timeouts(connect=0.2)).head.status == 200
        assert (one.connections, two.connections) == (2, 1)
        narrow.close()


def test_the_limit_of_one_origin_leaves_others_alone():
    with RawServer((CHUNKED + chunk(b"abc"), "stall")) as one, RawServer((JSON,)) as two:
        narrow = transport(max_connections_per_host=1)
        reply = narrow.open(post(one), Timeouts())
        assert narrow.send(post(two), Timeouts(connect=0.2)).head.status == 200
        reply.close()
        narrow.close()


def test_a_forked_child_uses_connections_of_its_own():
    with RawServer() as server:
        shared = transport()
        shared.send(post(server), Timeouts())
        read, write = os.pipe()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # forking beside the server's threads, which the child never uses
            child = os.fork()
        if not child:
            try:
                os.write(write, shared.send(post(server), Timeouts()).body)
            finally:
                os._exit(0)
        os.waitpid(child, 0)
        assert os.read(read, 100) == b'{"ok":true}'
        os.close(read)
        os.close(write)
        assert shared.send(post(server), Timeouts()).head.status == 200
        assert server.connections == 2
        shared.close()


@pytest.mark.parametrize("module", ["blocking", "asyncio_transport", "aiohttp_transport"])
def test_importing_a_transport_loads_no_http_package(module: str):
    code = f"import sys, modelruntime.transports.{module}; print(*sys.modules)"
    environment = {**os.environ, "PYTHONPATH": str(SOURCE)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    loaded = set(done.stdout.split())
    assert f"modelruntime.transports.{module}" in loaded
    assert not loaded & {"aiohttp", "http.client", "urllib.request", "yaml"}
    if module == "blocking":
        assert not loaded & {"ssl", "asyncio", "ipaddress"}
