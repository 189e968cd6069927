"""OpenAI's own client, unchanged, against the gateway."""

from __future__ import annotations

import asyncio
import io
from decimal import Decimal
from typing import Any

import openai
import pytest
from openai import AsyncOpenAI, OpenAI
from pydantic import BaseModel

from tests.gateway.serving import KEY, Running
from tests.simulators.openai_family import OpenAISimulator, speech, vector

TOOL: Any = {
    "type": "function",
    "function": {"name": "weather", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}},
}


@pytest.fixture
def client(gateway: Running):
    with OpenAI(base_url=f"{gateway.url}/v1", api_key=KEY, max_retries=0) as client:
        yield client


def say(text: str) -> Any:
    return [{"role": "user", "content": text}]


def test_chat(client: OpenAI, gateway: Running):
    answer = client.chat.completions.create(model="sim/sim-chat", messages=say("hello"), temperature=0.5)
    assert answer.choices[0].message.content == "You said: hello"
    assert answer.choices[0].finish_reason == "stop"
    assert answer.usage is not None
    assert (answer.usage.prompt_tokens, answer.usage.completion_tokens, answer.usage.total_tokens) == (10, 5, 15)
    (record,) = gateway.kept.records
    assert (record.provider, record.model, record.status, record.stream) == ("sim", "sim-chat", 200, False)
    assert record.usage.input.total == 10
    assert record.cost is not None
    assert record.cost.total == Decimal("0.00002")
    assert gateway.kept.admitted == gateway.kept.given_back == 1


def test_a_stream(client: OpenAI, gateway: Running):
    stream = client.chat.completions.create(
        model="sim/sim-chat", messages=say("one two three"), stream=True, stream_options={"include_usage": True}
    )
    chunks = list(stream)
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert text == "You said: one two three"
    assert [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices][-1] == "stop"
    usages = [chunk.usage for chunk in chunks if chunk.usage]
    assert len(usages) == 1
    assert usages[0].total_tokens == 15
    (record,) = gateway.kept.records
    assert record.stream
    assert record.usage.output.total == 5
    (attempt,) = record.attempts
    assert (attempt.provider, attempt.model, attempt.error) == ("sim", "sim-chat", None)
    assert attempt.usage == record.usage
    assert record.first_token_seconds is not None


def test_usage_is_not_streamed_unasked(client: OpenAI):
    chunks = list(client.chat.completions.create(model="sim/sim-chat", messages=say("x"), stream=True))
    assert all(chunk.usage is None and chunk.choices for chunk in chunks)


@pytest.mark.parametrize("stream", [False, True])
def test_tools(client: OpenAI, stream: bool):
    messages = say("weather?")
    if stream:
        with client.chat.completions.stream(model="sim/sim-chat", messages=messages, tools=[TOOL]) as events:
            choice: Any = events.get_final_completion().choices[0]
    else:
        choice = client.chat.completions.create(model="sim/sim-chat", messages=messages, tools=[TOOL]).choices[0]
    (call,) = choice.message.tool_calls
    assert (call.function.name, call.function.arguments, choice.finish_reason) == ("weather", '{"city": "Oslo"}', "tool_calls")
    messages += [choice.message.model_dump(exclude_none=True), {"role": "tool", "tool_call_id": call.id, "content": "rain"}]
    again = client.chat.completions.create(model="sim/sim-chat", messages=messages, tools=[TOOL])
    assert again.choices[0].message.content == "You said: rain"


class City(BaseModel):
    name: str
    people: int


def test_structured_output(client: OpenAI):
    answer = client.chat.completions.parse(model="sim/sim-chat", messages=say("?"), response_format=City)
    assert answer.choices[0].message.parsed == City(name="Oslo", people=42)


