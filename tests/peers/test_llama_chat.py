"""Chat and completion mode against a real llama.cpp server: whole, streamed, structured, with the options it knows."""

from __future__ import annotations

import math
from typing import Any

import msgspec
import pytest

from modelruntime.entities import events as e
from tests.codecs.openai.event_laws import check_laws
from tests.peers.client import Client
from tests.peers.llama_server import ALIAS

pytestmark = pytest.mark.local

CHAT, PROMPTED, STORY = (f"openai_api_compatible/{name}" for name in ("chat", "prompted", "story"))
FRANCE = [
    {"role": "system", "content": "You are a helpful assistant."},
    {"role": "user", "content": "What is the capital of France? Answer in one short sentence."},
]
GREEDY: dict[str, Any] = {"temperature": 0, "max_tokens": 24, "extra": {"cache_prompt": False}}
"""The same words every time: no sampling, and no prompt left over from another call."""


class Person(msgspec.Struct):
    name: str
    age: int


def text_of(found: list[e.StreamEvent]) -> str:
    return "".join(event.text for event in found if isinstance(event, e.TextDelta))


@pytest.mark.proves("real peer", "openai_api_compatible", "llm", "chat", "usage")
def test_an_answer_has_text_finish_usage_and_the_servers_names(client: Client):
    result = client.call(lambda runtime: runtime.llm(CHAT).invoke(FRANCE, **GREEDY))
    assert "Paris" in result.text
    assert result.model == ALIAS
    assert result.response_id.startswith("chatcmpl-")
    assert (result.finish.unified, result.finish.raw) == ("stop", "stop")
    assert result.usage.input.total > 20
    assert 0 < result.usage.output.total <= 24
    assert not result.usage.estimated
    assert result.usage.input.cache_read == 0
    assert result.warnings == ()


@pytest.mark.proves("real peer", "openai_api_compatible", "llm", "stream")
def test_a_stream_keeps_the_laws_and_says_what_the_whole_answer_says(client: Client):
    whole = client.call(lambda runtime: runtime.llm(CHAT).invoke(FRANCE, **GREEDY))
    found = client.events(lambda runtime: runtime.llm(CHAT).stream(FRANCE, **GREEDY))
    check_laws(found)
    assert sum(isinstance(event, e.TextDelta) for event in found) > 1
    assert text_of(found) == whole.text
    last = found[-1]
    assert isinstance(last, e.FinishEvent)
    assert last.finish == whole.finish
    assert last.usage.input.total == whole.usage.input.total
    assert last.usage.output.total == whole.usage.output.total


def test_a_stream_gathers_into_the_same_result(client: Client):
    whole = client.call(lambda runtime: runtime.llm(CHAT).invoke(FRANCE, **GREEDY))
    streamed = client.call(lambda runtime: runtime.llm(CHAT).stream(FRANCE, **GREEDY).result())
    assert streamed.text == whole.text
    assert (streamed.model, streamed.finish) == (whole.model, whole.finish)


@pytest.mark.proves("real peer", "openai_api_compatible", "llm", "structured output")
@pytest.mark.parametrize("model", [CHAT, PROMPTED])
def test_a_structured_answer_comes_back_typed(client: Client, model: str):
    schema: Any = Person if model == CHAT else {"type": "object"}
    ask = "Ada is 36 years old. Who is she? Answer as JSON with name and age."
    result = client.call(lambda runtime: runtime.llm(CHAT).invoke(ask, output=schema, temperature=0, max_tokens=60))
    if model == CHAT:
        assert isinstance(result.parsed, Person)
    else:
        assert isinstance(result.parsed, dict)


def test_a_schema_binds_every_token(client: Client):
    schema = {
        "type": "object",
        "properties": {"colour": {"enum": ["violet"]}, "count": {"const": 7}},
        "required": ["colour", "count"],
        "additionalProperties": False,
    }
    result = client.call(lambda runtime: runtime.llm(CHAT).invoke("Say anything.", output=schema, temperature=0, max_tokens=60))
    assert result.parsed == {"colour": "violet", "count": 7}


