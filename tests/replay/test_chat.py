"""Every recorded chat of every vendor, beside the family's own client reading the same bytes."""

import re
from typing import Any

import msgspec

from modelruntime.codecs.call_warnings import CallWarnings
from modelruntime.codecs.openai.render_messages import render_messages
from modelruntime.entities import events as e
from modelruntime.entities.errors import (
    BadRequest,
    ContextLengthExceeded,
    ModelNotFound,
    RateLimited,
    StreamIncomplete,
    Unauthorized,
)
from modelruntime.schema.profile import Profile
from tests.codecs.openai.event_laws import check_laws, plain
from tests.replay import oracle
from tests.replay.chat_replay import CHAT_PATHS, events, is_chat, pieces, result, see
from tests.replay.recordings import Recording, recordings, report
from tests.replay.request_parser import canonical
from tests.replay.test_requests import first_difference

RECORDINGS = [row for row in recordings(*CHAT_PATHS) if is_chat(row)]
STREAMS = [row for row in RECORDINGS if row.streamed and row.status < 400]
_EVENT = re.compile(rb"\r?\n\r?\n")


def differences(row: Recording, expected: oracle.Seen, seen: oracle.Seen) -> list[str]:
    names = ("text", "reasoning", "tool_calls", "finish", "usage")
    return [
        f"{name}: {getattr(seen, name)!r:.80} for {getattr(expected, name)!r:.80}"
        for name in names
        if getattr(seen, name) != getattr(expected, name)
    ]


def compare(rows: list[Recording], name: str, *, completions: bool = False) -> float:
    good, failures = 0, []
    for row in rows:
        expected, seen = oracle.see(row, completions=completions), see(row)
        if isinstance(expected, oracle.Failed) or isinstance(seen, oracle.Failed):
            if type(expected) is type(seen):
                good += 1
            else:
                failures.append(f"{row.id}: {seen} for {expected}")
        elif wrong := differences(row, expected, seen):
            failures.append(f"{row.id}: {'; '.join(wrong)}")
        else:
            good += 1
    return report(name, good, failures)


def test_whole_replies_say_what_the_familys_client_sees():
    assert compare([row for row in RECORDINGS if not row.streamed], "chat replies") >= 0.99


def test_streams_say_what_the_familys_client_sees():
    assert compare(STREAMS, "chat streams") >= 0.99


def test_a_stream_fed_byte_by_byte_gives_the_same_events():
    for row in STREAMS:
        assert plain(events(row, [row.body[at : at + 1] for at in range(len(row.body))])) == plain(events(row, [row.body])), row.id


def test_a_stream_cut_at_any_byte_gives_the_same_events():
    sample = {row.vendor: row for row in sorted(STREAMS, key=lambda row: -len(row.body)) if len(row.body) < 12_000}
    for row in sample.values():
        whole = plain(events(row, [row.body]))
        assert all(plain(events(row, pieces(row.body, [at]))) == whole for at in range(len(row.body))), row.id
    print(f"cut at every byte: {', '.join(f'{row.vendor} {len(row.body)}' for row in sample.values())}")


def test_every_stream_keeps_the_laws_of_events():
    for row in STREAMS:
        check_laws(events(row, [row.body]))


def test_a_stream_cut_before_its_terminal_fact_is_incomplete_and_after_it_whole():
    cuts = 0
    for row in STREAMS:
        if isinstance(see(row), oracle.Failed):
            continue
        marker = b"[DONE]" if row.vendor == "snowflake" else b'"finish_reason":'
        terminal = terminal_offset(row.body, marker)
        for match in list(_EVENT.finditer(row.body))[:: 1 if len(row.body) < 40_000 else 7]:
            last = events(row, [row.body[: match.end()]])[-1]
            if match.end() < terminal:
                assert isinstance(last, e.ErrorEvent), row.id
                assert isinstance(last.error, StreamIncomplete), row.id
            else:
                assert isinstance(last, e.FinishEvent), row.id
            cuts += 1
    print(f"cut after {cuts} events")


def terminal_offset(body: bytes, marker: bytes) -> int:
    """Where the event that holds the terminal fact ends."""
    if marker == b"[DONE]":
        return body.index(marker)
    match = re.search(rb'"finish_reason":\s*"[a-z_]+"', body)
    assert match is not None
    end = _EVENT.search(body, match.end())
    return end.end() if end else len(body)


ERRORS = {
    ("deepseek", 401): Unauthorized,
    ("deepseek", 400): ContextLengthExceeded,
    ("groq", 400): BadRequest,
    ("openai", 400): BadRequest,
    ("openai", 401): Unauthorized,
    ("openai", 404): ModelNotFound,
    ("openrouter", 401): Unauthorized,
    ("openrouter", 429): RateLimited,
    ("perplexity", 400): ContextLengthExceeded,
    ("perplexity", 401): Unauthorized,
}


def test_every_recorded_error_is_of_its_class():
    for row in RECORDINGS:
        if row.status >= 400:
            found = see(row)
            assert found == oracle.Failed(ERRORS[row.vendor, row.status].__name__), row.id


def test_every_recorded_success_knows_its_model_and_finish():
    for row in RECORDINGS:
        if not isinstance(see(row), oracle.Failed):
            found = result(row)
            assert found.model, row.id
            assert found.finish.unified != "other" or row.vendor == "snowflake", row.id


OUTPUT_ONLY = {"annotations", "executed_tools", "images", "index"}
BACK = Profile(return_reasoning="always")


def test_every_recorded_answer_goes_back_as_it_came():
    """What a vendor attached (signatures, encrypted reasoning, ids) is in the next request, under the names it came with."""
    good, failures = 0, []
    for row in RECORDINGS:
        if row.streamed or row.status >= 400:
            continue
        came = msgspec.json.decode(row.body)["choices"][0]["message"]
        kept = {key: value for key, value in came.items() if key not in OUTPUT_ONLY and value}
        if "audio" in kept:
            kept["audio"] = {"id": kept["audio"]["id"]}
        if isinstance(kept.get("content"), dict):
            kept["content"] = msgspec.json.encode(kept["content"]).decode()
        back = BACK if "function_call" not in kept else msgspec.structs.replace(BACK, function_calling="function_call")
        sent = render_messages((result(row).message,), back, CallWarnings(True))[0]
        ours, theirs = canonical(without_index(sent)), canonical(without_index(kept))
        if ours == theirs:
            good += 1
        else:
            failures.append(f"{row.id}: {first_difference(ours, theirs)}")
    assert report("answers sent back", good, failures) >= 0.99


def without_index(message: dict[str, Any]) -> dict[str, Any]:
    calls = [{key: value for key, value in call.items() if key != "index"} for call in message.get("tool_calls") or []]
    return {**message, "tool_calls": calls}
