"""One test, both colours: `Colour` calls the blocking or the async runtime under the same names."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from modelruntime import AsyncRuntime, Runtime
from tests.runtime.declared import ENVIRONMENT, PROVIDERS
from tests.runtime.scripted import Answer, AsyncScriptedTransport, ScriptedTransport, Streamed


class Colour:
    """A runtime over a scripted transport."""

    def __init__(self, name: str, *script: Answer | Streamed, **arguments: Any) -> None:
        self.transport = ScriptedTransport(*script)
        arguments = {"documents": PROVIDERS, "environ": ENVIRONMENT, **arguments}
        self.runtime: Any
        if name == "sync":
            self.runtime = Runtime(transport=self.transport, **arguments)
        else:
            self.runtime = AsyncRuntime(transport=AsyncScriptedTransport(self.transport), **arguments)

    def run(self, work: Any) -> Any:
        """A result, awaited where it must be."""
        if asyncio.iscoroutine(work):
            return asyncio.run(work)
        return work

    def read(self, start: Callable[[], Any], limit: int | None = None, into: list[Any] | None = None) -> list[Any]:
        """The items of a stream, or the first `limit` of them; then it is closed. `into` keeps what came before a failure."""
        items: list[Any] = [] if into is None else into
        if isinstance(self.runtime, Runtime):
            with start() as stream:
                for item in stream:
                    items.append(item)
                    if len(items) == limit:
                        break
            return items

        async def read() -> list[Any]:
            async with start() as stream:
                async for item in stream:
                    items.append(item)
                    if len(items) == limit:
                        break
            return items

        return asyncio.run(read())
