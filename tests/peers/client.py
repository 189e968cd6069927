"""One test, both colours, over the real transports: the runtime is opened for the work and closed after it."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from typing import Any

from modelruntime import AsyncRuntime, Runtime
from modelruntime.entities.model_type import ModelType
from modelruntime.runtime.credential_source import CustomModel
from modelruntime.transports.contract import TransportOptions

Work = Callable[[Any], Any]


class Client:
    """Works against one server, blocking or awaited."""

    def __init__(self, colour: str, **arguments: Any) -> None:
        self.colour = colour
        self._arguments = {"environ": {}, "transport_options": TransportOptions(trust_env=False), **arguments}

    def call(self, work: Work) -> Any:
        """What `work(runtime)` gives, awaited where it must be."""
        if self.colour == "sync":
            with Runtime(**self._arguments) as runtime:
                return work(runtime)

        async def run() -> Any:
            async with AsyncRuntime(**self._arguments) as runtime:
                made = work(runtime)
                return await made if inspect.isawaitable(made) else made

        return asyncio.run(run())

    def events(self, start: Work, until: Callable[[Any], bool] = lambda event: False) -> list[Any]:
        """The events of the stream that `start(runtime)` gives, to the end or to the first that `until` holds for; then
        the stream is closed."""
        found: list[Any] = []

        def read(runtime: Any) -> None:
            with start(runtime) as stream:
                for event in stream:
                    found.append(event)
                    if until(event):
                        return

        async def read_async(runtime: Any) -> None:
            async with start(runtime) as stream:
                async for event in stream:
                    found.append(event)
                    if until(event):
                        return

        self.call(read if self.colour == "sync" else read_async)
        return found

    def together(self, works: list[Work]) -> list[Any]:
        """All at once through one runtime: threads, or tasks of one loop."""
        if self.colour == "sync":
            from concurrent.futures import ThreadPoolExecutor

            with Runtime(**self._arguments) as runtime, ThreadPoolExecutor(len(works)) as pool:
                return list(pool.map(lambda work: work(runtime), works))

        async def run() -> list[Any]:
            async with AsyncRuntime(**self._arguments) as runtime:
                return list(await asyncio.gather(*(work(runtime) for work in works)))

        return asyncio.run(run())


def custom(provider: str, model_type: str, model: str, **credentials: Any) -> CustomModel:
    """A customizable model with its filled form."""
    return CustomModel(provider=provider, model=model, model_type=ModelType(model_type), credentials=credentials)
