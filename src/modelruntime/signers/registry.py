"""Signers by the words of a provider's `auth`. A module is imported when its signer is first used."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, cast

import msgspec

from modelruntime.entities.errors import DeclarationInvalid
from modelruntime.signers.contract import Signer

SIGNERS: dict[str, str] = {
    "basic": "modelruntime.signers.basic:declare",
    "bearer": "modelruntime.signers.bearer:declare",
    "header": "modelruntime.signers.header:declare",
    "none": "modelruntime.signers.none:declare",
    "query_key": "modelruntime.signers.query_key:declare",
}
"""Name → `module:function` that makes a signer from its options."""

_loaded: dict[bytes, Signer] = {}
_LOADED_AT_MOST = 1024


def load_signer(auth: Mapping[str, Any]) -> Signer:
    """The signer that `auth` declares: one name with its options, e.g. `{bearer: api_key}`; an empty one signs nothing.

    A provider's own signer is named `module:function`. Made once per declaration.
    Raises `DeclarationInvalid` for an unknown name, more than one name, or options that do not fit.
    """
    key = msgspec.json.encode(auth)
    signer = _loaded.get(key)
    if signer is None:
        if len(_loaded) >= _LOADED_AT_MOST:
            _loaded.clear()
        signer = _loaded[key] = _make(auth)
    return signer


def _make(auth: Mapping[str, Any]) -> Signer:
    if len(auth) > 1:
        raise DeclarationInvalid(f"auth names {len(auth)} signers ({', '.join(auth)}); it takes one")
    name = next(iter(auth), "none")
    location = SIGNERS.get(name, name if ":" in name else None)
    if location is None:
        raise DeclarationInvalid(f"no signer is called {name!r}; there are {', '.join(sorted(SIGNERS))}")
    module, _, attribute = location.partition(":")
    declare = cast("Callable[[Any], Signer]", getattr(import_module(module), attribute))
    return declare(auth.get(name))
