"""A vendor's own list of models as last fetched, in memory and in the user's cache, so that the next process knows it too."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from modelruntime.codecs.contract import RemoteModel
from modelruntime.entities.secret import reveal
from modelruntime.schema.compiled import cache_folder

_FORMAT = 1


class RemoteList(msgspec.Struct, frozen=True):
    """What the vendor said, and when (seconds since the epoch; 0: it holds, but is to be asked for anew). `asked_as` tells other
    credentials apart without holding any."""

    rows: tuple[RemoteModel, ...]
    fetched_at: float
    asked_as: str
    format: int = _FORMAT


class RemoteLists:
    """The last list of each provider. Reading and writing the cache never fails a call: without it lists live in memory."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        folder = cache_folder(environ)
        self._folder = folder / "remote" if folder else None
        self._known: dict[str, RemoteList | None] = {}

    def get(self, provider: str) -> RemoteList | None:
        """The provider's list; None when none was fetched."""
        if provider not in self._known:
            self._known[provider] = self._read(provider)
        return self._known[provider]

    def keep(self, provider: str, found: RemoteList) -> None:
        """Remember the list."""
        self._known[provider] = found
        if self._folder is None:
            return
        file = self._file(self._folder, provider)
        beside = file.with_suffix(f".{os.getpid()}.part")
        lean = msgspec.structs.replace(found, rows=tuple(msgspec.structs.replace(row, raw={}) for row in found.rows))
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            beside.write_bytes(msgspec.json.encode(lean))
            beside.replace(file)
        except OSError:
            with suppress(OSError):
                beside.unlink()

    def forget(self, provider: str, model: str) -> None:
        """The vendor has that model no longer: it leaves the list, which is no longer fresh."""
        known = self.get(provider)
        if known is not None:
            rows = tuple(row for row in known.rows if row.id != model)
            self.keep(provider, msgspec.structs.replace(known, rows=rows, fetched_at=0.0))

    def _read(self, provider: str) -> RemoteList | None:
        if self._folder is None:
            return None
        try:
            found = msgspec.json.decode(self._file(self._folder, provider).read_bytes(), type=RemoteList)
        except (OSError, msgspec.DecodeError, UnicodeDecodeError):
            return None
        return found if found.format == _FORMAT else None

    @staticmethod
    def _file(folder: Path, provider: str) -> Path:
        return folder / f"{provider}.json"


def asked_as(base_url: str, credentials: Mapping[str, Any]) -> str:
    """A short digest of whom is asked and as who: a list is fresh only for the same account at the same address."""
    told = [base_url, *(f"{name}\0{reveal(value)}" for name, value in sorted(credentials.items()))]
    return hashlib.blake2b("\0\0".join(told).encode("utf-8", "surrogatepass"), digest_size=8, person=b"remote list").hexdigest()
