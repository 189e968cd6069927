"""Code that makes a call, for people to copy. The texts stand in `snippets/`, one file for a language and model type; a placeholder
`{{name}}` is filled with something that is quoted for the language already."""

from __future__ import annotations

import json
import keyword
import re
import shlex
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from pprint import pformat
from typing import Any

import msgspec

from modelruntime.codecs.json_value import is_object
from modelruntime.entities.model_type import ModelType

FOLDER = Path(__file__).parent / "snippets"
_PLACE = re.compile(r"\{\{(\w+)\}\}")


class Snippet(msgspec.Struct, frozen=True):
    """One text. The key is never in it: it is read from the environment variable `MODELRUNTIME_KEY`."""

    id: str
    label: str
    language: str
    """For highlighting: `shell`, `python`, `javascript`."""
    code: str


KINDS: tuple[tuple[str, str, str], ...] = (
    ("curl", "curl", "shell"),
    ("python_sdk", "Python, with the SDK of the dialect", "python"),
    ("python", "Python, modelruntime", "python"),
    ("javascript", "JavaScript", "javascript"),
)
"""Id, label, language."""

DEFAULTS: dict[ModelType, dict[str, Any]] = {
    ModelType.LLM: {"messages": [{"role": "user", "content": "Hello"}]},
    ModelType.TEXT_EMBEDDING: {"input": ["good morning"]},
    ModelType.RERANK: {"query": "a warm drink", "documents": ["green tea", "a red car"]},
    ModelType.SPEECH2TEXT: {},
    ModelType.TTS: {"input": "Good morning"},
    ModelType.MODERATION: {"input": "Have a nice day"},
}
"""What stands in a call when nobody said anything."""


def snippets(model_type: ModelType, model: str, request: Mapping[str, Any], base_url: str) -> list[Snippet]:
    """The call as code in every language. `request` is the body of the data plane's endpoint; the model is put in."""
    body = {"model": model, **{key: value for key, value in (request or DEFAULTS[model_type]).items() if key != "model"}}
    values = _values(body, base_url)
    found = ((kind, FOLDER / f"{kind[0]}.{model_type}.txt") for kind in KINDS)
    return [
        Snippet(name, label, language, _filled(_text(path), values)) for (name, label, language), path in found if path.is_file()
    ]


@cache
def _text(path: Path) -> str:
    return path.read_text("utf-8").rstrip("\n")


def _filled(text: str, values: Mapping[str, str]) -> str:
    return _PLACE.sub(lambda found: values[found.group(1)], text)


def _values(body: Mapping[str, Any], base_url: str) -> dict[str, str]:
    own = {key: value for key, value in body.items() if key != "model"}
    return {
        "base_url_shell": shlex.quote(base_url),
        "base_url": json.dumps(base_url),
        "body_shell": shlex.quote(json.dumps(body, ensure_ascii=False)),
        "model_shell": shlex.quote(f"model={body['model']}"),
        "model": json.dumps(body["model"], ensure_ascii=False),
        "body_python": _python(body),
        "body_json": json.dumps(body, ensure_ascii=False, indent=2),
        "parameters": "".join(f", {key}={_python(value)}" for key, value in _named(own).items() if _is_name(key)),
        **{name: _python(own.get(name)) for name in _SPOKEN},
    }


_SPOKEN = ("messages", "input", "query", "documents", "stream")
"""Fields that the library takes in words of its own."""
_OF_THE_WIRE = (*_SPOKEN, "stream_options", "encoding_format", "response_format")
"""Fields that say how an answer is sent, or that the library has another word for."""


def _named(own: Mapping[str, Any]) -> dict[str, Any]:
    """The keywords of the library's call: parameters under their names, the wanted schema as `output`."""
    wanted = own.get("response_format")
    held = wanted.get("json_schema") if is_object(wanted) else None
    schema = held.get("schema") if is_object(held) else None
    named = {key: value for key, value in own.items() if key not in _OF_THE_WIRE}
    return named if schema is None else {**named, "output": schema}


def _is_name(key: str) -> bool:
    return key.isidentifier() and not keyword.iskeyword(key)


def _python(value: Any) -> str:
    """The value as Python writes it."""
    return pformat(value, width=100, sort_dicts=False)
