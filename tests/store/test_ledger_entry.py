"""How records of calls wait in the outbox, and how earlier ones waited."""

from __future__ import annotations

import msgspec
import pytest

from modelruntime.store.ledger_entry import LedgerEntry, decode_entries, encode_entry, encode_records
from tests.store.world import record


def entry() -> LedgerEntry:
    (made,) = decode_entries(encode_records([record()]))
    return made


def test_records_wait_together_and_each_as_if_by_itself():
    records = [record(number) for number in range(3)]
    assert decode_entries(encode_records(records)) == [decode_entries(encode_records([each]))[0] for each in records]
    assert encode_entry(entry()) == encode_records([record()])


def test_an_entry_of_another_version_is_refused():
    with pytest.raises(msgspec.DecodeError, match="version 2"):
        decode_entries(msgspec.msgpack.encode([entry(), msgspec.structs.replace(entry(), version=2)]))


def test_an_entry_that_waits_by_itself_as_before_is_read():
    assert decode_entries(msgspec.msgpack.encode(entry())) == [entry()]


@pytest.mark.parametrize("content", [b"", b"\xc1", b"\x01", b"\x91\x01", b"\x91\x91\x01"])
def test_what_is_no_entry_is_refused(content: bytes):
    with pytest.raises(msgspec.DecodeError):
        decode_entries(content)


def test_a_letter_that_is_none_takes_nothing_from_the_others():
    before, mended, after = decode_entries(encode_records([record(1), record(2, asked_model="half \ud800"), record(3)]))
    assert [before, after] == decode_entries(encode_records([record(1), record(3)]))
    assert "half ?" in mended.call
