"""Recorded traffic of real vendors, row by row. Only what stands beside the checkout is read; nothing is copied."""

import base64
import gzip
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from modelruntime.entities.http import HttpResponse, ResponseHead
from tests.shared import SHARED


class Recording(msgspec.Struct, frozen=True):
    """One interaction; `body` is the reply's bytes (JSON replies were parsed by their recorder and are written anew)."""

    id: str
    vendor: str
    kind: str
    """The model type, or `models`."""
    method: str
    path: str
    query: str
    streamed: bool
    request: dict[str, Any]
    request_headers: dict[str, str]
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    sent: bytes
    """The bytes of the request, for bodies that are no JSON."""
    host: str = ""

    @property
    def response(self) -> HttpResponse:
        return HttpResponse(ResponseHead(self.status, self.headers), self.body)


def recordings(*endings: str) -> Iterator[Recording]:
    """Every row whose path has one of these endings (`""` is every row); none, and a note, where there are no recordings."""
    if SHARED is None:
        print("no recordings beside the checkout: nothing was replayed")
        return
    yield from (row for row in _all(SHARED / "recordings") if row.path.endswith(endings))


@cache
def _all(folder: Path) -> tuple[Recording, ...]:
    found: list[Recording] = []
    for file in sorted(folder.glob("*.jsonl.gz")):
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            found += [_recording(json.loads(line)) for line in lines]
    return tuple(found)


def _recording(row: dict[str, Any]) -> Recording:
    request, response = row["request"], row["response"]
    return Recording(
        id=f"{row['vendor']}:{row['id']}",
        vendor=row["vendor"],
        kind=str(row.get("kind") or ""),
        method=row["method"],
        path=row["path"],
        query=str(row.get("query") or ""),
        streamed=bool(row["streamed"]),
        request=request.get("json") or {},
        request_headers={key.lower(): str(value) for key, value in (request.get("headers") or {}).items()},
        status=response["status"],
        headers=tuple((key.lower(), str(value)) for key, value in (response.get("headers") or {}).items()),
        body=_body(response),
        sent=_body(request),
        host=row["host"],
    )


def _body(response: dict[str, Any]) -> bytes:
    if "base64" in response:
        return base64.b64decode(response["base64"])
    if "json" in response:
        return json.dumps(response["json"], ensure_ascii=False).encode()
    return str(response.get("text") or "").encode()


def report(name: str, good: int, failures: list[str]) -> float:
    """Prints every failure with its reason, notes the numbers; gives the share that passed."""
    from tests.replay.ledger import LEDGER

    LEDGER.sum_up(name, good, failures)
    total = good + len(failures)
    for failure in failures:
        print(f"  {name}: {failure}")
    share = good / total if total else 1.0
    print(f"{name}: {good} of {total} ({share:.2%})")
    return share
