"""How many recordings show what: vendor → codec → feature → number. Counts alone leave this folder, no recorded content.

The committed counts are docs/reference/parts/evidence.json, from which the parity table is made; `python -m tests.replay
--write` renews them, and test_evidence.py compares them with what stands here wherever the recordings are at hand.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from modelruntime.entities.call import LLMCall
from modelruntime.entities.errors import InvokeError
from modelruntime.entities.llm_result import LLMResult
from modelruntime.entities.messages import parts_of
from modelruntime.entities.parts import AudioPart, DocumentPart, ImagePart, VideoPart
from tests.replay.family_replay import result_of
from tests.replay.played import Played, judges, played
from tests.replay.recordings import Recording
from tests.replay.verdicts import complaint, rows_of

FILE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "parts" / "evidence.json"
Evidence = dict[str, dict[str, dict[str, int]]]
PARTS = ((ImagePart, "vision"), (DocumentPart, "documents"), (AudioPart, "audio in"), (VideoPart, "video in"))
KINDS = {
    "llm": "chat",
    "text-embedding": "embed",
    "rerank": "rerank",
    "speech2text": "transcribe",
    "tts": "speak",
    "moderation": "moderate",
    "models": "listing",
}
"""What a recording is about → the least that it shows. Of chats that are judged and not played no more is counted."""
ASKED = {
    "query and document": ("input_type", "taskType", "task_type", "task"),
    "top_n": ("top_n", "top_k"),
}
"""Feature → keys of a request that ask for it."""


def counted() -> Evidence:
    """All counts, in the order of their names."""
    found: dict[str, dict[str, Counter[str]]] = {}
    for vendor, codec, features in (*_chats(), *_others()):
        found.setdefault(vendor, {}).setdefault(codec, Counter()).update(features)
    return {
        vendor: {codec: dict(sorted(counts.items())) for codec, counts in sorted(codecs.items())}
        for vendor, codecs in sorted(found.items())
    }


def _chats() -> Iterator[tuple[str, str, list[str]]]:
    for item in played():
        yield item.row.vendor, item.codec.name, list(shown(item))


def shown(item: Played) -> Iterator[str]:
    """What a recorded exchange shows, as our codec reads it."""
    try:
        result = result_of(item.codec, item.row, item.call, item.endpoint)
    except InvokeError:
        if item.row.status >= 300:
            yield "errors"
        return
    except AssertionError:  # an answer in the background
        return
    yield "chat"
    if item.row.streamed:
        yield "stream"
    yield from _asked(item.call)
    yield from _answered(result, streamed=item.row.streamed)


def _asked(call: LLMCall) -> Iterator[str]:
    kinds = {type(part) for message in call.messages for part in parts_of(message.content)}
    yield from (feature for part, feature in PARTS if part in kinds)
    if call.output is not None and call.output.kind != "text":
        yield "structured output"
    if call.parameters:
        yield "parameters"


def _answered(result: LLMResult, *, streamed: bool) -> Iterator[str]:
    if result.tool_calls:
        yield "tools"
    if result.usage.input.total is not None:
        yield "usage"
    if result.reasoning:
        yield "reasoning"
    if len(result.tool_calls) > 1:
        yield "parallel tools"
    if result.tool_calls and streamed:
        yield "streamed tools"


def _others() -> Iterator[tuple[str, str, list[str]]]:
    for judge in judges():
        for row in rows_of(judge.codec):
            if complaint(judge.judge, row) is None:
                yield row.vendor, judge.codec_of(row), list(_features(row))


def _features(row: Recording) -> Iterator[str]:
    if row.status >= 300:
        yield "errors"
        return
    yield KINDS[row.kind]
    if row.streamed:
        yield "stream"
    for feature, keys in ASKED.items():
        if any(_holds(row.request, key) for key in keys):
            yield feature


def _holds(value: object, key: str) -> bool:
    if isinstance(value, dict):
        return value.get(key) is not None or any(_holds(item, key) for item in value.values())
    return isinstance(value, list) and any(_holds(item, key) for item in value)


def as_text(evidence: Evidence) -> str:
    """The committed form: one line a vendor and codec."""
    lines = [
        f' "{vendor}": {{\n' + ",\n".join(f'  "{codec}": {json.dumps(counts)}' for codec, counts in codecs.items()) + "\n }"
        for vendor, codecs in evidence.items()
    ]
    return "{\n" + ",\n".join(lines) + "\n}\n"
