"""Every recorded chat of every vendor, beside the family's own client reading the same bytes."""

import re
from typing import Any

import msgspec

from modelruntime.codecs.call_warnings import CallWarnings
from modelruntime.codecs.openai.chat import CODEC
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
from tests.codecs.openai.event_laws import plain
from tests.replay import oracle
from tests.replay.chat_replay import chats, complete, differences, events, pieces, result, see, terminal
from tests.replay.family_replay import body_of, broken_laws, leaves, request_of
from tests.replay.ledger import LEDGER
from tests.replay.played import Played
from tests.replay.request_parser import canonical
from tests.replay.verdicts import share

PLAYED = list(chats())
STREAMS = [item for item in PLAYED if item.row.streamed and item.row.status < 400]
_EVENT = re.compile(rb"\r?\n\r?\n")


def played() -> list[Played]:
    return PLAYED


def as_the_client(item: Played) -> str | None:
    return differences(oracle.see(item.row), see(item))


def test_whole_replies_say_what_the_familys_client_sees():
    whole = [item for item in PLAYED if not item.row.streamed and item.row.status < 400]
    assert share("chat", "replies", whole, as_the_client) >= 0.99


def test_streams_say_what_the_familys_client_sees():
    assert share("streamed chat", "replies", STREAMS, as_the_client) >= 0.99


def test_every_stream_keeps_the_laws():
    found = {
        row.id: broken_laws(codec, row, call, endpoint, lambda body: terminal(item, body))  # noqa: B023
        for item in STREAMS
        for row, codec, call, endpoint in (item,)
    }
    assert {row: laws for row, laws in found.items() if laws} == {}


def test_a_stream_cut_at_any_byte_gives_the_same_events():
    by_size = sorted(STREAMS, key=lambda item: -len(item.row.body))
    sample = {item.row.vendor: item for item in by_size if len(item.row.body) < 12_000}
    for item in sample.values():
        body = item.row.body
        whole = plain(events(item, [body]))
        assert all(plain(events(item, pieces(body, [at]))) == whole for at in range(len(body))), item.row.id
    print(f"cut at every byte: {', '.join(f'{item.row.vendor} {len(item.row.body)}' for item in sample.values())}")


def test_a_stream_cut_before_its_terminal_fact_is_incomplete_and_after_it_whole():
    cuts = 0
    for item in STREAMS:
        if isinstance(see(item), oracle.Failed):
            continue
        body, marker = item.row.body, b"[DONE]" if item.row.vendor == "snowflake" else b'"finish_reason":'
        at_last = terminal_offset(body, marker)
        for match in list(_EVENT.finditer(body))[:: 1 if len(body) < 40_000 else 7]:
            last = events(item, [body[: match.end()]])[-1]
            if match.end() < at_last:
                assert isinstance(last, e.ErrorEvent), item.row.id
                assert isinstance(last.error, StreamIncomplete), item.row.id
            else:
                assert isinstance(last, e.FinishEvent), item.row.id
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


def of_its_class(item: Played) -> str | None:
    found, wanted = see(item), oracle.Failed(ERRORS[item.row.vendor, item.row.status].__name__)
    return None if found == wanted else f"{found} for {wanted}"


def test_every_recorded_error_is_of_its_class():
    assert share("chat", "errors", [item for item in PLAYED if item.row.status >= 400], of_its_class) == 1.0


def test_every_recorded_success_knows_its_model_and_finish():
    for item in PLAYED:
        if not isinstance(see(item), oracle.Failed):
            found = result(item)
            assert found.model, item.row.id
            assert found.finish.unified != "other" or item.row.vendor == "snowflake", item.row.id


OUTPUT_ONLY = {"annotations", "executed_tools", "images", "index"}
BACK = Profile(return_reasoning="always")


def goes_back(item: Played) -> str | None:
    came = msgspec.json.decode(item.row.body)["choices"][0]["message"]
    kept = {key: value for key, value in came.items() if key not in OUTPUT_ONLY and value}
    if "audio" in kept:
        kept["audio"] = {"id": kept["audio"]["id"]}
    if isinstance(kept.get("content"), dict):
        kept["content"] = msgspec.json.encode(kept["content"]).decode()
    back = BACK if "function_call" not in kept else msgspec.structs.replace(BACK, function_calling="function_call")
    sent = render_messages((result(item).message,), back, CallWarnings(True))[0]
    ours, theirs = canonical(without_index(sent)), canonical(without_index(kept))
    return None if ours == theirs else first_difference(ours, theirs)


def test_every_recorded_answer_goes_back_as_it_came():
    """What a vendor attached (signatures, encrypted reasoning, ids) is in the next request, under the names it came with."""
    whole = [item for item in PLAYED if not item.row.streamed and item.row.status < 400]
    assert share("chat", "turns", whole, goes_back) >= 0.99


def without_index(message: dict[str, Any]) -> dict[str, Any]:
    calls = [{key: value for key, value in call.items() if key != "index"} for call in message.get("tool_calls") or []]
    return {**message, "tool_calls": calls}


def as_it_was_sent(item: Played) -> str | None:
    call = msgspec.structs.replace(item.call, stream=bool(item.row.request.get("stream")))
    LEDGER.weigh_extra(CODEC.name, leaves(call.extra), leaves(item.row.request))
    sent, ours = canonical(item.row.request), canonical(body_of(request_of(CODEC, call, item.endpoint)))
    return None if sent == ours else first_difference(ours, sent)


def test_recorded_requests_are_encoded_as_they_were_sent():
    assert share("chat", "requests", [item for item in PLAYED if complete(item.row)], as_it_was_sent) >= 0.99


def first_difference(ours: object, sent: object, path: str = "") -> str:
    """Where two JSON values first differ, and how."""
    if isinstance(ours, dict) and isinstance(sent, dict):
        keys = [key for key in sorted(ours.keys() | sent.keys()) if ours.get(key) != sent.get(key)]
        return first_difference(ours.get(keys[0]), sent.get(keys[0]), f"{path}.{keys[0]}")
    if isinstance(ours, list) and isinstance(sent, list) and len(ours) == len(sent):
        at = next(at for at in range(len(ours)) if ours[at] != sent[at])
        return first_difference(ours[at], sent[at], f"{path}[{at}]")
    return f"{path}: {ours!r:.120} for {sent!r:.120}"
