"""chat, embed, rerank, transcribe, speak, moderate against a vendor on loopback."""

from __future__ import annotations

import wave
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.cli.terminal import Command
from tests.simulators.openai_family import OpenAISimulator, speech
from tests.simulators.raw_server import closed_port

CALLS = [
    ["chat", "sim", "Hello"],
    ["embed", "sim", "Hello"],
    ["rerank", "sim", "a b", "a", "b"],
    ["moderate", "sim", "Hello"],
]


def last_body(vendor: OpenAISimulator) -> Any:
    return vendor.requests[-1][1]


def test_chat_streams_the_answer(modelruntime: Command, vendor: OpenAISimulator) -> None:
    outcome = modelruntime("chat", "sim/sim-chat", "Hello there")
    assert (outcome.code, outcome.out, outcome.err) == (0, "You said: Hello there\n", "")
    assert last_body(vendor)["stream"] is True


@pytest.mark.parametrize("arguments", [["chat", "sim"], ["chat", "sim", "-"], ["chat", "sim", "@-"]])
def test_chat_reads_the_question_from_standard_input(modelruntime: Command, arguments: list[str]) -> None:
    assert modelruntime(*arguments, stdin="piped 问题").out == "You said: piped 问题\n"


def test_chat_reads_the_question_from_a_file(modelruntime: Command, tmp_path: Path) -> None:
    (tmp_path / "question.txt").write_text("from a file", "utf-8")
    assert modelruntime("chat", "sim", f"@{tmp_path / 'question.txt'}").out == "You said: from a file\n"
    missing = modelruntime("chat", "sim", "@nowhere.txt")
    assert (missing.code, missing.err) == (1, "error: nowhere.txt cannot be read as text: No such file or directory\n")


def test_chat_sends_the_system_message_and_the_parameters(modelruntime: Command, vendor: OpenAISimulator) -> None:
    modelruntime("chat", "sim", "Hi", "--no-stream", "-s", "Be brief.", "-p", "temperature=0.5", "-p", "max_tokens=7")
    body = last_body(vendor)
    assert body["messages"][0] == {"role": "system", "content": "Be brief."}
    assert (body["temperature"], body["max_tokens"]) == (0.5, 7)
    assert not body.get("stream")


def test_chat_as_json_has_usage_and_exact_cost(modelruntime: Command) -> None:
    found = modelruntime("chat", "sim", "Hi", "--json").json
    assert found["text"] == "You said: Hi"
    assert found["finish"]["unified"] == "stop"
    assert found["usage"]["input"]["total"] == 10
    assert Decimal(found["cost"]["total"]) == Decimal("0.00002")
    assert found["cost"]["currency"] == "USD"
    assert found["warnings"] == []
    assert found["tool_calls"] == []


@pytest.mark.parametrize("given", ["inline", "file"])
def test_chat_gives_json_that_fits_a_schema(modelruntime: Command, tmp_path: Path, given: str) -> None:
    schema = '{"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}'
    (tmp_path / "schema.json").write_text(schema, "utf-8")
    value = schema if given == "inline" else f"@{tmp_path / 'schema.json'}"
    assert modelruntime("chat", "sim", "Where?", "--schema", value, "--json").json["parsed"] == {"city": "Oslo"}


def test_a_schema_that_is_no_json_is_refused(modelruntime: Command) -> None:
    outcome = modelruntime("chat", "sim", "Where?", "--schema", "{")
    assert outcome.code == 1
    assert "--schema is no JSON" in outcome.err


def test_a_warning_goes_to_standard_error_and_into_the_json(modelruntime: Command) -> None:
    outcome = modelruntime("chat", "sim", "Hi", "-p", "colour=red")
    assert outcome.out == "You said: Hi\n"
    assert outcome.err.startswith("warning: ")
    assert "colour" in outcome.err
    found = modelruntime("chat", "sim", "Hi", "-p", "colour=red", "--json")
    assert found.err == ""
    assert [warning["kind"] for warning in found.json["warnings"]] == ["undeclared"]


