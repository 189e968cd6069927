"""What real declarations get wrong, one test a kind: taken, and said."""

from decimal import Decimal
from pathlib import Path

import pytest

from modelruntime.entities.model_type import ModelType
from modelruntime.schema.form import ShowOn
from modelruntime.schema.lint import lint_path
from modelruntime.schema.loading.read_tree import read_tree
from modelruntime.schema.problem import ProblemLog
from tests.schema.declare import PROVIDER, codes, read, read_field, read_model, write

MODEL_FORM = PROVIDER + "model_credential_schema:\n  credential_form_schemas:\n"


def rules(text: str):
    model, problems = read_model("parameter_rules:\n" + text)
    assert model is not None
    return model.parameter_rules, codes(problems)


def test_conditions_may_ask_for_the_implicit_model_type() -> None:
    declaration, problems = read(
        MODEL_FORM + "  - {variable: mode, type: select, show_on: [{variable: __model_type, value: llm}],"
        " options: [{value: chat, show_on: [{variable: __model_type, value: llm}]}]}\n"
    )
    assert problems == []
    assert declaration is not None
    assert declaration.schema is not None
    assert declaration.schema.model_credential_schema is not None
    field = declaration.schema.model_credential_schema.credential_form_schemas[0]
    assert field.show_on == field.options[0].show_on == (ShowOn("__model_type", "llm"),)


def test_the_implicit_model_type_is_unknown_to_a_providers_form() -> None:
    _, problems = read_field("- {variable: a, type: text-input, show_on: [{variable: __model_type, value: llm}]}")
    assert codes(problems) == ["show-on-unknown"]


def test_one_variable_may_be_declared_under_several_conditions() -> None:
    declaration, problems = read(
        MODEL_FORM
        + "".join(
            f"  - {{variable: context_size, type: text-input, show_on: [{{variable: __model_type, value: {kind}}}]}}\n"
            for kind in ("llm", "text-embedding", "rerank")
        )
    )
    assert problems == []
    assert declaration is not None
    assert declaration.schema is not None
    assert declaration.schema.model_credential_schema is not None
    assert len(declaration.schema.model_credential_schema.credential_form_schemas) == 3


def test_the_same_variable_under_the_same_condition_is_a_slip() -> None:
    declaration, problems = read_field("- {variable: a, type: text-input}\n- {variable: a, type: secret-input}")
    assert codes(problems) == ["duplicate-field"]
    assert declaration is not None


def test_a_form_may_have_more_than_32_fields() -> None:
    declaration, problems = read_field("\n".join(f"- {{variable: v{n}, type: text-input}}" for n in range(36)))
    assert problems == []
    assert declaration is not None
    assert declaration.schema is not None
    assert declaration.schema.provider_credential_schema is not None
    assert len(declaration.schema.provider_credential_schema.credential_form_schemas) == 36


@pytest.mark.parametrize(
    ("text", "found", "code"),
    [
        ("{en_US: A, zh_Hans: null}", {"en_US": "A"}, ["i18n-null"]),
        ("{text: A}", {"en_US": "A"}, ["i18n-text-key"]),
        ("{text: {en_US: A, zh_Hans: B}}", {"en_US": "A", "zh_Hans": "B"}, ["i18n-text-key"]),
        ("{title: {en_US: T}, text: {en_US: A}}", {"en_US": "A"}, ["i18n-text-key"]),
        ("{title: {en_US: T}, url: {en_US: U}}", {"en_US": "T"}, ["i18n-text-key"]),
        ("{en_US: A, zh_Hans: [B]}", {"en_US": "A"}, ["i18n-not-text"]),
        ("[A]", None, ["i18n-not-text"]),
        ("{zh_Hans: B}", {"en_US": "B", "zh_Hans": "B"}, ["i18n-no-english"]),
        ("{en-US: A, ja_JP: B}", {"en_US": "A", "ja_JP": "B"}, []),
        ("A", {"en_US": "A"}, []),
        ("null", None, []),
        ("{en_US: null}", None, ["i18n-null"]),
        ("{en_US: 4}", {"en_US": "4"}, []),
    ],
)
def test_texts_in_languages_are_repaired(text: str, found: dict[str, str] | None, code: list[str]) -> None:
    declaration, problems = read_field(f"- {{variable: a, type: text-input, help: {text}}}")
    assert declaration is not None
    assert declaration.schema is not None
    assert declaration.schema.provider_credential_schema is not None
    assert declaration.schema.provider_credential_schema.credential_form_schemas[0].help == found
    assert codes(problems) == code


