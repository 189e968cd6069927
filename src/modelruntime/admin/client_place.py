"""Where a request came from, and over what, when a proxy may stand before us. A proxy's word counts only from this machine."""

from __future__ import annotations

from ipaddress import ip_address

from starlette.requests import Request


def address_of(request: Request) -> str:
    """The address of the client; of a proxy on this machine the one that it names last, which it saw itself."""
    peer = request.client.host if request.client else ""
    forwarded = request.headers.get("x-forwarded-for")
    return forwarded.rsplit(",", 1)[-1].strip() if forwarded is not None and is_loopback(peer) else peer


def is_https(request: Request, public_url: str | None) -> bool:
    """Is the client's side of it encrypted? The operator's word goes first."""
    if public_url is not None:
        return public_url.startswith("https://")
    peer = request.client.host if request.client else ""
    told = request.headers.get("x-forwarded-proto", "").rsplit(",", 1)[-1].strip()
    return request.url.scheme == "https" or (told == "https" and is_loopback(peer))


def is_loopback(address: str) -> bool:
    """Is it this machine?"""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(parsed, "ipv4_mapped", None)
    return bool((mapped or parsed).is_loopback)
