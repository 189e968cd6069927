"""Which codec speaks: one by its name, or a choice by the credentials.

    codec: {by: api_protocol, cases: {chat: openai_chat, default: openai_responses}}

The case `default` serves every value without a case of its own, and none.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from modelruntime.entities.errors import CredentialsInvalid
from modelruntime.schema.conditions import comparable, is_empty

CodecChoice = str | dict[str, Any]
"""A codec's name, or `{by: variable, cases: {value: name}}`."""


def chosen_codec(declaration: CodecChoice | None, credentials: Mapping[str, Any]) -> str | None:
    """The codec's name for these credentials, None where none is declared. Raises `CredentialsInvalid` naming the variable whose
    value has no case."""
    if declaration is None or isinstance(declaration, str):
        return declaration
    by, cases = str(declaration["by"]), _cases(declaration)
    value = credentials.get(by)
    found = cases.get("default") if is_empty(value) else cases.get(comparable(value), cases.get("default"))
    if found is None:
        raise CredentialsInvalid(f"{by} names no known way to call: choose one of: {', '.join(cases)}", field=by)
    return found


def codec_names(declaration: CodecChoice | None) -> tuple[str, ...]:
    """Every codec that may come to speak."""
    if declaration is None or isinstance(declaration, str):
        return (declaration,) if declaration else ()
    return tuple(_cases(declaration).values())


def choosing_variable(declaration: CodecChoice | None) -> str | None:
    """The variable that chooses, None where there is no choice."""
    return str(declaration["by"]) if isinstance(declaration, dict) else None


def _cases(declaration: Mapping[str, Any]) -> dict[str, str]:
    return cast("dict[str, str]", declaration["cases"])
