"""`modelruntime keys`, `backup` and `restore` as an operator uses them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from modelruntime.store.gateway_key import split_key
from tests.cli.terminal import Command, terminal
from tests.store.world import SECRET


@pytest.fixture
def data(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The gateway's data directory, and nothing of the machine's own settings."""
    for name in ("MODELRUNTIME_DATABASE", "MODELRUNTIME_KEYS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MODELRUNTIME_DATA", str(home / "gateway"))
    return home / "gateway"


@pytest.fixture
def passphrase(home: Path) -> str:
    (home / "passphrase").write_text("correct horse battery\n")
    return f"@{home / 'passphrase'}"


def test_a_key_is_made_listed_and_revoked(modelruntime: Command, data: Path):
    assert "no key yet" in modelruntime("keys", "list").out
    made = modelruntime("keys", "new", "app", "--models", "local/*", "--requests", "5", "--budget", "1.50", "--days", "2")
    assert made.code == 0
    text = made.out.strip()
    identifier, _ = split_key(text) or ("", "")
    assert "shown once" in made.err
    (listed,) = modelruntime("keys", "list", "--json").json
    assert (listed["id"], listed["name"], listed["models"], listed["disabled"]) == (identifier, "app", ["local/*"], False)
    assert (listed["limits"]["requests_per_minute"], listed["limits"]["budget"]) == (5, "1.50")
    shown = modelruntime("keys", "list").out
    assert "until" in shown
    assert text not in shown
    assert modelruntime("keys", "revoke", text).code == 0
    assert "revoked" in modelruntime("keys", "list").out
    assert modelruntime("keys", "list", "--json").json[0]["disabled"] is True
    assert sorted(path.name for path in data.iterdir())[:2] == ["gateway.sqlite", "keys.json"]


def test_a_key_as_json(modelruntime: Command, data: Path):
    made = modelruntime("keys", "new", "app", "--json").json
    assert split_key(made["key"]) is not None
    assert (made["limits"], made["models"], made["may_delete_models"]) == (None, [], False)


def test_a_key_may_delete_models_when_it_is_made_so(modelruntime: Command, data: Path):
    assert modelruntime("keys", "new", "caller").code == 0
    assert modelruntime("keys", "new", "owner", "--may-delete-models").code == 0
    listed = {row["name"]: row["may_delete_models"] for row in modelruntime("keys", "list", "--json").json}
    assert listed == {"caller": False, "owner": True}
    shown = {line.split()[1]: "call, delete" in line for line in modelruntime("keys", "list").out.splitlines()[1:]}
    assert shown == {"caller": False, "owner": True}


