"""A request that the gateway itself answers with an error."""

from __future__ import annotations

from modelruntime.codecs.dialect import Fault


class Refused(Exception):
    """Raised on the way to a model; `fault` is what the client gets."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


def refused(status: int, code: str, message: str, field: str | None = None, retry_after: float | None = None) -> Refused:
    """Shorter to raise."""
    return Refused(Fault(status, code, message, field, None, retry_after))
