"""A test engine whose every step the test decides."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from modelruntime.engines.contract import Engine, EngineContext, EngineFactory, EngineSpec
from modelruntime.entities.call import Call, LLMCall
from modelruntime.entities.model_type import ModelType
from modelruntime.entities.speech_result import Voice
from modelruntime.schema.model import ModelSchema

WAIT = 20.0
"""Longest any step may take; reached only when a law is broken."""


class ScriptedEngine:
    """`invoke` answers `(text, thread name)`; a call for "hold" waits for `gate`; "boom" raises."""

    def __init__(self, spec: EngineSpec, context: EngineContext, script: Script) -> None:
        self.spec, self.context, self.script = spec, context, script

    def invoke(self, call: Any) -> Any:
        self.script.began.release()
        if call.prompt == "hold":
            assert self.script.gate.wait(WAIT)
        if call.prompt == "until gone":
            while not self.context.should_stop():
                threading.Event().wait(0.001)
            self.script.noticed.set()
        if call.prompt.startswith("part "):
            return self.context.invoke_part(call.prompt.removeprefix("part "), LLMCall(model="part", prompt="from the whole"))
        if call.prompt == "boom":
            raise self.script.error
        self.script.served.append(call.prompt)
        return call.prompt, threading.current_thread().name

    def stream(self, call: Any, should_stop: Callable[[], bool]) -> Iterator[str]:
        self.script.began.release()
        try:
            for number in range(int(call.prompt)):
                if should_stop():
                    break
                self.script.made += 1
                yield str(number)
            if call.model == "breaks":
                raise self.script.error
        finally:
            self.script.noticed.set()

    def count_tokens(self, call: Any) -> int:
        return len(call.prompt.split())

    def voices(self, language: str | None = None) -> tuple[Voice, ...]:
        return (Voice("v", str(language)),)

    def close(self) -> None:
        self.script.closed.append(threading.current_thread().name)


class Script:
    """What the engines of one test did, and what they shall do."""

    def __init__(self) -> None:
        self.loads = 0
        self.load_error: BaseException | None = None
        self.load_gate: threading.Event | None = None
        self.error: BaseException = ValueError("secret detail")
        self.gate = threading.Event()
        self.began = threading.Semaphore(0)
        self.noticed = threading.Event()
        self.served: list[str] = []
        self.closed: list[str] = []
        self.made = 0

    def find_factory(self, name: str | None) -> EngineFactory:
        def load(spec: EngineSpec, context: EngineContext) -> Engine:
            self.loads += 1
            if self.load_gate is not None:
                assert self.load_gate.wait(WAIT)
            if self.load_error is not None:
                raise self.load_error
            context.progress(0.5, "half way")
            return ScriptedEngine(spec, context, self)

        return load


def spec(model: str = "m", **options: Any) -> EngineSpec:
    schema = ModelSchema(provider="p", model=model, model_type=ModelType.LLM, engine="scripted")
    return EngineSpec(schema, {"model.gguf": Path(model)}, options)


def say(prompt: str, model: str = "m") -> Call:
    return LLMCall(model=model, prompt=prompt)
