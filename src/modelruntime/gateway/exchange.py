"""One request of a client, from its head to the record of how it ended."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

from modelruntime.codecs.dialect import Fault, Served
from modelruntime.entities.cost import Cost
from modelruntime.entities.model_type import ModelType
from modelruntime.entities.usage import Usage
from modelruntime.entities.warning import CallWarning
from modelruntime.gateway.asgi import Receive, Scope, Send, respond
from modelruntime.gateway.attempts_seen import AttemptsSeen
from modelruntime.gateway.body import decode_body, read_body
from modelruntime.gateway.contract import Lease
from modelruntime.gateway.disconnect import UntilGone
from modelruntime.gateway.plane import DataPlane
from modelruntime.gateway.refused import refused
from modelruntime.gateway.warning_header import warning_headers
from modelruntime.runtime.call_record import CallRecord
from modelruntime.runtime.job import Job
from modelruntime.runtime.observers import Observer
from modelruntime.runtime.options import CallOptions, FamilyFields
from modelruntime.runtime.target import Target
from modelruntime.store.gateway_key import GatewayKey
from modelruntime.transports.contract import Timeouts

R = TypeVar("R")
JSON_TYPE = b"application/json"
EVENT_STREAM = b"text/event-stream; charset=utf-8"


class Exchange:
    """What an endpoint works with."""

    __slots__ = (
        "_began",
        "_lease",
        "_model",
        "_model_type",
        "_started_at",
        "configuration",
        "content",
        "endpoint",
        "id",
        "key",
        "plane",
        "receive",
        "scope",
        "seen",
        "send",
        "serving",
        "started",
        "stream",
    )

    def __init__(
        self, plane: DataPlane, scope: Scope, receive: Receive, send: Send, request_id: str, key: GatewayKey, endpoint: str
    ) -> None:
        self.plane = plane
        self.scope = scope
        self.receive = receive
        self.send = send
        self.id = request_id
        self.key = key
        self.endpoint = endpoint
        self.serving = plane.in_force.current()
        """The configuration this request began with; a new one does not change it half-way."""
        self.configuration = self.serving.configuration
        self.seen = AttemptsSeen()
        self.started = False
        """The head of the answer was sent: from here on nothing can be taken back."""
        self.stream = False
        self.content = b""
        """The body, once it was read."""
        self._began = time.monotonic()
        self._started_at = time.time()
        self._lease: Lease | None = None
        self._model = ""
        self._model_type = ModelType.LLM

    async def json(self, model_type: ModelType) -> dict[str, Any]:
        """The body as a JSON object; a client that names no model means the operator's default for the type, if there is one.
        Raises `Refused` and `ClientGone`."""
        self.content = await read_body(self.scope, self.receive, self.plane.limits)
        body = decode_body(self.content, self.plane.limits)
        if body.get("model") is None and (default := self.configuration.defaults.get(model_type)) is not None:
            body["model"] = default
        return body

    async def admit(self, model: str, model_type: ModelType, estimated_tokens: int | None = None) -> None:
        """May this key call this model now? Raises `Refused`."""
        if not self.key.allows(model):
            raise refused(403, "model_not_allowed", f"this key may not call {model}", "model")
        self._model, self._model_type = model, model_type
        self._lease = await self.plane.limiter.admit(self.key, model, estimated_tokens)

    def targets(self) -> list[Callable[[], Target]]:
        """The models behind the admitted name."""
        return self.plane.targets(self._model, self._model_type, self.serving, self.key.workspace)

    def observers(self) -> Sequence[Observer]:
        """Those of the runtime, and the one that keeps the attempts of this call."""
        return (*self.plane.base.core.settings.observers, self.seen)

    def options(self, parameters: dict[str, Any], family: FamilyFields | None = None) -> CallOptions:
        """The options of a call: never strict, since an unchanged client must not break."""
        timeouts = self.plane.base.core.settings.timeouts
        total = min(timeouts.total or self.configuration.timeout, self.configuration.timeout)
        timeout = Timeouts(connect=timeouts.connect, first_byte=timeouts.first_byte, idle=timeouts.idle, total=total)
        return CallOptions(timeout=timeout, parameters=parameters, family=family)

    def served(self) -> Served:
        """How an answer calls itself."""
        return Served(self.id, int(self._started_at), self._model)

    async def run(self, plan: Callable[[Job[R]], Any], job: Job[R]) -> R:
        """Perform a job that is answered whole. Raises `ClientGone` when the client leaves first."""
        return await self.while_here(self.plane.run(plan(job)))

    async def while_here(self, work: Awaitable[R]) -> R:
        """The work's result; the work is cancelled when the client leaves, and `ClientGone` raised."""
        async with UntilGone(self.receive):
            return await work

    def headers(self, media_type: bytes, warnings: Sequence[CallWarning] = ()) -> list[tuple[bytes, bytes]]:
        """The head of an answer."""
        found = [(b"content-type", media_type), (b"x-request-id", self.id.encode())]
        if self.seen.attempts:
            last = self.seen.attempts[-1]
            found.append((b"x-modelruntime-model", f"{last.provider}/{last.model}".encode("ascii", "replace")))
        return [*found, *warning_headers(warnings)] if warnings else found

    async def answer(self, body: bytes, media_type: bytes = JSON_TYPE, warnings: Sequence[CallWarning] = ()) -> None:
        """A whole answer."""
        self.started = True
        await respond(self.send, 200, self.headers(media_type, warnings), body)

    def settle(self, usage: Usage = Usage(), cost: Cost | None = None, fault: Fault | None = None) -> None:  # noqa: B008 (frozen)
        """The call is over: give back what was reserved and keep the record. To be called once."""
        if self._lease is None:
            return
        record = CallRecord(
            id=self.id,
            key_id=self.key.id,
            workspace=self.key.workspace,
            endpoint=self.endpoint,
            asked_model=self._model,
            model_type=self._model_type,
            provider=self.seen.attempts[-1].provider if self.seen.attempts else None,
            model=self.seen.attempts[-1].model if self.seen.attempts else None,
            started_at=self._started_at,
            seconds=time.monotonic() - self._began,
            first_token_seconds=None if self.seen.first_item is None else self.seen.first_item - self._began,
            stream=self.stream,
            status=fault.status if fault else 200,
            code=fault.code if fault else None,
            usage=usage,
            cost=cost,
            attempts=tuple(self.seen.attempts),
        )
        lease, self._lease = self._lease, None
        lease.settle(record)
        self.plane.ledger.settle(record)
