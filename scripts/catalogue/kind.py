"""The model type of a row, and whether it is a kind of model that there is."""

from __future__ import annotations

from scripts.catalogue.mapping import Fleet, first_match
from scripts.catalogue.origin import Row

PICTURES = "makes pictures or films; there is no model type for that"
SOUNDS = "makes music or sounds; there is no model type for that"


def kind_of(listed: Row, fleet: Fleet) -> tuple[str, bool]:
    """The type of a models.dev row, which states none, and whether it was inferred from the id."""
    found = first_match(fleet.kinds, listed["model"])
    outputs = _outputs(listed)
    if found in (None, "tts") and outputs == {"audio"}:
        return "tts", True
    return (found, True) if found else ("llm", False)


def no_model(plugin: Row | None, listed: Row | None) -> str | None:
    """Why a row is no model of any type; None: it is one."""
    if plugin and "polling" in (plugin["features"] or ()):
        return PICTURES
    outputs = _outputs(listed) if listed else set()
    if outputs & {"image", "video"} and "text" not in outputs:
        return PICTURES
    return None


def _outputs(listed: Row) -> set[str]:
    return set((listed.get("modalities") or {}).get("output") or ())
