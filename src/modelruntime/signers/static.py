"""What signers share that send a credential as it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NoReturn, cast

from modelruntime.entities.errors import CredentialsInvalid, DeclarationInvalid
from modelruntime.entities.http import HttpRequest, HttpResponse
from modelruntime.entities.secret import reveal
from modelruntime.schema.conditions import is_empty
from modelruntime.signers.contract import Token

_SAYABLE = re.compile(r"[\x20-\x7e]+")


class StaticSigner:
    """A signer without tokens that sends the credentials `variables`, each of them optional; subclasses add `sign`."""

    __slots__ = ("variables",)

    def __init__(self, *variables: str) -> None:
        self.variables = variables

    def is_filled(self, credentials: Mapping[str, Any]) -> bool:
        """True when none of them is empty."""
        return not any(is_empty(credentials.get(variable)) for variable in self.variables)

    def missing(self, credentials: Mapping[str, Any]) -> str | None:
        """None: a server may need no key."""
        return None

    def fetches_token(self, credentials: Mapping[str, Any]) -> bool:
        """False: there is no token."""
        return False

    def token_request(self, credentials: Mapping[str, Any], now: float) -> HttpRequest | None:
        """None: there is no token to fetch."""
        return None

    def parse_token(self, response: HttpResponse, now: float) -> Token:
        """Never called: there is no token."""
        return _no_token()


class SignatureSigner(StaticSigner):
    """A signer that can not do without its credentials."""

    __slots__ = ()

    def missing(self, credentials: Mapping[str, Any]) -> str | None:
        """The first of them that is empty."""
        return next((variable for variable in self.variables if is_empty(credentials.get(variable))), None)


def document_text(credentials: Mapping[str, Any], variable: str) -> str:
    """A credential of several lines, such as a key file, which goes on no wire. Raises `CredentialsInvalid` when it is empty."""
    value = reveal(credentials.get(variable))
    if isinstance(value, str) and value.strip():
        return value.strip()
    raise CredentialsInvalid(f"{variable} is missing: fill it in", field=variable)


def required_text(credentials: Mapping[str, Any], variable: str) -> str:
    """The credential as it goes on the wire. Raises `CredentialsInvalid` when it is not filled in, too."""
    if text := credential_text(credentials, variable):
        return text
    raise CredentialsInvalid(f"{variable} is missing: fill it in", field=variable)


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


def optional(options: Any, name: str) -> str:
    """A text that a signer's declaration may hold; empty when it does not."""
    value = options_of(options).get(name)
    return value if isinstance(value, str) else ""


def options_of(options: Any) -> Mapping[str, Any]:
    """The options of a declaration; empty when they are no mapping."""
    return cast("Mapping[str, Any]", options) if isinstance(options, Mapping) else {}


def _no_token() -> NoReturn:
    raise RuntimeError("this signer fetches no token")
