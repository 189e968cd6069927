"""Rows of the two catalogues that no provider of the fleet declares, and why. A row that is declared after all must leave."""

from __future__ import annotations

IMAGES = "makes pictures; there is no model type for that"

_IMAGES = "chatgpt-image-latest gpt-image-1 gpt-image-1-mini gpt-image-1.5 gpt-image-2"

OMITTED: dict[str, dict[str, str]] = {
    "openai": dict.fromkeys(_IMAGES.split(), IMAGES),
}
"""Provider → model → reason."""
