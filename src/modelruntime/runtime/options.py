"""The reserved keywords of a call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from modelruntime.entities.errors import ParameterInvalid
from modelruntime.transports.contract import Timeouts


class CallOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What a caller may say about any call, beside its input and its model parameters."""

    credentials: Mapping[str, Any] | None = None
    timeout: Timeouts = Timeouts()
    headers: Mapping[str, str] = {}
    extra: Mapping[str, Any] = {}
    fallbacks: tuple[str, ...] = ()
    strict: bool = False
    parameters: dict[str, Any] = {}


def call_options(
    *,
    credentials: Mapping[str, Any] | None,
    timeout: float | Timeouts | None,
    headers: Mapping[str, str] | None,
    extra: Mapping[str, Any] | None,
    fallbacks: Sequence[str],
    strict: bool,
    parameters: Mapping[str, Any] | None,
    named: Mapping[str, Any],
    default_timeouts: Timeouts,
) -> CallOptions:
    """Checked options. Raises `ParameterInvalid` for a header that breaks HTTP or a timeout that is no positive number."""
    for name, value in (headers or {}).items():
        if not isinstance(value, str) or any(c in name + value for c in "\r\n\0"):
            raise ParameterInvalid(f"header {name!r} must be text without line breaks", field="headers")
    return CallOptions(
        credentials=credentials,
        timeout=_timeouts(timeout, default_timeouts),
        headers=headers or {},
        extra=extra or {},
        fallbacks=(fallbacks,) if isinstance(fallbacks, str) else tuple(fallbacks),
        strict=strict,
        parameters={**(parameters or {}), **named} if parameters else dict(named),
    )


def _timeouts(given: float | Timeouts | None, default: Timeouts) -> Timeouts:
    if given is None:
        return default
    if isinstance(given, Timeouts):
        return given
    if not isinstance(given, int | float) or isinstance(given, bool) or not 0 < given < float("inf"):
        raise ParameterInvalid("timeout must be a positive number of seconds", field="timeout")
    return msgspec.structs.replace(default, total=float(given))
