"""What shape an answer must have."""

from __future__ import annotations

from typing import Any, Literal

import msgspec


class OutputFormat(msgspec.Struct, frozen=True):
    """Structured output as a codec sees it: `json` asks for any JSON object, `json_schema` for one that fits `schema`."""

    kind: Literal["text", "json", "json_schema"] = "json_schema"
    schema: dict[str, Any] | None = None
    name: str = "answer"
    description: str | None = None
    strict: bool | None = None
