"""The ledger as a table: one row a codec, what was in scope, what passed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from tests.replay.ledger import CHECKS, Check, Ledger
from tests.replay.recordings import recordings
from tests.replay.scope import excuse, scope_of

HEADS: dict[Check, str] = {
    "replies": "Replies as the vendor's package reads them",
    "streams": "Streams lawful",
    "requests": "Requests equal",
    "turns": "Answers sent back equal",
    "errors": "Errors of their class",
    "counts": "Token counts",
}


class Line(NamedTuple):
    """What became of the recordings of a codec; of several where one test judged them together without telling which."""

    codec: str
    rows: int
    passed: dict[Check, tuple[int, int]]
    extra: tuple[int, int]
    excused: int
    unjudged: int


def lines(ledger: Ledger) -> list[Line]:
    """One a codec of the scope that is built, in the order of their names."""
    scope: dict[str, list[str]] = {}
    excused: Counter[str] = Counter()
    for row in recordings(""):
        found = scope_of(row)
        if found is not None and found.when == "now":
            scope.setdefault(found.codec, []).append(row.id)
            excused[found.codec] += excuse(row) is not None
    judged = {row for _, row in ledger.verdicts} | ledger.codec_of.keys()
    return [
        Line(
            codec,
            len(rows),
            _passed(ledger, codec),
            ledger.extra.get(codec, (0, 0)),
            excused[codec],
            len(set(rows) - judged) - excused[codec],
        )
        for codec, rows in sorted(scope.items())
    ]


def _passed(ledger: Ledger, codec: str) -> dict[Check, tuple[int, int]]:
    found: dict[Check, tuple[int, int]] = {}
    for (check, row), reason in ledger.verdicts.items():
        if ledger.codec_of[row] == codec:
            good, total = found.get(check, (0, 0))
            found[check] = (good + (reason is None), total + 1)
    for summary in ledger.summaries:
        fed = ledger.modules.get(summary.module, Counter())
        if summary.check not in (None, "streams") and fed and fed.most_common(1)[0][0] == codec:
            good, total = found.get(summary.check, (0, 0))
            found[summary.check] = (good + summary.good, total + summary.good + len(summary.failures))
    return found


def failures(ledger: Ledger) -> Iterator[str]:
    """Every failure with its reason, and every row in scope that nobody judged."""
    for (check, name), reason in ledger.verdicts.items():
        if reason is not None:
            yield f"{ledger.codec_of[name]} {check}: {name}: {reason}"
    for summary in ledger.summaries:
        yield from (f"{summary.name}: {failure}" for failure in summary.failures)
    for row in recordings(""):
        found = scope_of(row)
        if found is None:
            yield f"{row.id}: nobody claims {row.method} {row.path}"
        elif found.when == "now" and (why := excuse(row)):
            yield f"{found.codec}: {row.id}: left out: {why}"
        elif found.when == "now" and row.id not in ledger.codec_of:
            yield f"{found.codec}: {row.id}: nobody judged {row.method} {row.path}"


def table(ledger: Ledger) -> str:
    """The report for a terminal."""
    found = lines(ledger)
    head = ("codec", "rows", *CHECKS, "in extra", "left out", "unjudged")
    rows = [head, *[_cells(line) for line in found]]
    widths = [max(len(row[at]) for row in rows) for at in range(len(head))]
    text = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    text += [f"{name}: {good} of {total}" for name, good, total in other_checks(ledger)]
    return "\n".join(text)


def other_checks(ledger: Ledger) -> list[tuple[str, int, int]]:
    """What was looked at beside the columns: name, successes, all."""
    rest = [summary for summary in ledger.summaries if summary.check is None]
    return [(summary.name, summary.good, summary.good + len(summary.failures)) for summary in rest]


def _cells(line: Line) -> tuple[str, ...]:
    passed = [f"{good}/{total}" if (good, total) != (0, 0) else "" for good, total in (line.passed.get(c, (0, 0)) for c in CHECKS)]
    through, leaves = line.extra
    extra = f"{through}/{leaves}" if leaves else ""
    return (line.codec, str(line.rows), *passed, extra, str(line.excused or ""), str(line.unjudged or ""))


def markdown(ledger: Ledger) -> str:
    """benchmarks/REPLAY.md: counts, and no recorded content."""
    found = lines(ledger)
    names = [HEADS[check] for check in CHECKS]
    text = [
        "# Replay",
        "",
        "Recorded traffic of real vendors, judged codec by codec: `make replay` prints this with every failure and its reason,",
        "`python -m tests.replay --write` writes it here. The recordings are other projects' data and no part of this repository;",
        "`MODELRUNTIME_SHARED` names the folder that holds them. *In extra*: values of recorded requests that no type of ours",
        "has a place for, of all values. *Left out*: rows that ask for what no method does; the report says which.",
        "",
        f"| Codec | Recordings | {' | '.join(names)} | In extra | Left out | Unjudged |",
        "|---|---:|" + "---:|" * (len(names) + 3),
        *["| `" + cells[0] + "` | " + " | ".join(cells[1:]) + " |" for cells in map(_cells, found)],
    ]
    text += [line for name, good, total in other_checks(ledger) for line in ("", f"{name[0].upper()}{name[1:]}: {good}/{total}.")]
    sums = Counter(scope.when if (scope := scope_of(row)) else "lost" for row in recordings(""))
    total = sum(sums.values())
    text += ["", f"Of {total} recordings {sums['now']} are of codecs that are built, {sums['later']} of codecs that are not yet,"]
    text += [f"{sums['out']} out of scope (`tests/replay/scope.py` says why), {sums['lost']} nobody's."]
    return "\n".join(text) + "\n"
