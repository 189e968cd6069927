"""A call relayed within one family, with the least touching.

A client and a vendor that speak the same family need no interpreter. What the client wrote as structure (messages, tools, …)
goes on as it stands, parameters by their rules, and the model under its name on the wire; of the answer the bytes go back as
they came. Everything is decoded beside it all the same: errors, usage and the finish are known of every relayed call, and an
event that cannot be read is not passed on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, cast

import msgspec
from msgspec.structs import replace

from modelruntime.codecs.json_value import as_array, as_object
from modelruntime.codecs.openai.errors import error_in_stream, unreadable_reply
from modelruntime.codecs.operation import Decoder, Done, Endpoint, Operation, Send, Step, StreamingOperation
from modelruntime.codecs.sse import Event, EventTooLong, SSEDecoder
from modelruntime.entities.call import LLMCall
from modelruntime.entities.errors import InvokeError, StreamIncomplete
from modelruntime.entities.events import ErrorEvent, FinishEvent, StreamEvent, TextDelta, ToolCallStart, VerbatimEvent
from modelruntime.entities.http import Headers, HttpRequest, HttpResponse, ResponseHead
from modelruntime.entities.llm_result import LLMResult

decode_fields = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_WHOLE = (b"{", b"[", b"<")


class Relay(msgspec.Struct, frozen=True, kw_only=True):
    """How one call is relayed."""

    names: frozenset[str] = frozenset()
    """The fields of the body that are the client's alone."""
    structure: dict[str, msgspec.Raw] | None = None
    """Those that it filled, as it wrote them; None: the request is rendered, and the answer alone is relayed."""
    headers: Headers = ()
    usage: bool = True
    """The client asked for usage in the stream; we ask for it always."""
    choices: int = 1
    last_word: bytes = b""


class EventReader(Decoder[StreamEvent], Protocol):
    """A decoder that can be given whole server-sent events in place of bytes."""

    def read(self, event: Event, out: list[StreamEvent]) -> bool:
        """Appends what the event says to `out`; whether it was the last."""
        ...


class RelayCodec:
    """Speaks for the codec of a family."""

    def __init__(self, codec: Any, relay: Relay) -> None:
        self.name: str = codec.name
        self._codec = codec
        self._takes_verbatim: bool = getattr(codec, "takes_verbatim", False)
        self._relay = relay

    def invoke(self, call: LLMCall, endpoint: Endpoint) -> RelayOperation:
        """As the codec's; the result is marked as relayed. Raises `ParameterInvalid` for parameters that cannot be said."""
        return RelayOperation(self._codec.invoke(self._bare(call), endpoint), self._relay, self._left_out(call, endpoint))

    def stream(self, call: LLMCall, endpoint: Endpoint) -> RelayStream:
        """As the codec's; `VerbatimEvent`s stand before what was read from them."""
        return RelayStream(self._codec.stream(self._bare(call), endpoint), self._relay, endpoint, self._left_out(call, endpoint))

    def _bare(self, call: LLMCall) -> LLMCall:
        """The call without what is relayed: nobody renders it for nothing."""
        if self._relay.structure is None:
            return call
        prompt = None if call.prompt is None else ""
        verbatim = self._relay.structure if self._takes_verbatim else None
        return replace(call, messages=(), prompt=prompt, tools=(), tool_choice=None, output=None, verbatim=verbatim)

    def _left_out(self, call: LLMCall, endpoint: Endpoint) -> frozenset[str] | None:
        """The client's fields, but for those that an operator adds; None where the codec says the client's words itself."""
        if self._takes_verbatim or self._relay.structure is None:
            return None
        return self._relay.names - call.extra.keys() - endpoint.profile.constants.keys()


