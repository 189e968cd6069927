"""Every failure of the admin API as one envelope."""

from __future__ import annotations

import msgspec


class Upstream(msgspec.Struct, frozen=True):
    """What the vendor said. The body only where it is a JSON object, without the secrets that were sent, and cut."""

    status: int | None = None
    body: str | None = None


class FieldFault(msgspec.Struct, frozen=True):
    """One field of a form to mend; `code` is stable, see `FieldProblem` of the schema."""

    field: str
    code: str
    message: str


class LineProblem(msgspec.Struct, frozen=True):
    """One finding in a posted declaration. `line` counts from 1; 0 means the whole document."""

    line: int
    severity: str
    code: str
    message: str


class ErrorReply(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What went wrong: a stable `code`, a sentence, and where it is known the field, what to do and where to read on."""

    code: str
    message: str
    request_id: str = ""
    field: str | None = None
    hint: str | None = None
    doc_url: str | None = None
    upstream: Upstream | None = None
    fields: tuple[FieldFault, ...] = ()
    problems: tuple[LineProblem, ...] = ()


class Refusal(Exception):
    """A request that is not done. Handlers raise it; the application answers with its reply."""

    def __init__(self, status: int, reply: ErrorReply, retry_after: float | None = None) -> None:
        super().__init__(reply.message)
        self.status = status
        self.reply = reply
        self.retry_after = retry_after
        """Seconds, for 429."""


def refuse(status: int, code: str, message: str, field: str | None = None, hint: str | None = None) -> Refusal:
    """A refusal without further facts."""
    return Refusal(status, ErrorReply(code=code, message=message, field=field, hint=hint))


def not_found(what: str) -> Refusal:
    """404."""
    return refuse(404, "not_found", f"there is no {what}")
