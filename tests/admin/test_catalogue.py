"""Providers, models, declarations: what is told of them, and what an operator adds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from modelruntime.schema.catalogue import Catalogue
from tests.admin.serving import Client, Served
from tests.simulators.openai_family import DECLARATION, OpenAISimulator

POSTED = DECLARATION.replace("provider: sim\n", "provider: posted\n").replace("icon_small: {en_US: icon.svg}\n", "")


def test_every_provider_is_told_with_forms_and_icons(admin: Client):
    rows = admin.get("/api/providers")["data"]
    names = [row["provider"] for row in rows]
    assert len(names) == len(set(names)) == len(Catalogue.load(environ={}).provider_ids()) + 1
    for row in rows:
        assert row["status"]["code"] in ("active", "no-configure"), row
        assert row["status"]["code"] == "active" or row["status"]["reason"]
    with_forms = [admin.get(f"/api/providers/{name}") for name in names]
    assert all(
        each["provider_credential_schema"] or each["model_credential_schema"] or each["status"]["code"] == "active"
        for each in with_forms
    )


def test_an_icon_is_kept_for_ever_and_runs_nothing(gateway: Served, admin: Client):
    address = admin.get("/api/providers/openai")["icons"]["icon_small"]["en_US"]
    assert "?v=" in address
    icon = gateway.anonymous().ask("GET", f"/api/{address}")
    assert icon.headers["content-type"] == "image/svg+xml"
    assert "immutable" in icon.headers["cache-control"]
    assert "sandbox" in icon.headers["content-security-policy"]
    assert icon.body.lstrip().startswith(b"<svg")
    assert admin.ask("GET", "/api/providers/openai/icons/secret/en_US").status == 404
    assert admin.ask("GET", "/api/providers/nobody/icons/icon_small/en_US").status == 404


def test_unconfigured_models_are_there_with_the_reason_and_their_rules(admin: Client):
    rows = admin.get("/api/models", model_type="llm", provider="sim")["data"]
    (row,) = rows
    assert row["status"]["code"] == "no-configure"
    assert row["status"] == {
        "code": "no-configure",
        "why": "no-credentials",
        "reason": "it has no credentials here",
        "action": "fill its form under Providers, or add a model of your own",
    }
    rules = admin.get("/api/models/parameter-rules", provider="sim", model="sim-chat", model_type="llm")["data"]
    assert [rule["name"] for rule in rules] == ["temperature", "max_tokens"]
    assert admin.ask("GET", "/api/models", query={"model_type": "text2img"}).json["field"] == "model_type"
    assert admin.ask("GET", "/api/models", query={"provider": "nobody"}).code == "model_not_found"


def test_all_models_are_listed(admin: Client):
    rows = admin.get("/api/models")["data"]
    assert len(rows) > 4000
    assert {row["model_type"] for row in rows} == {"llm", "text-embedding", "rerank", "speech2text", "tts", "moderation"}
    off = {"model_type": "llm", "model": "sim-chat", "enabled": False}
    admin.done("PUT", "/api/providers/sim/models/switches", {"data": [off]})
    index = admin.get("/api/models/index")
    assert indexed(index) == [listed(row) for row in admin.get("/api/models")["data"]]
    assert [index["columns"]["model"][at] for at in index["disabled"]] == ["sim-chat"]
    assert len(json.dumps(index)) < len(json.dumps(rows)) / 6


LISTED = {"limits": ("context", "input"), "pricing": ("currency", "per", "unit", "input", "output", "request")}
"""Of these the index has a part."""


def listed(row: dict[str, Any]) -> dict[str, Any]:
    """What the index tells of a row of the list."""
    part = {name: row[name] and {each: row[name][each] for each in kept if each in row[name]} for name, kept in LISTED.items()}
    return {name: row[name] for name in ("provider", "model", "model_type", "label", "status", "features", "enabled")} | part


def indexed(index: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of an index."""
    names, off = index["columns"]["model"], set(index["disabled"])
    told = [{name: index["tables"][name][index["columns"][name][at]] for name in index["tables"]} for at in range(len(names))]
    return [
        row | {"model": name, "label": row["label"] or {"en_US": name}, "enabled": at not in off}
        for at, (name, row) in enumerate(zip(names, told, strict=True))
    ]


def test_what_the_environment_fills_is_told(tmp_path: Path, runtime: dict[str, Any]):
    from tests.admin.serving import serving

    environ = {**runtime["environ"], "SIM_API_KEY": "sk-of-the-environment"}
    with serving(tmp_path / "data", {**runtime, "environ": environ}) as served:
        detail = served.client().get("/api/providers/sim")
        assert detail["environment"] == [{"field": "api_key", "environment_variable": "SIM_API_KEY"}]
        assert (detail["source"], detail["status"]["code"]) == ("environment", "active")


