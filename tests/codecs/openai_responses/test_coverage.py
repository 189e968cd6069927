"""Everything that the `openai` package can say or hear in the Responses API is said, passed on or heard, or has a reason."""

from __future__ import annotations

import json
from typing import Any, get_args

import pytest
from openai.types import responses
from openai.types.responses import response_create_params, response_input_param, tool_param

from modelruntime.codecs.call_warnings import CallWarnings
from modelruntime.codecs.openai_responses.family import FAILED, FAMILY, PENDING, finish_of
from modelruntime.codecs.openai_responses.parse_items import parse_item
from modelruntime.codecs.openai_responses.render_items import render_items
from modelruntime.codecs.openai_responses.responses import CODEC
from modelruntime.entities.call import LLMCall
from modelruntime.entities.messages import AssistantMessage, SystemMessage, ToolMessage, UserMessage
from modelruntime.entities.output import OutputFormat
from modelruntime.entities.parts import HostedToolPart, ImagePart, OpaquePart, TextPart
from modelruntime.entities.tools import HostedTool, Tool, ToolChoice
from tests.codecs.calls import endpoint, sent_by
from tests.codecs.sdk_types import keys_of, words_of

HELLO = (UserMessage("Hello"),)
TYPED: dict[str, Any] = {
    "model": {},
    "input": {},
    "instructions": {"messages": (SystemMessage("Be kind.", provider_metadata={FAMILY: {"instructions": True}}), *HELLO)},
    "tools": {"tools": (Tool("f"),)},
    "tool_choice": {"tools": (Tool("f"),), "tool_choice": ToolChoice("required")},
    "parallel_tool_calls": {"tools": (Tool("f"),), "tool_choice": ToolChoice("auto", parallel=False)},
    "text": {"output": OutputFormat("json")},
    "reasoning": {"parameters": {"reasoning_effort": "low"}},
    "max_output_tokens": {"parameters": {"max_tokens": 9}},
    "stream": {"stream": True},
}
"""Field of the body → the call that says it in our words."""
PASSED = {
    "access_programs": "the vendor's own programs of access",
    "background": "the answer is made in the background, and asked for",
    "background_options": "how such an answer is kept",
    "context_management": "the vendor's own shortening of the history",
    "conversation": "a history that the vendor keeps",
    "image": "what images are made",
    "include": "what an answer holds besides",
    "max_tool_calls": "a bound on the vendor's tools",
    "metadata": "the caller's own labels",
    "moderation": "a check of the content",
    "previous_response_id": "an answer that the vendor keeps",
    "prompt": "a prompt that the vendor keeps",
    "prompt_cache_key": "where the prompt is cached",
    "prompt_cache_options": "how it is",
    "prompt_cache_retention": "for how long",
    "safety_identifier": "a user's id for abuse checks",
    "service_tier": "a word; prices differ by it, the answer names it",
    "store": "whether the vendor keeps the answer",
    "stream_options": "padding of a stream's events",
    "temperature": "a number",
    "top_logprobs": "how many alternatives",
    "top_p": "a number",
    "truncation": "what happens to a history that is too long",
    "user": "the older word for a user's id",
}
"""Field of the body → what it is; a parameter of the same name arrives in the body as it is."""
REQUEST = keys_of(response_create_params.ResponseCreateParamsStreaming)


def body(**call: Any) -> dict[str, Any]:
    wanted = LLMCall("m", **{"messages": HELLO, **call})
    request = CODEC.stream(wanted, endpoint()).start() if wanted.stream else sent_by(CODEC.invoke(wanted, endpoint()))
    sent = json.loads(request.body or b"")
    assert isinstance(sent, dict)
    return sent


def test_every_field_of_a_request_is_known() -> None:
    assert REQUEST - TYPED.keys() - PASSED.keys() == set()
    assert (TYPED.keys() | PASSED.keys()) - REQUEST == set()


