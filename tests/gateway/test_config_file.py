"""The gateway's own file."""

from __future__ import annotations

from pathlib import Path

import pytest

from modelruntime import ParameterInvalid
from modelruntime.gateway.config_file import compile_file, read_file
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
        ("timeout: soon", "$.timeout"),
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
