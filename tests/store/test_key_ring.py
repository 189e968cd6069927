"""Root keys: where they stand, who may read them, how they change."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from modelruntime import ParameterInvalid
from modelruntime.store.errors import KeyMissing, KeyRingInvalid
from modelruntime.store.key_ring import FILE_NAME, KeyRing, load_key_ring, save_key_ring
from modelruntime.store.key_ring_export import export_ring, import_ring
from modelruntime.store.key_ring_file import KeyRingFile, open_root_keys

PASSPHRASE = "correct horse battery"


def encoded(letter: bytes, length: int = 32) -> str:
    return base64.b64encode(letter * length).decode()


def test_a_ring_is_made_once_for_this_user_alone(tmp_path: Path):
    made = load_key_ring(tmp_path, {})
    file = tmp_path / FILE_NAME
    assert file.stat().st_mode & 0o777 == 0o600
    assert load_key_ring(tmp_path, {}).root(made.active) == made.root(made.active)
    assert sorted(path.name for path in tmp_path.iterdir()) == [FILE_NAME]


def test_a_ring_that_others_can_read_is_refused(tmp_path: Path):
    load_key_ring(tmp_path, {})
    (tmp_path / FILE_NAME).chmod(0o640)
    with pytest.raises(KeyRingInvalid, match="chmod 600"):
        load_key_ring(tmp_path, {})


def test_the_environment_goes_first_and_touches_no_file(tmp_path: Path):
    ring = load_key_ring(tmp_path, {"MODELRUNTIME_KEYS": f"new:{encoded(b'n')}, old:{encoded(b'o')}"})
    assert ring.ids() == ("new", "old")
    assert ring.root("old") == b"o" * 32
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "text",
    [
        "k1",
        "k1:",
        "k1:not base64 hunter2",
        f"k1:{encoded(b'x', 16)}",
        f":{encoded(b'x')}",
        f"k 1:{encoded(b'x')}",
        ",",
        f"k1:{encoded(b'x')},",
    ],
)
def test_keys_that_are_none_are_refused_and_not_shown(tmp_path: Path, text: str):
    with pytest.raises(KeyRingInvalid) as refused:
        load_key_ring(tmp_path, {"MODELRUNTIME_KEYS": text})
    assert "hunter2" not in str(refused.value)
    assert encoded(b"x") not in str(refused.value)


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[]", b'{"active":"a","keys":{}}', b'{"active":"a","keys":{"a":"AA=="}}', b"\xff"]
)
def test_a_damaged_file_is_an_error_and_stays(tmp_path: Path, content: bytes):
    file = tmp_path / FILE_NAME
    file.write_bytes(content)
    file.chmod(0o600)
    with pytest.raises(KeyRingInvalid):
        load_key_ring(tmp_path, {})
    assert file.read_bytes() == content


def test_a_new_key_is_active_and_the_old_ones_stay():
    first = KeyRing.fresh()
    turned = first.with_new()
    assert turned.active != first.active
    assert turned.ids()[1:] == (first.active,)
    assert turned.without(first.active).ids() == (turned.active,)
    with pytest.raises(KeyRingInvalid, match="active"):
        turned.without(turned.active)
    with pytest.raises(KeyMissing, match="keys import"):
        turned.root("nobody")


def test_rings_join_unless_they_contradict():
    one, two = KeyRing.fresh(), KeyRing.fresh()
    both = one.joined(two)
    assert both.active == one.active
    assert set(both.ids()) == {one.active, two.active}
    with pytest.raises(KeyRingInvalid, match="not the same"):
        KeyRing("a", {"a": b"a" * 32}).joined(KeyRing("a", {"a": b"b" * 32}))


def test_a_running_gateway_follows_the_file(tmp_path: Path):
    keys = KeyRingFile(tmp_path)
    before = keys.active
    turned = load_key_ring(tmp_path, {}).with_new()
    save_key_ring(tmp_path, turned)
    assert keys.root(turned.active) == turned.root(turned.active)
    assert keys.active == turned.active
    assert keys.ids() == (turned.active, before)
    (tmp_path / FILE_NAME).unlink()
    assert keys.root(before) == turned.root(before)
    assert keys.active == turned.active


def test_keys_of_the_environment_stand_in_no_file(tmp_path: Path):
    keys = open_root_keys(tmp_path, {"MODELRUNTIME_KEYS": f"e:{encoded(b'e')}"})
    assert keys.active == "e"
    assert open_root_keys(tmp_path, {}).active != "e"


def test_an_exported_ring_opens_by_its_passphrase_alone():
    ring = KeyRing.fresh().with_new()
    exported = export_ring(ring, PASSPHRASE)
    assert import_ring(exported, PASSPHRASE).to_json() == ring.to_json()
    for kid in ring.ids():
        assert ring.root(kid) not in exported
        assert base64.b64encode(ring.root(kid)) not in exported
    with pytest.raises(KeyRingInvalid, match="passphrase"):
        import_ring(exported, PASSPHRASE + "!")
    with pytest.raises(KeyRingInvalid):
        import_ring(exported.replace(b'"time_cost": 3', b'"time_cost": 2'), PASSPHRASE)


@pytest.mark.parametrize("exported", [b"", b"{}", b"[1]", b"\xff"])
def test_what_is_no_exported_ring_says_so(exported: bytes):
    with pytest.raises(KeyRingInvalid, match="no exported key ring"):
        import_ring(exported, PASSPHRASE)


def test_a_file_cannot_ask_for_all_memory():
    exported = export_ring(KeyRing.fresh(), PASSPHRASE).replace(b"65536", b"999999999")
    with pytest.raises(KeyRingInvalid, match="this version"):
        import_ring(exported, PASSPHRASE)


def test_a_short_passphrase_is_refused():
    with pytest.raises(ParameterInvalid, match="12"):
        export_ring(KeyRing.fresh(), "short")


def test_a_ring_shows_ids_alone():
    ring = KeyRing("a", {"a": b"secret" * 5 + b"ab"})
    assert repr(ring) == "KeyRing(a)"
