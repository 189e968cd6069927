"""A running generation, pulled chunk by chunk.

llama.cpp pushes chunks into a callback while its call blocks; an engine's `stream` is pulled. So the call runs on a
thread of its own for as long as the generation lasts, and the callback asks after every chunk whether to go on.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from queue import SimpleQueue
from typing import Any

from modelruntime.engines.llama_cpp.server import Chunk

Start = Callable[[Chunk, Callable[[Chunk], bool]], None]


def pull_chunks(start: Start, body: Chunk, should_stop: Callable[[], bool]) -> Iterator[Chunk]:
    """The chunks of `start(body, on_chunk)`. Ends early once `should_stop()` is true; closing the iterator stops it too.

    Returns only when llama.cpp has let go of the call. What the call raises is raised here.
    """
    chunks: SimpleQueue[Chunk | Exception | None] = SimpleQueue()
    abandoned = threading.Event()

    def on_chunk(chunk: Chunk) -> bool:
        if abandoned.is_set() or should_stop():
            return True
        chunks.put(chunk)
        return False

    def run() -> None:
        end: Exception | None = None
        try:
            start(body, on_chunk)
        except Exception as cause:  # noqa: BLE001 - raised again by the reader
            end = cause
        chunks.put(end)

    thread = threading.Thread(target=run, name="modelruntime-generation", daemon=True)
    thread.start()
    try:
        while (item := chunks.get()) is not None:
            if isinstance(item, Exception):
                raise item
            yield item
    finally:
        abandoned.set()
        thread.join()


def delta_of(chunk: Chunk) -> tuple[str, dict[str, Any]]:
    """The new text of a chunk and its choice; empty for a chunk without one."""
    choices: list[dict[str, Any]] = chunk.get("choices") or []
    if not choices:
        return "", {}
    choice = choices[0]
    delta: dict[str, Any] = choice.get("delta") or {}
    return choice.get("text") or delta.get("content") or "", choice
