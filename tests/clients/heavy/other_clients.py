"""litellm, llm and pydantic-ai: each call straight to the simulated vendor and through the gateway, with equal results."""

import asyncio

import litellm
import llm
import pytest
from llm.default_plugins.openai_models import Chat
from pydantic import BaseModel
from pydantic_ai import Agent
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider

QUESTION = [{"role": "user", "content": "one two three"}]
PARAMETERS = {"type": "object", "properties": {"city": {"type": "string"}}}
TOOL = {"type": "function", "function": {"name": "weather", "parameters": PARAMETERS}}


class City(BaseModel):
    name: str
    people: int


def by_litellm(way, stream, **more):
    call = {"model": f"openai/{way.prefix}sim-chat", "api_base": f"{way.url}/v1", "api_key": way.key, "messages": QUESTION, **more}
    if not stream:
        message = litellm.completion(**call).choices[0].message
        return message.content, [(each.function.name, each.function.arguments) for each in message.tool_calls or ()]
    return "".join(chunk.choices[0].delta.content or "" for chunk in litellm.completion(**call, stream=True))


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("tools", [None, [TOOL]])
def test_litellm(ways, stream, tools):
    straight, through = (by_litellm(way, stream, tools=tools) for way in ways.values())
    assert straight == through
    assert straight


def test_litellm_async(ways):
    async def ask(way):
        call = {"model": f"openai/{way.prefix}sim-chat", "api_base": f"{way.url}/v1", "api_key": way.key, "messages": QUESTION}
        return (await litellm.acompletion(**call)).choices[0].message.content

    assert asyncio.run(ask(ways["straight"])) == asyncio.run(ask(ways["through"]))


@pytest.mark.parametrize("stream", [False, True])
def test_llm(ways, stream):
    def ask(way):
        model = Chat("played", model_name=f"{way.prefix}sim-chat", api_base=f"{way.url}/v1", can_stream=True)
        return model.prompt("one two three", key=way.key, stream=stream).text()

    assert isinstance(llm.__name__, str)
    assert ask(ways["straight"]) == ask(ways["through"]) == "You said: one two three"


@pytest.mark.parametrize("output", [str, City])
def test_pydantic_ai(ways, output):
    def ask(way):
        provider = OpenAIProvider(base_url=f"{way.url}/v1", api_key=way.key)
        from pydantic_ai import NativeOutput

        kind = output if output is str else NativeOutput(output)
        return Agent(OpenAIChatModel(f"{way.prefix}sim-chat", provider=provider), output_type=kind).run_sync("one two three").output

    assert ask(ways["straight"]) == ask(ways["through"])
