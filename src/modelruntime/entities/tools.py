"""Tools that a model may ask for."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from modelruntime.entities.cache_hint import CacheHint


class Tool(msgspec.Struct, frozen=True):
    """A function of the caller. `parameters` is a JSON Schema of an object, or None for a function without any."""

    name: str
    description: str | None = None
    parameters: dict[str, Any] | None = None
    strict: bool | None = None
    """Ask the vendor to hold the arguments to the schema; None leaves the vendor's default."""
    provider_metadata: dict[str, Any] | None = None
    cache: CacheHint | None = None


class HostedTool(msgspec.Struct, frozen=True):
    """A tool that the vendor defines and mostly runs itself, e.g. `HostedTool("web_search", {"search_context_size": "low"})`."""

    kind: str
    """The vendor's word."""
    options: dict[str, Any] = {}
    cache: CacheHint | None = None


class ToolChoice(msgspec.Struct, frozen=True):
    """How freely the model may use tools. With mode `tool`, `name` is the one it must call; `allowed` limits the
    choice to some of the tools without hiding the others (where a family knows that)."""

    mode: Literal["auto", "none", "required", "tool"] = "auto"
    name: str | None = None
    allowed: tuple[str, ...] | None = None
    parallel: bool | None = None
    """False forbids more than one call in an answer; None leaves the vendor's default."""
