"""Whatever a caller passes: a typed error that names the field, or a documented pass. Nothing else comes out."""

from __future__ import annotations

import io
import math
from pathlib import Path
from typing import Any

import pytest

from modelruntime import CredentialsInvalid, ModelNotFound, ModelRuntimeError, ParameterInvalid
from modelruntime.entities.messages import AssistantMessage, ToolMessage, UserMessage
from modelruntime.entities.parts import ImagePart, MediaPart, TextPart, ToolCallPart
from modelruntime.entities.tools import HostedTool, Tool, ToolChoice
from tests.runtime.colours import Colour
from tests.runtime.scripted import answer, chat

COLOURS = pytest.mark.parametrize("colour", ["sync", "async"])
HALF = "a\ud800"
CIRCLE: dict[str, Any] = {}
CIRCLE["again"] = CIRCLE
NESTED: dict[str, Any] = {}
inner = NESTED
for _ in range(5000):
    inner["a"] = inner = {}
LISTS: list[Any] = []
inner_list = LISTS
for _ in range(100_000):
    inner_list.append([])
    inner_list = inner_list[0]
SOUND = b"RIFF....WAVE...."


class Odd:
    """Nothing that JSON knows."""


class Broken:
    """A file that cannot be read."""

    def read(self) -> bytes:
        raise OSError("the disk is on fire")


class Named(io.BytesIO):
    """A file whose name would end a header."""

    name = 'a"\r\nX: y.wav'


def shown(value: Any) -> str:
    return type(value).__name__ if isinstance(value, list) else repr(value)


def user(content: Any) -> list[dict[str, Any]]:
    return [{"role": "user", "content": content}]


def calls(arguments: Any) -> list[dict[str, Any]]:
    return [{"role": "assistant", "tool_calls": [{"id": "1", "function": {"name": "f", "arguments": arguments}}]}]


def typed(*parts: Any) -> list[Any]:
    return [UserMessage(parts)]


MESSAGES = (
    *((f"{type(value).__name__} for messages", value, "messages") for value in (None, 5, b"hi", bytearray(b"hi"), {"a"}, Odd())),
    ("no text", "", "messages"),
    ("no messages", [], "messages"),
    ("a generator", (message for message in user("a")), "messages"),
    ("a list of texts", ["hi"], "messages[0]"),
    ("a message without a role", [{"content": "x"}], "messages[0].role"),
    ("a role that is no text", [{"role": [], "content": "x"}], "messages[0].role"),
    *((f"{type(value).__name__} for content", user(value), "messages[0].content") for value in (None, 5, b"x", {"a": 1})),
    ("a text among the parts", user(["x"]), "messages[0].content[0]"),
    ("nesting without end", user(LISTS), "messages[0].content[0]"),
    ("bytes in a message of ours", [UserMessage(b"x")], "messages[0].content"),  # type: ignore[arg-type]
    ("a number in a part of ours", typed(TextPart(5)), "messages[0].content[0].text"),  # type: ignore[arg-type]
    ("numbers in a call of ours", [AssistantMessage((ToolCallPart(1, "f", ""),))], "messages[0].content[0].id"),  # type: ignore[arg-type]
    ("a number for a call's id", [ToolMessage(5, "x")], "messages[0].tool_call_id"),  # type: ignore[arg-type]
    ("metadata that are no object", [UserMessage("a", provider_metadata=5)], "messages[0].provider_metadata"),  # type: ignore[arg-type]
    ("half a character", HALF, "messages"),
    ("half a character in a part", typed(TextPart(HALF)), "messages"),
    ("half a character in a name", [UserMessage("a", name=HALF)], "messages"),
    ("an image that is a number", typed(ImagePart(5)), "source"),  # type: ignore[arg-type]
    ("media that are nothing", typed(MediaPart(None)), "source"),  # type: ignore[arg-type]
    ("a file name as text", user([{"type": "image_url", "image_url": {"url": "/etc/hosts"}}]), "source"),
    ("a data URL without data", typed(ImagePart("data:x")), "messages"),
    ("keys that are no text", [{"role": "user", "content": "x", "m": {None: 2}}], "messages"),
    ("a value that is no JSON", [{"role": "user", "content": "x", "m": Odd()}], "messages"),
    ("a circle", [{"role": "user", "content": "x", "m": CIRCLE}], "messages"),
    ("a circle in metadata", [UserMessage("a", provider_metadata={"openai": CIRCLE})], "messages"),
    ("a circle in arguments", calls(CIRCLE), "messages[0].tool_calls[0].function.arguments"),
    ("a value that is no JSON in arguments", calls({"a": Odd()}), "messages[0].tool_calls[0].function.arguments"),
)