def test_a_posted_provider_reads_no_variable_of_the_gateway(tmp_path: Path, runtime: dict[str, Any]):
    from tests.admin.serving import serving

    environ = {**runtime["environ"], "SIM_API_KEY": "sk-of-the-environment"}
    with serving(tmp_path / "data", {**runtime, "environ": environ}) as served:
        admin = served.client()
        admin.done("POST", "/api/declarations", {"text": POSTED})
        detail = admin.get("/api/providers/posted")
        assert (detail["environment"], detail["source"], detail["status"]["code"]) == ([], None, "no-configure")


def test_a_posted_provider_is_everywhere_at_once(configured: Client, vendor: OpenAISimulator):
    kept = configured.done("POST", "/api/declarations", {"text": POSTED})
    assert (kept["declaration"]["provider"], kept["declaration"]["kind"]) == ("posted", "provider")
    assert {problem["severity"] for problem in kept["problems"]} <= {"warning"}
    listed = {row["provider"]: row["status"]["code"] for row in configured.get("/api/providers")["data"]}
    assert listed["posted"] == "no-configure"
    assert {row["status"]["code"] for row in configured.get("/api/models", provider="posted")["data"]} == {"no-configure"}
    form = {"api_key": "sk-right", "base_url": vendor.url}
    configured.done("POST", "/api/providers/posted/credentials", {"credentials": form, "validate": True})
    body = {"model": "posted/sim-chat", "messages": [{"role": "user", "content": "hi"}]}
    assert b"You said: hi" in configured.ask("POST", "/api/invoke/llm", body).body
    configured.done("DELETE", f"/api/declarations/{kept['declaration']['id']}")
    assert configured.ask("GET", "/api/providers/posted").status == 404
    assert b'"code":"model_not_found"' in configured.ask("POST", "/api/invoke/llm", body).body


def test_an_overlay_adds_models(admin: Client):
    text = "extends: sim\nmodels:\n  - {model: sim-extra, model_type: llm, model_properties: {mode: chat}}\n"
    kept = admin.done("POST", "/api/declarations", {"text": text})["declaration"]
    assert {row["model"] for row in admin.get("/api/models", provider="sim", model_type="llm")["data"]} == {"sim-chat", "sim-extra"}
    admin.done("PUT", f"/api/declarations/{kept['id']}", {"text": text.replace("sim-extra", "sim-other")})
    assert {row["model"] for row in admin.get("/api/models", provider="sim", model_type="llm")["data"]} == {"sim-chat", "sim-other"}


@pytest.mark.parametrize(
    "text, code, line",
    [
        ("provider: [", "yaml-broken", 2),
        (POSTED.replace("provider: posted", "provider: sim"), None, None),
        (POSTED.replace("llm: openai_chat", "llm: no_such_codec"), "unknown-codec", 1),
        (POSTED.replace("llm: openai_chat", "llm: 'os:path'"), "code-refused", 1),
        (POSTED.replace("bearer: api_key", "bearer: nothing"), "unknown-variable", 18),
        (POSTED + "python: modelruntime.codecs.registry:CODECS\n", "code-refused", 1),
        (POSTED.replace("type: secret-input", "type: no-input"), None, None),
        ("extends: nobody\nmodels:\n  - {model: x, model_type: llm}\n", None, None),
        ("just text", None, None),
    ],
)
def test_a_declaration_that_cannot_be_used(admin: Client, text: str, code: str | None, line: int | None):
    refused = admin.ask("POST", "/api/declarations", {"text": text})
    assert (refused.status, refused.code) == (422, "declaration_invalid"), refused
    problems = refused.json.get("problems", [])
    assert problems, refused
    if code is not None:
        assert (code, line) in {(problem["code"], problem["line"]) for problem in problems}, problems
    assert admin.get("/api/declarations")["data"] == []


def test_a_declaration_is_checked_line_by_line(admin: Client):
    text = POSTED.replace(
        "    - {variable: api_key, type: secret-input", "    - {variable: api_key, type: secret-input, colour: red"
    )
    found = admin.done("POST", "/api/declarations/check", {"text": text})
    number = next(index for index, line in enumerate(text.splitlines(), 1) if "colour" in line)
    assert number in {problem["line"] for problem in found["problems"]}, found
    assert admin.get("/api/declarations")["data"] == []


