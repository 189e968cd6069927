"""One documented error, and the files that hold them: a vendor's YAML names its sources, each with what it says.

A file is a list of sources:
  source    a page, a report, or a place in a repository or a package
  read      the day
  evidence  what stands behind its rows:
              page        the vendor's own page names the status, or the code, and what it means; and the shape of the body
              page+shape  the vendor's page names the status and its meaning, or its package the event in which an error
                          stands; the body has the shape seen elsewhere from that vendor, or is empty
              source      the vendor's own source or package writes it so
              report      somebody published the reply word for word; names and numbers in it are changed here
              unverified  likely, but neither seen in a page nor in a report: kept so that a better source can correct it
  where     `answer`, where nothing is said; `stream`: an event in a stream that had begun well; `bare`: JSON that stands in a
            stream of events without being one; `whole`: JSON that comes in the place of the stream; `frame`: an exception by
            its name in AWS's event stream, whose payload is the body
  codec     whose stream it stands in, where the vendor speaks several
  codes     the `error_codes` of the vendor's profile, where its numbers mean nothing by themselves
  errors    its rows: `status`, the class that it `becomes`, whether it is `retryable`, the `body` (JSON) or the `text`, and
            where it matters `code`, `headers`, `retry_after` (seconds)
  has_no    columns of the table of which the source shows that the vendor never answers so
"""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, Literal, NamedTuple

import msgspec
import yaml

from modelruntime.entities import errors
from modelruntime.entities.errors import InvokeError

Evidence = Literal["page", "page+shape", "source", "report", "unverified"]
Where = Literal["answer", "stream", "bare", "whole", "frame"]
Column = Literal["401", "429", "5xx", "in stream"]


class DocumentedError(NamedTuple):
    """One error of one vendor and what it must become."""

    vendor: str
    url: str
    evidence: Evidence
    status: int
    data: bytes
    """The body."""
    kind: type[InvokeError]
    retryable: bool
    code: str | None
    headers: dict[str, str]
    retry_after: float | None
    where: Where
    codes: dict[str, str]
    codec: str | None

    @property
    def name(self) -> str:
        """For reports: vendor, status, kind."""
        return f"{self.vendor}-{self.where}-{self.status}-{self.kind.__name__}"


class Absent(NamedTuple):
    """An answer that a vendor never gives, and what shows it."""

    vendor: str
    column: Column
    url: str


class _Row(msgspec.Struct, forbid_unknown_fields=True):
    status: int
    becomes: str
    retryable: bool = False
    body: Any = msgspec.UNSET
    text: str = ""
    code: str | None = None
    headers: dict[str, str] = {}
    retry_after: float | None = None
    note: str = ""

    @property
    def data(self) -> bytes:
        told = self.text if self.body is msgspec.UNSET else json.dumps(self.body, ensure_ascii=False)
        return told.encode()


class _Source(msgspec.Struct, forbid_unknown_fields=True):
    source: str
    read: date
    evidence: Evidence
    errors: tuple[_Row, ...] = ()
    has_no: tuple[Column, ...] = ()
    where: Where = "answer"
    codec: str | None = None
    codes: dict[str, str] = {}
    note: str = ""


def rows_of(path: Path) -> Iterator[DocumentedError | Absent]:
    """What a vendor's file says, in its order. Raises `msgspec.ValidationError` for a field that no source has."""
    vendor = path.stem
    for told in msgspec.convert(yaml.load(path.read_bytes(), yaml.CSafeLoader), tuple[_Source, ...]):
        for row in told.errors:
            yield DocumentedError(
                vendor=vendor,
                url=told.source,
                evidence=told.evidence,
                status=row.status,
                data=row.data,
                kind=getattr(errors, row.becomes),
                retryable=row.retryable,
                code=row.code,
                headers=row.headers,
                retry_after=row.retry_after,
                where=told.where,
                codes=told.codes,
                codec=told.codec,
            )
        for column in told.has_no:
            yield Absent(vendor, column, told.source)