def test_images_reach_the_vendor(client: OpenAI, vendor: OpenAISimulator):
    url = "data:image/png;base64,iVBORw0KGgo="
    content: Any = [{"type": "text", "text": "what?"}, {"type": "image_url", "image_url": {"url": url, "detail": "low"}}]
    answer = client.chat.completions.with_raw_response.create(model="sim/sim-chat", messages=[{"role": "user", "content": content}])
    assert vendor.requests[-1][1]["messages"][0]["content"][1] == {
        "type": "image_url",
        "image_url": {"url": url, "detail": "low"},
    }
    assert "vision" in answer.headers["x-modelruntime-warning"], "the model does not declare it, and the client is told"


def test_fields_of_the_family_reach_a_vendor_of_the_family(client: OpenAI, vendor: OpenAISimulator):
    client.chat.completions.create(model="sim/sim-chat", messages=say("x"), user="ann", seed=7, metadata={"a": "b"})
    sent = vendor.requests[-1][1]
    assert (sent["user"], sent["seed"], sent["metadata"]) == ("ann", 7, {"a": "b"})


def test_an_undeclared_parameter_passes_with_a_warning(client: OpenAI, vendor: OpenAISimulator):
    raw = client.chat.completions.with_raw_response.create(model="sim/sim-chat", messages=say("x"), top_p=0.5)
    assert vendor.requests[-1][1]["top_p"] == 0.5
    assert raw.headers["x-modelruntime-warning"].startswith("undeclared; top_p;")


