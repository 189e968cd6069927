"""The declarations of the fleet: complete, sourced, in two languages, and not at odds with themselves."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree

import pytest
from scripts.catalogue.mapping import first_match, load_fleet
from scripts.catalogue.parameter import load_parameters

from modelruntime.codecs.registry import CODECS
from modelruntime.schema.i18n import I18nText
from modelruntime.schema.lint import lint_fleet
from modelruntime.schema.provider import ProviderSchema
from tests.providers.fleet import FOLDER, VENDORS, catalogue, fields, models

EACH = pytest.mark.parametrize("vendor", VENDORS)

BOUNDS = load_parameters().bounds
"""What vendors take; `scripts/catalogue/providers.yaml` says where one takes less, and which page says so. Mistral:
https://github.com/SillyTavern/SillyTavern/pull/4856 (1.6 is refused); Moonshot: https://platform.kimi.ai/docs/api/chat.md;
OpenAI: https://github.com/openai/openai-openapi (read 2026-11-22); what has no page is unverified, taken to be OpenAI's."""


def bounds_of(vendor: str, parameter: str, model: str) -> tuple[float, float]:
    entry = load_fleet().providers.get(vendor)
    own = (first_match(entry.rules, model) or {}).get(parameter, {}) if entry else {}
    if "max" in own:
        return own["min"], own["max"]
    return (entry.bounds if entry else {}).get(parameter, BOUNDS[parameter])


@EACH
def test_a_provider_lints_without_a_single_finding(vendor):
    report = lint_fleet(FOLDER / vendor, CODECS)
    assert [str(problem) for problem in (*report.errors, *report.warnings)] == []
    assert report.providers == 1


def test_all_that_is_shipped_lints_without_a_single_finding():
    report = lint_fleet(FOLDER, CODECS)
    assert [str(problem) for problem in (*report.errors, *report.warnings)] == []
    assert report.providers == len(VENDORS) + 2, "the vendors, local and openai_api_compatible"


def test_the_fleet_has_an_order():
    assert catalogue().provider_ids()[:2] == ("local", "openai")
    assert set(VENDORS) <= set(catalogue().provider_ids())


@EACH
def test_what_people_read_is_written_in_both_languages(vendor):
    missing = [place for place, text in texts(catalogue().provider(vendor)) if not {"en_US", "zh_Hans"} <= text.keys()]
    assert missing == []


def texts(schema: ProviderSchema) -> Iterator[tuple[str, I18nText]]:
    yield "label", schema.label
    yield "description", schema.description or {}
    yield "help", schema.help.title if schema.help else {}
    for field in fields(schema):
        yield f"{field.variable}: label", field.label
        if field.type == "text-input" or field.type == "secret-input":
            yield f"{field.variable}: placeholder", field.placeholder or {}
        if field.help:
            yield f"{field.variable}: help", field.help
        yield from ((f"{field.variable}: {option.value}", option.label) for option in field.options)
    for model in models(schema.provider):
        for rule in model.parameter_rules:
            yield f"{model.model}: {rule.name}", rule.label
            yield f"{model.model}: {rule.name}: help", rule.help or {}


@EACH
def test_an_icon_is_a_drawing_and_nothing_else(vendor):
    icon = catalogue().icon(vendor, "icon_small", "en_US")
    assert icon is not None
    content, media_type = icon
    assert media_type == "image/svg+xml"
    assert len(content) < 4096
    for element in ElementTree.fromstring(content).iter():
        assert element.tag.rpartition("}")[2] in {"svg", "g", "path", "rect", "circle"}
        assert not [name for name in element.attrib if name.startswith("on") or name.endswith("href")]


ACCOUNT = {"CLOUDFLARE_ACCOUNT_ID"}
"""Names an account, which two providers share."""


def test_no_environment_variable_fills_two_fields():
    owners: dict[str, set[tuple[str, str]]] = {}
    for vendor in VENDORS:
        for field in fields(catalogue().provider(vendor)):
            for name in field.env:
                owners.setdefault(name, set()).add((vendor, field.variable))
    assert {name: found for name, found in owners.items() if len(found) > 1 and name not in ACCOUNT} == {}


@EACH
def test_a_key_is_a_secret_and_an_address_is_for_experts(vendor):
    schema = catalogue().provider(vendor)
    for field in fields(schema):
        if "key" in field.variable:
            assert field.type == "secret-input"
        if field.format == "url" and not field.required:
            assert field.default, field.variable
    assert schema.help is not None
    assert all(url.startswith("https://") for url in schema.help.url.values())
    assert schema.telemetry_name


@EACH
def test_every_model_says_where_its_facts_come_from(vendor):
    for model in models(vendor):
        assert model.source, model.model
        assert all(source.date for source in model.source if source.url != "unverified"), model.model


@EACH
def test_features_agree_with_modalities_rules_and_profile(vendor):
    for model in models(vendor):
        features, rules = set(model.features or ()), {rule.name: rule for rule in model.parameter_rules}
        assert model.features is not None, model.model
        assert model.modalities is not None, model.model
        wanted = {("vision", "image"), ("audio", "audio"), ("video", "video"), ("document", "pdf")}
        if model.model_type != "speech2text":
            for feature, kind in wanted:
                assert (feature in features) == (kind in model.modalities.input), (model.model, feature)
        assert len(features & {"tool-call", "multi-tool-call", "stream-tool-call"}) in (0, 3), model.model
        assert ("structured-output" in features) == ("json_schema" in rules), model.model
        assert ("agent-thought" in features) == bool(model.reasoning), model.model
        effort = rules.get("reasoning_effort")
        if model.reasoning and "efforts" in model.reasoning:
            assert effort, model.model
            assert set(model.reasoning["efforts"]) <= set(effort.options), model.model
        if "response_format" in rules:
            assert ("json_schema" in rules["response_format"].options) == ("json_schema" in rules), model.model
        assert "enable_stream" not in rules


@EACH
def test_no_bound_is_narrower_than_the_vendor(vendor):
    for model in models(vendor):
        for rule in model.parameter_rules:
            assert not {"min", "max", "options"} & set(rule.hints), (model.model, rule.name, "a template's bound")
            if rule.name == "temperature" and model.model_type == "llm":
                assert (rule.min, rule.max) == bounds_of(vendor, rule.name, model.model), model.model
            if rule.name in ("presence_penalty", "frequency_penalty"):
                assert (rule.min, rule.max) == bounds_of(vendor, rule.name, model.model), model.model
            if rule.name == "max_tokens":
                assert rule.max is not None or model.limits.output is None, model.model
                assert rule.max is None or rule.max >= (model.limits.output or 1), model.model
        if model.model_type == "llm":
            assert model.limits.context or load_fleet().providers[vendor].modelsdev, model.model  # it leaves some open
            if "max_tokens" not in catalogue().provider(vendor).profile.get("drop", ()):
                assert any(rule.name == "max_tokens" for rule in model.parameter_rules), model.model
            assert (model.limits.output or 0) <= (model.limits.context or float("inf")), model.model


@EACH
def test_a_voice_is_one_that_there_is(vendor):
    for model in models(vendor):
        voices = [voice["mode"] for voice in model.model_properties.get("voices", ())]
        if model.model_type == "tts":
            assert model.model_properties["default_voice"] in voices, model.model
            assert len(set(voices)) == len(voices)


def test_the_files_stay_small():
    for vendor in VENDORS:
        file = FOLDER / vendor / "models.yaml"
        if file.is_file():
            lines = file.read_text("utf-8").splitlines()
            assert len([line for line in lines if line.startswith(("  - {", "     "))]) <= 6 * len(models(vendor)), vendor
