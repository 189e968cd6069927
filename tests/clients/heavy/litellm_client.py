"""litellm as a client: each call straight to the simulated vendor and through the gateway, with equal results."""

import asyncio
import json

import litellm
import pytest

from conftest import WAYS

QUESTION = [{"role": "user", "content": "one two three"}]
PARAMETERS = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"], "additionalProperties": False}
TOOL = {"type": "function", "function": {"name": "weather", "parameters": PARAMETERS}}
FORM = {"type": "json_schema", "json_schema": {"name": "place", "schema": PARAMETERS, "strict": True}}
PIXEL = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
SEEN = [{"role": "user", "content": [{"type": "text", "text": "what?"}, {"type": "image_url", "image_url": {"url": PIXEL}}]}]
CALLED = [
    *QUESTION,
    {"role": "assistant", "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "weather", "arguments": "{}"}}]},
    {"role": "tool", "tool_call_id": "c1", "content": "rain"},
]
CALLS = {
    "text": ({"messages": QUESTION, "temperature": 0.5, "max_tokens": 64}, ("You said: one two three", [])),
    "tools": ({"messages": QUESTION, "tools": [TOOL]}, (None, [("weather", '{"city": "Oslo"}')])),
    "tool's answer": ({"messages": CALLED, "tools": [TOOL]}, ("You said: rain", [])),
    "form": ({"messages": QUESTION, "response_format": FORM}, ('{"city": "Oslo"}', [])),
    "image": ({"messages": SEEN}, ("You said: what? ", [])),
}
KINDS = pytest.mark.parametrize("kind", CALLS)
STREAMS = pytest.mark.parametrize("stream", [False, True])


def reach(way, model):
    return {"model": f"openai/{way.prefix}{model}", "api_base": f"{way.url}/v1", "api_key": way.key}


def said(message):
    return message.content, [(each.function.name, each.function.arguments) for each in message.tool_calls or ()]


def whole(chunks):
    answer = litellm.stream_chunk_builder(chunks)
    return said(answer.choices[0].message)


@KINDS
@STREAMS
def test_completion(equal, kind, stream):
    call, expected = CALLS[kind]

    def ask(way):
        answer = litellm.completion(**reach(way, "sim-chat"), **call, stream=stream)
        return whole(list(answer)) if stream else said(answer.choices[0].message)

    text, calls = equal(ask)
    assert (text or None, calls) == expected


@KINDS
@STREAMS
def test_completion_awaited(equal, kind, stream):
    call, expected = CALLS[kind]

    async def work(way):
        answer = await litellm.acompletion(**reach(way, "sim-chat"), **call, stream=stream)
        return whole([chunk async for chunk in answer]) if stream else said(answer.choices[0].message)

    text, calls = equal(lambda way: asyncio.run(work(way)))
    assert (text or None, calls) == expected


@KINDS
@STREAMS
def test_the_family_of_messages_says_the_same(kind, stream):
    """The vendor does not speak it: the gateway does."""
    call, expected = CALLS[kind]
    way = WAYS[1]
    reached = {"model": f"anthropic/{way.prefix}sim-chat", "api_base": way.url, "api_key": way.key, "max_tokens": 64}
    answer = litellm.completion(**reached | call, stream=stream)
    text, calls = whole(list(answer)) if stream else said(answer.choices[0].message)
    assert (text or None, [(name, json.loads(arguments)) for name, arguments in calls]) == (
        expected[0],
        [(name, json.loads(arguments)) for name, arguments in expected[1]],
    )


def test_usage(equal):
    def ask(way):
        usage = litellm.completion(**reach(way, "sim-chat"), messages=QUESTION).usage
        return usage.prompt_tokens, usage.completion_tokens

    assert equal(ask) == (10, 5)


def test_embedding(equal):
    def ask(way):
        answer = litellm.embedding(**reach(way, "sim-embed"), input=["abc", "bad"], encoding_format="float")
        return [row["embedding"] for row in answer.data]

    assert equal(ask)[0] == [1, 1, 1, 0, 0, 0, 0, 1]


@pytest.mark.parametrize("model", ["nobody", "sim-chat"])
def test_an_error_has_the_same_class(equal, model):
    """A model that is not there, and a wrong key."""

    def ask(way):
        key = way.key if model == "nobody" else "sk-wrong"
        with pytest.raises(Exception) as raised:
            litellm.completion(**reach(way, model) | {"api_key": key}, messages=QUESTION, num_retries=0, max_retries=0)
        return type(raised.value)

    expected = litellm.NotFoundError if model == "nobody" else litellm.AuthenticationError
    assert equal(ask) is expected