OPTIONS = (
    *((f"temperature {value!r}", {"temperature": value}, "temperature") for value in (math.nan, math.inf, "hot", -1, [], True)),
    ("half a token", {"max_tokens": 1.5}, "max_tokens"),
    ("tokens beyond numbers", {"max_tokens": 10**400}, "max_tokens"),
    *((f"{name} as text", {name: "x"}, name) for name in ("extra", "headers", "parameters", "credentials", "tools", "timeout")),
    *((f"{name} with a number for a name", {name: {5: "x"}}, name) for name in ("extra", "headers", "parameters", "credentials")),
    ("a circle in extra", {"extra": CIRCLE}, "again"),
    ("nesting in extra", {"extra": NESTED}, "a"),
    ("half a character in extra", {"extra": {"a": HALF}}, "a"),
    ("a value that is no JSON in extra", {"extra": {"a": Odd()}}, "a"),
    ("a function for a tool", {"tools": [print]}, "tools[0]"),
    ("one tool", {"tools": {"type": "function"}}, "tools"),
    ("a generator of tools", {"tools": (tool for tool in [Tool("t")])}, "tools"),
    ("a tool without a name", {"tools": [Tool("")]}, "tools[0].name"),
    ("a tool named nothing", {"tools": [Tool(None)]}, "tools[0].name"),  # type: ignore[arg-type]
    ("parameters as text", {"tools": [Tool("t", parameters="x")]}, "tools[0].parameters"),  # type: ignore[arg-type]
    ("options as text", {"tools": [HostedTool("t", "x")]}, "tools[0].options"),  # type: ignore[arg-type]
    ("a circle in a schema", {"tools": [Tool("t", parameters=CIRCLE)]}, "tools"),
    ("nesting in a schema", {"tools": [Tool("t", parameters=NESTED)]}, "tools"),
    ("a choice nobody knows", {"tools": [Tool("t")], "tool_choice": "maybe"}, "tool_choice"),
    ("a number for a choice", {"tools": [Tool("t")], "tool_choice": 5}, "tool_choice"),
    ("a number for an output", {"output": 5}, "output"),
    ("a circle for an output", {"output": CIRCLE}, "response_format"),
    *((f"timeout {value!r}", {"timeout": value}, "timeout") for value in (math.nan, -1, 0)),
    *(
        (f"header {name!r}: {value!r}", {"headers": {name: value}}, "headers")
        for name, value in (("a", "b\r\nc"), ("a", 5), ("a", "\u4e2d"), ("a", HALF), ("", "x"), ("a b", "x"), ("a:", "x"))
    ),
    *((f"fallbacks {value!r}", {"fallbacks": value}, "fallbacks") for value in (5, [5], None)),
)


def refused(colour: str, work: Any, kind: type[ModelRuntimeError] = ParameterInvalid) -> ModelRuntimeError:
    world = Colour(colour)
    with pytest.raises(kind) as raised:
        world.run(work(world.runtime))
    assert len(str(raised.value)) < 500
    assert str(raised.value).isprintable()
    assert "sk-acme" not in str(raised.value)
    assert not world.transport.requests
    return raised.value


