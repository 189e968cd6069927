"""Embeddings: one prediction for all texts, or one for each.

Models name their input themselves; `profile.rename` says how (`{input: text_batch}`). Names in the plural take all texts as one
JSON text (https://replicate.com/nateraw/bge-large-en-v1.5/api, https://replicate.com/beautyyuyanli/multilingual-e5-large/api;
unverified), any other one text a prediction.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from modelruntime.codecs.body_parameters import render_body
from modelruntime.codecs.json_value import as_array, as_object, is_array, is_object
from modelruntime.codecs.openai.errors import unreadable_reply
from modelruntime.codecs.openai.vectors import VectorInvalid, check_width, float_row, in_order
from modelruntime.codecs.operation import Done, Endpoint, Send, Wait
from modelruntime.codecs.replicate.family import JSON, create_request
from modelruntime.codecs.replicate.prediction import Prediction
from modelruntime.codecs.text_inputs import text_inputs
from modelruntime.entities.call import TextEmbeddingCall
from modelruntime.entities.embedding_result import EmbeddingResult, Vectors
from modelruntime.entities.http import HttpRequest, HttpResponse
from modelruntime.entities.raw_reply import RawReply
from modelruntime.entities.usage import Usage
from modelruntime.entities.warning import CallWarning

_DEFAULT_INPUT = "texts"
_PLURAL = frozenset(("texts", "text_batch", "inputs", "sentences"))
Step = Send | Wait | Done[EmbeddingResult]


class ReplicateEmbeddings:
    """Texts as vectors."""

    name = "replicate_embeddings"

    def invoke(self, call: TextEmbeddingCall, endpoint: Endpoint) -> EmbeddingPredictions:
        """Raises `ParameterInvalid` for a call that cannot be said."""
        texts = text_inputs(call, endpoint.profile)
        field = endpoint.profile.rename.get("input", _DEFAULT_INPUT)
        fields, warnings = render_body({}, call, endpoint.profile)
        if field in _PLURAL:
            inputs = [(len(texts), {**fields, field: msgspec.json.encode(texts).decode()})]
        else:
            inputs = [(1, {**fields, field: text}) for text in texts]
        return EmbeddingPredictions([(count, create_request(endpoint, given)) for count, given in inputs], endpoint, warnings)


class EmbeddingPredictions:
    """The operation: one prediction after the other. `raw` is a JSON array of all last states where there are several."""

    def __init__(self, requests: Sequence[tuple[int, HttpRequest]], endpoint: Endpoint, warnings: tuple[CallWarning, ...]) -> None:
        self._requests = requests
        self._endpoint = endpoint
        self._warnings = warnings
        self._vectors: list[Any] = []
        self._bodies: list[bytes] = []
        self._current = self._prediction()

    def start(self) -> Step:
        """Create the first prediction."""
        return Send(self._requests[0][1])

    def receive(self, response: HttpResponse) -> Step:
        """Take the vectors of one prediction. Raises `InvokeError`."""
        step = self._current.receive(response)
        if not isinstance(step, Done):
            return step
        self._vectors += step.result
        self._bodies.append(response.body)
        if len(self._bodies) < len(self._requests):
            self._current = self._prediction()
            return Send(self._requests[len(self._bodies)][1])
        return Done(self._result(response))

    def resume(self) -> Step:
        """Ask how far it is."""
        step = self._current.resume()
        assert isinstance(step, Send)
        return step

    def cancel(self) -> HttpRequest | None:
        """Ends the prediction, while it runs."""
        return self._current.cancel()

    def _prediction(self) -> Prediction[list[Any]]:
        return Prediction(self._requests[len(self._bodies)][1], self._endpoint, self._rows)

    def _rows(self, body: JSON, response: HttpResponse) -> list[Any]:
        expected = self._requests[len(self._bodies)][0]
        try:
            found = [float_row(row, "float32") for row in rows_of(body.get("output"))]
            rows = in_order(found, [None] * len(found), expected)
            check_width([*self._vectors[:1], *rows], None)
        except (VectorInvalid, ValueError, TypeError, LookupError) as cause:
            raise unreadable_reply(response, self._endpoint, "an output that is no list of vectors") from cause
        return [*rows]

    def _result(self, response: HttpResponse) -> EmbeddingResult:
        warning = CallWarning("incomplete", "the vendor does not count the tokens of embeddings", "usage")
        return EmbeddingResult(
            model=self._endpoint.model,
            vectors=Vectors(tuple(self._vectors)),
            usage=Usage(),
            warnings=(*self._warnings, warning),
            request_id=response.head.request_id,
            raw=RawReply(self._bodies[0] if len(self._bodies) == 1 else b"[" + b",".join(self._bodies) + b"]"),
        )


def rows_of(output: Any) -> list[Any]:
    """Vectors as models give them: a list of them, one alone, or objects that hold one."""
    found = output.get("embeddings", output.get("embedding")) if is_object(output) else output
    rows = as_array(found)
    if rows and not is_array(rows[0]) and not is_object(rows[0]):
        return [rows]
    return [as_object(row)["embedding"] if is_object(row) else row for row in rows]


CODEC = ReplicateEmbeddings()
