"""The OpenAPI document: it is the code's, and what it says can be sent without breaking anything."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance

from modelruntime.admin.openapi import openapi
from modelruntime.admin.table import ROUTES
from tests.admin.serving import Client, Served, serving
from tests.simulators.openai_family import DECLARATION, KEY, OpenAISimulator, openai_simulator

ENDLESS = {"tail_calls"}
"""They never end, and are listened to elsewhere."""
EXAMPLES_OF_EACH = 10


def document() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(openapi(ROUTES, "test")))
    return found


def operations(told: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in told["paths"].items():
        for method, operation in item.items():
            yield path, method, operation


def test_it_tells_every_route():
    told = document()
    found = {(method.upper(), path): operation for path, method, operation in operations(told)}
    assert set(found) == {(route.method, f"/api{route.path}".replace(":path", "")) for route in ROUTES}
    assert len({operation["operationId"] for operation in found.values()}) == len(found)
    for (_, path), operation in found.items():
        assert operation["summary"], path
        assert operation["x-permission"] in ("public", "view", "edit", "operate")
        assert ("security" in operation) is (operation["x-permission"] != "public")


def test_every_reference_leads_somewhere():
    told = document()
    names = set(told["components"]["schemas"])
    text = json.dumps(told)
    references = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert references <= names
    assert len(names) > 60


def test_it_is_served(admin: Client):
    assert admin.get("/api/openapi.json") == document()


@pytest.fixture(scope="module")
def vendor() -> Iterator[OpenAISimulator]:
    with openai_simulator() as simulator:
        yield simulator


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder: Path = tmp_path_factory.mktemp("openapi")
    runtime = {"documents": [DECLARATION], "environ": {"MODELRUNTIME_CACHE": str(folder / "compiled")}}
    with serving(folder / "data", runtime) as served:
        yield served


@pytest.fixture(scope="module")
def admin_token(gateway: Served, vendor: OpenAISimulator) -> Client:
    admin = gateway.client()
    host = vendor.url.removeprefix("http://").removesuffix("/v1")
    admin.done("PATCH", "/api/settings", {"values": {"egress_allow": [host]}})
    admin.done("POST", "/api/workspaces", {"id": "fuzz"})
    return admin


@pytest.fixture
def known(admin_token: Client, vendor: OpenAISimulator) -> dict[str, list[str]]:
    """Ids that are there, for the parameters of paths: else nearly every call would be of nothing."""
    admin, name = admin_token, os.urandom(4).hex()
    form = {"api_key": KEY, "base_url": vendor.url}
    credential = admin.done("POST", "/api/providers/sim/credentials", {"credentials": form})["id"]
    key = admin.done("POST", "/api/keys", {"name": name})["key"]["id"]
    account = admin.done("POST", "/api/accounts", {"name": name, "password": "correct horse battery"})["id"]
    token = admin.done("POST", "/api/tokens", {"name": name})["token"]["id"]
    text = f"extends: sim\nmodels:\n  - {{model: sim-{name}, model_type: llm}}\n"
    declaration = admin.done("POST", "/api/declarations", {"text": text})["declaration"]["id"]
    return {
        "provider": ["sim", "nobody"],
        "credential": [credential, "nothing"],
        "key": [key, "nothing"],
        "account": [account, "nothing"],
        "token": [token, "nothing"],
        "declaration": [declaration, "nothing"],
        "workspace": ["fuzz", "default"],
        "name": ["llm", "sim", "sim/sim-chat", "best"],
        "model_type": ["llm", "text-embedding", "tts", "no type"],
        "kind": ["icon_small", "nothing"],
        "language": ["en_US"],
    }


QUERIES = {"provider": ["sim"], "model": ["sim-chat", "none"], "model_type": ["llm", "rerank"]}


def with_known(told: dict[str, Any], known: dict[str, list[str]]) -> dict[str, Any]:
    """Parameters of paths are mostly ids that are there; what names a model often names one."""
    for _, _, operation in operations(told):
        for parameter in operation["parameters"]:
            values = {"path": known, "query": QUERIES}.get(parameter["in"], {}).get(parameter["name"])
            if values is not None:
                parameter["schema"] = {"enum": values}
            if parameter["name"] == "x-workspace":
                parameter["schema"] = {"enum": ["default", "fuzz", "none"]}
    return told


@pytest.mark.parametrize("name", [route.name for route in ROUTES if route.name not in ENDLESS])
def test_nothing_breaks_it(gateway: Served, known: dict[str, list[str]], name: str):
    told = with_known(document(), known)
    schema = schemathesis.openapi.from_dict(told)
    schema.config.update(base_url=gateway.url)
    every: list[Any] = [found.ok() for found in cast("Any", schema.get_all_operations())]
    operation = next(each for each in every if each.definition.raw["operationId"] == name)
    headers = {"Authorization": f"Bearer {gateway.token()}"}
    checks = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
    vendors = {"upstream_unreachable", "upstream_unavailable", "upstream_error", "upstream_timeout"}

    @settings(
        max_examples=EXAMPLES_OF_EACH,
        derandomize=True,
        database=None,
        deadline=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def ask(case: Any) -> None:
        response = case.call(headers=headers)
        if response.status_code in (502, 504):
            assert response.json()["code"] in vendors, "a vendor could not be asked, which is no fault of ours"
            return
        case.validate_response(response, checks=checks)

    ask()
