"""Embeddings by the user's own GGUF embedding model."""

from __future__ import annotations

from array import array
from importlib import import_module
from typing import Any

from modelruntime.engines.contract import EngineContext, EngineSpec
from modelruntime.engines.llama_cpp.answer_events import error_of, too_long
from modelruntime.engines.llama_cpp.engine import context_size
from modelruntime.engines.llama_cpp.gguf_file import find_gguf
from modelruntime.engines.llama_cpp.server import LlamaServer
from modelruntime.engines.unread_parameters import unread_parameters
from modelruntime.entities.call import EmbeddingInput, TextEmbeddingCall
from modelruntime.entities.embedding_result import EmbeddingResult, Vectors
from modelruntime.entities.errors import CredentialsInvalid, ParameterInvalid
from modelruntime.entities.parts import TextPart
from modelruntime.entities.usage import InputUsage, Usage

_POOLING = {"mean": "MEAN", "cls": "CLS", "last": "LAST"}


def load(spec: EngineSpec, context: EngineContext) -> LlamaEmbedding:
    """Load a GGUF embedding model. Options as for chat, and `pooling` (`mean`, `cls`, `last`; default: what the file says)."""
    size = context_size(spec)
    pooling = spec.options.get("pooling") or spec.schema.model_properties.get("pooling")
    if pooling and pooling not in _POOLING:
        raise CredentialsInvalid(f"pooling must be one of {', '.join(_POOLING)}", field="pooling")

    def configure(params: Any) -> None:
        xllamacpp: Any = import_module("xllamacpp")
        params.embedding = True
        params.n_batch = params.n_ubatch = size  # a text must fit one batch to be pooled
        if pooling:
            params.pooling_type = getattr(xllamacpp.llama_pooling_type, f"LLAMA_POOLING_TYPE_{_POOLING[pooling]}")

    return LlamaEmbedding(LlamaServer(find_gguf(spec), context=size, threads=context.threads, configure=configure), context=size)


class LlamaEmbedding:
    """One loaded embedding model. Vectors have length 1."""

    def __init__(self, server: LlamaServer, *, context: int) -> None:
        self._server = server
        self._context = context

    def invoke(self, call: TextEmbeddingCall) -> EmbeddingResult:
        """One vector per text. Raises `ParameterInvalid` (field `inputs`) for an empty list, an empty text or media,
        `ContextLengthExceeded` for a text that is longer than the context."""
        warnings = unread_parameters(call.parameters, (), model=call.model, strict=call.strict)
        texts = tuple(_text(item) for item in call.inputs)
        if not texts:
            raise ParameterInvalid("inputs must hold at least one text", field="inputs", model=call.model)
        longest = max(self.count_tokens(texts))
        if longest > self._context:
            raise too_long(longest, self._context)
        reply = self._server.embed(texts)
        if "error" in reply:
            raise error_of(reply["error"])
        rows = sorted(reply["data"], key=lambda row: row["index"])
        usage = Usage(InputUsage(reply["usage"]["prompt_tokens"]), raw=reply["usage"])
        return EmbeddingResult(call.model, Vectors(tuple(array("f", row["embedding"]) for row in rows)), usage, warnings=warnings)

    def count_tokens(self, texts: tuple[str, ...]) -> tuple[int, ...]:
        """Tokens of each text, special tokens included."""
        return tuple(self._server.count_tokens(text, add_special=True) for text in texts)

    def close(self) -> None:
        """Free the model."""
        self._server.close()


def _text(item: EmbeddingInput) -> str:
    text = item if isinstance(item, str) else item.text if isinstance(item, TextPart) else None
    if not text:
        what = "empty texts have no meaning to embed" if text == "" else "this model embeds text only"
        raise ParameterInvalid(f"{what}: remove them from inputs", field="inputs")
    return text
