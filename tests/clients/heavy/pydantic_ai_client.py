"""pydantic-ai: each run straight to the simulated vendor and through the gateway, with equal results."""

import asyncio

import pytest
from pydantic import BaseModel
from pydantic_ai import Agent, BinaryContent, NativeOutput, ToolOutput
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider


class Place(BaseModel):
    city: str


def agent(way, **more):
    provider = OpenAIProvider(base_url=f"{way.url}/v1", api_key=way.key)
    return Agent(OpenAIChatModel(f"{way.prefix}sim-chat", provider=provider), **more)


def weather(city: str) -> str:
    """The weather of a city."""
    return f"rain in {city}"


OUTPUTS = {
    "text": ({}, "You said: one two three"),
    "native": ({"output_type": NativeOutput(Place)}, Place(city="Oslo")),
    "tool": ({"output_type": ToolOutput(Place)}, Place(city="Oslo")),
    "function tool": ({"tools": [weather]}, "You said: rain in Oslo"),
}
KINDS = pytest.mark.parametrize("kind", OUTPUTS)


@KINDS
def test_a_run(equal, kind):
    more, expected = OUTPUTS[kind]
    assert equal(lambda way: agent(way, **more).run_sync("one two three").output) == expected


@KINDS
def test_a_run_awaited(equal, kind):
    more, expected = OUTPUTS[kind]

    async def work(way):
        result = await agent(way, **more).run("one two three")
        usage = result.usage() if callable(result.usage) else result.usage
        return result.output, usage.input_tokens, usage.output_tokens

    output, *usage = equal(lambda way: asyncio.run(work(way)))
    assert output == expected
    assert usage == ([20, 10] if kind == "function tool" else [10, 5])


@KINDS
def test_a_stream(equal, kind):
    more, expected = OUTPUTS[kind]

    async def work(way):
        async with agent(way, **more).run_stream("one two three") as stream:
            pieces = [piece async for piece in stream.stream_output(debounce_by=None)]
            return pieces[-1], await stream.get_output(), len(pieces) > 1

    last, output, in_pieces = equal(lambda way: asyncio.run(work(way)))
    assert last == output == expected
    assert in_pieces or kind not in ("text", "function tool")


def test_a_picture_is_sent(equal):
    picture = BinaryContent(data=b"\x89PNG\r\n\x1a\n", media_type="image/png")
    assert equal(lambda way: agent(way).run_sync(["what?", picture]).output).startswith("You said: what?")


def test_a_history(equal):
    def ask(way):
        first = agent(way).run_sync("one")
        return agent(way).run_sync("two", message_history=first.all_messages()).output

    assert equal(ask) == "You said: two"
