"""A prediction as it grows: created first, then read from an address of its own.

Events: https://replicate.com/docs/topics/predictions/streaming as the package `replicate` 1.0.7 reads them (2026-11-28): `output`
with a piece of text, `logs`, `error`, `done`. The terminal fact is `done`. The address is the vendor's own proof of who may
read; no key goes to it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from modelruntime.codecs.json_value import as_object, as_text
from modelruntime.codecs.machine_decoder import MachineDecoder, Message
from modelruntime.codecs.open_parts import OpenParts
from modelruntime.codecs.openai.errors import error_from, error_of_words
from modelruntime.codecs.operation import Done, OpenElsewhere, Send, Wait
from modelruntime.codecs.replay_result import replay_result
from modelruntime.codecs.replicate.family import JSON, PENDING, read_prediction
from modelruntime.codecs.replicate.prediction import Prediction
from modelruntime.codecs.reply_context import ReplyContext
from modelruntime.codecs.sse import SSEDecoder
from modelruntime.entities.errors import InvokeError
from modelruntime.entities.events import FinishEvent, StreamEvent, StreamStart
from modelruntime.entities.finish import Finish
from modelruntime.entities.http import HttpRequest, HttpResponse, ResponseHead
from modelruntime.entities.llm_result import LLMResult
from modelruntime.entities.parts import TextPart
from modelruntime.entities.usage import Usage
from modelruntime.entities.warning import CallWarning

Step = HttpRequest | OpenElsewhere | Send | Wait | Done[Sequence[StreamEvent]]


class PredictionStream:
    """The staged stream. A model that cannot stream, or was done at once, is told whole."""

    __slots__ = ("_context", "_id", "_parse", "_whole")

    def __init__(self, request: HttpRequest, context: ReplyContext, parse: Callable[[JSON, HttpResponse], LLMResult]) -> None:
        self._context = context
        self._parse = parse
        self._whole = Prediction(request, context.endpoint, self._told)
        self._id: str | None = None

    def start(self) -> Step:
        """Create the prediction."""
        return self._whole.start()

    def receive(self, response: HttpResponse) -> Step:
        """Where to read, a wait, or all events at once. Raises `InvokeError`."""
        step = self._whole.receive(response)
        if not isinstance(step, Wait):
            return step
        body = read_prediction(response, self._context.endpoint)
        self._id = as_text(body.get("id"))
        address = as_text(as_object(body.get("urls")).get("stream"))
        if body["status"] in PENDING and address and _may_be_opened(address, self._context.endpoint.base_url):
            return OpenElsewhere(HttpRequest("GET", address, (("accept", "text/event-stream"), ("cache-control", "no-store"))))
        return step

    def resume(self) -> Step:
        """Ask how far it is."""
        return self._whole.resume()

    def cancel(self) -> HttpRequest | None:
        """Ends the prediction, while it runs."""
        return self._whole.cancel()

    def decoder(self, head: ResponseHead) -> MachineDecoder:
        """The decoder for the address that was opened."""
        return MachineDecoder(PredictionEvents(), PredictionMachine(head, self._context, self._id), head, self._context.endpoint)

    def fail(self, response: HttpResponse) -> InvokeError:
        """The typed error for an answer whose status is not 2xx."""
        return error_from(response, self._context.endpoint)

    def _told(self, body: JSON, response: HttpResponse) -> Sequence[StreamEvent]:
        return replay_result(self._parse(body, response))


def _may_be_opened(address: str, base_url: str) -> bool:
    """An address of the scheme that the endpoint has: none that would be read in the clear."""
    return address.startswith("https://") or address.partition("://")[0] == base_url.partition("://")[0] == "http"


class PredictionEvents:
    """Server-sent events whose data are texts."""

    __slots__ = ("_sse",)

    def __init__(self) -> None:
        self._sse = SSEDecoder()

    def feed(self, data: bytes) -> list[Message]:
        """Messages that are now whole."""
        return [Message(event.name, {"data": event.data.decode()}) for event in self._sse.feed(data)]

    def rest(self) -> bytes:
        """What stands outside of the events."""
        return self._sse.rest()


class PredictionMachine:
    """One text that grows."""

    def __init__(self, head: ResponseHead, context: ReplyContext, prediction: str | None) -> None:
        self.parts = OpenParts()
        self._head = head
        self._context = context
        self._id = prediction
        self._started = False
        self._done = False

    def receive(self, message: Message) -> list[StreamEvent]:
        """The events of one message. Raises `InvokeError` for an error, or a prediction that was ended."""
        text = message.payload["data"]
        told: list[StreamEvent] = []
        if not self._started:
            self._started = True
            told.append(StreamStart(self._context.endpoint.model, self._head.request_id, self._context.warnings, self._id))
        match message.name:
            case "output":
                if not self.parts.is_open("0"):
                    told += self.parts.start("0", TextPart(""))
                return told + self.parts.more("0", text)
            case "error":
                raise self._error(_detail(text))
            case "done":
                reason = as_text(_object(text).get("reason"))
                if reason in ("canceled", "error"):
                    raise self._error(f"the prediction ended with {reason}")
                self._done = True
                return told + self.close()
            case _:
                return told

    def close(self) -> list[StreamEvent]:
        """The finish, once `done` was seen. The stream never counts tokens."""
        if not self._done:
            return []
        warning = CallWarning("incomplete", "the vendor reports no usage in a stream", "usage")
        model, answer = self._context.endpoint.model, self._id
        return [FinishEvent(Finish("stop", "done"), Usage(), warnings=(warning,), model=model, response_id=answer)]

    def _error(self, message: str) -> InvokeError:
        return error_of_words((), message, self._context.endpoint, self._head)


def _detail(text: str) -> str:
    return as_text(_object(text).get("detail")) or text


def _object(text: str) -> JSON:
    try:
        found: Any = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return {}
    return as_object(found)
