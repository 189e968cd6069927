"""The outbox: what was handed to it is read again, whatever happened meanwhile."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelruntime.store.outbox import Outbox
from modelruntime.store.outbox_record import LARGEST, frame, is_damaged, records


def drained(outbox: Outbox, size: int = 2**20) -> list[bytes]:
    found: list[bytes] = []
    while (batch := outbox.read(size)).end is not None:
        found += batch.contents
        outbox.forget(batch)
    return found


def reopened(folder: Path) -> list[bytes]:
    outbox = Outbox(folder)
    try:
        return drained(outbox)
    finally:
        outbox.close()


@given(st.lists(st.binary(min_size=1, max_size=40), max_size=6), st.data())
def test_any_cut_leaves_the_records_before_it(contents: list[bytes], data: st.DataObject):
    whole = b"".join(map(frame, contents))
    cut = data.draw(st.integers(0, len(whole)))
    ends = [len(b"".join(map(frame, contents[: number + 1]))) for number in range(len(contents))]
    assert [content for content, _ in records(whole[:cut])] == contents[: sum(end <= cut for end in ends)]
    assert [end for _, end in records(whole)] == ends


@given(st.lists(st.binary(min_size=1, max_size=40), min_size=1, max_size=4), st.data())
def test_no_changed_byte_gives_a_record_that_nobody_wrote(contents: list[bytes], data: st.DataObject):
    whole = bytearray(b"".join(map(frame, contents)))
    at = data.draw(st.integers(0, len(whole) - 1))
    whole[at] ^= data.draw(st.integers(1, 255))
    found = [content for content, _ in records(bytes(whole))]
    assert found == contents[: len(found)]
    assert len(found) < len(contents)


def test_zeros_are_no_records():
    assert list(records(bytes(64))) == []
    assert not is_damaged(bytes(64))


@pytest.mark.parametrize("size", [1, 17, 40, 1000])
def test_what_goes_in_comes_out_in_order(tmp_path: Path, size: int):
    outbox = Outbox(tmp_path, segment_bytes=60)
    contents = [b"record %d" % number for number in range(20)]
    for content in contents:
        outbox.append(content)
    assert not outbox.empty
    assert drained(outbox, size) == contents
    assert outbox.empty
    outbox.append(b"after")
    assert drained(outbox) == [b"after"]
    outbox.close()
    assert list(tmp_path.rglob("*.log")) == []


def test_a_new_file_of_an_old_name_is_read_from_its_beginning(tmp_path: Path):
    outbox = Outbox(tmp_path, segment_bytes=4)
    for content in (b"a long one " * 9, b"short", b"middle " * 3):
        outbox.append(content)
        assert drained(outbox) == [content]
        assert list(tmp_path.rglob("*.log")) == []
    outbox.close()


def test_what_was_not_forgotten_is_read_again(tmp_path: Path):
    outbox = Outbox(tmp_path, segment_bytes=60)
    for number in range(9):
        outbox.append(b"record %d" % number)
    first = outbox.read(40)
    assert first.contents == (b"record 0", b"record 1"), "what is whole within so many bytes"
    assert first.more
    assert outbox.read(40) == first
    outbox.forget(first)
    assert outbox.read(1).contents == (b"record 2",), "but one at least"
    outbox.close()
    again = reopened(tmp_path)
    assert again[-7:] == [b"record %d" % number for number in range(2, 9)]
    assert again == [b"record %d" % number for number in range(9 - len(again), 9)], "whole files are read again, no gap"


def test_a_torn_tail_is_dropped_and_the_next_file_goes_on(tmp_path: Path):
    outbox = Outbox(tmp_path)
    for number in range(3):
        outbox.append(b"record %d" % number)
    outbox.sync()
    file = next(tmp_path.rglob("*.log"))
    content = file.read_bytes()
    outbox.close()
    for cut in range(1, len(frame(b"record 2"))):
        file.write_bytes(content[:-cut])
        again = Outbox(tmp_path)
        again.append(b"new")
        assert drained(again) == [b"record 0", b"record 1", b"new"]
        assert again.damaged == 0
        again.close()


def test_a_damaged_file_is_kept_aside_and_the_next_one_goes_on(tmp_path: Path):
    outbox = Outbox(tmp_path)
    for number in range(3):
        outbox.append(b"record %d" % number)
    outbox.close()
    file = next(tmp_path.rglob("*.log"))
    content = bytearray(file.read_bytes())
    content[len(frame(b"record 0")) + 9] ^= 1
    file.write_bytes(content)
    again = Outbox(tmp_path)
    again.append(b"new")
    assert drained(again) == [b"record 0", b"new"]
    assert again.damaged == 1
    again.close()
    assert next(tmp_path.rglob("*.damaged")).read_bytes() == content


def test_it_is_bounded(tmp_path: Path):
    outbox = Outbox(tmp_path, max_bytes=1000, segment_bytes=100, waiting_bytes=100)
    record = bytes(range(42))  # 50 bytes with its head
    for _ in range(17):
        outbox.append(record)
    assert not outbox.full
    outbox.append(record)
    assert outbox.full, "nine tenths"
    for _ in range(4):
        outbox.append(record)
    assert (outbox.lost, outbox.size) == (0, 1100), "the last two are held in memory"
    outbox.append(record)
    assert outbox.lost == 1
    assert sum(file.stat().st_size for file in tmp_path.rglob("*.log")) == 1000
    while outbox.size > 700:
        outbox.forget(outbox.read(100))
        outbox.retry()
    assert not outbox.full
    assert len(drained(outbox)) == 14
    outbox.close()


def test_a_record_beyond_all_measure_is_lost_alone(tmp_path: Path):
    outbox = Outbox(tmp_path)
    outbox.append(bytes(LARGEST + 1))
    outbox.append(b"small")
    assert outbox.lost == 1
    assert drained(outbox) == [b"small"]
    outbox.close()


def test_a_full_disk_holds_records_until_there_is_room(tmp_path: Path):
    """A limit on the size of files stands in for a disk that takes a part of a record and then nothing."""
    outbox = Outbox(tmp_path)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    contents = [b"record %d" % number * 5 for number in range(40)]
    try:
        for content in contents[:10]:
            outbox.append(content)
        resource.setrlimit(resource.RLIMIT_FSIZE, (outbox.size + 30, hard))
        for content in contents[10:]:
            outbox.append(content)
        resource.setrlimit(resource.RLIMIT_FSIZE, (20, hard))
        outbox.append(b"x" * 30)
        assert outbox.full
        assert outbox.lost == 0
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    outbox.retry()
    assert not outbox.full
    assert drained(outbox) == [*contents, b"x" * 30]
    outbox.close()


def test_a_folder_that_vanished_loses_nothing(tmp_path: Path):
    outbox = Outbox(tmp_path)
    folder = next(tmp_path.iterdir())
    folder.rename(tmp_path / "away")
    outbox.append(b"held")
    assert outbox.full
    (tmp_path / "away").rename(folder)
    outbox.retry()
    assert drained(outbox) == [b"held"]
    outbox.close()


def test_every_process_has_a_folder_of_its_own_and_adopts_what_others_left(tmp_path: Path):
    one, two = Outbox(tmp_path), Outbox(tmp_path)
    one.append(b"one")
    two.append(b"two")
    assert drained(two) == [b"two"]
    two.append(b"left")
    two.close()
    one.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["0", "1"]
    alone = Outbox(tmp_path)
    assert drained(alone) == [b"one", b"two", b"left"], "a file is adopted whole: the database takes each record once"
    other = Outbox(tmp_path)
    assert drained(other) == []
    alone.close()
    other.close()


WRITER = """
import pathlib, sys
from modelruntime.store.outbox import Batch, Outbox
outbox = Outbox(pathlib.Path(sys.argv[1]), segment_bytes=20000)
number = 0
while True:
    outbox.append(b"%d " % number + b"x" * (number % 3000))
    sys.stdout.write(f"{number}\\n")
    sys.stdout.flush()
    number += 1
