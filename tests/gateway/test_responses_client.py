"""OpenAI's client of the Responses API, unchanged, against the gateway; the vendor behind it speaks chat completions. Every reply
also satisfies the types of the open specification."""

from __future__ import annotations

import json
from typing import Any

import openai
import pytest
from openai import OpenAI
from openresponses_types.types import ResponseResource
from pydantic import BaseModel

from tests.gateway.serving import KEY, Running
from tests.simulators.openai_family import OpenAISimulator

TOOL: Any = {"type": "function", "name": "weather", "strict": False, "parameters": {"type": "object", "properties": {}}}


@pytest.fixture
def client(gateway: Running):
    with OpenAI(base_url=f"{gateway.url}/v1", api_key=KEY, max_retries=0) as client:
        yield client


def test_an_answer(client: OpenAI, vendor: OpenAISimulator):
    raw = client.responses.with_raw_response.create(
        model="sim/sim-chat", input="hello", instructions="Be brief.", max_output_tokens=64, temperature=0.5
    )
    answer = raw.parse()
    ResponseResource.model_validate_json(raw.text if isinstance(raw.text, str) else raw.text())
    assert (answer.output_text, answer.status, answer.model) == ("You said: hello", "completed", "sim/sim-chat")
    assert answer.usage is not None
    assert (answer.usage.input_tokens, answer.usage.output_tokens, answer.usage.total_tokens) == (10, 5, 15)
    sent = vendor.requests[-1][1]
    assert [message["role"] for message in sent["messages"]] == ["system", "user"]
    assert (sent["max_tokens"], sent["temperature"]) == (64, 0.5)


def test_a_stream(client: OpenAI):
    with client.responses.stream(model="sim/sim-chat", input="one two three") as stream:
        events = list(stream)
        answer = stream.get_final_response()
    deltas = "".join(event.delta for event in events if event.type == "response.output_text.delta")
    assert deltas == answer.output_text == "You said: one two three"
    assert [event.sequence_number for event in events] == list(range(len(events)))
    assert (events[0].type, events[-1].type) == ("response.created", "response.completed")
    assert answer.usage is not None
    assert answer.usage.output_tokens == 5


@pytest.mark.parametrize("stream", [False, True])
def test_tools(client: OpenAI, stream: bool):
    question: Any = {"model": "sim/sim-chat", "input": [{"role": "user", "content": "weather?"}], "tools": [TOOL]}
    if stream:
        with client.responses.stream(**question) as events:
            answer: Any = events.get_final_response()
    else:
        answer = client.responses.create(**question)
    (call,) = [item for item in answer.output if item.type == "function_call"]
    assert (call.name, json.loads(call.arguments)) == ("weather", {"city": "Oslo"})
    history = [*question["input"], call.model_dump(exclude_none=True)]
    history.append({"type": "function_call_output", "call_id": call.call_id, "output": "rain"})
    again = client.responses.create(model="sim/sim-chat", input=history, tools=[TOOL])
    assert again.output_text == "You said: rain"


class City(BaseModel):
    name: str


def test_structured_output(client: OpenAI):
    assert client.responses.parse(model="sim/sim-chat", input="?", text_format=City).output_parsed == City(name="Oslo")


def test_an_earlier_answer_is_not_known_here(client: OpenAI):
    with pytest.raises(openai.BadRequestError) as raised:
        client.responses.create(model="sim/sim-chat", input="x", previous_response_id="resp_1")
    assert raised.value.param == "previous_response_id"


@pytest.mark.parametrize(
    "change, field",
    [
        ({"input": [{"role": "nobody", "content": "x"}]}, "input[0].role"),
        ({"input": [{"type": "function_call", "name": "x"}]}, "input[0].call_id"),
        ({"input": []}, "input"),
        ({"tools": [{"type": "function"}]}, "tools[0].name"),
        ({"tool_choice": "perhaps"}, "tool_choice"),
        ({"temperature": 9}, "temperature"),
    ],
)
def test_what_cannot_be_read_is_named(client: OpenAI, change: Any, field: str):
    with pytest.raises(openai.BadRequestError) as raised:
        client.responses.create(**{"model": "sim/sim-chat", "input": "x", **change})
    assert raised.value.param == field
