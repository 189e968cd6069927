"""Takes the sample of recordings and puts each through the drafts. What does not fit is listed with its reason."""

from __future__ import annotations

import gzip
import random
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from modelruntime.codecs.operation import Done, Endpoint, Send
from modelruntime.entities.call import LLMCall
from modelruntime.entities.errors import InvokeError
from modelruntime.entities.events import ErrorEvent, FinishEvent, StreamEvent
from modelruntime.entities.http import HttpResponse, ResponseHead
from modelruntime.entities.llm_result import LLMResult
from modelruntime.entities.messages import UserMessage, parts_of
from modelruntime.entities.parts import OpaquePart
from modelruntime.entities.tools import HostedTool
from tests.spike import anthropic_messages, bedrock, create_and_poll, gemini, responses, responses_stream, same, sdks
from tests.spike.framing import SSE, AwsFrames
from tests.spike.streaming import Machine, StreamDecoder, broken_law, gather, shown
from tests.spike.wire import JSON, bytes_of

SEED, SIZE = 20261122, 100


class Report(msgspec.Struct):
    """`n` recordings; how many replies decoded, requests and assistant turns came out again as they went in, how many
    agree with the vendor's SDK, and how many answers other families can be told; what did not, and what the requests left to
    `extra`, metadata and opaque parts."""

    family: str
    n: int = 0
    decoded: int = 0
    requests: int = 0
    turns: int = 0
    sdk: int = 0
    streams: int = 0
    elsewhere: int = 0
    left: Counter[str] = msgspec.field(default_factory=Counter)
    misfits: list[str] = []

    def line(self) -> str:
        counts = {
            "n": self.n,
            "decoded": self.decoded,
            "requests again": self.requests,
            "turns again": self.turns,
            "as the SDK": self.sdk,
            "in other families": self.elsewhere,
            "streams lawful": self.streams,
            "misfits": len(self.misfits),
        }
        return f"{self.family:18}" + "".join(f"  {name} {count:3}" for name, count in counts.items())


class Family(msgspec.Struct, frozen=True):
    """How the sample reads one family. `again` renders a recorded request anew, `turn` a result's message as the next turn's
    input; both beside what they must equal."""

    name: str
    again: Callable[[JSON], tuple[Any, Any]]
    call: Callable[[JSON], LLMCall]
    parse: Callable[[JSON], LLMResult]
    turn: Callable[[LLMResult, JSON], tuple[Any, Any]]
    machine: Callable[[JSON], Machine]
    framing: Callable[[], Any]
    terminal: Callable[[bytes], int]
    """Where the terminal fact begins in the bytes of a stream."""
    sdk: Callable[[JSON, LLMResult], str | None]


def rows(folder: Path, *vendors: str) -> Iterator[JSON]:
    for vendor in vendors:
        with gzip.open(folder / f"{vendor}.jsonl.gz") as lines:
            yield from (msgspec.json.decode(line, type=dict) for line in lines)


def chosen(all_rows: Iterator[JSON], *paths: str, size: int = SIZE) -> list[JSON]:
    """A fixed random choice among the answered rows whose path ends so."""
    found = [r for r in all_rows if r["path"].endswith(paths) and r["method"] == "POST" and r["response"]["status"] < 400]
    return random.Random(SEED).sample(found, min(size, len(found)))


def body_of(row: JSON) -> bytes:
    response = row["response"]
    if "base64" in response:
        return bytes_of(response["base64"])
    return response["text"].encode() if "text" in response else msgspec.json.encode(response["json"])


