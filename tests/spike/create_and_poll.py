"""Draft of create-and-poll: a generic operation, and Replicate's predictions and background responses through it.

Shapes: https://replicate.com/docs/reference/http#predictions.create, read 2026-11-22.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

import msgspec

from modelruntime.codecs.operation import Done, Endpoint, Send, Step, Wait
from modelruntime.entities.call import LLMCall
from modelruntime.entities.errors import BadRequest, InvokeError, RateLimited, ServerUnavailable, Unauthorized
from modelruntime.entities.finish import Finish
from modelruntime.entities.http import HttpRequest, HttpResponse
from modelruntime.entities.llm_result import LLMResult
from modelruntime.entities.messages import AssistantMessage
from modelruntime.entities.parts import MediaPart, Part, TextPart
from modelruntime.entities.raw_reply import RawReply
from modelruntime.entities.usage import InputUsage, OutputUsage, Usage
from tests.spike import responses
from tests.spike.wire import JSON

R = TypeVar("R")


class Poll(Generic[R]):
    """Create, then look again after ever longer waits until it is no longer pending. `look` makes the request from the
    id in the reply, on the endpoint's own host: a URL out of a body must never get a key."""

    def __init__(
        self,
        create: HttpRequest,
        look: Callable[[JSON], HttpRequest],
        pending: tuple[str, ...],
        parse: Callable[[JSON], R],
        wait: float = 0.5,
    ) -> None:
        self._create, self._look, self._pending, self._parse, self._wait = create, look, pending, parse, wait
        self._seen: JSON = {}

    def start(self) -> Step[R]:
        return Send(self._create)

    def receive(self, response: HttpResponse) -> Step[R]:
        if response.head.status >= 400:
            raise _error(response)
        self._seen = msgspec.json.decode(response.body, type=dict)
        if self._seen["status"] not in self._pending:
            return Done(self._parse(self._seen))
        wait, self._wait = self._wait, min(self._wait * 1.5, 5.0)
        return Wait(wait)

    def resume(self) -> Step[R]:
        return Send(self._look(self._seen))


def _error(response: HttpResponse) -> InvokeError:
    status = response.head.status
    kind = (
        Unauthorized
        if status in (401, 402, 403)
        else RateLimited
        if status == 429
        else ServerUnavailable
        if status >= 500
        else BadRequest
    )
    return kind(f"the vendor answered with status {status}", status=status, raw=response.body)


# Replicate


def parse_prediction_request(body: JSON) -> LLMCall:
    inputs = dict(body["input"])
    return LLMCall(body.get("version", ""), prompt=inputs.pop("prompt", None), parameters=inputs)


def render_prediction(call: LLMCall, endpoint: Endpoint) -> HttpRequest:
    body = {"version": call.model, "input": {"prompt": call.prompt, **call.parameters}}
    headers = (("content-type", "application/json"), *endpoint.headers)
    return HttpRequest("POST", f"{endpoint.base_url}/v1/predictions", headers, msgspec.json.encode(body))


def prediction(call: LLMCall, endpoint: Endpoint) -> Poll[LLMResult]:
    def look(seen: JSON) -> HttpRequest:
        return HttpRequest("GET", f"{endpoint.base_url}/v1/predictions/{seen['id']}", endpoint.headers)

    return Poll(render_prediction(call, endpoint), look, ("starting", "processing"), parse_prediction)


def parse_prediction(body: JSON) -> LLMResult:
    """`output` is a text, a list of text chunks, or a list of URLs, as the model's own schema says."""
    if body["status"] != "succeeded":
        raise ServerUnavailable("the prediction did not succeed; see `raw`", code=body["status"], raw=msgspec.json.encode(body))
    output = body["output"] if isinstance(body["output"], list) else [body["output"]]
    media = all(str(item).startswith("https://") for item in output)
    parts: list[Part] = [MediaPart(url) for url in output] if media else [TextPart("".join(map(str, output)))]
    metrics = body.get("metrics") or {}
    usage = Usage(InputUsage(metrics.get("input_token_count")), OutputUsage(metrics.get("output_token_count")), raw=metrics or None)
    raw = RawReply(msgspec.json.encode(body))
    model = body.get("model") or body["version"]
    return LLMResult(model, AssistantMessage(tuple(parts)), Finish("stop", body["status"]), usage, raw=raw, response_id=body["id"])


# background responses


def background(body: JSON, endpoint: Endpoint) -> Poll[LLMResult]:
    def look(seen: JSON) -> HttpRequest:
        return HttpRequest("GET", f"{endpoint.base_url}/v1/responses/{seen['id']}", endpoint.headers)

    create = HttpRequest("POST", f"{endpoint.base_url}/v1/responses", endpoint.headers, msgspec.json.encode(body))
    return Poll(create, look, responses.PENDING, responses.parse_reply)
