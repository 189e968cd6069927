"""The ASGI application: path → endpoint, key → who calls, and an error in the client's dialect for whatever goes wrong."""

from __future__ import annotations

import asyncio
import logging
import re
from collections import Counter
from collections.abc import Coroutine
from typing import Any, Protocol

import msgspec

from modelruntime.codecs.anthropic.inbound import dialect as messages_dialect
from modelruntime.codecs.dialect import Fault
from modelruntime.codecs.openai.inbound import chat_dialect, completions_dialect
from modelruntime.codecs.openai.inbound.fault import render_fault
from modelruntime.codecs.openai_responses.inbound import compact_dialect
from modelruntime.codecs.openai_responses.inbound import dialect as responses_dialect
from modelruntime.entities.errors import ModelRuntimeError
from modelruntime.gateway.asgi import Application, Fields, Receive, Scope, Send, fields_of, respond
from modelruntime.gateway.body import ClientGone
from modelruntime.gateway.endpoints.count_tokens import CountTokensEndpoint
from modelruntime.gateway.endpoints.embeddings import EmbeddingsEndpoint
from modelruntime.gateway.endpoints.kept import KeptEndpoint, kept_kind
from modelruntime.gateway.endpoints.llm import LLMEndpoint
from modelruntime.gateway.endpoints.model_deletion import ModelDeletionEndpoint, is_deletion
from modelruntime.gateway.endpoints.models import ModelsEndpoint
from modelruntime.gateway.endpoints.moderations import ModerationsEndpoint
from modelruntime.gateway.endpoints.rerank import RerankEndpoint
from modelruntime.gateway.endpoints.speech import SpeechCutShort, SpeechEndpoint
from modelruntime.gateway.endpoints.transcriptions import TranscriptionsEndpoint
from modelruntime.gateway.exchange import Exchange
from modelruntime.gateway.fault_of import SHUTTING_DOWN, fault_of
from modelruntime.gateway.key_check import KeyCheck
from modelruntime.gateway.plane import DataPlane
from modelruntime.gateway.readiness import Readiness, State
from modelruntime.gateway.refused import Refused, refused
from modelruntime.gateway.web_socket import WebSocketSession, deny
from modelruntime.runtime.identifiers import new_name

log = logging.getLogger("modelruntime.gateway")
_REQUEST_ID = re.compile(rb"[A-Za-z0-9_.:-]{1,128}")
CUT_OFF = Fault(503, "shutting_down", "the gateway ended before the call did")
GONE = Fault(499, "client_closed_request", "the client closed its connection")


class Endpoint(Protocol):
    """One path."""

    def render_fault(self, fault: Fault) -> bytes:
        """An error as clients of this path read it."""
        ...

    async def serve(self, exchange: Exchange) -> None:
        """Answer one request. What it raises before the answer began becomes an error of the dialect."""
        ...


RESPONSES = "/v1/responses"
POSTS: dict[str, Endpoint] = {
    "/v1/chat/completions": LLMEndpoint(chat_dialect.DIALECT),
    "/v1/completions": LLMEndpoint(completions_dialect.DIALECT),
    RESPONSES: LLMEndpoint(responses_dialect.DIALECT),
    "/v1/responses/compact": LLMEndpoint(compact_dialect.DIALECT, default_of=None),
    "/v1/messages": LLMEndpoint(messages_dialect.DIALECT),
    "/v1/messages/count_tokens": CountTokensEndpoint(),
    "/v1/embeddings": EmbeddingsEndpoint(),
    "/v1/rerank": RerankEndpoint(),
    "/v1/audio/transcriptions": TranscriptionsEndpoint("transcribe"),
    "/v1/audio/translations": TranscriptionsEndpoint("translate"),
    "/v1/audio/speech": SpeechEndpoint(),
    "/v1/moderations": ModerationsEndpoint(),
}
MODELS = ModelsEndpoint()
KEPT = KeptEndpoint()
DELETION = ModelDeletionEndpoint()
_BY_METHOD: tuple[Endpoint, ...] = (KEPT, DELETION)
"""Chosen by the method too: what comes there has the right one."""