def check(family: Family, sample: list[JSON]) -> Report:
    report = Report(family.name)
    for row in sample:
        report.n += 1
        _try(report, row, "request", _same, family.again, row)
        report.left.update(left_to_the_vendor(family.call(row)))
        result: LLMResult | None = None
        if row["streamed"]:
            data = body_of(row)
            if _try(report, row, "stream", _stream, family, row, data):
                result = gather(_decode(family, row, [data]))
        elif family.name == "responses" and row["response"]["json"].get("status") in responses.PENDING:
            _try(report, row, "pending", _pending, row)
        elif _try(report, row, "reply", _parses, family, row):
            result = family.parse(row["response"]["json"])
        if result:
            _try(report, row, "elsewhere", _elsewhere, result)
            _try(report, row, "turn", _same, family.turn, result, row)
            _try(report, row, "sdk", family.sdk, row, result)
    return report


_COUNTS = {
    "request": "requests",
    "stream": "streams",
    "reply": "decoded",
    "turn": "turns",
    "sdk": "sdk",
    "pending": "decoded",
    "elsewhere": "elsewhere",
}


def _try(report: Report, row: JSON, what: str, step: Callable[..., str | None], *arguments: Any) -> bool:
    try:
        reason = step(*arguments)
    except Exception as error:  # noqa: BLE001  whatever a draft trips over is a finding
        reason = f"{type(error).__name__}: {str(error)[:120]}"
    if reason:
        report.misfits.append(f"{row['id']} {what}: {reason}")
        return False
    setattr(report, _COUNTS[what], getattr(report, _COUNTS[what]) + 1)
    if what == "stream":
        report.decoded += 1
    return True


def _same(pair: Callable[..., tuple[Any, Any]], *arguments: Any) -> str | None:
    return same.compare(*pair(*arguments))


def _parses(family: Family, row: JSON) -> None:
    family.parse(row["response"]["json"])


def _decode(family: Family, row: JSON, pieces: list[bytes]) -> list[StreamEvent]:
    decoder = StreamDecoder(family.framing(), family.machine(row))
    return [event for piece in pieces for event in decoder.feed(piece)] + list(decoder.close())


def _stream(family: Family, row: JSON, data: bytes) -> str | None:
    """The laws of streams on one recording; the reason of the first that breaks."""
    whole = _decode(family, row, [data])
    if broken := broken_law(whole):
        return broken
    if isinstance(final := whole[-1], ErrorEvent):
        return f"{type(final.error).__name__}: {final.error}"
    if not isinstance(final, FinishEvent):
        return "no finish"
    if shown(_decode(family, row, [data[i : i + 1] for i in range(len(data))])) != shown(whole):
        return "byte by byte gives other events"
    dice = random.Random(len(data))
    for _ in range(10):
        at = dice.randrange(len(data) + 1)
        if shown(_decode(family, row, [data[:at], data[at:]])) != shown(whole):
            return f"split at {at} gives other events"
    end = family.terminal(data)
    for at in {0, end, *(dice.randrange(end + 1) for _ in range(10))}:
        cut = _decode(family, row, [data[:at]])
        if broken := broken_law(cut):
            return f"cut at {at}: {broken}"
        if not isinstance(error := cut[-1], ErrorEvent) or type(error.error).__name__ != "StreamIncomplete":
            return f"cut at {at} is no StreamIncomplete"
    return None


def _elsewhere(result: LLMResult) -> str | None:
    """The answer as history for each family: its texts and tool calls arrive, and nothing that only its own vendor reads."""
    wanted = [result.text, [[call.name, call.json()] for call in result.tool_calls]]
    history = LLMCall("m", (UserMessage("Hi"), result.message))
    blocks = anthropic_messages.render_request(history, anthropic_messages.Dialect())["messages"][1:]
    items = responses.render_request(history)["input"][1:]
    turns = gemini.render_request(history, gemini.Dialect())["contents"][1:]
    told = [
        [_texts(blocks, "text"), [[b["name"], b["input"]] for t in blocks for b in t["content"] if b["type"] == "tool_use"]],
        [
            _texts(items, "text", "refusal"),
            [[i["name"], msgspec.json.decode(i["arguments"] or "{}")] for i in items if i["type"] == "function_call"],
        ],
        [_texts(turns, "text"), [[c["name"], c["args"]] for t in turns for p in t["parts"] if (c := p.get("functionCall"))]],
    ]
    return next((reason for family in told if (reason := same.compare(wanted, family))), None)


