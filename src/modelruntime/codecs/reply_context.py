"""What the parser of an answer must know of its call."""

from __future__ import annotations

import msgspec

from modelruntime.codecs.operation import Endpoint
from modelruntime.entities.warning import CallWarning


class ReplyContext(msgspec.Struct, frozen=True):
    """`output_tool` is the name of the tool whose call is the answer, where a schema was asked for that way."""

    endpoint: Endpoint
    warnings: tuple[CallWarning, ...] = ()
    output_tool: str | None = None
