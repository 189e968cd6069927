"""`{variable}` in declared texts: plain substitution of credentials, no template language."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from modelruntime.entities.errors import CredentialsInvalid, DeclarationInvalid
from modelruntime.entities.secret import Secret
from modelruntime.schema.conditions import comparable, is_empty

_VARIABLE = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")


@lru_cache(maxsize=4096)
def variables_of(template: str) -> tuple[str, ...]:
    """The variables of a text, in order. Raises `DeclarationInvalid` for a brace that belongs to none."""
    if set("{}") & set(_VARIABLE.sub("", template)):
        raise DeclarationInvalid(f"{template!r} has a brace that encloses no variable name; write {{variable}}")
    return tuple(_VARIABLE.findall(template))


def substitute(template: str, credentials: Mapping[str, Any], check: Callable[[str, str], None]) -> str:
    """The text with its variables filled in; `check(variable, value)` may refuse a value.

    Raises `CredentialsInvalid` naming a variable that is missing or empty, `DeclarationInvalid` for one that is a secret.
    """
    if not variables_of(template):
        return template

    def fill(match: re.Match[str]) -> str:
        value = plain_value(template, match[1], credentials)
        check(match[1], value)
        return value

    return _VARIABLE.sub(fill, template)


def plain_value(template: str, variable: str, credentials: Mapping[str, Any]) -> str:
    """One credential as text that may be shown. Raises as `substitute` does."""
    value = credentials.get(variable)
    if isinstance(value, Secret):
        raise DeclarationInvalid(f"{template!r} would show the secret {variable!r}; secrets go through `auth`")
    if is_empty(value):
        raise CredentialsInvalid(f"{variable} is missing: fill it in", field=variable)
    return comparable(value)
