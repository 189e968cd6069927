"""How thinking is asked for (https://docs.anthropic.com/en/docs/build-with-claude/extended-thinking and /effort, read
2026-11-22)."""

from __future__ import annotations

from typing import Any

from modelruntime.codecs.call_warnings import CallWarnings
from modelruntime.codecs.json_value import as_object, is_object
from modelruntime.codecs.openai.request import merge_into
from modelruntime.codecs.vendor_metadata import JSON
from modelruntime.schema.profile import Profile

THINKING = ("thinking", "thinking_budget", "reasoning_effort")
"""The parameters that ask for it."""
_SMALLEST_BUDGET = 1024
_OFF = ("false", "none", "off", "0")
_WORDS = {"auto": "adaptive"}
"""Words of other vendors; what is no word here is the vendor's own (`adaptive`, `disabled`, `between_tools`)."""


def render_thinking(body: JSON, given: JSON, profile: Profile) -> None:
    """A switch, a budget or an effort, in the vendor's objects. `given` holds those of `THINKING` that are set."""
    thinking, budget, effort = (given.get(name) for name in THINKING)
    if is_object(thinking):
        body["thinking"] = thinking
    elif str(thinking).lower() in ("true", "enabled") or (thinking is None and budget):
        adaptive = profile.reasoning_style == "adaptive" and not budget
        body["thinking"] = {"type": "adaptive"} if adaptive else _budget(body, budget)
    elif thinking is not None:
        word = str(thinking).lower()
        body["thinking"] = {"type": "disabled" if word in _OFF else _WORDS.get(word, word)}
    if effort in ("none", "off"):
        body["thinking"] = {"type": "disabled"}
    elif effort is not None:
        merge_into(body, {"output_config": {"effort": effort}})


def render_display(body: JSON, display: Any, profile: Profile, warnings: CallWarnings) -> None:
    """How much of the thinking is shown. Where a model decides by itself how much it thinks, to show it is to let it."""
    if display is None:
        return
    if "thinking" not in body and profile.reasoning_style == "adaptive":
        body["thinking"] = {"type": "adaptive"}
    if thinks(body):
        body["thinking"] = {**body["thinking"], "display": display}
    else:
        warnings.drop("thinking_display was not sent: there is no thinking to show", "thinking_display")


def thinks(body: JSON) -> bool:
    """Does the body ask for thinking?"""
    return as_object(body.get("thinking")).get("type") in ("enabled", "adaptive")


def _budget(body: JSON, budget: Any) -> JSON:
    """The vendor wants at least 1,024, and less than `max_tokens`, which is raised where the caller left it open."""
    wanted = int(budget) if budget else _SMALLEST_BUDGET
    if isinstance(most := body.get("max_tokens"), int) and most <= wanted:
        body["max_tokens"] = wanted + most
    return {"type": "enabled", "budget_tokens": wanted}