@pytest.mark.parametrize("key", ["icon", "name", "provider", "visible", "description", "metadata"])
def test_unknown_keys_of_a_model_are_ignored_with_their_line(key: str) -> None:
    model, problems = read_model(f"{key}: x")
    assert model is not None
    assert [(problem.code, problem.line) for problem in problems] == [("unknown-key", 8)]


@pytest.mark.parametrize("key", ["identity", "author"])
def test_unknown_keys_of_a_provider_are_ignored(key: str) -> None:
    declaration, problems = read(f"{PROVIDER}{key}: x\nextra: {{python: {{}}}}\n")
    assert declaration is not None
    assert [(problem.code, problem.line) for problem in problems] == [("unknown-key", 5)]


@pytest.mark.parametrize("key", ["show_on", "placeholder"])
def test_unknown_keys_of_a_rule_are_ignored(key: str) -> None:
    found, problems = rules(f"- {{name: seed, type: int, {key}: x}}")
    assert len(found) == 1
    assert problems == ["unknown-key"]


def test_a_fields_help_and_url_are_kept() -> None:
    declaration, problems = read_field("- {variable: a, type: text-input, help: {en_US: H}, url: 'https://x.example'}")
    assert problems == []
    assert declaration is not None
    assert declaration.schema is not None
    assert declaration.schema.provider_credential_schema is not None
    field = declaration.schema.provider_credential_schema.credential_form_schemas[0]
    assert (field.help, field.url) == ({"en_US": "H"}, "https://x.example")


def test_a_link_by_language_is_the_english_one() -> None:
    declaration, problems = read_field("- {variable: a, type: text-input, url: {en_US: 'https://x.example', zh_Hans: z}}")
    assert declaration is not None
    assert declaration.schema is not None
    assert declaration.schema.provider_credential_schema is not None
    assert declaration.schema.provider_credential_schema.credential_form_schemas[0].url == "https://x.example"
    assert problems == []


def test_a_property_that_is_no_number_is_kept() -> None:
    model, problems = read_model("model_properties: {context_size: huge}")
    assert model is not None
    assert (model.model_properties, model.limits.context) == ({"context_size": "huge"}, None)
    assert codes(problems) == ["property-not-a-number"]


def test_a_plugin_without_models_declares_no_provider(tmp_path: Path) -> None:
    write(tmp_path / "tool", {"manifest.yaml": "plugins: {tools: [provider/t.py]}\n"})
    assert load(tmp_path) == ([], [("no-provider", "tool")])


def test_cached_and_tiered_prices_are_kept() -> None:
    model, problems = read_model(
        'pricing: {input: "0.003", output: "0.014", cached: "0.001", unit: "0.001", currency: RMB, tiered_pricing: ['
        '{input: "0.003", output: "0.014", max_tokens: 32768}, {input: "0.004", output: "0.016", max_tokens: 169984}]}'
    )
    assert problems == []
    assert model is not None
    assert model.pricing is not None
    assert (model.pricing.currency, model.pricing.per, model.pricing.cache_read) == ("CNY", "1k tokens", Decimal("0.001"))
    assert [(tier.above, tier.input, tier.output) for tier in model.pricing.tiers] == [(32768, Decimal("0.004"), Decimal("0.016"))]