def _texts(turns: list[JSON], *keys: str) -> str:
    """The texts of the answer, not of its thoughts."""
    parts = [
        p for t in turns for p in t.get("content") or t.get("parts") or () if t.get("type") != "reasoning" and not p.get("thought")
    ]
    return "".join(p[key] for p in parts for key in keys if p.get("type") != "thinking" and key in p)


def left_to_the_vendor(call: LLMCall) -> Iterator[str]:
    """What of a recorded request no typed field holds."""
    yield from (f"extra.{key}" for key in call.extra)
    for message in call.messages:
        for part in (message, *parts_of(message.content)):
            for facts in (part.provider_metadata or {}).values():
                yield from (f"{type(part).__name__}.{key}" for key in facts)
            if isinstance(part, OpaquePart):
                yield f"opaque.{part.kind}"
    for tool in call.tools:
        if isinstance(tool, HostedTool):
            yield f"hosted.{tool.kind}"
        else:
            yield from (f"Tool.{key}" for facts in (tool.provider_metadata or {}).values() for key in facts)


def _pending(row: JSON) -> None:
    """A background response asks to wait, then to look under its own id."""
    operation = create_and_poll.background(row["request"]["json"], Endpoint("https://host", row["request"]["json"]["model"]))
    operation.start()
    operation.receive(HttpResponse(ResponseHead(200), body_of(row)))
    step = operation.resume()
    assert isinstance(step, Send)
    assert step.request.url.endswith(row["response"]["json"]["id"])


def _anthropic(row: JSON) -> tuple[Any, Any]:
    body = row["request"]["json"]
    return same.anthropic(body), same.anthropic(anthropic_messages.render_request(*anthropic_messages.parse_request(body)))


def _anthropic_turn(result: LLMResult, row: JSON) -> tuple[Any, Any]:
    rendered = anthropic_messages.render_request(LLMCall("m", (result.message,)), anthropic_messages.Dialect())
    reply = sdks.anthropic_message(row)
    wanted = {"model": "m", "messages": [{"role": "assistant", "content": reply["content"]}]}
    container = (reply.get("container") or {}).get("id")
    return wanted | ({"container": container} if container else {}), rendered


def _responses(row: JSON) -> tuple[Any, Any]:
    body = row["request"]["json"]
    return same.responses(body), same.responses(responses.render_request(responses.parse_request(body)))


def _responses_turn(result: LLMResult, row: JSON) -> tuple[Any, Any]:
    return same.items(sdks.response_body(row)["output"]), same.items(responses.render_items(result.message))


def _gemini(row: JSON) -> tuple[Any, Any]:
    body = row["request"]["json"]
    return same.gemini(body), same.gemini(gemini.render_request(*gemini.parse_request(body, "m", row["streamed"])))


def _gemini_turn(result: LLMResult, row: JSON) -> tuple[Any, Any]:
    rendered = gemini.render_request(LLMCall("m", (result.message,)), gemini.Dialect())["contents"]
    parts = sdks.gemini_parts(row)
    return [{"role": "model", "parts": parts}], same.gemini({"contents": rendered})["contents"]


FAMILIES = {
    "responses": Family(
        "responses",
        _responses,
        lambda row: responses.parse_request(row["request"]["json"]),
        responses.parse_reply,
        _responses_turn,
        lambda row: responses_stream.Machine(),
        SSE,
        lambda data: max(data.rfind(b"event: response." + w) for w in (b"completed", b"incomplete", b"failed")),
        sdks.response,
    ),
    "anthropic": Family(
        "anthropic",
        _anthropic,
        lambda row: anthropic_messages.parse_request(row["request"]["json"])[0],
        anthropic_messages.parse_reply,
        _anthropic_turn,
        lambda row: anthropic_messages.Machine(),
        SSE,
        lambda data: data.rfind(b"event: message_stop"),
        sdks.anthropic,
    ),
    "gemini": Family(
        "gemini",
        _gemini,
        lambda row: gemini.parse_request(row["request"]["json"], "m", row["streamed"])[0],
        gemini.parse_reply,
        _gemini_turn,
        lambda row: gemini.Machine(),
        SSE,
        lambda data: data.rfind(b'"finishReason"'),
        sdks.gemini,
    ),
}


