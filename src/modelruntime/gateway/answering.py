"""How a call gets its answer: from the cache, from an equal call that is under way, or from a model, perhaps hedged.

Everything here but the plain call is off until a policy of the operator's switches it on for a model or a route.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Coroutine, Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from modelruntime.codecs.gather import gather
from modelruntime.codecs.replay_result import replay_result
from modelruntime.entities.events import FinishEvent, StreamEvent
from modelruntime.entities.llm_result import LLMResult
from modelruntime.gateway.attempts_seen import AttemptsSeen
from modelruntime.gateway.call_key import call_key
from modelruntime.gateway.candidates import Candidate
from modelruntime.gateway.exchange import Exchange
from modelruntime.runtime.attempts import StreamShape, invoke_plan, stream_plan
from modelruntime.runtime.job import Job
from modelruntime.runtime.observers import Observer
from modelruntime.runtime.target import Target
from modelruntime.store.configuration import CallPolicy

JobOf = Callable[[Sequence[Callable[[], Target]], Sequence[Observer]], Job[Any]]
WHOLE = frozenset(("stop", "length", "tool_calls"))
"""Ends after which an answer is worth keeping."""
NO_POLICY = CallPolicy()


class _Caching:
    """What the cache may do for one call."""

    __slots__ = ("_exchange", "_key", "_reads", "_seconds")

    def __init__(self, exchange: Exchange, policy: CallPolicy, key: bytes | None) -> None:
        said = exchange.fields.get(b"cache-control", b"").lower() if policy.cache_seconds else b""
        self._exchange = exchange
        self._key = None if b"no-store" in said else key
        self._seconds = policy.cache_seconds or 0.0
        self._reads = self._seconds > 0 and self._key is not None and b"no-cache" not in said

    def read(self) -> Any:
        """The answer of an equal call, None without one."""
        found = self._exchange.plane.cache.get(self._key) if self._reads and self._key is not None else None
        if found is None:
            if self.writes:
                self._exchange.cache_said = "miss"
            return None
        self._exchange.answered_by_cache(found.provider, found.model)
        return found.result

    @property
    def writes(self) -> bool:
        """Is the answer to be kept?"""
        return self._seconds > 0 and self._key is not None

    def write(self, result: Any, seen: AttemptsSeen) -> None:
        """Keep a whole answer; `seen` saw how it was made."""
        if not self.writes or self._key is None or not seen.attempts:
            return
        if isinstance(result, LLMResult) and result.finish.unified not in WHOLE:
            return
        last = seen.attempts[-1]
        kept = replace(result, raw=None) if hasattr(result, "raw") else result
        self._exchange.plane.cache.put(self._key, kept, last.provider, last.model, self._seconds)


def whole(exchange: Exchange, subject: Callable[[], Any], job_of: JobOf) -> Coroutine[Any, Any, Any]:
    """The answer of a call that is answered whole, of a language model. `subject` gives all that the client said, to whoever must
    know calls apart."""
    return _cached(exchange, subject, job_of, _plain)


def whole_and_equal(exchange: Exchange, subject: Callable[[], Any], job_of: JobOf) -> Coroutine[Any, Any, Any]:
    """The same for types whose equal calls have equal answers (embeddings, rerank, moderation): coalesced and hedged too."""
    return _cached(exchange, subject, job_of, _shared)


class _Making(msgspec.Struct, frozen=True):
    """A call that has to be made."""

    exchange: Exchange
    policy: CallPolicy
    key: bytes | None
    caching: _Caching
    candidates: tuple[Candidate, ...]
    job_of: JobOf

    async def plain(self, seen: AttemptsSeen) -> Any:
        """Try the candidates in their order, and keep the answer."""
        return self._kept(await self._attempt(self.candidates, seen), seen)

    async def hedged(self, seen: AttemptsSeen) -> Any:
        """The same, with a second attempt that begins elsewhere where the first one takes long."""
        if self.policy.hedge_seconds is None:
            return await self.plain(seen)
        others = (*self.candidates[1:], self.candidates[0])
        result = await self.exchange.plane.hedging.run(
            lambda own: self._attempt(self.candidates, own),
            lambda own: self._attempt(others, own),
            self.policy.hedge_seconds,
            seen,
            self.exchange.watching,
        )
        return self._kept(result, seen)

    def _kept(self, result: Any, seen: AttemptsSeen) -> Any:
        """Kept before anybody hears of it: whoever finds nothing under way finds it here."""
        self.caching.write(result, seen)
        return result

    async def _attempt(self, order: Sequence[Candidate], seen: AttemptsSeen) -> Any:
        job = self.job_of(self.exchange.targets(order), self.exchange.observers(seen))
        return await self.exchange.plane.run(invoke_plan(job))


def _cached(
    exchange: Exchange, subject: Callable[[], Any], job_of: JobOf, make: Callable[[_Making], Coroutine[Any, Any, Any]]
) -> Coroutine[Any, Any, Any]:
    candidates = exchange.candidates()
    policy = _policy(exchange, candidates[0]) if exchange.configuration.policies else NO_POLICY
    if policy is NO_POLICY:
        return exchange.plane.run(invoke_plan(job_of(exchange.targets(candidates), exchange.observers())))
    return _by_policy(exchange, candidates, policy, subject, job_of, make)


async def _by_policy(
    exchange: Exchange,
    candidates: tuple[Candidate, ...],
    policy: CallPolicy,
    subject: Callable[[], Any],
    job_of: JobOf,
    make: Callable[[_Making], Coroutine[Any, Any, Any]],
) -> Any:
    key = call_key(exchange.key.workspace, exchange.configuration.revision, candidates[0], subject())
    caching = _Caching(exchange, policy, key)
    found = caching.read()
    if found is not None:
        return found
    return await make(_Making(exchange, policy, key, caching, candidates, job_of))


async def _plain(making: _Making) -> Any:
    return await making.plain(making.exchange.seen)


async def _shared(making: _Making) -> Any:
    """Coalesced and hedged as the policy says."""
    exchange = making.exchange
    if not making.policy.coalesce or making.key is None:
        return await making.hedged(exchange.seen)
    result, is_own = await exchange.plane.coalescing.once(making.key, exchange.seen, exchange.watching, making.hedged)
    if not is_own:
        exchange.answered_by_another(making.candidates[0])
    return result


def streamed(
    exchange: Exchange, subject: Callable[[], Any], job_of: JobOf, shape: StreamShape
) -> AsyncGenerator[Sequence[StreamEvent]]:
    """The events of a streamed answer of a language model, those that came together as one."""
    candidates = exchange.candidates()
    policy = _policy(exchange, candidates[0])
    caching: _Caching | None = None
    if policy is not NO_POLICY:
        key = call_key(exchange.key.workspace, exchange.configuration.revision, candidates[0], subject())
        caching = _Caching(exchange, policy, key)
        found = caching.read()
        if found is not None:
            return _replayed(found)
    job = job_of(exchange.targets(candidates), exchange.observers())
    batches = exchange.plane.driver().batches(stream_plan(job, shape))
    return _kept(batches, caching, exchange.seen) if caching is not None and caching.writes else batches


async def _replayed(result: LLMResult) -> AsyncGenerator[Sequence[StreamEvent]]:
    for event in replay_result(result):
        yield (event,)


async def _kept(
    batches: AsyncGenerator[Sequence[StreamEvent]], caching: _Caching, seen: AttemptsSeen
) -> AsyncGenerator[Sequence[StreamEvent]]:
    """The same stream; once it is whole its answer is kept."""
    told: list[StreamEvent] = []
    try:
        async for events in batches:
            told += events
            yield events
    finally:
        await batches.aclose()
    if told and isinstance(told[-1], FinishEvent):
        caching.write(gather(told), seen)


def _policy(exchange: Exchange, candidate: Candidate) -> CallPolicy:
    """That of the name which the client used, else that of the model; off without one."""
    policies = exchange.configuration.policies
    if not policies:
        return NO_POLICY
    return policies.get(exchange.model) or policies.get(str(candidate.reference)) or NO_POLICY
