"""Grounding → citations. On the wire offsets count UTF-8 bytes; here they count characters."""

from __future__ import annotations

from modelruntime.codecs.json_value import as_array, as_object
from modelruntime.codecs.vendor_metadata import JSON
from modelruntime.entities.parts import SourcePart


def parse_sources(candidate: JSON, texts: list[str]) -> list[SourcePart]:
    """A source for each (support, chunk), and once each chunk that supports nothing. Offsets are kept when there is one text part:
    only then it is plain what they count from."""
    grounding = as_object(candidate.get("groundingMetadata"))
    chunks = [as_object(chunk) for chunk in as_array(grounding.get("groundingChunks"))]
    found: list[SourcePart] = []
    cited: set[int] = set()
    for support in map(as_object, as_array(grounding.get("groundingSupports"))):
        start, end = _span(as_object(support.get("segment")), texts)
        for at in as_array(support.get("groundingChunkIndices")):
            if isinstance(at, int) and 0 <= at < len(chunks):
                cited.add(at)
                found.append(_source(chunks[at], start, end))
    return found + [_source(chunk) for at, chunk in enumerate(chunks) if at not in cited]


def _span(segment: JSON, texts: list[str]) -> tuple[int | None, int | None]:
    if len(texts) != 1:
        return None, None
    encoded = texts[0].encode()
    return _characters(encoded, segment.get("startIndex", 0)), _characters(encoded, segment.get("endIndex", 0))


def _characters(encoded: bytes, offset: int) -> int:
    return len(encoded[:offset].decode(errors="ignore"))


def _source(chunk: JSON, start: int | None = None, end: int | None = None) -> SourcePart:
    body = as_object(next(iter(chunk.values()), None))
    return SourcePart(body.get("uri"), body.get("title"), body.get("text"), start, end)
