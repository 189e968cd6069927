"""The inputs of a call for embeddings at an endpoint that takes texts alone."""

from __future__ import annotations

from modelruntime.entities.call import TextEmbeddingCall
from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.parts import TextPart
from modelruntime.schema.profile import Profile


def texts_to_embed(call: TextEmbeddingCall, profile: Profile, largest: int | None = None) -> list[list[str]]:
    """The texts, each with the prefix of its input type, in batches of `profile.embedding_max_batch`, at most `largest` where the
    vendor has a limit of its own. Raises `ParameterInvalid` for no inputs and for media."""
    if not call.inputs:
        raise ParameterInvalid("there is nothing to embed: give at least one input", field="input", model=call.model)
    prefix = profile.embedding_prefixes.get(call.input_type or "", "")
    texts: list[str] = []
    for item in call.inputs:
        if not isinstance(item, (str, TextPart)):
            raise ParameterInvalid(f"{call.model} embeds text only", field="input", model=call.model)
        texts.append(prefix + (item if isinstance(item, str) else item.text))
    size = max(1, min(profile.embedding_max_batch or len(texts), largest or len(texts)))
    return [texts[at : at + size] for at in range(0, len(texts), size)]