def test_a_vendors_list_is_compared(configured: Client, vendor: OpenAISimulator):
    first = configured.done("POST", "/api/providers/sim/models/fetch")
    assert [(row["model"], row["new"]) for row in first["added"]] == [("sim-chat-next", True)]
    assert (first["removed"], first["outage"]) == ([], None)
    vendor.models = tuple(name for name in vendor.models if name != "sim-judge")
    second = configured.done("POST", "/api/providers/sim/models/fetch")
    assert [(row["model"], row["new"]) for row in second["added"]] == [("sim-chat-next", False)]
    assert second["removed"] == ["sim-judge"]
    names = {row["model"]: row["fetch_from"] for row in configured.get("/api/models", provider="sim", model_type="llm")["data"]}
    assert names == {"sim-chat": "predefined-model", "sim-chat-next": "fetch-from-remote"}


def test_a_vendors_prices_are_compared_with_what_is_counted(configured: Client, vendor: OpenAISimulator):
    def fetched() -> dict[str, Any]:
        found: dict[str, Any] = configured.done("POST", "/api/providers/sim/models/fetch")
        return found

    vendor.prices["sim-chat"] = {"prompt": "0.000001", "completion": "0.000002"}
    vendor.prices["sim-chat-next"] = {"prompt": "0.000004", "completion": "0.000008"}
    first = fetched()
    assert first["prices"] == []  # the declared price is the same in other words, and what is new has none to compare
    assert [row["pricing"]["input"] for row in first["added"]] == ["4"]
    vendor.prices["sim-chat"] = {"prompt": "0.000001", "completion": "0.000003"}
    vendor.prices["sim-chat-next"] = {"prompt": "0.000005", "completion": "0.000008"}
    second = {row["model"]: row for row in fetched()["prices"]}
    assert (second["sim-chat"]["before"]["output"], second["sim-chat"]["after"]["output"]) == ("2.00", "3")
    assert {name: row["in_force"] for name, row in second.items()} == {"sim-chat": False, "sim-chat-next": True}
    own = {"overrides": {"output": "3"}, "discount": "0.5"}
    configured.done("PUT", "/api/prices/sim/sim-chat", {"value": own})
    assert fetched()["prices"] == []  # a discount is nothing that a list could tell


def test_presets_are_ones_own_or_the_workspaces(gateway: Served, admin: Client):
    of = {"provider": "sim", "model": "sim-chat", "model_type": "llm"}
    viewer = gateway.client("viewer")
    viewer.done("PUT", "/api/presets", {**of, "name": "mine", "parameters": {"temperature": 0.1}})
    shared = {**of, "name": "ours", "scope": "workspace", "parameters": {"temperature": 0.9}}
    assert viewer.ask("PUT", "/api/presets", shared).status == 403
    admin.done("PUT", "/api/presets", shared)
    assert [preset["name"] for preset in viewer.get("/api/presets", **of)["data"]] == ["mine", "ours"]
    assert [preset["name"] for preset in admin.get("/api/presets", **of)["data"]] == ["ours"]
    assert viewer.ask("DELETE", "/api/presets", query={**of, "name": "ours", "scope": "workspace"}).status == 403
    assert viewer.ask("DELETE", "/api/presets", query={**of, "name": "min"}).status == 404
    viewer.done("DELETE", "/api/presets", query={**of, "name": "mine"})
    assert [preset["name"] for preset in viewer.get("/api/presets", **of)["data"]] == ["ours"]


@pytest.mark.parametrize("amount", ["NaN", "sNaN", "Infinity", "-1", "1e400", "1e-400", "x"])
def test_money_is_an_ordinary_amount(admin: Client, amount: str):
    for method, path, body in (
        ("POST", "/api/keys", {"name": "x", "limits": {"budget": amount}}),
        ("PUT", "/api/prices/sim", {"value": {"overrides": {"input": amount}}}),
        ("PUT", "/api/prices/sim", {"value": {"discount": amount}}),
        ("PUT", "/api/prices/sim", {"value": {"overrides": {"tiers": [{"above": 1, "input": amount}]}}}),
    ):
        refused = admin.ask(method, path, body)
        assert (refused.status, refused.code) == (422, "invalid_body"), refused


def test_health_tells_of_every_part(configured: Client):
    health = configured.get("/api/health")
    assert health["status"] == "ok"
    assert (health["database"]["ok"], health["database"]["kind"]) == (True, "sqlite")
    assert health["key_ring"]["locked"] == 0
    assert sum(health["key_ring"]["sealed"].values()) == 1
    assert set(health["parts"]) == {"configuration", "ledger", "plane"}
    assert configured.get("/api/audit/check") == {"whole": True, "first_broken": None}
    (entry, *_) = configured.get("/api/audit", limit=1)["data"]
    assert (entry["action"], entry["actor"]["kind"]) == ("credential.added", "token")
