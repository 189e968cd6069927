"""Text in any number of languages."""

from __future__ import annotations

I18nText = dict[str, str]
"""Language tag with an underscore (`en_US`, `zh_Hans`, …) → text. A loaded declaration always holds `en_US`."""


def pick(text: I18nText, language: str = "en_US") -> str:
    """The text in `language`, else in a regional sibling of it, else in `en_US`, else any; empty for no text at all."""
    wanted = language.replace("-", "_")
    if wanted in text:
        return text[wanted]
    stem = wanted.split("_", 1)[0]
    for tag, value in text.items():
        if tag.split("_", 1)[0] == stem:
            return value
    return text.get("en_US") or next(iter(text.values()), "")
