"""The token that a page sends along with its cookie: it shows that the page could read our answer, which no other site's can."""

from __future__ import annotations

import hashlib
import hmac

from modelruntime.store.derived_key import derived_key
from modelruntime.store.root_keys import RootKeys

CSRF_HEADER = "x-csrf-token"


def csrf_token(roots: RootKeys, session: str) -> str:
    """The token of a session. Another root key makes another: a page then asks for the session again."""
    key = derived_key(roots, roots.active, "csrf")
    return hmac.new(key, session.encode(), hashlib.sha256).hexdigest()


def csrf_holds(roots: RootKeys, session: str, given: str | None) -> bool:
    """Is it the session's? Takes the same time whatever differs."""
    return given is not None and hmac.compare_digest(csrf_token(roots, session).encode(), given.encode("utf-8", "replace"))
