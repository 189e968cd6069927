"""OpenAI-style objects wherever messages and tools are taken."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelruntime.codecs.openai.inbound.messages import messages_from, tool_choice_from, tools_from
from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.file_ref import FileRef
from modelruntime.entities.messages import AssistantMessage, DeveloperMessage, SystemMessage, ToolMessage, UserMessage
from modelruntime.entities.parts import AudioPart, DocumentPart, ImagePart, ReasoningPart, TextPart, ToolCallPart, VideoPart
from modelruntime.entities.tools import HostedTool, Tool, ToolChoice

CALL = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": '{"a": 1}'}}


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Hello", UserMessage("Hello")),
        ("", UserMessage("")),
        (UserMessage("x"), UserMessage("x")),
        ({"role": "user", "content": "x"}, UserMessage("x")),
        ({"role": "user", "content": "x", "name": "ann"}, UserMessage("x", "ann")),
        ({"role": "system", "content": "be kind"}, SystemMessage("be kind")),
        ({"role": "developer", "content": [{"type": "text", "text": "t"}]}, DeveloperMessage((TextPart("t"),))),
        ({"role": "tool", "tool_call_id": "c1", "content": "42"}, ToolMessage("c1", "42")),
        ({"role": "assistant", "content": "hi", "refusal": None, "tool_calls": None}, AssistantMessage("hi")),
        (
            {"role": "assistant", "content": None, "tool_calls": [CALL]},
            AssistantMessage((ToolCallPart("c1", "f", '{"a": 1}'),)),
        ),
        (
            {"role": "assistant", "content": "hi", "reasoning_content": "hm", "tool_calls": [CALL]},
            AssistantMessage((ReasoningPart("hm"), TextPart("hi"), ToolCallPart("c1", "f", '{"a": 1}'))),
        ),
        ({"role": "assistant", "content": "hi", "reasoning": "hm"}, AssistantMessage((ReasoningPart("hm"), TextPart("hi")))),
        (
            {"role": "assistant", "content": None, "refusal": "no"},
            AssistantMessage((TextPart("no", {"openai": {"refusal": True}}),)),
        ),
        (
            {"role": "assistant", "content": [{"type": "refusal", "refusal": "no"}]},
            AssistantMessage((TextPart("no", {"openai": {"refusal": True}}),)),
        ),
        (
            {"role": "assistant", "content": None, "audio": {"id": "a1"}},
            AssistantMessage("", None, {"openai": {"audio": {"id": "a1"}}}),
        ),
        ({"role": "user", "content": "x", "cache": 1}, UserMessage("x", None, {"openai": {"cache": 1}})),
    ],
)
def test_one_message(written, read):
    assert messages_from(written) == (read,)
    if not isinstance(written, str):
        assert messages_from([written]) == (read,)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ({"type": "text", "text": "t"}, TextPart("t")),
        ({"type": "text", "text": "t", "cache_control": {"x": 1}}, TextPart("t", {"openai": {"cache_control": {"x": 1}}})),
        ({"type": "image_url", "image_url": {"url": "https://a.test/i.png"}}, ImagePart("https://a.test/i.png")),
        ({"type": "image_url", "image_url": "data:image/png;base64,AA=="}, ImagePart("data:image/png;base64,AA==")),
        ({"type": "image_url", "image_url": {"url": "u", "detail": "low"}}, ImagePart("u", detail="low")),
        (
            {"type": "image_url", "image_url": {"url": "u", "fps": 1}},
            ImagePart("u", provider_metadata={"openai": {"image_url": {"fps": 1}}}),
        ),
        (
            {"type": "input_audio", "input_audio": {"data": "AAAA", "format": "mp3"}},
            AudioPart("data:audio/mpeg;base64,AAAA", "audio/mpeg"),
        ),
        ({"type": "video_url", "video_url": {"url": "https://a.test/v"}}, VideoPart("https://a.test/v")),
        (
            {"type": "file", "file": {"filename": "a.pdf", "file_data": "AAAA"}},
            DocumentPart("data:application/pdf;base64,AAAA", filename="a.pdf"),
        ),
        (
            {"type": "file", "file": {"file_data": "data:text/plain;base64,AAAA"}},
            DocumentPart("data:text/plain;base64,AAAA"),
        ),
        (
            {"type": "file", "file": {"file_id": "f1"}},
            DocumentPart(FileRef("f1")),
        ),
        (ImagePart(b"raw", "image/png"), ImagePart(b"raw", "image/png")),
    ],
)
def test_one_part(written, read):
    (message,) = messages_from([{"role": "user", "content": [written]}])
    assert message.content == (read,)


def odd(**fields: Any) -> list[Any]:
    return [{"role": "user", "content": "fine"}, {"role": "user", "content": "x"} | fields]


@pytest.mark.parametrize(
    ("written", "field"),
    [
        ([], "messages"),
        (7, "messages"),
        (b"bytes", "messages"),
        (["text"], "messages[0]"),
        ([{"content": "x"}], "messages[0].role"),
        (odd(role="function"), "messages[1].role"),
        (odd(role="robot"), "messages[1].role"),
        (odd(role=3), "messages[1].role"),
        (odd(content=None), "messages[1].content"),
        (odd(content=5), "messages[1].content"),
        (odd(content=["x"]), "messages[1].content[0]"),
        (odd(content=[{"text": "x"}]), "messages[1].content[0].type"),
        (odd(content=[{"type": "text", "text": "x"}, {"type": "hologram"}]), "messages[1].content[1].type"),
        (odd(content=[{"type": "text"}]), "messages[1].content[0].text"),
        (odd(content=[{"type": "image_url"}]), "messages[1].content[0].image_url"),
        (odd(content=[{"type": "image_url", "image_url": {}}]), "messages[1].content[0].image_url.url"),
        (
            odd(content=[{"type": "image_url", "image_url": {"url": "u", "detail": "huge"}}]),
            "messages[1].content[0].image_url.detail",
        ),
        (odd(content=[{"type": "input_audio", "input_audio": {"data": "A"}}]), "messages[1].content[0].input_audio.format"),
        (odd(content=[{"type": "file", "file": {}}]), "messages[1].content[0].file"),
        (odd(name=5), "messages[1].name"),
        (odd(role="system", content=[{"type": "image_url", "image_url": "u"}]), "messages[1].content[0].type"),
        (odd(role="tool"), "messages[1].tool_call_id"),
        (odd(role="assistant", content=None), "messages[1].content"),
        (odd(role="assistant", function_call={"name": "f"}), "messages[1].function_call"),
        (odd(role="assistant", tool_calls={}), "messages[1].tool_calls"),
        (odd(role="assistant", tool_calls=[{"type": "custom"}]), "messages[1].tool_calls[0].type"),
        (odd(role="assistant", tool_calls=[CALL | {"id": None}]), "messages[1].tool_calls[0].id"),
        (odd(role="assistant", tool_calls=[CALL, {"id": "2"}]), "messages[1].tool_calls[1].function"),
        (
            odd(role="assistant", tool_calls=[{"id": "2", "function": {"name": "f", "arguments": 3}}]),
            "messages[1].tool_calls[0].function.arguments",
        ),
    ],
)
def test_what_is_odd_is_refused_by_its_place(written, field):
    with pytest.raises(ParameterInvalid) as caught:
        messages_from(written)
    assert caught.value.field == field
    assert str(caught.value).startswith(field)


def test_messages_of_ours_and_objects_mix_and_lists_become_tuples():
    loose: Any = UserMessage([TextPart("a"), {"type": "text", "text": "b"}])  # type: ignore[arg-type]
    assert messages_from([loose, {"role": "assistant", "content": "c"}]) == (
        UserMessage((TextPart("a"), TextPart("b"))),
        AssistantMessage("c"),
    )


def test_arguments_may_be_an_object():
    call = {"id": "1", "function": {"name": "f", "arguments": {"a": 1}, "note": 2}, "index": 0}
    (message,) = messages_from({"role": "assistant", "tool_calls": [call]})
    assert message.content == (ToolCallPart("1", "f", '{"a":1}', {"openai": {"index": 0, "function": {"note": 2}}}),)


SCHEMA = {"type": "object", "properties": {}}


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ({"type": "function", "function": {"name": "f"}}, Tool("f")),
        (
            {"type": "function", "function": {"name": "f", "description": "d", "parameters": SCHEMA, "strict": True}},
            Tool("f", "d", SCHEMA, True),
        ),
        ({"type": "function", "name": "f", "parameters": SCHEMA}, Tool("f", None, SCHEMA)),
        (
            {"type": "function", "function": {"name": "f", "x": 1}, "y": 2},
            Tool("f", provider_metadata={"openai": {"y": 2, "function": {"x": 1}}}),
        ),
        ({"type": "web_search", "size": "low"}, HostedTool("web_search", {"size": "low"})),
        (Tool("f"), Tool("f")),
        (HostedTool("k"), HostedTool("k")),
    ],
)
def test_one_tool(written, read):
    assert tools_from([written]) == (read,)


@pytest.mark.parametrize(
    ("written", "field"),
    [
        ("f", "tools"),
        ([print], "tools[0]"),
        ([{"name": "f"}], "tools[0].type"),
        ([{"type": "custom", "custom": {}}], "tools[0].type"),
        ([{"type": "function", "function": {}}], "tools[0].function.name"),
        ([{"type": "function", "function": {"name": "f", "parameters": "{}"}}], "tools[0].function.parameters"),
        ([{"type": "function", "function": {"name": "f", "strict": "yes"}}], "tools[0].function.strict"),
        ([Tool("f"), Tool("f")], "tools[1].name"),
    ],
)
def test_a_tool_that_cannot_be_read_is_refused_by_its_place(written: Any, field):
    with pytest.raises(ParameterInvalid) as caught:
        tools_from(written)
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (None, None),
        ("auto", ToolChoice("auto")),
        ("none", ToolChoice("none")),
        ("required", ToolChoice("required")),
        (ToolChoice("tool", "f"), ToolChoice("tool", "f")),
        ({"type": "function", "function": {"name": "f"}}, ToolChoice("tool", "f")),
        ({"type": "function", "name": "f"}, ToolChoice("tool", "f")),
        (
            {"type": "allowed_tools", "allowed_tools": {"mode": "required", "tools": [{"type": "function", "name": "f"}]}},
            ToolChoice("required", allowed=("f",)),
        ),
        (
            {"type": "allowed_tools", "mode": "auto", "tools": [{"type": "function", "function": {"name": "f"}}]},
            ToolChoice("auto", allowed=("f",)),
        ),
    ],
)
def test_tool_choices(written, read):
    assert tool_choice_from(written) == read


@pytest.mark.parametrize("written", ["any", {"type": "function"}, {"type": "tool"}, {}, {"type": "allowed_tools"}, 3])
def test_a_tool_choice_that_cannot_be_read_is_refused(written: Any):
    with pytest.raises(ParameterInvalid) as caught:
        tool_choice_from(written)
    assert str(caught.value.field).startswith("tool_choice")


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from(["user", "assistant", "text", "function", "x", ""]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["role", "content", "type", "text", "image_url", "url", "tool_calls", "function", "name", "id", "arguments"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(deadline=None)
@given(
    st.lists(st.fixed_dictionaries({"role": st.sampled_from(["user", "assistant", "tool"]), "content": JSON, "tool_calls": JSON}))
)
def test_any_json_is_read_or_refused_by_place(written):
    try:
        messages = messages_from(written)
    except ParameterInvalid as refused:
        place = refused.field
    else:
        assert len(messages) == len(written)
        place = "messages"
    assert place is not None
    assert place.startswith("messages")
