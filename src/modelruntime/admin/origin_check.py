"""Does a request that changes something come from our own pages?"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

_OURS = frozenset({"same-origin", "none"})
"""`none`: typed into the address bar, or no browser at all."""


def foreign(headers: Mapping[str, str], public_url: str | None = None) -> bool:
    """True for what another site's page had a browser send. A client that is no browser sends neither header.

    Where the browser says how the sites stand to each other, that decides: a proxy may have changed `Host`.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in _OURS
    origin = headers.get("origin")
    ours = {headers.get("host", "").lower(), urlsplit(public_url or "").netloc.lower()} - {""}
    return origin is not None and urlsplit(origin).netloc.lower() not in ours
