"""The fixtures that Python's and TypeScript's forms and parameters are held to: made from every provider of the fleet.

    python scripts/console_fixtures.py            write tests/fixtures/{forms,parameters}/fleet
    python scripts/console_fixtures.py --check    exit 1 when they are not what would be written

A fixture says what the backend answers; pytest asks the backend again, vitest asks the console's own code. Forms and values
written by hand, for what no provider of the fleet declares, lie in tests/fixtures/forms/own and tests/fixtures/parameters/own.json;
the answers are put beside them in the same way.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.model_type import ModelType
from modelruntime.entities.secret import Secret
from modelruntime.schema.catalogue import Catalogue
from modelruntime.schema.conditions import visible_fields
from modelruntime.schema.form import FormField
from modelruntime.schema.form_validation import fill_form
from modelruntime.schema.i18n import pick
from modelruntime.schema.model import ModelSchema
from modelruntime.schema.parameter_policy import apply_rules
from modelruntime.schema.parameter_rule import ParameterRule

FIXTURES = Path(__file__).resolve().parent.parent / "tests" / "fixtures"
LANGUAGES = ("en_US", "zh_Hans")
SAMPLES = {"url": "https://gateway.example/base", "json": '{"type": "account"}', "number": "4096"}
RULE_SETS = 30
"""How many different sets of parameter rules of the fleet are tried; the widest come first."""


def drawn(fields: Sequence[FormField], values: Mapping[str, Any], model_type: ModelType | None, language: str) -> list[Any]:
    """What a form draws: variable, label, placeholder and help in the language, and the options with their labels."""
    return [
        [
            field.variable,
            *(pick(text or {}, language) for text in (field.label, field.placeholder, field.help)),
            [[option.value, pick(option.label, language)] for option in field.options],
        ]
        for field in visible_fields(fields, values, model_type)
    ]


def form_outcome(fields: Sequence[FormField], values: Mapping[str, Any], model_type: ModelType | None) -> dict[str, Any]:
    """Visible variables, problems and payload as a fixture holds them; a secret is its text."""
    filled = fill_form(fields, values, model_type=model_type)
    return {
        "visible": [field.variable for field in visible_fields(fields, values, model_type)],
        "problems": [[problem.variable, problem.code, problem.severity] for problem in filled.problems],
        "payload": {name: value.reveal() if isinstance(value, Secret) else value for name, value in filled.values.items()},
    }


def parameter_outcome(rules: tuple[ParameterRule, ...], values: Mapping[str, Any], *, strict: bool) -> dict[str, Any]:
    """What is sent, what is warned of, or the parameter that makes the call impossible."""
    model = ModelSchema(provider="acme", model="m", model_type=ModelType.LLM, label={}, parameter_rules=rules)
    try:
        applied = apply_rules(model, values, strict=strict)
    except ParameterInvalid as refused:
        return {"sent": {}, "warnings": [], "refused": refused.field}
    return {
        "sent": applied.parameters,
        "warnings": [[warning.kind, warning.field] for warning in applied.warnings],
        "refused": None,
    }


def sample(field: FormField) -> str:
    """Something valid for a field that has no default."""
    if field.options:
        return field.options[0].value
    if field.type == "switch":
        return "true"
    if field.type == "number-input":
        return SAMPLES["number"]
    if field.type == "secret-input" and field.format is None:
        return "  sk-sample-0001 "
    return SAMPLES.get(field.format or "", "sample0001")


def form_cases(fields: Sequence[FormField], model_type: ModelType | None) -> Iterator[dict[str, Any]]:
    """Nothing filled in; everything that is asked for; each option of each choice with the rest filled in after it."""
    yield {"name": "empty", "values": {}}
    complete = _filled_up(fields, {}, model_type, every=True)
    yield {"name": "complete", "values": complete}
    for field in fields:
        for option in field.options:
            start = {field.variable: option.value}
            yield {"name": f"{field.variable}={option.value}", "values": _filled_up(fields, start, model_type, every=False)}
    yield {"name": "wrong", "values": {field.variable: "*" if field.type == "secret-input" else "no such" for field in fields}}
    yield {"name": "leftover", "values": complete | {"no_such_variable": "x"}}


def _filled_up(
    fields: Sequence[FormField], values: Mapping[str, Any], model_type: ModelType | None, *, every: bool
) -> dict[str, Any]:
    found = dict(values)
    for _ in fields:
        for field in visible_fields(fields, found, model_type):
            if field.variable not in found and (every or (field.required and not field.default)):
                found[field.variable] = field.default or sample(field)
                break
        else:
            break
    return found


def form_fixture(fields: Sequence[FormField], model_type: ModelType | None) -> dict[str, Any]:
    """One form with its cases."""
    cases = list({msgspec.json.encode(case["values"]): case for case in form_cases(fields, model_type)}.values())
    return {
        "model_type": model_type,
        "fields": fields,
        "drawn": {language: drawn(fields, {}, model_type, language) for language in LANGUAGES},
        "cases": [case | form_outcome(fields, case["values"], model_type) for case in cases],
    }


def form_files(catalogue: Catalogue) -> Iterator[tuple[str, bytes]]:
    """One file for each provider that has a form; its customizable models' form is tried for each model type."""
    for name in catalogue.provider_ids():
        schema = catalogue.provider(name)
        forms: list[dict[str, Any]] = []
        if schema.provider_credential_schema:
            forms.append(form_fixture(schema.provider_credential_schema.credential_form_schemas, None))
        if schema.model_credential_schema:
            fields = schema.model_credential_schema.credential_form_schemas
            types = schema.supported_model_types if _asks_for_type(fields) else schema.supported_model_types[:1]
            forms.extend(form_fixture(fields, model_type) for model_type in types)
        if forms:
            yield f"forms/fleet/{name}.json", encoded(_different(forms))


