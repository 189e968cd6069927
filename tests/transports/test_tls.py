"""TLS as every transport does it: what is trusted, what is refused, and what the refusal says."""

from __future__ import annotations

from pathlib import Path

import pytest

from modelruntime.entities.errors import ConnectionFailed, ParameterInvalid, TimedOut
from modelruntime.entities.http import HttpRequest
from modelruntime.transports.contract import Timeouts
from tests.simulators.certificates import Authority, expired
from tests.simulators.raw_server import CHUNKED, JSON, RawServer, chunk
from tests.transports.drivers import Drivers


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ca"))


def get(url: str) -> HttpRequest:
    return HttpRequest("GET", url, (("authorization", "Bearer CANARY"),))


def test_a_named_authority_is_trusted_and_the_connection_kept(drivers: Drivers, authority: Authority):
    with RawServer(tls=authority.server()) as server:
        driver = drivers(ca_file=str(authority.file))
        for _ in range(3):
            assert driver.send(get(server.url)).body == b'{"ok":true}'
        assert server.connections == 1
        drivers.close()
        assert server.all_closed()


def test_a_host_name_goes_into_sni_and_host(drivers: Drivers, authority: Authority):
    context = authority.server(address=None)
    names: list[str | None] = []
    context.sni_callback = lambda _sock, name, _context: names.append(name)
    with RawServer(tls=context) as server:
        assert drivers(ca_file=str(authority.file)).send(get(f"https://localhost:{server.port}/")).head.status == 200
        assert names == ["localhost"]
        assert f"host: localhost:{server.port}\r\n".encode() in server.requests[0].lower()


def test_verification_can_be_switched_off(drivers: Drivers, authority: Authority):
    with RawServer(tls=authority.server("other.test", address=None, expires=expired())) as server:
        assert drivers(verify=False).send(get(server.url)).head.status == 200


def test_a_client_certificate_is_shown(drivers: Drivers, authority: Authority):
    certificate, key = authority.leaf("client")
    with RawServer(tls=authority.server(client_authority=authority)) as server:
        driver = drivers(ca_file=str(authority.file), client_cert=certificate, client_key=key)
        assert driver.send(get(server.url)).head.status == 200


REFUSED = {
    "unknown-authority": (dict[str, object](), False, "unknown authority"),
    "expired": ({"expires": expired()}, True, "expired"),
    "wrong-address": ({"address": None}, True, "for another"),
}


@pytest.mark.parametrize("leaf,trusted,words", REFUSED.values(), ids=REFUSED)
def test_a_bad_certificate_is_refused_and_the_message_says_what_to_mend(
    drivers: Drivers, authority: Authority, leaf: dict[str, object], trusted: bool, words: str
):
    with RawServer(tls=authority.server(**leaf)) as server:  # type: ignore[arg-type]
        driver = drivers(ca_file=str(authority.file)) if trusted else drivers()
        with pytest.raises(ConnectionFailed) as caught:
            driver.send(get(server.url))
        error = caught.value
        assert (error.code, error.retryable) == ("tls", False)
        assert words in error.message
        assert "CANARY" not in error.message
        assert server.requests == []
        drivers.close()
        assert server.all_closed()


def test_a_wrong_host_name_is_told(drivers: Drivers, authority: Authority):
    with RawServer(tls=authority.server("other.test")) as server:
        with pytest.raises(ConnectionFailed, match="another host") as caught:
            drivers(ca_file=str(authority.file)).send(get(f"https://localhost:{server.port}/"))
        assert caught.value.code == "tls"


@pytest.mark.parametrize("greet", [("hear", "close"), ("hear", "reset"), ("hear", b"HTTP/1.1 400 Bad Request\r\n\r\n", "close")])
def test_a_broken_handshake_is_a_tls_failure_and_not_retried(drivers: Drivers, greet: tuple[bytes | str, ...]):
    with RawServer(greet=greet) as server:  # type: ignore[arg-type]
        with pytest.raises(ConnectionFailed) as caught:
            drivers().send(get(f"https://127.0.0.1:{server.port}/"))
        assert (caught.value.code, caught.value.retryable) == ("tls", False)
        assert server.connections == 1


def test_a_stalled_handshake_meets_the_connect_limit(drivers: Drivers):
    with RawServer(greet=("stall",)) as server:
        with pytest.raises(TimedOut) as caught:
            drivers().send(get(f"https://127.0.0.1:{server.port}/"), Timeouts(connect=0.1))
        assert caught.value.code == "connect"
        drivers.close()
        assert server.all_closed()


def test_a_stream_over_tls_that_is_let_go_closes_its_socket(drivers: Drivers, authority: Authority):
    with RawServer((CHUNKED + chunk(b"abc"), "stall"), (JSON,), tls=authority.server()) as server:
        driver = drivers(ca_file=str(authority.file))
        reply = driver.open(get(server.url))
        assert reply.next() == b"abc"
        reply.close()
        assert driver.send(get(server.url)).head.status == 200
        drivers.close()
        assert server.all_closed()


@pytest.mark.parametrize("field", ["ca_file", "client_cert"])
def test_a_file_that_cannot_be_used_is_named(drivers: Drivers, tmp_path: Path, field: str):
    broken = tmp_path / "broken.pem"
    broken.write_text("no certificate")
    with pytest.raises(ParameterInvalid) as caught:
        drivers(**{field: str(broken)}).send(get("https://127.0.0.1:1/"))
    assert caught.value.field == field
