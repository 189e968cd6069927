"""llm, both colours: each call straight to the simulated vendor and through the gateway, with equal results."""

import asyncio

import pytest
from llm.default_plugins.openai_models import AsyncChat, Chat
from pydantic import BaseModel

STREAMS = pytest.mark.parametrize("stream", [False, True])


class Place(BaseModel):
    city: str


def weather(city: str) -> str:
    """The weather of a city."""
    return f"rain in {city}"


def model(kind, way):
    name = f"{way.prefix}sim-chat"
    return kind("played", model_name=name, api_base=f"{way.url}/v1", supports_tools=True, supports_schema=True)


@STREAMS
def test_a_prompt(equal, stream):
    def ask(way):
        return model(Chat, way).prompt("one two three", key=way.key, stream=stream, system="Be brief.", temperature=0.5).text()

    assert equal(ask) == "You said: one two three"


@STREAMS
def test_a_prompt_awaited(equal, stream):
    async def work(way):
        answer = model(AsyncChat, way).prompt("one two three", key=way.key, stream=stream)
        pieces = [piece async for piece in answer] if stream else [await answer.text()]
        usage = await answer.usage()
        return "".join(pieces), usage.input, usage.output

    assert equal(lambda way: asyncio.run(work(way))) == ("You said: one two three", 10, 5)


@STREAMS
def test_a_chain_with_a_tool(equal, stream):
    def ask(way):
        return model(Chat, way).chain("weather?", tools=[weather], key=way.key, stream=stream).text()

    assert equal(ask) == "You said: rain in Oslo"


@STREAMS
def test_a_chain_with_a_tool_awaited(equal, stream):
    async def work(way):
        return await model(AsyncChat, way).chain("weather?", tools=[weather], key=way.key, stream=stream).text()

    assert equal(lambda way: asyncio.run(work(way))) == "You said: rain in Oslo"


@STREAMS
def test_a_schema(equal, stream):
    def ask(way):
        return model(Chat, way).prompt("?", schema=Place, key=way.key, stream=stream).text()

    assert equal(ask) == '{"city": "Oslo"}'


def test_a_conversation(equal):
    def ask(way):
        talk = model(Chat, way).conversation()
        return [talk.prompt(text, key=way.key).text() for text in ("one", "two")]

    assert equal(ask) == ["You said: one", "You said: two"]
