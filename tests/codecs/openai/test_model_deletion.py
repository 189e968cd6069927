"""A model deleted in the family's words."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from modelruntime.codecs.openai.model_deletion import CODEC, NOT_DELETABLE, DeletedModel, ModelDeletion
from modelruntime.entities.errors import BadRequest, InvokeError, ModelNotFound, RateLimited, ServerUnavailable, Unauthorized
from modelruntime.entities.http import HttpResponse, ResponseHead
from modelruntime.schema.profile import Profile
from tests.codecs.calls import answer, endpoint, sent_by

SECRETIVE = b'{"error": {"message": "the key abc is bad"}}'


def asked(path: str = "/models", **peculiar: Any) -> Any:
    return sent_by(CODEC.invoke(ModelDeletion(path), replace(endpoint(), **peculiar)))


def deleted(response: HttpResponse) -> DeletedModel:
    operation = CODEC.invoke(ModelDeletion("/models"), endpoint(model="ft:a"))
    operation.start()
    found: DeletedModel = operation.receive(response).result
    return found


@pytest.mark.parametrize(
    "path, peculiar, url",
    [
        ("/models", {"model": "ft:a/b c"}, "https://api.example.com/v1/models/ft%3Aa%2Fb%20c"),
        ("/own/models/?limit=1", {"model": "m"}, "https://api.example.com/v1/own/models/m"),
        ("/models", {"model": "m", "base_url": "https://h/v1?a=b"}, "https://h/v1/models/m?a=b"),
        ("/models", {"model": "m", "profile": Profile(query={"v": "1"})}, "https://api.example.com/v1/models/m?v=1"),
        (
            "/models",
            {"model": "m", "profile": Profile(paths={"model_deletion": "/tuned/{model}/drop"})},
            "https://api.example.com/v1/tuned/m/drop",
        ),
    ],
)
def test_the_request(path: str, peculiar: dict[str, Any], url: str):
    request = asked(path, **peculiar)
    assert (request.method, request.url, request.body) == ("DELETE", url, None)
    assert ("accept", "application/json") in request.headers


def test_declared_headers_are_sent():
    assert ("x-team", "blue") in asked(headers=(("x-team", "blue"),)).headers


@pytest.mark.parametrize(
    "body, gone",
    [
        (b'{"id":"ft:a","object":"model","deleted":true}', True),
        (b'{"id":"ft:a","object":"model","deleted":false}', False),
        (b'{"id": "ft:a"}', True),
        (b'{"deleted":"yes"}', False),
    ],
)
def test_the_vendors_words_are_kept(body: bytes, gone: bool):
    assert deleted(HttpResponse(ResponseHead(200), body)) == DeletedModel(body, gone)


def test_an_answer_without_words_gets_the_familys():
    found = deleted(HttpResponse(ResponseHead(204), b""))
    assert found == DeletedModel(b'{"id":"ft:a","object":"model","deleted":true}', deleted=True)


@pytest.mark.parametrize("body", [b"<html>", b"[]", b'"gone"', b"\xff", b"[" * 100_000])
def test_what_says_nothing_of_a_deletion_is_none(body: bytes):
    with pytest.raises(ServerUnavailable, match="no word of a deletion"):
        deleted(HttpResponse(ResponseHead(200), body))


@pytest.mark.parametrize("status", [403, 405, 501])
def test_a_vendor_that_does_not_delete_it_says_so_once(status: int):
    with pytest.raises(BadRequest) as raised:
        deleted(HttpResponse(ResponseHead(status, (("x-request-id", "r1"),)), SECRETIVE))
    error = raised.value
    assert (error.code, error.status, error.request_id, error.retryable) == (NOT_DELETABLE, status, "r1", False)
    assert "ft:a" in error.message
    assert "abc" not in error.message


@pytest.mark.parametrize(
    "status, kind",
    [(400, BadRequest), (401, Unauthorized), (404, ModelNotFound), (429, RateLimited), (500, ServerUnavailable)],
)
def test_other_errors_are_the_familys(status: int, kind: type[InvokeError]):
    with pytest.raises(kind) as raised:
        deleted(HttpResponse(ResponseHead(status), SECRETIVE))
    assert raised.value.code != NOT_DELETABLE


def test_an_error_under_200_is_one():
    with pytest.raises(InvokeError):
        deleted(answer({"error": {"message": "no such model", "code": "model_not_found"}}))
