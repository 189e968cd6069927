"""Embeddings of the OpenAI family."""

from __future__ import annotations

from array import array
from typing import Any

from modelruntime.codecs.openai.embeddings_parse import parse_embeddings, sum_usage
from modelruntime.codecs.openai.embeddings_render import number_type, render_embeddings
from modelruntime.codecs.operation import Done, Endpoint, Operation, Send, Step
from modelruntime.entities.call import TextEmbeddingCall
from modelruntime.entities.embedding_result import EmbeddingResult, Vectors
from modelruntime.entities.http import HttpResponse
from modelruntime.entities.raw_reply import RawReply
from modelruntime.entities.warning import CallWarning
from modelruntime.schema.profile import Profile


class EmbeddingOperation:
    """One request after the other until every input has its vector.

    Of several requests, `request_id` is the last one's, `usage` the sum, `raw` a JSON array of all replies.
    """

    def __init__(self, call: TextEmbeddingCall, endpoint: Endpoint) -> None:
        self._requests, self._sizes, self._warnings = render_embeddings(call, endpoint)
        self._endpoint = endpoint
        self._number_type = number_type(call, endpoint.profile)
        asked = call.parameters.get("dimensions")
        self._width = asked if isinstance(asked, int) else None
        self._vectors: list[array[float]] = []
        self._usage: list[dict[str, Any]] = []
        self._bodies: list[bytes] = []

    def start(self) -> Step[EmbeddingResult]:
        """Send the first inputs."""
        return Send(self._requests[0])

    def receive(self, response: HttpResponse) -> Step[EmbeddingResult]:
        """Take the vectors of one request. Raises `InvokeError`; nothing of a failed operation is handed out."""
        done = len(self._bodies)
        expected = self._sizes[done]
        batch = parse_embeddings(response, self._endpoint, expected=expected, width=self._width, number_type=self._number_type)
        self._width = len(batch.vectors[0])
        self._vectors += batch.vectors
        self._usage.append(batch.usage)
        self._bodies.append(response.body)
        if done + 1 < len(self._requests):
            return Send(self._requests[done + 1])
        return Done(self._result(response, batch.model))

    def resume(self) -> Step[EmbeddingResult]:
        """Never called: embeddings do not wait."""
        raise RuntimeError("embeddings never wait")

    def _result(self, response: HttpResponse, model: str | None) -> EmbeddingResult:
        usage = sum_usage(self._usage)
        warnings = self._warnings
        if usage.input.total is None:
            warnings += (CallWarning("incomplete", "the vendor did not report the tokens of every request", "usage"),)
        body = self._bodies[0] if len(self._bodies) == 1 else b"[" + b",".join(self._bodies) + b"]"
        return EmbeddingResult(
            model=model or self._endpoint.model,
            vectors=Vectors(tuple(self._vectors)),
            usage=usage,
            warnings=warnings,
            request_id=response.head.request_id,
            raw=RawReply(body),
        )


class OpenAIEmbeddings:
    """`POST /embeddings`: base64 asked for by default, either form accepted in the reply."""

    name = "openai_embeddings"

    def invoke(self, call: TextEmbeddingCall, endpoint: Endpoint) -> Operation[EmbeddingResult]:
        """Raises `ParameterInvalid` for a call that cannot be said."""
        return EmbeddingOperation(call, endpoint)

    def takes_token_ids(self, input_type: str | None, profile: Profile) -> bool:
        """The family does, where an input is a bare text and nothing is put before it."""
        return profile.embedding_media in ("none", "images") and not profile.embedding_prefixes.get(input_type or "")


CODEC = OpenAIEmbeddings()
