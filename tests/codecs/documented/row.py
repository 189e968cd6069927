"""One documented error.

`evidence` says what stands behind a row (read 2026-11-22; Mixedbread, Nomic, DashScope and Azure AI Content Safety 2026-11-28;
those of `errors_of` 2026-11-29):
  page        the vendor's own page names the status, or the code, and what it means; and the shape of the body
  page+shape  the vendor's page names the status and its meaning, or its package the event in which an error stands; the body has
              the shape seen elsewhere from that vendor
  source      the vendor's own source or package (repository and path, or package and version) writes it so
  report      somebody published the reply word for word (the URL); names and numbers in it are changed here
  unverified  likely, but neither seen in a page nor in a report: kept so that a better source can correct it
"""

import json
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

from modelruntime.entities.errors import (
    InvokeError,
    RateLimited,
    ServerUnavailable,
    TimedOut,
    Unauthorized,
)

READ = "2026-11-22"
Evidence = Literal["page", "page+shape", "source", "report", "unverified"]
Where = Literal["answer", "stream", "bare", "whole", "frame"]
"""`bare`: JSON that stands in a stream of events without being one; `whole`: JSON that comes in the place of the stream;
`frame`: an exception by its name in AWS's event stream, whose payload is the body."""


class DocumentedError(NamedTuple):
    """One error of one vendor and what it must become."""

    vendor: str
    url: str
    evidence: Evidence
    status: int
    body: Any
    kind: type[InvokeError]
    retryable: bool
    code: str | None = None
    headers: dict[str, str] = {}  # noqa: RUF012 - never changed
    retry_after: float | None = None
    where: Where = "answer"
    codes: dict[str, str] = {}  # noqa: RUF012 - never changed
    """The `error_codes` of the vendor's profile, where its numbers mean nothing by themselves."""
    codec: str | None = None
    """Whose stream it stands in, where the vendor speaks several."""

    @property
    def name(self) -> str:
        """For reports: vendor, status, kind."""
        return f"{self.vendor}-{self.where}-{self.status}-{self.kind.__name__}"

    @property
    def data(self) -> bytes:
        """The body as bytes."""
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body, ensure_ascii=False).encode()


def openai_body(message: str, kind: str, code: str | None, param: str | None = None) -> dict[str, Any]:
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


_WITHOUT_BODY: dict[int, tuple[type[InvokeError], bool]] = {
    **dict.fromkeys((401, 402, 403), (Unauthorized, False)),
    **dict.fromkeys((408, 504), (TimedOut, True)),
    429: (RateLimited, True),
    **dict.fromkeys((500, 502, 503), (ServerUnavailable, True)),
}


def statuses_of(vendor: str, source: str, *statuses: int) -> Iterator[DocumentedError]:
    """Statuses that a vendor's page explains, and shows no body of."""
    for status in statuses:
        kind, retryable = _WITHOUT_BODY[status]
        yield DocumentedError(vendor, source, "page+shape", status, b"", kind, retryable)


Case = tuple[int, Any, type[InvokeError], bool]
"""Status, body, what it must become, whether that may be tried again."""


def errors_of(
    vendor: str,
    source: str,
    evidence: Evidence,
    *cases: Case,
    where: Where = "answer",
    codes: dict[str, str] | None = None,
    codec: str | None = None,
) -> Iterator[DocumentedError]:
    """Errors of one vendor out of one source."""
    for status, body, kind, retryable in cases:
        yield DocumentedError(vendor, source, evidence, status, body, kind, retryable, where=where, codes=codes or {}, codec=codec)
