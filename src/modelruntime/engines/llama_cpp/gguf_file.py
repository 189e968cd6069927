"""Which file to load, checked before native code reads it."""

from __future__ import annotations

from pathlib import Path

from modelruntime.engines.contract import EngineSpec
from modelruntime.entities.errors import CredentialsInvalid, DeclarationInvalid

MAGIC = b"GGUF"


def find_gguf(spec: EngineSpec) -> Path:
    """The user's own file (option `model_path`), else the one declared file whose name ends in `.gguf`.

    Raises `CredentialsInvalid` (field `model_path`) when the user's file is missing or no GGUF file, and
    `DeclarationInvalid` when the declaration does not name exactly one.
    """
    own = spec.options.get("model_path")
    if own:
        return _checked(Path(str(own)).expanduser())
    declared = [path for name, path in spec.files.items() if name.endswith(".gguf")]
    if len(declared) != 1:
        raise DeclarationInvalid(f"model {spec.schema.model!r} must declare exactly one .gguf file, it declares {len(declared)}")
    return declared[0]


def _checked(path: Path) -> Path:
    try:
        with path.open("rb") as file:
            head = file.read(len(MAGIC))
    except OSError as cause:
        raise CredentialsInvalid(f"the model file {path.name!r} cannot be read: check the path", field="model_path") from cause
    if head != MAGIC:
        raise CredentialsInvalid(f"{path.name!r} is no GGUF file: choose a model in GGUF format", field="model_path")
    return path
