"""On which line of a YAML or TOML file something stands, for errors. Asked only when there is one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

Path = tuple[str | int, ...]
_STEP = re.compile(r"\.([^.\[`]+)|\[(\d+)\]|(\[\.\.\.\])")
_TOML_TABLE = re.compile(r"\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?$")
_TOML_KEY = re.compile(r"\s*([A-Za-z0-9_.\"'-]+)\s*=")
_UNKNOWN = re.compile(r"unknown field `([^`]+)`")


def path_of(error: msgspec.ValidationError) -> tuple[Path, bool]:
    """The path that msgspec names, and whether a name in it is missing (it tells no keys of mappings): then it ends before."""
    text = str(error)
    steps: list[str | int] = []
    at = re.search(r"at `(?:key in )?\$([^`]*)`", text)
    for field, index, unnamed in _STEP.findall(at.group(1)) if at else ():
        if unnamed:
            return tuple(steps), True
        steps.append(field or int(index))
    if unknown := _UNKNOWN.search(text):
        steps.append(unknown.group(1))
    return tuple(steps), False


def shown(path: Path) -> str:
    """`telemetry.logs.level`, `keys[0].limits`."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.removeprefix(".")


def line_of(text: str, path: Path, *, toml: bool) -> int | None:
    """The line, from 1; that of the nearest thing around where the very thing is not found, None where nothing is."""
    return _toml_line(text, path) if toml else _yaml_line(text, path)


def _yaml_line(text: str, path: Path) -> int | None:
    import yaml

    try:
        node: Any = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        return None
    line: int | None = None
    for step in path:
        if isinstance(node, yaml.MappingNode):
            found = next(((key, value) for key, value in node.value if key.value == str(step)), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            found = (node.value[step], node.value[step])
        else:
            found = None
        if found is None:
            break
        line, node = found[0].start_mark.line + 1, found[1]
    return line


def _toml_line(text: str, path: Path) -> int | None:
    """By the headers of tables and the names before `=`; texts of several lines are not looked into."""
    best: tuple[int, int] | None = None
    for number, found in _toml_places(text):
        shared = _shared(found, path)
        if shared and (best is None or shared > best[0]):
            best = (shared, number)
    return None if best is None else best[1]


def _toml_places(text: str) -> Iterator[tuple[int, Path]]:
    table: Path = ()
    counts: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if header := _TOML_TABLE.match(line):
            name = header.group(2)
            if header.group(1) == "[[":
                counts[name] = counts.get(name, -1) + 1
                table = (*_names(name), counts[name])
            else:
                table = _within(_names(name), counts)
            yield number, table
        elif key := _TOML_KEY.match(line):
            yield number, (*table, *_names(key.group(1)))


def _within(names: Path, counts: dict[str, int]) -> Path:
    """`[keys.limits]` belongs to the last of `[[keys]]`."""
    for end in range(len(names), 0, -1):
        name = ".".join(map(str, names[:end]))
        if name in counts:
            return (*names[:end], counts[name], *names[end:])
    return names


def _names(dotted: str) -> Path:
    return tuple(part.strip().strip("\"'") for part in dotted.split("."))


def _shared(found: Path, path: Path) -> int:
    """How many steps they have in common, 0 where `found` leads elsewhere."""
    return len(found) if path[: len(found)] == found else 0
