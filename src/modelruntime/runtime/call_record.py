"""What is known of a call of the gateway once it is over: one record, with an entry for every attempt. Holds no secret."""

from __future__ import annotations

import msgspec

from modelruntime.entities.cost import Cost
from modelruntime.entities.model_type import ModelType
from modelruntime.entities.usage import Usage


class AttemptRecord(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One try at one model."""

    id: str
    """Unique: whoever writes it twice writes it once."""
    provider: str
    model: str
    credential_id: str = ""
    """Of the stored credential that was used, empty for any other source."""
    started_at: float
    """Seconds since the epoch."""
    seconds: float
    error: str | None = None
    """The class of what it ended with, `Cancelled` when its caller had gone; None for a success."""
    status: int | None = None
    usage: Usage | None = None
    """None where nothing was reported: a failed attempt may have been billed all the same."""
    cost: Cost | None = None
    request_id: str | None = None
    """The vendor's."""

    @property
    def billed(self) -> bool | None:
        """Whether the vendor charges for it: True where it reported usage, False where it refused or was never asked, None where
        nobody knows: something broke after the request was, or may have been, received."""
        if self.usage is not None:
            return True
        return False if (self.status or 0) >= 400 or self.error in _NEVER_SENT else None


_NEVER_SENT = ("CredentialsInvalid", "ParameterInvalid", "DeclarationInvalid")
"""Errors of a call that did not leave."""


class CallContent(msgspec.Struct, frozen=True):
    """What was said. Kept only where an operator asked for it."""

    request: bytes
    """The client's body."""
    reply: str


class CallRecord(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One request of a client."""

    id: str
    key_id: str
    workspace: str
    endpoint: str
    asked_model: str
    """The name the client used."""
    model_type: ModelType
    provider: str | None
    """Of the last attempt, like `model`."""
    model: str | None
    started_at: float
    """Seconds since the epoch."""
    seconds: float
    first_token_seconds: float | None = None
    stream: bool = False
    status: int = 200
    """What the client got; 499 when it had gone."""
    code: str | None = None
    usage: Usage = Usage()
    cost: Cost | None = None
    cached: bool = False
    """Answered from the gateway's own cache: nothing was sent."""
    attempts: tuple[AttemptRecord, ...] = ()
    refused: bool = False
    """Turned away before any model was asked, by a limit or a right that is missing. Not all of these are written down."""
    content: CallContent | None = None
    trace: tuple[str, str] | None = None
    """The ids of the trace and the span under which it ended; not kept by the store."""

    @property
    def overhead_seconds(self) -> float:
        """What the gateway itself took: the whole time without that of the attempts."""
        seconds = self.seconds
        for attempt in self.attempts:
            seconds -= attempt.seconds
        return seconds if seconds > 0.0 else 0.0