@pytest.mark.parametrize(
    "arguments, said",
    [
        (("keys", "new", "x", "--budget", "much"), "12.50"),
        (("keys", "new", "x", "--requests", "0"), "above 0"),
        (("keys", "new", "x", "--workspace", "nowhere"), "no workspace"),
        (("keys", "revoke", "nobody"), "no key"),
        (("keys", "list", "--database", "mysql://u:hunter2@h/d"), "no database"),
        (("keys", "export", "f", "--passphrase", "hunter2"), "@FILE"),
        (("keys", "export", "f"), "--passphrase"),
        (("keys", "drop", "k0"), "no root key"),
        (("keys", "import", "/nowhere-at-all/ring", "--passphrase", "@/dev/null"), "No such file"),
        (("restore", "/nowhere-at-all/backup"), "No such file"),
        (("backup", "/nowhere-at-all/backup"), "No such file"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(modelruntime: Command, data: Path, arguments: tuple[str, ...], said: str):
    outcome = modelruntime(*arguments)
    assert outcome.code == 1
    assert said in outcome.err
    assert "hunter2" not in outcome.err + outcome.out
    assert "Traceback" not in outcome.err


def test_root_keys_are_rotated_verified_and_dropped(modelruntime: Command, data: Path):
    modelruntime("keys", "new", "app")
    (old,) = modelruntime("keys", "verify", "--json").json["references"]
    assert modelruntime("keys", "drop", old).code == 1
    rotated = modelruntime("keys", "rotate", "--json").json
    assert rotated["rewrapped"] == 1
    (new,) = rotated["references"]
    assert new != old
    assert "0 do not open" in modelruntime("keys", "verify").out
    assert modelruntime("keys", "rotate", "--resume", "--json").json["rewrapped"] == 0
    dropped = modelruntime("keys", "drop", old)
    assert dropped.code == 0
    assert "backups" in dropped.out
    assert "active" in modelruntime("keys", "drop", new).err or modelruntime("keys", "drop", new).code == 1


def test_a_ring_moves_to_another_machine_with_a_backup(
    modelruntime: Command, data: Path, home: Path, passphrase: str, monkeypatch: pytest.MonkeyPatch
):
    text = modelruntime("keys", "new", "app").out.strip()
    ring, backup = str(home / "ring.json"), str(home / "backup.jsonl")
    assert "1 root keys" in modelruntime("keys", "export", ring, "--passphrase", passphrase).out
    written = modelruntime("backup", backup, "--json").json
    assert written["rows"] > 3
    assert {Path(name).stat().st_mode & 0o777 for name in (ring, backup)} == {0o600}
    assert text.partition(".")[2] not in Path(backup).read_text()
    monkeypatch.setenv("MODELRUNTIME_DATA", str(home / "other"))
    restored = modelruntime("restore", backup, "--json").json
    assert restored["rows"] == written["rows"]
    assert len(restored["locked"]) == 1
    verified = modelruntime("keys", "verify")
    assert verified.code == 1
    assert "keys import" in verified.out
    assert modelruntime("keys", "import", ring, "--passphrase", passphrase).code == 0
    assert modelruntime("keys", "verify").code == 0
    assert modelruntime("keys", "list", "--json").json[0]["name"] == "app"
    refused = modelruntime("restore", backup)
    assert refused.code == 1
    assert "in use" in refused.err


def test_a_ring_that_is_lost_for_good_is_abandoned(modelruntime: Command, data: Path):
    modelruntime("keys", "new", "old")
    assert "nothing to abandon" in modelruntime("keys", "abandon", "--yes").err
    (data / "keys.json").unlink()
    assert "keys import" in modelruntime("keys", "new", "app").err
    assert "--yes" in modelruntime("keys", "abandon").err
    assert modelruntime("keys", "abandon", "--yes", "--json").json == {"revoked": 1}
    assert modelruntime("keys", "new", "app").code == 0
    assert modelruntime("keys", "verify").code == 0
    assert [(key["name"], key["disabled"]) for key in modelruntime("keys", "list", "--json").json] == [
        ("app", False),
        ("old", True),
    ]


def test_a_wrong_passphrase_changes_nothing(modelruntime: Command, data: Path, home: Path, passphrase: str):
    ring = str(home / "ring.json")
    modelruntime("keys", "export", ring, "--passphrase", passphrase)
    before = (data / "keys.json").read_bytes()
    refused = modelruntime("keys", "import", ring, "--passphrase", "@-", stdin="another passphrase")
    assert refused.code == 1
    assert "does not open" in refused.err
    assert (data / "keys.json").read_bytes() == before


def test_the_passphrase_is_asked_for_on_a_terminal(data: Path, home: Path):
    environment = {name: os.environ[name] for name in ("MODELRUNTIME_DATA", "PATH")}
    with terminal("keys", "export", str(home / "ring.json"), **environment) as shown:
        shown.expect("passphrase:")
        shown.type("correct horse battery\n")
        shown.expect("once more:")
        shown.type("another one altogether\n")
        code, rest = shown.end()
    assert code == 1
    assert "not the same" in rest
    assert not (home / "ring.json").exists()


def test_keys_of_the_environment_are_not_written(modelruntime: Command, data: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("MODELRUNTIME_KEYS", "first:" + "QUFB" * 10 + "QUE=")
    assert modelruntime("keys", "new", "app").code == 0
    monkeypatch.setenv("MODELRUNTIME_KEYS", "second:" + "QkJC" * 10 + "QkI=,first:" + "QUFB" * 10 + "QUE=")
    rotated = modelruntime("keys", "rotate", "--json")
    assert rotated.json["references"] == {"second": 1}
    assert not (data / "keys.json").exists()


def test_the_database_may_be_named_by_the_environment(
    modelruntime: Command, data: Path, home: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("MODELRUNTIME_DATABASE", f"sqlite:///{home}/named.sqlite")
    assert modelruntime("keys", "new", "app").code == 0
    assert (home / "named.sqlite").is_file()
    assert SECRET not in (home / "named.sqlite").read_bytes().decode("latin-1")
