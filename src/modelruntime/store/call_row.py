"""Records of calls as rows, and back."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
from msgspec.structs import astuple

from modelruntime.entities.cost import Cost, UnitPrice
from modelruntime.entities.model_type import ModelType
from modelruntime.entities.usage import InputUsage, OutputUsage, Usage
from modelruntime.runtime.call_record import AttemptRecord, CallRecord

CALL_COLUMNS = (
    *("id", "workspace", "key_id", "endpoint", "asked_model", "model_type", "provider", "model", "started_at", "seconds"),
    *("first_token_seconds", "stream", "status", "code", "cached", "input_tokens", "output_tokens", "cache_read_tokens"),
    *("cache_write_tokens", "reasoning_tokens", "characters", "audio_seconds", "searches", "estimated", "cost", "currency"),
    "details",
)
ATTEMPT_COLUMNS = (
    *("id", "call_id", "number", "provider", "model", "credential_id", "started_at", "seconds", "error", "status"),
    *("request_id", "cost", "currency", "details"),
)
CONTENT_COLUMNS = ("call_id", "workspace", "at", "request", "reply", "cut")
_encode = msgspec.json.Encoder().encode


class OnlyAttempt(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The attempt of a call that succeeded at once, as most do: all else of it is the call's own. A row for each would double
    what a call costs to write down and to keep."""

    id: str
    credential_id: str
    started_at: float
    seconds: float
    request_id: str | None


