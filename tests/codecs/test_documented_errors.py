from collections import Counter

import pytest
from msgspec.structs import replace

from modelruntime.codecs.openai.errors import error_from, error_in_reply
from modelruntime.codecs.registry import load_codec
from modelruntime.codecs.tencent.family import error_in_envelope, with_error_codes
from modelruntime.entities.call import LLMCall
from modelruntime.entities.events import ErrorEvent
from modelruntime.entities.http import HttpResponse, ResponseHead
from modelruntime.entities.messages import UserMessage
from tests.codecs.aws_frames import render_frame
from tests.codecs.calls import endpoint
from tests.codecs.documented.coverage import STREAM_CODECS
from tests.codecs.documented_errors import DOCUMENTED

IN_ENVELOPES = {"hunyuan"}
"""Vendors whose errors come with status 200 and under their own names."""
LINES = {"ollama"}
"""Codecs whose streams are lines, no events."""
BARE = b'data: {"candidates": [{"content": {"parts": [{"text": "Okay"}]}, "finishReason": "STOP"}]}\n\n'
"""What came before an error that is no event: by itself a whole answer."""
CALL = LLMCall("m", (UserMessage("Hello"),), stream=True)
IN_STREAM = tuple(row for row in DOCUMENTED if row.where != "answer")


def head_of(row):
    return ResponseHead(row.status, (*row.headers.items(), ("x-request-id", "r-1")))


def raised(row):
    """The error of an answer."""
    at = endpoint(error_codes=row.codes)
    response = HttpResponse(head_of(row), row.data)
    if row.vendor in IN_ENVELOPES:
        return error_in_envelope(response, with_error_codes(at))
    return error_in_reply(response, at) if row.status == 200 else error_from(response, at)


def streamed(row):
    """The last event of a stream that ends with the error."""
    name = row.codec or STREAM_CODECS.get(row.vendor, "openai_chat")
    at = replace(endpoint(error_codes=row.codes), credentials={"compartment_ocid": "c", "model_version": "v", "project_id": "p"})
    decoder = load_codec(name).stream(CALL, at).decoder(head_of(row))
    if row.where == "frame":
        told = decoder.feed(render_frame({":message-type": "exception", ":exception-type": row.code}, row.data))
        return [*told, *decoder.close()][-1]
    event = b"event: error\ndata: " + row.data + b"\n\n"
    bytes_of = {"bare": BARE + row.data + b"\n", "whole": row.data, "stream": event}
    data = row.data + b"\n" if name in LINES else bytes_of[row.where]
    return [*decoder.feed(data), *decoder.close()][-1]


@pytest.mark.parametrize("row", [row for row in DOCUMENTED if row.where == "answer"], ids=lambda row: row.name)
def test_a_documented_error_becomes_its_class(row):
    error = raised(row)
    check(row, error)
    assert error.raw == row.data


@pytest.mark.parametrize("row", IN_STREAM, ids=lambda row: row.name)
def test_a_documented_error_in_a_stream_ends_it_as_its_class(row):
    event = streamed(row)
    assert isinstance(event, ErrorEvent)
    check(row, event.error)
    assert event.error.raw


def check(row, error):
    assert type(error) is row.kind
    assert error.retryable is row.retryable
    assert error.retry_after == row.retry_after
    assert error.status == row.status
    assert error.request_id == "r-1"
    assert (error.provider, error.model) == ("acme", "m")
    if row.code is not None:
        assert error.code == row.code


def test_the_table_covers_what_it_must():
    kinds = {(row.status, bool(row.headers), row.where) for row in DOCUMENTED}
    assert {400, 401, 403, 404, 413, 422, 429, 500, 502, 503, 529} <= {row.status for row in DOCUMENTED}
    assert {(429, True, "answer"), (429, False, "answer"), (200, False, "answer"), (200, False, "stream")} <= kinds


def test_it_says_how_much_is_unverified():
    found = Counter(row.evidence for row in DOCUMENTED)
    print(dict(found))
    assert found["page"] + found["page+shape"] + found["source"] + found["report"] > 3 * found["unverified"]
