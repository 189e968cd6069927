import json
import math
import struct
from array import array
from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelruntime.codecs.openai.vectors import VectorInvalid, check_width, float_row, in_order
from modelruntime.codecs.registry import load_codec
from modelruntime.entities.call import TextEmbeddingCall
from modelruntime.entities.errors import ParameterInvalid, RateLimited, ServerUnavailable, Unauthorized
from modelruntime.entities.parts import AudioPart, ImagePart, TextPart, VideoPart
from tests.codecs.calls import answer, drive, endpoint, sent_by

CODEC = load_codec("openai_embeddings")

finite32 = st.floats(width=32, allow_nan=False, allow_infinity=False)


def packed(row):
    return b64encode(struct.pack(f"<{len(row)}f", *row)).decode()


def listing(*rows, **more):
    data = [{"object": "embedding", "index": i, "embedding": row} for i, row in enumerate(rows)]
    return {"object": "list", "data": data, "model": "m-1", "usage": {"prompt_tokens": 3, "total_tokens": 3}, **more}


def call(*inputs, **fields):
    return TextEmbeddingCall("m", inputs or ("a",), **fields)


@given(st.lists(st.lists(finite32, min_size=3, max_size=3), min_size=1, max_size=5), st.booleans())
def test_base64_and_floats_are_the_same_vectors(rows, as_text):
    body = listing(*(packed(row) if as_text else row for row in rows))
    _, result = drive(CODEC.invoke(call(*("x" for _ in rows)), endpoint()), answer(body, x_request_id="r-1"))
    assert list(result.vectors) == [array("f", row) for row in rows]
    assert (result.model, result.usage.input.total, result.request_id) == ("m-1", 3, "r-1")
    assert result.raw is not None
    assert result.raw.json() == json.loads(json.dumps(body))
    assert not result.warnings


@given(st.permutations(range(5)))
def test_rows_are_ordered_by_index(order):
    body = listing(*([float(i)] for i in range(5)))
    body["data"] = [body["data"][i] for i in order]
    _, result = drive(CODEC.invoke(call(*"abcde"), endpoint()), answer(body))
    assert result.vectors.tolist() == [[0.0], [1.0], [2.0], [3.0], [4.0]]


def test_rows_without_index_stay_as_they_came():
    body = {"data": [{"embedding": [1.0]}, {"embedding": [2.0]}]}
    _, result = drive(CODEC.invoke(call("a", "b"), endpoint()), answer(body))
    assert result.vectors.tolist() == [[1.0], [2.0]]
    assert [warning.field for warning in result.warnings] == ["usage"]
    assert result.usage.input.total is None


@pytest.mark.parametrize(
    "body",
    [
        listing([1.0]),
        listing([1.0], [2.0], [3.0]),
        {"data": [{"index": 0, "embedding": [1.0]}, {"index": 0, "embedding": [2.0]}]},
        {"data": [{"index": 0, "embedding": [1.0]}, {"index": 2, "embedding": [2.0]}]},
        {"data": [{"index": 0, "embedding": [1.0]}, {"embedding": [2.0]}]},
        listing([1.0], [1.0, 2.0]),
        listing([], []),
        listing([1.0], [None]),
        listing(packed([1.0]), packed([math.nan])),
        listing(packed([1.0]), packed([-math.inf])),
        listing([1.0], [1e39]),
        listing("AAA=", "AAA="),
        listing("not base64!", "AAAAAA=="),
        {"data": []},
        {"data": None},
        {"object": "list"},
        [1],
        b'{"data": [{"index": 0, "embedding": [NaN]}, {"index": 1, "embedding": [1.0]}]}',
        b"<html>",
        b"",
        b"\xff\xfe",
    ],
)
def test_a_reply_that_is_not_one_vector_per_input_is_an_error(body):
    operation = CODEC.invoke(call("a", "b"), endpoint())
    operation.start()
    with pytest.raises(ServerUnavailable) as caught:
        operation.receive(answer(body))
    assert caught.value.retryable
    assert (caught.value.provider, caught.value.model) == ("acme", "m")


