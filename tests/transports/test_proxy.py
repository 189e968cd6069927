"""Requests through an HTTP proxy: chosen by option or environment, tunnelled for https."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

import pytest

from modelruntime.entities.errors import ConnectionFailed, ParameterInvalid
from modelruntime.entities.http import HttpRequest
from modelruntime.transports.contract import TransportOptions
from modelruntime.transports.proxy import ProxyTable, bypasses, proxy_for
from modelruntime.transports.target import split_url
from tests.simulators.certificates import Authority
from tests.simulators.raw_server import RawServer, answer
from tests.transports.drivers import Drivers


class TunnelProxy(RawServer):
    """Answers CONNECT by joining both sides."""

    def __init__(self, target_port: int, reply: bytes = b"HTTP/1.1 200 Connection established\r\n\r\n") -> None:
        super().__init__((reply,))
        self._target_port = target_port

    def _play(self, script: object, sock: socket.socket) -> bool:
        super()._play(script, sock)  # type: ignore[arg-type]
        if b" 200 " not in self._scripts[0][0]:  # type: ignore[operator, index]
            return True
        with socket.create_connection(("127.0.0.1", self._target_port)) as target:
            back = threading.Thread(target=_pump, args=(target, sock))
            back.start()
            _pump(sock, target)
            back.join()
        return False


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)


@pytest.fixture(autouse=True)
def _no_proxies_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "REQUEST_METHOD"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def get(url: str) -> HttpRequest:
    return HttpRequest("GET", url)


def test_plain_http_is_asked_of_the_proxy_in_absolute_form(drivers: Drivers):
    with RawServer((answer(b"from the proxy"),)) as proxy:
        driver = drivers(proxy=f"http://us%20er:p%40ss@127.0.0.1:{proxy.port}")
        assert driver.send(get("http://api.test/v1?q=1")).body == b"from the proxy"
        head = proxy.requests[0]
        assert head.startswith(b"GET http://api.test/v1?q=1 HTTP/1.1\r\n")
        assert b"host: api.test\r\n" in head.lower()
        assert b"\r\nproxy-authorization: Basic dXMgZXI6cEBzcw==\r\n".lower() in head.lower()


def test_https_goes_through_a_tunnel_with_tls_to_the_far_end(drivers: Drivers, tmp_path_factory: pytest.TempPathFactory):
    authority = Authority(tmp_path_factory.mktemp("ca"))
    with RawServer((answer(b"far"),), tls=authority.server("api.test")) as server, TunnelProxy(server.port) as proxy:
        driver = drivers(proxy=f"http://u:p@127.0.0.1:{proxy.port}", ca_file=str(authority.file))
        for _ in range(2):
            assert driver.send(get(f"https://api.test:{server.port}/x")).body == b"far"
        head = proxy.requests[0]
        assert head.startswith(f"CONNECT api.test:{server.port} HTTP/1.1\r\n".encode())
        assert b"proxy-authorization: basic dtpw" in head.lower()
        assert b"proxy-authorization" not in server.requests[0].lower()
        assert len(proxy.requests) == 1
        drivers.close()
        assert server.all_closed()
        assert proxy.all_closed()


@pytest.mark.parametrize("status,retryable", [("407 Auth", False), ("403 Forbidden", False), ("502 Bad", True)])
def test_a_proxy_that_will_not_tunnel_is_named_without_its_password(drivers: Drivers, status: str, retryable: bool):
    with RawServer((answer(b"", status=status),)) as proxy:
        with pytest.raises(ConnectionFailed) as caught:
            drivers(proxy=f"http://u:CANARY@127.0.0.1:{proxy.port}").send(get("https://api.test/"))
        error = caught.value
        assert (error.code, error.retryable) == ("refused", retryable)
        assert status[:3] in error.message
        assert "CANARY" not in error.message
        assert "api.test" in error.message
        drivers.close()
        assert proxy.all_closed()


def test_the_environment_names_the_proxy_and_its_exceptions(drivers: Drivers, monkeypatch: pytest.MonkeyPatch):
    with RawServer((answer(b"proxy"),)) as proxy, RawServer((answer(b"direct"),)) as server:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
        assert drivers(trust_env=True).send(get(server.url)).body == b"proxy"
        assert drivers(trust_env=False).send(get(server.url)).body == b"direct"
        monkeypatch.setenv("NO_PROXY", "localhost,127.0.0.1")
        assert drivers(trust_env=True).send(get(server.url)).body == b"direct"


@pytest.mark.parametrize("proxy", ["https://127.0.0.1:1", "socks5://127.0.0.1:1"])
def test_a_proxy_of_another_kind_is_refused_in_words(drivers: Drivers, proxy: str):
    with pytest.raises(ConnectionFailed, match="http:// proxy") as caught:
        drivers(proxy=proxy).send(get("http://api.test/"))
    assert not caught.value.retryable


def test_guard_and_proxy_exclude_each_other(drivers: Drivers, monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(ParameterInvalid) as caught:
        drivers(guard=True, proxy="http://127.0.0.1:1")
    assert caught.value.field == "proxy"
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    target, _ = split_url("http://api.test/")
    assert proxy_for(target, TransportOptions(guard=True)) is None


@pytest.mark.parametrize(
    "no_proxy,url,direct",
    [
        ("*", "http://api.test/", True),
        ("api.test", "http://api.test/", True),
        ("test", "http://api.test/", True),
        (".test", "http://api.test/", True),
        ("*.test", "http://api.test/", True),
        ("pi.test", "http://api.test/", False),
        ("API.TEST", "http://api.test/", True),
        ("other, api.test", "http://api.test/", True),
        ("api.test:8080", "http://api.test/", False),
        ("api.test:80", "http://api.test/", True),
        ("::1", "http://[::1]/", True),
        ("", "http://api.test/", False),
    ],
)
def test_no_proxy_lists(no_proxy: str, url: str, direct: bool):
    assert bypasses(split_url(url)[0], no_proxy) is direct


@pytest.mark.parametrize(
    "variables,url,expected",
    [
        ({"https_proxy": "http://a:1"}, "https://x/", "http://a:1"),
        ({"https_proxy": "http://a:1"}, "http://x/", None),
        ({"ALL_PROXY": "a:1"}, "http://x/", "http://a:1"),
        ({"HTTP_PROXY": "http://big:1", "http_proxy": "http://small:1"}, "http://x/", "http://small:1"),
        ({"HTTP_PROXY": "http://evil:1", "REQUEST_METHOD": "GET"}, "http://x/", None),
        ({}, "http://x/", None),
    ],
)
def test_which_variable_counts(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], url: str, expected: str | None):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    proxy = proxy_for(split_url(url)[0], TransportOptions())
    assert (proxy and proxy.target.origin) == expected


def test_a_transport_asks_the_environment_once_for_each_origin(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("http_proxy", "proxy:1")
    monkeypatch.setenv("no_proxy", "plain")
    table = ProxyTable(TransportOptions())
    through, plain = split_url("http://h/x")[0], split_url("http://plain/")[0]
    first = table.proxy_for(through)
    assert first is not None
    assert first.target.origin == "http://proxy:1"
    assert table.proxy_for(plain) is None
    monkeypatch.delenv("http_proxy")
    monkeypatch.setenv("no_proxy", "")
    assert table.proxy_for(split_url("http://h/y")[0]) is first
    assert table.proxy_for(plain) is None
    assert ProxyTable(TransportOptions()).proxy_for(through) is None
