"""The reserved keywords of a call."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, cast

import msgspec

from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.warning import CallWarning
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
    family: FamilyFields | None = None

    def split_for(self, codec: str | None, declared: Collection[str]) -> tuple[dict[str, Any], dict[str, Any], list[CallWarning]]:
        """Parameters, body fields and warnings for a codec (None: an engine) and a model that declares these parameters.

        A family's field that the model declares is a parameter; any other goes into the body of a codec of that family. For
        other codecs it is said by the first equivalent that the model declares, else dropped; both are warned about.
        Raises `ParameterInvalid` for an essential field that cannot be sent.
        """
        extra = dict(self.extra)
        if self.family is None or not self.family.fields:
            return self.parameters, extra, []
        parameters, warnings = dict(self.parameters), list[CallWarning]()
        for name, value in self.family.fields.items():
            if name in declared:
                parameters[name] = value
            elif codec in self.family.codecs:
                extra.setdefault(name, value)
            elif found := next((pair for pair in self.family.equivalents.get(name, ()) if pair[0] in declared), None):
                parameters.setdefault(*found)
                warnings.append(CallWarning("mapped", f"{name} was said as {found[0]}", name))
            elif name in self.family.essential:
                raise ParameterInvalid(
                    f"{name} means something to another family of vendors only: send the whole input", field=name
                )
            else:
                warnings.append(CallWarning("dropped", f"{name} was not sent: only another family of vendors knows it", name))
        return parameters, extra, warnings


class FamilyFields(msgspec.Struct, frozen=True):
    """Body fields that mean something to one family of vendors alone, and to models that declare them."""

    codecs: frozenset[str]
    fields: dict[str, Any]
    equivalents: dict[str, tuple[tuple[str, Any], ...]] = {}
    """Field → parameters, with their values, that say about the same to others."""
    essential: frozenset[str] = frozenset()
    """Fields without which the call would be another one: refused where they cannot be sent."""


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
    for field, mapping in (("credentials", credentials), ("headers", headers), ("extra", extra), ("parameters", parameters)):
        if mapping is not None:
            _check_mapping(mapping, field)
    if headers:
        for name, value in headers.items():
            if not _is_header(name, value):
                raise ParameterInvalid(f"header {name!r} must be text without line breaks", field="headers")
    return CallOptions(
        credentials=credentials,
        timeout=default_timeouts if timeout is None else _timeouts(timeout, default_timeouts),
        headers=headers or {},
        extra=extra or {},
        fallbacks=() if fallbacks == () else _fallbacks(fallbacks),
        strict=strict,
        parameters={**(parameters or {}), **named} if parameters else dict(named),
    )


def _check_mapping(value: Any, field: str) -> None:
    if not (isinstance(value, Mapping) and all(isinstance(name, str) for name in cast("Mapping[object, object]", value))):
        raise ParameterInvalid(f"{field} must be a mapping of names to values", field=field)


def _is_header(name: str, value: object) -> bool:
    """May it stand in an HTTP head? Names are tokens (RFC 9110), values Latin text without line breaks."""
    if (
        not isinstance(value, str)
        or any(c in value for c in "\r\n\0")
        or not value.isprintable()
        or max(value, default="") > "\xff"
    ):
        return False
    return bool(name) and name.isascii() and name.isprintable() and not any(c in name for c in ' ()<>@,;:\\"/[]?={}')


def _fallbacks(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    names = tuple(cast("Sequence[str]", value)) if isinstance(value, Sequence) and not isinstance(value, bytes) else None
    if names is None or not all(isinstance(name, str) for name in cast("tuple[object, ...]", names)):
        raise ParameterInvalid("fallbacks must be a list of names such as provider/model", field="fallbacks")
    return names


def _timeouts(given: float | Timeouts, default: Timeouts) -> Timeouts:
    if isinstance(given, Timeouts):
        return given
    if not isinstance(given, int | float) or isinstance(given, bool) or not 0 < given < float("inf"):
        raise ParameterInvalid("timeout must be a positive number of seconds", field="timeout")
    return msgspec.structs.replace(default, total=float(given))
