"""An error that a vendor writes into its stream without framing ends it, also behind what would be a whole answer."""

import json
from itertools import pairwise

import pytest
from msgspec.structs import replace

from modelruntime.codecs.registry import load_codec
from modelruntime.codecs.relay import Relay, RelayCodec
from modelruntime.entities.call import LLMCall
from modelruntime.entities.errors import RateLimited
from modelruntime.entities.events import ErrorEvent, FinishEvent, TextDelta
from modelruntime.entities.http import ResponseHead
from modelruntime.entities.messages import UserMessage
from tests.codecs.calls import endpoint
from tests.codecs.stream_cuts import frames

ERROR = json.dumps({"error": {"code": 429, "message": "slow down"}}, indent=2).encode()
CHUNK = frames({"choices": [{"delta": {"content": "Okay"}, "finish_reason": "stop"}]})
CANDIDATE = frames({"candidates": [{"content": {"parts": [{"text": "Okay"}]}, "finishReason": "STOP"}]})
LINE = b'{"message": {"role": "assistant", "content": "Okay"}, "done": false}\n'
CALL = LLMCall("m", (UserMessage("Hello"),), stream=True)
CODECS = {
    "chat": (load_codec("openai_chat"), CHUNK, ERROR),
    "relayed": (RelayCodec(load_codec("openai_chat"), Relay()), CHUNK, ERROR),
    "translated": (load_codec("watsonx_chat"), CHUNK, ERROR),
    "machine": (load_codec("gemini"), CANDIDATE, ERROR),
    "lines": (load_codec("ollama"), LINE, ERROR.replace(b"\n", b"")),
}


def told(codec, *pieces):
    at = replace(endpoint(), credentials={"project_id": "p"})
    decoder = codec.stream(CALL, at).decoder(ResponseHead(200))
    return [*(event for piece in pieces for event in decoder.feed(piece)), *decoder.close()]


@pytest.mark.parametrize("name", CODECS)
def test_a_bare_error_ends_the_stream_however_it_is_cut(name):
    codec, whole, error = CODECS[name]
    body = whole + error
    for at in range(len(whole), len(body)):
        events = told(codec, *(body[start:end] for start, end in pairwise((0, at, len(body)))))
        assert isinstance(last := events[-1], ErrorEvent)
        assert (type(last.error), "slow down" in str(last.error)) == (RateLimited, True)
        assert not any(isinstance(event, FinishEvent) for event in events)
        assert "".join(event.text for event in events if isinstance(event, TextDelta)) == "Okay"


@pytest.mark.parametrize("name", ["chat", "relayed", "translated", "machine"])
@pytest.mark.parametrize("rest", [b"{}", b'{"error": null}', b"odd: line\n", b'{"error": {"code": 5', b"data: half"])
def test_what_else_stands_there_changes_nothing(name, rest):
    codec, whole, _ = CODECS[name]
    assert isinstance(told(codec, whole, rest)[-1], FinishEvent)
