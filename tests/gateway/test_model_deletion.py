"""A model is deleted at its vendor by a key that may, by nobody else, and by nobody's guess."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import msgspec
import openai
import pytest
from openai import OpenAI

from modelruntime.codecs.contract import RemoteModel
from modelruntime.gateway.limits import EdgeLimits
from modelruntime.runtime.remote_list import RemoteList
from modelruntime.store.configuration import Route, RouteTarget, StoredCredential
from modelruntime.store.errors import StoreUnavailable
from modelruntime.store.gateway_key import GatewayKey, KeyLimits
from tests.gateway.serving import KEY, MADE, Running, configuration, serving
from tests.simulators.recorded_vendor import Answer, RecordedVendor, recorded_vendor

SECRET = "sk-canary-0d5c7e1f2a9b"
FINE = "ft:gpt-4o-mini:acme::x1"
GONE = b'{"id":"%s","object":"model","deleted":true}' % FINE.encode()
_DECLARATION = """\
provider: {provider}
label: {{en_US: Maker}}
icon_small: {{en_US: icon.svg}}
supported_model_types: [text-embedding, llm]
configurate_methods: [{methods}]
provider_credential_schema:
  credential_form_schemas:
    - {{variable: api_key, type: secret-input, required: true, label: {{en_US: Key}}}}
    - {{variable: base_url, type: text-input, required: true, label: {{en_US: URL}}}}
codec: {{llm: openai_chat, text-embedding: openai_embeddings{codec}}}
endpoint: "{{base_url}}"
auth: {{bearer: api_key}}
{listing}
models:
  - {{model: m, model_type: llm, model_properties: {{mode: chat}}}}
  - {{model: known, wire_model: "{fine}", model_type: text-embedding}}
