"""Model parameters under their wire names, and the beta features that they need (https://docs.anthropic.com/en/api/messages, read
2026-11-22)."""

from __future__ import annotations

from typing import Any

from modelruntime.codecs.anthropic.family import cache_control
from modelruntime.codecs.anthropic.render_thinking import THINKING, render_display, render_thinking, thinks
from modelruntime.codecs.call_warnings import CallWarnings
from modelruntime.codecs.json_value import is_object
from modelruntime.codecs.openai.request import merge_into, put_at
from modelruntime.codecs.stop_words import stop_words
from modelruntime.codecs.vendor_metadata import JSON
from modelruntime.entities.cache_hint import CacheHint
from modelruntime.entities.errors import ParameterInvalid
from modelruntime.schema.profile import Profile

_RESERVED = frozenset(("model", "messages", "system", "stream", "tools"))
_SAMPLING = ("temperature", "top_k")
"""Parameters that a thinking model refuses."""
_BETAS = {"task_budget": "task-budgets-2026-03-13", "context_1m": "context-1m-2025-08-07"}
"""Parameter → the feature that must be asked for with it. https://platform.claude.com/docs/en/build-with-claude/task-budgets
(read 2026-11-28); the second as the original's form has it (unverified)."""

_SAID_OTHERWISE = frozenset((*THINKING, *_BETAS, "thinking_display", "stop", "stop_sequences", "cache_control", "betas"))


def render_parameters(parameters: JSON, profile: Profile, warnings: CallWarnings) -> tuple[JSON, list[str]]:
    """The body's parameter fields, and the beta features to ask for. None means not set; `max_tokens`, which the vendor demands,
    falls back to the profile's.

    Raises `ParameterInvalid` for a name that the codec itself fills.
    """
    body: JSON = {"max_tokens": profile.default_max_tokens}
    merge_into(body, profile.constants)
    given: JSON = {}
    for name, value in parameters.items():
        if name in _RESERVED:
            raise ParameterInvalid(f"{name!r} is no model parameter: the call says it in its own argument", field=name)
        if value is not None and name in profile.drop:
            warnings.drop(f"{name} was not sent: the endpoint does not take it", name)
        elif value is not None:
            given[name] = value
    plain = {name: value for name, value in given.items() if name in profile.rename or name not in _SAID_OTHERWISE}
    for name, value in plain.items():
        put_at(body, profile.rename.get(name, name), value)
    special = {name: value for name, value in given.items() if name not in plain}
    for name in ("stop", "stop_sequences"):
        if name in special:
            body["stop_sequences"] = stop_words(special[name], name)
    if "cache_control" in special:
        mark = special["cache_control"]
        body["cache_control"] = mark if is_object(mark) else cache_control(CacheHint(str(mark)))
    if budget := special.get("task_budget"):
        total = budget if is_object(budget) else {"type": "tokens", "total": budget}
        merge_into(body, {"output_config": {"task_budget": total}})
    render_thinking(body, special, profile)
    render_display(body, special.get("thinking_display"), profile, warnings)
    if thinks(body):
        for name in (name for name in _SAMPLING if name in given and body.get(name) not in (None, 1)):
            warnings.drop(f"{name} was not sent: a thinking model takes none", name)
            del body[name]
    return body, _betas(body.pop("betas", None), special)


def _betas(constant: Any, special: JSON) -> list[str]:
    """What the declaration and the caller name, and what other parameters need; each once."""
    asked = [name for name in _BETAS if special.get(name)]
    named = [*_names(constant), *_names(special.get("betas")), *(_BETAS[name] for name in asked)]
    return list(dict.fromkeys(named))


def _names(value: Any) -> list[str]:
    """A list, or a text with commas."""
    found = value.split(",") if isinstance(value, str) else value or ()
    return [name for each in found if (name := str(each).strip())]
