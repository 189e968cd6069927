"""The llama.cpp engine on a real model (SmolLM2, 135 million parameters)."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from modelruntime.engines.contract import EngineSpec
from modelruntime.engines.llama_cpp.embedding import load as load_embedding
from modelruntime.engines.llama_cpp.engine import LlamaChat, load
from modelruntime.engines.llama_cpp.gguf_file import find_gguf
from modelruntime.entities.call import LLMCall, TextEmbeddingCall
from modelruntime.entities.errors import BadRequest, ContextLengthExceeded, CredentialsInvalid, DeclarationInvalid, ParameterInvalid
from modelruntime.entities.events import (
    FinishEvent,
    StreamEvent,
    StreamStart,
    TextDelta,
    TextEnd,
    TextStart,
    ToolCallDelta,
    ToolCallEnd,
    ToolCallStart,
    UsageEvent,
)
from modelruntime.entities.messages import AssistantMessage, SystemMessage, ToolMessage, UserMessage
from modelruntime.entities.model_type import ModelType
from modelruntime.entities.output import OutputFormat
from modelruntime.entities.parts import ToolCallPart
from modelruntime.entities.tools import HostedTool, Tool, ToolChoice
from modelruntime.schema.model import ModelSchema
from tests.engines.loaded import OneThread, never
from tests.engines.weights import local_spec

GREEDY = {"temperature": 0, "max_tokens": 24}
CITY = {"city": {"type": "string", "maxLength": 12}}
WEATHER = Tool(
    "get_weather",
    "Weather of a city",
    {"type": "object", "properties": {"city": {"type": "string", "maxLength": 12}}, "required": ["city"]},
)
PERSON = {
    "type": "object",
    "properties": {"name": {"type": "string", "maxLength": 20}, "age": {"type": "integer", "minimum": 0, "maximum": 120}},
    "required": ["name", "age"],
    "additionalProperties": False,
}


@pytest.fixture(scope="module")
def llm() -> Iterator[LlamaChat]:
    engine = load(local_spec("llm", "smollm2-135m-instruct", context_size=1024), OneThread())
    yield engine
    engine.close()


def ask(text: str = "What is the capital of France?", **fields: Any) -> LLMCall:
    return LLMCall("m", (UserMessage(text),), **{"parameters": GREEDY, **fields})


def check_laws(events: list[StreamEvent]) -> None:
    """Start first, exactly one end last, whole parts, deltas that add up."""
    assert isinstance(events[0], StreamStart)
    assert [isinstance(event, FinishEvent) for event in events] == [False] * (len(events) - 1) + [True]
    parts: dict[str, str] = {}
    for event in events:
        match event:
            case TextStart(id=part) | ToolCallStart(id=part):
                parts[part] = ""
            case TextDelta(id=part, text=piece) | ToolCallDelta(id=part, arguments=piece):
                parts[part] += piece
            case TextEnd(id=part, part=whole):
                assert parts.pop(part) == whole.text
            case ToolCallEnd(id=part, part=whole):
                assert parts.pop(part) == whole.arguments
            case _:
                pass
    assert parts == {}


@pytest.mark.proves("real weights", "local", "llm", "chat", "usage")
@pytest.mark.local
def test_it_answers_with_exact_usage_and_the_same_again(llm: LlamaChat) -> None:
    first, second = llm.invoke(ask()), llm.invoke(ask())
    assert "Paris" in first.text
    assert first.text == second.text
    assert first.finish.unified == "stop"
    assert first.usage.input.total == llm.count_tokens(ask())
    assert first.usage.output.total is not None
    assert 1 <= first.usage.output.total <= 24


@pytest.mark.proves("real weights", "local", "llm", "stream")
@pytest.mark.local
def test_a_stream_keeps_the_laws_and_says_the_same(llm: LlamaChat) -> None:
    events = list(llm.stream(ask(), never))
    check_laws(events)
    assert "".join(event.text for event in events if isinstance(event, TextDelta)) == llm.invoke(ask()).text
    assert sum(isinstance(event, TextDelta) for event in events) > 3
    assert sum(isinstance(event, UsageEvent) for event in events) == 1


@pytest.mark.local
def test_max_tokens_and_stop_end_the_answer(llm: LlamaChat) -> None:
    short = llm.invoke(ask(parameters={"temperature": 0, "max_tokens": 3}))
    assert (short.finish.unified, short.usage.output.total) == ("length", 3)
    stopped = llm.invoke(ask(parameters={**GREEDY, "stop": ["Paris"]}))
    assert stopped.finish.unified == "stop"
    assert "Paris" not in stopped.text


@pytest.mark.local
def test_the_seed_repeats_a_warm_answer(llm: LlamaChat) -> None:
    warm = {"temperature": 1.5, "max_tokens": 12, "seed": 7}
    one, two = (llm.invoke(ask("Tell me a story.", parameters=warm)).text for _ in range(2))
    other = llm.invoke(ask("Tell me a story.", parameters={**warm, "seed": 8})).text
    assert one == two != other


@pytest.mark.local
def test_logprobs_come_with_alternatives(llm: LlamaChat) -> None:
    result = llm.invoke(ask(parameters={**GREEDY, "max_tokens": 2, "logprobs": True, "top_logprobs": 3}))
    assert result.logprobs is not None
    assert [len(row.top) for row in result.logprobs] == [3, 3]
    assert all(row.logprob <= 0 and row.token == row.top[0][0] for row in result.logprobs)


@pytest.mark.proves("real weights", "local", "llm", "structured output")
@pytest.mark.local
def test_an_answer_fits_its_schema(llm: LlamaChat) -> None:
    result = llm.invoke(
        ask("Anna is 31 years old. Who?", output=OutputFormat(schema=PERSON), parameters={**GREEDY, "max_tokens": 80})
    )
    answer = json.loads(result.text)
    assert set(answer) == {"name", "age"}
    assert isinstance(answer["age"], int)


@pytest.mark.local
def test_a_schema_that_llama_cpp_cannot_hold_to_is_a_typed_error(llm: LlamaChat) -> None:
    with pytest.raises((ParameterInvalid, BadRequest)):
        llm.invoke(ask(output=OutputFormat(schema={"type": "nonsense"})))


@pytest.mark.proves("real weights", "local", "llm", "tools", "streamed tools")
@pytest.mark.local
@pytest.mark.parametrize("choice", [ToolChoice("required", parallel=False), ToolChoice("tool", name="get_weather")])
def test_a_demanded_call_is_made(llm: LlamaChat, choice: ToolChoice) -> None:
    call = ask("What is the weather in Paris?", tools=(WEATHER,), tool_choice=choice, parameters={**GREEDY, "max_tokens": 90})
    events = list(llm.stream(call, never))
    check_laws(events)
    (end,) = (event for event in events if isinstance(event, ToolCallEnd))
    assert end.part.name == "get_weather"
    assert list(end.part.json()) == ["city"]
    finish = events[-1]
    assert isinstance(finish, FinishEvent)
    assert finish.finish.unified == "tool_calls"


@pytest.mark.local
@pytest.mark.parametrize("text", ["What is the weather in Paris?", "Hello!", "你好"])
def test_whatever_a_model_with_tools_does_the_stream_keeps_the_laws(llm: LlamaChat, text: str) -> None:
    events = list(llm.stream(ask(text, tools=(WEATHER,), parameters={**GREEDY, "max_tokens": 60}), never))
    check_laws(events)
    assert not any(isinstance(event, TextDelta) and event.text.startswith('{"') for event in events)


@pytest.mark.local
def test_without_tool_choice_none_no_call_is_made(llm: LlamaChat) -> None:
    result = llm.invoke(ask(tools=(WEATHER,), tool_choice=ToolChoice("none")))
    assert result.tool_calls == ()
    assert "Paris" in result.text


@pytest.mark.local
def test_a_tool_conversation_goes_on(llm: LlamaChat) -> None:
    messages = (
        UserMessage("What is the weather in Oslo?"),
        AssistantMessage((ToolCallPart("c1", "get_weather", '{"city": "Oslo"}'),)),
        ToolMessage("c1", "Rain, 4 degrees"),
    )
    result = llm.invoke(LLMCall("m", messages, parameters={**GREEDY, "max_tokens": 40}))
    assert result.text


@pytest.mark.local
def test_a_hosted_tool_is_left_out_with_a_warning(llm: LlamaChat) -> None:
    result = llm.invoke(ask(tools=(HostedTool("web_search"),)))
    assert [(warning.kind, warning.field) for warning in result.warnings] == [("unsupported", "tools")]
    with pytest.raises(ParameterInvalid):
        llm.invoke(ask(tools=(HostedTool("web_search"),), strict=True))


@pytest.mark.local
def test_stop_takes_effect_within_a_token_and_the_next_call_works(llm: LlamaChat) -> None:
    answers = iter([False] * 6)
    call = ask("Count to one hundred.", parameters={"temperature": 0, "max_tokens": 400})
    seen = list(llm.stream(call, lambda: next(answers, True)))
    check_laws(seen)
    assert sum(isinstance(event, TextDelta) for event in seen) < 12
    finish = seen[-1]
    assert isinstance(finish, FinishEvent)
    assert finish.finish.unified == "other"
    assert "Paris" in llm.invoke(ask()).text


@pytest.mark.local
def test_closing_the_stream_stops_the_model(llm: LlamaChat) -> None:
    stream = llm.stream(ask("Count to one hundred.", parameters={"temperature": 0, "max_tokens": 400}), never)
    assert isinstance(next(iter(stream)), StreamStart)
    next(iter(stream))
    assert hasattr(stream, "close")
    stream.close()
    assert "Paris" in llm.invoke(ask()).text


@pytest.mark.proves("real weights", "local", "llm", "errors")
@pytest.mark.local
@pytest.mark.parametrize("text", ["word " * 2000, "x" * 10_000_000], ids=["a little too long", "ten megabytes"])
def test_a_prompt_beyond_the_context_is_refused_before_running(llm: LlamaChat, text: str) -> None:
    stream = llm.stream(ask(text), never)
    with pytest.raises(ContextLengthExceeded, match="context"):
        next(iter(stream))


@pytest.mark.local
def test_a_bare_prompt_is_completed(llm: LlamaChat) -> None:
    call = LLMCall("m", prompt="The capital of France is", parameters={"temperature": 0, "max_tokens": 3})
    result = llm.invoke(call)
    assert "Paris" in result.text
    assert result.usage.input.total == llm.count_tokens(call)


@pytest.mark.local
def test_the_count_includes_template_and_tools(llm: LlamaChat) -> None:
    plain = llm.count_tokens(ask("Hi"))
    assert llm.count_tokens(ask("Hi", tools=(WEATHER,))) > plain + 30
    assert llm.count_tokens(LLMCall("m", (SystemMessage("Be brief."), UserMessage("Hi")))) < plain + 10


@pytest.mark.local
def test_no_port_is_opened(llm: LlamaChat) -> None:
    if not hasattr(socket, "AF_UNIX"):
        print("not present: Unix sockets")
        assert llm.address.startswith("http://127.0.0.1:")
        return
    address = llm.address.removeprefix("unix://")
    assert address != llm.address
    assert Path(address).parent.stat().st_mode & 0o077 == 0
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(address)
        client.sendall(b"POST /completion HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}")
        assert b" 401 " in client.recv(64)


@pytest.mark.local
def test_closing_removes_the_socket() -> None:
    engine = load(local_spec("llm", "smollm2-135m-instruct", context_size=256), OneThread())
    folder = Path(engine.address.removeprefix("unix://")).parent
    engine.close()
    assert not folder.exists()


@pytest.mark.local
def test_embeddings_of_a_gguf_model_are_unit_vectors_in_order() -> None:
    path = local_spec("llm", "smollm2-135m-instruct").files["model.gguf"]
    schema = ModelSchema(provider="local", model="own", model_type=ModelType.TEXT_EMBEDDING)
    engine = load_embedding(
        EngineSpec(schema, {}, {"model_path": str(path), "pooling": "mean", "context_size": "128"}), OneThread()
    )
    try:
        result = engine.invoke(TextEmbeddingCall("own", ("a cat", "a kitten", "interest rates")))
        alone = engine.invoke(TextEmbeddingCall("own", ("interest rates",)))
        assert [round(sum(value * value for value in row), 3) for row in result.vectors] == [1.0, 1.0, 1.0]
        assert sum(a * b for a, b in zip(result.vectors[2], alone.vectors[0], strict=True)) > 0.999
        assert result.usage.input.total == sum(engine.count_tokens(("a cat", "a kitten", "interest rates")))
        with pytest.raises(ContextLengthExceeded):
            engine.invoke(TextEmbeddingCall("own", ("word " * 200,)))
        for inputs in ((), ("",)):
            with pytest.raises(ParameterInvalid, match="inputs"):
                engine.invoke(TextEmbeddingCall("own", inputs))
    finally:
        engine.close()


def own(**options: Any) -> EngineSpec:
    return EngineSpec(ModelSchema(provider="local", model="own", model_type=ModelType.LLM), {}, options)


@pytest.mark.parametrize("content", [b"", b"GG", b"PK\x03\x04 something else"])
def test_a_file_that_is_no_gguf_is_told_before_loading(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(content)
    with pytest.raises(CredentialsInvalid, match="no GGUF") as caught:
        load(own(model_path=str(path)), OneThread())
    assert caught.value.field == "model_path"


@pytest.mark.local
def test_a_damaged_gguf_is_a_typed_error(tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(b"GGUF\x03\x00\x00\x00" + bytes(64))
    with pytest.raises(CredentialsInvalid, match="cannot load"):
        load(own(model_path=str(path)), OneThread())


def test_a_missing_file_and_a_bad_context_are_told(tmp_path: Path) -> None:
    with pytest.raises(CredentialsInvalid, match="cannot be read"):
        find_gguf(own(model_path=str(tmp_path / "nothing.gguf")))
    with pytest.raises(DeclarationInvalid, match="exactly one"):
        find_gguf(own())
    path = tmp_path / "model.gguf"
    path.write_bytes(b"GGUF")
    with pytest.raises(CredentialsInvalid, match="context_size"):
        load(own(model_path=str(path), context_size="many"), OneThread())
