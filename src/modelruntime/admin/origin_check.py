"""Does a request that changes something come from our own pages?"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

_OURS = frozenset({"same-origin", "none"})
"""`none`: typed into the address bar, or no browser at all."""


def foreign(headers: Mapping[str, str]) -> bool:
    """True for what another site's page had a browser send. A client that is no browser sends neither header."""
    site = headers.get("sec-fetch-site")
    if site is not None and site not in _OURS:
        return True
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc.lower() != headers.get("host", "").lower()
