"""What pytest's report says of the tests of another process."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree


class Verdict(NamedTuple):
    """One test: passed, failed or skipped, and the last line of its failure or why it was skipped."""

    name: str
    outcome: str
    reason: str = ""


def verdicts_of(report: Path) -> Iterator[Verdict]:
    """In the order of the report, which is JUnit's XML."""
    for case in ElementTree.parse(report).iter("testcase"):
        name = f"{case.get('classname', '').rpartition('.')[2]}.{case.get('name')}"
        failed = case.find("failure") if case.find("failure") is not None else case.find("error")
        skipped = case.find("skipped")
        if failed is not None:
            yield Verdict(name, "failed", (failed.get("message") or "").strip()[:600])
        elif skipped is not None:
            yield Verdict(name, "skipped", skipped.get("message") or "")
        else:
            yield Verdict(name, "passed")


def counted(verdicts: Iterable[Verdict]) -> str:
    """`12 passed, 3 failed`."""
    return ", ".join(f"{number} {outcome}" for outcome, number in Counter(each.outcome for each in verdicts).items())
