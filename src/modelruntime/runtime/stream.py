"""A stream as the caller holds it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Sequence
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from modelruntime.codecs.gather import gather
from modelruntime.entities.events import StreamEvent, TextDelta
from modelruntime.entities.llm_result import LLMResult

T = TypeVar("T")


class Stream(Generic[T]):
    """Iterate it; `close()` it (or use it in `with`) to stop early, which closes the socket. Nothing is sent before the
    first item is asked for."""

    def __init__(self, items: Iterator[T]) -> None:
        self._items = items

    def __iter__(self) -> Iterator[T]:
        return self

    def __next__(self) -> T:
        return next(self._items)

    def close(self) -> None:
        """Stop now."""
        close = getattr(self._items, "close", None)
        if close is not None:
            close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


class AsyncStream(Generic[T]):
    """The same, awaited: `async for`, `async with`, `await stream.aclose()`."""

    def __init__(self, batches: AsyncGenerator[Sequence[T]]) -> None:
        """`batches` are the items as they come together."""
        self._batches = batches
        self._ready: Iterator[T] = iter(())

    def __aiter__(self) -> AsyncIterator[T]:
        return self

    async def __anext__(self) -> T:
        while True:
            for item in self._ready:
                return item
            self._ready = iter(await self._batches.__anext__())

    async def aclose(self) -> None:
        """Stop now."""
        self._ready = iter(())
        await self._batches.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.aclose()


Finisher = Callable[[LLMResult], LLMResult]


class LLMStream(Stream[StreamEvent]):
    """Events of one answer. `result()` reads to the end and gathers; `text()` yields only the text as it comes."""

    def __init__(self, items: Iterator[StreamEvent], finisher: Finisher) -> None:
        super().__init__(items)
        self._seen: list[Any] = []
        self._finisher = finisher

    def __next__(self) -> StreamEvent:
        event = next(self._items)
        self._seen.append(event)
        return event

    def text(self) -> Iterator[str]:
        """The pieces of text."""
        for event in self:
            if type(event) is TextDelta:
                yield event.text

    def result(self) -> LLMResult:
        """The whole answer, with what was already read. Raises what the stream raises."""
        for _ in self:
            pass
        return self._finisher(gather(self._seen))


class AsyncLLMStream(AsyncStream[StreamEvent]):
    """The same, awaited."""

    def __init__(self, batches: AsyncGenerator[Sequence[StreamEvent]], finisher: Finisher) -> None:
        super().__init__(batches)
        self._seen: list[Any] = []
        self._finisher = finisher

    async def __anext__(self) -> StreamEvent:
        while True:
            for event in self._ready:
                self._seen.append(event)
                return event
            self._ready = iter(await self._batches.__anext__())

    async def text(self) -> AsyncIterator[str]:
        """The pieces of text."""
        async for event in self:
            if type(event) is TextDelta:
                yield event.text

    async def result(self) -> LLMResult:
        """The whole answer, with what was already read. Raises what the stream raises."""
        async for _ in self:
            pass
        return self._finisher(gather(self._seen))
