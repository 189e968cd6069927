"""The inputs of a call for embeddings, where an endpoint takes texts alone."""

from __future__ import annotations

from modelruntime.entities.call import TextEmbeddingCall
from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.parts import TextPart
from modelruntime.schema.profile import Profile


def text_inputs(call: TextEmbeddingCall, profile: Profile) -> list[str]:
    """The texts, each after the prefix that the profile puts before its kind.

    Raises `ParameterInvalid` for no inputs, and for one that is no text.
    """
    if not call.inputs:
        raise ParameterInvalid("there is nothing to embed: give at least one input", field="input", model=call.model)
    prefix = profile.embedding_prefixes.get(call.input_type or "", "")
    return [prefix + (item if isinstance(item, str) else _text(item, call)) for item in call.inputs]


def _text(item: object, call: TextEmbeddingCall) -> str:
    if isinstance(item, TextPart):
        return item.text
    raise ParameterInvalid(f"{call.model} embeds texts only: leave out what is none", field="input", model=call.model)