@COLOURS
@pytest.mark.parametrize(("messages", "field"), [row[1:] for row in MESSAGES], ids=[row[0] for row in MESSAGES])
def test_messages_that_cannot_be_sent_are_refused_by_name(colour, messages, field):
    error = refused(colour, lambda runtime: runtime.llm("acme/talker").invoke(messages))
    assert error.field == field


@COLOURS
@pytest.mark.parametrize(("options", "field"), [row[1:] for row in OPTIONS], ids=[row[0] for row in OPTIONS])
def test_options_that_cannot_be_sent_are_refused_by_name(colour, options, field):
    error = refused(colour, lambda runtime: runtime.llm("acme/talker").invoke("hi", **options))
    assert error.field == field


@COLOURS
@pytest.mark.parametrize(
    ("messages", "field"),
    [("", "messages"), (5, "messages"), (HALF, "messages"), (typed(TextPart(5)), "messages[0].content[0].text")],
)  # type: ignore[arg-type]
def test_streams_and_completions_refuse_the_same(colour, messages, field):
    assert refused(colour, lambda runtime: runtime.llm("acme/writer").invoke(messages)).field.replace("prompt", "messages") == field
    world = Colour(colour)
    with pytest.raises(ParameterInvalid) as raised:
        world.read(lambda: world.runtime.llm("acme/talker").stream(messages))
    assert raised.value.field == field


OTHER_TYPES = (
    *((f"embed {shown(value)}", "text_embedding", (value,), {}, "texts") for value in (None, 5, b"x", [], {"a": 1}, {"a"})),
    *(
        (f"embed {shown(value)}", "text_embedding", (value,), {}, "texts[0]")
        for value in ("", [""], [None], [b"x"], [["a"]], LISTS)
    ),
    ("embed half a character", "text_embedding", (HALF,), {}, "input"),
    ("embed a number as text", "text_embedding", (TextPart(5),), {}, "texts[0]"),  # type: ignore[arg-type]
    ("embed an image that is a number", "text_embedding", ([ImagePart(5)],), {}, "source"),  # type: ignore[arg-type]
    ("embed for what", "text_embedding", ("a",), {"input_type": []}, "input_type"),
    ("embed in no dimension", "text_embedding", ("a",), {"dimensions": math.nan}, "dimensions"),
    *((f"rank for {shown(value)}", "rerank", (value, ["a"]), {}, "query") for value in (None, "", b"x", HALF)),
    *((f"rank {shown(value)}", "rerank", ("q", value), {}, "documents") for value in (None, 5, "a", b"a", [], {"a": 1}, [HALF])),
    ("rank nothing", "rerank", ("q", [None]), {}, "documents[0]"),
    *(
        (f"rank the best {shown(value)}", "rerank", ("q", ["a"]), {"top_n": value}, "top_n")
        for value in (-1, 0, math.nan, "x", True)
    ),
    *(
        (f"rank above {shown(value)}", "rerank", ("q", ["a"]), {"score_threshold": value}, "score_threshold")
        for value in (math.nan, "x")
    ),
    *((f"judge {shown(value)}", "moderation", (value,), {}, "text") for value in (None, 5, b"x", "", [], {"a": 1})),
    *((f"judge {shown(value)}", "moderation", (value,), {}, "text[0]") for value in ([None], [b"x"], LISTS, TextPart(5))),  # type: ignore[arg-type]
    ("judge nothing", "moderation", ([""],), {}, "input"),
    ("judge half a character", "moderation", (HALF,), {}, "input"),
    ("judge an image that is a number", "moderation", (ImagePart(5),), {}, "source"),  # type: ignore[arg-type]
    *((f"say {shown(value)}", "tts", (value,), {}, "text") for value in (None, 5, b"x", "", "  ")),
    ("say half a character", "tts", (HALF,), {}, "input"),
    *((f"say as {shown(value)}", "tts", ("a",), {"voice": value}, "voice") for value in (5, "", HALF)),
    ("say at no speed", "tts", ("a",), {"speed": math.nan}, "speed"),
    *((f"hear {shown(value)}", "speech2text", (value,), {}, "file") for value in (None, 5, [b"x"], b"", b"plain text")),
    *((f"hear {shown(value)}", "speech2text", (value,), {}, "source") for value in ("no such.wav", "a\0.wav", HALF, Path())),
    ("hear text", "speech2text", (io.StringIO("x"),), {}, "file"),
    ("hear a broken file", "speech2text", (Broken(),), {}, "file"),
    *((f"hear to {shown(value)}", "speech2text", (SOUND,), {"task": value}, "task") for value in ("x", 5, [])),
    ("hear half a character", "speech2text", (SOUND,), {"prompt": HALF}, "prompt"),
    ("hear a circle", "speech2text", (SOUND,), {"extra": {"x": CIRCLE}}, "x"),
    ("hear a value that is no JSON", "speech2text", (SOUND,), {"extra": {"x": Odd()}}, "x"),
    ("hear bytes", "speech2text", (SOUND,), {"extra": {"x": b"x"}}, "x"),
)
MODELS = {"text_embedding": "embedder", "rerank": "ranker", "moderation": "judge", "tts": "mouth", "speech2text": "ear"}