"""


def declaration(provider: str, listing: str = "models_endpoint: /models", codec: str = "", methods: str = "") -> str:
    methods = methods or "predefined-model, fetch-from-remote"
    return _DECLARATION.format(provider=provider, listing=listing, codec=codec, methods=methods, fine=FINE)


DOCUMENTS = [
    declaration("maker"),
    declaration("closed", methods="predefined-model"),
    declaration("listless", listing=""),
    declaration("other", codec=", models: anthropic_models"),
    declaration("checked", listing='models_endpoint: "/me?limit=1"', codec=", models: key_check"),
    declaration("apart", listing='models_endpoint: "/own/models?limit=1"'),
]
PROVIDERS = ("maker", "closed", "listless", "other", "checked", "apart")


class Remembered:
    """An audit that remembers, and at which request to the vendor."""

    def __init__(self, vendor: RecordedVendor, unavailable: str = "") -> None:
        self.entries: list[tuple[Any, ...]] = []
        self._vendor = vendor
        self._unavailable = unavailable

    async def note(self, key: GatewayKey, address: str, action: str, subject: str, facts: Mapping[str, str]) -> None:
        if action == self._unavailable:
            raise StoreUnavailable("the database does not answer") from ValueError(SECRET)
        self.entries.append((len(self._vendor.asked), key.id, address, action, subject, dict(facts)))


@pytest.fixture
def vendor() -> Iterator[RecordedVendor]:
    with recorded_vendor() as running:
        running.answer = Answer(body=GONE)
        yield running


@pytest.fixture
def audit(vendor: RecordedVendor) -> Remembered:
    return Remembered(vendor)


def key(**rights: Any) -> GatewayKey:
    return msgspec.structs.replace(configuration().keys[MADE.id], **{"may_delete_models": True, **rights})


def serve(
    vendor: RecordedVendor,
    audit: Remembered | None = None,
    rights: Mapping[str, Any] | None = None,
    limits: EdgeLimits | None = None,
    **said: Any,
) -> Any:
    credentials = {name: {"api_key": SECRET, "base_url": f"{vendor.url}/base"} for name in PROVIDERS}
    runtime = {"documents": DOCUMENTS, "credentials": credentials, "environ": {}}
    return serving(runtime, configuration(keys={MADE.id: key(**(rights or {}))}, **said), audit=audit, limits=limits)


def client(running: Running) -> OpenAI:
    return OpenAI(base_url=f"{running.url}/v1", api_key=KEY, max_retries=0)


def refused(running: Running, model: str) -> openai.APIStatusError:
    with client(running) as asking, pytest.raises(openai.APIStatusError) as raised:
        asking.models.delete(model)
    assert SECRET not in raised.value.response.text
    return raised.value


def told(error: openai.APIStatusError) -> tuple[int, str | None]:
    return error.status_code, error.code


@pytest.mark.parametrize(
    "asked, sent",
    [
        (f"maker/{FINE}", "/base/models/ft%3Agpt-4o-mini%3Aacme%3A%3Ax1"),
        ("maker/known", "/base/models/ft%3Agpt-4o-mini%3Aacme%3A%3Ax1"),
        ("maker/m", "/base/models/m"),
        ("maker/a/b c", "/base/models/a%2Fb%20c"),
        ("maker/../m", "/base/models/..%2Fm"),
        ("apart/m", "/base/own/models/m"),
        ("ours", "/base/models/m"),
        ("only", "/base/models/m"),
    ],
)
def test_the_vendor_is_asked_with_our_key_and_answers(vendor: RecordedVendor, audit: Remembered, asked: str, sent: str):
    names: dict[str, Any] = {"aliases": {"ours": "maker/m"}, "routes": {"only": Route("only", (RouteTarget("maker/m"),))}}
    with serve(vendor, audit, **names) as running, client(running) as asking:
        answer = asking.models.with_raw_response.delete(asked)
        assert answer.http_response.content == GONE
        assert answer.parse().deleted is True
        record = running.kept.records[-1]
    (request,) = vendor.asked
    assert (request.method, request.path, request.body) == ("DELETE", sent, b"")
    assert request.headers["authorization"] == f"Bearer {SECRET}"
    assert KEY not in str(request.headers)
    assert (record.endpoint, record.asked_model, record.status) == ("/v1/models", asked, 200)
    assert (record.cost, record.usage.output.total) == (None, None)


def test_a_body_is_not_passed_on(vendor: RecordedVendor):
    with serve(vendor) as running, client(running) as asking:
        asking.delete("/models/maker%2Fm", body={"force": True}, cast_to=object)
        asking.delete("/models/maker%2Fm", cast_to=object)
    assert [(request.path, request.body) for request in vendor.asked] == [("/base/models/m", b"")] * 2


def test_a_body_is_bounded_all_the_same(vendor: RecordedVendor):
    with serve(vendor, limits=EdgeLimits(json_bytes=20)) as running, client(running) as asking:
        with pytest.raises(openai.APIStatusError) as raised:
            asking.delete("/models/maker%2Fm", body={"much": "x" * 30}, cast_to=object)
        assert raised.value.status_code == 413
        asking.delete("/models/maker%2Fm", body={"a": 1}, cast_to=object)
    assert len(vendor.asked) == 1


@pytest.mark.parametrize(
    "rights, model, wanted",
    [
        ({"may_delete_models": False}, "maker/m", (403, "deletion_not_allowed")),
        ({"may_delete_models": False}, "nobody/m", (403, "deletion_not_allowed")),
        ({"models": ("closed/*",)}, "maker/m", (403, "model_not_allowed")),
        ({"disabled": True}, "maker/m", (401, "invalid_api_key")),
    ],
)
def test_a_key_without_the_right_deletes_nothing(
    vendor: RecordedVendor, audit: Remembered, rights: dict[str, Any], model: str, wanted: tuple[int, str]
):
    with serve(vendor, audit, rights) as running:
        assert told(refused(running, model)) == wanted
        records = running.kept.records
    assert (vendor.asked, audit.entries) == ([], [])
    assert [(record.endpoint, record.asked_model, record.code, record.refused) for record in records] == (
        [] if wanted[0] == 401 else [("/v1/models", model, wanted[1], True)]
    )


def test_no_key_has_the_right_unless_it_is_given():
    assert GatewayKey(id="a", digest=b"").may_delete_models is False


@pytest.mark.parametrize(
    "model, wanted",
    [
        ("nobody/m", (404, "model_not_found")),
        ("plain", (404, "model_not_found")),
        ("closed/undeclared", (404, "model_not_found")),
        ("listless/m", (405, "model_not_deletable")),
        ("other/m", (405, "model_not_deletable")),
        ("checked/m", (405, "model_not_deletable")),
        ("local/qwen2.5-coder-0.5b-instruct", (405, "model_not_deletable")),
        ("both", (400, "ambiguous_model")),
        ("half", (400, "ambiguous_model")),
        ("maker/off", (403, "model_disabled")),
    ],
)
def test_what_cannot_be_deleted_is_told_and_nobody_is_asked(
    vendor: RecordedVendor, audit: Remembered, model: str, wanted: tuple[int, str]
):
    routes = {
        "both": Route("both", (RouteTarget("maker/m"), RouteTarget("closed/m"))),
        "half": Route("half", (RouteTarget("maker/m"), RouteTarget("maker/off"))),
    }
    with serve(vendor, audit, routes=routes, disabled=frozenset(("llm/maker/off",))) as running:
        assert told(refused(running, model)) == wanted
    assert (vendor.asked, audit.entries) == ([], [])


def stored(identifier: str) -> StoredCredential:
    values = {"api_key": f"sk-{identifier}", "base_url": "http://127.0.0.1:9"}
    return StoredCredential(id=identifier, provider="maker", values=values, active=identifier == "one")


def test_of_several_accounts_nobody_chooses_one(vendor: RecordedVendor):
    accounts = (stored("one"), stored("two"))
    with serve(vendor, credentials=accounts, balancing={"maker": "round_robin"}) as running:
        assert told(refused(running, "maker/m")) == (400, "ambiguous_model")
    assert vendor.asked == []


@pytest.mark.parametrize(
    "answer, wanted",
    [
        (Answer(404, body=b'{"error":{"message":"no such model","type":"invalid_request_error"}}'), (404, "model_not_found")),
        (Answer(403, body=b'{"error":{"message":"not an owner"}}'), (405, "model_not_deletable")),
        (Answer(405, body=b""), (405, "model_not_deletable")),
        (Answer(501, "text/html", b"<html>"), (405, "model_not_deletable")),
        (Answer(401, body=b'{"error":{"message":"Incorrect API key provided: %s"}}' % SECRET.encode()), (502, None)),
        (Answer(400, body=b'{"error":{"message":"%s is in use"}}' % SECRET.encode()), (400, "invalid_request")),
        (Answer(200, "text/html", b"<html>"), (502, "upstream_invalid_response")),
    ],
)
def test_a_vendor_that_will_not_is_understood(vendor: RecordedVendor, audit: Remembered, answer: Answer, wanted: tuple[int, Any]):
    vendor.answer = answer
    with serve(vendor, audit) as running:
        status, code = told(refused(running, "maker/m"))
        assert running.gateway.plane.health().targets == [], "it says nothing of how well the model answers"
    assert (status, code) == (wanted[0], wanted[1] or "upstream_credentials_exhausted")
    assert [entry[3] for entry in audit.entries] == ["model.deletion_asked"]


def test_the_audit_says_it_before_and_after(vendor: RecordedVendor, audit: Remembered):
    with serve(vendor, audit, aliases={"ours": "maker/known"}) as running, client(running) as asking:
        asking.models.delete("ours", extra_headers={"x-request-id": "r-1"})
    facts = {"asked_for": "ours", "request_id": "r-1", "credential": ""}
    assert audit.entries == [
        (0, MADE.id, "127.0.0.1", "model.deletion_asked", "maker/known", facts),
        (1, MADE.id, "127.0.0.1", "model.deleted", "maker/known", facts),
    ]


def test_nothing_is_deleted_that_cannot_be_written_down(vendor: RecordedVendor):
    with serve(vendor, Remembered(vendor, "model.deletion_asked")) as running:
        error = refused(running, "maker/m")
    assert told(error) == (503, "audit_unavailable")
    assert error.response.headers["retry-after"] == "5"
    assert vendor.asked == []


def test_a_deletion_is_told_although_its_entry_is_lost(vendor: RecordedVendor, caplog: pytest.LogCaptureFixture):
    with serve(vendor, Remembered(vendor, "model.deleted")) as running, client(running) as asking:
        assert asking.models.delete("maker/m").deleted
    assert "maker/m was deleted, and the audit log has no entry" in caplog.text
    assert SECRET not in caplog.text


def test_without_a_store_the_log_has_it(vendor: RecordedVendor, caplog: pytest.LogCaptureFixture):
    with caplog.at_level(logging.DEBUG), serve(vendor) as running, client(running) as asking:
        asking.models.delete("maker/m")
    lines = [record.getMessage() for record in caplog.records if record.name == "modelruntime.gateway.audit"]
    assert [line.partition(f" by the key {MADE.id} from 127.0.0.1")[0] for line in lines] == [
        "model.deletion_asked maker/m",
        "model.deleted maker/m",
    ]
    assert SECRET not in caplog.text


def known(running: Running, *models: str) -> None:
    rows = tuple(RemoteModel(id=model, model_type="llm") for model in models)
    running.gateway.plane.base.core.remote.keep("maker", RemoteList(rows, 4e9, "somebody"))


def listed(asking: OpenAI) -> set[str]:
    return {row.id for row in asking.models.list()} & {"maker/kept", "maker/tuned"}


@pytest.mark.parametrize(
    "body, left",
    [
        (GONE, {"maker/kept"}),
        (b"", {"maker/kept"}),
        (b'{"id":"x","object":"model","deleted":false}', {"maker/kept", "maker/tuned"}),
    ],
)
def test_the_vendors_list_loses_it_and_is_no_longer_fresh(vendor: RecordedVendor, audit: Remembered, body: bytes, left: set[str]):
    vendor.answer = Answer(body=body)
    with serve(vendor, audit) as running, client(running) as asking:
        known(running, "tuned", "kept")
        assert listed(asking) == {"maker/kept", "maker/tuned"}
        deleted = asking.models.delete("maker/tuned").deleted
        assert listed(asking) == left
        found = running.gateway.plane.base.core.remote.get("maker")
    assert found is not None
    assert (found.fetched_at == 0.0) is deleted
    assert ("model.deleted" in [entry[3] for entry in audit.entries]) is deleted


def test_what_costs_nothing_needs_no_price(vendor: RecordedVendor):
    limits = KeyLimits(budget=Decimal(1))
    with serve(vendor, rights={"limits": limits}) as running, client(running) as asking:
        assert asking.models.delete(f"maker/{FINE}").deleted
    assert len(vendor.asked) == 1


@pytest.mark.parametrize(
    "method, path, takes",
    [("PUT", "/models/maker%2Fm", "GET or DELETE"), ("DELETE", "/models", "GET"), ("DELETE", "/models/", "GET")],
)
def test_other_methods_are_told_what_there_is(vendor: RecordedVendor, method: str, path: str, takes: str):
    with serve(vendor) as running, client(running) as asking, pytest.raises(openai.APIStatusError) as raised:
        getattr(asking, method.lower())(path, cast_to=object)
    assert told(raised.value) == (405, "method_not_allowed")
    assert raised.value.response.json()["error"]["message"].endswith(f"takes {takes}")
    assert vendor.asked == []
