"""An input to embed as a part of a message."""

from __future__ import annotations

from modelruntime.entities.call import EmbeddingInput
from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.parts import AudioPart, ImagePart, TextPart, VideoPart
from modelruntime.entities.token_ids import TokenIds


def part_of(item: EmbeddingInput, model: str) -> TextPart | ImagePart | VideoPart | AudioPart:
    """A bare text as a text part. Raises `ParameterInvalid` for token ids: no such family takes them."""
    if isinstance(item, TokenIds):
        raise ParameterInvalid(f"{model} takes no token ids: send the text", field="input", model=model)
    return TextPart(item) if isinstance(item, str) else item
