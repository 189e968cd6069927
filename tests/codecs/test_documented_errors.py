from collections import Counter

import pytest

from modelruntime.codecs.openai.errors import error_from, error_in_reply, error_in_stream
from modelruntime.codecs.registry import load_codec
from modelruntime.codecs.tencent.family import error_in_envelope, with_error_codes
from modelruntime.entities.call import LLMCall
from modelruntime.entities.http import HttpResponse, ResponseHead
from modelruntime.entities.messages import UserMessage
from tests.codecs.aws_frames import render_frame
from tests.codecs.calls import endpoint
from tests.codecs.documented_errors import DOCUMENTED

IN_ENVELOPES = {"hunyuan"}
"""Vendors whose errors come with status 200 and under their own names."""


def raised(row):
    head = ResponseHead(row.status, (*row.headers.items(), ("x-request-id", "r-1")))
    at = endpoint(error_codes=row.codes)
    if row.where == "frame":
        headers = {":message-type": "exception", ":exception-type": row.code}
        codec = load_codec("sagemaker_chat" if row.vendor == "sagemaker" else "bedrock_converse")
        decoder = codec.stream(LLMCall("m", (UserMessage("Hello"),), stream=True), at).decoder(head)
        return decoder.feed(render_frame(headers, row.data))[-1].error
    if row.vendor in IN_ENVELOPES:
        return error_in_envelope(HttpResponse(head, row.data), with_error_codes(at))
    if row.where == "stream":
        return error_in_stream(row.data, at, head)
    response = HttpResponse(head, row.data)
    return error_in_reply(response, at) if row.status == 200 else error_from(response, at)


@pytest.mark.parametrize("row", DOCUMENTED, ids=lambda row: row.name)
def test_a_documented_error_becomes_its_class(row):
    error = raised(row)
    assert type(error) is row.kind
    assert error.retryable is row.retryable
    assert error.retry_after == row.retry_after
    assert error.status == row.status
    assert error.request_id == "r-1"
    assert error.raw == (row.data if row.where != "frame" else row.body["message"].encode())
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
