"""One YAML document as plain values that remember their lines.

The loader is safe and a little stricter than YAML 1.1 asks for:
  1. A key that stands twice in a mapping is a warning; the last value counts (what PyYAML does in silence).
  2. Keys are always text: `on:` and `1:` mean the words. So are timestamps: `2025-01-31` stays as it is written.
  3. Tags that would build objects, documents nested deeper than `MAX_DEPTH`, and documents that grow past `MAX_NODES`
     by aliases are errors (libyaml itself overflows the C stack on deep nesting when it composes nodes; events do not).
  4. Integers beyond 64 bits become floats and `.nan` / `.inf` become null, with a warning.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from modelruntime.schema.problem import ProblemLog

MAX_DEPTH = 64
MAX_NODES = 2_000_000

_TAG = "tag:yaml.org,2002:"


class YamlMap(dict[str, Any]):
    """A mapping; `lines` holds the line of each key, `line` its own."""

    __slots__ = ("line", "lines")

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}


class YamlList(list[Any]):
    """A sequence; `lines` holds the line of each item, `line` its own."""

    __slots__ = ("line", "lines")

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: list[int] = []


class _Refused(Exception):
    """The document cannot be used: line, code, message."""


def parse_yaml(text: str | bytes, file: str, log: ProblemLog) -> Any:
    """The document's value: None for an empty document, or for one that cannot be used, which is then an error in `log`."""
    import yaml

    content = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    try:
        loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(content)
        try:
            return _Builder(loader, file, log).document()
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as broken:
        mark = broken.problem_mark or broken.context_mark
        reason = " ".join(part for part in (broken.problem, broken.context) if part)
        log.error(file, mark.line + 1 if mark else 0, "yaml-broken", f"this is not YAML: {reason or 'unreadable'}")
    except yaml.reader.ReaderError as unreadable:
        line = content.count(b"\n", 0, unreadable.position) + 1
        log.error(file, line, "yaml-broken", f"a character that YAML does not allow: {unreadable.reason}")
    except _Refused as refused:
        log.error(file, *refused.args)
    return None


def plain(value: Any) -> Any:
    """The same value as ordinary dicts and lists."""
    if isinstance(value, YamlMap):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, YamlList):
        return [plain(item) for item in value]
    return value


class _Builder:
    """Builds values from parser events."""

    def __init__(self, loader: Any, file: str, log: ProblemLog) -> None:
        import yaml

        self._yaml = yaml
        self._loader = loader
        self._file = file
        self._log = log
        self._anchors: dict[str, tuple[Any, int]] = {}
        self._open: set[str] = set()
        self._nodes = 0

    def document(self) -> Any:
        yaml, loader = self._yaml, self._loader
        loader.get_event()
        if loader.check_event(yaml.StreamEndEvent):
            return None
        loader.get_event()
        value = self._value(loader.get_event(), 0)
        loader.get_event()
        if not loader.check_event(yaml.StreamEndEvent):
            line = loader.get_event().start_mark.line + 1
            raise _Refused(line, "several-documents", "the file holds more than one document; keep one")
        return value

    def _value(self, event: Any, depth: int) -> Any:
        self._nodes += 1
        line = event.start_mark.line + 1
        if depth > MAX_DEPTH:
            raise _Refused(line, "too-deep", f"nested deeper than {MAX_DEPTH} levels")
        if isinstance(event, self._yaml.AliasEvent):
            return self._alias(event, line)
        if event.anchor:
            self._open.add(event.anchor)
        before = self._nodes
        if isinstance(event, self._yaml.ScalarEvent):
            value = self._scalar(event, line)
        elif event.tag and event.tag not in (f"{_TAG}map", f"{_TAG}seq"):
            raise _Refused(line, "yaml-tag", f"the tag {event.tag!r} is not allowed; declarations are plain data")
        elif isinstance(event, self._yaml.MappingStartEvent):
            value = self._mapping(line, depth)
        else:
            value = self._sequence(line, depth)
        if event.anchor:
            self._open.discard(event.anchor)
            self._anchors[event.anchor] = (value, self._nodes - before + 1)
        return value

    def _alias(self, event: Any, line: int) -> Any:
        if event.anchor in self._open or event.anchor not in self._anchors:
            raise _Refused(line, "yaml-alias", f"the alias *{event.anchor} points to nothing before it")
        value, size = self._anchors[event.anchor]
        self._nodes += size
        if self._nodes > MAX_NODES:
            raise _Refused(line, "too-large", f"aliases make this document larger than {MAX_NODES} values")
        return value

    def _mapping(self, line: int, depth: int) -> YamlMap:
        result = YamlMap(line)
        merged: list[YamlMap] = []
        while not isinstance(event := self._loader.get_event(), self._yaml.MappingEndEvent):
            at = event.start_mark.line + 1
            if not isinstance(event, self._yaml.ScalarEvent):
                raise _Refused(at, "yaml-key", "a key must be text")
            if event.value == "<<" and event.implicit[0]:
                merged += self._merge_sources(self._value(self._loader.get_event(), depth + 1), at)
                continue
            key = event.value
            if event.anchor:
                self._anchors[event.anchor] = (key, 1)
            value = self._value(self._loader.get_event(), depth + 1)
            if key in result:
                message = f"{key!r} stands twice here (first in line {result.lines[key]}); the last one counts"
                self._log.warning(self._file, at, "duplicate-key", message)
            result[key] = value
            result.lines[key] = at
        for source in merged:
            for key in [key for key in source if key not in result]:
                result[key] = source[key]
                result.lines[key] = source.lines[key]
        return result

    def _merge_sources(self, value: Any, line: int) -> list[YamlMap]:
        sources: list[Any] = value if isinstance(value, YamlList) else [value]
        if not all(isinstance(source, YamlMap) for source in sources):
            raise _Refused(line, "yaml-merge", "'<<' merges mappings only")
        return sources

    def _sequence(self, line: int, depth: int) -> YamlList:
        result = YamlList(line)
        while not isinstance(event := self._loader.get_event(), self._yaml.SequenceEndEvent):
            result.lines.append(event.start_mark.line + 1)
            result.append(self._value(event, depth + 1))
        return result

    def _scalar(self, event: Any, line: int) -> Any:
        text: str = event.value
        tag = event.tag
        if tag is None or tag == "!":
            if not event.implicit[0]:
                return text
            tag = self._loader.resolve(self._yaml.ScalarNode, text, event.implicit)
        kind = tag.removeprefix(_TAG)
        if kind in ("str", "timestamp", "value", "merge"):
            return text
        if kind == "null":
            return None
        node = self._yaml.ScalarNode(tag, text, event.start_mark, event.end_mark)
        try:
            if kind == "bool":
                return self._loader.construct_yaml_bool(node)
            if kind == "int":
                return self._fitting(self._loader.construct_yaml_int(node), line)
            if kind == "float":
                return self._fitting(self._loader.construct_yaml_float(node), line)
        except (ValueError, KeyError, OverflowError):
            raise _Refused(line, "yaml-broken", f"{text[:40]!r} is no {kind}") from None
        raise _Refused(line, "yaml-tag", f"the tag {event.tag!r} is not allowed; declarations are plain data")

    def _fitting(self, number: int | float, line: int) -> int | float | None:
        if isinstance(number, float) and not math.isfinite(number):
            self._log.warning(self._file, line, "number-not-finite", "a number must be finite; taken as null")
            return None
        if isinstance(number, int) and not -(2**63) <= number < 2**64:
            self._log.warning(self._file, line, "number-too-large", "an integer beyond 64 bits is taken as a float")
            return float(number)
        return number
