"""The form of a compatible server's model against the original's: credentials filled in there must work here."""

from __future__ import annotations

import json
from typing import Any

from modelruntime.schema.form import FormField
from tests.providers.fleet import catalogue
from tests.shared import SHARED

PROVIDER = "openai_api_compatible"

DIFFERENCES: dict[tuple[str, str], tuple[Any, Any, str]] = {
    ("tts_api_format", "options"): ({"openai"}, {"openai", "byteplus"}, "a wire format of its own, which no codec speaks"),
    ("language", "default"): (None, "zh", "unset, the model finds the language out; a default would mishear all others"),
    ("tts_sample_rate", "default"): (None, "24000", "no field of OpenAI's API: sent only where somebody chose it"),
    ("document_prefix", "default"): (None, "", "nothing and an empty prefix are the same"),
    ("query_prefix", "default"): (None, "", "nothing and an empty prefix are the same"),
}
"""(variable, fact) → what ours says, what the original says, why."""

Facts = dict[str, Any]


def our_fields() -> list[Facts]:
    form = catalogue().provider(PROVIDER).model_credential_schema
    assert form
    return [facts_of(field) for field in form.credential_form_schemas]


def facts_of(field: FormField) -> Facts:
    return {
        "variable": field.variable,
        "type": field.type,
        "required": field.required,
        "default": field.default,
        "options": {option.value for option in field.options},
        "show_on": [(condition.variable, condition.value) for condition in field.show_on],
    }


def original_fields() -> list[Facts]:
    """The rows of the original's form; none where the catalogue is not at hand."""
    path = SHARED / "catalogue" / "dify_providers.jsonl" if SHARED else None
    if path is None or not path.is_file():
        print("dify_providers.jsonl is not present: nothing to compare with")
        return []
    rows = (json.loads(line) for line in path.read_text("utf-8").splitlines())
    form = next(row for row in rows if row["provider"] == PROVIDER)["model_form"]
    return [
        {
            "variable": field["variable"],
            "type": field["type"],
            "required": field.get("required", True),
            "default": field.get("default"),
            "options": set(field.get("options", [])),
            "show_on": [(condition["variable"], condition["value"]) for condition in field.get("show_on", [])],
        }
        for field in form
    ]


def test_the_form_has_all_36_fields():
    ours = our_fields()
    assert len(ours) == 36
    assert len({(field["variable"], str(field["show_on"])) for field in ours}) == 36, "one field for one model type"


def test_every_field_of_the_original_is_there_and_differs_only_where_a_reason_is_written_down():
    originals = original_fields()
    if not originals:
        return
    ours = our_fields()
    assert [field["variable"] for field in ours] == [field["variable"] for field in originals]
    found = {
        (mine["variable"], fact): (mine[fact], theirs[fact])
        for mine, theirs in zip(ours, originals, strict=True)
        for fact in mine
        if mine[fact] != theirs[fact]
    }
    assert found == {where: (mine, theirs) for where, (mine, theirs, _why) in DIFFERENCES.items()}
    assert all(why for _mine, _theirs, why in DIFFERENCES.values())
