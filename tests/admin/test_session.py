"""The first account, signing in and out, and how often one may be wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from modelruntime.admin.throttle import Throttle
from tests.admin.serving import PASSWORD, Client, Served, cookie_of, serving

LOGIN = {"name": "root", "password": PASSWORD}


def set_up_body(token: str) -> dict[str, str]:
    return {"token": token, **LOGIN}


def test_the_first_account_needs_the_token_and_it_is_spent(gateway: Served):
    nobody = gateway.anonymous()
    assert nobody.get("/api/bootstrap")["set_up"] is False
    assert nobody.ask("POST", "/api/setup", set_up_body("setup_guess")).status == 409
    text = gateway.setup_token()
    assert nobody.ask("POST", "/api/setup", {**set_up_body(text), "password": "short"}).json["field"] == "password"
    assert nobody.ask("POST", "/api/setup", set_up_body(text)).status == 200
    again = nobody.ask("POST", "/api/setup", set_up_body(gateway.setup_token()))
    assert (again.status, again.code) == (409, "already_set_up")
    assert nobody.get("/api/bootstrap")["set_up"] is True


@pytest.mark.parametrize("far", ["203.0.113.9", "::ffff:203.0.113.9", "2001:db8::1"])
def test_nobody_sets_up_from_afar(gateway: Served, far: str):
    """The server takes the word of a proxy on this machine for where a request came from."""
    text = gateway.setup_token()
    answer = gateway.anonymous().ask("POST", "/api/setup", set_up_body(text), x_forwarded_for=far)
    assert (answer.status, answer.code) == (403, "loopback_only")


def test_a_session_from_beginning_to_end(gateway: Served):
    first = gateway.signed_in()
    me = first.get("/api/session")
    assert (me["name"], me["role"], me["workspace"], me["via"]) == ("root", "admin", "", "session")
    assert me["csrf_token"] == first.headers["x-csrf-token"]
    assert first.done("POST", "/api/keys", {"name": "mine"})["key"]["name"] == "mine"
    assert first.ask("POST", "/api/logout").status == 204
    assert first.ask("GET", "/api/keys").status == 401


def test_a_sign_in_takes_the_old_session_away(gateway: Served):
    first = gateway.signed_in()
    answer = gateway.anonymous().ask("POST", "/api/login", LOGIN, cookie=first.headers["cookie"])
    assert answer.status == 200
    assert cookie_of(answer) != first.headers["cookie"]
    assert first.ask("GET", "/api/session").status == 401


def test_the_cookie(gateway: Served):
    gateway.signed_in()
    plain = gateway.anonymous().ask("POST", "/api/login", LOGIN).cookies[0]
    assert plain.startswith("mr_session=")
    assert {"HttpOnly", "Path=/", "SameSite=lax"} <= set(plain.split("; "))
    assert "Secure" not in plain
    behind_tls = gateway.anonymous().ask("POST", "/api/login", LOGIN, x_forwarded_proto="https").cookies[0]
    assert behind_tls.startswith("__Host-mr_session=")
    assert {"HttpOnly", "Path=/", "SameSite=lax", "Secure"} <= set(behind_tls.split("; "))
    assert "Domain" not in behind_tls


def test_a_new_password_ends_the_other_sessions(gateway: Served):
    first = gateway.signed_in()
    second = gateway.anonymous().ask("POST", "/api/login", LOGIN)
    wrong = first.ask("POST", "/api/session/password", {"current": "no", "new": "another long one"})
    assert (wrong.status, wrong.json["field"]) == (422, "current")
    changed = first.ask("POST", "/api/session/password", {"current": PASSWORD, "new": "another long one"})
    assert changed.status == 200
    assert Client(gateway.address, {"cookie": cookie_of(changed)}).get("/api/session")["name"] == "root"
    for old in (first, Client(gateway.address, {"cookie": cookie_of(second)})):
        assert old.ask("GET", "/api/session").status == 401
    assert gateway.anonymous().ask("POST", "/api/login", LOGIN).status == 401


def test_wrong_passwords_are_slowed_down(gateway: Served):
    gateway.signed_in()
    nobody = gateway.anonymous()
    answers = [nobody.ask("POST", "/api/login", {**LOGIN, "password": "wrong"}) for _ in range(6)]
    assert [answer.status for answer in answers] == [401] * 5 + [429]
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 60
    assert nobody.ask("POST", "/api/login", LOGIN).status == 429, "the right one too"


def test_an_unknown_name_is_told_like_a_wrong_password(gateway: Served):
    gateway.signed_in()
    unknown = gateway.anonymous().ask("POST", "/api/login", {"name": "who", "password": PASSWORD})
    wrong = gateway.anonymous().ask("POST", "/api/login", {**LOGIN, "password": "wrong"})
    assert unknown.status == wrong.status == 401
    assert {**unknown.json, "request_id": ""} == {**wrong.json, "request_id": ""}


def test_a_disabled_account_is_out_at_once(gateway: Served, admin: Client):
    gateway.signed_in()
    eve = admin.done("POST", "/api/accounts", {"name": "eve", "password": PASSWORD, "role": "viewer"})
    answer = gateway.anonymous().ask("POST", "/api/login", {"name": "eve", "password": PASSWORD})
    session = Client(gateway.address, {"cookie": cookie_of(answer)})
    assert session.ask("GET", "/api/keys").status == 200
    admin.done("PUT", f"/api/accounts/{eve['id']}", {"role": "viewer", "disabled": True})
    assert session.ask("GET", "/api/keys").status == 401


def test_somebody_is_left_who_can_administer(gateway: Served, admin: Client):
    gateway.signed_in()
    (root,) = admin.get("/api/accounts")["data"]
    for answer in (
        admin.ask("PUT", f"/api/accounts/{root['id']}", {"role": "viewer"}),
        admin.ask("DELETE", f"/api/accounts/{root['id']}"),
    ):
        assert (answer.status, answer.code) == (409, "not_allowed")
    assert [each["role"] for each in admin.get("/api/accounts")["data"]] == ["admin"]


def test_an_account_of_a_workspace_sees_that_alone(tmp_path: Path, runtime: dict[str, Any]):
    with serving(tmp_path / "data", runtime) as served:
        admin = served.client()
        admin.done("POST", "/api/workspaces", {"id": "team", "name": "Team"})
        admin.done("POST", "/api/accounts", {"name": "eve", "password": PASSWORD, "role": "admin", "workspace": "team"})
        answer = served.anonymous().ask("POST", "/api/login", {"name": "eve", "password": PASSWORD})
        eve = Client(served.address, {"cookie": cookie_of(answer), "x-csrf-token": answer.json["csrf_token"]})
        admin.done("POST", "/api/keys", {"name": "of default"})
        own = eve.done("POST", "/api/keys", {"name": "of team"})["key"]
        assert own["workspace"] == "team"
        assert [key["name"] for key in eve.get("/api/keys")["data"]] == ["of team"]
        assert [each["id"] for each in eve.get("/api/workspaces")["data"]] == ["team"]
        assert eve.ask("GET", "/api/keys", x_workspace="default").status == 403
        assert admin.ask("GET", f"/api/keys/{own['id']}").status == 404, "another workspace's, by its id alone"
        assert admin.ask("GET", f"/api/keys/{own['id']}", x_workspace="team").status == 200


def test_the_throttle_counts_exactly():
    now = [0.0]
    throttle = Throttle(2, 10.0, lambda: now[0])
    throttle.count("a")
    now[0] = 4.0
    assert throttle.wait("a") == 0.0
    throttle.count("a")
    assert throttle.wait("a") == 6.0
    assert throttle.wait("b") == 0.0
    now[0] = 10.5
    assert throttle.wait("a") == 0.0
    throttle.count("a")
    assert throttle.wait("a") == 3.5
    throttle.forget("a")
    assert throttle.wait("a") == 0.0
