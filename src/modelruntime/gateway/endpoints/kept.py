"""Completions and responses that a vendor keeps: looked up, changed, listed and deleted there.

Nothing is kept here, and an id does not say whose it is. So an operator says which model's account answers (`kept_by`); without,
there is no such path. All keys that may call that model see what any of them kept, as at the vendor.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial

from modelruntime.codecs.dialect import Fault
from modelruntime.codecs.kept_object import CODEC, KeptRequest
from modelruntime.codecs.openai.inbound.fault import render_fault
from modelruntime.entities.http import HttpResponse
from modelruntime.entities.model_type import ModelType
from modelruntime.gateway.body import read_body
from modelruntime.gateway.exchange import EVENT_STREAM, JSON_TYPE, NOTHING, Exchange
from modelruntime.gateway.refused import refused
from modelruntime.runtime.attempts import invoke_plan
from modelruntime.runtime.effects import Plan
from modelruntime.runtime.job import Job, Prepared
from modelruntime.runtime.target import Target

_ID = r"[A-Za-z0-9_-]{1,200}"
_COMPLETIONS, _RESPONSES = "completions", "responses"
PATHS: tuple[tuple[str, frozenset[str], str], ...] = (
    (r"/v1/chat/completions", frozenset(("GET",)), _COMPLETIONS),
    (rf"/v1/chat/completions/{_ID}", frozenset(("GET", "POST", "DELETE")), _COMPLETIONS),
    (rf"/v1/chat/completions/{_ID}/messages", frozenset(("GET",)), _COMPLETIONS),
    (rf"/v1/responses/(?!compact$){_ID}", frozenset(("GET", "DELETE")), _RESPONSES),
    (rf"/v1/responses/{_ID}/cancel", frozenset(("POST",)), _RESPONSES),
    (rf"/v1/responses/{_ID}/input_items", frozenset(("GET",)), _RESPONSES),
)
"""Path, methods, and what is kept (https://platform.openai.com/docs/api-reference, read 2026-11-29)."""
_COMPILED = tuple((re.compile(path), methods, kind) for path, methods, kind in PATHS)


def kept_kind(method: str, path: str) -> str | None:
    """What is asked for; None for any other path."""
    return next((kind for pattern, methods, kind in _COMPILED if method in methods and pattern.fullmatch(path)), None)


class KeptEndpoint:
    """All of these paths."""

    def render_fault(self, fault: Fault) -> bytes:
        """An error in the family's words."""
        return render_fault(fault)

    async def serve(self, exchange: Exchange) -> None:
        """Answer one request with what the vendor answers."""
        scope = exchange.scope
        method, path = scope["method"], scope["path"]
        kind = kept_kind(method, path) or ""
        model = exchange.configuration.kept_by.get(kind)
        if model is None:
            raise refused(404, "not_kept", f"no {kind} are kept here, and kept_by of the configuration names no model for them")
        body = await read_body(exchange.fields, exchange.receive, exchange.plane.limits)
        await exchange.admit(model, ModelType.LLM, NOTHING)
        query = scope["query_string"].decode("latin-1")
        headers = (("content-type", "application/json"),) if body else ()
        request = KeptRequest(method, path.removeprefix("/v1") + (f"?{query}" if query else ""), body or None, headers)
        job = _job(request, exchange, exchange.targets())
        response = await exchange.while_here(exchange.plane.run(invoke_plan(job)))
        exchange.settle()
        said = (response.head.header("content-type") or "").startswith("text/event-stream")
        await exchange.answer(response.body, EVENT_STREAM if said else JSON_TYPE)


def _job(request: KeptRequest, exchange: Exchange, targets: Sequence[Callable[[], Target]]) -> Job[HttpResponse]:
    """Only the runtime's own observers watch it: nothing was made, so nothing is to be paid."""
    settings = exchange.plane.base.core.settings
    return Job(ModelType.LLM, targets, partial(_prepare, request), _same, exchange.options({}).timeout, tuple(settings.observers))


def _prepare(request: KeptRequest, target: Target) -> Plan[Prepared]:
    if target.endpoint is None:
        raise refused(404, "not_kept", f"{target.name} runs here and keeps nothing")
    return Prepared(request, (), CODEC)
    yield  # a plan without effects


def _same(target: Target, prepared: Prepared, result: HttpResponse) -> HttpResponse:
    return result
