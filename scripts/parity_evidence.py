"""What stands behind each cell of the parity table: provider × model type × feature.

Four sources, none of which this module can make up: the declarations say which cells there are; `conformance.json` holds what a
conformance run passed (`python -m tests.conformance --write`; test_conformance.py compares it with what passes);
`evidence.json` holds how many recordings show what (`python -m tests.replay --write`; test_evidence.py compares it with the
recordings); and tests against real peers and on real weights name the cells they prove in a mark, which is read off their source.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from tests.conformance.listing import FEATURE as LISTING
from tests.conformance.listing import listing_codec
from tests.conformance.stamping import MADE_UP, models_of, scenarios_of

from modelruntime.schema.catalogue import Catalogue
from modelruntime.schema.codec_choice import codec_names
from modelruntime.schema.model import ModelSchema
from modelruntime.schema.provider import ProviderSchema

ROOT = Path(__file__).resolve().parent.parent
PARTS = ROOT / "docs" / "reference" / "parts"
MODELS = "models"
"""The model type of the listing, which is the provider's."""

PROVIDER_OF = {
    "azure": "azure_openai",
    "cloudflare": "cloudflare_workers_ai",
    "gemini": "google",
    "huggingface": "huggingface_router",
    "together": "togetherai",
    "vertex": "vertex_ai",
    "xai": "x",
}
"""Vendor of the recordings → provider, where the names differ."""


class Cell(NamedTuple):
    """One claim. `codecs` are those that speak for it: a provider's models may need several."""

    provider: str
    model_type: str
    feature: str


class Proof(NamedTuple):
    """What stands behind a cell; all empty: it is unverified."""

    recorded: int = 0
    judges: tuple[str, ...] = ()
    """Of every codec that speaks for the cell, the weaker first: `simulator`, `vendor types`."""
    tests: tuple[str, ...] = ()
    """`real peer`, `real weights`."""


class Claims(NamedTuple):
    """All cells, in the order of the listings, with what is behind them."""

    cells: dict[Cell, Proof]
    codecs: dict[str, dict[str, set[str]]]
    """Codec → model type → providers that speak it."""
    evidence: dict[str, dict[str, dict[str, int]]]
    judges: dict[str, str]


def claims() -> Claims:
    """Everything, from the declarations and the committed files. What tests prove of models that users add are cells as well."""
    evidence = json.loads((PARTS / "evidence.json").read_text("utf-8"))
    conformance = json.loads((PARTS / "conformance.json").read_text("utf-8"))
    recorded = {PROVIDER_OF.get(vendor, vendor): codecs for vendor, codecs in evidence.items()}
    proved = dict(marked())
    cells: dict[Cell, Proof] = {}
    spoken: dict[str, dict[str, set[str]]] = {}
    for cell, codecs in declared(Catalogue.load(environ={})):
        for codec in codecs:
            spoken.setdefault(codec, {}).setdefault(cell.model_type, set()).add(cell.provider)
        passed = conformance["providers"].get(cell.provider, {}).get(cell.model_type, {})
        all_passed = bool(codecs) and all(cell.feature in passed.get(codec, ()) for codec in codecs)
        numbers = [recorded.get(cell.provider, {}).get(codec, {}).get(cell.feature, 0) for codec in codecs]
        judges = tuple(sorted({conformance["judges"][codec] for codec in codecs})) if all_passed else ()
        cells[cell] = Proof(sum(numbers), judges, proved.pop(cell, ()))
    cells |= {cell: Proof(tests=tests) for cell, tests in proved.items()}
    return Claims(cells, spoken, evidence, conformance["judges"])


def declared(catalogue: Catalogue) -> Iterator[tuple[Cell, set[str]]]:
    """Every cell that a declaration asks for, with the codecs that speak for it (none for an engine)."""
    for name in catalogue.provider_ids():
        provider = catalogue.provider(name)
        for model_type in provider.supported_model_types:
            features: dict[str, set[str]] = {}
            for schema in models_of(catalogue, provider, model_type):
                if schema.model == MADE_UP and provider.engine.get(model_type):
                    continue
                for scenario in scenarios_of(schema):
                    features.setdefault(scenario.feature, set()).update(_codecs(schema, provider))
            yield from ((Cell(name, model_type, feature), codecs) for feature, codecs in features.items())
        if codec := listing_codec(provider):
            yield Cell(name, MODELS, LISTING), {codec}


def _codecs(schema: ModelSchema, provider: ProviderSchema) -> set[str]:
    if schema.engine or provider.engine.get(schema.model_type):
        return set()
    return set(codec_names(schema.codec or provider.codec.get(schema.model_type)))


def marked() -> Iterator[tuple[Cell, tuple[str, ...]]]:
    """The cells that tests name in `@pytest.mark.proves(evidence, provider, type, feature, …)`."""
    found: dict[Cell, set[str]] = {}
    for file in sorted((ROOT / "tests").glob("**/test_*.py")):
        text = file.read_text("utf-8")
        if "mark.proves(" not in text:
            continue
        for evidence, provider, model_type, *features in _marks(ast.parse(text)):
            for feature in features:
                found.setdefault(Cell(provider, model_type, feature), set()).add(evidence)
    yield from ((cell, tuple(sorted(words))) for cell, words in found.items())


def _marks(tree: ast.AST) -> Iterator[list[Any]]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr="proves"), args=arguments):
                yield [ast.literal_eval(argument) for argument in arguments]
            case _:
                pass
