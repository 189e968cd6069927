"""Secrets that are planted everywhere one can type one, and looked for in everything that leaves."""

from __future__ import annotations

import base64
import logging
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from modelruntime.admin.table import ROUTES
from tests.admin.events import events_of
from tests.admin.examples import EXAMPLES
from tests.admin.serving import Answer, Client, Served, cookie_of
from tests.simulators.openai_family import KEY, OpenAISimulator

STORED = "sk-canary-stored-5d1f0a9e77"
WRONG = "sk-canary-wrong-3b8e6c2f10"
DIFY = "/console/api/workspaces/current/model-providers/sim"
PASSWORD = "canary-password-c41d9be8"


@pytest.fixture
def kept_log() -> Iterator[list[str]]:
    """Everything that anybody logs, at every level."""
    lines: list[str] = []

    class Keeper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(self.format(record))

    keeper, root = Keeper(), logging.getLogger()
    level = root.level
    root.addHandler(keeper)
    root.setLevel(logging.DEBUG)
    yield lines
    root.removeHandler(keeper)
    root.setLevel(level)


def test_no_secret_leaves(gateway: Served, admin: Client, vendor: OpenAISimulator, kept_log: list[str]):
    answers: list[Answer] = []

    def ask(client: Client, method: str, path: str, body: Any = None) -> Answer:
        answer = client.ask(method, path, body)
        answers.append(answer)
        return answer

    host = vendor.url.removeprefix("http://").removesuffix("/v1")
    admin.done("PATCH", "/api/settings", {"values": {"egress_allow": [host]}})
    secrets = [STORED, WRONG, PASSWORD]
    root = admin_account(gateway, ask)
    path = "/api/providers/sim/credentials"
    stored = ask(admin, "POST", path, {"credentials": {"api_key": STORED, "base_url": vendor.url}}).json
    ask(admin, "POST", path, {"credentials": {"api_key": WRONG, "base_url": vendor.url}, "validate": True})
    ask(admin, "POST", "/api/providers/sim/validate", {"credentials": {"api_key": WRONG, "base_url": vendor.url}})
    ask(admin, "POST", "/api/providers/sim/validate", {"credentials": {"api_key": [WRONG], "base_url": vendor.url}})
    ask(admin, "POST", "/api/providers/sim/validate", {"credentials": {"api_key": WRONG, "base_url": f"http://u:{WRONG}@[::1]/v1"}})
    ask(admin, "POST", f"/api/credentials/{stored['id']}/test")
    ask(admin, "PUT", f"/api/credentials/{stored['id']}", {"credentials": {"api_key": WRONG}, "name": 1})
    ask(admin, "POST", "/api/providers/sim/models/fetch")
    ask(
        admin,
        "POST",
        "/console/api/workspaces/current/model-providers/sim/credentials/validate",
        {"credentials": {"api_key": WRONG}},
    )
    ask(admin, "GET", "/console/api/workspaces/current/model-providers/sim/credentials")
    ask(admin, "POST", "/api/login", {"name": "root", "password": f"{PASSWORD}!"})
    ask(admin, "POST", "/api/accounts", {"name": "root", "password": PASSWORD, "role": "viewer"})
    made = admin.ask("POST", "/api/keys", {"name": "app"}).json
    token = admin.ask("POST", "/api/tokens", {"name": "ci"}).json
    secrets += [made["text"].partition(".")[2], token["text"].partition(".")[2], root]
    chat = {"model": "sim/sim-chat", "messages": [{"role": "user", "content": "hi"}]}
    played = ask(admin, "POST", "/api/invoke/llm", chat)
    assert events_of(played.body)[1][1]["status"] == 502, "the stored key is a wrong one"
    ask(admin, "POST", "/api/snippets", {"model": "sim/sim-chat", "model_type": "llm", "request": chat})
    ask(Client(gateway.address, {"authorization": f"Bearer {token['text']}x"}), "GET", "/api/keys")
    gateway.written()
    for route in ROUTES:
        if route.method == "GET" and "{" not in route.path and route.name != "tail_calls":
            query = EXAMPLES[route.name].query
            answers.append(admin.ask("GET", f"/api{route.path}", query=query))
    assert len(answers) > 40
    for secret in secrets:
        for answer in answers:
            assert secret.encode() not in answer.body, answer
            assert secret not in str({name: value for name, value in answer.headers.items() if name != "set-cookie"})
        assert not [line for line in kept_log if secret in line]
        assert not [file for file in gateway.directory.rglob("*") if file.is_file() and holds(file, secret)]
    assert kept_log, "something was logged"
    assert texts_of(gateway.directory / "gateway.sqlite") > 100


def admin_account(gateway: Served, ask: Any) -> str:
    """The first account; returns what its cookie holds."""
    body = {"token": gateway.setup_token(), "name": "root", "password": PASSWORD}
    return cookie_of(ask(gateway.anonymous(), "POST", "/api/setup", body)).partition("=")[2]


def holds(file: Path, secret: str) -> bool:
    content = file.read_bytes()
    return secret.encode() in content or base64.b64encode(secret.encode())[:-4] in content


def texts_of(database: Path) -> int:
    """How many texts the database holds: the search above looked into something."""
    count = 0
    with sqlite3.connect(database) as connection:
        for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            for row in connection.execute(f'SELECT * FROM "{table}"'):
                count += sum(isinstance(value, str) for value in row)
    connection.close()
    return count


def test_the_vendors_echo_of_a_key_is_cut_out(admin: Client, vendor: OpenAISimulator, monkeypatch: pytest.MonkeyPatch):
    from tests.simulators import openai_family

    def echo(self: Any, body: Any, status: int = 200) -> None:
        said = (
            {"error": {"message": f"Incorrect API key provided: {self.headers['Authorization'][7:]}."}} if status == 401 else body
        )
        original(self, said, status)

    original = openai_family._Handler._json
    monkeypatch.setattr(openai_family._Handler, "_json", echo)
    host = vendor.url.removeprefix("http://").removesuffix("/v1")
    admin.done("PATCH", "/api/settings", {"values": {"egress_allow": [host]}})
    for key in (WRONG, 'odd"key\\with-signs', KEY[::-1]):
        body = {"credentials": {"api_key": key, "base_url": vendor.url}}
        refused = admin.ask("POST", "/api/providers/sim/validate", body)
        assert "Incorrect API key provided: [redacted]" in refused.json["upstream"]["body"], refused
        assert key not in refused.json["upstream"]["body"]
        assert key not in refused.json["message"]
