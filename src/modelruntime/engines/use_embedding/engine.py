"""Sentence embeddings in process: Universal Sentence Encoder, multilingual."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from modelruntime.engines.blas_threads import BlasThreads
from modelruntime.engines.contract import EngineContext, EngineSpec
from modelruntime.engines.unread_parameters import unread_parameters
from modelruntime.engines.use_embedding.batches import batches
from modelruntime.engines.use_embedding.encoder import Encoder
from modelruntime.engines.use_embedding.tokenizer import Tokenizer
from modelruntime.entities.call import EmbeddingInput, TextEmbeddingCall
from modelruntime.entities.embedding_result import EmbeddingResult, Vectors
from modelruntime.entities.errors import ContextLengthExceeded, ParameterInvalid
from modelruntime.entities.parts import TextPart
from modelruntime.entities.usage import InputUsage, Usage


class UseEmbeddingEngine:
    """Vectors of 512, unit length. The files are `weights.npz` and `tokenizer.model`.

    Meaning by topic, in 16 languages alike; negation counts for little. `input_type` makes no difference to it.
    """

    def __init__(self, spec: EngineSpec, context: EngineContext) -> None:
        self._spec = spec
        self._context = context
        self._blas = BlasThreads(context.threads)
        context.progress(0.1, "tokenizer")
        self._tokenizer = Tokenizer.load(spec.files["tokenizer.model"])
        context.progress(0.6, "weights")
        self._encoder = Encoder(spec.files["weights.npz"])

    def invoke(self, call: TextEmbeddingCall) -> EmbeddingResult:
        """One vector per input. Raises `ParameterInvalid` for what is no text."""
        texts = input_texts(call)
        warnings = unread_parameters(call.parameters, (), model=call.model, strict=call.strict)
        sentences = self._tokenized(texts)
        rows: list[array[float]] = []
        with self._blas:
            for batch in batches(sentences):
                if self._context.should_stop():
                    break
                rows += (array("f", row.tobytes()) for row in self._encoder.encode(batch))
        usage = Usage(input=InputUsage(total=sum(len(ids) for ids in sentences)))
        return EmbeddingResult(call.model, Vectors(tuple(rows)), usage=usage, warnings=warnings)

    def count_tokens(self, texts: tuple[str, ...]) -> tuple[int, ...]:
        """By the model's own tokenizer, the marks for begin and end included."""
        return tuple(len(ids) for ids in self._tokenized(texts))

    def close(self) -> None:
        """Nothing outlives the object."""

    def _tokenized(self, texts: Sequence[str]) -> list[list[int]]:
        limit = self._spec.schema.limits.characters
        for number, text in enumerate(texts):
            if limit is not None and len(text) > limit:
                raise ContextLengthExceeded(f"input {number} has {len(text)} characters; the limit is {limit}: split it")
        return [self._tokenizer.encode(text) for text in texts]


def load(spec: EngineSpec, context: EngineContext) -> UseEmbeddingEngine:
    """The factory of engine `use_embedding`."""
    return UseEmbeddingEngine(spec, context)


def input_texts(call: TextEmbeddingCall) -> list[str]:
    """The inputs of a call for a model that embeds nothing but text. Raises `ParameterInvalid` for others, and for none."""
    if not call.inputs:
        raise ParameterInvalid("there is nothing to embed: give at least one text", field="inputs", model=call.model)
    return [_text(number, item) for number, item in enumerate(call.inputs)]


def _text(number: int, item: EmbeddingInput) -> str:
    if isinstance(item, str):
        return item
    if isinstance(item, TextPart):
        return item.text
    raise ParameterInvalid(f"input {number} is no text, and this model embeds nothing else", field="inputs")
