"""The declared provider of local models."""

from __future__ import annotations

from pathlib import Path

import pytest

import modelruntime
from modelruntime.engines.registry import ENGINES
from modelruntime.engines.store.sources import HubSource, UrlSource, WheelSource, parse_sources
from modelruntime.entities.model_type import ModelType
from modelruntime.schema.loading.read_folder import read_folder
from modelruntime.schema.model import ModelSchema
from modelruntime.schema.problem import ProblemLog

FOLDER = Path(modelruntime.__file__).parent / "providers" / "local"
LOG = ProblemLog()
(DECLARED,) = read_folder(FOLDER, LOG)
MODELS = DECLARED.models
LICENSES = {"Apache-2.0", "MIT"}


def test_it_lints_clean() -> None:
    assert LOG.problems == []


def test_it_serves_all_six_types_in_both_sizes() -> None:
    for profile in ("standard", "small"):
        types = {model.model_type for model in MODELS if profile in model.model_properties["pull_profiles"]}
        assert types == set(ModelType), profile


def test_the_small_set_is_small() -> None:
    files = {
        file.sha256: file.size for model in MODELS if "small" in model.model_properties["pull_profiles"] for file in model.files
    }
    assert sum(files.values()) < 330e6


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.model)
def test_every_model_is_whole(model: ModelSchema) -> None:
    assert model.engine in ENGINES
    assert {"en_US", "zh_Hans"} <= set(model.label)
    assert model.features is not None
    assert model.source
    assert model.files
    assert len({file.name for file in model.files}) == len(model.files)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.model)
def test_every_file_is_pinned_and_licensed(model: ModelSchema) -> None:
    for file in model.files:
        assert len(file.sha256) == 64
        assert file.size > 0
        assert file.license in LICENSES
        for source in parse_sources(file):
            assert isinstance(source, WheelSource | HubSource | UrlSource)
            if isinstance(source, HubSource):
                assert len(source.revision) == 40
            if isinstance(source, WheelSource):
                assert all(len(part.sha256) == 64 and part.size and not part.member.endswith(".py") for part in source.parts)


def test_a_composite_has_the_files_of_its_parts() -> None:
    by_name = {(model.model_type, model.model): model for model in MODELS}
    for model in MODELS:
        for part in model.model_properties.get("parts", {}).values():
            declared = by_name[ModelType(part["model_type"]), part["model"]]
            assert all(file in model.files for file in declared.files)


def test_labels_help_and_icon_are_there() -> None:
    provider = DECLARED.schema
    assert provider is not None
    assert {"en_US", "zh_Hans"} <= set(provider.label)
    assert (FOLDER / provider.icon_small["en_US"]).read_text(encoding="utf-8").startswith("<svg")
    provider_form, model_form = provider.provider_credential_schema, provider.model_credential_schema
    assert provider_form is not None
    assert model_form is not None
    fields = (*provider_form.credential_form_schemas, *model_form.credential_form_schemas)
    assert all({"en_US", "zh_Hans"} <= set(field.label) for field in fields)


def test_it_needs_no_credentials() -> None:
    assert DECLARED.schema is not None
    assert DECLARED.schema.provider_credential_schema is not None
    assert not any(field.required for field in DECLARED.schema.provider_credential_schema.credential_form_schemas)
