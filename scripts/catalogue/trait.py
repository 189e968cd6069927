"""What a model can do: features, modalities, control of reasoning."""

from __future__ import annotations

from typing import Any

from scripts.catalogue.mapping import Fleet, first_match
from scripts.catalogue.origin import Row

TOOLS = ("tool-call", "multi-tool-call", "stream-tool-call")
MEDIA = {"image": "vision", "audio": "audio", "video": "video", "pdf": "document"}
"""A modality of the input → the feature that says so."""
EFFORTS = ("none", "minimal", "low", "medium", "high", "xhigh", "max", "default")
"""All known words, in their order."""

_THINKING_RULES = frozenset(
    (
        "thinking",
        "enable_thinking",
        "thinking_budget",
        "reasoning_effort",
        "reasoning_budget",
        "thinking_level",
        "effort",
        "thinking_mode",
    )
)
_OUTPUTS: dict[str, list[str]] = {"llm": ["text"], "speech2text": ["text"], "tts": ["audio"]}


def modalities_of(kind: str, plugin: Row | None, listed: Row | None) -> dict[str, list[str]]:
    """Kinds of media in and out; models.dev's word first. What comes out of vectors and scores is no medium."""
    if kind in ("tts", "rerank"):
        inputs = ["text"]
    elif kind == "speech2text":
        inputs = ["audio"]
    elif listed and (listed.get("modalities") or {}).get("input"):
        inputs = [word for word in ("text", *MEDIA) if word in listed["modalities"]["input"]]
    else:
        said = set((plugin or {}).get("features") or ())
        inputs = ["text", *(medium for medium, feature in MEDIA.items() if feature in said)]
    outputs = list(_OUTPUTS.get(kind, []))
    if kind == "llm" and listed and "audio" in ((listed.get("modalities") or {}).get("output") or ()):
        outputs.append("audio")
    return {"input": inputs, "output": outputs}


def takes_schema(plugin: Row | None, listed: Row | None) -> bool:
    """Can the answer follow a JSON Schema."""
    if listed and listed.get("structured_output") is not None:
        return bool(listed["structured_output"])
    return plugin is not None and (
        "structured-output" in (plugin["features"] or ())
        or any(rule.get("name") == "json_schema" for rule in plugin["parameter_rules"])
    )


def features_of(kind: str, plugin: Row | None, listed: Row | None, reasons: bool, stated: tuple[str, ...] = ()) -> list[str]:
    """The features, in a fixed order, with those that the mapping states. The three words for tools come together: the plugins use
    them as one."""
    said = set((plugin or {}).get("features") or ())
    media = [feature for medium, feature in MEDIA.items() if medium in modalities_of(kind, plugin, listed)["input"]]
    if kind != "llm":
        return [] if kind in ("speech2text", "tts", "moderation") else media
    found = list(TOOLS) if said & set(TOOLS) or (listed or {}).get("tool_call") else []
    if reasons:
        found.append("agent-thought")
    found += [*media, *(["structured-output"] if takes_schema(plugin, listed) else [])]
    return list(dict.fromkeys((*found, *stated)))


def reasoning_of(plugin: Row | None, listed: Row | None, fleet: Fleet) -> dict[str, Any] | None:
    """How reasoning is controlled, `{always: true}` where nothing controls it; None for a model that does not reason.

    The plugins' word for a reasoning model was long that for an agent's strategy, so it is not believed by itself.
    """
    rules = {rule.get("name"): rule for rule in (plugin or {}).get("parameter_rules", ())}
    found: dict[str, Any] = {}
    if listed and listed.get("reasoning") is not None:
        if not listed["reasoning"]:
            return None
    elif not rules.keys() & _THINKING_RULES and first_match({fleet.thinking: "yes"}, (plugin or listed or {})["model"]) is None:
        return None
    for option in (listed or {}).get("reasoning_options") or ():
        if option["type"] == "toggle":
            found["toggle"] = True
        elif option["type"] == "effort":
            found["efforts"] = [word for word in option.get("values") or () if word]
        elif option["type"] == "budget_tokens":
            found["budget"] = {key: option[key] for key in ("min", "max") if option.get(key) is not None}
    if any((rules.get(name) or {}).get("type") == "boolean" for name in ("thinking", "enable_thinking")):
        found["toggle"] = True
    words = {
        word for name in ("reasoning_effort", "thinking_level", "effort") for word in (rules.get(name) or {}).get("options", ())
    }
    efforts = {word.lower() for word in words if isinstance(word, str)} | set(found.get("efforts", ()))
    if efforts:
        found["efforts"] = [*(word for word in EFFORTS if word in efforts), *sorted(efforts - set(EFFORTS))]
    if found.get("budget") == {}:
        found["budget"] = {"min": 1}
    return found or {"always": True}
