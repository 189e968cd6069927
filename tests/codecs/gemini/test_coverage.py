"""Everything that `google-genai` can say or hear of generateContent is said, passed on or heard, or has a reason."""

from __future__ import annotations

import json
from typing import Any

import pytest
from google.genai import types
from pydantic.alias_generators import to_camel

from modelruntime.codecs.call_warnings import CallWarnings
from modelruntime.codecs.gather import gather
from modelruntime.codecs.gemini.family import FAMILY, MODES, finish_of
from modelruntime.codecs.gemini.generate import CODEC
from modelruntime.codecs.gemini.parse_parts import parse_part
from modelruntime.codecs.gemini.render_parts import render_part
from modelruntime.entities.call import LLMCall
from modelruntime.entities.http import ResponseHead
from modelruntime.entities.llm_result import TokenLogprob
from modelruntime.entities.messages import SystemMessage, UserMessage
from modelruntime.entities.output import OutputFormat
from modelruntime.entities.parts import VideoPart
from modelruntime.entities.tools import HostedTool, Tool, ToolChoice
from tests.codecs.calls import answer, drive, endpoint, sent_by
from tests.codecs.sdk_types import keys_of

HELLO = (UserMessage("Hello"),)
CLIENT = {
    "http_options": "of the package's own client",
    "should_return_http_response": "of the package's own client",
    "automatic_function_calling": "of the package's own client",
    "automatic_continuation": "of the package's own client",
    "generation_output_config": "where the vendor writes what it makes; through `extra` as `outputConfig`",
}
TYPED: dict[str, Any] = {
    "system_instruction": {"messages": (SystemMessage("Be kind."), *HELLO)},
    "tools": {"tools": (Tool("f"),)},
    "tool_config": {"tools": (Tool("f"),), "tool_choice": ToolChoice("required")},
    "response_mime_type": {"output": OutputFormat("json")},
    "response_json_schema": {"output": OutputFormat("json_schema", {"type": "object"})},
    "max_output_tokens": {"parameters": {"max_tokens": 9}},
    "stop_sequences": {"parameters": {"stop": "x"}},
    "thinking_config": {"parameters": {"thinking_budget": 9}},
    "candidate_count": {"parameters": {"n": 1}},
    "response_logprobs": {"parameters": {"logprobs": True}},
    "media_resolution": {"parameters": {"media_resolution": "low"}},
}
"""Field of the package's configuration → the call that says it in our words."""
BESIDE = {
    "cached_content": "the name of a cache that the vendor holds",
    "continuation_token": "where a long answer goes on",
    "labels": "the vendor's own billing labels",
    "model_armor_config": "a filter of the vendor's cloud",
    "safety_settings": "the vendor's own thresholds",
    "service_tier": "a word; prices differ by it",
    "store": "whether the vendor keeps the answer",
}
"""Fields that stand beside `generationConfig`; a parameter of the same name arrives there."""
REQUEST = keys_of(types.GenerateContentConfig)
CONFIG = keys_of(types.GenerationConfig)
INSIDE = (CONFIG | {"image_config"}) - TYPED.keys() - {"logprobs"}
"""Fields of `generationConfig` without words of ours: a parameter of the same name arrives there."""


def body(**call: Any) -> dict[str, Any]:
    sent = json.loads(sent_by(CODEC.invoke(LLMCall("m", **{"messages": HELLO, **call}), endpoint())).body or b"")
    assert isinstance(sent, dict)
    return sent


def test_every_field_of_a_request_is_known() -> None:
    assert REQUEST - TYPED.keys() - BESIDE.keys() - CLIENT.keys() - CONFIG - {"image_config"} == set()
    assert (TYPED.keys() | BESIDE.keys() | CLIENT.keys()) - REQUEST == set()


@pytest.mark.parametrize("field", sorted(TYPED))
def test_a_field_with_words_of_ours_is_rendered(field: str) -> None:
    sent = body(**TYPED[field])
    assert to_camel(field) in {**sent, **sent.get("generationConfig", {})}


@pytest.mark.parametrize("field", sorted(BESIDE))
def test_a_field_beside_the_configuration_is_passed_on(field: str) -> None:
    sent = body(parameters={field: {"some": "thing"}})
    assert sent[to_camel(field)] == {"some": "thing"}
    assert "generationConfig" not in sent


@pytest.mark.parametrize("field", sorted(INSIDE - {"response_format"}))
def test_a_field_of_the_configuration_is_passed_on(field: str) -> None:
    assert body(parameters={field: {"some": "thing"}})["generationConfig"] == {to_camel(field): {"some": "thing"}}


def test_the_number_of_alternatives_has_a_name_of_its_own() -> None:
    assert body(parameters={"top_logprobs": 3})["generationConfig"] == {"logprobs": 3}


def test_every_mode_of_choice_has_a_word_or_goes_through_a_parameter() -> None:
    known = {mode.value for mode in types.FunctionCallingConfigMode} - {"MODE_UNSPECIFIED", "VALIDATED"}
    assert known == MODES.keys()
    validated = {"functionCallingConfig": {"mode": "VALIDATED"}}
    assert body(tools=(Tool("f"),), parameters={"tool_config": validated})["toolConfig"] == validated
    both = {"retrievalConfig": {"languageCode": "de"}}
    sent = body(tools=(Tool("f"),), tool_choice=ToolChoice("required"), parameters={"toolConfig": both})
    assert sent["toolConfig"] == {"functionCallingConfig": {"mode": "ANY"}, **both}


