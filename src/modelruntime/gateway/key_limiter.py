"""The limits of gateway keys, as the data plane asks for them: what is denied becomes an error that says what to do."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import msgspec

from modelruntime.gateway.refused import Refused, refused
from modelruntime.routing.money_window import nanos_of
from modelruntime.runtime.call_record import AttemptRecord, CallRecord
from modelruntime.store.gateway_key import GatewayKey
from modelruntime.store.limits_contract import Ask, Denial, Denied, Held, LimitStore

REFUSALS: dict[Denial, tuple[int, str]] = {
    "rate_limited": (429, "this key has sent as many requests as it may in a minute: wait, or ask for a higher limit"),
    "token_rate_limited": (429, "this key has used as many tokens as it may in a minute: wait, or ask for a higher limit"),
    "too_many_concurrent": (429, "this key has as many calls under way as it may: wait for one to end"),
    "budget_exhausted": (402, "the budget of this key does not cover this call: ask for a larger one, or say a smaller max_tokens"),
    "limits_unavailable": (503, "what this key has used cannot be counted now, and it asks to be refused then: try again later"),
}
_LATER = 10.0
MAYBE_BILLED = frozenset(("Cancelled", "TimedOut", "StreamIncomplete"))
"""Attempts that ended so may have been billed, for nobody knows how much."""


class KeyLimiter:
    """A `Limiter` over whoever counts. While `refusing` says that no record can be kept, keys with a budget are refused: what they
    spend would be forgotten."""

    def __init__(self, store: LimitStore, refusing: Callable[[], bool] = lambda: False) -> None:
        self._store = store
        self._refusing = refusing

    @property
    def degraded(self) -> bool:
        """Is this process counting alone because the server cannot be asked?"""
        return self._store.degraded

    def admit_at_once(self, key: GatewayKey, estimated_tokens: int, estimated_cost: Decimal | None = None) -> KeyLease | None:
        """None where somebody must be waited for. Raises `Refused` (429, 402, 503)."""
        limits = key.limits
        if limits is None:
            return FREE
        nanos = 0 if limits.budget is None else self._nanos(estimated_cost)
        found = self._store.admit_at_once(Ask(key.id, limits, estimated_tokens, nanos))
        if isinstance(found, Denied):
            raise _refusal(found)
        return None if found is None else KeyLease(self._store, found)

    async def admit(self, key: GatewayKey, estimated_tokens: int, estimated_cost: Decimal | None = None) -> KeyLease:
        """The same, waiting for whoever counts."""
        limits = key.limits
        if limits is None or not limits.limits_anything:
            return FREE
        nanos = 0 if limits.budget is None else self._nanos(estimated_cost)
        found = await self._store.admit(Ask(key.id, limits, estimated_tokens, nanos))
        if isinstance(found, Denied):
            raise _refusal(found)
        return KeyLease(self._store, found)

    def _nanos(self, cost: Decimal | None) -> int:
        """What is reserved of a budget."""
        if self._refusing():
            message = "what this key spends cannot be written down now: try again later"
            raise refused(503, "usage_not_kept", message, retry_after=_LATER)
        return 0 if cost is None else nanos_of(cost)

    async def aclose(self) -> None:
        """Settle what is open."""
        await self._store.aclose()


class KeyLease(msgspec.Struct, frozen=True, gc=False):
    """What an admitted call holds of whoever counts; nothing for a key without limits."""

    store: LimitStore | None
    held: Held | None

    def settle(self, record: CallRecord) -> None:
        """Give back the place, and correct what was reserved."""
        store, held = self.store, self.held
        if store is None or held is None:
            return
        limits = held.ask.limits
        tokens = None if limits.tokens_per_minute is None else tokens_used(record)
        store.settle(held, tokens, None if limits.budget is None else nanos_used(record, limits.currency))


FREE = KeyLease(None, None)


def tokens_used(record: CallRecord) -> int | None:
    """Tokens of all attempts, in and out; None when nobody knows."""
    if record.cached:
        return 0
    found: int | None = None
    for attempt in record.attempts:
        if (usage := attempt.usage) is None:
            continue
        read, written = usage.input.total, usage.output.total
        if read is not None or written is not None:
            found = (found or 0) + (read or 0) + (written or 0)
    if found is not None:
        return found
    total = (record.usage.input.total or 0) + (record.usage.output.total or 0)
    return total or (None if _may_have_cost(record) else 0)


def nanos_used(record: CallRecord, currency: str) -> int | None:
    """What all attempts cost; None when nobody knows."""
    if record.cached:
        return 0
    known = [cost for attempt in record.attempts if (cost := _money(attempt, currency)) is not None]
    if known:
        return nanos_of(sum(known, Decimal(0)))
    if record.cost is not None and record.cost.total is not None and record.cost.currency == currency:
        return nanos_of(record.cost.total)
    return None if _may_have_cost(record) else 0


def _may_have_cost(record: CallRecord) -> bool:
    return record.status < 400 or any(attempt.error in MAYBE_BILLED for attempt in record.attempts)


def _money(attempt: AttemptRecord, currency: str) -> Decimal | None:
    cost = attempt.cost
    return cost.total if cost is not None and cost.currency == currency else None


def _refusal(denied: Denied) -> Refused:
    status, message = REFUSALS[denied.code]
    return refused(status, denied.code, message, None, denied.retry_after)
