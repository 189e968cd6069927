import json

import pytest

from modelruntime.codecs.openai.errors import error_from, error_in_reply, error_in_stream
from modelruntime.codecs.operation import Endpoint
from modelruntime.codecs.retry_after import MAX_RETRY_AFTER, retry_after
from modelruntime.entities.errors import (
    BadRequest,
    ContentFiltered,
    ContextLengthExceeded,
    ModelNotFound,
    RateLimited,
    ServerUnavailable,
    TimedOut,
    Unauthorized,
)
from modelruntime.entities.http import HttpResponse, ResponseHead
from modelruntime.entities.secret import Secret
from modelruntime.schema.profile import Profile

ENDPOINT = Endpoint("https://api.example.com/v1", "m", provider="acme")


def answer(status, body=b"", **headers):
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return HttpResponse(ResponseHead(status, tuple((k.replace("_", "-"), v) for k, v in headers.items())), data)


def coded(code, message="no"):
    return {"error": {"message": message, "type": "invalid_request_error", "code": code}}


@pytest.mark.parametrize(
    "status, body, kind",
    [
        (400, coded("unsupported_value"), BadRequest),
        (413, b"<html>too big</html>", BadRequest),
        (422, {"detail": [{"loc": ["body"], "msg": "field required", "type": "missing"}]}, BadRequest),
        (400, coded("context_length_exceeded"), ContextLengthExceeded),
        (400, coded(None, "This model's maximum context length is 1048565 tokens."), ContextLengthExceeded),
        (
            400,
            {"error": {"type": "too_many_prompt_tokens", "code": 400, "message": "The total length is too long."}},
            ContextLengthExceeded,
        ),
        (400, coded(None, "the prompt length 9 must less than the maximum input length 8"), ContextLengthExceeded),
        (429, coded("context_length_exceeded"), ContextLengthExceeded),
        (400, coded("content_filter"), ContentFiltered),
        (400, {"error": {"code": "x", "innererror": {"code": "ResponsibleAIPolicyViolation"}}}, ContentFiltered),
        (403, {"error": {"code": 403, "message": "x", "metadata": {"reasons": ["violence"]}}}, ContentFiltered),
        (500, coded("content_filter", "policy"), ServerUnavailable),
        (400, coded("invalid_api_key"), Unauthorized),
        (400, coded(None, "API key not valid. Please pass a valid one."), Unauthorized),
        (401, b"", Unauthorized),
        (402, {"message": "pay"}, Unauthorized),
        (403, b"<html>", Unauthorized),
        (404, b"not json", ModelNotFound),
        (400, coded("model_not_found"), ModelNotFound),
        (408, b"", TimedOut),
        (504, b"<html>504</html>", TimedOut),
        (409, b"", ServerUnavailable),
        (529, b"", ServerUnavailable),
        (302, b"", ServerUnavailable),
        (429, b"", RateLimited),
        (200, {"error": {"code": 429, "message": "slow"}}, RateLimited),
        (200, {"error": {"code": 502, "message": "down"}}, ServerUnavailable),
        (200, {"error": {"type": "overloaded_error"}}, ServerUnavailable),
        (200, {"error": "boom"}, ServerUnavailable),
        (200, {"error": {"type": "invalid_request_error", "message": "maximum context length is 9"}}, ContextLengthExceeded),
    ],
)
def test_the_status_decides_first_and_the_body_second(status, body, kind):
    error = error_from(answer(status, body, x_request_id="r1"), ENDPOINT)
    assert type(error) is kind
    assert (error.status, error.provider, error.model, error.request_id) == (status, "acme", "m", "r1")
    assert error.message.startswith("acme/m ")
    assert "<html>" not in error.message


@pytest.mark.parametrize(
    "body, message",
    [
        ({"error": {"message": "here"}}, "here"),
        ({"error": "here"}, "here"),
        ({"message": "here"}, "here"),
        ({"msg": "here"}, "here"),
        ({"err": "here"}, "here"),
        ({"error_msg": "here"}, "here"),
        ({"detail": "here"}, "here"),
        ({"detail": [{"msg": "here"}]}, "here"),
        ({"errors": [{"message": "here", "code": 7}]}, "here"),
        ({"header": {"message": "here"}}, "here"),
        ({"response": {"error": {"message": "here"}}}, "here"),
        ({"base_resp": {"status_code": 2013, "status_msg": "here"}}, "here"),
        ({"status": {"code": 11009, "description": "here"}}, "here"),
        ({"errors": [{"description": "here", "key": "fail"}]}, "here"),
        ({"error_type": "x", "error_message": '{"error": {"message": "here"}}'}, "here"),
        ({"error_type": "x", "error_message": "{here"}, "{here"),
        ([{"error": {"message": "here"}}], "here"),
        ({"object": "error", "message": {"detail": [{"msg": "here", "type": "x"}]}}, "here"),
    ],
)
def test_the_vendors_message_is_found_wherever_it_stands(body, message):
    assert error_from(answer(400, body), ENDPOINT).message.endswith(f": {message}")


@pytest.mark.parametrize(
    "body, code",
    [
        (coded("abc"), "abc"),
        ({"error": {"type": "t", "code": None}}, "t"),
        ({"error": {"code": 400, "type": "t"}}, "t"),
        ({"code": 1301}, "1301"),
    ],
)
def test_the_code_is_the_vendors_most_specific_word(body, code):
    assert error_from(answer(400, body), ENDPOINT).code == code


