"""The Open Responses compliance suite and the types of its specification, over vendors of three families and a local model."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest

from tests.clients.open_responses import CHECKS, WEATHER, Api, Json, judged_response, message, red_square
from tests.gateway.serving import KEY, serving
from tests.gateway.test_edge import wait_until
from tests.simulators import anthropic_family
from tests.simulators.anthropic_family import anthropic_simulator
from tests.simulators.openai_family import DECLARATION, openai_simulator
from tests.simulators.openai_family import KEY as VENDOR_KEY

_OTHERS = """\
provider: {name}
label: {{en_US: {name}}}
icon_small: {{en_US: icon.svg}}
supported_model_types: [llm]
configurate_methods: [predefined-model]
provider_credential_schema:
  credential_form_schemas:
    - {{variable: api_key, type: secret-input, required: true, label: {{en_US: Key}}}}
codec: {{llm: {codec}}}
endpoint: "{url}"
auth: {auth}
models:
  - model: {model}
    model_type: llm
    features: [tool-call, vision, agent-thought]
    model_properties: {{mode: chat}}
    parameter_rules: [{{name: reasoning_effort, type: string}}]
"""
FAMILIES = {"openai_chat": "sim/sim-chat", "anthropic_messages": "ant/claude", "openai_responses": "inner/sim/sim-chat"}
"""Codec of the vendor → the model's name. The last is a second gateway: its answers are relayed."""


@contextmanager
def _gateway() -> Iterator[tuple[str, int]]:
    with ExitStack() as stack:
        chat, messages = stack.enter_context(openai_simulator()), stack.enter_context(anthropic_simulator())
        header = "{header: {name: x-api-key, value: api_key}}"
        ant = _OTHERS.format(name="ant", codec="anthropic_messages", url=messages.url + "/v1", auth=header, model="claude")
        own = {"api_key": VENDOR_KEY, "base_url": chat.url}
        credentials: dict[str, Any] = {"sim": own, "ant": {"api_key": anthropic_family.KEY}}
        settings: dict[str, Any] = {"documents": [DECLARATION, ant], "credentials": credentials}
        inner = stack.enter_context(serving(settings))
        outer = _OTHERS.format(
            name="inner", codec="openai_responses", url=inner.url + "/v1", auth="{bearer: api_key}", model="sim/sim-chat"
        )
        settings = {"documents": [DECLARATION, ant, outer], "credentials": {**credentials, "inner": {"api_key": KEY}}}
        running = stack.enter_context(serving(settings))
        idle = running.tasks()
        yield running.address
        assert wait_until(lambda: running.tasks() == idle)


@pytest.fixture(scope="module")
def address() -> Iterator[tuple[str, int]]:
    with _gateway() as found:
        yield found


@pytest.fixture(scope="module", params=FAMILIES)
def api(request: pytest.FixtureRequest, address: tuple[str, int]) -> Api:
    return Api(address, KEY, FAMILIES[request.param])


@pytest.fixture(scope="module")
def local() -> Iterator[Api]:
    with serving({}) as running:
        yield Api(running.address, KEY, "local/qwen2.5-coder-0.5b-instruct")


@pytest.mark.parametrize("check", CHECKS)
def test_the_suite(api: Api, check: str):
    CHECKS[check](api)


def _wishes() -> dict[str, Json]:
    schema = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
    form = {"type": "json_schema", "name": "place", "schema": schema, "strict": True}
    picture = [{"type": "input_text", "text": "What is it?"}, {"type": "input_image", "image_url": red_square()}]
    return {
        "text": {"given": "hello", "instructions": "Be brief.", "metadata": {"a": "b"}, "max_output_tokens": 64},
        "tools": {"given": "weather?", "tools": [WEATHER], "tool_choice": "auto", "parallel_tool_calls": False},
        "reasoning": {"given": "think", "reasoning": {"effort": "low", "summary": "auto"}, "max_output_tokens": 2048},
        "picture": {"given": [message("user", picture)]},
        "structured": {"given": "where?", "text": {"format": form}},
    }


@pytest.mark.parametrize("wish", _wishes())
def test_what_is_answered_satisfies_the_types(api: Api, wish: str):
    asked = _wishes()[wish]
    whole = api.create(**asked)
    events = api.stream(**asked)
    streamed = judged_response(events[-1]["response"])
    kinds = [item["type"] for item in whole["output"]]
    assert [item["type"] for item in streamed["output"]] == kinds
    assert ("function_call" in kinds) is (wish == "tools")
    assert [event["sequence_number"] for event in events] == list(range(len(events)))


def test_what_was_thought_is_an_item(address: tuple[str, int]):
    api = Api(address, KEY, FAMILIES["anthropic_messages"])
    kinds = [item["type"] for item in api.create(**_wishes()["reasoning"])["output"]]
    assert kinds == ["reasoning", "message"]


@pytest.mark.slow
@pytest.mark.parametrize("check", CHECKS)
def test_the_suite_on_a_local_model(local: Api, check: str):
    CHECKS[check](local)
