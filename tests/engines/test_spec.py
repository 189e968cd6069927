"""From declarations and own files to engine specs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from modelruntime.engines.spec import own_files, spec_for
from modelruntime.engines.store.model_store import ModelStore
from modelruntime.entities.errors import CredentialsInvalid, DeclarationInvalid, ModelNotFound
from modelruntime.entities.model_type import ModelType
from modelruntime.schema.model import ModelSchema
from tests.engines.test_store import a_file


def schema(model: str = "m", kind: ModelType = ModelType.LLM, **facts: Any) -> ModelSchema:
    return ModelSchema(provider="p", model=model, model_type=kind, **facts)


@pytest.fixture
def store(tmp_path: Path) -> ModelStore:
    return ModelStore(tmp_path / "home", environ={})


def test_a_declared_model_brings_its_files(store: ModelStore, tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"data")
    wanted = schema(files=(a_file({"path": str(tmp_path / "f")}, data=b"data"),))
    with pytest.raises(ModelNotFound):
        spec_for(wanted, "llama_cpp", store=store)
    store.pull([wanted])
    spec = spec_for(wanted, "llama_cpp", {"threads": "2"}, store=store)
    assert (spec.schema.engine, spec.files["model.gguf"].read_bytes(), spec.options) == ("llama_cpp", b"data", {"threads": "2"})


def test_the_models_own_engine_wins(store: ModelStore) -> None:
    assert spec_for(schema(engine="own"), "provider's", store=store).schema.engine == "own"


@pytest.mark.parametrize(
    "kind, name, engine, files",
    [
        (ModelType.LLM, "my.GGUF", "llama_cpp", ["model.gguf"]),
        (ModelType.TEXT_EMBEDDING, "my.gguf", "llama_cpp_embedding", ["model.gguf"]),
        (ModelType.TEXT_EMBEDDING, "my.onnx", "onnx_embedding", ["model.onnx"]),
        (ModelType.SPEECH2TEXT, "", "whisper", ["config.json", "model.bin"]),
    ],
)
def test_own_files_choose_their_engine(tmp_path: Path, kind: ModelType, name: str, engine: str, files: list[str]) -> None:
    for made in (name,) if name else ("model.bin", "config.json"):
        (tmp_path / made).write_bytes(b"x")
    found, paths = own_files(kind, tmp_path / name if name else tmp_path)
    assert (found, sorted(paths)) == (engine, files)


def test_an_own_onnx_model_takes_the_tokenizer_beside_it(tmp_path: Path) -> None:
    for name in ("my.onnx", "tokenizer.json"):
        (tmp_path / name).write_bytes(b"x")
    spec = spec_for(schema(kind=ModelType.TEXT_EMBEDDING), options={"model_path": str(tmp_path / "my.onnx")})
    assert sorted(spec.files) == ["model.onnx", "tokenizer.json"]


@pytest.mark.parametrize(
    "kind, name, words",
    [
        (ModelType.LLM, "gone.gguf", "no file 'gone.gguf'"),
        (ModelType.LLM, "my.onnx", "readable: .gguf"),
        (ModelType.TTS, "my.onnx", "readable: none"),
    ],
)
def test_own_files_that_cannot_be_used_name_the_field(tmp_path: Path, kind: ModelType, name: str, words: str) -> None:
    with pytest.raises(CredentialsInvalid, match=words) as error:
        spec_for(schema(kind=kind), options={"model_path": str(tmp_path / name)})
    assert error.value.field == "model_path"


def test_an_own_model_needs_its_path(store: ModelStore) -> None:
    with pytest.raises(CredentialsInvalid) as error:
        spec_for(schema(), "llama_cpp", {}, store=store)
    assert error.value.field == "model_path"


def test_a_composite_brings_its_parts(store: ModelStore) -> None:
    judge = schema("judge", engine="own")
    whole = schema("whole", ModelType.RERANK, model_properties={"parts": {"judge": {"model": "judge", "model_type": "llm"}}})

    def lookup(provider: str, model_type: str, model: str) -> ModelSchema | None:
        return judge if (provider, model_type, model) == ("p", "llm", "judge") else None

    spec = spec_for(whole, "pointwise_rerank", store=store, lookup=lookup)
    assert spec.parts["judge"].schema == judge
    with pytest.raises(DeclarationInvalid, match="judge"):
        spec_for(whole, "pointwise_rerank", store=store, lookup=lambda *_: None)
