"""Everything that the `anthropic` package can say or hear is said, passed on or heard, and each thing that is not has a reason."""

from __future__ import annotations

import json
from typing import Any, get_args, get_type_hints

import pytest
from anthropic import types
from anthropic.types import beta, message_count_tokens_params, message_create_params
from anthropic.types.beta import message_create_params as beta_params

from modelruntime.codecs.anthropic.family import FAMILY, MODES, finish_of
from modelruntime.codecs.anthropic.messages import _COUNTED, CODEC  # pyright: ignore[reportPrivateUsage]
from modelruntime.codecs.anthropic.parse_blocks import parse_block
from modelruntime.codecs.anthropic.render_blocks import render_blocks
from modelruntime.codecs.call_warnings import CallWarnings
from modelruntime.entities.cache_hint import CacheHint
from modelruntime.entities.call import LLMCall
from modelruntime.entities.file_ref import FileRef
from modelruntime.entities.messages import SystemMessage, ToolMessage, UserMessage
from modelruntime.entities.output import OutputFormat
from modelruntime.entities.parts import DocumentPart, ImagePart, OpaquePart, TextPart
from modelruntime.entities.tools import Tool, ToolChoice
from tests.codecs.calls import endpoint, sent_by
from tests.codecs.sdk_types import keys_of, words_of

HELLO = (UserMessage("Hello"),)
TYPED: dict[str, Any] = {
    "max_tokens": {"parameters": {"max_tokens": 9}},
    "messages": {},
    "model": {},
    "system": {"messages": (SystemMessage("Be kind."), *HELLO)},
    "tools": {"tools": (Tool("f"),)},
    "tool_choice": {"tools": (Tool("f"),), "tool_choice": ToolChoice("required", parallel=False)},
    "thinking": {"parameters": {"thinking": "adaptive"}},
    "output_config": {"output": OutputFormat("json_schema", {"type": "object"})},
    "stop_sequences": {"parameters": {"stop": "x"}},
    "cache_control": {"parameters": {"cache_control": "1h"}},
}
"""Field of the body → the call that says it in our words."""
PASSED = {
    "service_tier": "a word; prices differ by it, the answer names it",
    "metadata": "a user's id for abuse checks",
    "container": "a sandbox of the vendor's: its id, or an object with skills; the id of an answer goes back by itself",
    "inference_geo": "where the vendor computes",
    "speed": "the vendor's faster mode",
    "diagnostics": "what the answer tells of its making",
    "user_profile_id": "the vendor's own profile of a user",
    "workspace_id": "the vendor's own division of an account",
    "context_management": "the vendor's own editing of the history",
    "mcp_servers": "servers that the vendor calls",
    "compaction": "the vendor's own shortening of the history",
    "fallbacks": "models that the vendor tries next; ours are the runtime's",
    "fallback_credit_token": "billing of such a fallback",
    "billing_policy": "billing",
    "thread": "a conversation that the vendor keeps",
}
"""Field of the body → what it is; a parameter of the same name arrives in the body as it is."""
HEADER = {"betas": "named in a header, on other hosts in the body"}
REQUEST = keys_of(message_create_params.MessageCreateParamsBase) | keys_of(beta_params.MessageCreateParamsBase)


def body(**call: Any) -> dict[str, Any]:
    wanted = {"messages": HELLO, **call}
    sent = json.loads(sent_by(CODEC.invoke(LLMCall("m", **wanted), endpoint(default_max_tokens=7))).body or b"")
    assert isinstance(sent, dict)
    return sent


def test_every_field_of_a_request_is_known() -> None:
    assert REQUEST - TYPED.keys() - PASSED.keys() - HEADER.keys() == set()
    assert (TYPED.keys() | PASSED.keys() | HEADER.keys()) - REQUEST == set()


@pytest.mark.parametrize("field", sorted(TYPED))
def test_a_field_with_words_of_ours_is_rendered(field: str) -> None:
    assert field in body(**TYPED[field])


@pytest.mark.parametrize("field", sorted(PASSED))
def test_another_field_is_passed_on(field: str) -> None:
    assert body(parameters={field: {"some": "thing"}})[field] == {"some": "thing"}


def test_what_is_counted_is_what_the_counting_endpoint_takes() -> None:
    assert keys_of(message_count_tokens_params.MessageCountTokensParams) == _COUNTED


THINKING = {"enabled": True, "disabled": False, "adaptive": "adaptive", "between_tools": "between_tools"}


@pytest.mark.parametrize("word", sorted(words_of(types.ThinkingConfigParam) | words_of(beta.BetaThinkingConfigParam)))
def test_every_kind_of_thinking_can_be_asked_for(word: str) -> None:
    assert body(parameters={"thinking": THINKING[word]})["thinking"]["type"] == word


def test_every_kind_of_choice_has_a_word() -> None:
    assert words_of(types.ToolChoiceParam) == MODES.keys()


FINISH = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "tool_use": "tool_calls",
    "refusal": "refusal",
    "pause_turn": "other",  # the answer goes back as it is, and the vendor continues
    "compaction": "other",  # the history was shortened, and the answer goes back likewise
}


