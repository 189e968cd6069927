from __future__ import annotations

import json

import pytest
from azure.ai.contentsafety import models as vendor
from hypothesis import given
from hypothesis import strategies as st

from modelruntime.codecs.operation import Done, Endpoint, Send
from modelruntime.codecs.registry import load_codec
from modelruntime.entities.call import ModerationCall
from modelruntime.entities.errors import BadRequest, ParameterInvalid, RateLimited, ServerUnavailable, Unauthorized
from modelruntime.entities.moderation_result import Category
from modelruntime.entities.parts import ImagePart, TextPart
from tests.codecs.calls import answer

CODEC = load_codec("azure_content_safety")
PNG = b"\x89PNG\r\n\x1a\n"


def endpoint(**credentials):
    return Endpoint("https://mine.cognitiveservices.azure.com", "content-safety", provider="acme", credentials=credentials)


def judged(**severities):
    return {"blocklistsMatch": [], "categoriesAnalysis": [{"category": name, "severity": s} for name, s in severities.items()]}


def drive(call, *bodies):
    requests, step = [], (operation := CODEC.invoke(call, endpoint())).start()
    for body in bodies:
        assert isinstance(step, Send)
        requests.append(step.request)
        step = operation.receive(body if not isinstance(body, dict) else answer(body, apim_request_id="r-1"))
    assert isinstance(step, Done)
    return requests, step.result


def test_a_text_is_judged_in_eight_levels():
    requests, result = drive(ModerationCall("m", "text"), judged(Hate=7, SelfHarm=0, Sexual=3, Violence=4))
    assert [request.url.partition(".com")[2] for request in requests] == ["/contentsafety/text:analyze?api-version=2024-09-01"]
    body = json.loads(requests[0].body or b"")
    assert body == {"text": "text", "outputType": "EightSeverityLevels"}
    assert dict(vendor.AnalyzeTextOptions(body)) == body
    assert result.categories == {
        "Hate": Category(True, 1.0),
        "SelfHarm": Category(False, 0.0),
        "Sexual": Category(False, 3 / 7),
        "Violence": Category(True, 4 / 7),
    }
    assert (result.flagged, result.model, result.request_id) == (True, "content-safety", "r-1")


@given(st.integers(0, 7), st.integers(1, 7))
def test_the_threshold_decides_what_is_flagged(severity, threshold):
    requests, result = drive(ModerationCall("m", "text", {"threshold": threshold}), judged(Hate=severity))
    assert "threshold" not in json.loads(requests[0].body or b"")
    assert result.flagged is result.categories["Hate"].flagged is (severity >= threshold)


def test_block_lists_and_categories_are_the_vendors_own():
    options = {"blocklistNames": ["brands"], "haltOnBlocklistHit": True, "categories": ["Hate"], "outputType": "FourSeverityLevels"}
    reply = {"blocklistsMatch": [{"blocklistName": "brands", "blocklistItemId": "1", "blocklistItemText": "acme"}]}
    requests, result = drive(ModerationCall("m", "acme", options), reply)
    assert json.loads(requests[0].body or b"") == {"text": "acme", **options}
    assert (result.flagged, result.categories) == (True, {"brands": Category(True)})


def test_a_long_text_goes_in_pieces_and_images_by_themselves():
    parts = (TextPart("a" * 10_000), ImagePart(PNG), TextPart("b" * 5), ImagePart("https://x/i.png"))
    options = {"blocklistNames": ["brands"], "categories": ["Hate"]}
    requests, result = drive(
        ModerationCall("m", parts, options), judged(Hate=1), judged(Hate=5), judged(Hate=2), judged(Hate=0, Sexual=6)
    )
    bodies = [json.loads(request.body or b"") for request in requests]
    assert [len(body["text"]) for body in bodies[:2]] == [10_000, 6]
    assert [request.url.split("?")[0].rpartition("/")[2] for request in requests] == 2 * ["text:analyze"] + 2 * ["image:analyze"]
    assert bodies[2] == {"image": {"content": "iVBORw0KGgo="}, "categories": ["Hate"]}
    assert bodies[3] == {"image": {"blobUrl": "https://x/i.png"}, "categories": ["Hate"]}
    assert dict(vendor.AnalyzeImageOptions(bodies[2])) == bodies[2]
    assert result.categories == {"Hate": Category(True, 5 / 7), "Sexual": Category(True, 6 / 7)}
    assert result.raw is not None
    assert len(result.raw.json()) == 4


def test_the_version_is_the_forms():
    step = CODEC.invoke(ModerationCall("m", "a"), endpoint(api_version="2023-10-01")).start()
    assert isinstance(step, Send)
    assert step.request.url.endswith("?api-version=2023-10-01")


@pytest.mark.parametrize("call", [
    ModerationCall("m", ""), ModerationCall("m", ()), ModerationCall("m", (TextPart(" "),)),
    *(ModerationCall("m", "a", {"threshold": value}) for value in (0, 8, "4", True)),
])  # fmt: skip
def test_what_cannot_be_judged_is_refused(call):
    with pytest.raises(ParameterInvalid):
        CODEC.invoke(call, endpoint())


@pytest.mark.parametrize(
    ("reply", "kind", "code"),
    [
        (answer({"error": {"code": "401", "message": "Access denied due to invalid subscription key"}}, 401), Unauthorized, "401"),
        (answer({"error": {"code": "429", "message": "Rate limit is exceeded."}}, 429, retry_after="3"), RateLimited, "429"),
        (
            answer({"error": {"code": "InvalidRequestBody", "message": "too long", "details": []}}, 400),
            BadRequest,
            "InvalidRequestBody",
        ),
        (answer(b"", 503), ServerUnavailable, None),
        (answer(b"<html>"), ServerUnavailable, "invalid_response"),
        (answer({}), ServerUnavailable, "invalid_response"),
        (answer({"categoriesAnalysis": []}), ServerUnavailable, "invalid_response"),
        (answer({"categoriesAnalysis": [{"category": "Hate"}]}), ServerUnavailable, "invalid_response"),
    ],
)
def test_no_judgement_is_an_error_never_a_pass(reply, kind, code):
    operation = CODEC.invoke(ModerationCall("m", "a"), endpoint())
    operation.start()
    with pytest.raises(kind) as raised:
        operation.receive(reply)
    assert raised.value.code == code
