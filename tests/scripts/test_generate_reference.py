"""The reference says what the code says, in both languages."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from modelruntime.schema.form import FormField
from modelruntime.schema.profile import Profile
from tests.scripts.load import ROOT, load

reference = load("generate_reference")
DOCUMENTS = reference.documents()


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_files_are_what_the_code_says(path: Path) -> None:
    assert path.read_text("utf-8") == DOCUMENTS[path]
    assert "<!--" not in DOCUMENTS[path]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_key_of_every_struct_has_a_row(language: str) -> None:
    text = reference.declaration(language)
    for _, _, kinds in reference.CHAPTERS:
        for kind in kinds:
            for field in reference.declared_fields(kind):
                assert f"| `{field}` |" in text, f"{kind.__name__}.{field}"


def test_every_struct_that_a_declaration_may_reach_has_a_table() -> None:
    shown = {kind for _, _, kinds in reference.CHAPTERS for kind in kinds}
    links = {
        link for path, text in DOCUMENTS.items() if path.name == "declaration.md" for link in re.findall(r"\]\(#(\w+)\)", text)
    }
    assert links <= {kind.__name__.lower() for kind in shown}
    assert len(shown) >= 20


def test_every_error_is_told_in_both_languages() -> None:
    names = {kind.__name__ for _, kind in reference.error_classes()}
    assert {"ModelRuntimeError", "RateLimited", "StreamIncomplete", "DeclarationInvalid"} <= names
    for language in reference.LANGUAGES:
        assert names <= set(re.findall(r"`(\w+)`", reference.error_reference(language)))


def test_docstrings_of_attributes_are_the_words_of_a_key() -> None:
    assert reference.attribute_docstrings(FormField)["max_length"] == "0 means no limit."
    assert reference.meaning(FormField, "max_length", {"FormField": {"max_length": [None, "零"]}}, "en") == "0 means no limit."


class Unknown(msgspec.Struct):
    """A struct that nobody wrote words for."""

    key: str


@pytest.mark.parametrize(
    ("kind", "field", "words"),
    [
        (Unknown, "key", {}),
        (Unknown, "key", {"Unknown": {"key": [None, "键"]}}),
        (FormField, "max_length", {"FormField": {"max_length": ["A second opinion.", "零"]}}),
    ],
)
def test_a_key_without_words_or_with_two_is_refused(kind: Any, field: str, words: dict[str, Any]) -> None:
    with pytest.raises(reference.WordsMissing, match=f"{kind.__name__}.{field}"):
        reference.meaning(kind, field, words, "en")


def test_words_about_a_key_that_is_gone_are_found() -> None:
    assert list(reference.stale_words({"Profile": {"gone": ["a", "b"], "drop": [None, "b"]}, "Nobody": {"x": []}})) == [
        "Profile.gone",
        "Nobody.x",
    ]


def test_the_check_fails_on_a_stale_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stale = tmp_path / "errors.md"
    stale.write_text("old", "utf-8")
    monkeypatch.setattr(reference, "ROOT", tmp_path)
    monkeypatch.setattr(reference, "documents", lambda: {stale: "new"})
    assert reference.main(["--check"]) == 1
    assert "errors.md is not what the code says" in capsys.readouterr().out
    assert stale.read_text("utf-8") == "old"
    assert reference.main([]) == 0
    assert reference.main(["--check"]) == 0


def test_every_quirk_of_the_profile_is_explained() -> None:
    assert len(reference.declared_fields(Profile)) == len(Profile.__struct_fields__)
