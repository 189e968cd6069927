"""Frames of chat streams, and what the decoder makes of them."""

import json

from modelruntime.codecs.gather import gather
from modelruntime.codecs.openai.reply_context import ReplyContext
from modelruntime.codecs.openai.stream_decoder import StreamDecoder
from modelruntime.codecs.operation import Endpoint
from modelruntime.entities.http import ResponseHead
from modelruntime.entities.parts import ToolCallPart
from modelruntime.schema.profile import Profile
from tests.codecs.openai.event_laws import check_laws

HEAD = ResponseHead(200, (("x-request-id", "r1"),))
USAGE = {"prompt_tokens": 3, "completion_tokens": 2}
DONE = b"data: [DONE]\n\n"
THINK = Profile(think_tags=("<think>", "</think>"))
BEGINS_INSIDE = Profile(think_tags=("<think>", "</think>"), think_open=True)


def chunk(delta=None, finish=None, **fields):
    return {"id": "x1", "model": "m-1", "choices": [{"index": 0, "delta": delta or {}, "finish_reason": finish}], **fields}


def frame(value):
    return b"data: " + json.dumps(value, ensure_ascii=False).encode() + b"\n\n"


def stream(*deltas, finish="stop"):
    """The bytes of a whole stream with these deltas."""
    return (
        b"".join(frame(chunk(delta)) for delta in deltas) + frame(chunk({}, finish)) + frame({"choices": [], "usage": USAGE}) + DONE
    )


def decode(data, profile=None, pieces=None, **context):
    decoder = StreamDecoder(HEAD, ReplyContext(Endpoint("u", "m", profile or Profile(), provider="acme"), **context))
    found = [event for piece in (pieces or [data]) for event in decoder.feed(piece)]
    found += decoder.close()
    assert list(decoder.feed(data)) == []
    assert list(decoder.close()) == []
    check_laws(found)
    return found


def parts(*deltas, profile=None, finish="stop", **context):
    return gather(decode(stream(*deltas, finish=finish), profile, **context)).message.content


def call(index=0, id=None, name=None, arguments=None):  # noqa: A002
    found = {"index": index, "id": id, "function": {"name": name, "arguments": arguments}}
    return {key: value for key, value in found.items() if value is not None}


def calls(*pieces):
    return [
        (part.id, part.name, part.arguments)
        for part in parts(*({"tool_calls": [piece]} for piece in pieces))
        if isinstance(part, ToolCallPart)
    ]


def meta(**fields):
    return {"openai": fields}
