"""One request of a client, from its head to the record of how it ended."""

from __future__ import annotations

import os
import time
from collections.abc import Awaitable, Callable, Sequence
from decimal import Decimal
from functools import partial
from typing import Any, TypeVar

from modelruntime.codecs.dialect import Fault, Served
from modelruntime.entities.cost import Cost
from modelruntime.entities.model_type import ModelType
from modelruntime.entities.usage import Usage
from modelruntime.entities.warning import CallWarning
from modelruntime.gateway.asgi import Fields, Receive, Scope, Send, respond
from modelruntime.gateway.attempts_seen import AttemptsSeen
from modelruntime.gateway.body import body_at_hand, decode_body, plain_body, read_body
from modelruntime.gateway.candidates import Candidate
from modelruntime.gateway.contract import Lease
from modelruntime.gateway.disconnect import UntilGone
from modelruntime.gateway.expected import tokens_of
from modelruntime.gateway.in_force import Serving
from modelruntime.gateway.plane import DataPlane
from modelruntime.gateway.refused import refused
from modelruntime.gateway.warning_header import warning_headers
from modelruntime.runtime.call_record import CallContent, CallRecord
from modelruntime.runtime.observers import Observer
from modelruntime.runtime.options import CallOptions, FamilyFields
from modelruntime.runtime.target import Target
from modelruntime.schema.pricing import cost_of
from modelruntime.store.gateway_key import GatewayKey, KeyLimits

R = TypeVar("R")
JSON_TYPE = b"application/json"
EVENT_STREAM = b"text/event-stream; charset=utf-8"
NOTHING = Usage()
ZERO = Decimal(0)