"""


@pytest.mark.parametrize("settled", [1, 40, 400])
def test_a_killed_process_loses_nothing_that_it_settled(tmp_path: Path, settled: int):
    process = subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE, env={**os.environ})
    assert process.stdout is not None
    with process:
        said = [process.stdout.readline() for _ in range(settled)]
        process.send_signal(signal.SIGKILL)
        said += process.stdout.readlines()
    last = max(int(line) for line in said if line.endswith(b"\n"))
    numbers = [int(content.partition(b" ")[0]) for content in reopened(tmp_path)]
    assert numbers == list(range(len(numbers)))
    assert len(numbers) >= last + 1


def test_of_a_piece_that_finds_no_place_all_records_are_lost(tmp_path: Path):
    outbox = Outbox(tmp_path, max_bytes=100, waiting_bytes=40)
    outbox.append(bytes(LARGEST + 1), 3)
    outbox.append(bytes(80), 2)
    outbox.append(bytes(30), 4)
    outbox.append(bytes(30), 5)
    assert outbox.lost == 3 + 5
    assert drained(outbox) == [bytes(80)]
    assert outbox.retry()
    assert drained(outbox) == [bytes(30)]
    outbox.close()


STEPS = st.lists(st.sampled_from(["append", "read", "again"]), max_size=60)


@given(steps=STEPS, size=st.integers(1, 80), segment=st.sampled_from([20, 60, 2**20]))
def test_each_piece_comes_once_and_in_its_place_however_it_is_read(steps: list[str], size: int, segment: int):
    with TemporaryDirectory() as folder:
        outbox = Outbox(Path(folder), segment_bytes=segment)
        count = 0
        came: list[bytes] = []
        for step in steps:
            if step == "append":
                outbox.append(b"record %d" % count)
                count += 1
                continue
            batch = outbox.read(size)
            assert bool(batch.contents) is (len(came) < count)
            assert batch.more is (len(came) + len(batch.contents) < count)
            if step == "read":
                came += batch.contents
                outbox.forget(batch)
        came += drained(outbox, size)
        assert came == [b"record %d" % number for number in range(count)]
        assert outbox.empty
        outbox.close()
