"""A user's own embedding model: an ONNX file and the `tokenizer.json` (Hugging Face tokenizers) beside it.

It takes `input_ids` and what it wants of `attention_mask` and `token_type_ids`. An output `sentence_embedding` is the
vector; else the vectors of the tokens are pooled (option `pooling`: mean, cls, last). Vectors have unit length.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from modelruntime.engines.contract import EngineContext, EngineSpec
from modelruntime.engines.onnx_embedding.pooling import Floats, Pooling, normalize, parse_pooling, pool
from modelruntime.engines.onnx_session import open_session
from modelruntime.engines.unread_parameters import unread_parameters
from modelruntime.engines.use_embedding.engine import input_texts
from modelruntime.entities.call import TextEmbeddingCall
from modelruntime.entities.embedding_result import EmbeddingResult, Vectors
from modelruntime.entities.errors import ContextLengthExceeded, CredentialsInvalid
from modelruntime.entities.usage import InputUsage, Usage

DEFAULT_CONTEXT = 512
_TEXTS_AT_ONCE = 16
_INPUTS = ("input_ids", "attention_mask", "token_type_ids")
_SENTENCE = "sentence_embedding"


class OnnxEmbeddingEngine:
    """See the module. Options: `context_size` (tokens of one text), `pooling`."""

    def __init__(self, spec: EngineSpec, context: EngineContext) -> None:
        self._context = context
        self._pooling: Pooling = parse_pooling(spec.options.get("pooling"))
        self._longest = _context_size(spec.options.get("context_size"))
        self._tokenizer = _open_tokenizer(spec)
        self._session = _open_model(spec, context.threads)
        self._inputs = [each.name for each in self._session.get_inputs()]
        if unknown := [name for name in self._inputs if name not in _INPUTS]:
            raise CredentialsInvalid(f"the model wants an input {unknown[0]!r}, which no text gives", field="model_path")
        outputs = [each.name for each in self._session.get_outputs()]
        self._output = _SENTENCE if _SENTENCE in outputs else outputs[0]

    def invoke(self, call: TextEmbeddingCall) -> EmbeddingResult:
        """One vector per input. Raises `ParameterInvalid` for what is no text, `ContextLengthExceeded` for a long one."""
        sentences = self._tokenized(input_texts(call))
        warnings = unread_parameters(call.parameters, (), model=call.model, strict=call.strict)
        rows: list[array[float]] = []
        for begin in range(0, len(sentences), _TEXTS_AT_ONCE):
            if self._context.should_stop():
                break
            rows += (array("f", row.tobytes()) for row in self._embed(sentences[begin : begin + _TEXTS_AT_ONCE]))
        usage = Usage(input=InputUsage(total=sum(map(len, sentences))))
        return EmbeddingResult(call.model, Vectors(tuple(rows)), usage=usage, warnings=warnings)

    def count_tokens(self, texts: tuple[str, ...]) -> tuple[int, ...]:
        """By the model's own tokenizer, special tokens included."""
        return tuple(len(encoding.ids) for encoding in self._tokenizer.encode_batch(list(texts)))

    def close(self) -> None:
        """The session goes with the object."""

    def _tokenized(self, texts: Sequence[str]) -> list[list[int]]:
        sentences = [list(encoding.ids) for encoding in self._tokenizer.encode_batch(list(texts))]
        for number, ids in enumerate(sentences):
            if len(ids) > self._longest:
                raise ContextLengthExceeded(f"input {number} has {len(ids)} tokens; the limit is {self._longest}: split it")
        return sentences

    def _embed(self, sentences: Sequence[list[int]]) -> Floats:
        width = max(1, *map(len, sentences))
        ids: npt.NDArray[np.int64] = np.zeros((len(sentences), width), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, sentence in enumerate(sentences):
            ids[row, : len(sentence)] = sentence
            mask[row, : max(1, len(sentence))] = 1
        given = dict(zip(_INPUTS, (ids, mask, np.zeros_like(ids)), strict=True))
        (made,) = self._session.run([self._output], {name: given[name] for name in self._inputs})
        return normalize(made if made.ndim == 2 else pool(made, mask, self._pooling))


def load(spec: EngineSpec, context: EngineContext) -> OnnxEmbeddingEngine:
    """The factory of engine `onnx_embedding`."""
    return OnnxEmbeddingEngine(spec, context)


def _open_tokenizer(spec: EngineSpec) -> Any:
    from tokenizers import Tokenizer

    path = spec.files.get("tokenizer.json")
    if path is None:
        raise CredentialsInvalid("an ONNX embedding model needs its tokenizer.json in the same folder", field="model_path")
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as cause:
        raise CredentialsInvalid("the tokenizer.json beside the model cannot be read", field="model_path") from cause
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def _open_model(spec: EngineSpec, threads: int) -> Any:
    path = spec.files["model.onnx"]
    try:
        return open_session(path, threads)
    except ImportError:
        raise
    except Exception as cause:
        raise CredentialsInvalid(f"{path.name!r} is no ONNX model that can be loaded", field="model_path") from cause


def _context_size(value: object) -> int:
    text = str(value or DEFAULT_CONTEXT)
    if not text.isdecimal() or int(text) < 1:
        raise CredentialsInvalid("context_size is a whole number of at least 1", field="context_size")
    return int(text)
