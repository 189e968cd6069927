"""Laws of the engine host, with an engine that the test scripts."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest

from modelruntime.engines.contract import Engine, EngineContext, EngineFactory, EngineSpec
from modelruntime.engines.engine_event import EngineEvent
from modelruntime.engines.host import EngineHost, default_host
from modelruntime.entities.errors import BadRequest, DeclarationInvalid, ServerUnavailable, TimedOut
from modelruntime.entities.speech_result import Voice
from tests.engines.scripted import WAIT, Script, say, spec


@pytest.fixture
def script() -> Script:
    return Script()


@pytest.fixture
def host(script: Script) -> Iterator[EngineHost]:
    host = EngineHost(queue_limit=2, find_factory=script.find_factory, environ={"MODELRUNTIME_THREADS": "3"})
    yield host
    script.gate.set()
    host.close()


def begun(script: Script) -> None:
    assert script.began.acquire(timeout=WAIT)


def test_concurrent_first_calls_load_once(script: Script, host: EngineHost) -> None:
    script.load_gate = threading.Event()
    roomy = EngineHost(queue_limit=16, find_factory=script.find_factory)
    with ThreadPoolExecutor(8) as pool:
        answers = [pool.submit(roomy.invoke, spec(), say(str(n))) for n in range(8)]
        script.load_gate.set()
        assert sorted(answer.result(WAIT)[0] for answer in answers) == [str(n) for n in range(8)]
    assert script.loads == 1
    roomy.close()


def test_nothing_loads_before_the_first_call(script: Script, host: EngineHost) -> None:
    assert (script.loads, host.loaded()) == (0, ())
    host.invoke(spec(), say("hello"))
    assert [engine.model for engine in host.loaded()] == ["m"]


def test_each_model_has_its_own_thread_and_keeps_it(host: EngineHost) -> None:
    first, again = (host.invoke(spec("a"), say("x"))[1] for _ in range(2))
    other = host.invoke(spec("b"), say("x"))[1]
    assert first == again == "modelruntime-a"
    assert other == "modelruntime-b"


def test_other_options_are_another_engine(script: Script, host: EngineHost) -> None:
    host.invoke(spec(context=1), say("x"))
    host.invoke(spec(context=2), say("x"))
    host.invoke(spec(context=1), say("x"))
    assert script.loads == 2


def test_a_full_queue_refuses_at_once_and_says_try_again(script: Script, host: EngineHost) -> None:
    with ThreadPoolExecutor(3) as pool:
        running = pool.submit(host.invoke, spec(), say("hold"))
        begun(script)
        waiting = [host.stream(spec(), say("1")) for _ in range(2)]
        with pytest.raises(ServerUnavailable) as refused:
            host.invoke(spec(), say("one too many"))
        assert (refused.value.code, refused.value.retryable, refused.value.model) == ("queue_full", True, "m")
        script.gate.set()
        running.result(WAIT)
    assert [list(stream) for stream in waiting] == [["0"], ["0"]]


def test_stream_yields_in_order_and_ends(host: EngineHost) -> None:
    assert list(host.stream(spec(), say("700"))) == [str(n) for n in range(700)]


def test_closing_a_stream_stops_the_engine(script: Script, host: EngineHost) -> None:
    with host.stream(spec(), say("1000000")) as stream:
        assert next(stream) == "0"
    assert script.noticed.wait(WAIT)
    assert script.made < 1_000_000
    assert host.invoke(spec(), say("still alive"))[0] == "still alive"


def test_letting_a_stream_go_stops_the_engine(script: Script, host: EngineHost) -> None:
    stream = host.stream(spec(), say("1000000"))
    next(stream)
    del stream
    assert script.noticed.wait(WAIT)


def test_a_slow_reader_holds_the_engine_back(script: Script, host: EngineHost) -> None:
    stream = host.stream(spec(), say("1000000"))
    next(stream)
    assert script.made < 1000
    stream.close()


def test_an_error_in_a_stream_comes_after_what_was_made(script: Script, host: EngineHost) -> None:
    stream = host.stream(spec(), say("2", model="breaks"))
    assert [next(stream), next(stream)] == ["0", "1"]
    with pytest.raises(ServerUnavailable) as broke:
        next(stream)
    assert broke.value.code == "engine_error"
    assert "secret detail" not in str(broke.value)


def test_typed_errors_pass_and_learn_their_model(script: Script, host: EngineHost) -> None:
    script.error = BadRequest("too long")
    with pytest.raises(BadRequest) as error:
        host.invoke(spec(), say("boom"))
    assert (error.value.provider, error.value.model, str(error.value)) == ("p", "m", "too long")


@pytest.mark.parametrize(
    "cause, code, retryable, words",
    [
        (
            ImportError(name="numpy"),
            "package_missing",
            False,
            "pip install 'modelruntime[local]'",
        ),
        (
            ImportError("libgomp.so.1: cannot open shared object file: No such file or directory", name="xllamacpp"),
            "library_missing",
            False,
            "needs the system's library libgomp.so.1",
        ),
        (MemoryError(), "out_of_memory", True, "unload"),
        (SystemExit(3), "engine_error", False, "SystemExit"),
    ],
)
def test_failures_to_load_are_typed_and_the_next_call_tries_again(
    script: Script, host: EngineHost, cause: BaseException, code: str, retryable: bool, words: str
) -> None:
    script.load_error = cause
    with pytest.raises(ServerUnavailable, match=words.replace("[", r"\[")) as error:
        host.invoke(spec(), say("x"))
    assert (error.value.code, error.value.retryable, error.value.__cause__) == (code, retryable, cause)
    assert host.loaded() == ()
    script.load_error = None
    assert host.invoke(spec(), say("x"))[0] == "x"


def test_a_failed_load_fails_everyone_who_waits_with_an_error_of_their_own(script: Script, host: EngineHost) -> None:
    script.load_gate, script.load_error = threading.Event(), BadRequest("no such file")
    streams = [host.stream(spec(), say("1")) for _ in range(2)]
    script.load_gate.set()
    errors = []
    for stream in streams:
        with pytest.raises(BadRequest) as error:
            next(stream)
        errors.append(error.value)
    assert script.loads == 1
    assert errors[0] is not errors[1]


def test_unknown_engine_names_what_there_is() -> None:
    with pytest.raises(DeclarationInvalid, match="use_embedding"):
        EngineHost().invoke(spec(), say("x"))


def test_a_call_that_takes_too_long_is_given_up_and_the_engine_told(script: Script, host: EngineHost) -> None:
    with pytest.raises(TimedOut):
        host.invoke(spec(), say("until gone"), timeout=0.01)
    assert script.noticed.wait(WAIT)


def test_a_stream_that_takes_too_long_is_given_up(script: Script, host: EngineHost) -> None:
    script.load_gate = threading.Event()
    with pytest.raises(TimedOut):
        next(host.stream(spec(), say("5"), timeout=0.01))
    script.load_gate.set()


def test_unload_finishes_accepted_calls_then_frees(script: Script, host: EngineHost) -> None:
    with ThreadPoolExecutor(2) as pool:
        running = pool.submit(host.invoke, spec(), say("hold"))
        begun(script)
        queued = host.stream(spec(), say("1"))
        unloading = pool.submit(host.unload, "p/m")
        script.gate.set()
        assert unloading.result(WAIT) == ("p/m",)
        assert running.result(WAIT)[0] == "hold"
    assert list(queued) == ["0"]
    assert (host.loaded(), script.closed) == ((), ["modelruntime-m"])


def test_unload_chooses_by_name(script: Script, host: EngineHost) -> None:
    for model in ("a", "b", "c"):
        host.invoke(spec(model), say("x"))
    assert host.unload("nobody") == ()
    assert host.unload("b") == ("p/b",)
    assert [engine.model for engine in host.loaded()] == ["a", "c"]
    assert host.unload() == ("p/a", "p/c")
    assert host.unload() == ()


def test_a_call_during_unload_loads_anew_after_the_old_one_is_gone(script: Script, host: EngineHost) -> None:
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(host.invoke, spec(), say("hold"))
        begun(script)
        assert host.unload(timeout=0) == ()
        late = host.stream(spec(), say("1"))
        assert script.loads == 1
        script.gate.set()
        running.result(WAIT)
        assert list(late) == ["0"]
    assert (script.loads, len(script.closed)) == (2, 1)


def test_close_fails_what_waits_and_stops_what_runs(script: Script, host: EngineHost) -> None:
    stream = host.stream(spec(), say("1000000"))
    next(stream)
    waiting = host.stream(spec(), say("1"))
    host.close()
    with pytest.raises(ServerUnavailable) as error:
        next(waiting)
    assert (error.value.code, error.value.retryable) == ("unloaded", True)
    assert script.closed == ["modelruntime-m"]
    assert host.invoke(spec(), say("again"))[0] == "again"


def test_observers_hear_the_life_of_an_engine(script: Script, host: EngineHost) -> None:
    heard: list[EngineEvent] = []
    forget = host.observe(heard.append)
    host.invoke(spec(), say("x"))
    host.unload()
    forget()
    host.invoke(spec(), say("x"))
    assert [event.kind for event in heard] == ["loading", "progress", "loaded", "unloaded"]
    assert heard[1].fraction == 0.5
    assert heard[2].seconds is not None


def test_an_observer_that_fails_harms_nobody(script: Script, host: EngineHost, caplog: pytest.LogCaptureFixture) -> None:
    def fail(event: EngineEvent) -> None:
        raise RuntimeError("observer")

    host.observe(fail)
    assert host.invoke(spec(), say("x"))[0] == "x"
    assert "an observer of local models failed" in caplog.text


def test_parts_of_a_composite_are_shared_with_direct_callers(script: Script, host: EngineHost) -> None:
    whole = msgspec.structs.replace(spec("whole"), parts={"judge": spec("judge")})
    assert host.invoke(whole, say("part judge")) == ("from the whole", "modelruntime-judge")
    host.invoke(spec("judge"), say("x"))
    assert script.loads == 2


def test_threads_come_from_the_environment_and_options_win(script: Script, host: EngineHost) -> None:
    seen: list[int] = []

    def find(name: str | None) -> EngineFactory:
        def load(spec: EngineSpec, context: EngineContext) -> Engine:
            seen.append(context.threads)
            return script.find_factory(name)(spec, context)

        return load

    host = EngineHost(find_factory=find, environ={"MODELRUNTIME_THREADS": "3"})
    host.invoke(spec(), say("x"))
    host.invoke(spec(threads=2), say("x"))
    host.close()
    assert seen == [3, 2]


def test_other_questions_reach_the_engine(host: EngineHost) -> None:
    assert host.count_tokens(spec(), say("one two")) == 2  # type: ignore[arg-type]
    assert host.voices(spec(), "zh") == (Voice("v", "zh"),)


async def test_async_calls_do_not_block_the_loop(script: Script, host: EngineHost) -> None:
    held = asyncio.create_task(host.ainvoke(spec(), say("hold")))
    await asyncio.to_thread(begun, script)
    ticks = 0
    for _ in range(100):
        await asyncio.sleep(0)
        ticks += 1
    assert (ticks, held.done()) == (100, False)
    script.gate.set()
    assert (await held)[0] == "hold"
    assert await host.acount_tokens(spec(), say("a b c")) == 3  # type: ignore[arg-type]
    assert await host.avoices(spec()) == (Voice("v", "None"),)


async def test_async_stream_yields_in_order_and_raises_at_its_place(script: Script, host: EngineHost) -> None:
    assert [item async for item in host.astream(spec(), say("700"))] == [str(n) for n in range(700)]
    broken = host.astream(spec(), say("1", model="breaks"))
    assert await anext(broken) == "0"
    with pytest.raises(ServerUnavailable):
        await anext(broken)


async def test_cancelling_a_queued_call_takes_it_out_of_the_queue(script: Script, host: EngineHost) -> None:
    held = asyncio.create_task(host.ainvoke(spec(), say("hold")))
    await asyncio.to_thread(begun, script)
    queued = asyncio.create_task(host.ainvoke(spec(), say("never")))
    await asyncio.sleep(0)
    queued.cancel()
    with pytest.raises(asyncio.CancelledError):
        await queued
    script.gate.set()
    await held
    await host.ainvoke(spec(), say("last"))
    assert script.served == ["hold", "last"]


async def test_cancelling_a_running_call_tells_the_engine(script: Script, host: EngineHost) -> None:
    running = asyncio.create_task(host.ainvoke(spec(), say("until gone")))
    await asyncio.to_thread(begun, script)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert await asyncio.to_thread(script.noticed.wait, WAIT)


async def test_cancelling_the_reader_of_a_stream_stops_the_engine(script: Script, host: EngineHost) -> None:
    script.load_gate = threading.Event()

    async def read() -> list[str]:
        return [item async for item in host.astream(spec(), say("1000000"))]

    reader = asyncio.create_task(read())
    await asyncio.sleep(0)
    reader.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reader
    script.load_gate.set()
    await host.ainvoke(spec(), say("next"))
    assert script.made == 0


def test_a_forked_child_starts_empty_and_works(script: Script, host: EngineHost, tmp_path: Path) -> None:
    host.invoke(spec(), say("x"))
    told = tmp_path / "told"
    child = os.fork()
    if child == 0:
        try:
            before = len(host.loaded())
            answer = host.invoke(spec(), say("in the child"))[0]
            host.close()
            told.write_text(f"{before} {script.loads} {answer}")
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    assert told.read_text() == "0 2 in the child"
    assert (len(host.loaded()), script.loads) == (1, 1)


def test_there_is_one_default_host() -> None:
    assert default_host() is default_host()
