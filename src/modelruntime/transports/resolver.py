"""Names to addresses, within a time limit: `getaddrinfo` itself knows none."""

from __future__ import annotations

import socket
import threading
from typing import Any

import msgspec

from modelruntime.entities.errors import ConnectionFailed
from modelruntime.transports import faults
from modelruntime.transports.deadline import Deadline
from modelruntime.transports.target import Target


class Address(msgspec.Struct, frozen=True):
    """One address to connect to; `ip` in text form."""

    family: int
    ip: str
    sockaddr: tuple[Any, ...]


def resolve(target: Target, deadline: Deadline) -> list[Address]:
    """Every address of a target's host, best first. Raises `ConnectionFailed` (code `dns`) or `TimedOut`.

    With a limit the look-up runs on a thread of its own, which is left behind if the resolver hangs; the calling thread
    is free on time. An IP address needs no look-up.
    """
    seconds = deadline.left()
    if seconds is None or is_ip(target.host):
        return look_up(target)
    outcome: list[list[Address] | ConnectionFailed] = []

    def work() -> None:
        try:
            outcome.append(look_up(target))
        except ConnectionFailed as error:
            outcome.append(error)

    thread = threading.Thread(target=work, name="modelruntime-resolver", daemon=True)
    thread.start()
    thread.join(seconds)
    if not outcome:
        raise deadline.passed()
    result = outcome[0]
    if isinstance(result, ConnectionFailed):
        raise result
    return result


def look_up(target: Target) -> list[Address]:
    """Every address of a target's host, waiting as long as the system's resolver does. Raises `ConnectionFailed` (code `dns`)."""
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise faults.unreachable(target.origin, socket.gaierror()) from None
    return [Address(family, str(sockaddr[0]), sockaddr) for family, _, _, _, sockaddr in found]


def is_ip(host: str) -> bool:
    """Whether a host is an address in canonical form. Odd spellings are names, for the resolver to judge."""
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            socket.inet_pton(family, host)
        except OSError:
            continue
        return True
    return False
