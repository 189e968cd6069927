"""Public tokenizers, offline: BPE data comes with the `tokens` extra, nothing is downloaded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from modelruntime.entities.errors import DeclarationInvalid
from modelruntime.schema.model import ModelSchema

ENCODINGS = frozenset({"cl100k_base", "o200k_base", "o200k_harmony", "llama3", "qwen3"})
"""What a model's `tokenizer` property may name."""

Counter = Callable[[str], int]


def counter_for(name: str | None) -> Counter | None:
    """Counts the tokens of a text exactly, special tokens in it taken as plain text. None for no name, or when the extra
    `tokens` is not installed. The first use takes about half a second and 65 MB."""
    encoding = _encoding(name)
    return None if encoding is None else lambda text: len(encoding.encode_ordinary(text))


def text_of(name: str | None, ids: Sequence[int]) -> str | None:
    """The text that tokens are; bytes that are no whole character become U+FFFD. None as for `counter_for`. Raises `LookupError`
    for an id that the tokenizer does not have."""
    encoding = _encoding(name)
    if encoding is None:
        return None
    text: str = encoding.decode(list(ids))
    return text


def tokenizer_name(schema: ModelSchema) -> str | None:
    """The public tokenizer that a model declares."""
    name = schema.model_properties.get("tokenizer")
    return name if isinstance(name, str) else None


def _encoding(name: str | None) -> Any:
    if name is None:
        return None
    if name not in ENCODINGS:
        raise DeclarationInvalid(f"no tokenizer is called {name!r}; there are {', '.join(sorted(ENCODINGS))}")
    return _load(name)


@lru_cache(maxsize=len(ENCODINGS))
def _load(name: str) -> Any:
    try:
        import quicktok
    except ImportError:
        return None
    find: Callable[[str], Any] = vars(quicktok)["get_encoding"]  # the package has no type hints
    return find(name)


def estimate(text: str) -> int:
    """About how many tokens a text has when nobody knows the tokenizer: a quarter of its UTF-8 bytes, rounded up."""
    return -(-len(text.encode("utf-8", "surrogatepass")) // 4)
