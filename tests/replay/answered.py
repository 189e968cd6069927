"""A recorded exchange with the call that it answers, and what is said of its request and of its error."""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple, Protocol

from modelruntime.codecs.operation import Endpoint
from modelruntime.entities.call import LLMCall
from modelruntime.entities.errors import RateLimited, ServerUnavailable, TimedOut
from tests.replay.family_replay import JSON, body_of, difference, error_of, leaves, request_of, result_of, without_nulls
from tests.replay.ledger import LEDGER
from tests.replay.recordings import Recording


class Answered(NamedTuple):
    """A recording of a module's one codec."""

    row: Recording
    call: LLMCall
    endpoint: Endpoint


class RequestParser(Protocol):
    """A module of this folder that reads a family's requests."""

    EXTRA: Any

    def canonical(self, request: JSON) -> JSON:
        """The request in one of its equal forms."""
        ...


def unlike_sent(
    codec: Any, requests: RequestParser, row: Recording, call: LLMCall, endpoint: Endpoint, assumed: tuple[str, ...] = ()
) -> str | None:
    """What of the request is rendered otherwise than it was sent. Keys that are `assumed` are rendered though nobody sent them."""
    rendered = body_of(request_of(codec, call, endpoint))
    recorded = {name: rendered.get(name) for name in assumed} | row.request
    LEDGER.weigh_extra(codec.name, leaves(call.extra), leaves(row.request))
    if foreign := call.extra.keys() - requests.EXTRA.keys():
        return f"extra holds {', '.join(foreign)}"
    return difference(without_nulls(requests.canonical(recorded)), without_nulls(requests.canonical(rendered)))


def of_another_class(codec: Any, row: Recording, call: LLMCall, endpoint: Endpoint) -> str | None:
    """How the error of a failed answer differs from what its status means: limits and outages alone are worth another try."""
    error = error_of(partial(result_of, codec, row, call, endpoint))
    if error is None or (error.status, error.provider) != (row.status, "vendor"):
        return f"{error!r} for status {row.status}"
    retryable = row.status in (408, 409, 429) or row.status >= 500
    again = isinstance(error, (RateLimited, ServerUnavailable, TimedOut))
    return None if error.retryable == again == retryable else f"{error!r} is retried: {error.retryable}"