@pytest.mark.parametrize("kind", sorted(keys_of(types.Tool) - {"function_declarations"}))
def test_every_tool_of_the_vendors_can_be_offered(kind: str) -> None:
    assert body(tools=(HostedTool(to_camel(kind), {}),))["tools"] == [{to_camel(kind): {}}]


DECLARED = {"name", "description", "parameters", "parameters_json_schema"}


@pytest.mark.parametrize("field", sorted(keys_of(types.FunctionDeclaration) - DECLARED))
def test_every_other_field_of_a_function_comes_from_the_metadata(field: str) -> None:
    tool = Tool("f", provider_metadata={FAMILY: {to_camel(field): "x"}})
    assert body(tools=(tool,))["tools"][0]["functionDeclarations"][0][to_camel(field)] == "x"


FILTERED = """
SAFETY RECITATION BLOCKLIST PROHIBITED_CONTENT SPII LANGUAGE MODEL_ARMOR ESCALATION IMAGE_SAFETY IMAGE_PROHIBITED_CONTENT
IMAGE_RECITATION PUP_LIMITED_DISABLED
"""
FAILED = "MALFORMED_FUNCTION_CALL UNEXPECTED_TOOL_CALL MALFORMED_RESPONSE MISSING_THOUGHT_SIGNATURE TOO_MANY_TOOL_CALLS"
OTHER = "FINISH_REASON_UNSPECIFIED OTHER IMAGE_OTHER NO_IMAGE"
FINISH: dict[str, str] = {
    "STOP": "stop",
    "MAX_TOKENS": "length",
    "CONTINUATION": "length",
    **dict.fromkeys(FILTERED.split(), "content_filter"),
    **dict.fromkeys(FAILED.split(), "error"),
    **dict.fromkeys(OTHER.split(), "other"),
}


@pytest.mark.parametrize("word", sorted(reason.value for reason in types.FinishReason))
def test_every_reason_to_stop_is_told(word: str) -> None:
    assert (finish_of(word, calls=False).unified, finish_of(word, calls=False).raw) == (FINISH[word], word)


SIDES = {"thought", "thought_signature"}
DATA: dict[str, Any] = {
    "text": "x",
    "function_call": {"name": "f", "args": {}, "id": "c"},
    "inline_data": {"mimeType": "image/png", "data": "aGVsbG8="},
    "file_data": {"mimeType": "image/png", "fileUri": "https://x.test/a"},
}
NOTES = {name for name in keys_of(types.Part) if name.endswith(("metadata", "resolution", "processing"))}
"""What is said about a part beside what it is."""


@pytest.mark.parametrize("kind", sorted(keys_of(types.Part) - SIDES - NOTES - {"function_response"}))
@pytest.mark.parametrize("signed", [{}, {"thoughtSignature": "c2ln"}])
def test_every_part_of_an_answer_goes_back_as_it_came(kind: str, signed: dict[str, str]) -> None:
    wire = {to_camel(kind): DATA.get(kind, {"some": "thing"}), **signed}
    assert render_part(parse_part(dict(wire), "id"), CallWarnings(strict=True)) == wire


@pytest.mark.parametrize("note", sorted(NOTES))
def test_what_is_said_about_a_part_comes_from_its_metadata(note: str) -> None:
    part = VideoPart(b"....ftyp", "video/mp4", provider_metadata={FAMILY: {to_camel(note): {"some": "thing"}}})
    wire = render_part(part, CallWarnings(strict=True))
    assert wire is not None
    assert wire[to_camel(note)] == {"some": "thing"}


HEARD = {
    *("content", "finish_reason", "index", "logprobs_result", "grounding_metadata", "citation_metadata", "safety_ratings"),
    *("url_context_metadata", "avg_logprobs", "finish_message", "token_count", "continuation_token"),
}


def test_every_field_of_an_answer_is_heard() -> None:
    assert keys_of(types.Candidate) == HEARD
    facts = {to_camel(name): {"some": "thing"} for name in HEARD - {"content", "finish_reason", "index", "logprobs_result"}}
    candidate = {"content": {"parts": [{"text": "Hi"}]}, "finishReason": "STOP", **facts}
    result = drive(CODEC.invoke(LLMCall("m", HELLO), endpoint()), answer({"candidates": [candidate]}))[1]
    assert result.provider_metadata == {FAMILY: facts}


def test_log_probabilities_are_told_whole_and_streamed() -> None:
    def chunk(token: str) -> dict[str, Any]:
        row = {"token": token, "logProbability": -0.5}
        told = {"chosenCandidates": [row], "topCandidates": [{"candidates": [row, {"token": "z", "logProbability": -2.0}]}]}
        return {"candidates": [{"content": {"parts": [{"text": token}]}, "logprobsResult": told}]}

    def row(token: str) -> TokenLogprob:
        return TokenLogprob(token, -0.5, ((token, -0.5), ("z", -2.0)))

    whole = chunk("a")
    whole["candidates"][0]["finishReason"] = "STOP"
    call = LLMCall("m", HELLO)
    assert drive(CODEC.invoke(call, endpoint()), answer(whole))[1].logprobs == (row("a"),)
    decoder = CODEC.stream(call, endpoint()).decoder(ResponseHead(200, ()))
    last = {"candidates": [{"finishReason": "STOP"}]}
    data = b"".join(b"data: " + json.dumps(each).encode() + b"\n\n" for each in (chunk("a"), chunk("b"), last))
    assert gather([*decoder.feed(data), *decoder.close()]).logprobs == (row("a"), row("b"))
