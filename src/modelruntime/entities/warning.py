"""What a call did differently from what was asked. Nothing is dropped in silence."""

from __future__ import annotations

from typing import Literal

import msgspec

WarningKind = Literal["undeclared", "dropped", "mapped", "bound", "unsupported", "incomplete", "deprecated", "estimated", "other"]
"""`undeclared`: passed on though the model does not declare it; `dropped`: not sent; `mapped`: sent under another
name or form; `bound`: outside a template's hint; `unsupported`: the model does not claim this feature;
`incomplete`: the reply lacked something harmless (usage, `[DONE]`); `deprecated`: the model or parameter is on its
way out; `estimated`: a number is counted by us; `other`: see the message."""


class CallWarning(msgspec.Struct, frozen=True):
    """One entry of `result.warnings`; under `strict=True` most of these are errors instead."""

    kind: WarningKind
    message: str
    """One sentence that names what happened and to what."""
    field: str | None = None
    """The parameter or input concerned, when there is one."""