def _different(forms: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Models of most providers are asked for by the provider's own form: once is enough where the outcome is the same."""
    return list({msgspec.json.encode(form | {"model_type": None}): form for form in reversed(forms)}.values())[::-1]


def own_files(root: Path) -> Iterator[tuple[str, bytes]]:
    """The fixtures written by hand, answered anew. Their `fields`, `rules` and `values` stay as they are."""
    for path in sorted((root / "forms" / "own").glob("*.json")):
        forms = msgspec.json.decode(path.read_bytes())
        yield path.relative_to(root).as_posix(), encoded([_answered_form(form) for form in forms])
    for path in sorted((root / "parameters").glob("own.json")):
        sets = msgspec.json.decode(path.read_bytes())
        yield path.relative_to(root).as_posix(), encoded([_answered_rules(rules) for rules in sets])


def _answered_form(form: dict[str, Any]) -> dict[str, Any]:
    fields = msgspec.convert(form["fields"], tuple[FormField, ...])
    model_type = ModelType(form["model_type"]) if form.get("model_type") else None
    cases = [case | form_outcome(fields, case["values"], model_type) for case in form["cases"]]
    pages = {language: drawn(fields, {}, model_type, language) for language in LANGUAGES}
    return {"model_type": model_type, "fields": form["fields"], "drawn": pages, "cases": cases}


def _answered_rules(entry: dict[str, Any]) -> dict[str, Any]:
    rules = msgspec.convert(entry["rules"], tuple[ParameterRule, ...])
    cases = [case | parameter_outcome(rules, case["values"], strict=case["strict"]) for case in entry["cases"]]
    return {"rules": entry["rules"], "cases": cases}


def _asks_for_type(fields: Sequence[FormField]) -> bool:
    conditions = [*(c for f in fields for c in f.show_on), *(c for f in fields for o in f.options for c in o.show_on)]
    return any(condition.variable == "__model_type" for condition in conditions)


def parameter_cases(rules: Sequence[ParameterRule]) -> Iterator[dict[str, Any]]:
    """Nothing; each default; each bound and one step beyond it; a value of another type; a name that nobody declares."""
    yield {}
    defaults = {rule.name: rule.default for rule in rules if rule.default is not None}
    if defaults:
        yield defaults
    for rule in rules:
        for bound, beyond in ((rule.min, -1), (rule.max, 1)):
            if bound is not None:
                yield {rule.name: bound}
                yield {rule.name: bound + beyond}
        if rule.options:
            yield {rule.name: rule.options[-1]}
            yield {rule.name: "no such option"}
        yield {rule.name: True if rule.type != "boolean" else "true"}
        if rule.type == "float":
            yield {rule.name: 0.12345}
    yield {"no_such_parameter": 1}


def parameter_file(catalogue: Catalogue) -> tuple[str, bytes]:
    """The widest sets of rules of the fleet, each with its cases."""
    different: dict[bytes, tuple[ParameterRule, ...]] = {}
    shapes: set[frozenset[str]] = set()
    for model in catalogue.models():
        shape = frozenset(f"{rule.name} {rule.type} {bool(rule.hints)}" for rule in model.parameter_rules)
        if shape and shape not in shapes:
            shapes.add(shape)
            different[msgspec.json.encode(model.parameter_rules)] = model.parameter_rules
    widest = [different[key] for key in sorted(different, key=lambda key: (-len(different[key]), key))[:RULE_SETS]]
    fixtures = []
    for rules in widest:
        bare = tuple(msgspec.structs.replace(rule, label={}, help=None) for rule in rules)
        cases = [
            {"values": values, "strict": strict, **parameter_outcome(bare, values, strict=strict)}
            for values in parameter_cases(bare)
            for strict in (False, True)
        ]
        fixtures.append({"rules": bare, "cases": cases})
    return "parameters/fleet.json", encoded(fixtures)


def encoded(value: object) -> bytes:
    """JSON with a line for each entry of the outer list, so that a change reads well."""
    rows = [msgspec.json.encode(row) for row in msgspec.to_builtins(value)]
    return b"[\n" + b",\n".join(rows) + b"\n]\n"


def differences(root: Path, catalogue: Catalogue, *, write: bool) -> list[str]:
    """The files that are not as they should be; with `write` they are put right."""
    wanted = {root / name: content for name, content in (*form_files(catalogue), parameter_file(catalogue), *own_files(root))}
    stale = [path for path in (root / "forms" / "fleet").glob("*.json") if path not in wanted]
    changed = [path for path, content in wanted.items() if not path.is_file() or path.read_bytes() != content]
    if write:
        for path in stale:
            path.unlink()
        for path in changed:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(wanted[path])
    return sorted(path.relative_to(root).as_posix() for path in (*stale, *changed))


def main() -> int:
    """Write, or with `--check` compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 when a fixture is out of date")
    parsed = parser.parse_args()
    found = differences(FIXTURES, Catalogue.load(environ={}), write=not parsed.check)
    for name in found:
        print(f"{'out of date' if parsed.check else 'written'}: tests/fixtures/{name}")
    if parsed.check and found:
        print("run: python scripts/console_fixtures.py")
        return 1
    print("the fixtures are up to date" if not found else f"{len(found)} files")
    return 0


if __name__ == "__main__":
    sys.exit(main())
