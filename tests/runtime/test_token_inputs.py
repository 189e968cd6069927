"""Inputs to embed that are token ids: for those who take them, as text for those whose tokenizer is public, refused elsewhere."""

import pytest

from modelruntime import ParameterInvalid
from modelruntime.entities.errors import FamilyOnly
from modelruntime.entities.token_ids import TokenIds
from tests.runtime.colours import Colour
from tests.runtime.scripted import answer

COLOURS = pytest.mark.parametrize("colour", ["sync", "async"])
HELLO_WORLD = TokenIds((15339, 1917))
DOCUMENT = """
provider: acme
label: {en_US: Acme}
supported_model_types: [text-embedding]
configurate_methods: [predefined-model]
codec: openai_embeddings
endpoint: https://acme.test/v1
models:
  - {model: same, model_type: text-embedding}
  - model: prefixed
    model_type: text-embedding
    model_properties: {tokenizer: cl100k_base}
    profile: {embedding_prefixes: {query: "query: "}}
  - {model: objects, model_type: text-embedding, profile: {embedding_media: objects}}
  - {model: named, model_type: text-embedding, codec: ollama_embeddings, model_properties: {tokenizer: cl100k_base}}
  - {model: unnamed, model_type: text-embedding, codec: ollama_embeddings}
"""
VECTOR = answer({"data": [{"index": 0, "embedding": [1.0]}], "usage": {"prompt_tokens": 2, "total_tokens": 2}})
OLLAMA = answer({"embeddings": [[1.0]], "prompt_eval_count": 2})


def embedded(colour, model, reply, *inputs, **more):
    """What was sent as input, and the warnings about it."""
    world = Colour(colour, reply, documents=[DOCUMENT])
    result = world.run(world.runtime.text_embedding(f"acme/{model}").invoke(inputs or HELLO_WORLD, **more))
    assert result.vectors.tolist() == [[1.0]]
    return world.transport.body()["input"], [warning.kind for warning in result.warnings if warning.field == "input"]


@COLOURS
def test_the_family_gets_ids_as_they_are(colour):
    assert embedded(colour, "same", VECTOR) == ([[15339, 1917]], [])
    assert embedded(colour, "prefixed", VECTOR, input_type="document") == ([[15339, 1917]], [])


@COLOURS
@pytest.mark.parametrize(
    ("model", "reply", "text", "more"),
    [("named", OLLAMA, "hello world", {}), ("prefixed", VECTOR, "query: hello world", {"input_type": "query"})],
)
def test_others_get_the_text_where_the_tokenizer_is_public(colour, model, reply, text, more):
    assert embedded(colour, model, reply, **more) == ([text], ["mapped"])


@COLOURS
@pytest.mark.parametrize(
    ("model", "ids", "says"),
    [
        ("unnamed", (1,), "acme/unnamed takes no token ids, and its tokenizer is not known here"),
        ("objects", (1,), "acme/objects takes no token ids"),
        ("named", (1, 2**31 - 1), "cl100k_base does not have all of them"),
    ],
)
def test_nobody_else_is_guessed_for(colour, model, ids, says):
    world = Colour(colour, documents=[DOCUMENT])
    with pytest.raises(FamilyOnly, match=says) as raised:
        world.run(world.runtime.text_embedding(f"acme/{model}").invoke(TokenIds(ids)))
    assert raised.value.field == "input"
    assert not world.transport.requests


def test_no_tokens_are_no_input():
    world = Colour("sync", documents=[DOCUMENT])
    with pytest.raises(ParameterInvalid, match="holds no tokens"):
        world.runtime.text_embedding("acme/same").invoke(["a", TokenIds(())])
