"""The snippets are code: each is parsed, and those of the SDK are run as they stand."""

from __future__ import annotations

import ast
import contextlib
import io
import shlex
import subprocess
from pathlib import Path

import pytest

from modelruntime.admin.snippet import DEFAULTS, KINDS, snippets
from modelruntime.entities.model_type import ModelType
from tests.admin.serving import Client, Served

NASTY = 'it\'s "quoted" \\ {{model}} $HOME `id` 李\n'
CHAT = {"messages": [{"role": "user", "content": NASTY}], "temperature": 0.2, "class": 1, "not a name": True, "stop": None}


@pytest.mark.parametrize("kind", list(ModelType))
@pytest.mark.parametrize("request_body", [{}, CHAT])
def test_each_snippet_is_code(kind: ModelType, request_body: dict[str, object], tmp_path: Path):
    found = {each.id: each for each in snippets(kind, f"sim/{NASTY.strip()}", request_body, "http://127.0.0.1:8080")}
    assert found.keys() == {name for name, _, _ in KINDS} - ({"python_sdk"} if kind is ModelType.RERANK else set())
    for each in found.values():
        assert "MODELRUNTIME_KEY" in each.code or each.id == "python"
        assert "{{" not in each.code.replace("{{model}} $HOME", "")
        if each.language == "python":
            compile(each.code, each.id, "exec")
        elif each.language == "shell":
            subprocess.run(["bash", "-n"], input=each.code, text=True, check=True, capture_output=True)
    words = shlex.split(found["curl"].code)
    if kind is ModelType.LLM and request_body:
        assert NASTY.replace("\n", "\\n").replace('"', '\\"').replace("\\ {", "\\\\ {") in words[-1]


@pytest.mark.parametrize("kind, model", [("llm", "sim-chat"), ("text-embedding", "sim-embed"), ("moderation", "sim-judge")])
def test_the_sdk_s_snippet_runs(gateway: Served, configured: Client, kind: str, model: str, monkeypatch: pytest.MonkeyPatch):
    key = configured.done("POST", "/api/keys", {"name": "snippets"})["text"]
    monkeypatch.setenv("MODELRUNTIME_KEY", key)
    made = configured.done("POST", "/api/snippets", {"model": f"sim/{model}", "model_type": kind})["data"]
    code = next(each["code"] for each in made if each["id"] == "python_sdk")
    assert gateway.url in code
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(compile(code, "snippet", "exec"), {})
    assert said.getvalue().strip()


def test_the_library_is_called_in_its_own_words():
    schema = {"type": "object"}
    request = {
        "messages": [{"role": "user", "content": "hi"}],
        "tools": [{"type": "function", "function": {"name": "f"}}],
        "response_format": {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema}},
        "temperature": 0.2,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    code = next(each.code for each in snippets(ModelType.LLM, "sim/a", request, "") if each.id == "python")
    (call,) = (node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call) and node.keywords)
    assert {keyword.arg: ast.literal_eval(keyword.value) for keyword in call.keywords} == {
        "tools": request["tools"],
        "temperature": 0.2,
        "output": schema,
    }


def test_defaults_are_there_for_every_type():
    assert set(DEFAULTS) == set(ModelType)
