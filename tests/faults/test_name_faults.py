"""Names that do not resolve, or not in time. No resolver is asked: the look-up is faked."""

from __future__ import annotations

import socket
import threading
from typing import Any, NoReturn

import pytest

from modelruntime.entities.errors import ConnectionFailed, TimedOut
from modelruntime.entities.http import HttpRequest
from modelruntime.transports.contract import Timeouts
from tests.simulators.raw_server import RawServer
from tests.transports.drivers import FAST, NAMES, Drivers

REQUEST = HttpRequest("GET", "http://api.test/?key=CANARY")


def test_a_name_that_does_not_resolve_is_told(drivers: Drivers, monkeypatch: pytest.MonkeyPatch):
    def nowhere(*_: Any, **__: Any) -> NoReturn:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    if drivers.name == "aiohttp-uvloop":  # uvloop resolves in C, past the fake
        import aiohttp

        monkeypatch.setattr(aiohttp.ThreadedResolver, "resolve", nowhere)
    with pytest.raises(ConnectionFailed, match="could not be resolved") as caught:
        drivers().send(REQUEST, FAST)
    assert (caught.value.code, caught.value.retryable) == ("dns", True)
    assert "CANARY" not in str(caught.value)


@pytest.mark.parametrize("drivers", [name for name in NAMES if name != "aiohttp-uvloop"], indirect=True)
def test_a_resolver_that_hangs_meets_the_connect_limit(drivers: Drivers, monkeypatch: pytest.MonkeyPatch):
    answered = threading.Event()

    def hang(*_: Any, **__: Any) -> NoReturn:
        answered.wait(10)
        raise socket.gaierror(socket.EAI_AGAIN, "too late")

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    try:
        with pytest.raises(TimedOut) as caught:
            drivers().send(REQUEST, Timeouts(connect=0.1))
        assert caught.value.code == "connect"
    finally:
        answered.set()


@pytest.mark.parametrize("drivers", [name for name in NAMES if name != "aiohttp-uvloop"], indirect=True)
def test_the_next_address_is_tried_when_one_refuses(drivers: Drivers, monkeypatch: pytest.MonkeyPatch):
    with RawServer() as server:

        def two(*_: Any, **__: Any) -> Any:
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, server.port)) for ip in ("127.0.0.2", "127.0.0.1")]

        monkeypatch.setattr(socket, "getaddrinfo", two)
        assert drivers().send(HttpRequest("GET", f"http://api.test:{server.port}/"), FAST).head.status == 200
