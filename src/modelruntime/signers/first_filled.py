"""The first signer whose credentials are filled in.

    auth: {first_filled: [{bearer: api_key}, {aws_sigv4: {…}}]}

Where none is, the last one is used, which then says what it lacks; `{none: {}}` as the last makes all of them optional.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

from modelruntime.entities.errors import DeclarationInvalid


def choose(options: Any, is_filled: Callable[[Mapping[str, Any]], bool]) -> Mapping[str, Any]:
    """The first `auth` that `is_filled`, else the last."""
    listed = branches(options)
    return next((auth for auth in listed if is_filled(auth)), listed[-1])


def branches(options: Any) -> list[Mapping[str, Any]]:
    """Every `auth` that may be used. Raises `DeclarationInvalid` for anything but a list of them."""
    listed = list(cast("Iterable[Any]", options)) if isinstance(options, list | tuple) else []
    if not listed or any(not isinstance(auth, Mapping) for auth in listed):
        raise DeclarationInvalid("the signer 'first_filled' needs a list of signers with their options")
    return listed
