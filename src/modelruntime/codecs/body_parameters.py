"""How a call's parameters get into a request body.

In this order, later wins: the profile's `constants`, the codec's own fields, the parameters (parsed, dropped and renamed
as the profile says), `extra` (merged into nested objects). A parameter that is None is not set.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import msgspec

from modelruntime.codecs.json_value import is_object
from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.warning import CallWarning
from modelruntime.schema.profile import Profile


class CallParameters(Protocol):
    """What every call brings beside its input."""

    @property
    def model(self) -> str: ...
    @property
    def parameters(self) -> dict[str, Any]: ...
    @property
    def extra(self) -> dict[str, Any]: ...
    @property
    def strict(self) -> bool: ...


_INPUTS = frozenset(("model", "input", "file", "query", "documents"))
_NONE: Mapping[str, str] = {}


def render_body(
    fields: Mapping[str, Any], call: CallParameters, profile: Profile, refused: Mapping[str, str] = _NONE
) -> tuple[dict[str, Any], tuple[CallWarning, ...]]:
    """The body and what was dropped on the way. `fields` are the codec's own, under their names in the family's dialect;
    `refused` are parameters this operation cannot carry, with the reason.

    Raises `ParameterInvalid` for a dropped parameter under strict, for a JSON parameter that is no JSON, and for one that
    is called like the input.
    """
    body: dict[str, Any] = dict(profile.constants)
    warnings: list[CallWarning] = []
    parameters = {name: value for name, value in call.parameters.items() if value is not None}
    for name in _INPUTS.intersection(parameters):
        raise ParameterInvalid(
            f"{name!r} is no model parameter: the call says it in its own argument", field=name, model=call.model
        )
    for name, value in {**fields, **parameters}.items():
        if name in parameters and (why := _reason(name, profile, refused)):
            warnings.append(_dropped(name, call, why))
        elif name not in profile.drop:
            _put(body, profile.rename.get(name, name), _parsed(name, value, call) if name in profile.json_parameters else value)
    _merge(body, call.extra)
    return body, tuple(warnings)


def _reason(name: str, profile: Profile, refused: Mapping[str, str]) -> str | None:
    return "the endpoint does not take it" if name in profile.drop else refused.get(name)


def _dropped(name: str, call: CallParameters, why: str) -> CallWarning:
    if call.strict:
        raise ParameterInvalid(f"{name!r} cannot be sent to {call.model}: {why}; leave it out", field=name, model=call.model)
    return CallWarning("dropped", f"{name!r} was not sent: {why}", name)


def _parsed(name: str, value: Any, call: CallParameters) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return msgspec.json.decode(value)
    except msgspec.DecodeError as cause:
        raise ParameterInvalid(f"{name!r} must be JSON: {cause}", field=name, model=call.model) from cause


def _put(body: dict[str, Any], path: str, value: Any) -> None:
    """Set a field; a dotted path goes into nested objects, which are never changed in place."""
    name, _, rest = path.partition(".")
    if not rest:
        body[name] = value
        return
    inner = body.get(name)
    copied = dict(inner) if is_object(inner) else {}
    _put(copied, rest, value)
    body[name] = copied


def _merge(body: dict[str, Any], extra: Mapping[str, Any]) -> None:
    """Objects key by key, anything else replaces what stood there."""
    for name, value in extra.items():
        present = body.get(name)
        if is_object(value) and is_object(present):
            body[name] = dict(present)
            _merge(body[name], value)
        else:
            body[name] = value
