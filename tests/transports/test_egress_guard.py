"""The egress guard: judged by address, at connect, on every transport. No packet leaves: resolver and sockets are fakes."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from modelruntime.entities.errors import ConnectionFailed, ParameterInvalid
from modelruntime.entities.http import HttpRequest
from modelruntime.transports.egress_guard import EgressGuard, is_public
from modelruntime.transports.target import split_url
from tests.simulators.raw_server import RawServer
from tests.transports.drivers import Drivers

REFUSED = """
0.0.0.0 0.1.2.3 10.0.0.1 100.64.0.1 100.127.255.255 127.0.0.1 127.255.255.254 168.63.129.16 169.254.169.254 169.254.170.2
172.16.0.1 172.31.255.255 192.0.0.8 192.0.0.192 192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.51.100.1 203.0.113.1
224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255
:: ::1 ::127.0.0.1 ::8.8.8.8 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 64:ff9b::7f00:1 64:ff9b::808:808
64:ff9b:1::1 100::1 2001::1 2001:db8::1 2002:7f00:1::1 2002:808:808::1 3fff::1 5f00::1 fc00::1 fd00:ec2::254 fe80::1
fe80::1%eth0 fec0::1 ff02::1 nonsense 0x7f.1 2130706433
"""
PUBLIC = """
1.1.1.1 8.8.8.8 172.15.0.1 172.32.0.1 100.63.255.255 100.128.0.1 192.0.1.1 ::ffff:8.8.8.8 2606:4700::1111 2a00:1450::1
"""


@pytest.mark.parametrize("address", REFUSED.split())
def test_addresses_that_are_not_public(address: str):
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC.split())
def test_addresses_that_are(address: str):
    assert is_public(address)


@pytest.mark.parametrize(
    "allow,url,address,passes",
    [
        (("10.0.0.0/8",), "http://x/", "10.1.2.3", True),
        (("10.0.0.0/8",), "http://x/", "11.1.2.3", True),
        (("10.0.0.0/8",), "http://x/", "192.168.0.1", False),
        (("10.0.0.0/8",), "http://x/", "::ffff:10.1.2.3", True),
        (("127.0.0.1",), "http://x/", "127.0.0.1", True),
        (("127.0.0.1",), "http://x/", "127.0.0.2", False),
        (("fd00::/8",), "http://x/", "fd00::1", True),
        (("::1",), "http://[::1]:8000/", "::1", True),
        (("ollama:11434",), "http://ollama:11434/", "172.18.0.2", True),
        (("OLLAMA:11434",), "http://Ollama:11434/", "172.18.0.2", True),
        (("ollama:11434",), "http://ollama:11435/", "172.18.0.2", False),
        (("ollama:11434",), "http://other:11434/", "172.18.0.2", False),
        (("[::1]:8000",), "http://[::1]:8000/", "::1", True),
        (("127.0.0.1:8000",), "http://127.0.0.1:8000/", "127.0.0.1", True),
    ],
)
def test_the_allow_list(allow: tuple[str, ...], url: str, address: str, passes: bool):
    guard, (target, _) = EgressGuard(allow), split_url(url)
    if passes:
        guard.check_address(target, address)
        return
    with pytest.raises(ConnectionFailed) as caught:
        guard.check_address(target, address)
    assert (caught.value.code, caught.value.retryable) == ("egress", False)


@pytest.mark.parametrize("entry", ["nonsense", "host:", ":80", "host:http", "10.0.0.0/99", ""])
def test_an_entry_that_is_neither_a_range_nor_a_target_is_refused(entry: str):
    with pytest.raises(ParameterInvalid) as caught:
        EgressGuard((entry,))
    assert caught.value.field == "guard_allow"


@pytest.mark.parametrize("port,passes", [(80, True), (443, True), (8443, True), (22, False), (25, False), (6, False)])
def test_ports(port: int, passes: bool):
    target, _ = split_url(f"http://api.test:{port}/")
    if passes:
        EgressGuard().check_target(target)
    else:
        with pytest.raises(ConnectionFailed):
            EgressGuard().check_target(target)
    EgressGuard((f"api.test:{port}",)).check_target(target)


@pytest.fixture
def no_way_out(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """Names resolve as the returned table says and no resolver is asked; the server under test sees any connection."""
    table: dict[str, list[str]] = {}
    real = socket.getaddrinfo

    def resolve(name: str, port: int, family: int = 0, type: int = 0, proto: int = 0, flags: int = 0) -> Any:  # noqa: A002
        if name not in table:
            return real(name, port, family, type, proto, flags | socket.AI_NUMERICHOST)
        families = {True: socket.AF_INET6, False: socket.AF_INET}
        ends = {True: (port, 0, 0), False: (port,)}
        return [(families[":" in ip], socket.SOCK_STREAM, 6, "", (ip, *ends[":" in ip])) for ip in table[name]]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return table


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "169.254.169.254",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "0x7f.1",
        "0177.0.0.1",
        "2130706433",
        "127.1",
        "metadata.test",
        "mixed.test",
        "six.test",
    ],
)
def test_no_spelling_of_a_private_address_is_connected_to(
    drivers: Drivers, no_way_out: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch, host: str
):
    no_way_out |= {"metadata.test": ["169.254.169.254"], "mixed.test": ["10.0.0.1", "10.0.0.2"], "six.test": ["::1"]}
    if drivers.name.endswith("uvloop") and host in ("metadata.test", "mixed.test", "six.test"):
        _resolve_under_uvloop(monkeypatch)
    driver = drivers(guard=True)
    with RawServer() as server:
        with pytest.raises(ConnectionFailed) as caught:
            driver.send(HttpRequest("GET", f"http://{host}:{server.port}/latest?key=CANARY"))
        assert caught.value.code in ("egress", "dns")  # aiohttp takes no odd spelling to the resolver at all
        assert "CANARY" not in str(caught.value)
        assert server.connections == 0


def _resolve_under_uvloop(monkeypatch: pytest.MonkeyPatch) -> None:
    """uvloop resolves in C, past the fake; aiohttp asks the loop, so the loop's answer is faked as well."""
    import aiohttp

    async def resolve(self: object, host: str, port: int = 0, family: int = 0) -> list[dict[str, Any]]:
        found = socket.getaddrinfo(host, port)
        return [
            {"hostname": host, "host": at[0], "port": port, "family": kind, "proto": 6, "flags": socket.AI_NUMERICHOST}
            for kind, _, _, _, at in found
        ]

    monkeypatch.setattr(aiohttp.ThreadedResolver, "resolve", resolve)


def test_a_name_that_turns_private_between_two_calls_is_refused(drivers: Drivers, no_way_out: dict[str, list[str]]):
    """Rebinding: what counts is the address of this connection, not one that was checked before."""
    with RawServer() as server:
        driver = drivers(guard=True, guard_allow=("127.0.0.1",))
        url = f"http://127.0.0.1:{server.port}/"
        assert driver.send(HttpRequest("GET", url)).head.status == 200
        with pytest.raises(ConnectionFailed) as caught:
            drivers(guard=True).send(HttpRequest("GET", url))
        assert caught.value.code == "egress"


@pytest.mark.parametrize("allow", ["127.0.0.0/8", "127.0.0.1:{port}"])
def test_an_allowed_local_server_is_reached(drivers: Drivers, allow: str):
    with RawServer() as server:
        driver = drivers(guard=True, guard_allow=(allow.format(port=server.port),))
        assert driver.send(HttpRequest("GET", server.url)).head.status == 200


def test_a_refused_port_is_refused_before_anything_is_resolved(drivers: Drivers, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: pytest.fail("resolved"))
    with pytest.raises(ConnectionFailed) as caught:
        drivers(guard=True).send(HttpRequest("GET", "http://api.test:25/"))
    assert caught.value.code == "egress"