@pytest.mark.parametrize("field", sorted(TYPED))
def test_a_field_with_words_of_ours_is_rendered(field: str) -> None:
    assert field in body(**TYPED[field])


@pytest.mark.parametrize("field", sorted(PASSED))
def test_another_field_is_passed_on(field: str) -> None:
    assert body(parameters={field: {"some": "thing"}})[field] == {"some": "thing"}


SAMPLES: dict[str, dict[str, Any]] = {
    "message": {"role": "assistant", "id": "m", "content": [{"type": "output_text", "text": "x", "annotations": []}]},
    "reasoning": {"id": "r", "summary": [{"type": "summary_text", "text": "x"}], "content": []},
    "function_call": {"call_id": "c", "name": "f", "arguments": "{}"},
    "image_generation_call": {"id": "i", "result": "aGVsbG8="},
}
OUTPUT = sorted(words_of(responses.ResponseOutputItem))
INPUT = words_of(response_input_param.ResponseInputItemParam)


@pytest.mark.parametrize("kind", OUTPUT)
def test_every_item_of_an_answer_goes_back_as_it_came(kind: str) -> None:
    item = {"type": kind, **SAMPLES.get(kind, {"id": "i", "some": "thing"})}
    message = AssistantMessage(tuple(parse_item(json.loads(json.dumps(item)))))
    assert render_items(message, CallWarnings(strict=True)) == [item]


def test_every_item_of_a_request_can_be_said() -> None:
    """Those that callers make stand in a user's message, each as an opaque part."""
    made = sorted(INPUT - set(OUTPUT))
    parts = tuple(OpaquePart(FAMILY, kind, {"type": kind}) for kind in made)
    sent = body(messages=(UserMessage((*parts, TextPart("Hello"))),))["input"]
    assert sent == [*(part.data for part in parts), {"role": "user", "content": [{"type": "input_text", "text": "Hello"}]}]


def test_the_output_of_a_tool_that_takes_free_text_or_of_a_computer_has_a_form_of_its_own() -> None:
    calls = tuple(
        HostedToolPart(kind, "call", "i", {"type": f"{kind}_call", "call_id": kind}, family=FAMILY)
        for kind in ("custom_tool", "computer")
    )
    history = (
        *HELLO,
        AssistantMessage(calls),
        ToolMessage("custom_tool", "done"),
        ToolMessage("computer", (ImagePart("https://x.test/screen.png"),)),
        ToolMessage("other", "plain"),
    )
    assert body(messages=history)["input"][-3:] == [
        {"type": "custom_tool_call_output", "call_id": "custom_tool", "output": "done"},
        {
            "type": "computer_call_output",
            "call_id": "computer",
            "output": {"type": "computer_screenshot", "image_url": "https://x.test/screen.png"},
        },
        {"type": "function_call_output", "call_id": "other", "output": "plain"},
    ]


@pytest.mark.parametrize("kind", sorted(words_of(tool_param.ToolParam) - {"function"}))
def test_every_tool_of_the_vendors_can_be_offered_and_chosen(kind: str) -> None:
    options = {"mcp": {"server_label": "s"}, "custom": {"name": "mine"}}.get(kind, {})
    tool = HostedTool(kind, options)
    sent = body(tools=(tool,), tool_choice=ToolChoice("tool", options.get("name", kind)))
    assert sent["tools"] == [{"type": kind, **options}]
    assert sent["tool_choice"] == {"type": kind, **options}


def test_a_function_is_chosen_by_its_name() -> None:
    chosen = body(tools=(Tool("f"), HostedTool("web_search")), tool_choice=ToolChoice("tool", "f"))["tool_choice"]
    assert chosen == {"type": "function", "name": "f"}


STATUS = {"completed": "stop", "incomplete": "other"}


@pytest.mark.parametrize("word", sorted(set(get_args(responses.ResponseStatus)) - {*FAILED, *PENDING}))
def test_every_status_is_told(word: str) -> None:
    assert finish_of({"status": word}, AssistantMessage("")).unified == STATUS[word]
