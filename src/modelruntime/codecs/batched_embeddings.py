"""Embeddings of more inputs than one request takes: one request after the other until every input has its vector."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from modelruntime.codecs.json_value import is_object
from modelruntime.codecs.openai.errors import error_from, error_in_reply, unreadable_reply
from modelruntime.codecs.openai.vectors import VectorInvalid, check_width, float_row, in_order
from modelruntime.codecs.operation import Done, Endpoint, Send, Step
from modelruntime.codecs.vendor_metadata import JSON
from modelruntime.entities.embedding_result import EmbeddingResult, Vectors
from modelruntime.entities.errors import InvokeError
from modelruntime.entities.http import HttpRequest, HttpResponse, ResponseHead
from modelruntime.entities.raw_reply import RawReply
from modelruntime.entities.usage import InputUsage, Usage
from modelruntime.entities.warning import CallWarning


class EmbeddingPage(msgspec.Struct, frozen=True):
    """What one reply holds: a list of numbers per input, in order, and its tokens where the vendor counts them."""

    rows: Sequence[Any]
    tokens: int | None = None
    model: str | None = None


class EmbeddingRequest(msgspec.Struct, frozen=True):
    """One request and how many inputs it carries."""

    request: HttpRequest
    inputs: int


Fail = Callable[[HttpResponse, Endpoint], InvokeError]
Count = Callable[[ResponseHead], int | None]
Find = Callable[[HttpResponse, Endpoint], InvokeError | None]


def _uncounted(_: ResponseHead) -> None:
    return None


class BatchedEmbeddings:
    """The operation. Of several requests `request_id` is the last one's, `usage` the sum, `raw` a JSON array of all replies.

    `count` reads the tokens of a reply whose body does not count them."""

    __slots__ = ("_bodies", "_count", "_endpoint", "_fail", "_find", "_parse", "_requests", "_tokens", "_vectors", "_warnings")

    def __init__(
        self,
        requests: Sequence[EmbeddingRequest],
        parse: Callable[[JSON], EmbeddingPage],
        endpoint: Endpoint,
        warnings: tuple[CallWarning, ...] = (),
        fail: Fail = error_from,
        count: Count = _uncounted,
        find: Find = error_in_reply,
    ) -> None:
        """`fail` reads an answer whose status is no success, `find` the error inside one that came as success."""
        self._requests = requests
        self._parse = parse
        self._endpoint = endpoint
        self._warnings = warnings
        self._fail = fail
        self._count = count
        self._find = find
        self._vectors: list[array[float]] = []
        self._tokens: list[int | None] = []
        self._bodies: list[bytes] = []

    def start(self) -> Step[EmbeddingResult]:
        """Send the first inputs."""
        return Send(self._requests[0].request)

    def receive(self, response: HttpResponse) -> Step[EmbeddingResult]:
        """Take the vectors of one request. Raises `InvokeError`; nothing of a failed operation is handed out."""
        if not 200 <= response.head.status < 300:
            raise self._fail(response, self._endpoint)
        page = self._page(response)
        self._tokens.append(self._count(response.head) if page.tokens is None else page.tokens)
        self._bodies.append(response.body)
        done = len(self._bodies)
        if done < len(self._requests):
            return Send(self._requests[done].request)
        return Done(self._result(response, page.model))

    def resume(self) -> Step[EmbeddingResult]:
        """Never called: embeddings do not wait."""
        raise RuntimeError("embeddings never wait")

    def _page(self, response: HttpResponse) -> EmbeddingPage:
        expected = self._requests[len(self._bodies)].inputs
        try:
            body: Any = msgspec.json.decode(response.body)
            page = self._parse(body if is_object(body) else {"": body})
            rows = in_order([float_row(list(row), "float32") for row in page.rows], [None] * len(page.rows), expected)
            check_width([*self._vectors[:1], *rows], None)
        except VectorInvalid as cause:
            told = self._find(response, self._endpoint)
            raise told or unreadable_reply(response, self._endpoint, str(cause)) from cause
        except (ValueError, LookupError, TypeError, RecursionError) as cause:
            told = self._find(response, self._endpoint)
            raise told or unreadable_reply(response, self._endpoint, "no list of vectors") from cause
        self._vectors += rows
        return page

    def _result(self, response: HttpResponse, model: str | None) -> EmbeddingResult:
        known = [tokens for tokens in self._tokens if tokens is not None]
        total = sum(known) if len(known) == len(self._tokens) else None
        warnings = self._warnings
        if total is None:
            warnings += (CallWarning("incomplete", "the vendor did not report the tokens of every request", "usage"),)
        body = self._bodies[0] if len(self._bodies) == 1 else b"[" + b",".join(self._bodies) + b"]"
        return EmbeddingResult(
            model=model or self._endpoint.model,
            vectors=Vectors(tuple(self._vectors)),
            usage=Usage(InputUsage(total)),
            warnings=warnings,
            request_id=response.head.request_id,
            raw=RawReply(body),
        )