class Bill(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What of a call's cost has no column."""

    input: Decimal | None
    output: Decimal | None
    unit_prices: list[tuple[str, Decimal, Decimal, str, Decimal]]
    """Without the names of their fields, which are as long as what they hold."""
    estimated: bool = False


class UsageRest(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """What of a call's usage has no column: most calls have none of it but the vendor's own object."""

    fresh: int | None = None
    cache_write_1h: int | None = None
    input_audio: int | None = None
    input_image: int | None = None
    text: int | None = None
    output_audio: int | None = None
    output_image: int | None = None
    raw: dict[str, Any] | None = None
    tier: str | None = None


class Details(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """What the columns of a row do not hold."""

    usage: Usage | None = None
    """Of an attempt, and of calls that earlier versions wrote down: all of it."""
    cost: Cost | None = None
    """The same."""
    attempt: OnlyAttempt | None = None
    """Set: the call has no rows of attempts, for there was this one."""
    rest: UsageRest | None = None
    """Of a call: what its columns leave out of its usage."""
    bill: Bill | None = None
    """Of a call: what its columns leave out of its cost."""


_decoded = msgspec.json.Decoder(Details).decode


def rows_of(record: CallRecord) -> tuple[tuple[Any, ...], list[tuple[Any, ...]]]:
    """The row of a call, in the order of `CALL_COLUMNS`, and those of its attempts, in the order of `ATTEMPT_COLUMNS`."""
    only = _only_attempt(record)
    attempts = [] if only else [_attempt(record, number, attempt) for number, attempt in enumerate(record.attempts, 1)]
    return _call(record, only), attempts


def _only_attempt(record: CallRecord) -> OnlyAttempt | None:
    if len(record.attempts) != 1:
        return None
    (one,) = record.attempts
    if one.error is not None or one.status is not None or one.provider != record.provider or one.model != record.model:
        return None
    if one.usage is not record.usage and one.usage != record.usage:  # mostly it is the very same object
        return None
    if one.cost is not record.cost and one.cost != record.cost:
        return None
    return OnlyAttempt(one.id, one.credential_id, one.started_at, one.seconds, one.request_id)


def _bill(cost: Cost) -> Bill:
    return Bill(cost.input, cost.output, [astuple(row) for row in cost.unit_prices], cost.estimated)


def _plain(amount: Decimal) -> str:
    """Without an exponent: what `format(amount, "f")` says, which takes longer."""
    text = str(amount)
    return format(amount, "f") if "E" in text else text


def _call(record: CallRecord, only: OnlyAttempt | None) -> tuple[Any, ...]:
    usage, cost = record.usage, record.cost
    given, made = usage.input, usage.output
    rest = UsageRest(
        given.fresh,
        given.cache_write_1h,
        given.audio,
        given.image,
        made.text,
        made.audio,
        made.image,
        usage.raw,
        usage.tier,
    )
    total = cost.total if cost is not None else None
    bill = None if cost is None else _bill(cost)
    return (
        record.id,
        record.workspace,
        record.key_id,
        record.endpoint,
        record.asked_model,
        str(record.model_type),
        record.provider or "",
        record.model or "",
        record.started_at,
        record.seconds,
        record.first_token_seconds,
        record.stream,
        record.status,
        record.code,
        record.cached,
        given.total,
        made.total,
        given.cache_read,
        given.cache_write,
        made.reasoning,
        usage.characters,
        usage.seconds,
        usage.searches,
        usage.estimated,
        None if total is None else _plain(total),
        None if cost is None else cost.currency,
        _encode(Details(None, None, only, rest, bill)).decode(),
    )


def _attempt(record: CallRecord, number: int, attempt: AttemptRecord) -> tuple[Any, ...]:
    cost = attempt.cost
    same = attempt.usage == record.usage and cost == record.cost
    total = cost.total if cost is not None else None
    return (
        attempt.id,
        record.id,
        number,
        attempt.provider,
        attempt.model,
        attempt.credential_id,
        attempt.started_at,
        attempt.seconds,
        attempt.error,
        attempt.status,
        attempt.request_id,
        None if total is None else _plain(total),
        None if cost is None else cost.currency,
        "" if same else _encode(Details(attempt.usage, cost)).decode(),
    )


def call_of(row: Any, attempts: tuple[AttemptRecord, ...] = ()) -> CallRecord:
    """The record of a row, with these attempts."""
    details = _decoded(row.details)
    return CallRecord(
        id=row.id,
        key_id=row.key_id,
        workspace=row.workspace,
        endpoint=row.endpoint,
        asked_model=row.asked_model,
        model_type=ModelType(row.model_type),
        provider=row.provider or None,
        model=row.model or None,
        started_at=row.started_at,
        seconds=row.seconds,
        first_token_seconds=row.first_token_seconds,
        stream=row.stream,
        status=row.status,
        code=row.code,
        usage=_usage_of(row, details),
        cost=_cost_of(row, details),
        cached=row.cached,
        attempts=attempts,
    )


def attempt_of(row: Any, call: Any) -> AttemptRecord:
    """The record of a row; `call` is the row of its call, whose details are not kept twice."""
    details = _decoded(row.details or call.details)
    return AttemptRecord(
        id=row.id,
        provider=row.provider,
        model=row.model,
        credential_id=row.credential_id,
        started_at=row.started_at,
        seconds=row.seconds,
        error=row.error,
        status=row.status,
        usage=details.usage if row.details else _usage_of(call, details),
        cost=details.cost if row.details else _cost_of(call, details),
        request_id=row.request_id,
    )


def only_attempt_of(row: Any) -> tuple[AttemptRecord, ...]:
    """The attempt of a call without rows of attempts; none where none was made."""
    details = _decoded(row.details)
    only = details.attempt
    if only is None:
        return ()
    return (
        AttemptRecord(
            id=only.id,
            provider=row.provider,
            model=row.model,
            credential_id=only.credential_id,
            started_at=only.started_at,
            seconds=only.seconds,
            usage=_usage_of(row, details),
            cost=_cost_of(row, details),
            request_id=only.request_id,
        ),
    )


def _cost_of(call: Any, details: Details) -> Cost | None:
    """The same of its cost."""
    bill = details.bill
    if bill is None:
        return details.cost
    total = None if call.cost is None else Decimal(call.cost)
    unit_prices = tuple(UnitPrice(*each) for each in bill.unit_prices)
    return Cost(bill.input, bill.output, total, call.currency, unit_prices, bill.estimated)


def _usage_of(call: Any, details: Details) -> Usage:
    """The usage of a call, out of its row's columns and what they leave out."""
    rest = details.rest
    if rest is None:
        return details.usage or Usage()
    return Usage(
        input=InputUsage(
            total=call.input_tokens,
            fresh=rest.fresh,
            cache_read=call.cache_read_tokens,
            cache_write=call.cache_write_tokens,
            audio=rest.input_audio,
            image=rest.input_image,
            cache_write_1h=rest.cache_write_1h,
        ),
        output=OutputUsage(
            total=call.output_tokens,
            text=rest.text,
            reasoning=call.reasoning_tokens,
            audio=rest.output_audio,
            image=rest.output_image,
        ),
        characters=call.characters,
        seconds=call.audio_seconds,
        searches=call.searches,
        estimated=call.estimated,
        raw=rest.raw,
        tier=rest.tier,
    )
