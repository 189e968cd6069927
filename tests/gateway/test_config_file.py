"""The gateway's own file."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from modelruntime import ParameterInvalid
from modelruntime.gateway.config_file import compile_file, read_file
from modelruntime.gateway.file_schema import HOT, GatewayFile, cold_changes
from modelruntime.store.configuration import Retention
from modelruntime.store.gateway_key import matches, new_key

PEPPER = b"p"
MADE = new_key(PEPPER)


def written(folder: Path, text: str, name: str = "gateway.yaml") -> Path:
    file = folder / name
    file.write_text(text, "utf-8")
    return file


YAML = """
keys: [{name: app, key: "env:APP_KEY", models: ["local/*"]}]
aliases: {fast: sim/a}
routes: {best: [sim/a, sim/b]}
"""
TOML = """
[[keys]]
name = "app"
key = "env:APP_KEY"
models = ["local/*"]
[aliases]
fast = "sim/a"
[routes]
best = ["sim/a", "sim/b"]
"""


@pytest.mark.parametrize("name, text", [("gateway.yaml", YAML), ("gateway.toml", TOML)])
def test_it_compiles(tmp_path: Path, name: str, text: str):
    path = written(tmp_path, text, name)
    file = read_file(path, {"APP_KEY": MADE.text})
    found = compile_file(file, PEPPER, path)
    key = found.keys[MADE.id]
    assert matches(key, MADE.text.partition(".")[2], PEPPER)
    assert not matches(key, MADE.text.partition(".")[2] + "x", PEPPER)
    assert (key.name, key.allows("local/x"), key.allows("openai/x")) == ("app", True, False)
    assert [target.model for target in found.route_of("best").targets] == ["sim/a", "sim/b"]
    assert [target.model for target in found.route_of("fast").targets] == ["sim/a"]
    assert [target.model for target in found.route_of("sim/c").targets] == ["sim/c"]
    assert MADE.text not in repr(found)


def test_a_secret_in_a_file(tmp_path: Path):
    written(tmp_path, "sk-secret\n", "key.txt")
    file = read_file(written(tmp_path, "credentials: {sim: {api_key: 'file:key.txt'}}"), {})
    assert file.credentials == {"sim": {"api_key": "sk-secret"}}


@pytest.mark.parametrize(
    "text, said",
    [
        ("keys: {", "is no yaml"),
        ("nothing: 1", "unknown field `nothing`"),
        ("timeout: soon", ":1: timeout: Expected"),
        ("console: {frame_origins: ['https://app.example/']}", "console.frame_origins[0]: Expected `str` matching"),
        ("console: {frame_origins: ['*']}", "console.frame_origins[0]: Expected `str` matching"),
        ("keys: [{key: 'env:MISSING'}]", "MISSING is not set"),
        ("keys: [{key: 'file:none.txt'}]", "none.txt cannot be read"),
    ],
)
def test_what_cannot_be_used_is_named(tmp_path: Path, text: str, said: str):
    with pytest.raises(ParameterInvalid) as raised:
        read_file(written(tmp_path, text), {})
    assert said in str(raised.value)
    assert raised.value.field == "config"


def test_a_foreign_key_is_refused(tmp_path: Path):
    path = written(tmp_path, "keys: [{name: app, key: sk-of-a-vendor}]")
    with pytest.raises(ParameterInvalid) as raised:
        compile_file(read_file(path, {}), PEPPER, path)
    assert "sk-of-a-vendor" not in str(raised.value)


WHOLE = f"""
listen: {{host: "::1", port: 0}}
workers: 2
data: /srv/modelruntime
database: env:DATABASE
valkey: redis://:hidden@cache/0
environment: false
keys:
  - key: {MADE.text}
    workspace: team
    may_delete_models: true
    expires: 2027-01-01T00:00:00Z
    limits: {{requests_per_minute: 60, budget: "12.50", currency: EUR}}
routes:
  plain: [sim/a]
  heavy: {{models: [sim/a, sim/b], strategy: weighted, weights: [3, 1]}}
credentials: {{sim: {{api_key: vendor-secret, switch: false}}}}
policies: {{sim/a: {{cache_seconds: 5}}}}
defaults: {{llm: sim/a}}
disabled: [llm/sim/old]
drain: {{lame_duck: 5, limit: 20}}
edge: {{json_bytes: 1000, depth: 8}}
egress: {{allow: [10.0.0.0/8, "models.internal:8000"]}}
telemetry:
  logs: {{level: debug, format: json, calls: false}}
  metrics: {{port: 9464}}
  tracing: {{content: span, propagate_to: [sim]}}
