"""The right to delete models is given and taken by the admin API, and the audit log says who used it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.admin.serving import CANARY, Client, Served
from tests.simulators.recorded_vendor import Answer, RecordedVendor, recorded_vendor

ROWS = b'{"data": [{"id": "ft:tuned", "type": "chat"}, {"id": "sim-chat"}]}'
GONE = b'{"id": "ft:tuned", "object": "model", "deleted": true}'
PATH = "/v1/models/sim%2Fft:tuned"


@pytest.fixture
def account() -> Iterator[RecordedVendor]:
    with recorded_vendor() as running:
        running.answer = Answer(body=ROWS)
        yield running


@pytest.fixture
def operator(admin: Client, account: RecordedVendor) -> Client:
    """With a credential at the vendor, whose list was fetched."""
    admin.done("PATCH", "/api/settings", {"values": {"egress_allow": [account.url.removeprefix("http://")]}})
    form = {"name": "main", "credentials": {"api_key": CANARY, "base_url": account.url}}
    admin.done("POST", "/api/providers/sim/credentials", form)
    found = admin.done("POST", "/api/providers/sim/models/fetch")
    assert [row["model"] for row in found["added"]] == ["ft:tuned"]
    account.asked.clear()
    account.answer = Answer(body=GONE)
    return admin


def test_the_right_is_given_used_written_down_and_taken(gateway: Served, operator: Client, account: RecordedVendor):
    made = operator.done("POST", "/api/keys", {"name": "app", "may_delete_models": True})
    identifier = made["key"]["id"]
    app = Client(gateway.address, {"authorization": f"Bearer {made['text']}"})
    assert [key["may_delete_models"] for key in operator.get("/api/keys")["data"]] == [True]
    assert app.ask("DELETE", PATH).body == GONE
    assert [(each.method, each.path, each.headers["authorization"]) for each in account.asked] == [
        ("DELETE", "/models/ft%3Atuned", f"Bearer {CANARY}")
    ]
    (credential,) = operator.get("/api/providers/sim/credentials")["data"]
    done, asked = operator.get("/api/audit", subject="sim/ft:tuned")["data"]
    assert (asked["action"], done["action"]) == ("model.deletion_asked", "model.deleted")
    assert done["actor"] == {"kind": "key", "id": identifier, "name": "app", "address": "127.0.0.1"}
    assert (done["workspace"], done["before"]) == ("default", None)
    assert (done["after"]["asked_for"], done["after"]["credential"]) == ("sim/ft:tuned", credential["id"])
    assert operator.get("/api/audit/check")["whole"] is True
    names = {row["id"] for row in app.get("/v1/models")["data"]}
    assert "sim/sim-chat" in names
    assert "sim/ft:tuned" not in names

    operator.done("PUT", f"/api/keys/{identifier}", {"name": "app"})
    assert operator.get(f"/api/keys/{identifier}")["may_delete_models"] is False
    refused = app.ask("DELETE", PATH)
    assert (refused.status, refused.json["error"]["code"]) == (403, "deletion_not_allowed")
    assert len(account.asked) == 1


def test_a_new_key_has_no_such_right(gateway: Served, operator: Client, account: RecordedVendor):
    made = operator.done("POST", "/api/keys", {"name": "app"})
    assert made["key"]["may_delete_models"] is False
    assert Client(gateway.address, {"authorization": f"Bearer {made['text']}"}).ask("DELETE", PATH).status == 403
    assert account.asked == []


def test_no_secret_is_left_behind(gateway: Served, operator: Client, account: RecordedVendor, caplog: pytest.LogCaptureFixture):
    made = operator.done("POST", "/api/keys", {"name": "app", "may_delete_models": True})
    app = Client(gateway.address, {"authorization": f"Bearer {made['text']}"})
    told = [app.ask("DELETE", PATH)]
    for status in (400, 401, 403, 405, 500):
        account.answer = Answer(status, body=b'{"error": {"message": "your key %s"}}' % CANARY.encode())
        told.append(app.ask("DELETE", PATH))
    assert [answer.status for answer in told] == [200, 400, 502, 405, 405, 502]
    gateway.written()
    told += [operator.ask("GET", "/api/audit"), operator.ask("GET", "/api/logs")]
    for secret in (CANARY, made["text"].partition(".")[2]):
        assert [answer for answer in told if secret in answer.body.decode() + str(answer.headers)] == []
        assert secret not in caplog.text
        assert [path for path in gateway.directory.rglob("*") if path.is_file() and secret.encode() in path.read_bytes()] == []