def test_an_explicit_null_default_takes_the_templates_away() -> None:
    found, problems = rules("- {name: max_tokens, use_template: max_tokens, default: null}")
    assert found[0].default is None
    assert problems == ["null-over-template"]


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("{name: frequency_penalty, use_template: frequency_penalty, default: 1.1, precision: 1}", "default-out-of-bounds"),
        ("{name: top_p, use_template: top_p, default: 0.999}", "default-too-fine"),
        ("{name: a, type: int, min: 3, max: 1}", "bounds-crossed"),
        ("{name: a, type: string, options: [x], default: y}", "default-not-in-options"),
        ("{name: a, type: string, options: [x, x]}", "duplicate-option"),
        ("{name: a, type: string, options: [1, 2]}", "not-a-string"),
        ("{name: a, type: int, default: many}", "default-wrong-type"),
        ("{name: a, type: boolean, default: 'true'}", "default-wrong-type"),
        ("{name: a, type: int, max: '5'}", "number-as-string"),
        ("{name: a, type: tag}", "unknown-parameter-type"),
        ("{name: a}", "type-missing"),
        ("{name: frequency_penalt, type: float}", "likely-typo"),
        ("{use_template: top_k}", "rule-without-name"),
    ],
)
def test_rules_that_contradict_themselves_are_taken_with_a_warning(rule: str, code: str) -> None:
    found, problems = rules(f"- {rule}")
    assert len(found) == 1
    assert problems == [code]


def test_a_default_keeps_its_value_even_outside_its_bounds() -> None:
    assert rules("- {name: frequency_penalty, use_template: frequency_penalty, default: 1.1}")[0][0].default == 1.1


@pytest.mark.parametrize(
    "rule", ["{name: a, type: int}", "{name: a, type: float, default: 1}", "{name: a, type: int, default: 1.0}"]
)
def test_numbers_without_bounds_default_or_precision_are_fine(rule: str) -> None:
    found, problems = rules(f"- {rule}")
    assert (found[0].max, found[0].precision) == (None, None)
    assert problems == []


def test_a_parameters_name_need_not_be_an_identifier() -> None:
    found, problems = rules("- {name: cross-region, type: boolean, default: false}")
    assert (found[0].name, found[0].default, problems) == ("cross-region", False, [])


def test_of_two_rules_with_one_name_the_last_counts() -> None:
    found, problems = rules("- {name: a, type: int}\n- {name: b, type: int}\n- {name: a, type: float}")
    assert [(rule.name, rule.type) for rule in found] == [("a", "float"), ("b", "int")]
    assert problems == ["duplicate-rule"]


@pytest.mark.parametrize(("text", "features"), [("{}", None), ("{features: null}", None), ("{features: []}", ())])
def test_no_features_are_unknown_and_an_empty_list_is_none(text: str, features: object) -> None:
    declaration, problems = read(f"{PROVIDER}models: [{{model: m, model_type: llm, {text.strip('{}')}}}]")
    assert declaration is not None
    assert declaration.models[0].features == features
    assert problems == []


@pytest.mark.parametrize(
    ("pricing", "code", "expected"),
    [
        ('input: "0.00", output: "0.00", unit: "0.000"', ["price-unit-zero"], (Decimal("0.00"), Decimal("0.000001"))),
        ('input: "3", unit: "0"', ["price-unit-zero"], None),
        ('input: "0", unit: "1"', ["price-unit-one"], (Decimal(0), Decimal(1))),
        ('input: "0.05", unit: "1000000"', ["price-unit-inverted"], (Decimal("0.05"), Decimal("0.000001"))),
        ('input: "0.05"', ["price-unit-missing"], (Decimal("0.05"), Decimal("0.000001"))),
        ("input: 0.1, unit: 0.0001", [], (Decimal("0.1"), Decimal("0.0001"))),
    ],
)
def test_odd_units_of_prices(pricing: str, code: list[str], expected: tuple[Decimal, Decimal] | None) -> None:
    model, problems = read_model(f"pricing: {{{pricing}, currency: USD}}")
    assert model is not None
    assert codes(problems) == code
    assert (model.pricing and (model.pricing.input, model.pricing.unit)) == expected


