"""The verdict in a model's answer."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import Any

import msgspec

from modelruntime.codecs.json_value import as_object, is_array
from modelruntime.entities.llm_result import LLMResult, TokenLogprob
from modelruntime.schema.judge import Judge

_TAGS = re.compile(r"<[^<>]*>")
_FIRST_WORD = re.compile(r"[\w-]+")
_BETWEEN = re.compile(r"[,;\n]+")
_NONE = frozenset(("", "none", "n/a", "null"))


class VerdictMissing(ValueError):
    """An answer in which no verdict is found."""


class Verdict(msgspec.Struct, frozen=True):
    """What the model found. `more` is what else its object holds."""

    flagged: bool
    categories: tuple[str, ...] = ()
    score: float | None = None
    more: dict[str, Any] = {}


def read_verdict(result: LLMResult, judge: Judge) -> Verdict:
    """Raises `VerdictMissing`."""
    match judge.reads:
        case "words":
            return _in_words(result, judge)
        case "named":
            return _named(result.text, judge)
        case "number":
            return _number(result.text, judge)


def _in_words(result: LLMResult, judge: Judge) -> Verdict:
    text = _TAGS.sub(" ", result.text)
    first = _FIRST_WORD.search(text)
    if first is None:
        raise VerdictMissing("an empty answer")
    flagged = _flagged(first[0], judge)
    # what follows is a list where the model has categories, else it is prose
    rest = _BETWEEN.split(text[first.end() :]) if flagged and judge.categories else []
    return Verdict(flagged, _names(rest, judge), _share(result.logprobs or (), judge))


def _named(text: str, judge: Judge) -> Verdict:
    found = _object(text) or _lines(text)
    if judge.verdict.lower() not in found:
        raise VerdictMissing(f"no {judge.verdict!r}")
    verdict, listed = found.pop(judge.verdict.lower()), found.pop(judge.listed.lower(), None)
    flagged = _flagged(str(verdict), judge)
    names = [str(name) for name in listed] if is_array(listed) else _BETWEEN.split(str(listed or ""))
    return Verdict(flagged, _names(names, judge) if flagged else (), more=found)


def _number(text: str, judge: Judge) -> Verdict:
    try:
        score = float(text.strip())
    except ValueError as cause:
        raise VerdictMissing("no number") from cause
    if not 0 <= score <= 1:
        raise VerdictMissing("no probability")
    return Verdict(score >= judge.threshold, score=score)


def _flagged(word: str, judge: Judge) -> bool:
    word = word.strip().strip("\"'.").lower()
    if word not in (*judge.unsafe, *judge.safe):
        raise VerdictMissing(f"{word!r} is no verdict")
    return word in judge.unsafe


def _names(words: Iterable[str], judge: Judge) -> tuple[str, ...]:
    """Categories by their names, each once; a word that the table lacks stays as it is."""
    plain = (word.strip().strip("\"'.[]") for word in words)
    return tuple(dict.fromkeys(judge.categories.get(word, word) for word in plain if word.lower() not in _NONE))


def _object(text: str) -> dict[str, Any]:
    """The JSON object in a text, its keys in lower case; empty for none. Models put it between fences and sentences."""
    begin, end = text.find("{"), text.rfind("}")
    if begin < 0 or end < begin:
        return {}
    try:
        found = as_object(msgspec.json.decode(text[begin : end + 1]))
    except (msgspec.DecodeError, RecursionError):
        return {}
    return {name.lower(): value for name, value in found.items()}


def _lines(text: str) -> dict[str, Any]:
    pairs = (line.partition(":") for line in text.splitlines() if ":" in line)
    return {name.strip().strip("\"'*").lower(): value.strip() for name, _, value in pairs}


def _share(logprobs: tuple[TokenLogprob, ...], judge: Judge) -> float | None:
    """The share of the unsafe words in the probability of all verdicts, at the first token that says something."""
    first = next((token for token in logprobs if token.token.strip()), None)
    if first is None:
        return None
    odds = dict(((first.token, first.logprob), *first.top))
    unsafe = _probability(odds, judge.unsafe, judge.safe)
    safe = _probability(odds, judge.safe, judge.unsafe)
    return unsafe / (unsafe + safe) if unsafe + safe > 0 else None


def _probability(odds: dict[str, float], words: tuple[str, ...], others: tuple[str, ...]) -> float:
    """Of all tokens with which one of the words begins, and none of the others."""
    starts = {token: token.strip().lower() for token in odds}
    mine = (
        token
        for token, start in starts.items()
        if start and any(word.startswith(start) for word in words) and not any(word.startswith(start) for word in others)
    )
    return sum(math.exp(odds[token]) for token in mine)
