"""Records of calls as they wait in the outbox: the rows that they become, in MessagePack.

They are taken apart once, when they are settled: whoever drains the outbox has nothing left to compute.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import msgspec

from modelruntime.codecs.json_value import is_object
from modelruntime.runtime.call_record import CallContent, CallRecord
from modelruntime.store.call_row import rows_of

CONTENT_AT_MOST = 256 * 1024
"""Bytes of a request, and letters of a reply, that are kept."""
_LARGEST_COUNT = 2**63 - 1
_VERSION = 1
_NO_COLUMN_HOLDS = (UnicodeEncodeError, OverflowError, TypeError, ValueError)


class LedgerEntry(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Values in the order of `CALL_COLUMNS`, `ATTEMPT_COLUMNS` and `CONTENT_COLUMNS`."""

    version: int
    call: tuple[Any, ...]
    attempts: list[tuple[Any, ...]] = []
    content: tuple[Any, ...] | None = None


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[LedgerEntry]).decode
_decode_one = msgspec.msgpack.Decoder(LedgerEntry).decode


def encode_records(records: Sequence[CallRecord]) -> bytes:
    """How they wait together. Never raises: half letters and numbers that no column holds, which a client or a vendor may send,
    are replaced."""
    try:
        return _encode([_entry(record) for record in records])
    except _NO_COLUMN_HOLDS:
        return _encode([_sound_entry(record) for record in records])


def encode_entry(entry: LedgerEntry) -> bytes:
    """How one waits by itself."""
    return _encode([entry])


def decode_entries(content: bytes) -> list[LedgerEntry]:
    """Raises `msgspec.DecodeError` for what is none, also for those of a version that is not known."""
    try:
        entries = _decode(content)
    except msgspec.ValidationError:
        entries = [_decode_one(content)]  # as earlier versions wrote them
    for entry in entries:
        if entry.version != _VERSION:
            raise msgspec.DecodeError(f"version {entry.version} of a record is not known")
    return entries


def mended(entry: LedgerEntry) -> LedgerEntry:
    """The entry in values that every database takes: no NUL in a text, no number above 63 bits."""
    call, attempts = _mend(entry.call), [tuple(_mend(each)) for each in entry.attempts]
    return LedgerEntry(entry.version, tuple(call), attempts, None if entry.content is None else tuple(_mend(entry.content)))


def _sound_entry(record: CallRecord) -> LedgerEntry:
    try:
        entry = _entry(record)
        _encode(entry)
    except _NO_COLUMN_HOLDS:
        entry = _entry(_mended_record(record))
    return entry


def _entry(record: CallRecord) -> LedgerEntry:
    content = None if record.content is None else _content(record, record.content)
    return LedgerEntry(_VERSION, *rows_of(record), content)


def _content(record: CallRecord, said: CallContent) -> tuple[Any, ...]:
    request, reply = said.request[:CONTENT_AT_MOST], said.reply[:CONTENT_AT_MOST]
    cut = len(said.request) > CONTENT_AT_MOST or len(said.reply) > CONTENT_AT_MOST
    return (record.id, record.workspace, record.started_at, request, reply, cut)


def _mended_record(record: CallRecord) -> CallRecord:
    return msgspec.convert(_mend(msgspec.structs.asdict(record)), CallRecord, strict=False)


def _mend(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode().replace("\x00", "\N{REPLACEMENT CHARACTER}")
    if isinstance(value, msgspec.Struct):
        return _mend(msgspec.structs.asdict(value))
    if is_object(value):
        return {str(_mend(name)): _mend(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_mend(each) for each in cast("Sequence[object]", value)]
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > _LARGEST_COUNT:
        return None
    return value if isinstance(value, bool | int | float | bytes) or value is None else _mend(str(value))
