"""The Responses API over a web socket (https://www.openresponses.org/specification, read 2026-11-29).

Each `response.create` is a call like one of HTTP: it goes through the same endpoint, with a key, limits, a record and a
fallback of its own. Its events come as messages. What the connection adds is the memory of its last answer (`Chain`), and as
messages have no headers, warnings in the `metadata` of the response.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any

import msgspec

from modelruntime.codecs.dialect import Fault
from modelruntime.codecs.json_value import as_object, is_object
from modelruntime.codecs.openai.inbound.fault import render_fault
from modelruntime.codecs.openai_responses.inbound.chain import Chain, PreviousResponseUnknown
from modelruntime.codecs.sse import SSEDecoder
from modelruntime.entities.errors import ParameterInvalid
from modelruntime.gateway.asgi import Application, Event, Headers, Receive, Scope, Send
from modelruntime.gateway.fault_of import SHUTTING_DOWN
from modelruntime.gateway.warning_header import NAME as WARNING

ENDING = "modelruntime.ending"
"""The server ends: nothing new is begun on this connection."""
SECONDS = 3600.0
"""How long a connection may live; the specification allows an hour."""
METADATA_AT_MOST = 16
"""Entries of the metadata of a response; each may have 512 letters, and a warning has at most 300
(https://github.com/openai/openai-openapi, read 2026-11-29)."""
METADATA_WARNING = "modelruntime_warning_"
"""How the entries begin that are warnings, counted from 1, each `kind; field; sentence`."""
_AHEAD = 16
_DONE = b"[DONE]"
_ENDS = frozenset(("response.completed", "response.incomplete", "response.failed"))
_NOT_OF_A_CALL = (b"connection", b"upgrade", b"sec-websocket-", b"x-request-id", b"content-", b"transfer-encoding")
_GONE: Event = {"type": "http.disconnect"}
_LIMIT = Fault(400, "websocket_connection_limit_reached", "this connection is an hour old: open a new one")
_UNKNOWN_PREVIOUS = "previous_response_not_found"
_encode = msgspec.json.encode
_decode = msgspec.json.decode


async def deny(send: Send, status: int, headers: Headers, body: bytes) -> None:
    """Refuse a connection with an answer of HTTP."""
    head = [*headers, (b"content-length", str(len(body)).encode())]
    await send({"type": "websocket.http.response.start", "status": status, "headers": head})
    await send({"type": "websocket.http.response.body", "body": body})


class WebSocketSession:
    """One connection whose key is known. `call` serves a call of HTTP."""

    def __init__(self, call: Application, scope: Scope) -> None:
        self._call = call
        headers = [(name, value) for name, value in scope["headers"] if not name.startswith(_NOT_OF_A_CALL)]
        self._scope: Scope = {**scope, "type": "http", "method": "POST", "headers": headers}
        self._chain = Chain()
        self._waiting: asyncio.Queue[Event] = asyncio.Queue(_AHEAD)
        """Messages that came before their turn. When it is full nothing more is read."""
        self._gone = asyncio.Event()
        self._ending = False

    async def serve(self, receive: Receive, send: Send) -> None:
        """Answer until the client leaves, the server ends, or the connection is too old."""
        await receive()  # the connection itself
        await send({"type": "websocket.accept"})
        until = time.monotonic() + SECONDS
        reading = asyncio.create_task(self._read(receive))
        try:
            while not self._gone.is_set():
                try:
                    async with asyncio.timeout(max(0.0, until - time.monotonic())):
                        event = await self._waiting.get()
                except TimeoutError:
                    await send(_text(error_event(_LIMIT)))
                    await send({"type": "websocket.close", "code": 1000})
                    return
                if event["type"] == "websocket.receive":
                    await self._answer(event, send)
                if self._ending:
                    await send({"type": "websocket.close", "code": 1012})
                    return
        finally:
            reading.cancel()

    async def _read(self, receive: Receive) -> None:
        while True:
            event = await receive()
            if event["type"] == "websocket.disconnect":
                self._gone.set()
            self._ending = self._ending or event["type"] == ENDING
            await self._waiting.put(event)

    async def _answer(self, event: Event, send: Send) -> None:
        said = _Said(self._while_here(send), self._chain)
        try:
            body = self._chain.begin(_request(event))
        except ParameterInvalid as error:
            self._chain.fail()
            code = _UNKNOWN_PREVIOUS if isinstance(error, PreviousResponseUnknown) else "invalid_request"
            await send(_text(error_event(Fault(400, code, error.message, error.field))))
            return
        whole: list[Event] = [{"type": "http.request", "body": _encode({**body, "stream": True})}]

        async def receive() -> Event:
            if whole:
                return whole.pop()
            await self._gone.wait()
            return _GONE

        try:
            await self._call(self._scope, receive, said.send)
        finally:
            if not said.ended:
                self._chain.fail()
        if not said.ended and not self._gone.is_set():
            await send(_text(error_event(said.fault or SHUTTING_DOWN)))

    def _while_here(self, send: Send) -> Send:
        """What is told to a client that has gone is lost, as it is over HTTP; who waits for it to go hears of it."""

        async def told(event: Event) -> None:
            try:
                await send(event)
            except OSError:
                self._gone.set()

        return told


class _Said:
    """An answer of HTTP on its way, told as messages."""

    def __init__(self, send: Send, chain: Chain) -> None:
        self._send = send
        self._chain = chain
        self._events = SSEDecoder()
        self._status = 0
        self._body = b""
        self._warnings: list[str] = []
        self.ended = False
        """The last event of an answer was told, or its error."""
        self.fault: bytes | Fault | None = None

    async def send(self, event: Event) -> None:
        """An event of ASGI."""
        if event["type"] == "http.response.start":
            self._status = event["status"]
            self._warnings = [value.decode() for name, value in event["headers"] if name == WARNING]
        elif self._status == 200:
            for each in self._events.feed(event.get("body", b"")):
                if each.data != _DONE and not self.ended:
                    told = _text(self._told(each.name, each.data))
                    if self.ended:
                        await asyncio.sleep(0)  # the record of the call is kept by the end of its turn
                    await self._send(told)
        else:
            self._body += event.get("body", b"")
            if not event.get("more_body", False):
                self.fault = error_of(self._status, self._body)

    def _told(self, name: str, data: bytes) -> bytes:
        """The event; those that show the response name what it goes on from."""
        if not name.startswith("response.") or name.count(".") > 1:
            return data
        fields = as_object(_decode(data))
        response = fields.get("response")
        if not is_object(response):
            return data
        if self._chain.goes_on_from is not None:
            response["previous_response_id"] = self._chain.goes_on_from
        if self._warnings:
            response["metadata"] = _with_warnings(as_object(response.get("metadata")), self._warnings)
        if name in _ENDS:
            self.ended = True
            self._chain.end(response)
        return _encode(fields)


def _request(event: Event) -> dict[str, Any]:
    """What a client asks. Raises `ParameterInvalid`."""
    text = event.get("text") or event.get("bytes") or b""
    try:
        fields = _decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as cause:
        raise ParameterInvalid(f"the message is no JSON: {str(cause)[:200]}", field="body") from cause
    if not is_object(fields) or fields.get("type") != "response.create":
        raise ParameterInvalid("type must be response.create", field="type")
    if fields.get("background"):
        raise ParameterInvalid("background is not for web sockets: every answer is streamed", field="background")
    if fields.get("generate") is False:
        raise ParameterInvalid("generate: false is not known here: nothing is warmed up", field="generate")
    return {
        name: value for name, value in fields.items() if name not in ("type", "stream", "stream_options", "background", "generate")
    }


def _with_warnings(metadata: dict[str, Any], warnings: list[str]) -> dict[str, Any]:
    """What the client wrote to the response, and the warnings as far as there is room: a response has sixteen entries."""
    room = max(0, METADATA_AT_MOST - len(metadata))
    return {**metadata, **{f"{METADATA_WARNING}{number}": line for number, line in enumerate(warnings[:room], 1)}}


def error_of(status: int, body: bytes) -> bytes:
    """The event for an error of HTTP."""
    error = as_object(as_object(_decode(body)).get("error"))
    if error.get("param") == "previous_response_id":
        error["code"] = _UNKNOWN_PREVIOUS
    return _encode({"type": "error", "status": status, "error": error})


def error_event(fault: Fault | bytes) -> bytes:
    """The event for a fault."""
    return fault if isinstance(fault, bytes) else error_of(fault.status, render_fault(fault))


def _text(data: bytes) -> Event:
    return {"type": "websocket.send", "text": data.decode()}
