"""Which addresses a request may reach when its URL comes from someone who is not trusted with the network.

The check is on the final address, at connect: a name that resolves differently the second time, an octal or hexadecimal
spelling, a redirect by DNS — all end at an address, and that is what is judged. `ipaddress.is_global` alone is not
enough: it lets NAT64, 6to4, Teredo and the metadata service of one cloud through, so translated addresses are refused
as ranges and mapped ones are unwrapped.
"""

from __future__ import annotations

import ipaddress

from modelruntime.entities.errors import ParameterInvalid
from modelruntime.transports import faults
from modelruntime.transports.target import Target

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_DENIED: tuple[_Network, ...] = tuple(
    ipaddress.ip_network(text)
    for text in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT
        "127.0.0.0/8",
        "168.63.129.16/32",  # a cloud's host service
        "169.254.0.0/16",  # link-local, metadata services
        "172.16.0.0/12",
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",
        "::/96",  # unspecified, loopback, IPv4-compatible
        "64:ff9b::/96",  # NAT64
        "64:ff9b:1::/48",
        "100::/64",  # discard
        "2001::/23",  # Teredo and other protocol assignments
        "2001:db8::/32",
        "2002::/16",  # 6to4
        "3fff::/20",  # documentation
        "5f00::/16",  # segment routing
        "fc00::/7",
        "fe80::/9",  # link-local, and site-local of old
        "ff00::/8",
    )
)
_PORTS = frozenset((80, 443))


class EgressGuard:
    """Judges targets and addresses. `allow` holds CIDRs (any port) and `host:port` pairs (any address they resolve to).

    Raises `ParameterInvalid` (field `guard_allow`) for an entry that is neither.
    """

    __slots__ = ("_networks", "_targets")

    def __init__(self, allow: tuple[str, ...] = ()) -> None:
        networks: list[_Network] = []
        targets: set[tuple[str, int]] = set()
        for entry in allow:
            try:
                networks.append(ipaddress.ip_network(entry, strict=False))
            except ValueError:
                targets.add(_host_and_port(entry))
        self._networks = tuple(networks)
        self._targets = frozenset(targets)

    def check_target(self, target: Target) -> None:
        """Refuse a port that no public API uses: only 80, 443 and those from 1024 up pass unless the target is allowed."""
        if target.port < 1024 and target.port not in _PORTS and not self._named(target) and not self._listed(target.host):
            raise faults.egress_refused(target.origin, f"port {target.port} is not for HTTP")

    def check_address(self, target: Target, address: str) -> None:
        """Raise `ConnectionFailed` (code `egress`) unless the address, an IP in text form, may be connected to."""
        if self._named(target) or self._listed(address):
            return
        if not is_public(address):
            raise faults.egress_refused(target.origin, "its address is not public")

    def _named(self, target: Target) -> bool:
        return (target.host, target.port) in self._targets

    def _listed(self, address: str) -> bool:
        """Is the address in an allowed network, as it stands or as the IPv4 address it wraps?"""
        parsed = _parse(address)
        if parsed is None:
            return False
        return any(parsed in network for network in self._networks if network.version == parsed.version)


def is_public(address: str) -> bool:
    """Whether an address, unwrapped, is an ordinary public unicast one. False for what is no address at all."""
    parsed = _parse(address)
    if parsed is None or not parsed.is_global or parsed.is_multicast:
        return False
    return not any(parsed in network for network in _DENIED if network.version == parsed.version)


def _parse(address: str) -> _Address | None:
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return None
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
        return parsed.ipv4_mapped
    return parsed


def _host_and_port(entry: str) -> tuple[str, int]:
    host, _, port = entry.rpartition(":")
    if not host or not port.isdigit() or (":" in host and not host.startswith("[")):
        raise ParameterInvalid(f"{entry!r} is neither a CIDR nor host:port", field="guard_allow")
    return host.strip("[]").lower(), int(port)
