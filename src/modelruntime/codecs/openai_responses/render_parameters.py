"""Model parameters under their wire names (https://platform.openai.com/docs/api-reference/responses/create, read 2026-11-22)."""

from __future__ import annotations

from typing import Any

from modelruntime.codecs.call_warnings import CallWarnings
from modelruntime.codecs.openai.request import merge_into, put_at
from modelruntime.codecs.vendor_metadata import JSON
from modelruntime.entities.errors import ParameterInvalid
from modelruntime.schema.profile import Profile

_RESERVED = frozenset(("model", "input", "messages", "instructions", "stream", "tools", "tool_choice"))
_NAMES = {
    "max_tokens": "max_output_tokens",
    "max_completion_tokens": "max_output_tokens",
    "reasoning_effort": "reasoning.effort",
    "reasoning_summary": "reasoning.summary",
    "reasoning_mode": "reasoning.mode",
    "verbosity": "text.verbosity",
}
_OF_CHAT = frozenset(("stop", "seed", "presence_penalty", "frequency_penalty", "logit_bias", "logprobs"))
"""Parameters of chat completions that this API does not have."""


def render_parameters(parameters: dict[str, Any], profile: Profile, warnings: CallWarnings) -> JSON:
    """The body's parameter fields. None means not set.

    Raises `ParameterInvalid` for a name that the codec itself fills, for `n` above 1.
    """
    body: JSON = {}
    merge_into(body, profile.constants)
    for name, value in parameters.items():
        if value is None:
            continue
        if name in _RESERVED:
            raise ParameterInvalid(f"{name!r} is no model parameter: the call says it in its own argument", field=name)
        if name == "n":
            if value != 1:
                raise ParameterInvalid("one call gives one answer: leave out n, or call again for more", field="n")
        elif name in profile.drop or (name in _OF_CHAT and name not in profile.rename):
            warnings.drop(f"{name} was not sent: the endpoint does not take it", name)
        else:
            put_at(body, profile.rename.get(name) or _NAMES.get(name, name), value)
    return body
