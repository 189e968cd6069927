"""A call for embeddings as requests of at most `profile.embedding_max_batch` inputs.

https://platform.openai.com/docs/api-reference/embeddings/create; inputs as objects and the words of `input_type`:
https://jina.ai/embeddings/, https://docs.voyageai.com/reference/embeddings-api (unverified); inputs as content: the models of
https://github.com/voyage-ai/voyageai-python/blob/main/voyageai/object/multimodal_embeddings.py (release 0.5.0, read 2026-11-28).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from modelruntime.codecs.body_parameters import render_body
from modelruntime.codecs.media_url import media_url
from modelruntime.codecs.openai.request import endpoint_url, json_request
from modelruntime.codecs.operation import Endpoint
from modelruntime.entities.call import EmbeddingInput, TextEmbeddingCall
from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.http import HttpRequest
from modelruntime.entities.parts import AudioPart, ImagePart, TextPart
from modelruntime.entities.token_ids import TokenIds
from modelruntime.entities.warning import CallWarning
from modelruntime.schema.profile import Profile

_PACKED = ("binary", "ubinary", "base64_binary")


def render_embeddings(
    call: TextEmbeddingCall, endpoint: Endpoint
) -> tuple[tuple[HttpRequest, ...], tuple[int, ...], tuple[CallWarning, ...]]:
    """The requests, how many inputs each holds, and what could not be said.

    Raises `ParameterInvalid` for no inputs, for media where the profile knows none, and for packed bits as output.
    """
    if not call.inputs:
        raise ParameterInvalid("there is nothing to embed: give at least one input", field="input", model=call.model)
    _check_numbers(call)
    profile = endpoint.profile
    inputs = [_input(item, call, profile) for item in call.inputs]
    fields: dict[str, Any] = {"model": endpoint.model}
    if profile.embedding_encoding != "unset":
        fields["encoding_format"] = profile.embedding_encoding
    if call.input_type and profile.embedding_input_type_field:
        fields[profile.embedding_input_type_field] = profile.embedding_input_types.get(call.input_type, call.input_type)
    size = max(1, profile.embedding_max_batch or len(inputs))
    batches = [inputs[start : start + size] for start in range(0, len(inputs), size)]
    bodies = [render_body({**fields, "input": batch}, call, profile) for batch in batches]
    url = endpoint_url(endpoint, "embeddings", "/embeddings")
    return tuple(json_request(endpoint, url, body) for body, _ in bodies), tuple(map(len, batches)), bodies[0][1]


def number_type(call: TextEmbeddingCall, profile: Profile) -> str:
    """What base64 in the reply holds: what the call asked for (`output_dtype: int8`), else what the profile says."""
    asked = call.parameters.get("output_dtype")
    return asked if asked in ("int8", "uint8") else profile.embedding_base64_type


def _check_numbers(call: TextEmbeddingCall) -> None:
    for name in ("output_dtype", "encoding_format", "embedding_type"):
        if call.parameters.get(name) in _PACKED:
            raise ParameterInvalid(f"{name!r} asks for packed bits, which are no float vectors", field=name, model=call.model)
    if call.parameters.get("return_multivector"):
        message = "'return_multivector' asks for a vector a token; here every input has one"
        raise ParameterInvalid(message, field="return_multivector", model=call.model)


def _input(item: EmbeddingInput, call: TextEmbeddingCall, profile: Profile) -> str | list[int] | dict[str, Any]:
    if isinstance(item, TokenIds):
        return list(item.ids)
    prefix = profile.embedding_prefixes.get(call.input_type or "", "")
    if isinstance(item, (str, TextPart)):
        return _TEXTS[profile.embedding_media](prefix + (item if isinstance(item, str) else item.text))
    kind = "image" if isinstance(item, ImagePart) else "audio" if isinstance(item, AudioPart) else "video"
    if profile.embedding_media not in ("objects", "content") or (kind == "audio" and profile.embedding_media == "content"):
        raise ParameterInvalid(f"{call.model} cannot embed {kind}: leave it out", field="input", model=call.model)
    url = media_url(item, call.model)
    if profile.embedding_media == "objects":
        return {kind: url}
    name = f"{kind}_base64" if url.startswith("data:") else f"{kind}_url"
    return {"content": [{"type": name, name: url}]}


_TEXTS: dict[str, Callable[[str], str | dict[str, Any]]] = {
    "none": lambda text: text,
    "images": lambda text: text,
    "objects": lambda text: {"text": text},
    "content": lambda text: {"content": [{"type": "text", "text": text}]},
}
"""How a text is an input, by what media are."""