def test_a_streamed_structured_answer_is_parsed_at_its_end(client: Client):
    schema = {"type": "object", "properties": {"n": {"const": 5}}, "required": ["n"], "additionalProperties": False}
    options: dict[str, Any] = {"output": schema, "temperature": 0, "max_tokens": 40}
    result = client.call(lambda runtime: runtime.llm(CHAT).stream("Say anything.", **options).result())
    assert result.parsed == {"n": 5}


def test_completion_mode_continues_a_prompt(client: Client):
    prompt = "One, two, three, four, five,"
    whole = client.call(lambda runtime: runtime.llm(STORY).invoke(prompt, **GREEDY))
    assert "six" in whole.text
    assert whole.finish.unified == "length"
    assert whole.usage.output.total == 24
    found = client.events(lambda runtime: runtime.llm(STORY).stream(prompt, **GREEDY))
    check_laws(found)
    assert text_of(found) == whole.text


@pytest.mark.parametrize("model", [CHAT, STORY])
def test_a_stop_word_ends_the_answer_and_stays_out_of_it(client: Client, model: str):
    prompt = "Count: one, two, three, four, five, six, seven, eight."
    free = client.call(lambda runtime: runtime.llm(model).invoke(prompt, **GREEDY)).text
    word = free.split()[2]
    result = client.call(lambda runtime: runtime.llm(model).invoke(prompt, stop=[word], **GREEDY))
    assert result.finish.unified == "stop"
    assert result.text == free.split(word)[0]
    assert {(warning.kind, warning.field) for warning in result.warnings} == {("undeclared", "stop")}


def test_a_length_limit_is_a_finish_of_its_own(client: Client):
    result = client.call(lambda runtime: runtime.llm(CHAT).invoke("Tell me a long story.", temperature=0, max_tokens=4))
    assert (result.finish.unified, result.usage.output.total) == ("length", 4)


def test_log_probabilities_of_a_chat_come_with_their_alternatives(client: Client):
    options = {**GREEDY, "logprobs": True, "top_logprobs": 3}
    result = client.call(lambda runtime: runtime.llm(CHAT).invoke(FRANCE, **options))
    assert "".join(row.token for row in result.logprobs) == result.text
    for row in result.logprobs:
        assert row.logprob <= 0
        assert len(row.top) == 3
        assert math.isclose(max(value for _, value in row.top), row.logprob)


def test_log_probabilities_of_a_completion_and_of_a_stream(client: Client):
    options = {**GREEDY, "max_tokens": 5, "logprobs": 2}
    result = client.call(lambda runtime: runtime.llm(STORY).invoke("One, two, three,", **options))
    assert "".join(row.token for row in result.logprobs) == result.text
    assert all(len(row.top) == 2 for row in result.logprobs)
    streamed = client.call(lambda runtime: runtime.llm(CHAT).stream(FRANCE, logprobs=True, top_logprobs=2, **GREEDY).result())
    assert "".join(row.token for row in streamed.logprobs) == streamed.text


def test_a_conversation_with_several_turns_and_a_text_beyond_ascii(client: Client):
    turns = [
        {"role": "system", "content": "You repeat what the user says."},
        {"role": "user", "content": "Say: grüße 你好 🙂"},
        {"role": "assistant", "content": "grüße 你好 🙂"},
        {"role": "user", "content": "Say: grüße 你好 🙂"},
    ]
    whole = client.call(lambda runtime: runtime.llm(CHAT).invoke(turns, **GREEDY))
    assert "你好" in whole.text
    found = client.events(lambda runtime: runtime.llm(CHAT).stream(turns, **GREEDY))
    assert text_of(found) == whole.text


def test_eight_calls_at_once_keep_their_answers_apart(client: Client):
    def work(number: int) -> Any:
        schema = {"type": "object", "properties": {"n": {"const": number}}, "required": ["n"], "additionalProperties": False}
        return lambda runtime: runtime.llm(CHAT).invoke("Say anything.", output=schema, temperature=0, max_tokens=30)

    results = client.together([work(number) for number in range(8)])
    assert [result.parsed for result in results] == [{"n": number} for number in range(8)]
    assert len({result.response_id for result in results}) == 8
