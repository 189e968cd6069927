"""Which credentials an `auth` names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

LITERALS = frozenset(("name", "prefix", "service", "scope"))
"""Options of signers that are texts; every other one is the name of a credential."""


def auth_variables(auth: object) -> set[str]:
    """The variables in a declaration, those of every signer it may choose among. Tolerates any shape: others say what is wrong.

    The options of a provider's own signer (`module:function`) are its own affair.
    """
    found: set[str] = set()
    for name, options in _items(auth):
        if name == "choice":
            chosen = dict(_items(options))
            found |= {chosen["by"]} if isinstance(chosen.get("by"), str) else set()
            found = found.union(*(auth_variables(case) for _, case in _items(chosen.get("cases"))))
        elif name == "first_filled" and isinstance(options, list | tuple):
            found = found.union(*(auth_variables(each) for each in cast("Iterable[object]", options)))
        elif ":" not in name:
            plain = [("value", options)] if isinstance(options, str) else _items(options)
            found |= {value for option, value in plain if option not in LITERALS and isinstance(value, str) and value}
    return found


def _items(value: object) -> list[tuple[str, Any]]:
    if not isinstance(value, Mapping):
        return []
    return [(str(key), each) for key, each in cast("Mapping[object, Any]", value).items()]
