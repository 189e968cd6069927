"""Stored credentials through the API: what is shown, what is kept, how they are tried."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from modelruntime.store.key_ring import KeyRing, load_key_ring, save_key_ring
from tests.admin.serving import Client, Served, serving
from tests.simulators.openai_family import KEY, OpenAISimulator

PATH = "/api/providers/sim/credentials"


@pytest.fixture
def allowed(admin: Client, vendor: OpenAISimulator) -> Client:
    """The admin, once the vendor may be reached."""
    host = vendor.url.removeprefix("http://").removesuffix("/v1")
    admin.done("PATCH", "/api/settings", {"values": {"egress_allow": [host]}})
    return admin


def form(vendor: OpenAISimulator, **changes: Any) -> dict[str, Any]:
    return {"api_key": KEY, "base_url": vendor.url, **changes}


def test_a_secret_goes_in_and_not_out(allowed: Client, vendor: OpenAISimulator):
    made = allowed.done("POST", PATH, {"credentials": form(vendor, api_key="sk-0123456789abcdef")})
    assert made["name"] == "credential 1"
    assert made["active"] is made["enabled"] is True
    assert made["values"] == {"base_url": vendor.url}
    assert made["secrets"]["api_key"]["hint"] == "…cdef"
    assert allowed.get(f"/api/credentials/{made['id']}") == made
    assert allowed.get(PATH)["data"] == allowed.get("/api/credentials")["data"] == [made]


def test_several_keys_are_kept_once_each(allowed: Client, vendor: OpenAISimulator):
    allowed.done("POST", PATH, {"credentials": form(vendor, api_key="sk-one")})
    body = {
        "field": "api_key",
        "secrets": ["sk-two", " sk-two ", "sk-one", "", "sk-three"],
        "credentials": {"base_url": vendor.url},
    }
    told = allowed.done("POST", f"{PATH}/several", body)
    assert ([view["name"] for view in told["data"]], told["duplicates"]) == (["credential 2", "credential 3"], 3)
    assert [view["active"] for view in allowed.get(PATH)["data"]] == [True, False, False]
    assert allowed.done("POST", f"{PATH}/several", body) == {"data": [], "duplicates": 5}
    refused = allowed.ask("POST", f"{PATH}/several", {**body, "field": "base_url"})
    assert (refused.status, refused.json["field"]) == (422, "field")
    spoilt = allowed.ask("POST", f"{PATH}/several", {**body, "secrets": ["sk-four", "[__HIDDEN__]"]})
    assert (spoilt.status, len(allowed.get(PATH)["data"])) == (422, 3)  # all or nothing


def test_how_credentials_do_is_told_to_whom_they_belong(gateway: Served, allowed: Client, vendor: OpenAISimulator):
    bad = allowed.done("POST", PATH, {"credentials": form(vendor, api_key="sk-refused")})["id"]
    good = allowed.done("POST", PATH, {"credentials": form(vendor)})["id"]
    assert allowed.get("/api/credentials/health") == {"data": []}
    allowed.done("PUT", "/api/balancing/sim", {"value": "ordered"})
    call = {"model": "sim/sim-chat", "messages": [{"role": "user", "content": "hi"}]}
    assert b"You said: hi" in allowed.ask("POST", "/api/invoke/llm", call).body
    known = {row["credential_id"]: row for row in allowed.get("/api/credentials/health")["data"]}
    assert (known[bad]["state"], known[bad]["last_error"], known[bad]["resting"]) == ("open", "Unauthorized", ["sim-chat"])
    assert 0 < known[bad]["cooldown"] <= 120
    assert (known[good]["state"], known[good]["cooldown"], known[good]["attempts"]) == ("closed", 0, 1)
    query = {"model": "sim-chat", "model_type": "llm", "config_from": "predefined-model"}
    dify = "/console/api/workspaces/current/model-providers/sim/models/credentials"
    configs = {row["id"]: row for row in allowed.get(dify, **query)["load_balancing"]["configs"]}
    assert [(configs[name]["in_cooldown"], configs[name]["ttl"] > 0) for name in (bad, good)] == [(True, True), (False, False)]
    allowed.done("POST", "/api/workspaces", {"id": "team"})
    assert allowed.ask("GET", "/api/credentials/health", x_workspace="team").json == {"data": []}


def test_the_provider_is_ready_at_once(allowed: Client, vendor: OpenAISimulator):
    assert allowed.get("/api/providers/sim")["status"]["code"] == "no-configure"
    allowed.done("POST", PATH, {"credentials": form(vendor)})
    now = allowed.get("/api/providers/sim")
    assert (now["status"]["code"], now["source"]) == ("active", "the store")
    assert {row["status"]["code"] for row in allowed.get("/api/models", provider="sim")["data"]} == {"active"}


def test_every_fault_of_a_form_comes_at_once(allowed: Client):
    refused = allowed.ask("POST", "/api/providers/sim/validate", {"credentials": {"base_url": "no url"}})
    assert (refused.status, refused.code, refused.json["field"]) == (422, "credentials_invalid", "api_key")
    assert [(each["field"], each["code"]) for each in refused.json["fields"]] == [("api_key", "required"), ("base_url", "format")]
    assert refused.json["doc_url"] == "https://sim.example/keys"


def test_a_right_key_is_told(allowed: Client, vendor: OpenAISimulator):
    verdict = allowed.done("POST", "/api/providers/sim/validate", {"credentials": form(vendor, typo="x")})
    assert verdict["valid"] is verdict["probed"] is True
    assert verdict["verified_at"] > 1e9
    assert verdict["seconds"] >= 0
    assert len(verdict["warnings"]) == 1
    assert "typo" in verdict["warnings"][0]


def test_a_wrong_key_is_told_with_everything_but_the_key(allowed: Client, vendor: OpenAISimulator):
    refused = allowed.ask("POST", "/api/providers/sim/validate", {"credentials": form(vendor, api_key="sk-wrong-0123456789")})
    told = refused.json
    assert (refused.status, told["code"], told["field"]) == (422, "credentials_refused", "api_key")
    assert told["upstream"]["status"] == 401
    assert "Incorrect API key" in told["upstream"]["body"]
    assert told["hint"].startswith("The key is not accepted")
    assert told["request_id"] == refused.headers["x-request-id"]
    assert b"0123456789" not in refused.body


def test_an_address_that_is_not_public_is_not_asked(admin: Client, vendor: OpenAISimulator):
    refused = admin.ask("POST", "/api/providers/sim/validate", {"credentials": form(vendor)})
    assert (refused.status, refused.code) == (502, "upstream_unreachable")
    assert "allow-list" in refused.json["hint"]
    assert "upstream" not in refused.json
    assert vendor.requests == [], "nothing was sent"


@pytest.mark.parametrize(
    "host",
    ["http://169.254.169.254", "http://[::1]:8080", "http://0x7f.1:9999", "http://2130706433:9999", "http://[::ffff:127.0.0.1]:9"],
)
def test_odd_spellings_are_not_asked_either(admin: Client, host: str):
    refused = admin.ask("POST", "/api/providers/sim/validate", {"credentials": {"api_key": KEY, "base_url": f"{host}/v1"}})
    assert refused.status in (422, 502), refused
    assert "upstream" not in refused.json


def test_vendors_are_asked_only_so_often(gateway: Served, allowed: Client, vendor: OpenAISimulator):
    throttle = gateway.services.probe_throttle
    body = {"credentials": form(vendor)}
    statuses = {allowed.ask("POST", "/api/providers/sim/validate", body).status for _ in range(throttle._limit)}
    assert statuses == {200}
    refused = allowed.ask("POST", "/api/providers/sim/validate", body)
    assert (refused.status, refused.code) == (429, "too_many_probes")
    assert int(refused.headers["retry-after"]) >= 1


def test_validate_and_save(allowed: Client, vendor: OpenAISimulator):
    bad = allowed.ask("POST", PATH, {"credentials": form(vendor, api_key="wrong-wrong"), "validate": True})
    assert (bad.status, bad.code) == (422, "credentials_refused")
    assert allowed.get(PATH)["data"] == []
    assert allowed.done("POST", PATH, {"credentials": form(vendor), "validate": True})["verified_at"] > 1e9


def test_what_is_not_sent_stays_and_the_mask_is_refused(allowed: Client, vendor: OpenAISimulator):
    made = allowed.done("POST", PATH, {"credentials": form(vendor)})
    path = f"/api/credentials/{made['id']}"
    kept = allowed.done("PUT", path, {"credentials": {"base_url": vendor.url}, "name": "renamed", "validate": True})
    assert (kept["name"], kept["secrets"]) == ("renamed", made["secrets"])
    for mask in (made["secrets"]["api_key"]["hint"], "****", "[__HIDDEN__]"):
        refused = allowed.ask("PUT", path, {"credentials": form(vendor, api_key=mask)})
        assert (refused.status, refused.json["field"]) == (422, "api_key"), mask


def test_a_stored_key_does_not_follow_to_another_address(allowed: Client, vendor: OpenAISimulator):
    made = allowed.done("POST", PATH, {"credentials": form(vendor)})
    elsewhere = {"base_url": vendor.url.replace("/v1", "/v2")}
    saved = allowed.ask("PUT", f"/api/credentials/{made['id']}", {"credentials": elsewhere})
    tried = allowed.ask("POST", "/api/providers/sim/validate", {"credentials": elsewhere, "credential_id": made["id"]})
    for refused in (saved, tried):
        assert (refused.status, refused.json["field"]) == (422, "api_key")
        assert "entered again" in refused.json["message"]
    assert vendor.requests == []


def test_a_stored_key_is_tried_and_the_result_kept(allowed: Client, vendor: OpenAISimulator):
    good = allowed.done("POST", PATH, {"credentials": form(vendor)})
    bad = allowed.done("POST", PATH, {"credentials": form(vendor, api_key="sk-wrong-0123456789"), "name": "bad"})
    assert allowed.done("POST", f"/api/credentials/{good['id']}/test")["probed"] is True
    assert allowed.ask("POST", f"/api/credentials/{bad['id']}/test").code == "credentials_refused"
    views = {view["name"]: view for view in allowed.get(PATH)["data"]}
    assert views["credential 1"]["verified_at"] > 1e9
    assert views["credential 1"]["last_error"] is None
    assert "refused the credentials" in views["bad"]["last_error"]


def test_many_credentials_one_active(allowed: Client, vendor: OpenAISimulator):
    first, second = (allowed.done("POST", PATH, {"credentials": form(vendor), "name": name}) for name in ("a", "b"))
    assert allowed.ask("POST", PATH, {"credentials": form(vendor), "name": "a"}).json["field"] == "name"
    assert (first["active"], second["active"]) == (True, False)
    ordered = allowed.done("PUT", f"{PATH}/order", {"ids": [second["id"], first["id"]]})
    assert [view["name"] for view in ordered["data"]] == ["b", "a"]
    assert allowed.ask("PUT", f"{PATH}/order", {"ids": [first["id"]]}).json["field"] == "ids"
    allowed.done("POST", f"/api/credentials/{second['id']}/activate")
    assert {view["name"]: view["active"] for view in allowed.get(PATH)["data"]} == {"a": False, "b": True}
    off = allowed.done("PATCH", f"/api/credentials/{second['id']}", {"enabled": False, "weight": 7})
    assert (off["enabled"], off["weight"]) == (False, 7)
    status = allowed.get("/api/providers/sim")["status"]
    assert (status["code"], status["reason"]) == ("no-configure", "its active credential 'b' is switched off")
    assert (status["why"], status["words"]) == ("credential-off", {"name": "b"})
    allowed.done("DELETE", f"/api/credentials/{second['id']}")
    assert [(view["name"], view["active"]) for view in allowed.get(PATH)["data"]] == [("a", True)]


def test_workspaces_keep_theirs(gateway: Served, allowed: Client, vendor: OpenAISimulator):
    allowed.done("POST", "/api/workspaces", {"id": "team"})
    made = allowed.done("POST", PATH, {"credentials": form(vendor)})
    team = Client(allowed.address, {**allowed.headers, "x-workspace": "team"})
    assert team.get(PATH)["data"] == []
    assert team.get("/api/providers/sim")["status"]["code"] == "no-configure"
    for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/test"), ("POST", "/activate")):
        assert team.ask(method, f"/api/credentials/{made['id']}{path}").status == 404
    tried = team.ask("POST", "/api/providers/sim/validate", {"credentials": {"base_url": vendor.url}, "credential_id": made["id"]})
    assert tried.status == 404
    assert gateway.client("viewer", "default").get(PATH)["data"] == [made]


def test_without_its_root_key_a_credential_is_locked_and_says_so(tmp_path: Path, runtime: dict[str, Any], vendor: OpenAISimulator):
    folder = tmp_path / "data"
    with serving(folder, runtime) as served:
        made = served.client().done("POST", PATH, {"credentials": form(vendor)})
    ring = load_key_ring(folder, {})
    save_key_ring(folder, KeyRing.fresh())
    with serving(folder, runtime) as served:
        admin = served.client()
        (view,) = admin.get(PATH)["data"]
        assert (view["id"], view["locked"]) == (made["id"], True)
        status = admin.get("/api/providers/sim")["status"]
        assert status["reason"].startswith("its stored credential 'credential 1' is locked")
        assert "keys import" in status["action"]
        assert "keys abandon" in status["action"]
        assert (status["why"], status["words"]) == ("locked", {"name": "credential 1"})
        assert admin.get("/api/models", provider="sim")["data"][0]["status"]["reason"] == status["reason"]
        refused = admin.ask("POST", f"/api/credentials/{made['id']}/test")
        assert (refused.status, refused.code) == (409, "credential_locked")
        health = admin.get("/api/health")
        assert (health["status"], health["key_ring"]["locked"]) == ("degraded", 1)
    save_key_ring(folder, ring)
    with serving(folder, runtime) as served:
        assert served.client().get("/api/providers/sim")["status"]["code"] == "active", "the ring is back"
