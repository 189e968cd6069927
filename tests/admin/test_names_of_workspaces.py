"""Two workspaces of one gateway name models as they like: neither sees, calls or changes what the other named."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.admin.serving import Client, Served, serving
from tests.simulators.openai_family import DECLARATION, KEY, OpenAISimulator, openai_simulator

OVERLAY = "extends: sim\nmodels:\n  - {model: sim-extra, model_type: llm, model_properties: {mode: chat}}\n"
CHAT, EXTRA = "sim/sim-chat", "sim/sim-extra"
WORDS = [{"role": "user", "content": "hi"}]


class Two:
    """Workspaces `red` and `blue`, each with a credential and a key of its own."""

    def __init__(self, gateway: Served, vendor: OpenAISimulator) -> None:
        self.gateway = gateway
        self.operator = gateway.client()
        host = vendor.url.removeprefix("http://").removesuffix("/v1")
        self.operator.done("PATCH", "/api/settings", {"values": {"egress_allow": [host]}})
        for name in ("red", "blue"):
            self.operator.done("POST", "/api/workspaces", {"id": name})
        self.admins = {name: gateway.client("admin", name) for name in ("red", "blue")}
        for admin in self.admins.values():
            form = {"name": "main", "credentials": {"api_key": KEY, "base_url": vendor.url}}
            admin.done("POST", "/api/providers/sim/credentials", form)
        self.keys = {name: admin.done("POST", "/api/keys", {"name": "app"})["text"] for name, admin in self.admins.items()}

    def put(self, workspace: str, path: str, value: Any, **query: str) -> int:
        return self.admins[workspace].ask("PUT", f"/api/{path}", {"value": value}, query=query).status

    def answered_by(self, workspace: str, model: str | None) -> tuple[int, str | None]:
        """Status of a call with the workspace's key, and the model that answered."""
        client = Client(self.gateway.address, {"authorization": f"Bearer {self.keys[workspace]}"})
        body = {"messages": WORDS} if model is None else {"model": model, "messages": WORDS}
        answer = client.ask("POST", "/v1/chat/completions", body)
        return answer.status, answer.headers.get("x-modelruntime-model")

    def listed(self, workspace: str) -> dict[str, Any]:
        """What the workspace's key is told of models."""
        client = Client(self.gateway.address, {"authorization": f"Bearer {self.keys[workspace]}"})
        return {row["id"]: row for row in client.get("/v1/models")["data"]}


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory, compiled: Path) -> Iterator[Two]:
    runtime = {"documents": [DECLARATION, OVERLAY], "environ": {"MODELRUNTIME_CACHE": str(compiled)}}
    with openai_simulator() as vendor, serving(tmp_path_factory.mktemp("two") / "data", runtime) as served:
        vendor.models = (*vendor.models, "sim-extra")
        yield Two(served, vendor)


@pytest.fixture
def clean(two: Two) -> Iterator[Two]:
    """With nothing named yet, and nothing afterwards."""
    yield two
    for client in (two.operator, *two.admins.values()):
        for table in ("aliases", "routes", "policies", "default-models", "balancing"):
            for name in client.get(f"/api/{table}", scope="workspace")["data"]:
                client.done("DELETE", f"/api/{table}/{name}")
            if client is two.operator:
                for name in client.get(f"/api/{table}", scope="all")["data"]:
                    client.done("DELETE", f"/api/{table}/{name}", query={"scope": "all"})


def test_one_alias_means_a_model_of_each_workspace(clean: Two):
    assert [clean.put("red", "aliases/house", CHAT), clean.put("blue", "aliases/house", EXTRA)] == [200, 200]
    assert clean.answered_by("red", "house") == (200, CHAT)
    assert clean.answered_by("blue", "house") == (200, EXTRA)
    assert [clean.listed(name)["house"]["targets"] for name in ("red", "blue")] == [[CHAT], [EXTRA]]


@pytest.mark.parametrize("table, value", [("aliases", CHAT), ("routes", {"name": "mine", "targets": [{"model": CHAT}]})])
def test_a_key_cannot_call_what_another_workspace_named(clean: Two, table: str, value: Any):
    assert clean.put("red", f"{table}/mine", value) == 200
    assert clean.answered_by("red", "mine") == (200, CHAT)
    assert clean.answered_by("blue", "mine")[0] == 404
    assert ("mine" in clean.listed("red"), "mine" in clean.listed("blue")) == (True, False)
    assert clean.admins["blue"].get(f"/api/{table}")["data"] == {}
    assert clean.admins["blue"].ask("DELETE", f"/api/{table}/mine").status == 404


def test_what_is_for_all_holds_until_a_workspace_sets_its_own(clean: Two):
    query = {"scope": "all"}
    clean.operator.done("PUT", "/api/aliases/house", {"value": CHAT}, query=query)
    clean.operator.done("PUT", "/api/default-models/llm", {"value": CHAT}, query=query)
    clean.put("blue", "aliases/house", EXTRA)
    clean.put("blue", "default-models/llm", EXTRA)
    for name, meant in (("red", CHAT), ("blue", EXTRA)):
        assert clean.answered_by(name, "house") == clean.answered_by(name, None) == (200, meant)
    assert clean.admins["blue"].get("/api/aliases") == {"data": {"house": EXTRA}, "own": ["house"]}
    assert clean.admins["red"].get("/api/aliases") == {"data": {"house": CHAT}, "own": []}
    assert clean.admins["red"].get("/api/aliases", scope="workspace") == {"data": {}, "own": []}
    assert clean.admins["blue"].get("/api/aliases", scope="all") == {"data": {"house": CHAT}, "own": []}
    clean.admins["blue"].done("DELETE", "/api/aliases/house")
    assert clean.answered_by("blue", "house") == (200, CHAT)


def test_a_policy_is_switched_on_for_one_workspace_alone(clean: Two):
    clean.put("red", "policies/sim%2Fsim-chat", {"cache_seconds": 60})
    for name in ("red", "blue"):
        assert [clean.answered_by(name, CHAT)[0] for _ in range(2)] == [200, 200]
    clean.gateway.written()
    cached = {name: [call["cached"] for call in clean.admins[name].get("/api/logs", limit=2)["data"]] for name in ("red", "blue")}
    assert cached == {"red": [True, False], "blue": [False, False]}


def test_a_price_is_the_operators_and_of_one_workspace(two: Two):
    price = {"value": {"overrides": {"input": "7.00"}}}
    red = {**two.operator.headers, "x-workspace": "red"}
    assert Client(two.gateway.address, red).ask("PUT", "/api/prices/sim%2Fsim-chat", price).status == 200
    assert two.put("red", "prices/sim%2Fsim-chat", price["value"]) == 403
    assert [two.listed(name)[CHAT]["pricing"]["input"] for name in ("red", "blue")] == ["7.00", "1.00"]
    pages = [two.admins[name].get("/api/models/one", provider="sim", model="sim-chat", model_type="llm") for name in two.admins]
    assert [page["pricing"]["input"] for page in pages] == ["7.00", "1.00"]


@pytest.mark.parametrize("table", ["aliases", "routes", "policies", "prices", "default-models", "balancing"])
@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_an_admin_of_a_workspace_sets_nothing_for_all(two: Two, table: str, method: str):
    body = {"value": {"name": "x", "targets": []} if table == "routes" else {} if table in ("policies", "prices") else "weighted"}
    answer = two.admins["red"].ask(method, f"/api/{table}/x", body if method == "PUT" else None, query={"scope": "all"})
    assert (answer.status, answer.code) == (403, "not_allowed")