@pytest.mark.parametrize("word", sorted({*get_args(types.StopReason), *get_args(beta.BetaStopReason)}))
def test_every_reason_to_stop_is_told(word: str) -> None:
    assert (finish_of(word).unified, finish_of(word).raw) == (FINISH[word], word)


MADE_BY_CALLERS = {"tool_result", "image", "document", "search_result", "tool_addition", "tool_removal"}
BLOCKS = sorted(words_of(types.ContentBlock) | words_of(beta.BetaContentBlock))
SAMPLE = {"text": "x", "thinking": "x", "signature": "s", "data": "d", "id": "i", "name": "n", "input": {}, "tool_use_id": "i"}


@pytest.mark.parametrize("kind", BLOCKS)
def test_every_block_of_an_answer_goes_back_as_it_came(kind: str) -> None:
    keys = {
        "text": ("text",),
        "thinking": ("thinking", "signature"),
        "redacted_thinking": ("data",),
        "tool_use": ("id", "name", "input"),
    }
    known = keys.get(kind, ("id", "name", "input", "tool_use_id") if "tool" in kind else ("data",))
    block = {"type": kind, **{name: SAMPLE[name] for name in known}}
    assert render_blocks(tuple(parse_block(dict(block))), CallWarnings(strict=True)) == [block]


def test_every_block_of_a_request_can_be_said() -> None:
    asked = words_of(types.ContentBlockParam) | words_of(beta.BetaContentBlockParam)
    assert asked - set(BLOCKS) - MADE_BY_CALLERS == set()
    others = tuple(OpaquePart(FAMILY, kind, {"type": kind}) for kind in sorted(MADE_BY_CALLERS - {"tool_result"}))
    assert render_blocks(others, CallWarnings(strict=True)) == [part.data for part in others]


FIELDS: dict[Any, tuple[set[str], dict[str, str]]] = {
    types.DocumentBlockParam: ({"source", "type", "cache_control", "title"}, {"citations": "metadata", "context": "metadata"}),
    types.ImageBlockParam: ({"source", "type", "cache_control"}, {"transformations": "metadata"}),
    types.TextBlockParam: ({"text", "type", "cache_control", "citations"}, {}),
    types.ToolResultBlockParam: (
        {"tool_use_id", "type", "content", "is_error", "cache_control"},
        {"toolset_name": "metadata of the message"},
    ),
    types.ToolParam: (
        {"name", "description", "input_schema", "strict", "cache_control"},
        {
            "type": "`custom`, which is understood",
            "allowed_callers": "metadata",
            "defer_loading": "metadata",
            "eager_input_streaming": "metadata",
            "input_examples": "metadata",
        },
    ),
}
"""Type → fields with words of ours, and fields that go through `provider_metadata`."""


@pytest.mark.parametrize("kind", FIELDS, ids=lambda kind: kind.__name__)
def test_every_field_of_a_block_is_known(kind: Any) -> None:
    typed, other = FIELDS[kind]
    assert keys_of(kind) - typed - other.keys() == set()
    assert typed - keys_of(kind) == set()


def test_fields_without_words_of_ours_come_from_the_metadata() -> None:
    facts = {FAMILY: {"citations": {"enabled": True}, "context": "c"}}
    (block,) = render_blocks((DocumentPart(b"%PDF", None, "t", facts, CacheHint("1h")),), CallWarnings(strict=True))
    assert block.keys() == {"type", "source", "title", "citations", "context", "cache_control"}
    result = ToolMessage("c", "x", provider_metadata={FAMILY: {"toolset_name": "browser"}})
    assert body(messages=(*HELLO, result))["messages"][0]["content"][1]["toolset_name"] == "browser"
    tool = Tool("f", provider_metadata={FAMILY: {"defer_loading": True}})
    assert body(tools=(tool,))["tools"][0]["defer_loading"] is True


@pytest.mark.parametrize("kind", [types.DocumentBlockParam, types.ImageBlockParam], ids=lambda kind: kind.__name__)
def test_every_source_of_media_can_be_said(kind: Any) -> None:
    part = DocumentPart if kind is types.DocumentBlockParam else ImagePart
    said = {
        render_blocks((part(source, media),), CallWarnings(strict=True))[0]["source"]["type"]
        for source, media in ((b"%PDF", None), (b"text", "text/plain"), ("https://x.test/a", None), (FileRef("f"), None))
    }
    # `content`, a document made of blocks, is an opaque part
    assert words_of(get_type_hints(kind)["source"]) - said <= {"content"}


def test_cache_marks_stand_on_texts_and_tools() -> None:
    sent = body(messages=(UserMessage((TextPart("x", cache=CacheHint()),)),), tools=(Tool("f", cache=CacheHint("1h")),))
    assert sent["messages"][0]["content"][0]["cache_control"] == {"type": "ephemeral"}
    assert sent["tools"][0]["cache_control"] == {"type": "ephemeral", "ttl": "1h"}
