"""How callers name a model: `provider/model`, the first slash splits."""

from __future__ import annotations

import msgspec

from modelruntime.entities.errors import ModelNotFound, ParameterInvalid
from modelruntime.entities.model_type import ModelType


class ModelReference(msgspec.Struct, frozen=True):
    """A provider's id, a model type, and the model's id there (which may hold slashes)."""

    provider: str
    model_type: ModelType
    model: str

    def __str__(self) -> str:
        return f"{self.provider}/{self.model}"


def parse_reference(name: str, model_type: ModelType) -> ModelReference:
    """`deepseek/deepseek-chat` → the parts. Raises `ModelNotFound` when there is no slash."""
    said: object = name
    provider, slash, model = name.partition("/") if isinstance(said, str) else ("", "", "")
    if not slash or not provider or not model:
        raise ModelNotFound(f"{name!r} is no model name: write provider/model")
    return ModelReference(provider, model_type, model)


def model_type_of(word: ModelType | str) -> ModelType:
    """The type of that name. Raises `ParameterInvalid` with the names there are."""
    try:
        return ModelType(word)
    except ValueError as cause:
        raise ParameterInvalid(f"{word!r} is no model type; there are {', '.join(ModelType)}", field="model_type") from cause