@pytest.mark.parametrize("parameter", ["colour=red", "temperature=9"])
def test_strict_refuses_what_is_not_declared_or_out_of_range(modelruntime: Command, parameter: str) -> None:
    outcome = modelruntime("chat", "sim", "Hi", "--strict", "-p", parameter)
    assert outcome.code == 1
    assert parameter.split("=")[0] in outcome.err


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call[0])
def test_a_wrong_key_fails_the_call_and_is_not_repeated(modelruntime: Command, call: list[str]) -> None:
    outcome = modelruntime(*call, "-c", "api_key=sk-wrong-CANARY", "--json")
    assert outcome.code == 1
    assert outcome.json["error"]["type"] == "Unauthorized"
    assert "CANARY" not in outcome.out + outcome.err


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call[0])
def test_a_vendor_that_is_not_there_is_a_sentence(modelruntime: Command, monkeypatch: pytest.MonkeyPatch, call: list[str]) -> None:
    monkeypatch.setenv("MODELRUNTIME_ENDPOINT_SIM", f"http://127.0.0.1:{closed_port()}/v1")
    outcome = modelruntime(*call, "--timeout", "5")
    assert outcome.code == 1
    assert outcome.err.startswith("error: ")
    assert "Traceback" not in outcome.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["chat", "Hello there"], "name the model first"),
        (["chat", "sim/sim-chatt", "Hi"], "model"),
        (["chat", "local/qwen2.5-coder-0.5b-instrukt", "Hi"], "near: qwen2.5-coder-0.5b-instruct"),
        (["chat", "local", "Hi"], "modelruntime pull"),
        (["chat", "sim", "Hi", "-p", "temperature"], "NAME=VALUE"),
        (["embed", "openai_api_compatible", "Hi"], "name one as openai_api_compatible/MODEL"),
        (["speak", "sim", "Hi", "-o", "no/such/folder/a.wav"], "no such folder"),
        (["transcribe", "sim", "no-such.wav"], "no-such.wav"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_sentence(modelruntime: Command, arguments: list[str], words: str) -> None:
    outcome = modelruntime(*arguments)
    assert outcome.code == 1
    assert outcome.err.startswith("error: ")
    assert len(outcome.err.splitlines()) == 1
    assert words in outcome.err


def test_embed_compares_texts_for_a_person(modelruntime: Command) -> None:
    out = modelruntime("embed", "sim", "abc", "cba", "ggg").out
    assert "3 vectors of 8 numbers" in out
    assert "+1.000  cba" in out


def test_embed_takes_one_text_a_line(modelruntime: Command) -> None:
    found = modelruntime("embed", "sim", "--json", stdin="abc\n\n你好\n").json
    assert found["vectors"] == [[1, 1, 1, 0, 0, 0, 0, 1], [0, 0, 0, 0, 0, 0, 0, 1]]
    assert found["model"] == "sim-embed"
    assert found["usage"]["input"]["total"] == 8


@pytest.mark.parametrize("command", [["embed", "sim"], ["rerank", "sim", "query"], ["moderate", "sim"], ["chat", "sim"]])
def test_empty_input_ends_with_a_sentence_or_an_answer(modelruntime: Command, command: list[str]) -> None:
    outcome = modelruntime(*command, stdin="")
    assert "Traceback" not in outcome.err
    assert outcome.code == 0 or outcome.err.startswith("error: ")


def test_bytes_that_are_no_text_are_refused(modelruntime: Command) -> None:
    outcome = modelruntime("moderate", "sim", stdin=b"\xff\xfe\xfa")
    assert (outcome.code, outcome.err) == (1, "error: standard input cannot be read as text: it is not UTF-8\n")


def test_rerank_puts_the_best_document_first(modelruntime: Command) -> None:
    outcome = modelruntime("rerank", "sim", "red car", "a blue boat", "a red car", "a red boat")
    assert [line.split("]", 1)[1].strip() for line in outcome.out.splitlines()] == ["a red car", "a red boat", "a blue boat"]
    found = modelruntime("rerank", "sim", "red car", "--top-n", "1", "--json", stdin="a blue boat\na red car\n").json
    assert [(item["index"], item["document"]) for item in found["items"]] == [(1, "a red car")]


def test_moderate_tells_the_categories(modelruntime: Command) -> None:
    assert modelruntime("moderate", "sim", "fine").out.startswith("not flagged\n")
    bad = modelruntime("moderate", "sim", "-", stdin="a bad text")
    assert bad.out.startswith("flagged\n  !  0.900  harassment\n")
    assert modelruntime("moderate", "sim", "a bad text", "--json").json["categories"]["harassment"]["flagged"] is True


def test_speak_writes_a_file(modelruntime: Command, tmp_path: Path, vendor: OpenAISimulator) -> None:
    file = tmp_path / "hello.wav"
    outcome = modelruntime("speak", "sim", "Hello", "-o", str(file), "--voice", "li")
    assert outcome.code == 0
    assert outcome.out.startswith(f"{file}: ")
    assert last_body(vendor)["voice"] == "li"
    with wave.open(str(file)) as sound:
        assert sound.getnframes() == 80 * len("Hello")
    found = modelruntime("speak", "sim", "Hello", "-o", str(file), "--json").json
    assert (found["file"], found["bytes"]) == (str(file), file.stat().st_size)


def test_speak_as_json_wants_a_file_and_says_so(modelruntime: Command) -> None:
    outcome = modelruntime("speak", "sim", "Hello", "--json")
    assert (outcome.code, outcome.json["error"]["field"]) == (1, "--output")


def test_speak_lists_the_voices(modelruntime: Command) -> None:
    assert [voice["id"] for voice in modelruntime("speak", "sim", "--voices", "--json").json] == ["ann", "li"]
    assert "zh-Hans" in modelruntime("speak", "sim", "--voices").out


def test_transcribe_reads_a_file_or_standard_input(modelruntime: Command, tmp_path: Path) -> None:
    (tmp_path / "talk.wav").write_bytes(speech("Hello"))
    assert modelruntime("transcribe", "sim", str(tmp_path / "talk.wav")).out == "heard 1 wave file\n"
    found = modelruntime("transcribe", "sim", "-", "--json", stdin=speech("Hello"))
    assert found.json["text"] == "heard 1 wave file"
