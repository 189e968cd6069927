"""Clients of Python with many dependencies, unchanged, against the gateway."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.clients.heavy_clients import HEAVY, run
from tests.clients.verdicts import counted

pytestmark = pytest.mark.slow

SKIPPED = {
    "langchain_suites": (
        "Test requires",
        "not set up",
        "does not support",
        "does not explicitly support",
        "not supported",
        "half a billion",
    ),
    "litellm_client": (),
    "llm_client": (),
    "pydantic_ai_client": (),
}
"""File → words of the reasons for which the suites that it inherits may leave a test out: what the model behind it cannot do."""


@pytest.mark.parametrize("name", SKIPPED)
def test_clients_notice_nothing(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    verdicts = run(HEAVY / f"{name}.py", tmp_path / "report.xml")
    with capsys.disabled():
        print(f"\n{name}: {counted(verdicts)}")
    assert any(verdict.outcome == "passed" for verdict in verdicts)
    assert [verdict for verdict in verdicts if verdict.outcome == "failed"] == []
    left_out = [verdict for verdict in verdicts if verdict.outcome == "skipped"]
    assert [verdict for verdict in left_out if not any(word in verdict.reason for word in SKIPPED[name])] == []


def test_every_file_is_run():
    assert {path.stem for path in HEAVY.glob("*_*.py")} == set(SKIPPED)
