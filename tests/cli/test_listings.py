"""providers, models, form, validate: what there is, and whether it may be used."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from modelruntime.cli.console import width_of
from tests.cli.terminal import Command
from tests.simulators.openai_family import KEY, MODELS

TYPES = ["llm", "text-embedding", "rerank", "speech2text", "tts", "moderation"]


def test_providers_as_json_are_objects_with_status_and_forms(modelruntime: Command) -> None:
    outcome = modelruntime("providers", "--json")
    rows = {row["provider"]: row for row in outcome.json}
    assert outcome.code == 0
    assert outcome.err == ""
    assert rows["sim"]["status"] == "active"
    assert rows["sim"]["supported_model_types"] == TYPES
    assert rows["sim"]["label"] == {"en_US": "Simulator", "zh_Hans": "模拟供应商"}
    assert rows["sim"]["provider_credential_schema"]["credential_form_schemas"][0]["variable"] == "api_key"
    assert rows["local"]["status"] == "active"
    assert {"reason", "action", "configurate_methods", "verified_at"} <= rows["sim"].keys()


def test_a_provider_without_its_key_says_what_is_missing_and_where_to_get_it(
    modelruntime: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SIM_API_KEY")
    row = next(row for row in modelruntime("providers", "--json").json if row["provider"] == "sim")
    assert row["status"] == "no-configure"
    assert "api_key" in row["reason"]
    assert row["action"] == "get credentials at https://sim.example/keys"


def test_the_table_of_providers_lines_up_with_chinese_labels(modelruntime: Command) -> None:
    lines = modelruntime("providers", "--language", "zh_Hans", "--type", "moderation").out.splitlines()
    column = lines[0].index("TYPES")
    types = re.compile(r"(?<=  )(llm|moderation)\b")  # the first of a row's types, after the gap between columns
    starts = [width_of(line[: found.start()]) for line in lines[1:] if (found := types.search(line))]
    assert len(starts) == len(lines) - 1
    assert any("模拟供应商" in line for line in lines)
    assert set(starts) == {column}


def test_models_as_json_are_objects_with_the_promised_keys(modelruntime: Command) -> None:
    outcome = modelruntime("models", "--type", "llm", "--json")
    row = next(row for row in outcome.json if row["provider"] == "sim")
    assert outcome.code == 0
    assert {row["model_type"] for row in outcome.json} == {"llm"}
    assert (row["model"], row["model_type"], row["status"]) == ("sim-chat", "llm", "active")
    assert row["features"] == ["tool-call", "stream-tool-call", "structured-output"]
    assert [rule["name"] for rule in row["parameter_rules"]] == ["temperature", "max_tokens"]
    assert {"limits", "pricing", "reason", "action", "label", "fetch_from", "deprecated", "model_properties"} <= row.keys()


def test_every_type_is_listed_when_none_is_named(modelruntime: Command) -> None:
    rows = modelruntime("models", "--provider", "sim", "--json").json
    assert [row["model"] for row in rows] == list(MODELS)
    assert [row["model_type"] for row in rows] == TYPES


def test_local_models_without_their_weights_say_how_to_get_them(modelruntime: Command) -> None:
    rows = modelruntime("models", "--provider", "local", "--json").json
    assert rows
    assert {row["status"] for row in rows} == {"not-installed"}
    assert all(row["action"].startswith("run: modelruntime pull local/") for row in rows)


def test_the_table_of_models_shows_context_and_price(modelruntime: Command) -> None:
    out = modelruntime("models", "--provider", "sim", "--type", "llm").out
    assert "8,192" in out
    assert "1.00/2.00 USD per 1M tokens" in out


def test_the_vendors_own_list_is_merged_in_on_request(modelruntime: Command) -> None:
    rows = modelruntime("models", "--provider", "sim", "--remote", "--json").json
    listed = {row["model"]: row["fetch_from"] for row in rows}
    assert listed["sim-chat"] == "predefined-model"
    assert listed["sim-chat-next"] == "fetch-from-remote"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["models", "--type", "chat"], ["'chat' is no model type", "llm"]),
        (["models", "--provider", "simm"], ["did you mean", "'sim'"]),
        (["models", "--remote"], ["--remote needs --provider"]),
        (["providers", "--type", "voice"], ["'voice' is no model type"]),
        (["form", "lokal"], ["did you mean", "'local'"]),
        (["validate", "nobody"], ["nobody"]),
    ],
)
def test_what_is_misspelt_is_told_in_one_sentence(modelruntime: Command, arguments: list[str], words: list[str]) -> None:
    outcome = modelruntime(*arguments)
    assert outcome.code == 1
    assert outcome.out == ""
    assert outcome.err.startswith("error: ")
    assert len(outcome.err.splitlines()) == 1
    assert all(word in outcome.err for word in words)


def test_an_error_with_json_is_an_object_on_standard_output(modelruntime: Command) -> None:
    outcome = modelruntime("models", "--type", "chat", "--json")
    assert outcome.code == 1
    assert outcome.json["error"]["type"] == "ParameterInvalid"
    assert outcome.json["error"]["field"] == "model_type"
    assert "llm" in outcome.json["error"]["message"]


def test_the_form_names_variables_and_where_to_get_a_key(modelruntime: Command) -> None:
    outcome = modelruntime("form", "sim", "--language", "zh_Hans")
    assert "api_key" in outcome.out
    assert "SIM_API_KEY" in outcome.out
    assert "获取密钥: https://sim.example/keys" in outcome.out
    fields = modelruntime("form", "sim", "--json").json["credential_form_schemas"]
    assert [field["variable"] for field in fields] == ["api_key", "base_url"]


def test_the_form_of_a_customizable_model(modelruntime: Command) -> None:
    form = modelruntime("form", "openai_api_compatible", "--model", "--json").json
    assert "endpoint_url" in [field["variable"] for field in form["credential_form_schemas"]]
    assert "no such form" in modelruntime("form", "sim", "--model").out


def test_good_credentials_are_accepted_by_the_vendor(modelruntime: Command) -> None:
    assert modelruntime("validate", "sim").out == "ok: sim: the vendor accepted them\n"
    outcome = modelruntime("validate", "sim/sim-chat", "--json")
    assert outcome.json == {"provider": "sim", "model": "sim-chat", "valid": True, "probed": True}


def test_a_wrong_key_is_refused_without_being_repeated(modelruntime: Command) -> None:
    outcome = modelruntime("validate", "sim", "-c", "api_key=sk-wrong-CANARY", "--json")
    assert outcome.code == 1
    assert outcome.json["error"]["type"] == "CredentialsInvalid"
    assert "CANARY" not in outcome.out + outcome.err


@pytest.mark.parametrize("how", ["file", "stdin"])
def test_a_key_may_come_from_a_file_or_standard_input(modelruntime: Command, tmp_path: Path, how: str) -> None:
    file = tmp_path / "key.txt"
    file.write_text(KEY + "\n", "utf-8")
    value = f"@{file}" if how == "file" else "@-"
    assert modelruntime("validate", "sim", "-c", f"api_key={value}", stdin=KEY + "\n").code == 0


def test_a_credential_without_its_name_is_not_repeated(modelruntime: Command) -> None:
    outcome = modelruntime("validate", "sim", "-c", "sk-CANARY")
    assert outcome.code == 1
    assert "NAME=VALUE" in outcome.err
    assert "CANARY" not in outcome.err
