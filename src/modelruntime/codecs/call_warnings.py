"""What a rendering could not say, gathered."""

from __future__ import annotations

from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.warning import CallWarning


class CallWarnings:
    """Collects warnings while a call is rendered; under `strict` what would be lost is refused instead."""

    __slots__ = ("_found", "_strict")

    def __init__(self, strict: bool) -> None:
        self._strict = strict
        self._found: list[CallWarning] = []

    def drop(self, message: str, field: str) -> None:
        """Something is not sent. Raises `ParameterInvalid` under strict."""
        if self._strict:
            raise ParameterInvalid(message, field=field)
        self._found.append(CallWarning("dropped", message, field))

    def map(self, message: str, field: str) -> None:
        """Something is said in another form; its meaning stays, so strict calls allow it."""
        self._found.append(CallWarning("mapped", message, field))

    def all(self) -> tuple[CallWarning, ...]:
        """The warnings so far, each once."""
        return tuple(dict.fromkeys(self._found)) if self._found else ()
