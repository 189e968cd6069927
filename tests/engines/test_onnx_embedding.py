"""A user's own ONNX embedding model, on a smallest one made here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from modelruntime.engines.host import EngineHost
from modelruntime.engines.spec import spec_for
from modelruntime.entities.call import TextEmbeddingCall
from modelruntime.entities.errors import ContextLengthExceeded, CredentialsInvalid, ParameterInvalid
from modelruntime.entities.model_type import ModelType
from modelruntime.schema.model import ModelSchema
from tests.engines.onnx_models import write_lookup_model

TABLE = np.array([[1, 1, 1], [3, 0, 0], [0, 4, 0], [0, 0, 5]])
WORDS = {"?": 0, "red": 1, "green": 2, "blue": 3}


@pytest.fixture(scope="module")
def host() -> Iterator[EngineHost]:
    host = EngineHost()
    yield host
    host.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_lookup_model(tmp_path / "my.onnx", TABLE)
    tokenizer = Tokenizer(WordLevel(WORDS, unk_token="?"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    return tmp_path


def embed(host: EngineHost, folder: Path, *texts: str, **options: Any) -> list[list[float]]:
    schema = ModelSchema(provider="p", model="mine", model_type=ModelType.TEXT_EMBEDDING, fetch_from="customizable-model")
    spec = spec_for(schema, options={"model_path": str(folder / "my.onnx"), **options})
    return host.invoke(spec, TextEmbeddingCall("mine", texts)).vectors.tolist()  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    "pooling, expected",
    [(None, [0.6, 0.8, 0]), ("mean", [0.6, 0.8, 0]), ("cls", [1, 0, 0]), ("last", [0, 1, 0])],
)
def test_tokens_are_pooled_to_unit_vectors(host: EngineHost, folder: Path, pooling: str | None, expected: list[float]) -> None:
    (vector,) = embed(host, folder, "red green", pooling=pooling)
    assert vector == pytest.approx(expected)


def test_padding_does_not_count(host: EngineHost, folder: Path) -> None:
    texts = ("red", "red green blue blue blue", "blue") * 20
    assert embed(host, folder, *texts) == [pytest.approx(embed(host, folder, text)[0]) for text in texts]


def test_tokens_are_counted_by_its_tokenizer(host: EngineHost, folder: Path) -> None:
    schema = ModelSchema(provider="p", model="mine", model_type=ModelType.TEXT_EMBEDDING)
    spec = spec_for(schema, options={"model_path": str(folder / "my.onnx")})
    assert host.count_tokens(spec, ("red green", "", "what is blue")) == (2, 0, 3)
    assert host.invoke(spec, TextEmbeddingCall("mine", ("red green", "blue"))).usage.input.total == 3


def test_an_empty_text_has_a_vector(host: EngineHost, folder: Path) -> None:
    assert len(embed(host, folder, "", "red")) == 2


@pytest.mark.parametrize(
    "options, error",
    [
        ({"context_size": "2"}, ContextLengthExceeded),
        ({"context_size": "many"}, CredentialsInvalid),
        ({"pooling": "max"}, CredentialsInvalid),
    ],
)
def test_options_are_obeyed_or_refused(host: EngineHost, folder: Path, options: dict[str, str], error: type[Exception]) -> None:
    with pytest.raises(error):
        embed(host, folder, "red green blue", **options)


def test_nothing_to_embed_is_an_error(host: EngineHost, folder: Path) -> None:
    with pytest.raises(ParameterInvalid):
        embed(host, folder)


def test_broken_files_name_the_field(host: EngineHost, folder: Path) -> None:
    (folder / "tokenizer.json").write_text("{}")
    with pytest.raises(CredentialsInvalid, match="tokenizer") as error:
        embed(host, folder, "red")
    assert error.value.field == "model_path"
    (folder / "tokenizer.json").unlink()
    with pytest.raises(CredentialsInvalid, match="same folder"):
        embed(host, folder, "red")


def test_a_file_that_is_no_model_names_the_field(host: EngineHost, folder: Path) -> None:
    (folder / "my.onnx").write_bytes(b"not a model")
    with pytest.raises(CredentialsInvalid, match="no ONNX model"):
        embed(host, folder, "red")


def test_a_model_that_wants_more_than_text_is_refused(host: EngineHost, folder: Path) -> None:
    write_lookup_model(folder / "my.onnx", TABLE, ("input_ids", "pixel_values"))
    with pytest.raises(CredentialsInvalid, match="pixel_values"):
        embed(host, folder, "red")
