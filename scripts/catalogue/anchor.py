"""Names for what many rows share."""

from __future__ import annotations

from collections import Counter
from typing import Any

from scripts.catalogue.flow import Alias, flow

_SHORT = {
    "tool-call": "tools",
    "agent-thought": "thought",
    "structured-output": "schema",
    "multi-tool-call": "",
    "stream-tool-call": "",
}


class Anchors:
    """Anchors in the order in which they must stand; equal values have one name."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._names: dict[str, Alias] = {}
        self._taken: Counter[str] = Counter()

    def name(self, value: Any, wanted: str) -> Alias:
        """The alias of a value, made on first use."""
        text = flow(value)
        if text not in self._names:
            self._taken[wanted] += 1
            count = self._taken[wanted]
            alias = Alias(wanted if count == 1 else f"{wanted}_v{count}")
            self._names[text] = alias
            self.lines.append(f"  - &{alias} {text}")
        return self._names[text]


def rule_name(rule: dict[str, Any]) -> str:
    """A readable name of a rule's anchor."""
    name = str(rule["name"])
    if name == "max_tokens":
        return f"max_{rule.get('max', 'unknown')}"
    if name == "response_format":
        return "format_schema" if "json_schema" in rule["options"] else "format_object"
    if name == "json_schema":
        return "schema_text"
    if name == "reasoning_effort":
        return "_".join(("effort", *rule["options"])).replace("-", "_")
    return name.replace("-", "_")


def shape_name(shape: dict[str, Any], kind: str) -> str:
    """A readable name for what a row shares with others: what it can do, and its longest answer."""
    words = [_SHORT.get(word, word) for word in shape.get("features", ())]
    context = (shape.get("model_properties") or {}).get("context_size")
    output = (shape.get("limits") or {}).get("output")
    head = [] if kind == "llm" else [kind.replace("-", "_")]
    plain = ["plain"] if kind == "llm" and not any(words) else []
    return "_".join((*head, *plain, *filter(None, words), *(str(limit) for limit in (context, output) if limit)))
