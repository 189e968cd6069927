"""The least of HTTP that the harness needs."""

from __future__ import annotations

import socket
import urllib.request
from contextlib import closing


def free_port() -> int:
    """A port that nothing listens on."""
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def answers(url: str) -> bool:
    """Does it answer with 200?"""
    try:
        with urllib.request.urlopen(url, timeout=2) as reply:
            return bool(reply.status == 200)
    except OSError:
        return False


def post(path: str, body: bytes, headers: dict[str, str]) -> bytes:
    """A request as bytes, to be sent again and again on one connection."""
    lines = [f"POST {path} HTTP/1.1", "host: 127.0.0.1", "content-type: application/json", f"content-length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
