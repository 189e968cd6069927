"""From a declared model to what the engine host loads.

A declared model brings verified files from the model store. A customizable model brings the user's own file, named by
`model_path` in its credentials; which engine reads it follows from the model type and the kind of file. A composite
model names its parts in `model_properties`:

    model_properties:
      parts:
        judge: {model: some-chat-model, model_type: llm}
        retriever: {model: some-embedding-model, model_type: text-embedding}

The parts are models of the same provider; the composite declares their files as its own, so that it is installed when
they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

from msgspec.structs import replace

from modelruntime.engines.contract import EngineSpec
from modelruntime.engines.registry import ENGINES
from modelruntime.engines.store.model_store import ModelStore
from modelruntime.entities.errors import CredentialsInvalid, DeclarationInvalid
from modelruntime.entities.model_type import ModelType
from modelruntime.schema.model import ModelSchema

Lookup = Callable[[str, str, str], ModelSchema | None]
"""Provider, model type, model → the declared model."""

OWN_ENGINES: dict[tuple[ModelType, str], str] = {
    (ModelType.LLM, ".gguf"): "llama_cpp",
    (ModelType.TEXT_EMBEDDING, ".gguf"): "llama_cpp_embedding",
    (ModelType.TEXT_EMBEDDING, ".onnx"): "onnx_embedding",
    (ModelType.SPEECH2TEXT, ""): "whisper",
}
"""What reads a user's own file: model type and suffix (none: a folder) → engine."""


def spec_for(
    schema: ModelSchema,
    engine: str = "",
    options: Mapping[str, Any] | None = None,
    *,
    store: ModelStore | None = None,
    lookup: Lookup | None = None,
) -> EngineSpec:
    """What to load for a model. `engine` is used where the model names none, `options` are its credentials and settings.

    Raises `ModelNotFound` (code `weights_missing`) for files that must be pulled first, `CredentialsInvalid` for a
    `model_path` that cannot be used, `DeclarationInvalid` for a composite whose parts nobody declares.
    """
    chosen = dict(options or {})
    store = store or ModelStore()
    if path := chosen.get("model_path"):
        kind, files = own_files(schema.model_type, Path(str(path)).expanduser())
        return EngineSpec(replace(schema, engine=kind), files, chosen)
    if not schema.files and not schema.model_properties.get("parts") and (schema.engine or engine) in ENGINES:
        raise CredentialsInvalid(f"{schema.provider}/{schema.model} needs the path of your model file", field="model_path")
    named = replace(schema, engine=schema.engine or engine or None)
    parts = {
        role: spec_for(_part(schema, role, part, lookup or _declared), options=chosen, store=store, lookup=lookup)
        for role, part in named.model_properties.get("parts", {}).items()
    }
    return EngineSpec(named, store.paths(named), chosen, parts)


def own_files(model_type: ModelType, path: Path) -> tuple[str, dict[str, Path]]:
    """The engine for a user's own file or folder, and its files by the names engines know (`model.gguf`, …).

    An ONNX embedding model takes its `tokenizer.json` from the same folder.
    """
    suffix = path.suffix.lower() if not path.is_dir() else ""
    engine = OWN_ENGINES.get((model_type, suffix))
    if engine is None:
        known = ", ".join(sorted(kind or "folder" for own, kind in OWN_ENGINES if own is model_type)) or "none"
        raise CredentialsInvalid(f"no engine reads {path.name!r} as a {model_type} model; readable: {known}", field="model_path")
    if not path.exists():
        raise CredentialsInvalid(f"there is no file {path.name!r} where model_path says", field="model_path")
    if not suffix:
        return engine, {file.name: file for file in sorted(path.iterdir()) if file.is_file()}
    beside = path.with_name("tokenizer.json")
    files = {f"model{suffix}": path} | ({beside.name: beside} if beside.is_file() else {})
    return engine, files


def _part(schema: ModelSchema, role: str, part: object, lookup: Lookup) -> ModelSchema:
    named = cast("dict[str, Any]", part) if isinstance(part, dict) else {}
    found = lookup(schema.provider, str(named.get("model_type", "")), str(named.get("model", "")))
    if found is None:
        raise DeclarationInvalid(f"part {role!r} of {schema.provider}/{schema.model} names no declared model")
    return found


def _declared(provider: str, model_type: str, model: str) -> ModelSchema | None:
    """The model among everything this machine declares."""
    from modelruntime.schema.catalogue import Catalogue

    return Catalogue.load().model(provider, model_type, model)