@given(st.binary(min_size=4, max_size=40).map(lambda data: data[: len(data) // 4 * 4]))
def test_the_quick_look_for_nan_and_infinity_misses_none(data):
    finite = all(map(math.isfinite, struct.unpack(f"<{len(data) // 4}f", data)))
    try:
        float_row(data, "float32")
    except VectorInvalid:
        assert not finite
    else:
        assert finite


def test_int8_base64_by_profile_and_by_parameter():
    row = b64encode(struct.pack("3b", -128, 0, 127)).decode()
    by_profile = CODEC.invoke(call(), endpoint(embedding_base64_type="int8", embedding_encoding="unset"))
    by_parameter = CODEC.invoke(call(parameters={"output_dtype": "int8"}), endpoint())
    for operation in (by_profile, by_parameter):
        _, result = drive(operation, answer(listing(row)))
        assert result.vectors.tolist() == [[-128.0, 0.0, 127.0]]


def test_a_width_other_than_asked_is_an_error():
    operation = CODEC.invoke(call(parameters={"dimensions": 2}), endpoint())
    operation.start()
    with pytest.raises(ServerUnavailable, match="vectors of 2, 3 numbers"):
        operation.receive(answer(listing([1.0, 2.0, 3.0])))


def test_batches_are_sent_one_after_the_other_and_added_up():
    operation = CODEC.invoke(call(*"abcde"), endpoint(embedding_max_batch=2))
    first = listing([1.0], [2.0])
    sent, result = drive(operation, answer(first), answer(listing([3.0], [4.0])), answer(listing([5.0]), x_request_id="r-3"))
    assert [body["input"] for body in sent] == [["a", "b"], ["c", "d"], ["e"]]
    assert result.vectors.tolist() == [[1.0], [2.0], [3.0], [4.0], [5.0]]
    assert result.usage.input.total == 9
    assert result.usage.raw == {"requests": [first["usage"]] * 3}
    assert result.request_id == "r-3"
    assert len(result.raw.json()) == 3


def test_one_batch_without_usage_makes_the_sum_unknown():
    operation = CODEC.invoke(call("a", "b"), endpoint(embedding_max_batch=1))
    _, result = drive(operation, answer(listing([1.0])), answer({"data": [{"index": 0, "embedding": [2.0]}]}))
    assert result.usage.input.total is None
    assert [warning.kind for warning in result.warnings] == ["incomplete"]


def test_batches_of_different_width_are_an_error():
    operation = CODEC.invoke(call("a", "b"), endpoint(embedding_max_batch=1))
    operation.start()
    operation.receive(answer(listing([1.0])))
    with pytest.raises(ServerUnavailable):
        operation.receive(answer(listing([1.0, 2.0])))


@pytest.mark.parametrize("encoding, sent", [("base64", "base64"), ("float", "float"), ("unset", None)])
def test_the_encoding_asked_for(encoding, sent):
    body = json.loads(sent_by(CODEC.invoke(call(), endpoint(embedding_encoding=encoding))).body)
    assert body.get("encoding_format") == sent
    assert (body["model"], body["input"]) == ("m", ["a"])


def test_the_request_goes_to_the_path_of_the_profile():
    request = sent_by(CODEC.invoke(call(), endpoint(paths={"embeddings": "/embed?x=1"})))
    assert (request.method, request.url) == ("POST", "https://api.example.com/v1/embed?x=1")
    assert dict(request.headers)["content-type"] == "application/json"


def test_input_type_as_field_with_the_vendors_words():
    facts = {"embedding_input_type_field": "task", "embedding_input_types": {"query": "retrieval.query"}}
    for given_type, word in (("query", "retrieval.query"), ("document", "document"), (None, None)):
        body = json.loads(sent_by(CODEC.invoke(call(input_type=given_type), endpoint(**facts))).body)
        assert body.get("task") == word


def test_input_type_as_prefix():
    facts = {"embedding_prefixes": {"query": "query: "}}
    body = json.loads(sent_by(CODEC.invoke(call("a", TextPart("b"), input_type="query"), endpoint(**facts))).body)
    assert body["input"] == ["query: a", "query: b"]


def test_media_as_objects_where_the_profile_knows_them():
    inputs = ("a", ImagePart("https://x/i.png"), ImagePart(b"\xff\xd8\xffabc"), AudioPart(b"x", "audio/mpeg"))
    body = json.loads(sent_by(CODEC.invoke(call(*inputs), endpoint(embedding_media="objects"))).body)
    assert body["input"] == [
        {"text": "a"},
        {"image": "https://x/i.png"},
        {"image": "data:image/jpeg;base64,/9j/YWJj"},
        {"audio": "data:audio/mpeg;base64,eA=="},
    ]


@pytest.mark.parametrize(
    "bad, field",
    [
        (TextEmbeddingCall("m", ()), "input"),
        (call(ImagePart("https://x/i.png")), "input"),
        (call(parameters={"output_dtype": "ubinary"}), "output_dtype"),
        (call(parameters={"return_multivector": True}), "return_multivector"),
        (call(parameters={"encoding_format": "base64_binary"}), "encoding_format"),
        (call(parameters={"input": "b"}), "input"),
        (call(parameters={"x": object()}), "x"),
    ],
)
def test_a_call_that_cannot_be_said_is_refused_before_it_is_sent(bad, field):
    with pytest.raises(ParameterInvalid) as caught:
        CODEC.invoke(bad, endpoint())
    assert caught.value.field == field


def test_parameters_are_renamed_dropped_and_merged():
    facts = {
        "rename": {"dimensions": "output.width", "encoding_format": "embedding_type"},
        "drop": ("user",),
        "constants": {"v": 1},
    }
    parameters = {"dimensions": 8, "user": "u", "unset": None}
    operation = CODEC.invoke(call(parameters=parameters, extra={"output": {"kind": "x"}}), endpoint(**facts))
    body = json.loads(sent_by(operation).body)
    assert body == {
        "v": 1,
        "model": "m",
        "input": ["a"],
        "embedding_type": "base64",
        "output": {"width": 8, "kind": "x"},
    }
    operation.start()
    result = operation.receive(answer(listing([0.0] * 8))).result
    assert [(warning.kind, warning.field) for warning in result.warnings] == [("dropped", "user")]


def test_under_strict_a_dropped_parameter_is_refused():
    with pytest.raises(ParameterInvalid) as caught:
        CODEC.invoke(call(parameters={"user": "u"}, strict=True), endpoint(drop=("user",)))
    assert caught.value.field == "user"


@pytest.mark.parametrize(
    "reply, kind",
    [
        (answer({"error": {"message": "no", "code": "rate_limit_exceeded"}}, 429, retry_after="2"), RateLimited),
        (answer({"error": {"message": "bad key", "code": "invalid_api_key"}}, 401), Unauthorized),
        (answer({"error": {"message": "bad key", "code": "invalid_api_key"}}), Unauthorized),
        (answer(b"<html>", 502), ServerUnavailable),
    ],
)
def test_errors_are_typed_whatever_their_status(reply, kind):
    operation = CODEC.invoke(call(), endpoint())
    operation.start()
    with pytest.raises(kind):
        operation.receive(reply)


def test_the_order_and_width_checks_say_what_is_wrong():
    row = array("f", [1.0])
    with pytest.raises(VectorInvalid, match="1 vectors for 2 inputs"):
        in_order([row], [0], 2)
    with pytest.raises(VectorInvalid, match="vectors of 1, 2 numbers"):
        check_width([row], 2)


@pytest.mark.parametrize(
    ("rows_field", "body"),
    [
        ("embeddings", {"embeddings": [[1.0, 2.0], [3.0, 4.0]], "model": "n-1", "usage": {"total_tokens": 9}}),
        (
            "/output/embeddings",
            {"output": {"embeddings": [{"embedding": [3.0, 4.0], "index": 1}, {"embedding": packed([1.0, 2.0]), "index": 0}]},
             "model": "n-1", "usage": {"prompt_tokens": 9}},
        ),
    ],
)  # fmt: skip
def test_rows_stand_where_the_profile_says(rows_field, body):
    _, result = drive(CODEC.invoke(call("a", "b"), endpoint(embedding_rows_field=rows_field)), answer(body))
    assert result.vectors.tolist() == [[1.0, 2.0], [3.0, 4.0]]
    assert (result.model, result.usage.input.total, result.usage.raw) == ("n-1", 9, body["usage"])


@pytest.mark.parametrize("body", [{"data": [{"embedding": [1.0]}]}, {"embeddings": None}, {"embeddings": [7]}, [[1.0]], b"{"])
def test_rows_that_are_not_there_are_no_vectors(body):
    operation = CODEC.invoke(call("a"), endpoint(embedding_rows_field="embeddings"))
    operation.start()
    with pytest.raises(ServerUnavailable):
        operation.receive(answer(body))


def test_inputs_may_be_content_under_another_name():
    given = call("a", TextPart("b"), ImagePart("https://x/i.png"), ImagePart(b"GIF89a"), VideoPart("https://x/v.mp4"))
    request = sent_by(CODEC.invoke(given, endpoint(embedding_media="content", rename={"input": "inputs"})))
    assert json.loads(request.body)["inputs"] == [
        {"content": [{"type": "text", "text": "a"}]},
        {"content": [{"type": "text", "text": "b"}]},
        {"content": [{"type": "image_url", "image_url": "https://x/i.png"}]},
        {"content": [{"type": "image_base64", "image_base64": "data:image/gif;base64,R0lGODlh"}]},
        {"content": [{"type": "video_url", "video_url": "https://x/v.mp4"}]},
    ]


def test_sound_is_no_content():
    with pytest.raises(ParameterInvalid, match="audio"):
        CODEC.invoke(call(AudioPart("https://x/a.wav")), endpoint(embedding_media="content"))


def test_media_are_sent_as_objects_or_not_at_all():
    for form in ("none", "images"):
        with pytest.raises(ParameterInvalid):
            CODEC.invoke(call(ImagePart("https://x/a.png")), endpoint(embedding_media=form))
