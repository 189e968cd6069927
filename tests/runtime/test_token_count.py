"""How many tokens a prompt has: offline, or asked of the vendor; exact or said to be an estimate."""

from __future__ import annotations

import json

import pytest

from modelruntime import AssistantMessage, ImagePart, ParameterInvalid, ServerUnavailable, TextPart, Tool, ToolCallPart, UserMessage
from modelruntime.runtime.token_count import PER_IMAGE
from modelruntime.runtime.tokenizers import counter_for
from tests.replay.recordings import recordings
from tests.runtime.colours import Colour
from tests.runtime.scripted import answer

COLOURS = pytest.mark.parametrize("colour", ["sync", "async"])
DOCUMENT = """
provider: counter
label: {en_US: Counter}
supported_model_types: [llm, text-embedding]
configurate_methods: [predefined-model]
codec: {llm: openai_chat, text-embedding: openai_embeddings}
endpoint: https://count.test/v1
models:
  - {model: known, model_type: llm, model_properties: {mode: chat, tokenizer: o200k_base}}
  - {model: unknown, model_type: llm, model_properties: {mode: chat}}
  - {model: asked, model_type: llm, model_properties: {mode: chat}, profile: {paths: {count_tokens: /count}}}
  - {model: vectors, model_type: text-embedding, model_properties: {tokenizer: cl100k_base}}
  - {model: odd, model_type: llm, model_properties: {mode: chat, tokenizer: nobodys}}
"""


def world(colour, *script):
    return Colour(colour, *script, documents=[DOCUMENT])


@COLOURS
def test_a_public_tokenizer_counts_exactly(colour):
    found = world(colour)
    count = found.run(found.runtime.llm("counter/known").count_tokens("hello world"))
    assert (int(count), count.estimated, count.tokenizer) == (2 + 1 + 3 + 3, False, "o200k_base")


@COLOURS
@pytest.mark.parametrize(("text", "bytes_"), [("hello world", 11), ("你好", 6), ("", 0)])
def test_an_unknown_tokenizer_is_an_estimate_that_says_so(colour, text, bytes_):
    found = world(colour)
    count = found.run(found.runtime.llm("counter/unknown").count_tokens([UserMessage(text)]))
    assert (int(count), count.estimated, count.tokenizer) == (-(-bytes_ // 4) + 3 + 1 + 3, True, None)


@pytest.mark.parametrize(
    "messages",
    [
        [UserMessage((TextPart("x"), ImagePart("https://x.test/i.png")))],
        [UserMessage("x"), AssistantMessage((ToolCallPart("t", "f", "{}"),))],
    ],
)
def test_what_is_no_text_makes_an_estimate(messages):
    count = world("sync").runtime.llm("counter/known").count_tokens(messages)
    assert count.estimated
    assert count > 7


def test_an_image_counts_about_what_the_vendor_documents():
    llm = world("sync").runtime.llm("counter/known")
    with_image = llm.count_tokens([UserMessage((TextPart("x"), ImagePart("https://x.test/i.png")))])
    assert with_image - llm.count_tokens("x") == PER_IMAGE


def test_tools_make_an_estimate():
    llm = world("sync").runtime.llm("counter/known")
    count = llm.count_tokens("x", tools=[Tool("weather", "The weather", {"type": "object"})])
    assert count.estimated
    assert count > llm.count_tokens("x")


@COLOURS
def test_texts_are_counted_one_by_one(colour):
    found = world(colour)
    counts = found.run(found.runtime.text_embedding("counter/vectors").count_tokens(["hello world", "hi"]))
    assert [(int(count), count.estimated) for count in counts] == [(2, False), (1, False)]


@COLOURS
def test_the_vendor_counts_when_asked(colour):
    found = world(colour, answer({"data": {"total_tokens": 80}}))
    count = found.run(found.runtime.llm("counter/asked").count_tokens("hello", ask_vendor=True))
    assert (int(count), count.estimated) == (80, False)
    request = found.transport.requests[0]
    assert request.url == "https://count.test/v1/count"
    assert json.loads(request.body or b"") == {"model": "asked", "messages": [{"role": "user", "content": "hello"}]}


@COLOURS
@pytest.mark.parametrize("body", [{}, {"data": {"total_tokens": -1}}, {"data": 3}, b"<html>"])
def test_a_count_that_is_none_is_an_error(colour, body):
    found = world(colour, answer(body))
    with pytest.raises(ServerUnavailable):
        found.run(found.runtime.llm("counter/asked").count_tokens("hello", ask_vendor=True))


def test_a_vendor_that_cannot_count_says_so():
    with pytest.raises(ParameterInvalid) as raised:
        world("sync").runtime.llm("counter/known").count_tokens("hello", ask_vendor=True)
    assert raised.value.field == "ask_vendor"


def test_special_tokens_in_a_text_are_text():
    count = counter_for("o200k_base")
    assert count is not None
    assert count("<|endoftext|>") > 1


def plain(asked):
    """A chat of texts alone, to a model that uses the vocabulary."""
    if not str(asked.get("model", "")).startswith(("gpt-4o", "gpt-4.1")):
        return False
    if set(asked) & {"tools", "functions", "response_format", "web_search_options", "modalities"}:
        return False
    return all(isinstance(m.get("content"), str) and m["role"] in ("system", "user", "assistant") for m in asked["messages"])


def test_recorded_chats_of_text_have_as_many_tokens_as_the_vendor_counted():
    """The rule of the chat's overhead, against recorded usage of models that use the vocabulary."""
    llm = world("sync").runtime.llm("counter/known")
    seen = wrong = 0
    for row in recordings("chat/completions"):
        if row.vendor != "openai" or row.status != 200 or row.streamed or not plain(row.request):
            continue
        seen += 1
        wrong += int(llm.count_tokens(row.request["messages"])) != json.loads(row.body)["usage"]["prompt_tokens"]
    print(f"token counts: {seen - wrong} of {seen} recorded chats agree")
    assert wrong <= seen * 0.05