@pytest.mark.parametrize("name", ["org/model", "v1:0", "@cf/x", "anthropic claude", "模型"])
def test_a_models_id_may_hold_anything(name: str) -> None:
    declaration, problems = read(f'{PROVIDER}models: [{{model: "{name}", model_type: llm}}]')
    assert declaration is not None
    assert (declaration.models[0].model, problems) == (name, [])


def test_ints_as_strings_are_numbers() -> None:
    model, problems = read_model("model_properties: {context_size: '8192', mode: chat}")
    assert model is not None
    assert (model.model_properties["context_size"], model.limits.context) == (8192, 8192)
    assert codes(problems) == ["number-as-string"]


# what needs files


PLUGIN = {
    "acme/manifest.yaml": "plugins: {models: [provider/acme.yaml]}\n",
    "acme/provider/acme.yaml": PROVIDER
    + """models:
  llm: {predefined: ["models/llm/*.yaml"], position: models/llm/_position.yaml}
  text_embedding: {predefined: ["models/text_embedding/*.yaml"]}
""",
    "acme/models/llm/a.yaml": "model: a\nmodel_type: llm\n",
    "acme/models/llm/b.yaml": "model: b\nmodel_type: llm\n",
    "acme/models/llm/_position.yaml": "- b\n- a\n",
    "acme/models/text_embedding/e.yaml": "model: e\nmodel_type: text-embedding\n",
}


def plugin(folder: Path, **files: str | None) -> Path:
    changed = {**PLUGIN, **{f"acme/{name}": text for name, text in files.items()}}
    return write(folder, {name: text for name, text in changed.items() if text is not None})


def load(folder: Path) -> tuple[list[str], list[tuple[str, str]]]:
    log = ProblemLog()
    models = [f"{model.model_type}/{model.model}" for declaration in read_tree(folder, log) for model in declaration.models]
    return models, [(problem.code, Path(problem.file).name) for problem in log.problems]


def test_a_plugin_without_oddities_has_no_problems(tmp_path: Path) -> None:
    assert load(plugin(tmp_path)) == (["llm/b", "llm/a", "text-embedding/e"], [])


def test_a_glob_that_matches_nothing_is_a_warning(tmp_path: Path) -> None:
    text = PLUGIN["acme/provider/acme.yaml"].replace("models/text_embedding/*", "models/nowhere/*")
    assert load(plugin(tmp_path, **{"provider/acme.yaml": text})) == (
        ["llm/b", "llm/a"],
        [("glob-matches-nothing", "acme.yaml"), ("unmatched-file", "e.yaml")],
    )


def test_a_file_that_no_glob_matches_is_no_model(tmp_path: Path) -> None:
    models, problems = load(plugin(tmp_path, **{"models/llm/more/c.yaml": "model: c\nmodel_type: llm\n"}))
    assert "llm/c" not in models
    assert problems == [("unmatched-file", "c.yaml")]


def test_other_yaml_among_the_models_is_ignored(tmp_path: Path) -> None:
    other = "provider: acme\nlabel: {en_US: Acme}\nmodels: {llm: {predefined: []}}\n"
    models, problems = load(plugin(tmp_path, **{"models/llm/acme.yaml": other, "models/llm/list.yaml": "x: 1\n"}))
    assert len(models) == 3
    assert problems == [("not-a-model", "acme.yaml"), ("not-a-model", "list.yaml")]


def test_of_two_models_with_one_id_the_last_counts(tmp_path: Path) -> None:
    folder = plugin(tmp_path, **{"models/llm/z.yaml": "model: a\nmodel_type: llm\nfeatures: [vision]\n"})
    log = ProblemLog()
    declaration = read_tree(folder, log)[0]
    assert [model.features for model in declaration.models if model.model == "a"] == [("vision",)]
    assert codes(log.problems) == ["duplicate-model"]
    assert declaration.declared == 4


