"""Rows of the two catalogues that no provider of the fleet declares, and why. A row that is declared after all must leave."""

from __future__ import annotations

IMAGES = "makes pictures; there is no model type for that"

OLD_CHAT = "served by the vendor's older chat APIs alone; its Messages endpoint takes the M series"
ALIAS = "a name of the plugin, which sends another model in its place"
SPELLING = "the plugin's spelling of a model that models.dev lists as the vendor writes it"
ENGINES = "a name of the plugin; the vendor's models are its engines"

_MINIMAX_OLD = """
abab5-chat abab5.5-chat abab5.5s-chat abab6-chat abab6.5-chat abab6.5s-chat abab6.5t-chat abab7-chat-preview minimax-text-01
"""
_MINIMAX_ALIASES = "minimax-m1 minimax-m2-her minimax-m2.1-lightning MiniMax-M2.5lightning"
_MINIMAX_SPELLINGS = "minimax-m2 minimax-m2.1 minimax-m2.7 minimax-m2.7-highspeed minimax-m3"
_IMAGES = "chatgpt-image-latest gpt-image-1 gpt-image-1-mini gpt-image-1.5 gpt-image-2"

OMITTED: dict[str, dict[str, str]] = {
    "minimax": {
        **dict.fromkeys(_MINIMAX_OLD.split(), OLD_CHAT),
        **dict.fromkeys(_MINIMAX_ALIASES.split(), ALIAS),
        **dict.fromkeys(_MINIMAX_SPELLINGS.split(), SPELLING),
    },
    "tencent": {"tencent": ENGINES},
    "openai": dict.fromkeys(_IMAGES.split(), IMAGES),
}
"""Provider → model → reason."""
