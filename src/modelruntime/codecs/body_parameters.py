"""How a call's parameters get into a request body.

In this order, later wins: the profile's `constants`, the codec's own fields, the parameters (parsed, dropped and renamed
as the profile says), `extra` (merged into nested objects). A parameter that is None is not set.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Protocol

import msgspec

from modelruntime.codecs.call_warnings import CallWarnings
from modelruntime.codecs.openai.request import merge_into, put_at
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
_DEFAULTS = frozenset(("encoding_format", "response_format", "return_documents"))
"""What a codec asks for by itself; dropping it takes nothing from the caller."""
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
    warnings = CallWarnings(call.strict)
    parameters = {name: value for name, value in call.parameters.items() if value is not None}
    for name in _INPUTS.intersection(parameters):
        raise ParameterInvalid(
            f"{name!r} is no model parameter: the call says it in its own argument", field=name, model=call.model
        )
    for name, value in {**fields, **parameters}.items():
        if why := _reason(name, profile, refused):
            if name in parameters or name not in _INPUTS | _DEFAULTS:
                warnings.drop(f"{name} was not sent: {why}", name)
        else:
            put_at(body, profile.rename.get(name, name), _parsed(name, value, call) if name in profile.json_parameters else value)
    merge_into(body, call.extra)
    return body, warnings.all()


def taken_parameters(call: CallParameters, profile: Profile, warnings: CallWarnings, reserved: Collection[str]) -> dict[str, Any]:
    """The parameters of a call under their own names, for families that place them by rules of their own: without those that are
    None, parsed where the profile says JSON, and without what it drops.

    Raises `ParameterInvalid` for a reserved name, a dropped one under strict, and for a JSON parameter that is no JSON.
    """
    taken: dict[str, Any] = {}
    for name, value in call.parameters.items():
        if value is None:
            continue
        if name in reserved:
            raise ParameterInvalid(
                f"{name!r} is no model parameter: the call says it in its own argument", field=name, model=call.model
            )
        if name in profile.drop:
            warnings.drop(f"{name} was not sent: the endpoint does not take it", name)
        else:
            taken[name] = _parsed(name, value, call) if name in profile.json_parameters else value
    return taken


def _reason(name: str, profile: Profile, refused: Mapping[str, str]) -> str | None:
    return "the endpoint does not take it" if name in profile.drop else refused.get(name)


def _parsed(name: str, value: Any, call: CallParameters) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return msgspec.json.decode(value)
    except msgspec.DecodeError as cause:
        raise ParameterInvalid(f"{name!r} must be JSON: {cause}", field=name, model=call.model) from cause