retention: {{content_days: 7, ledger_days: 90}}
console: {{frame_origins: ["https://app.example", "http://[::1]:8000"]}}
"""


def test_all_that_may_stand_in_it(tmp_path: Path):
    path = written(tmp_path, WHOLE)
    file = read_file(path, {"DATABASE": "postgresql://app:hidden@db/x"})
    found = compile_file(file, PEPPER, path)
    key = found.keys[MADE.id]
    assert key.limits is not None
    assert (key.workspace, key.expires_at, key.limits.requests_per_minute) == ("team", 1798761600.0, 60)
    assert key.may_delete_models is True
    assert (str(key.limits.budget), key.limits.currency) == ("12.50", "EUR")
    assert [(target.model, target.weight) for target in found.routes["heavy"].targets] == [("sim/a", 3), ("sim/b", 1)]
    assert (found.routes["heavy"].strategy, found.routes["plain"].strategy) == ("weighted", "ordered")
    assert (found.policies["sim/a"].cache_seconds, found.defaults, sorted(found.disabled)) == (
        5.0,
        {"llm": "sim/a"},
        ["llm/sim/old"],
    )
    assert (file.drain.lame_duck, file.edge.depth, file.egress.allow) == (5, 8, ("10.0.0.0/8", "models.internal:8000"))
    assert (file.environment, file.workers, file.telemetry.logs.level) == (False, 2, "debug")
    assert found.retention == Retention(content_days=7.0, ledger_days=90.0)
    assert file.database is not None
    assert file.database.reveal() == "postgresql://app:hidden@db/x"
    for text in (repr(file), str(found), repr(file.keys), repr(file.database)):
        assert not any(secret in text for secret in ("hidden", "vendor-secret", MADE.text))


@pytest.mark.parametrize(
    "text, said",
    [
        ("telemetry:\n  logs:\n    level: loud", ":3: telemetry.logs.level: Invalid enum value"),
        ("telemetry:\n  logs:\n    colour: red", ":3: telemetry.logs.colour: Object contains unknown field"),
        ("keys:\n  - key: a\n    limits:\n      concurrent: many", ":4: keys[0].limits.concurrent: Expected `int | null`"),
        ("aliases:\n  a: b/c\n  d: [1]", ":3: aliases.d: Expected `str`"),
        ("policies:\n  a/b: {hedge_seconds: 1}\n  c/d: {sledge: 1}", ":3: policies.c/d: Object contains unknown field `sledge`"),
        ("workers: 0", ":1: workers: Expected `int` >= 1"),
        ("listen: {port: 70000}", ":1: listen.port: Expected `int` <= 65535"),
        ("timeout: 0", ":1: timeout: Expected `float` > 0"),
        ("\negress:\n  allow:\n    - 10.0.0.0/8\n    - 10.0.0.0/99", ":5: egress.allow[1]: '10.0.0.0/99' is neither"),
        ("routes:\n  a: []", ":2: routes.a: a route needs a model"),
        ("routes:\n  a: {models: [x/y], weights: [1, 2]}", ":2: routes.a.weights: there must be one weight"),
        ("keys:\n  - name: a\n    key: sk-foreign", ":3: keys[0].key: this is no key of a gateway"),
        ("telemetry: {metrics: {}}", ":1: telemetry.metrics: metrics need a token, or a port"),
        ("workers: 2\ntelemetry: {metrics: {token: t}}", ":2: telemetry.metrics: metrics need a port of its own"),
        ("keys:\n  - key: env:MISSING", ":2: keys[0].key: the environment variable MISSING is not set"),
    ],
)
def test_an_error_names_line_and_field(tmp_path: Path, text: str, said: str):
    with pytest.raises(ParameterInvalid) as raised:
        read_file(written(tmp_path, text), {})
    assert f"gateway.yaml{said}" in str(raised.value)
    assert "sk-foreign" not in str(raised.value)


@pytest.mark.parametrize(
    "text, said",
    [
        ('timeout = "soon"', ":1: timeout:"),
        ('[aliases]\na = "b"\n\n[telemetry.logs]\nformat = "json"\nlevel = "loud"', ":6: telemetry.logs.level:"),
        ('[[keys]]\nkey = "a"\n[[keys]]\nkey = "b"\n[keys.limits]\nconcurrent = "x"', ":6: keys[1].limits.concurrent:"),
        ("[listen]\nhost = 1", ":2: listen.host:"),
        ("workers = 1\nnothing = 2", ":2: nothing:"),
        ("timeout = ", "is no toml"),
    ],
)
def test_an_error_in_toml_too(tmp_path: Path, text: str, said: str):
    with pytest.raises(ParameterInvalid) as raised:
        read_file(written(tmp_path, text, "gateway.toml"), {})
    assert said in str(raised.value)


def test_a_secret_in_the_wrong_place_is_not_shown(tmp_path: Path):
    text = "telemetry: {logs: {level: sk-CaNaRy0123456789}}"
    with pytest.raises(ParameterInvalid) as raised:
        read_file(written(tmp_path, text), {})
    assert "CaNaRy" not in str(raised.value)


def test_a_revision_follows_what_is_hot(tmp_path: Path):
    def revision(text: str) -> str:
        path = written(tmp_path, text)
        return compile_file(read_file(path, {}), PEPPER, path).revision

    first = revision("credentials: {sim: {api_key: a}}")
    assert revision("credentials: {sim: {api_key: a}}\nlisten: {port: 1}\ndatabase: other") == first
    assert len({first, revision("credentials: {sim: {api_key: b}}"), revision("timeout: 5")}) == 3


def test_every_field_is_hot_or_cold():
    assert set(HOT) < set(GatewayFile.__struct_fields__)
    assert cold_changes(GatewayFile(), GatewayFile(timeout=5)) == []
    assert cold_changes(GatewayFile(), msgspec.structs.replace(GatewayFile(), workers=2, data="x")) == ["workers", "data"]
