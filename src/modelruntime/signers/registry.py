"""Signers by the words of a provider's `auth`. A module is imported when its signer is first used."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import Any, cast

import msgspec

from modelruntime.entities.errors import CredentialsInvalid, DeclarationInvalid
from modelruntime.signers import choice, first_filled
from modelruntime.signers.contract import Signer

SIGNERS: dict[str, str] = {
    "aws_sigv4": "modelruntime.signers.aws_sigv4:declare",
    "basic": "modelruntime.signers.basic:declare",
    "bearer": "modelruntime.signers.bearer:declare",
    "entra": "modelruntime.signers.entra:declare",
    "every": "modelruntime.signers.every:declare",
    "google_service_account": "modelruntime.signers.google_service_account:declare",
    "header": "modelruntime.signers.header:declare",
    "ibm_iam": "modelruntime.signers.ibm_iam:declare",
    "none": "modelruntime.signers.none:declare",
    "oci_signature": "modelruntime.signers.oci_signature:declare",
    "query_key": "modelruntime.signers.query_key:declare",
    "tc3": "modelruntime.signers.tc3:declare",
}
"""Name → `module:function` that makes a signer from its options."""

COMBINATORS: dict[str, Callable[[Any], Iterable[Mapping[str, Any]]]] = {
    "choice": choice.branches,
    "first_filled": first_filled.branches,
}
"""Name → the declarations that one of these chooses among. They are no signers: the credentials decide which is meant."""

_loaded: dict[bytes, Signer] = {}
_LOADED_AT_MOST = 1024


def signer_for(auth: Mapping[str, Any], credentials: Mapping[str, Any]) -> Signer:
    """The signer that `auth` declares for these credentials.

    Raises `CredentialsInvalid` where they choose none, `DeclarationInvalid` as `load_signer` does.
    """
    return load_signer(chosen_auth(auth, credentials))


def chosen_auth(auth: Mapping[str, Any], credentials: Mapping[str, Any]) -> Mapping[str, Any]:
    """The declaration of one signer that the credentials choose; `auth` itself where there is nothing to choose."""
    match list(auth.items()):
        case [("choice", options)]:
            return chosen_auth(choice.choose(options, credentials), credentials)
        case [("first_filled", options)]:
            return chosen_auth(first_filled.choose(options, lambda each: _is_filled(each, credentials)), credentials)
        case _:
            return auth


def load_signer(auth: Mapping[str, Any]) -> Signer:
    """The signer that `auth` names, with its options, e.g. `{bearer: api_key}`; an empty one signs nothing.

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


def load_signers(auth: Mapping[str, Any]) -> list[Signer]:
    """Every signer that `auth` may come to. Raises `DeclarationInvalid` for any that cannot be made: a check."""
    name = next(iter(auth), "none")
    if len(auth) != 1 or name not in COMBINATORS:
        return [load_signer(auth)]
    return [signer for branch in COMBINATORS[name](auth[name]) for signer in load_signers(branch)]


def auth_problem(auth: Mapping[str, Any]) -> str | None:
    """What is wrong with a declaration, in any of its branches; None for one that can be used."""
    try:
        load_signers(auth)
    except DeclarationInvalid as error:
        return error.message
    except (ImportError, AttributeError) as error:
        return f"its own signer cannot be loaded: {error}"
    return None


def missing_credential(auth: Mapping[str, Any], credentials: Mapping[str, Any]) -> str | None:
    """The credential without which nothing can be signed, None where nothing lacks. A provider's own signer is not asked, and a
    declaration that cannot be used fails where it is used."""
    try:
        chosen = chosen_auth(auth, credentials)
        return load_signer(chosen).missing(credentials) if next(iter(chosen), "") in SIGNERS else None
    except CredentialsInvalid as error:
        return error.field
    except DeclarationInvalid:
        return None


def _is_filled(auth: Mapping[str, Any], credentials: Mapping[str, Any]) -> bool:
    try:
        return signer_for(auth, credentials).is_filled(credentials)
    except CredentialsInvalid:
        return False


def _make(auth: Mapping[str, Any]) -> Signer:
    if len(auth) > 1:
        raise DeclarationInvalid(f"auth names {len(auth)} signers ({', '.join(auth)}); it takes one")
    name = next(iter(auth), "none")
    location = SIGNERS.get(name, name if ":" in name else None)
    if location is None:
        names = ", ".join(sorted((*SIGNERS, *COMBINATORS)))
        raise DeclarationInvalid(f"no signer is called {name!r}; there are {names}")
    module, _, attribute = location.partition(":")
    declare = cast("Callable[[Any], Signer]", getattr(import_module(module), attribute))
    return declare(auth.get(name))
