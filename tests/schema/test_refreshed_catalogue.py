"""A newer catalogue: taken whole or not at all, and unable to change where a key goes."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from modelruntime import DeclarationInvalid
from modelruntime.schema.catalogue import Catalogue
from modelruntime.schema.refreshed_catalogue import install_refresh, read_refresh, refreshed_folder, remove_refresh

NEWER = b"""\
extends: deepseek
models:
  - {model: deepseek-chat, model_type: llm, pricing: {input: "7", output: "8", per: 1M tokens, currency: USD}}
  - {model: deepseek-next, model_type: llm, limits: {output: 5}}
---
extends: groq
models:
  - {model: groq-next, model_type: llm}
---
extends: somebody-new
models:
  - {model: other, model_type: llm}
"""
ONE_ROW = b"extends: groq\nmodels:\n  - {model: m, model_type: llm}\n\n"
KNOWN = ("deepseek", "groq")


def install(content: bytes, home: Path) -> Catalogue:
    environ = {"MODELRUNTIME_HOME": str(home), "MODELRUNTIME_CACHE": str(home / "cache")}
    folder = refreshed_folder(environ)
    assert folder is not None
    install_refresh(read_refresh(content, KNOWN)[1], folder)
    return Catalogue.load((), environ)


def test_models_are_added_and_replaced_and_the_rest_stays(tmp_path: Path) -> None:
    catalogue = install(NEWER, tmp_path)
    chat = catalogue.model("deepseek", "llm", "deepseek-chat")
    assert chat is not None
    assert chat.pricing is not None
    assert chat.pricing.input == Decimal(7)
    assert catalogue.model("deepseek", "llm", "deepseek-next") is not None
    assert catalogue.model("groq", "llm", "groq-next") is not None
    assert catalogue.model("deepseek", "llm", "deepseek-reasoner") is not None
    assert catalogue.problems == ()


def test_what_it_holds_is_told() -> None:
    refresh, texts = read_refresh(NEWER, KNOWN)
    assert refresh.models == {"deepseek": 2, "groq": 1}
    assert refresh.unknown == ("somebody-new",)
    assert set(texts) == {"deepseek", "groq"}
    assert len(refresh.sha256) == 64


def test_a_second_one_replaces_the_first_and_reset_goes_back(tmp_path: Path) -> None:
    install(NEWER, tmp_path)
    catalogue = install(b"extends: groq\nmodels:\n  - {model: later, model_type: llm}\n", tmp_path)
    assert catalogue.model("groq", "llm", "later") is not None
    assert catalogue.model("deepseek", "llm", "deepseek-next") is None
    folder = tmp_path / "catalogue"
    assert remove_refresh(folder)
    assert not remove_refresh(folder)
    assert [path.name for path in tmp_path.iterdir()] == ["cache"]


@pytest.mark.parametrize(
    ("row", "word"),
    [
        ("endpoint: 'https://evil.example/v1'", "endpoint"),
        ("headers: {x-leak: '{api_key}'}", "headers"),
        ("codec: 'os:system'", "codec"),
        ("engine: llama_cpp", "engine"),
        ("extra: {store: true}", "extra"),
    ],
)
def test_nothing_that_decides_where_a_key_goes_is_taken(row: str, word: str) -> None:
    content = f"extends: groq\nmodels:\n  - model: m\n    model_type: llm\n    {row}\n".encode()
    with pytest.raises(DeclarationInvalid, match=word):
        read_refresh(content, KNOWN)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "there is no document"),
        (b"just words", "must hold a mapping"),
        (b"provider: groq\nlabel: {en_US: Groq}\nsupported_model_types: [llm]\n", "declared whole"),
        (b"extends: groq\nauth: {none: {}}\nmodels: []\n", "cannot change 'auth'"),
        (ONE_ROW + b"---\n" + ONE_ROW, "two documents"),
        (b"extends: groq\nmodels:\n  - {model: [}\n", "catalogue"),
    ],
)
def test_a_catalogue_that_is_none_is_refused_whole(content: bytes, words: str) -> None:
    with pytest.raises(DeclarationInvalid, match=words):
        read_refresh(content, KNOWN)


def test_problems_name_the_line_of_the_whole_file() -> None:
    content = ONE_ROW + b"---\nextends: deepseek\nauth: {none: {}}\n"
    with pytest.raises(DeclarationInvalid) as refused:
        read_refresh(content, KNOWN)
    assert refused.value.problems[0].startswith("catalogue:7:")


def test_without_a_place_for_data_there_is_no_newer_catalogue() -> None:
    assert refreshed_folder({}) is None