class Exchange:
    """What an endpoint works with."""

    __slots__ = (
        "_answered_by",
        "_asked",
        "_began",
        "_has_place",
        "_lease",
        "_model_type",
        "_resolved",
        "_started_at",
        "_user",
        "cache_said",
        "configuration",
        "content",
        "endpoint",
        "fields",
        "id",
        "key",
        "model",
        "plane",
        "receive",
        "scope",
        "seen",
        "send",
        "serving",
        "size",
        "started",
        "stream",
    )

    def __init__(
        self,
        plane: DataPlane,
        serving: Serving,
        scope: Scope,
        fields: Fields,
        receive: Receive,
        send: Send,
        request_id: str,
        key: GatewayKey,
        endpoint: str,
    ) -> None:
        self.plane = plane
        self.scope = scope
        self.fields = fields
        """The headers of the request by name."""
        self.receive = receive
        self.send = send
        self.id = request_id
        self.key = key
        self.endpoint = endpoint
        self.serving = serving
        """The configuration this request began with; a new one does not change it half-way."""
        self.configuration = self.serving.configuration_of(key.workspace)
        self.seen = AttemptsSeen(plane.table, [] if self.configuration.keep_content else None)
        self.started = False
        """The head of the answer was sent: from here on nothing can be taken back."""
        self.stream = False
        self.content = b""
        """The body, once it was read."""
        self._resolved: dict[tuple[str, str], Target] = {}
        self.size = 0
        """Bytes of a JSON body."""
        self.cache_said: str | None = None
        """`hit` or `miss`, where the cache was asked."""
        self._answered_by: tuple[str, str] | None = None
        self._asked: tuple[str, ModelType] | None = None
        """What the client asked for, admitted or not."""
        self._has_place = False
        self._user = ""
        self._began = time.monotonic()
        self._started_at = time.time()
        self._lease: Lease | None = None
        self.model = ""
        """The name that the client used; empty until the call is admitted."""
        self._model_type = ModelType.LLM

    async def json(self, model_type: ModelType | None) -> dict[str, Any]:
        """The body as a JSON object; a client that names no model means the operator's default for the type, if there is one
        and the path has such a type. Raises `Refused` and `ClientGone`."""
        limits, came = self.plane.limits, body_at_hand(self.send)
        if came is None:
            self.content = content = await read_body(self.fields, self.receive, limits)
        else:
            self.content = content = plain_body(self.fields, came, limits)
        self.size = len(content)
        body = decode_body(content, limits)
        default = None if model_type is None else self.configuration.defaults.get(model_type)
        if default is not None and body.get("model") is None:
            body["model"] = default
        return body

    def asks(self, model: str, model_type: ModelType) -> None:
        """This is what the client asks for: a refusal from here on is told in the log of calls."""
        self._asked = model, model_type

    async def admit(self, model: str, model_type: ModelType, expected: Usage, user: str = "") -> None:
        """May this key call this model now? Waits for a place where all are taken. `expected` is what the call will use, `user` the
        client's word for who its call is for. Raises `Refused` and `ClientGone`."""
        self.asks(model, model_type)
        if not self.key.allows(model):
            raise refused(403, "model_not_allowed", f"this key may not call {model}", "model")
        self.model, self._model_type, self._user = model, model_type, user
        limits = self.key.limits
        cost = None if limits is None or limits.budget is None else self._expected_cost(limits, expected)
        limiter, tokens = self.plane.limiter, tokens_of(expected)
        lease = limiter.admit_at_once(self.key, tokens, cost)
        self._lease = await limiter.admit(self.key, tokens, cost) if lease is None else lease
        line = self.plane.line
        if not line.enter_at_once():
            await self.while_here(line.enter())
        self._has_place = True

    def _target(self, candidate: Candidate) -> Target:
        """The candidate's target, to be told our id of the request where its vendor takes one."""
        target = self.plane.target(candidate, self.serving, self.key.workspace)
        self._resolved[target.schema.provider, target.schema.model] = target
        header = target.profile.client_request_id
        return target.with_headers({header: self.id}) if header else target

    def _expected_cost(self, limits: KeyLimits, expected: Usage) -> Decimal:
        if expected is NOTHING:
            return ZERO  # who uses nothing needs no price
        cost = self.plane.expected_cost(self.model, self._model_type, self.serving, self.key.workspace, expected, limits.currency)
        if cost is None and not limits.unpriced:
            message = f"{self.model} has no known price in {limits.currency}, and this key has a budget: ask for a price to be set"
            raise refused(402, "price_unknown", message, "model")
        return cost or Decimal(0)

    def candidates(self) -> tuple[Candidate, ...]:
        """Who is to be tried for the admitted name, in this order; asked again it may be another."""
        stick = f"{self.key.id}\0{self._user}"
        return self.plane.candidates(self.model, self._model_type, self.serving, self.key.workspace, stick)

    def targets(self, candidates: Sequence[Candidate] | None = None) -> list[Callable[[], Target]]:
        """The models behind the admitted name, each resolved when it is first tried."""
        return [partial(self._target, candidate) for candidate in candidates or self.candidates()]

    def observers(self, seen: AttemptsSeen | None = None) -> Sequence[Observer]:
        """Those of the runtime, and the one that keeps the attempts of this call, or of a part of it."""
        return (*self.plane.base.core.settings.observers, seen or self.seen)

    def watching(self) -> AttemptsSeen:
        """An observer for a part of the call, to be joined to `seen`."""
        return AttemptsSeen(self.plane.table)

    def answered_by_cache(self, provider: str, model: str) -> None:
        """Nothing was sent: an equal call had been answered by this model."""
        self.cache_said = self.cache_said or "hit"  # of several parts of a call, one that missed tells
        self._answered_by = provider, model

    def answered_by_another(self, candidate: Candidate) -> None:
        """Nothing was sent on behalf of this call: an equal one was under way."""
        self._answered_by = candidate.reference.provider, candidate.reference.model

    def options(self, parameters: dict[str, Any], family: FamilyFields | None = None) -> CallOptions:
        """The options of a call: never strict, since an unchanged client must not break."""
        return CallOptions(timeout=self.serving.timeouts, parameters=parameters, family=family)

    def served(self) -> Served:
        """How an answer calls itself."""
        return Served(self.id, int(self._started_at), self.model)

    async def while_here(self, work: Awaitable[R]) -> R:
        """The work's result; the work is cancelled when the client leaves, and `ClientGone` raised."""
        with UntilGone(self.scope, self.receive):
            return await work

    def headers(self, media_type: bytes, warnings: Sequence[CallWarning] = ()) -> list[tuple[bytes, bytes]]:
        """The head of an answer."""
        found = [(b"content-type", media_type), (b"x-request-id", self.id.encode())]
        provider, model = self._answerer()
        if provider is not None:
            found.append((b"x-modelruntime-model", f"{provider}/{model}".encode("ascii", "replace")))
        if self.cache_said is not None:
            found.append((b"x-modelruntime-cache", self.cache_said.encode()))
        return [*found, *warning_headers(warnings)] if warnings else found

    def answer(self, body: bytes, media_type: bytes = JSON_TYPE, warnings: Sequence[CallWarning] = ()) -> Awaitable[None]:
        """A whole answer."""
        self.started = True
        return respond(self.send, 200, self.headers(media_type, warnings), body)

    def _billed(self, usage: Usage, cost: Cost | None) -> tuple[Usage, Cost | None]:
        """What the vendor did not say, estimated from what passed by, and its price: whoever leaves early pays for what came."""
        found = self.seen.usage.completed(usage, self.size)
        last = self.seen.attempts[-1]
        target = self._resolved.get((last.provider, last.model))
        if found is usage or target is None:
            return found, cost
        return found, cost_of(target.schema.pricing, found)

    def settle(self, usage: Usage = NOTHING, cost: Cost | None = None, fault: Fault | None = None) -> bool:
        """The call is over: give back what was reserved and keep the record. Once; False for one that was never admitted, or is
        settled already."""
        if self._has_place:
            self._has_place = False
            self.plane.line.leave()
        if self._lease is None:
            return False
        cached = self._answered_by is not None and not self.seen.attempts
        if cached:  # nothing was used and nothing is owed
            usage, cost = NOTHING, None if cost is None else Cost(ZERO, ZERO, ZERO, cost.currency)
        elif self._model_type is ModelType.LLM and self.seen.attempts and (fault is None or self.seen.first_item is not None):
            usage, cost = self._billed(usage, cost)
        provider, model = self._answerer()
        record = CallRecord(
            id=self.id,
            key_id=self.key.id,
            workspace=self.key.workspace,
            endpoint=self.endpoint,
            asked_model=self.model,
            model_type=self._model_type,
            provider=provider,
            model=model,
            started_at=self._started_at,
            seconds=time.monotonic() - self._began,
            first_token_seconds=None if self.seen.first_token is None else self.seen.first_token - self._began,
            stream=self.stream,
            status=fault.status if fault else 200,
            code=fault.code if fault else None,
            usage=usage,
            cost=cost,
            cached=cached,
            attempts=tuple(self.seen.attempts),
            content=None if self.seen.words is None else CallContent(self.content, "".join(self.seen.words)),
        )
        lease, self._lease = self._lease, None
        lease.settle(record)
        self.plane.ledger.settle(record)
        return True

    def note_refusal(self, fault: Fault) -> None:
        """The call was turned away before any model was asked: the log of calls says so, where it has not too many already. What
        the gateway cannot serve at all (503) is not written down: it may be the writing that fails. The record's id is not the
        request's, as a client that tries again may keep that."""
        if self._asked is None or fault.status >= 500 or not self.plane.refusals.keeps(self.key.id):
            return
        model, model_type = self._asked
        record = CallRecord(
            id=f"{self.id}.{os.urandom(4).hex()}",
            key_id=self.key.id,
            workspace=self.key.workspace,
            endpoint=self.endpoint,
            asked_model=model,
            model_type=model_type,
            provider=None,
            model=None,
            started_at=self._started_at,
            seconds=time.monotonic() - self._began,
            stream=self.stream,
            status=fault.status,
            code=fault.code,
            refused=True,
        )
        self.plane.ledger.settle(record)

    def _answerer(self) -> tuple[str | None, str | None]:
        if self.seen.attempts:
            last = self.seen.attempts[-1]
            return last.provider, last.model
        return self._answered_by or (None, None)
