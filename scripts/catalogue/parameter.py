"""The parameter rules of a model: names, types and options of the plugin, bounds of the vendor."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
import yaml
from scripts.catalogue.mapping import Mapping, first_match
from scripts.catalogue.origin import Row

FILE = Path(__file__).with_name("parameters.yaml")
Rule = dict[str, Any]

_SAMPLING = ("temperature", "top_p", "presence_penalty", "frequency_penalty")
_ORDER = (*_SAMPLING, "top_k", "repetition_penalty", "seed", "random_seed", "max_tokens")
_USUAL_ANSWER = 4096
_FORMATS = ["text", "json_object"]


class Parameters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`parameters.yaml`."""

    bounds: dict[str, tuple[float | int, float | int]]
    rename: dict[str, str]
    drop: dict[str, list[str]]
    words: dict[str, Rule]


@lru_cache(maxsize=1)
def load_parameters() -> Parameters:
    """The file as data."""
    return msgspec.convert(yaml.safe_load(FILE.read_text("utf-8")), Parameters)


class Rules(msgspec.Struct, frozen=True):
    """Rules in the order of a form, and the plugin's parameters that were left out with the reason of each."""

    rules: list[Rule]
    dropped: dict[str, str]


def rules_of(
    plugin: Row | None, listed: Row | None, mapping: Mapping, output: int | None, schema: bool, reasoning: dict[str, Any] | None
) -> Rules:
    """The rules of a chat model. `output`: its longest answer, None when unknown."""
    known = load_parameters()
    said: dict[str, Rule] = {}
    dropped: dict[str, str] = {}
    for stated in (plugin or {}).get("parameter_rules", ()):
        word = str(stated.get("name") or stated.get("use_template"))
        name = {**known.rename, **mapping.rename}.get(word, word)
        reason = _why_not(word, name, mapping, known)
        if reason:
            dropped[word] = reason
        else:
            said[name] = stated
    if plugin is None and listed is not None and listed.get("temperature") is not False:
        said |= {"temperature": {}, "top_p": {}}
    added: dict[str, dict[str, Any]] = first_match(mapping.rules, (plugin or listed or {})["model"]) or {}
    said = {**added, **said}
    for name in first_match(mapping.refused, (plugin or listed or {})["model"]) or ():
        if said.pop(name, None) is not None:
            dropped[name] = "the vendor refuses it of this model"
    if listed is not None and listed.get("temperature") is False and said.pop("temperature", None) is not None and plugin:
        dropped["temperature"] = "models.dev says that the model does not take it"
    bounds = {**known.bounds, **mapping.bounds}
    bounds |= {name: (added[name]["min"], added[name]["max"]) for name in _SAMPLING if "max" in added.get(name, {})}
    found = {name: _sampling(name, bounds[name]) for name in _SAMPLING if name in said}
    if "max_tokens" not in mapping.drop:
        said["max_tokens"] = {}
        found["max_tokens"] = _max_tokens(output)
    for name, stated in said.items():
        if name in known.words and name != "reasoning_effort":
            found[name] = _worded(name, stated, known.words[name], reasoning, bounds.get(name))
    if reasoning and reasoning.get("efforts"):
        default = str((said.get("reasoning_effort") or {}).get("default", "")).lower()
        chosen = {"default": default} if default in reasoning["efforts"] else {}
        found["reasoning_effort"] = {
            "name": "reasoning_effort",
            "type": "string",
            "options": reasoning["efforts"],
            **chosen,
            **_text(known, "reasoning_effort"),
        }
    found |= _formats(said, schema)
    for name, stated in added.items():
        found[name] |= {"required": True} if stated.get("required") else {}
    return Rules(sorted(found.values(), key=_place), dropped)


def _why_not(word: str, name: str, mapping: Mapping, known: Parameters) -> str | None:
    if word in mapping.drop:
        return "the vendor's API does not take it"
    reason = next((reason for reason, names in known.drop.items() if word in names), None)
    if reason or name in (*_SAMPLING, "max_tokens", "response_format", "json_schema") or name in known.words:
        return reason
    return "parameters.yaml has no words for it"


def _sampling(name: str, bounds: tuple[float | int, float | int]) -> Rule:
    low, high = bounds
    defaults = {"temperature": {"default": min(1, high)}, "top_p": {}}
    return {"name": name, "use_template": name, **defaults.get(name, {"default": 0}), "min": low, "max": high}


def _max_tokens(output: int | None) -> Rule:
    """Without a known limit no bound is stated: the template's would be narrower than the vendor's."""
    if output is None:
        label = {"en_US": "Max tokens", "zh_Hans": "最大词元数"}
        text = {
            "en_US": "The longest answer in tokens; what is longer gets cut off.",
            "zh_Hans": "回答长度的上限（以词元计），超出部分会被截断。",
        }
        return {"name": "max_tokens", "type": "int", "min": 1, "label": label, "help": text}
    return {"name": "max_tokens", "use_template": "max_tokens", "default": min(_USUAL_ANSWER, output), "min": 1, "max": output}


def _text(known: Parameters, name: str) -> Rule:
    return {key: known.words[name][key] for key in ("label", "help")}


def _worded(
    name: str, stated: Rule, words: Rule, reasoning: dict[str, Any] | None, bounds: tuple[float | int, float | int] | None
) -> Rule:
    kind = words["type"]
    found: Rule = {"name": name, "type": kind}
    if kind in ("int", "float"):
        low, high = bounds or (stated.get("min"), stated.get("max"))
        budget = (reasoning or {}).get("budget") or {}
        if name.endswith("_budget") and name != "task_budget":
            found["unit"] = "tokens"
            low, high = _wider(low, budget.get("min"), min), _wider(high, budget.get("max"), max)
        found |= {key: value for key, value in (("min", low), ("max", high)) if value is not None}
    options = [str(word) for word in stated.get("options") or ()]
    if options and kind == "string":
        found["options"] = list(dict.fromkeys(options))
    default = stated.get("default")
    if name not in ("seed", "random_seed") and default is not None and _fits(default, found):
        found["default"] = default
    return {**found, "label": words["label"], "help": words["help"]}


def _wider(first: Any, second: Any, choose: Any) -> Any:
    values = [value for value in (first, second) if value is not None]
    return choose(values) if values else None


def _fits(default: Any, rule: Rule) -> bool:
    if rule["type"] in ("int", "float"):
        return not isinstance(default, bool | str) and rule.get("min", default) <= default <= rule.get("max", default)
    return isinstance(default, bool) if rule["type"] == "boolean" else default in rule.get("options", (default,))


def _formats(said: dict[str, Rule], schema: bool) -> dict[str, Rule]:
    options = (said.get("response_format") or {}).get("options") or ()
    if schema:
        return {
            "response_format": {
                "name": "response_format",
                "use_template": "response_format",
                "options": [*_FORMATS, "json_schema"],
            },
            "json_schema": {"name": "json_schema", "use_template": "json_schema"},
        }
    if "json_object" in options:
        return {"response_format": {"name": "response_format", "use_template": "response_format", "options": _FORMATS}}
    return {}


def _place(rule: Rule) -> tuple[int, str]:
    name = rule["name"]
    last = {"response_format": 98, "json_schema": 99}
    return (_ORDER.index(name) if name in _ORDER else last.get(name, 50), name)