@COLOURS
@pytest.mark.parametrize(
    ("kind", "inputs", "options", "field"), [row[1:] for row in OTHER_TYPES], ids=[row[0] for row in OTHER_TYPES]
)
def test_the_other_types_refuse_by_name_too(colour, kind, inputs, options, field):
    error = refused(colour, lambda runtime: getattr(runtime, kind)(f"acme/{MODELS[kind]}").invoke(*inputs, **options))
    assert error.field == field


@COLOURS
@pytest.mark.parametrize("name", [None, 5, [], "", "talker", "/", "nobody/talker"])
def test_a_name_that_is_none_is_no_model(colour, name):
    refused(colour, lambda runtime: runtime.llm(name).invoke("hi"), ModelNotFound)


@COLOURS
@pytest.mark.parametrize("key", ["a\r\nb", "\u00e9", ""])
def test_a_key_that_no_header_can_hold_is_refused(colour, key):
    error = refused(
        colour, lambda runtime: runtime.llm("acme/talker").invoke("hi", credentials={"api_key": key}), CredentialsInvalid
    )
    assert error.field == "api_key"


PASSES = (
    ("a NUL", "a\0b", {}),
    ("10 MB", "x" * 10_000_000, {}),
    ("an empty text", user(""), {}),
    ("no parts", user([]), {}),
    ("parts in a list", [UserMessage([TextPart("a")])], {}),  # type: ignore[arg-type]
    ("a number that JSON writes as null", "hi", {"extra": {"a": math.nan}}),
    (
        "a large schema",
        "hi",
        {"tools": [Tool("t", parameters={"type": "object", "properties": {f"p{i}": {} for i in range(50_000)}})]},
    ),
    ("a fallback that is not needed", "hi", {"fallbacks": ["nobody/x"]}),
    ("a choice without tools", "hi", {"tool_choice": ToolChoice("required")}),
)


@COLOURS
@pytest.mark.parametrize(("messages", "options"), [row[1:] for row in PASSES], ids=[row[0] for row in PASSES])
def test_what_is_odd_but_can_be_said_is_sent_as_valid_json(colour, messages, options):
    world = Colour(colour, chat("yes"))
    assert world.run(world.runtime.llm("acme/talker").invoke(messages, **options)).text == "yes"
    assert world.transport.body()["model"] == "talker"


@COLOURS
def test_lists_that_can_be_read_once_are_read_once(colour):
    world = Colour(colour, answer({"data": [{"index": at, "embedding": [1.0]} for at in range(2)]}))
    assert len(world.run(world.runtime.text_embedding("acme/embedder").invoke(text for text in "ab")).vectors) == 2


@COLOURS
def test_a_file_name_cannot_end_its_header(colour):
    world = Colour(colour, answer({"text": "yes"}))
    assert world.run(world.runtime.speech2text("acme/ear").invoke(Named(SOUND))).text == "yes"
    assert b"\r\nX: y" not in world.transport.requests[0].body