def test_the_model_type_counts_and_not_the_folder(tmp_path: Path) -> None:
    models, problems = load(plugin(tmp_path, **{"models/llm/x.yaml": "model: x\nmodel_type: text-embedding\n"}))
    assert "text-embedding/x" in models
    assert problems == [("folder-type-mismatch", "x.yaml")]


def test_a_model_in_its_own_folder_wins_over_one_in_another(tmp_path: Path) -> None:
    text = PLUGIN["acme/provider/acme.yaml"]
    later = text[: text.index("models:")] + 'models:\n  text_embedding: {predefined: ["models/text_embedding/*.yaml"]}\n'
    later += '  llm: {predefined: ["models/llm/*.yaml"]}\n'
    folder = plugin(
        tmp_path,
        **{"provider/acme.yaml": later, "models/llm/e.yaml": "model: e\nmodel_type: text-embedding\nfeatures: [wrong]\n"},
    )
    log = ProblemLog()
    found = [model for model in read_tree(folder, log)[0].models if model.model_type is ModelType.TEXT_EMBEDDING]
    assert [model.features for model in found] == [None]
    assert codes(log.problems) == ["folder-type-mismatch", "duplicate-model"]


def test_a_providers_id_need_not_be_its_folder(tmp_path: Path) -> None:
    text = PLUGIN["acme/provider/acme.yaml"].replace("provider: acme", "provider: other-name")
    log = ProblemLog()
    declarations = read_tree(plugin(tmp_path, **{"provider/acme.yaml": text}), log)
    assert [declaration.provider for declaration in declarations] == ["other-name"]
    assert {model.provider for model in declarations[0].models} == {"other-name"}
    assert codes(log.problems) == ["folder-name"]


def test_positions_may_miss_models_and_name_unknown_ones(tmp_path: Path) -> None:
    models, problems = load(plugin(tmp_path, **{"models/llm/_position.yaml": "- b\n- gone\n"}))
    assert models == ["llm/b", "llm/a", "text-embedding/e"]
    assert [code for code, _ in problems] == ["position-unknown", "position-misses"]


def test_a_duplicate_key_in_a_file_is_a_warning_with_its_line(tmp_path: Path) -> None:
    report = lint_path(plugin(tmp_path, **{"models/llm/a.yaml": "model: a\nmodel_type: llm\nmodel: aa\n"}))
    found = next(problem for problem in report.warnings if problem.code == "duplicate-key")
    assert (Path(found.file).name, found.line) == ("a.yaml", 3)
    assert report.models == 3


def test_broken_yaml_in_one_model_leaves_the_others(tmp_path: Path) -> None:
    report = lint_path(plugin(tmp_path, **{"models/llm/a.yaml": "model: a\nfeatures: [x\n"}))
    assert [(Path(problem.file).name, problem.line, problem.code) for problem in report.errors] == [("a.yaml", 3, "yaml-broken")]
    assert (report.providers, report.models) == (1, 2)


def test_anchors_and_merge_keys_are_read(tmp_path: Path) -> None:
    models, problems = load(plugin(tmp_path, **{"models/llm/a.yaml": "x: &x {model_type: llm}\n<<: *x\nmodel: a\n"}))
    assert models == ["llm/b", "llm/a", "text-embedding/e"]
    assert problems == [("unknown-key", "a.yaml")]


def test_a_plugin_may_come_without_a_manifest(tmp_path: Path) -> None:
    folder = plugin(tmp_path)
    (folder / "acme/manifest.yaml").unlink()
    assert load(folder) == load(folder / "acme") == (["llm/b", "llm/a", "text-embedding/e"], [])


@pytest.mark.parametrize("pattern", ["../*.yaml", "/etc/*.yaml"])
def test_a_glob_cannot_leave_the_folder(tmp_path: Path, pattern: str) -> None:
    text = PLUGIN["acme/provider/acme.yaml"].replace("models/text_embedding/*.yaml", pattern)
    _, problems = load(plugin(tmp_path, **{"provider/acme.yaml": text}))
    assert ("path-escape", "acme.yaml") in problems
