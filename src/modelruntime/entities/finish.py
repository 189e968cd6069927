"""Why a model stopped."""

from __future__ import annotations

from typing import Literal

import msgspec

FinishReason = Literal["stop", "length", "tool_calls", "content_filter", "refusal", "error", "other"]


class Finish(msgspec.Struct, frozen=True):
    """`unified` is one of seven words, `raw` the vendor's own (None when it gave none)."""

    unified: FinishReason
    raw: str | None = None
