"""Dify's console paths with the payloads of its front ends, path by path, both generations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from modelruntime.admin.dify.obfuscation import obfuscated
from modelruntime.admin.dify.table import ROUTES
from tests.admin.examples import filled, kept
from tests.admin.serving import Client, Served, serving
from tests.admin.test_routes import OWN
from tests.simulators.openai_family import DECLARATION, KEY, OpenAISimulator, openai_simulator

ROOT = "/console/api/workspaces/current"
SIM = f"{ROOT}/model-providers/sim"
OWN_PATH = f"{ROOT}/model-providers/own"
LONG = f"{ROOT}/model-providers/author/plugin/sim"
HIDDEN = "[__HIDDEN__]"
SUCCESS = {"result": "success"}
FILLED = {"api_key": KEY, "base_url": "<vendor>"}
AS_IT_WAS = {**FILLED, "api_key": HIDDEN}
MODEL = {"model": "mine", "model_type": "llm"}
MINE = {"model": "sim-chat", "model_type": "llm"}


@dataclass(frozen=True)
class Step:
    """What a front end sends, and what it must get: whole, or as a subset of the keys."""

    name: str
    method: str
    path: str
    body: Any = None
    query: dict[str, Any] = field(default_factory=dict)
    status: int = 200
    answer: Any = None
    keys: frozenset[str] = frozenset()
    keeps: dict[str, str] = field(default_factory=dict)


PROVIDER_KEYS = frozenset(
    {"provider", "label", "description", "icon_small", "icon_large", "background", "help", "supported_model_types"}
    | {"configurate_methods", "provider_credential_schema", "model_credential_schema", "preferred_provider_type"}
    | {"custom_configuration", "system_configuration"}
)
MODEL_KEYS = frozenset(
    {"model", "label", "model_type", "features", "fetch_from", "model_properties", "deprecated", "status"}
    | {"load_balancing_enabled", "has_invalid_load_balancing_configs", "provider"}
)
RULE_KEYS = frozenset(
    {"name", "use_template", "label", "type", "help", "required", "default", "min", "max", "precision", "options"}
)

STEPS = [
    Step("list_providers", "GET", f"{ROOT}/model-providers", query={"model_type": "rerank"}),
    Step("summarize_providers", "GET", f"{ROOT}/model-providers/summary"),
    Step("get_credits", "GET", f"{ROOT}/model-providers/credits"),
    # the second generation: many named credentials
    Step("get_credentials", "GET", f"{SIM}/credentials", answer={"credentials": None}),
    Step("validate_credentials", "POST", f"{SIM}/credentials/validate", {"credentials": FILLED}, answer=SUCCESS),
    Step("add_credentials", "POST", f"{SIM}/credentials", {"credentials": FILLED, "name": "first"}, status=201, answer=SUCCESS),
    Step("add_credentials", "POST", f"{LONG}/credentials", {"credentials": FILLED, "name": "second"}, status=201),
    Step(
        "list_providers",
        "GET",
        f"{ROOT}/model-providers",
        query={"model_type": "rerank"},
        keeps={
            "first": "sim.custom_configuration.available_credentials.0.credential_id",
            "second": "sim.custom_configuration.available_credentials.1.credential_id",
        },
    ),
    Step(
        "get_credentials",
        "GET",
        f"{SIM}/credentials",
        query={"credential_id": "<second>"},
        answer={"credentials": {"api_key": "*" * 20, "base_url": "<vendor>"}},
    ),
    Step("switch_credential", "POST", f"{SIM}/credentials/switch", {"credential_id": "<second>"}, answer=SUCCESS),
    Step(
        "replace_credentials",
        "PUT",
        f"{SIM}/credentials",
        {"credential_id": "<first>", "credentials": {"api_key": HIDDEN, "base_url": "<vendor>"}, "name": "renamed"},
        answer=SUCCESS,
    ),
    Step(
        "validate_credentials",
        "POST",
        f"{SIM}/credentials/validate",
        {"credentials": {**FILLED, "api_key": HIDDEN}},
        answer=SUCCESS,
    ),
    Step("remove_credential", "DELETE", f"{SIM}/credentials", {"credential_id": "<second>"}, status=204),
    Step("prefer_provider_type", "POST", f"{SIM}/preferred-provider-type", {"preferred_provider_type": "custom"}, answer=SUCCESS),
    # models
    Step("list_models", "GET", f"{SIM}/models", keys=MODEL_KEYS),
    Step("list_models_of_type", "GET", f"{ROOT}/models/model-types/text-generation"),
    Step("list_parameter_rules", "GET", f"{SIM}/models/parameter-rules", query={"model": "sim-chat"}, keys=RULE_KEYS),
    Step("disable_model", "PATCH", f"{SIM}/models/disable", MINE, answer=SUCCESS),
    Step("enable_model", "PATCH", f"{SIM}/models/enable", MINE, answer=SUCCESS),
    Step("set_default_models", "POST", f"{ROOT}/default-model", {"model_settings": [{**MINE, "provider": "sim"}]}, answer=SUCCESS),
    Step("get_default_model", "GET", f"{ROOT}/default-model", query={"model_type": "llm"}),
    # customizable models
    Step(
        "validate_model_credentials",
        "POST",
        f"{OWN_PATH}/models/credentials/validate",
        {**MINE, "credentials": FILLED},
        answer=SUCCESS,
    ),
    Step(
        "add_model_credentials",
        "POST",
        f"{OWN_PATH}/models/credentials",
        {**MINE, "credentials": FILLED, "name": "mine"},
        status=201,
        answer=SUCCESS,
    ),
    Step(
        "get_model_credentials",
        "GET",
        f"{OWN_PATH}/models/credentials",
        query={**MINE, "config_from": "custom-model"},
        keeps={"mine": "current_credential_id"},
    ),
    Step(
        "replace_model_credentials",
        "PUT",
        f"{OWN_PATH}/models/credentials",
        {**MINE, "credential_id": "<mine>", "credentials": {**FILLED, "api_key": HIDDEN}, "name": "mine too"},
        answer=SUCCESS,
    ),
    Step(
        "switch_model_credentials",
        "POST",
        f"{OWN_PATH}/models/credentials/switch",
        {**MINE, "credential_id": "<mine>"},
        answer=SUCCESS,
    ),
    Step(
        "save_model",
        "POST",
        f"{OWN_PATH}/models",
        {
            **MINE,
            "config_from": "custom-model",
            "credential_id": "<mine>",
            "load_balancing": {
                "enabled": True,
                "configs": [
                    {"id": "<mine>", "credential_id": "<mine>", "name": "mine too", "credentials": {}, "enabled": True},
                    {"name": "another", "credentials": FILLED, "enabled": False},
                ],
            },
        },
        answer=SUCCESS,
    ),
    Step(
        "validate_balanced",
        "POST",
        f"{OWN_PATH}/models/load-balancing-configs/credentials-validate",
        {**MINE, "credentials": FILLED},
        answer=SUCCESS,
    ),
    Step(
        "validate_balanced",
        "POST",
        f"{OWN_PATH}/models/load-balancing-configs/{{mine}}/credentials-validate",
        {**MINE, "credentials": {**FILLED, "api_key": HIDDEN}},
        answer=SUCCESS,
    ),
    Step("remove_model_credentials", "DELETE", f"{OWN_PATH}/models/credentials", {**MINE, "credential_id": "<mine>"}, status=204),
    Step("remove_model", "DELETE", f"{OWN_PATH}/models", MINE, status=204),
    # the first generation: one credential of a provider, and of a model
    Step("save_credentials", "POST", SIM, {"credentials": FILLED}, status=201, answer=SUCCESS),
    Step("remove_credentials", "DELETE", SIM, status=204),
    Step("save_model", "POST", f"{OWN_PATH}/models", {**MINE, "credentials": FILLED}, answer=SUCCESS),
    Step("get_model_credentials", "GET", f"{OWN_PATH}/models/credentials", query=MINE),
    Step("submit_free_quota", "POST", f"{SIM}/free-quota-submit", status=400),
    Step("verify_free_quota", "GET", f"{SIM}/free-quota-qualification-verify"),
    Step("get_checkout_url", "GET", f"{SIM}/checkout-url", status=400),
    Step("get_icon", "GET", "/console/api/workspaces/any/model-providers/openai/icon_small/en_US"),
]


@pytest.fixture(scope="module")
def vendor() -> Iterator[OpenAISimulator]:
    with openai_simulator() as simulator:
        yield simulator


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder: Path = tmp_path_factory.mktemp("dify")
    runtime = {"documents": [DECLARATION, OWN], "environ": {"MODELRUNTIME_CACHE": str(folder / "compiled")}}
    with serving(folder / "data", runtime) as served:
        yield served


@pytest.fixture(scope="module")
def front_end(gateway: Served, vendor: OpenAISimulator) -> Client:
    client = gateway.client()
    host = vendor.url.removeprefix("http://").removesuffix("/v1")
    client.done("PATCH", "/api/settings", {"values": {"egress_allow": [host]}})
    return client


@pytest.fixture(scope="module")
def known(vendor: OpenAISimulator) -> dict[str, str]:
    return {"vendor": vendor.url}


def test_every_path_has_a_step():
    assert {f"dify_{step.name}" for step in STEPS} == {route.name for route in ROUTES}


@pytest.mark.parametrize("step", STEPS, ids=[f"{number}-{step.name}" for number, step in enumerate(STEPS)])
def test_a_front_end_is_answered(front_end: Client, known: dict[str, str], step: Step):
    path = step.path.replace("{mine}", known.get("mine", ""))
    answer = front_end.ask(step.method, path, filled(step.body, known), query=filled(step.query, known))
    assert answer.status == step.status, answer
    told: Any = None if step.name == "get_icon" else answer.json
    if step.answer is not None:
        assert told == filled(step.answer, known)
    if step.keys:
        assert all(step.keys <= set(row) for row in told["data"])
        assert told["data"]
    if step.name == "list_providers":
        rows = {row["provider"]: row for row in told["data"]}
        assert all(set(row) >= PROVIDER_KEYS for row in rows.values())
        told = as_map(rows)
    if step.keeps:
        known |= kept(told, step.keeps)


def as_map(value: Any) -> Any:
    """Lists as mappings, so that a path of keys leads into them."""
    if isinstance(value, dict):
        return {key: as_map(item) for key, item in value.items()}
    return {str(number): as_map(item) for number, item in enumerate(value)} if isinstance(value, list) else value


@pytest.fixture
def fresh(tmp_path: Path, cache: Path, vendor: OpenAISimulator) -> Iterator[Client]:
    """A front end of a gateway of its own."""
    runtime = {"documents": [DECLARATION, OWN], "environ": {"MODELRUNTIME_CACHE": str(cache)}}
    with serving(tmp_path / "data", runtime) as served:
        client = served.client()
        host = vendor.url.removeprefix("http://").removesuffix("/v1")
        client.done("PATCH", "/api/settings", {"values": {"egress_allow": [host]}})
        yield client


def row_of(client: Client, name: str) -> dict[str, Any]:
    return next(row for row in client.get(f"{ROOT}/model-providers")["data"] if row["provider"] == name)


def test_a_provider_before_and_after(fresh: Client, vendor: OpenAISimulator):
    before = row_of(fresh, "sim")
    assert before["label"] == {"en_US": "Simulator", "zh_Hans": "模拟供应商"}
    assert before["icon_small"]["zh_Hans"] == f"{SIM}/icon_small/zh_Hans"
    assert before["custom_configuration"]["status"] == "no-configure"
    assert before["system_configuration"] == {"enabled": False, "current_quota_type": None, "quota_configurations": []}
    fields = {each["variable"]: each for each in before["provider_credential_schema"]["credential_form_schemas"]}
    assert (fields["api_key"]["type"], fields["api_key"]["required"], fields["api_key"]["show_on"]) == ("secret-input", True, [])
    fresh.done("POST", f"{SIM}/credentials", {"credentials": {"api_key": KEY, "base_url": vendor.url}, "name": "one"})
    after = row_of(fresh, "sim")["custom_configuration"]
    assert (after["status"], after["current_credential_name"]) == ("active", "one")
    assert [each["credential_name"] for each in after["available_credentials"]] == ["one"]


def test_a_wrong_key_is_not_kept(fresh: Client, vendor: OpenAISimulator):
    wrong = {"api_key": "sk-wrong-0123456789", "base_url": vendor.url}
    judged = fresh.done("POST", f"{SIM}/credentials/validate", {"credentials": wrong})
    assert judged["result"] == "error"
    assert "sim refused the credentials" in judged["error"]
    refused = fresh.ask("POST", f"{SIM}/credentials", {"credentials": wrong})
    assert (refused.status, refused.json["code"], refused.json["status"]) == (400, "invalid_param", 400)
    assert row_of(fresh, "sim")["custom_configuration"]["available_credentials"] == []


def test_a_customizable_model_appears_with_its_credentials(fresh: Client, vendor: OpenAISimulator):
    body = {**MINE, "credentials": {"api_key": KEY, "base_url": vendor.url}, "name": "one"}
    fresh.done("POST", f"{OWN_PATH}/models/credentials", body)
    (custom,) = row_of(fresh, "own")["custom_configuration"]["custom_models"]
    assert (custom["model"], custom["model_type"], custom["current_credential_name"]) == ("sim-chat", "llm", "one")
    (row,) = fresh.get(f"{OWN_PATH}/models")["data"]
    assert (row["model"], row["status"], row["fetch_from"], row["provider"]["provider"]) == (
        *("sim-chat", "active", "customizable-model", "own"),
    )
    told = fresh.get(f"{OWN_PATH}/models/credentials", **MINE, config_from="custom-model")
    assert (told["credentials"]["api_key"], told["current_credential_name"]) == ("*" * 20, "one")
    assert [config["credential_source_type"] for config in told["load_balancing"]["configs"]] == ["custom_model"]


def test_the_load_is_shared_and_is_one_ones_again(fresh: Client, vendor: OpenAISimulator):
    form = {"api_key": KEY, "base_url": vendor.url}
    for name in ("a", "b"):
        fresh.done("POST", f"{SIM}/credentials", {"credentials": form, "name": name})
    path, query = f"{SIM}/models/credentials", {**MINE, "config_from": "predefined-model"}
    configs = fresh.get(path, **query)["load_balancing"]["configs"]
    assert [config["name"] for config in configs] == ["__inherit__", "b"]
    configs[1]["enabled"] = False
    body = {**MINE, "config_from": "predefined-model", "load_balancing": {"enabled": True, "configs": configs}}
    fresh.done("POST", f"{SIM}/models", body)
    told = fresh.get(path, **query)["load_balancing"]
    assert (told["enabled"], [config["enabled"] for config in told["configs"]]) == (True, [True, False])
    assert fresh.get("/api/balancing")["data"] == {"sim/sim-chat": "round_robin"}
    fresh.done("POST", f"{SIM}/models", {**body, "load_balancing": {"enabled": False}})
    assert fresh.get("/api/balancing")["data"] == {}


def test_unconfigured_models_are_listed_by_type_and_switched_ones_say_so(fresh: Client, vendor: OpenAISimulator):
    def found() -> dict[str, Any]:
        rows = fresh.get(f"{ROOT}/models/model-types/llm")["data"]
        return next(row for row in rows if row["provider"] == "sim")

    assert (found()["status"], found()["models"][0]["status"]) == ("no-configure", "no-configure")
    fresh.done("POST", SIM, {"credentials": {"api_key": KEY, "base_url": vendor.url}})
    assert (found()["status"], found()["models"][0]["status"]) == ("active", "active")
    assert fresh.get(f"{ROOT}/default-model", model_type="rerank")["data"]["provider"]["provider"]
    fresh.done("PATCH", f"{SIM}/models/disable", MINE)
    assert (found()["status"], found()["models"][0]["status"]) == ("no-configure", "disabled")


def test_rules_come_without_credentials(fresh: Client):
    rules = fresh.get(f"{SIM}/models/parameter-rules", model="sim-chat")["data"]
    assert [(rule["name"], rule["max"]) for rule in rules] == [("temperature", 2), ("max_tokens", 4096)]
    assert fresh.get(f"{SIM}/models/parameter-rules", model="none")["data"] == []


def test_a_refusal_speaks_as_the_original_does(gateway: Served, front_end: Client):
    nobody = gateway.anonymous().ask("GET", f"{ROOT}/model-providers")
    assert (nobody.status, nobody.json["code"], nobody.json["status"]) == (401, "unauthorized", 401)
    wrong = front_end.ask("POST", f"{SIM}/credentials", {"name": "x"})
    assert (wrong.status, wrong.json["code"], wrong.json["params"]) == (400, "invalid_param", "credentials")
    assert front_end.ask("GET", f"{ROOT}/nothing").json["code"] == "not_found"
    assert front_end.ask("GET", f"{ROOT}/model-providers/nobody/models").status == 404
    assert front_end.ask("POST", f"{SIM}/credentials/switch", {"credential_id": "none"}).status == 404


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_no_path_is_open_to_nobody_or_to_a_viewer_who_changes(gateway: Served, route: Any):
    path = route.path.replace("{provider:path}", "sim").replace("{config_id}", "x").replace("{model_type}", "llm")
    path = f"/console/api{path}"
    if route.permission == "public":
        assert route.name == "dify_get_icon"
        return
    assert gateway.anonymous().ask(route.method, path, {}).status == 401
    if route.permission != "view":
        assert gateway.client("viewer").ask(route.method, path, {}).status == 403


@pytest.mark.parametrize("hint, shown", [("…cdef", "*" * 18 + "ef"), ("…", "*" * 20), ("", "*" * 20)])
def test_a_secret_is_obfuscated(hint: str, shown: str):
    assert obfuscated(hint) == shown
