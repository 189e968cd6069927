"""What the log of a process looks like, and what is never in it."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelruntime import Secret
from modelruntime.runtime.redaction import redact
from modelruntime.telemetry.log_ledger import LogLedger
from modelruntime.telemetry.logs import configure_logs
from modelruntime.telemetry.options import LogOptions
from tests.telemetry.records import COST, attempt, record

CANARY = "CaNaRy0123456789abcdef"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


def lines(out: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


@pytest.mark.parametrize("direct", [True, False])
def test_one_line_a_call(direct: bool):
    out = io.StringIO()
    configure_logs(LogOptions(), out)
    failed = record(status=502, code="upstream_timeout", attempts=(attempt(error="TimedOut", request_id="v1"),))
    LogLedger(out if direct else None).settle_all([failed])
    (line,) = lines(out)
    assert (line["event"], line["level"], line["request_id"], line["status"]) == ("call", "warning", "req_1", 502)
    assert line["attempts"] == [{"model": "sim/sim-chat", "seconds": 0.3, "error": "TimedOut", "vendor_request_id": "v1"}]
    assert (line["tokens"], line["cost"]) == ({"input": 100, "output": 20, "cache_read": 40, "reasoning": 5}, "0.03 USD")
    assert str(line["timestamp"]).endswith(("Z", "+00:00"))


def test_a_line_says_all_that_is_known_in_this_order():
    out = io.StringIO()
    tries = (attempt(status=500, credential_id="k"), attempt(2))
    LogLedger(out).settle_all([record(model="", code="c", cached=True, attempts=tries)])
    assert [*lines(out)[0].items()][3:] == [
        ("request_id", "req_1"),
        ("endpoint", "/v1/chat/completions"),
        ("status", 200),
        ("key_id", "k1"),
        ("workspace", "default"),
        ("asked", "fast"),
        ("stream", True),
        ("seconds", 0.302),
        ("overhead_seconds", 0.0),
        ("tokens", {"input": 100, "output": 20, "cache_read": 40, "reasoning": 5}),
        (
            "attempts",
            [
                {"model": "sim/sim-chat", "seconds": 0.3, "status": 500, "credential_id": "k"},
                {"model": "sim/sim-chat", "seconds": 0.3},
            ],
        ),
        ("code", "c"),
        ("provider", "sim"),
        ("first_token_seconds", 0.1),
        ("cost", "0.03 USD"),
        ("cached", True),
    ]


class Counting(io.StringIO):
    writes = 0

    def write(self, text: str) -> int:
        self.writes += 1
        return super().write(text)


def test_several_calls_are_written_together_and_each_with_its_time():
    out = Counting()
    LogLedger(out).settle_all([record(started_at=1.5e9 + at, seconds=0.25) for at in (0, 2)])
    assert [line["timestamp"] for line in lines(out)] == ["2017-07-14T02:40:00.250000+00:00", "2017-07-14T02:40:02.250000+00:00"]
    assert out.writes == 1


@pytest.mark.parametrize("direct", [True, False])
def test_one_that_has_no_text_takes_nothing_from_the_others(direct: bool):
    out = Counting()
    configure_logs(LogOptions(), out)
    told = [record(id=f"req_{name[0]}", asked_model=name) for name in ("one", "half a letter \ud800", "two")]
    LogLedger(out if direct else None).settle_all(told)
    assert [line["asked"] for line in lines(out) if line["event"] == "call"] == ["one", "two"]
    assert "the call req_h cannot be told" in out.getvalue()


@pytest.mark.parametrize("direct", [True, False])
def test_a_line_names_the_trace_of_its_call(direct: bool):
    out = io.StringIO()
    configure_logs(LogOptions(), out)
    LogLedger(out if direct else None).settle_all([record(trace=("t1", "s1")), record()])
    first, second = lines(out)
    assert (first["trace_id"], first["span_id"]) == ("t1", "s1")
    assert "trace_id" not in second


@given(st.floats(0, 2**32))
def test_a_time_is_written_as_python_writes_it(at: float):
    told = datetime.fromisoformat(LogLedger(io.StringIO())._timestamp(at))
    assert told == datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(at * 1e6))


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_stands_in_a_line_as_it_is_or_redacted(text: str):
    out = io.StringIO()
    tries = (attempt(provider=text, model=text, error=text, credential_id=text, request_id=text),)
    cost = msgspec.structs.replace(COST, currency=text)
    made = record(
        id=text, key_id=text, workspace=text, asked_model=text, provider=text, model=text, code=text, cost=cost, attempts=tries
    )
    LogLedger(out).settle_all([made])
    line: dict[str, Any] = json.loads(out.getvalue())
    said = redact(text)
    expected = {
        "request_id": said,
        "asked": said,
        "provider": text,
        "model": said or None,
        "code": text,
        "cost": f"0.03 {text}",
    }
    assert {name: line.get(name) for name in expected} == expected
    (told,) = line["attempts"]
    assert told["model"] == redact(f"{text}/{text}")
    assert told.get("vendor_request_id") == (said or None)


def test_what_a_client_wrote_into_names_is_redacted():
    out = io.StringIO()
    configure_logs(LogOptions(), out)
    made = record(
        id=f"sk-{CANARY}",
        asked_model=f"sk-{CANARY}",
        model=f"sk-{CANARY}",
        attempts=(attempt(model=f"sk-{CANARY}", request_id=f"Bearer {CANARY}"),),
    )
    LogLedger(out).settle_all([made])
    assert lines(out)
    assert CANARY not in out.getvalue()


def test_lines_of_libraries_are_written_alike_and_redacted():
    out = io.StringIO()
    configure_logs(LogOptions(), out)
    try:
        raise ValueError(f"https://user:{CANARY}@host.test")
    except ValueError:
        logging.getLogger("some.library").exception("failed with %s", f"Bearer {CANARY}", extra={"password": CANARY, "count": 3})
    said = {"api_key": CANARY, "held": Secret(CANARY), "nested": {"token": CANARY}, "url": f"http://h/?key={CANARY}"}
    logging.getLogger("ours").info("said", extra=said, stack_info=True)
    first, second = lines(out)
    assert CANARY not in out.getvalue()
    assert (first["logger"], first["level"], first["count"]) == ("some.library", "error", 3)
    assert "ValueError" in str(first["exception"])
    assert (second["event"], second["logger"]) == ("said", "ours")
    assert "test_logs.py" in str(second["stack"])


@pytest.mark.parametrize("level, said", [("info", 1), ("warning", 0)])
def test_a_level_is_obeyed(level: str, said: int):
    out = io.StringIO()
    configure_logs(LogOptions(level=level), out)  # type: ignore[arg-type]
    logging.getLogger("ours").info("said")
    assert len(lines(out)) == said


@pytest.mark.parametrize(
    "out, form, coloured", [(Terminal(), "auto", True), (io.StringIO(), "text", False), (Terminal(), "json", False)]
)
def test_colours_only_on_a_terminal(out: io.StringIO, form: str, coloured: bool):
    configure_logs(LogOptions(format=form), out)  # type: ignore[arg-type]
    logging.getLogger("ours").info("said", extra={"api_key": CANARY})
    assert ("\x1b[" in out.getvalue()) is coloured
    assert CANARY not in out.getvalue()
    assert "said" in out.getvalue()


def test_set_up_again_it_writes_once():
    out = io.StringIO()
    configure_logs(LogOptions(), io.StringIO())
    configure_logs(LogOptions(), out)
    logging.getLogger("x").warning("once")
    assert len(lines(out)) == 1
