"""Parameters that an engine cannot take: a warning, or an error under strict."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.warning import CallWarning


def unread_parameters(
    parameters: Mapping[str, Any], known: Collection[str], *, model: str, strict: bool
) -> tuple[CallWarning, ...]:
    """One warning `dropped` for each parameter that is not `known`. Raises `ParameterInvalid` under strict."""
    unread = [name for name in parameters if name not in known]
    if unread and strict:
        raise ParameterInvalid(f"{model} does not know the parameter {unread[0]!r}", field=unread[0], model=model)
    return tuple(CallWarning("dropped", f"{model} does not know the parameter {name!r}", name) for name in unread)