@pytest.mark.parametrize(
    "body",
    [
        {"error": None, "choices": []},
        {"code": 0, "message": "ok"},
        {"code": 200, "msg": "success"},
        {"base_resp": {"status_code": 0}},
        {"error_type": None, "error_message": "", "choices": []},
        [],
        3,
        {},
    ],
)
def test_a_success_holds_no_error(body):
    assert error_in_reply(answer(200, body), ENDPOINT) is None
    assert error_in_stream(json.dumps(body).encode(), ENDPOINT) is None


@pytest.mark.parametrize(
    "body",
    [
        {"error": {"message": "x"}},
        {"code": 1301, "msg": "x"},
        {"code": 21313, "description": "x", "details": "y"},
        {"error_type": "internal_error", "error_message": "x"},
        {"base_resp": {"status_code": 1002, "status_msg": "x"}},
    ],
)
def test_an_error_that_came_as_success_is_found(body):
    assert error_in_reply(answer(200, body), ENDPOINT) is not None
    assert error_in_stream(json.dumps(body).encode(), ENDPOINT) is not None


def test_a_profile_names_what_a_vendors_numbers_mean():
    endpoint = Endpoint("u", "m", profile=Profile(error_codes={"1301": "ContentFiltered", "1002": "RateLimited"}))
    assert type(error_from(answer(400, {"error": {"code": "1301", "message": "x"}}), endpoint)) is ContentFiltered
    assert type(error_in_reply(answer(200, {"base_resp": {"status_code": 1002, "status_msg": "x"}}), endpoint)) is RateLimited


@pytest.mark.parametrize(
    "body, retryable",
    [
        (coded("rate_limit_exceeded"), True),
        (coded("insufficient_quota"), False),
        (coded("rate_limit_exceeded", "Request too large for m"), False),
    ],
)
def test_a_rate_limit_is_worth_a_retry_but_an_empty_account_is_not(body, retryable):
    assert error_from(answer(429, body), ENDPOINT).retryable is retryable


def test_no_secret_reaches_the_message():
    endpoint = Endpoint("u", "m", credentials={"api_key": Secret("hunter2")})
    body = coded("odd", "key hunter2 and sk-proj-abcdefgh12345678 and Bearer abc.def are bad\nsecond line")
    message = error_from(answer(400, body), endpoint).message
    assert "hunter2" not in message
    assert "abcdefgh" not in message
    assert "abc.def" not in message
    assert "\n" not in message


def test_what_a_vendor_says_about_a_refused_key_is_not_repeated():
    assert "abc" not in error_from(answer(401, coded("invalid_api_key", "Incorrect API key: abc")), ENDPOINT).message


DATE = "Sun, 22 Nov 2026 10:00:00 GMT"


@pytest.mark.parametrize(
    "headers, seconds",
    [
        ({}, None),
        ({"retry-after": "7"}, 7),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after": "Sun, 22 Nov 2026 10:00:30 GMT", "date": DATE}, 30),
        ({"retry-after": "Sun, 22 Nov 2026 09:00:00 GMT", "date": DATE}, 0),
        ({"retry-after": "Sun, 22 Nov 2026 10:00:30 GMT"}, None),
        ({"retry-after-ms": "1500", "retry-after": "2"}, 1.5),
        ({"retry-after": "-5"}, 0),
        ({"retry-after": "NaN"}, None),
        ({"retry-after": "inf"}, MAX_RETRY_AFTER),
        ({"retry-after": "315360000"}, MAX_RETRY_AFTER),
        ({"retry-after": "soon"}, None),
        ({"x-ratelimit-reset-requests": "20ms"}, 0.02),
        ({"x-ratelimit-reset-tokens": "6m0s"}, 360),
        ({"x-ratelimit-reset-tokens": "2m59.56s"}, 179.56),
        (
            {
                "x-ratelimit-reset-requests": "1s",
                "x-ratelimit-remaining-requests": "9",
                "x-ratelimit-reset-tokens": "30s",
                "x-ratelimit-remaining-tokens": "0",
            },
            30,
        ),
        ({"x-ratelimit-reset-requests": "1s", "x-ratelimit-reset-tokens": "30s"}, 1),
        ({"x-ratelimit-reset": "1795341660000", "date": DATE}, 60),
        ({"x-ratelimit-reset": "1795341660", "date": DATE}, 60),
        ({"anthropic-ratelimit-requests-reset": "2026-11-22T10:00:05Z", "date": DATE}, 5),
    ],
)
def test_the_wait_is_what_the_vendor_says_within_reason(headers, seconds):
    found = retry_after(ResponseHead(429, tuple(headers.items())))
    assert found == (None if seconds is None else pytest.approx(seconds))


def test_the_wait_stands_in_the_error():
    assert error_from(answer(429, b"", retry_after="7"), ENDPOINT).retry_after == 7


def test_what_a_server_does_not_implement_is_not_asked_again():
    """llama.cpp answers so where it was started without the function that is asked for."""
    body = {"error": {"code": 501, "message": "This server does not support reranking.", "type": "not_supported_error"}}
    error = error_from(answer(501, body), ENDPOINT)
    assert (type(error), error.status, error.code, error.retryable) == (ServerUnavailable, 501, "not_supported_error", False)
    assert error_from(answer(500, body), ENDPOINT).retryable


def test_a_call_without_a_model_is_told_by_its_provider_alone():
    error = error_from(answer(401), Endpoint("https://api.example.com/v1", "", provider="acme"))
    assert error.message.startswith("acme refused the call")
