"""Rows of the two catalogues that no provider of the fleet declares, and why. A row that is declared after all must leave."""

from __future__ import annotations

RESPONSES = "served by the Responses API alone, which the provider does not speak yet"
IMAGES = "makes pictures; there is no model type for that"

_RESPONSES = """
o1-pro o3-pro o3-deep-research o4-mini-deep-research gpt-5-codex gpt-5-pro gpt-5.1-codex gpt-5.1-codex-max gpt-5.1-codex-mini
gpt-5.2-codex gpt-5.2-pro gpt-5.2-pro-2025-12-11 gpt-5.3-codex gpt-5.3-codex-spark gpt-5.4-pro gpt-5.4-pro-2026-03-05
gpt-5.5-pro gpt-5.5-pro-2026-04-23
"""
_IMAGES = "chatgpt-image-latest gpt-image-1 gpt-image-1-mini gpt-image-1.5 gpt-image-2"

OMITTED: dict[str, dict[str, str]] = {
    "openai": {**dict.fromkeys(_RESPONSES.split(), RESPONSES), **dict.fromkeys(_IMAGES.split(), IMAGES)},
}
"""Provider → model → reason."""
