"""What the tests of this folder do with the recordings, found and not registered.

A module *plays* a chat family when it has a function `played()` that yields, for each recording of its codecs, an object
with `row`, `call`, `endpoint` and, where the module has no one `CODEC`, `codec`. A test *judges* the rows of a codec of
another type when it calls `failures(codec, judge)`, and holds streams to the laws when it calls `broken_laws(…)`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any, NamedTuple

from modelruntime.codecs.operation import Endpoint
from modelruntime.entities.call import LLMCall
from tests.replay.ledger import LEDGER
from tests.replay.recordings import Recording


class Played(NamedTuple):
    """A recording, and what is asked of which codec."""

    row: Recording
    codec: Any
    call: LLMCall
    endpoint: Endpoint


class Judge(NamedTuple):
    """How the rows of a codec are judged."""

    codec: str
    judge: Callable[[Recording], None]
    module: ModuleType

    def codec_of(self, row: Recording) -> str:
        """The codec that speaks for a row, where several share the scope's."""
        found: str = getattr(self.module, "codec_of", lambda row: self.codec)(row)
        return found


def modules() -> list[ModuleType]:
    """The test modules of this folder."""
    return [import_module(f"tests.replay.{file.stem}") for file in sorted(Path(__file__).parent.glob("test_*.py"))]


def played() -> Iterator[Played]:
    """Everything that is played."""
    for module, items in yielded("played"):
        for item in items:
            codec = getattr(item, "codec", None) or module.CODEC
            yield Played(item.row, codec, item.call, item.endpoint)


def yielded(name: str) -> Iterator[tuple[ModuleType, Iterable[Any]]]:
    """What the functions of this name give, each with the module that defines it."""
    for module in modules():
        function = getattr(module, name, None)
        if function is not None and function.__module__ == module.__name__:
            yield module, function()


def callers_of(name: str) -> list[tuple[ModuleType, Callable[[], None]]]:
    """The tests that call the shared function of this name, each with its module; also through a function of their module.
    They take no fixtures."""
    return [
        (module, test)
        for module in modules()
        if callable(getattr(module, name, None))
        for key, test in _reaching(module, name).items()
        if key.startswith("test_")
    ]


def _reaching(module: ModuleType, name: str) -> dict[str, Callable[[], None]]:
    """The functions of a module that name this one, or one that does."""
    own = {key: thing for key, thing in vars(module).items() if inspect.isfunction(thing) and thing.__module__ == module.__name__}
    names = {key: _names(thing.__code__) for key, thing in own.items()}
    reached: set[str] = set()
    wanted = {name}
    while found := {key for key, used in names.items() if key not in reached and used & wanted}:
        reached |= found
        wanted |= found
    return {key: own[key] for key in own if key in reached}


def _names(code: CodeType) -> set[str]:
    """Every name that a function reads, in its inner functions too."""
    inner = (constant for constant in code.co_consts if isinstance(constant, CodeType))
    return {*code.co_names, *(name for each in inner for name in _names(each))}


@contextmanager
def replaced(name: str, stub: Callable[..., Any]) -> Iterator[None]:
    """While this lasts, the tests call `stub` for the shared function of this name, and the ledger does not hear of it."""
    holders = {module for module, _ in callers_of(name)}
    originals = {module: getattr(module, name) for module in holders}
    for module in holders:
        setattr(module, name, stub)
    try:
        with LEDGER.aside():
            yield
    finally:
        for module, original in originals.items():
            setattr(module, name, original)


def judges() -> list[Judge]:
    """Every judge, as the tests name it."""
    found: list[Judge] = []
    for module, test in callers_of("failures"):

        def note(codec: str, judge: Callable[[Recording], None], module: ModuleType = module) -> list[str]:
            found.append(Judge(codec, judge, module))
            return []

        with replaced("failures", note), suppress(AssertionError):
            test()
    return found