class RelayOperation:
    """An answer that comes whole."""

    __slots__ = ("_inner", "_left_out", "_relay")

    def __init__(self, inner: Operation[LLMResult], relay: Relay, left_out: frozenset[str] | None) -> None:
        self._inner = inner
        self._relay = relay
        self._left_out = left_out

    def start(self) -> Step[LLMResult]:
        """Send the request."""
        step = self._inner.start()
        if not isinstance(step, Send) or (self._left_out is None and not self._relay.headers):
            return step
        return Send(relayed_request(step.request, self._relay, self._left_out))

    def receive(self, response: HttpResponse) -> Step[LLMResult]:
        """The result, if it is one. A stream in place of an answer is none that could be relayed."""
        step = self._inner.receive(response)
        if not isinstance(step, Done) or step.result.raw is None:
            return step
        body = response.body
        # without ids of the vendor's no client could answer its tool calls: ours are said
        stands = b'"tool_calls"' not in body or all(call.id.encode() in body for call in step.result.message.tool_calls)
        return step if step.result.relayed is stands else Done(replace(step.result, relayed=stands))

    def resume(self) -> Step[LLMResult]:
        """As the codec's."""
        return self._inner.resume()

    def cancel(self) -> HttpRequest | None:
        """As the codec's, where it has one."""
        cancel = getattr(self._inner, "cancel", None)
        return cancel() if cancel is not None else None


class RelayStream:
    """An answer that streams."""

    __slots__ = ("_endpoint", "_inner", "_left_out", "_relay")

    def __init__(
        self, inner: StreamingOperation[StreamEvent], relay: Relay, endpoint: Endpoint, left_out: frozenset[str] | None
    ) -> None:
        self._inner = inner
        self._relay = relay
        self._endpoint = endpoint
        self._left_out = left_out

    def start(self) -> HttpRequest:
        """The request to send."""
        return relayed_request(self._inner.start(), self._relay, self._left_out)

    def decoder(self, head: ResponseHead) -> RelayDecoder:
        """The decoder for a 2xx answer."""
        return RelayDecoder(cast("EventReader", self._inner.decoder(head)), self._relay, head, self._endpoint)

    def fail(self, response: HttpResponse) -> Exception:
        """The typed error for an answer whose status is not 2xx."""
        return self._inner.fail(response)


class RelayDecoder:
    """Event by event: what the codec can read is relayed, in the plainest framing. An answer that is no event stream is decoded
    only."""

    __slots__ = ("_endpoint", "_finished", "_head", "_inner", "_over", "_plain", "_relay", "_sse", "_start")

    def __init__(self, inner: EventReader, relay: Relay, head: ResponseHead, endpoint: Endpoint) -> None:
        self._inner = inner
        self._relay = relay
        self._head = head
        self._endpoint = endpoint
        self._sse: SSEDecoder | None = None
        self._start = b""
        self._plain = False
        """The answer is no event stream."""
        self._over = False
        self._finished: set[int] = set()
        """Of several answers those that are whole."""

    def feed(self, data: bytes) -> Sequence[StreamEvent]:
        """Events that these bytes complete, behind the bytes that may be passed on."""
        if self._over or not data:
            return ()
        if self._plain:
            return self._inner.feed(data)
        if self._sse is None:
            data = self._start = self._start + data
            begun = data.lstrip()
            if not begun:
                return ()
            if begun.startswith(_WHOLE):
                self._plain = True
                return self._inner.feed(data)
            self._sse = SSEDecoder()
        passed: list[bytes] = []
        told: list[StreamEvent] = []
        try:
            for event in self._sse.feed(data):
                if self._take(event, passed, told):
                    break
        except EventTooLong:
            why = unreadable_reply(HttpResponse(self._head, b""), self._endpoint, "an event that is too long")
            told += self._fail(why)
        return [VerbatimEvent(b"".join(passed)), *told] if passed else told

    @property
    def ending(self) -> bool:
        """As the codec's; of several answers one that has ended says nothing of the others."""
        return self._relay.choices == 1 and bool(getattr(self._inner, "ending", False))

    def close(self) -> Sequence[StreamEvent]:
        """The body ended."""
        if self._over:
            return ()
        rest = self._sse.rest() if self._sse else b""
        if rest and (error := error_in_stream(rest, self._endpoint, self._head)):
            return self._fail(error)
        return self._ended(self._inner.close())

    def cut(self) -> Sequence[StreamEvent]:
        """The body broke off."""
        if self._over:
            return ()
        end = getattr(self._inner, "cut", self._inner.close)
        return self._ended(end())

    def _take(self, event: Event, passed: list[bytes], told: list[StreamEvent]) -> bool:
        """Whether the stream is over with this event."""
        known = len(told)
        self._over = self._inner.read(event, told)
        if self._over and isinstance(told[-1], ErrorEvent):
            return True
        if len(told) != known + 1 or type(told[known]) is not TextDelta:  # most events are one more piece of text
            starts = [each for each in told[known:] if type(each) is ToolCallStart]
            if unnamed := [each.tool_call_id for each in starts if not _is_named(each, event.data)]:
                event = replace(event, data=with_call_ids(event.data, unnamed))
        if self._relay.usage or not _only_counts(event.data):
            passed.append(frame_of(event))
        if self._relay.choices > 1:
            self._finished |= _finished(event.data)
        return self._over

    def _ended(self, events: Sequence[StreamEvent]) -> Sequence[StreamEvent]:
        self._over = True
        if self._sse is None or not events or not isinstance(events[-1], FinishEvent):
            return events
        if 0 < len(self._finished) < self._relay.choices:  # the codec looks at the first alone
            name = self._endpoint.model_id or self._endpoint.model
            return [*events[:-1], ErrorEvent(StreamIncomplete(f"{name} ended its stream before all answers were whole"))]
        return [VerbatimEvent(self._relay.last_word), *events] if self._relay.last_word else events

    def _fail(self, why: InvokeError) -> list[StreamEvent]:
        self._over = True
        return [*self._inner.close()[:-1], ErrorEvent(why)]


