"""Anthropic's own client, unchanged, against the gateway; the vendor behind it speaks another family."""

from __future__ import annotations

from typing import Any

import anthropic
import pytest
from anthropic import Anthropic, AsyncAnthropic

from tests.gateway.serving import KEY, Running
from tests.simulators.openai_family import OpenAISimulator

TOOL: Any = {"name": "weather", "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}}}


@pytest.fixture
def client(gateway: Running):
    with Anthropic(base_url=gateway.url, api_key=KEY, max_retries=0) as client:
        yield client


def ask(text: str, **more: Any) -> Any:
    return {"model": "sim/sim-chat", "max_tokens": 64, "messages": [{"role": "user", "content": text}], **more}


def test_a_message(client: Anthropic, vendor: OpenAISimulator):
    answer = client.messages.create(**ask("hello", system="Be brief.", stop_sequences=["x"]))
    assert [block.text for block in answer.content if block.type == "text"] == ["You said: hello"]
    assert (answer.stop_reason, answer.role, answer.model) == ("end_turn", "assistant", "sim/sim-chat")
    assert (answer.usage.input_tokens, answer.usage.output_tokens) == (10, 5)
    sent = vendor.requests[-1][1]
    assert [message["role"] for message in sent["messages"]] == ["system", "user"]
    assert (sent["max_tokens"], sent["stop"]) == (64, ["x"])


def test_a_stream(client: Anthropic):
    with client.messages.stream(**ask("one two three")) as stream:
        text = "".join(stream.text_stream)
        message = stream.get_final_message()
    assert text == "You said: one two three"
    assert [block.text for block in message.content if block.type == "text"] == [text]
    assert (message.stop_reason, message.usage.output_tokens) == ("end_turn", 5)


@pytest.mark.parametrize("stream", [False, True])
def test_tools(client: Anthropic, vendor: OpenAISimulator, stream: bool):
    question = ask("weather?", tools=[TOOL], tool_choice={"type": "auto", "disable_parallel_tool_use": True})
    if stream:
        with client.messages.stream(**question) as events:
            answer = events.get_final_message()
    else:
        answer = client.messages.create(**question)
    assert answer.stop_reason == "tool_use"
    (call,) = [block for block in answer.content if block.type == "tool_use"]
    assert (call.name, call.input) == ("weather", {"city": "Oslo"})
    result = {"type": "tool_result", "tool_use_id": call.id, "content": "rain"}
    turns: Any = [*question["messages"], {"role": "assistant", "content": answer.content}, {"role": "user", "content": [result]}]
    again = client.messages.create(model="sim/sim-chat", max_tokens=64, messages=turns, tools=[TOOL])
    assert [block.text for block in again.content if block.type == "text"] == ["You said: rain"]
    assert vendor.requests[0][1]["parallel_tool_calls"] is False


def test_structured_output(client: Anthropic):
    schema = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"], "additionalProperties": False}
    answer = client.messages.create(**ask("?", output_config={"format": {"type": "json_schema", "schema": schema}}))
    assert [block.text for block in answer.content if block.type == "text"] == ['{"n": 42}']


def test_an_image(client: Anthropic, vendor: OpenAISimulator):
    image = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "iVBORw0KGgo="}}
    client.messages.create(**ask([{"type": "text", "text": "what?"}, image]))  # type: ignore[arg-type]
    assert vendor.requests[-1][1]["messages"][0]["content"][1]["image_url"]["url"] == "data:image/png;base64,iVBORw0KGgo="


def test_what_only_the_family_knows_is_dropped_and_told(client: Anthropic, vendor: OpenAISimulator):
    raw = client.messages.with_raw_response.create(
        **ask("x", thinking={"type": "enabled", "budget_tokens": 1024}, metadata={"user_id": "ann"}, max_tokens=2048)
    )
    sent = vendor.requests[-1][1]
    assert "thinking" not in sent
    assert "metadata" not in sent
    warnings = raw.headers["x-modelruntime-warning"]
    assert "dropped; thinking;" in warnings
    assert "dropped; metadata;" in warnings


@pytest.mark.parametrize(
    "change, kind, status",
    [
        ({"extra_body": {"temperature": 9}}, anthropic.BadRequestError, 400),
        ({"messages": []}, anthropic.BadRequestError, 400),
        ({"messages": [{"role": "user", "content": [{"type": "image"}]}]}, anthropic.BadRequestError, 400),
        ({"tools": [{"name": "x"}]}, anthropic.BadRequestError, 400),
        ({"model": "nobody/x"}, anthropic.NotFoundError, 404),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_errors_are_the_clients_own(client: Anthropic, change: Any, kind: Any, status: int, stream: bool):
    with pytest.raises(kind) as raised:
        client.messages.create(**{**ask("x"), **change}, stream=stream)
    assert raised.value.status_code == status
    assert raised.value.response.json()["type"] == "error"


def test_a_wrong_key(gateway: Running):
    client = Anthropic(base_url=gateway.url, api_key="sk-ant", max_retries=0)
    with client, pytest.raises(anthropic.AuthenticationError):
        client.messages.create(**ask("x"))


def test_tokens_are_counted_here(client: Anthropic, vendor: OpenAISimulator):
    raw = client.messages.with_raw_response.count_tokens(
        model="sim/sim-chat", messages=[{"role": "user", "content": "hello " * 50}]
    )
    assert 40 <= raw.parse().input_tokens <= 120
    assert raw.headers["x-modelruntime-warning"].startswith("estimated;")
    assert vendor.requests == []


async def test_the_async_client(gateway: Running):
    client = AsyncAnthropic(base_url=gateway.url, api_key=KEY, max_retries=0)
    async with client, client.messages.stream(**ask("a b")) as stream:
        assert "".join([text async for text in stream.text_stream]) == "You said: a b"