def event_streams(sample: list[JSON]) -> Report:
    """Every recorded AWS event stream: frames, laws, and the turn where the model's own family takes it back."""
    report = Report("aws event streams")
    for row in sample:
        report.n += 1
        converse = isinstance(bedrock.machine(row["path"]), bedrock.Converse)
        if "claude" in row["path"] and not converse:  # the body of Messages; the model stands in the path
            body = {**row["request"]["json"], "model": "m"}
            _try(report, row, "request", _same, _anthropic, {"request": {"json": body}})
        family = msgspec.structs.replace(
            FAMILIES["anthropic"], machine=lambda r: bedrock.machine(r["path"]), framing=AwsFrames, terminal=_last_frame
        )
        data = body_of(row)
        if not _try(report, row, "stream", _stream, family, row, data):
            continue
        result = gather(_decode(family, row, [data]))
        _try(report, row, "turn", sdks.bedrock_turn, row, result, converse)
        _try(report, row, "sdk", sdks.frames, data)
    return report


def _last_frame(data: bytes) -> int:
    """Where the frame of the terminal fact begins; 0 when no word for it is spoken (a guardrail's answer)."""
    frames, at, found = AwsFrames(), 0, 0
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        told = "".join(f"{name} {payload}" for name, payload in frames.feed(data[at : at + size]))
        found = at if any(word in told for word in ("messageStop", "message_stop", "completionReason")) else found
        at += size
    return found


def predictions(sample: list[JSON]) -> Report:
    """Replicate: the request rendered again, then the recorded replies in turn until one is no longer pending."""
    report = Report("replicate")
    created = next(row for row in sample if row["method"] == "POST")
    polled = [row for row in sample if "/predictions/" in row["path"]]
    call = create_and_poll.parse_prediction_request(created["request"]["json"])
    operation = create_and_poll.prediction(call, Endpoint("https://host", call.model))
    step = operation.start()
    for row in [created, *polled]:
        report.n += 1
        assert isinstance(step, Send)
        recorded = f"{row['method']} https://host{row['path']}"
        sent = f"{step.request.method} {step.request.url}"
        body = msgspec.json.decode(step.request.body) if step.request.body else None
        _try(report, row, "request", same.compare, [recorded, row["request"].get("json")], [sent, body])
        try:
            step = operation.receive(HttpResponse(ResponseHead(row["response"]["status"]), body_of(row)))
        except InvokeError as error:
            report.misfits.append(f"{row['id']} reply: {error}")
            break
        report.decoded += 1
        if isinstance(step, Done):
            break
        step = operation.resume()
    report.misfits += [] if isinstance(step, Done) else ["the operation never ended"]
    return report


def run(shared: Path, size: int = SIZE) -> list[Report]:
    """The sample: `size` each of the three families, and all of what is rare."""
    folder = shared / "recordings"
    reports = [
        check(FAMILIES["responses"], chosen(rows(folder, "openai", "azure", "xai"), "/v1/responses", size=size)),
        check(FAMILIES["anthropic"], chosen(rows(folder, "anthropic"), "/v1/messages", size=size)),
        check(
            FAMILIES["gemini"], chosen(rows(folder, "gemini", "vertex"), ":generateContent", ":streamGenerateContent", size=size)
        ),
    ]
    streams = [r for r in rows(folder, "bedrock") if "base64" in r["response"]]
    created = [r for r in rows(folder, "replicate") if "/predictions" in r["path"]]
    return [*reports, event_streams(streams), predictions(created)]
