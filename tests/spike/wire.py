"""Small pieces that every draft needs: vendor metadata, media, deep merge, comparison."""

from __future__ import annotations

import base64
from typing import Any

import msgspec

from modelruntime.entities.cache_hint import CacheHint
from modelruntime.entities.parts import MediaSource

JSON = dict[str, Any]


def text_of_json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def metadata(codec: str, facts: JSON) -> JSON | None:
    """`facts` without nulls as a `provider_metadata`; None when nothing is left."""
    kept = {key: value for key, value in facts.items() if value is not None}
    return {codec: kept} if kept else None


def facts_of(codec: str, provider_metadata: JSON | None) -> JSON:
    return (provider_metadata or {}).get(codec) or {}


def rest(block: JSON, *known: str) -> JSON:
    """What a block holds beside the known keys."""
    return {key: value for key, value in block.items() if key not in known}


def cache_hint(block: JSON) -> CacheHint | None:
    control = block.get("cache_control")
    return CacheHint(control.get("ttl")) if control else None


def base64_of(source: MediaSource) -> str:
    """Attachments are resolved before a codec sees them: bytes, or a data URL."""
    if isinstance(source, bytes):
        return base64.b64encode(source).decode()
    if isinstance(source, str) and source.startswith("data:"):
        return source.partition(",")[2]
    raise TypeError(f"{type(source).__name__} was not resolved")


def bytes_of(text: str) -> bytes:
    """Standard or URL-safe base64, padded or not."""
    plain = text.translate(str.maketrans("-_", "+/"))
    return base64.b64decode(plain + "=" * (-len(plain) % 4))


def data_url(source: MediaSource, media_type: str | None) -> str:
    return source if isinstance(source, str) else f"data:{media_type};base64,{base64_of(source)}"


def merge(body: JSON, extra: JSON) -> JSON:
    """`extra` over `body`, objects key by key: it may add `text.verbosity` to a rendered `text.format`."""
    for key, value in extra.items():
        old = body.get(key)
        body[key] = merge(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return body


def without_nulls(value: Any) -> Any:
    """The value without null members and empty lists in objects, which is what vendors call a default."""
    if isinstance(value, dict):
        return {k: without_nulls(v) for k, v in value.items() if v is not None and v != []}
    return [without_nulls(v) for v in value] if isinstance(value, list) else value


def difference(a: Any, b: Any, path: str = "") -> str | None:
    """Where two JSON values differ first; None when they are equal. Integers and floats of one value are equal."""
    if isinstance(a, dict) and isinstance(b, dict):
        for key in sorted(a.keys() | b.keys()):
            if key not in a or key not in b:
                return f"{path}.{key} only in {'recorded' if key in a else 'rendered'}"
            if found := difference(a[key], b[key], f"{path}.{key}"):
                return found
        return None
    if isinstance(a, list) and isinstance(b, list):
        if len(a) != len(b):
            return f"{path}: {len(a)} items recorded, {len(b)} rendered"
        return next((d for i, (x, y) in enumerate(zip(a, b, strict=True)) if (d := difference(x, y, f"{path}[{i}]"))), None)
    return None if a == b else f"{path}: {str(a)[:60]!r} recorded, {str(b)[:60]!r} rendered"
