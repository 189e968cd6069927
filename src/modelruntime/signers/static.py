"""What signers share that send a credential as it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NoReturn, cast

from modelruntime.entities.errors import CredentialsInvalid, DeclarationInvalid
from modelruntime.entities.http import HttpRequest, HttpResponse
from modelruntime.entities.secret import reveal
from modelruntime.signers.contract import Token

_SAYABLE = re.compile(r"[\x20-\x7e]+")


class StaticSigner:
    """A signer without tokens; subclasses add `sign`."""

    __slots__ = ()

    def token_request(self, credentials: Mapping[str, Any], now: float) -> HttpRequest | None:
        """None: there is no token to fetch."""
        return None

    def parse_token(self, response: HttpResponse, now: float) -> Token:
        """Never called: there is no token."""
        return _no_token()


def credential_text(credentials: Mapping[str, Any], variable: str) -> str:
    """The credential as it goes on the wire, without surrounding white space; empty when it is not filled in.

    Raises `CredentialsInvalid` for a value with line breaks or letters outside ASCII, which no header can hold: most often
    something was pasted with it.
    """
    value = reveal(credentials.get(variable))
    text = "" if value is None else str(value).strip()
    if text and not _SAYABLE.fullmatch(text):
        message = f"{variable} holds a line break or a letter that no key has: copy it again, without anything around it"
        raise CredentialsInvalid(message, field=variable)
    return text


def option(signer: str, options: Any, name: str) -> str:
    """A text that a signer's declaration must hold. Raises `DeclarationInvalid` when it does not."""
    value = options_of(options).get(name)
    if isinstance(value, str) and value:
        return value
    raise DeclarationInvalid(f"the signer {signer!r} needs a {name!r}")


def options_of(options: Any) -> Mapping[str, Any]:
    """The options of a declaration; empty when they are no mapping."""
    return cast("Mapping[str, Any]", options) if isinstance(options, Mapping) else {}


def _no_token() -> NoReturn:
    raise RuntimeError("this signer fetches no token")