def relayed_request(request: HttpRequest, relay: Relay, left_out: frozenset[str] | None) -> HttpRequest:
    """The rendered request with the client's headers, and its structure in place of ours that is `left_out`; None: the codec has
    said the structure already, or there is none."""
    if relay.headers:
        request = request.with_headers(*relay.headers)
    if left_out is None or relay.structure is None or request.body is None:
        return request
    rendered = {name: value for name, value in decode_fields(request.body).items() if name not in left_out}
    return replace(request, body=msgspec.json.encode({**rendered, **relay.structure}))


def frame_of(event: Event) -> bytes:
    """An event as bytes, in the plainest form of the standard: what is read as JSON has no line breaks but between its words."""
    data = event.data if b"\n" not in event.data else event.data.replace(b"\n", b" ")
    if event.name == "message":
        return b"data: " + data + b"\n\n"
    return b"event: " + event.name.encode() + b"\ndata: " + data + b"\n\n"


def _is_named(start: ToolCallStart, data: bytes) -> bool:
    return start.tool_call_id.encode("utf-8", "surrogatepass") in data


def with_call_ids(data: bytes, ids: Sequence[str]) -> bytes:
    """A chunk of chat whose tool calls begin without ids, with these in their order: no client could answer a call without one."""
    left = iter(ids)
    fields = msgspec.json.decode(data)
    for choice in as_array(as_object(fields).get("choices")):
        for call in as_array(as_object(as_object(choice).get("delta")).get("tool_calls")):
            if as_object(as_object(call).get("function")).get("name") and not call.get("id"):
                call["id"] = next(left, "")
    return msgspec.json.encode(fields)


class _Choice(msgspec.Struct):
    index: int = 0
    finish_reason: str | None = None


class _Chunk(msgspec.Struct):
    choices: list[_Choice] = []


_decode_chunk = msgspec.json.Decoder(_Chunk).decode


def _finished(data: bytes) -> set[int]:
    """The answers that this chunk ends."""
    if b'"finish_reason"' not in data:
        return set()
    try:
        return {choice.index for choice in _decode_chunk(data).choices if choice.finish_reason}
    except msgspec.DecodeError:
        return set()


def _only_counts(data: bytes) -> bool:
    """Is it the chunk that we asked for and the client did not: usage, and no choice?"""
    if b'"usage"' not in data or b'"choices"' not in data:
        return False
    try:
        fields = decode_fields(data)
    except msgspec.DecodeError:
        return False
    return bytes(fields.get("choices", b"")).replace(b" ", b"") == b"[]" and bytes(fields.get("usage", b"null")) != b"null"
