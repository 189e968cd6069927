"""How a chat model judges content: what it is asked, and how its answer reads."""

from __future__ import annotations

from typing import Any, Literal

import msgspec


class Judge(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is asked and how the answer reads. The defaults ask any chat model by a policy of ours for a JSON object."""

    system: str | None = None
    """The instruction, `{policy}` in it replaced; None: ours; empty: none, for models whose server puts their template around
    the content."""
    prompt: str = "{text}"
    """The user's message, `{policy}` and `{text}` in it replaced."""
    policy: str | None = None
    """What `{policy}` stands for unless a call says it; None: ours."""
    reads: Literal["words", "named", "number"] = "named"
    """`words`: the answer begins with a verdict, and categories may follow; `named`: a JSON object, or lines `name: value`;
    `number`: the answer is the probability that content is unsafe."""
    verdict: str = "violation"
    """The name of the verdict, for `named`."""
    listed: str = "categories"
    """The name of the categories, for `named`: an array, or names between commas."""
    unsafe: tuple[str, ...] = ("1", "true", "yes", "unsafe")
    """Words of the verdict, in lower case, that flag content."""
    safe: tuple[str, ...] = ("0", "false", "no", "safe")
    """Words of the verdict, in lower case, that let it pass."""
    categories: dict[str, str] = {}
    """What the model calls a category → its name; others keep the model's word."""
    category: str = "unsafe"
    """The category of flagged content for which the answer names none."""
    threshold: float = 0.5
    """From which probability on content is flagged, for `number`; a call's parameter `threshold` takes its place."""
    images: bool = False
    """Images are judged too."""
    logprobs: bool = False
    """Ask for log-probabilities: the share of the unsafe words at the first token is the score, for `words`."""
    parameters: dict[str, Any] = {}
    """Model parameters that a call may overrule."""
