import msgspec
import pytest

from modelruntime.codecs.registry import load_codec
from modelruntime.entities.errors import ServerUnavailable, Unauthorized
from modelruntime.schema.price import Price
from tests.codecs.calls import answer, endpoint, sent_by

CODEC = load_codec("openai_models")


def listed(body):
    operation = CODEC.list_models(endpoint())
    operation.start()
    return operation.receive(answer(body)).result


def facts(row):
    (model,) = listed({"data": [{"id": "x", **row}]})
    return model


def test_the_request():
    request = sent_by(CODEC.list_models(endpoint()))
    assert (request.method, request.url, request.body) == ("GET", "https://api.example.com/v1/models", None)


@pytest.mark.parametrize(
    "body, ids",
    [
        ({"object": "list", "data": [{"id": "a"}, {"id": "b"}]}, ["a", "b"]),
        ([{"id": "a"}], ["a"]),
        (["a", "b"], ["a", "b"]),
        ({"models": [{"name": "a:latest", "model": "a:latest"}]}, ["a:latest"]),
        ({"models": [{"name": "a"}], "data": [{"id": "b"}]}, ["b"]),
        ({"models": [{"name": "a"}], "data": []}, ["a"]),
        ({"data": [{"id": "a"}, {"id": "a"}, {"id": ""}, 7, {"id": "b"}]}, ["a", "b"]),
        ({"data": []}, []),
        ([], []),
    ],
)
def test_lists_of_every_shape(body, ids):
    assert [model.id for model in listed(body)] == ids


@pytest.mark.parametrize("body", [{}, {"data": None}, {"data": [{"x": 1}]}, "x", b"", b"<html>", 7])
def test_what_is_no_list_is_an_error(body):
    with pytest.raises(ServerUnavailable):
        listed(body)


def test_an_error_as_200_is_typed():
    with pytest.raises(Unauthorized):
        listed({"error": {"code": "invalid_api_key", "message": "no"}})


@pytest.mark.parametrize(
    "row, context, output",
    [
        ({"context_length": 128000}, 128000, None),
        ({"context_window": 8192, "max_completion_tokens": 4096}, 8192, 4096),
        ({"max_model_len": 32768}, 32768, None),
        ({"model_type": "embedding", "max_tokens": 2048}, 2048, None),
        ({"model_type": "rerank", "max_tokens": 512}, 512, None),
        ({"model_type": "LLM", "max_tokens": 512}, None, None),
        ({"max_context_length": 131072}, 131072, None),
        ({"max_context_length": 131072, "loaded_context_length": 4096}, 4096, None),
        ({"context_length": None, "top_provider": {"context_length": 9, "max_completion_tokens": 3}}, 9, 3),
        ({"context_length": 0}, None, None),
        ({"context_length": "many"}, None, None),
        ({"context_size": 16, "max_output_tokens": 8}, 16, 8),
        ({}, None, None),
    ],
)
def test_limits(row, context, output):
    assert (facts(row).context, facts(row).max_output) == (context, output)


@pytest.mark.parametrize(
    "row, kind",
    [
        ({}, None),
        ({"object": "model", "type": "base"}, None),
        ({"type": "chat"}, "llm"),
        ({"type": "embeddings"}, "text-embedding"),
        ({"type": "rerank"}, "rerank"),
        ({"type": "transcribe"}, "speech2text"),
        ({"model_type": "LLM"}, "llm"),
        ({"model_type": "audio", "model_ability": ["text2audio"]}, "tts"),
        ({"model_type": "audio", "model_ability": ["audio2text"]}, "speech2text"),
        ({"task": {"name": "Text Generation"}}, "llm"),
        ({"task": {"name": "Automatic Speech Recognition"}}, "speech2text"),
        ({"capabilities": {"completion_chat": True, "moderation": False}}, "llm"),
        ({"capabilities": {"completion_chat": False, "moderation": True}}, "moderation"),
        ({"capabilities": ["embedding"]}, "text-embedding"),
        ({"endpoints": ["embed", "classify"]}, "text-embedding"),
        ({"endpoints": ["rerank"]}, "rerank"),
        ({"architecture": {"input_modalities": ["text"], "output_modalities": ["text", "image"]}}, "llm"),
        ({"architecture": {"output_modalities": ["embeddings"]}}, "text-embedding"),
        ({"id": "text-embedding-3-small"}, None),
    ],
)
def test_the_type_comes_from_the_vendors_own_fields_only(row, kind):
    assert facts(row).model_type == kind


@pytest.mark.parametrize(
    "row, left_out",
    [
        ({"type": "image"}, True),
        ({"task": {"name": "Text-to-Image"}}, True),
        ({"type": "text-to-video"}, True),
        ({"architecture": {"output_modalities": ["image"]}}, True),
        ({"architecture": {"output_modalities": ["image", "text"]}}, False),
        ({"type": "image", "capabilities": ["chat"]}, False),
        ({"type": "something-new"}, False),
        ({"id": "image-maker"}, False),
    ],
)
def test_what_makes_pictures_by_its_vendors_own_word_is_no_model_of_ours(row, left_out):
    assert len(listed({"data": [{"id": "x", **row}, {"id": "y"}]})) == (1 if left_out else 2)


@pytest.mark.parametrize(
    "row, features",
    [
        ({}, None),
        ({"architecture": {"input_modalities": ["text", "image"]}}, None),
        ({"capabilities": {"function_calling": True, "vision": False}}, ("tool-call",)),
        ({"capabilities": {"function_calling": False}}, ()),
        (
            {
                "supported_parameters": ["tools", "structured_outputs"],
                "architecture": {"input_modalities": ["image", "file"]},
            },
            ("tool-call", "vision", "document", "structured-output"),
        ),
        ({"supports_image_in": True, "supports_reasoning": True}, ("vision", "agent-thought")),
        ({"supports_image_in": False}, ()),
        ({"model_ability": ["chat", "tools", "vision"]}, ("tool-call", "vision")),
    ],
)
def test_features_in_our_words(row, features):
    assert facts(row).features == features


def test_the_label_and_the_row_are_kept():
    row = {"id": "x", "name": "X Large", "owned_by": "acme", "pricing": {"input": 1}}
    (model,) = listed([row])
    assert (model.label, model.raw) == ("X Large", row)
    assert facts({"name": "x"}).label is None


@pytest.mark.parametrize(
    "told, price",
    [
        ({"prompt": "0.000003", "completion": "0.000015"}, {"input": "3", "output": "15"}),
        ({"prompt": "0", "completion": "0"}, {"input": "0", "output": "0"}),
        (
            {"prompt": "0.00000125", "completion": "0.00001", "input_cache_read": "0.000000125", "input_cache_write": "0"},
            {"input": "1.25", "output": "10", "cache_read": "0.125"},
        ),
        ({"prompt": "0.00003", "completion": "0.00006", "request": "0", "image": "0.01"}, {"input": "30", "output": "60"}),
        ({"prompt": "-1", "completion": "-1"}, None),
        ({"prompt": "3", "completion": "15"}, None),
        ({"prompt": 0.000003, "completion": 0.000015}, None),
        ({"prompt": "0.000003"}, None),
        ({"input": "0.000003", "output": "0.000015"}, None),
        ({"prompt": "NaN", "completion": "x"}, None),
        ("free", None),
        (None, None),
    ],
)
def test_a_price_is_read_where_it_is_told_for_one_token_beyond_doubt(told, price):
    assert facts({"pricing": told}).pricing == (None if price is None else msgspec.convert(price, Price))