@pytest.mark.parametrize(
    "body, status, code, field",
    [
        ({"model": "sim/sim-chat", "messages": say("x"), "temperature": 9}, 400, "invalid_request", "temperature"),
        ({"model": "sim/sim-chat", "messages": []}, 400, "invalid_request", "messages"),
        ({"model": "sim/sim-chat", "messages": [{"role": "user"}]}, 400, "invalid_request", "messages[0].content"),
        ({"model": "nobody/x", "messages": say("x")}, 404, "model_not_found", None),
        ({"model": "plain", "messages": say("x")}, 404, "model_not_found", None),
        ({"model": "sim/unknown", "messages": say("x")}, 404, "model_not_found", None),
        ({"model": "openai/gpt-4o", "messages": say("x")}, 424, "not_configured", None),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_errors_are_the_clients_own(client: OpenAI, body: Any, status: int, code: str, field: str | None, stream: bool):
    with pytest.raises(openai.APIStatusError) as raised:
        client.chat.completions.create(**body, stream=stream)
    error = raised.value
    assert (error.status_code, error.code, error.param) == (status, code, field)
    assert error.request_id
    assert error.request_id == error.response.json()["error"]["request_id"]


def test_a_wrong_key_is_refused(gateway: Running):
    wrong = KEY[:-1] + ("a" if KEY[-1] != "a" else "b")
    for key in ("sk-nothing", wrong, "mr_.x", "mr_x"):
        client = OpenAI(base_url=f"{gateway.url}/v1", api_key=key, max_retries=0)
        with client, pytest.raises(openai.AuthenticationError) as raised:
            client.models.list()
        assert raised.value.code == "invalid_api_key"
    assert gateway.kept.records == []


def test_a_vendors_refused_key_is_not_the_clients_fault(client: OpenAI, gateway: Running):
    gateway.gateway.plane.base.core.resolver.sources[0].for_provider("sim")["api_key"] = "sk-wrong"  # type: ignore[index]
    with pytest.raises(openai.InternalServerError) as raised:
        client.chat.completions.create(model="sim/sim-chat", messages=say("x"))
    assert (raised.value.status_code, raised.value.code) == (502, "upstream_credentials_exhausted")
    assert "sk-wrong" not in str(raised.value.response.content)


@pytest.mark.parametrize("encoding", ["float", "base64"])
def test_embeddings(client: OpenAI, encoding: Any):
    answer = client.embeddings.create(model="sim/sim-embed", input=["abc", "bad"], encoding_format=encoding)
    rows: list[Any] = [row.embedding for row in answer.data]
    if encoding == "float":
        assert rows == [vector("abc"), vector("bad")]
    assert len(rows) == 2
    assert answer.usage.prompt_tokens == 8


def test_embeddings_as_the_client_asks_by_default(client: OpenAI):
    assert [row.embedding for row in client.embeddings.create(model="sim/sim-embed", input="abc").data] == [vector("abc")]


@pytest.mark.parametrize("ids", [[1, 1, 5], [[1, 1, 5], [0]]])
def test_token_ids_go_to_the_family_as_they_are(client: OpenAI, vendor: OpenAISimulator, ids: Any):
    answer = client.embeddings.create(model="sim/sim-embed", input=ids)
    rows = ids if isinstance(ids[0], list) else [ids]
    assert [row.embedding for row in answer.data] == [vector(row) for row in rows]
    assert vendor.requests[-1][1]["input"] == rows


@pytest.mark.parametrize(
    ("ids", "place"),
    [([1, -1], "input"), ([1, "a"], "input"), ([[1], []], "input[1]"), ([[1], "a"], "input[1]"), ([True], "input[0]")],
)
def test_what_is_no_list_of_token_ids_is_named(client: OpenAI, ids: Any, place: str):
    with pytest.raises(openai.BadRequestError) as raised:
        client.embeddings.create(model="sim/sim-embed", input=ids)
    assert raised.value.param == place


def test_moderation(client: OpenAI):
    answer = client.moderations.create(model="sim/sim-judge", input=["good", "bad"])
    assert [row.flagged for row in answer.results] == [False, True]
    assert answer.results[1].categories.harassment
    assert answer.results[1].category_scores.harassment == 0.9


def test_speech(client: OpenAI):
    with client.audio.speech.with_streaming_response.create(model="sim/sim-mouth", input="Hi", voice="ann") as answer:
        assert answer.headers["content-type"] == "audio/wav"
        assert answer.read() == speech("Hi")


@pytest.mark.parametrize("form", ["json", "text", "srt", "vtt", "verbose_json"])
def test_transcription(client: OpenAI, form: Any):
    answer: Any = client.audio.transcriptions.create(
        model="sim/sim-ear", file=("tone.wav", io.BytesIO(speech("x")), "audio/wav"), response_format=form
    )
    text = answer if isinstance(answer, str) else answer.text
    assert "heard 1 wave file" in text
    if form == "srt":
        assert text.startswith("1\n00:00:00,000 --> ")
    if form == "vtt":
        assert text.startswith("WEBVTT\n\n00:00:00.000 --> ")


def test_a_transcription_as_a_stream(client: OpenAI):
    events = list(client.audio.transcriptions.create(model="sim/sim-ear", file=("a.wav", speech("x"), "audio/wav"), stream=True))
    assert [event.type for event in events] == ["transcript.text.delta", "transcript.text.done"]
    assert events[1].text == "heard 1 wave file"  # type: ignore[union-attr]


def test_models(client: OpenAI):
    names = {model.id for model in client.models.list()}
    assert "sim/sim-chat" in names
    assert "openai/gpt-4o" not in names, "only what can be called now"
    found: Any = client.models.retrieve("sim/sim-chat")
    assert found.model_type == "llm"
    assert found.pricing["input"] == "1.00"
    assert [rule["name"] for rule in found.parameter_rules] == ["temperature", "max_tokens"]
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("sim/none")


async def test_the_async_client(gateway: Running):
    async with AsyncOpenAI(base_url=f"{gateway.url}/v1", api_key=KEY, max_retries=0) as client:
        answers = await asyncio.gather(
            *(client.chat.completions.create(model="sim/sim-chat", messages=say(str(at))) for at in range(16))
        )
        assert [answer.choices[0].message.content for answer in answers] == [f"You said: {at}" for at in range(16)]
        stream = await client.chat.completions.create(model="sim/sim-chat", messages=say("a b"), stream=True)
        assert "".join([chunk.choices[0].delta.content or "" async for chunk in stream if chunk.choices]) == "You said: a b"
