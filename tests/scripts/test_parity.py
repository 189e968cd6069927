"""The parity table claims what stands in its sources, and calls the rest unverified."""

from __future__ import annotations

import ast
import json

import pytest
from scripts.catalogue.mapping import load_fleet
from scripts.parity_evidence import Cell, Claims, Proof, claims, marked

from modelruntime.codecs.registry import CODECS
from modelruntime.schema.catalogue import Catalogue
from scripts import parity_evidence, parity_table

CATALOGUE = Catalogue.load(environ={})


@pytest.fixture(scope="module")
def found() -> Claims:
    return claims()


@pytest.mark.parametrize(
    ("proof", "sign"),
    [
        (Proof(), "?"),
        (Proof(12), "r12"),
        (Proof(3, ("vendor types",)), "r3 V"),
        (Proof(0, ("simulator", "vendor types")), "S"),
        (Proof(0, ("simulator",), ("real peer",)), "S P"),
        (Proof(0, (), ("real weights",)), "W"),
    ],
)
def test_a_cell_shows_its_proofs_and_the_weakest_judge_of_its_codecs(proof: Proof, sign: str) -> None:
    assert parity_table.sign(proof) == sign


def test_every_cell_is_declared_and_every_declared_feature_is_a_cell(found: Claims) -> None:
    for cell in found.cells:
        provider = CATALOGUE.provider(cell.provider)
        assert cell.model_type == parity_evidence.MODELS or cell.model_type in provider.supported_model_types
    assert {cell.provider for cell in found.cells} == set(CATALOGUE.provider_ids())
    openai = {cell.feature for cell in found.cells if (cell.provider, cell.model_type) == ("openai", "llm")}
    assert {"chat", "stream", "tools", "vision", "reasoning", "structured output", "errors"} <= openai


def test_a_feature_that_no_conformance_run_passed_is_not_claimed(found: Claims, monkeypatch: pytest.MonkeyPatch) -> None:
    assert found.cells[Cell("openai", "llm", "vision")].judges == ("vendor types",)
    passed = json.loads((parity_evidence.PARTS / "conformance.json").read_text("utf-8"))
    for codecs in passed["providers"]["openai"].values():
        for features in codecs.values():
            features[:] = [feature for feature in features if feature != "vision"]
    evidence = (parity_evidence.PARTS / "evidence.json").read_text("utf-8")
    texts = iter([json.loads(evidence.replace('"openai"', '"nobody"')), passed])
    monkeypatch.setattr(json, "loads", lambda text: next(texts))
    stripped = claims()
    assert parity_table.sign(stripped.cells[Cell("openai", "llm", "vision")]) == "?"
    assert stripped.cells[Cell("openai", "llm", "chat")].judges == ("vendor types",)


def test_a_recording_counts_for_the_codec_that_it_is_of_alone(found: Claims) -> None:
    """The anthropic vendor was once recorded behind OpenAI's dialect; nobody declares that of it."""
    assert found.evidence["anthropic"]["openai_chat"]["chat"] == 1
    for cell, proof in found.cells.items():
        vendor = next((name for name, provider in parity_evidence.PROVIDER_OF.items() if provider == cell.provider), cell.provider)
        counts = [codecs.get(cell.feature, 0) for codecs in found.evidence.get(vendor, {}).values()]
        assert proof.recorded <= sum(counts)


def test_the_vendors_of_the_recordings_are_known_by_their_providers(found: Claims) -> None:
    """A provider that is not declared yet is one that the catalogues map."""
    mapped = set(load_fleet().providers)
    for vendor in found.evidence:
        assert parity_evidence.PROVIDER_OF.get(vendor, vendor) in mapped | set(CATALOGUE.provider_ids())


def test_marks_name_providers_types_and_features_that_there_are(found: Claims) -> None:
    cells = dict(marked())
    features = {cell.feature for cell in found.cells if cell not in cells}
    assert {word for words in cells.values() for word in words} == {"real peer", "real weights"}
    for cell in cells:
        assert cell.model_type in (*CATALOGUE.provider(cell.provider).supported_model_types, parity_evidence.MODELS)
        assert cell.feature in features
        assert found.cells[cell].tests == cells[cell]


def test_marks_are_read_off_the_source() -> None:
    source = '@pytest.mark.proves("real peer", "acme", "llm", "chat", "usage")\ndef test_x(): ...\n'
    assert list(parity_evidence._marks(ast.parse(source))) == [["real peer", "acme", "llm", "chat", "usage"]]


def test_every_codec_of_the_evidence_is_registered_and_stands_in_the_table(found: Claims) -> None:
    page = parity_table.table(found, "en")
    for codecs in found.evidence.values():
        for codec in codecs:
            assert codec in CODECS
            assert f"| `{codec}` |" in page


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_share_is_given(found: Claims, language: str) -> None:
    assert "%" not in parity_table.table(found, language)
