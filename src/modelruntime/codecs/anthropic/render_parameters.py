"""Model parameters under their wire names (https://docs.anthropic.com/en/api/messages, read 2026-11-22)."""

from __future__ import annotations

from typing import Any

from modelruntime.codecs.anthropic.render_thinking import THINKING, render_thinking, thinks
from modelruntime.codecs.call_warnings import CallWarnings
from modelruntime.codecs.openai.request import merge_into, put_at
from modelruntime.codecs.vendor_metadata import JSON
from modelruntime.entities.errors import ParameterInvalid
from modelruntime.schema.profile import Profile

_RESERVED = frozenset(("model", "messages", "system", "stream", "tools"))
_SAMPLING = ("temperature", "top_k")
"""Parameters that a thinking model refuses."""


def render_parameters(parameters: dict[str, Any], profile: Profile, warnings: CallWarnings) -> JSON:
    """The body's parameter fields. None means not set; `max_tokens`, which the vendor demands, falls back to the profile's.

    Raises `ParameterInvalid` for a name that the codec itself fills.
    """
    body: JSON = {"max_tokens": profile.default_max_tokens}
    merge_into(body, profile.constants)
    given = {name: value for name, value in parameters.items() if value is not None}
    for name, value in given.items():
        if name in _RESERVED:
            raise ParameterInvalid(f"{name!r} is no model parameter: the call says it in its own argument", field=name)
        if name in profile.drop:
            warnings.drop(f"{name} was not sent: the endpoint does not take it", name)
        elif name in ("stop", "stop_sequences"):
            body["stop_sequences"] = [value] if isinstance(value, str) else list(value)
        elif name not in THINKING or name in profile.rename:
            put_at(body, profile.rename.get(name, name), value)
    render_thinking(body, {name: given[name] for name in THINKING if name in given and name not in profile.rename}, profile)
    if thinks(body):
        for name in (name for name in _SAMPLING if name in given and body.get(name) not in (None, 1)):
            warnings.drop(f"{name} was not sent: a thinking model takes none", name)
            del body[name]
    return body