class Gateway:
    """Call it as an ASGI application."""

    def __init__(self, plane: DataPlane) -> None:
        self.plane = plane
        self._keys = KeyCheck()
        self.call: Application = self
        """What each call on a web socket goes through; telemetry puts itself around it."""
        self.readiness = Readiness()
        """While it drains, whoever balances the load sends nothing new."""
        self.in_flight = 0
        """Requests that are under way, those for `/health` aside."""
        self.refused: Counter[str] = Counter()
        """Code → how many requests were refused before any model was asked."""

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Coroutine[Any, Any, None]:
        """One connection event of ASGI."""
        kind = scope["type"]
        if kind == "http":
            path: str = scope["path"]
            return self._health(path, send) if path.startswith("/health/") else self._serve(path, scope, receive, send)
        return self._web_socket(scope, receive, send) if kind == "websocket" else self._lifespan(receive, send)

    async def _web_socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers on one connection, one after the other, each a call like those of HTTP."""
        fields = fields_of(scope)
        request_id = _request_id(fields)
        try:
            if scope["path"] != RESPONSES:
                raise refused(404, "not_found", f"there is no web socket at {scope['path'][:200]}; there is one at {RESPONSES}")
            self._keys.authenticated(fields, self.plane.in_force.current().configuration)
        except Refused as error:
            fault = _fault(error, request_id)
            self.refused[fault.code] += 1
            await deny(send, fault.status, _fault_headers(fault, request_id), render_fault(fault))
            return
        await WebSocketSession(self.call, scope).serve(receive, send)

    async def _serve(self, path: str, scope: Scope, receive: Receive, send: Send) -> None:
        fields = fields_of(scope)
        request_id = _request_id(fields)
        endpoint = _endpoint_of(scope["method"], path)
        exchange: Exchange | None = None
        self.in_flight += 1
        try:
            if endpoint is None:
                raise refused(404, "not_found", f"there is no {path[:200]}; see /v1/models")
            if scope["method"] != ("GET" if endpoint is MODELS else "POST") and endpoint not in _BY_METHOD:
                raise refused(405, "method_not_allowed", f"{path} takes {_methods_of(path)}")
            serving = self.plane.in_force.current()
            key = self._keys.authenticated(fields, serving.configuration)
            exchange = Exchange(self.plane, serving, scope, fields, receive, send, request_id, key, path)
            await endpoint.serve(exchange)
        except ClientGone:
            if exchange is not None:
                exchange.settle(fault=GONE)
        except SpeechCutShort:
            raise
        except (Exception, asyncio.CancelledError) as error:
            fault = _fault(error, request_id)
            if exchange is None or not (exchange.settle(fault=fault) or exchange.started):
                self.refused[fault.code] += 1
                if exchange is not None:
                    exchange.note_refusal(fault)
            if exchange is not None and exchange.started:
                raise
            render = endpoint.render_fault if endpoint is not None else render_fault
            await respond(send, fault.status, _fault_headers(fault, request_id), render(fault))
        finally:
            self.in_flight -= 1

    async def _health(self, path: str, send: Send) -> None:
        live = path == "/health/live"
        if not live and path != "/health/ready":
            await respond(send, 404, [(b"content-type", b"application/json")], b'{"status":"unknown"}')
            return
        state = State("ok") if live else self.readiness.state()
        revision = self.plane.in_force.current().configuration.revision
        body = msgspec.json.encode({"status": state.status, "revision": revision, "reasons": state.reasons})
        await respond(send, 200 if state.ready else 503, [(b"content-type", b"application/json")], body)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            event = await receive()
            if event["type"] == "lifespan.startup":
                await send({"type": "lifespan.startup.complete"})
            elif event["type"] == "lifespan.shutdown":
                await self.plane.aclose()
                await send({"type": "lifespan.shutdown.complete"})
                return


def _endpoint_of(method: str, path: str) -> Endpoint | None:
    found = POSTS.get(path) if method == "POST" else None
    if found is not None:
        return found
    if kept_kind(method, path) is not None:
        return KEPT
    if is_deletion(method, path):
        return DELETION
    return MODELS if path == "/v1/models" or path.startswith("/v1/models/") else POSTS.get(path)


def _methods_of(path: str) -> str:
    """What a path takes that is no vendor's own."""
    if path in POSTS:
        return "POST"
    return "GET or DELETE" if is_deletion("DELETE", path) else "GET"


def _request_id(fields: Fields) -> str:
    """The client's own id where it is a plain word, else a new one."""
    given = fields.get(b"x-request-id")
    return given.decode() if given and _REQUEST_ID.fullmatch(given) else f"req_{new_name()}"


def _fault(error: BaseException, request_id: str) -> Fault:
    if isinstance(error, asyncio.CancelledError):  # by the server, whose time to drain is up
        return msgspec.structs.replace(SHUTTING_DOWN, request_id=request_id)
    if isinstance(error, Refused):
        return msgspec.structs.replace(error.fault, request_id=request_id)
    if not isinstance(error, ModelRuntimeError):
        log.exception("a request failed for a reason of the gateway's own (request id %s)", request_id)
    return fault_of(error, request_id)


def _fault_headers(fault: Fault, request_id: str) -> list[tuple[bytes, bytes]]:
    headers = [(b"content-type", b"application/json"), (b"x-request-id", request_id.encode())]
    if fault.retry_after is not None:
        headers.append((b"retry-after", str(max(1, round(fault.retry_after))).encode()))
    return headers
