"""Several answers to one request: from a vendor of the family at once, from any other one call after the other."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import openai
import pytest
from openai import OpenAI

from tests.gateway.serving import KEY, Running, serving
from tests.simulators.openai_family import OpenAISimulator
from tests.simulators.recorded_vendor import Answer, RecordedVendor, recorded_vendor

FOREIGN = """\
provider: foreign
label: {en_US: Foreign}
icon_small: {en_US: icon.svg}
supported_model_types: [llm]
configurate_methods: [predefined-model]
provider_credential_schema:
  credential_form_schemas:
    - {variable: base_url, type: text-input, required: true, format: url, label: {en_US: URL}}
codec: {llm: anthropic_messages}
endpoint: "{base_url}"
models:
  - model: other
    model_type: llm
    model_properties: {mode: chat}
    parameter_rules: [{name: max_tokens, use_template: max_tokens, max: 4096}]
    pricing: {input: "1.00", output: "2.00", per: 1M tokens, currency: USD}
"""


@pytest.fixture
def foreign():
    with recorded_vendor() as vendor:
        yield vendor


@pytest.fixture
def gateway(settings: dict[str, Any], foreign: RecordedVendor):
    settings["documents"].append(FOREIGN)
    settings["credentials"]["foreign"] = {"base_url": f"{foreign.url}/v1"}
    with serving(settings) as running:
        yield running


@pytest.fixture
def client(gateway: Running):
    with OpenAI(base_url=f"{gateway.url}/v1", api_key=KEY, max_retries=0) as client:
        yield client


def message(text: str) -> Answer:
    content = [{"type": "text", "text": text}]
    usage = {"input_tokens": 10, "output_tokens": 5}
    body = {"id": "m", "type": "message", "role": "assistant", "model": "other", "content": content, "stop_reason": "end_turn"}
    return Answer(body=json.dumps({**body, "usage": usage}).encode())


def stream(text: str) -> Answer:
    events: list[dict[str, Any]] = [
        {"type": "message_start", "message": {"id": "m", "model": "other", "usage": {"input_tokens": 10, "output_tokens": 1}}},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text}},
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 5}},
        {"type": "message_stop"},
    ]
    body = "".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in events)
    return Answer(media_type="text/event-stream", body=body.encode())


ASK: Any = {"model": "foreign/other", "messages": [{"role": "user", "content": "hi"}], "n": 3}


def test_another_family_is_asked_once_for_each(client: OpenAI, gateway: Running, foreign: RecordedVendor):
    foreign.answers = [message("a"), message("b"), message("c")]
    answer = client.chat.completions.create(**ASK)
    assert [(choice.index, choice.message.content) for choice in answer.choices] == [(0, "a"), (1, "b"), (2, "c")]
    assert answer.usage is not None
    assert (answer.usage.prompt_tokens, answer.usage.completion_tokens, answer.usage.total_tokens) == (30, 15, 45)
    (record,) = gateway.kept.records
    assert (record.usage.input.total, record.usage.output.total, len(record.attempts)) == (30, 15, 3)
    assert record.cost is not None
    assert record.cost.total == Decimal("0.00006")
    assert all(b'"n"' not in asked.body for asked in foreign.asked)


def test_another_family_streams_one_after_the_other(client: OpenAI, gateway: Running, foreign: RecordedVendor):
    foreign.answers = [stream("a"), stream("b"), stream("c")]
    chunks = list(client.chat.completions.create(**ASK, stream=True, stream_options={"include_usage": True}))
    said = [(choice.index, choice.delta.content) for chunk in chunks for choice in chunk.choices if choice.delta.content]
    assert said == [(0, "a"), (1, "b"), (2, "c")]
    ended = [choice.index for chunk in chunks for choice in chunk.choices if choice.finish_reason]
    assert ended == [0, 1, 2]
    (usage,) = [chunk.usage for chunk in chunks if chunk.usage]
    assert (usage.prompt_tokens, usage.completion_tokens) == (30, 15)
    (record,) = gateway.kept.records
    assert record.usage.output.total == 15


def test_a_failure_of_a_later_one_is_told(client: OpenAI, gateway: Running, foreign: RecordedVendor):
    foreign.answers = [stream("a"), Answer(400, body=b'{"type":"error","error":{"type":"invalid_request_error","message":"no"}}')]
    with pytest.raises(openai.APIError):
        list(client.chat.completions.create(**ASK, stream=True))
    (record,) = gateway.kept.records
    assert record.code == "invalid_request"


def test_the_family_gives_all_at_once(client: OpenAI, gateway: Running, vendor: OpenAISimulator):
    client.chat.completions.create(**{**ASK, "model": "sim/sim-chat"})
    assert len(vendor.requests) == 1
    assert vendor.requests[0][1]["n"] == 3
    (record,) = gateway.kept.records
    assert record.usage.input.total == 10


def test_several_prompts(client: OpenAI, foreign: RecordedVendor):
    foreign.answers = [message("a"), message("b")]
    answer = client.completions.create(model="foreign/other", prompt=["one", "two"])
    assert [(choice.index, choice.text) for choice in answer.choices] == [(0, "a"), (1, "b")]
    assert [json.loads(asked.body)["messages"][0]["content"][0]["text"] for asked in foreign.asked] == ["one", "two"]


@pytest.mark.parametrize("n", [0, -1, 129, 10**30, 1.5, "2", True, []])
def test_a_wrong_number_is_refused(client: OpenAI, n: Any):
    with pytest.raises(openai.BadRequestError) as raised:
        client.chat.completions.create(**{**ASK, "n": n})
    assert raised.value.param == "n"


CUSTOM: Any = [{"type": "custom", "custom": {"name": "shell"}}]


@pytest.mark.parametrize(
    "change, place",
    [
        ({"tools": CUSTOM}, "tools[0].type"),
        ({"functions": [{"name": "x"}]}, "functions"),
        ({"messages": [{"role": "user", "content": [{"type": "hologram", "of": 1}]}]}, "messages[0].content[0].type"),
        ({"messages": [{"role": "function", "name": "x", "content": "1"}]}, "messages[0].role"),
        ({"tool_choice": {"type": "custom", "custom": {"name": "shell"}}}, "tool_choice.type"),
    ],
)
def test_what_only_the_family_knows_goes_to_it_alone(client: OpenAI, vendor: OpenAISimulator, change: Any, place: str):
    ask: Any = {**ASK, "n": 1, **change}
    with pytest.raises(openai.BadRequestError) as raised:
        client.chat.completions.create(**ask)
    assert raised.value.param == place
    client.chat.completions.with_raw_response.create(**{**ask, "model": "sim/sim-chat"})
    (name, value) = next(iter(change.items()))
    assert vendor.requests[-1][1][name] == value
