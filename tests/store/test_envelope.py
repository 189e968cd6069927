"""What is sealed opens in its place, with its key, unchanged, and in no other way."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelruntime.store.derived_key import Purpose, derived_key
from modelruntime.store.envelope import Envelope, Place, from_text, rewrap, seal, to_text, unseal
from modelruntime.store.errors import KeyMissing, SealBroken
from modelruntime.store.key_ring import KeyRing

RING = KeyRing("a", {"a": b"a" * 32, "b": b"b" * 32})
PLACE = Place("default", "cr_1")
VALUES = {"api_key": "sk-1", "other": "sk-2"}


@given(st.dictionaries(st.text(), st.text(), max_size=4))
def test_what_goes_in_comes_out(values: dict[str, str]):
    assert unseal(RING, PLACE, from_text(to_text(seal(RING, PLACE, values)))) == values


@pytest.mark.parametrize(
    "place",
    [
        Place("other", "cr_1"),
        Place("default", "cr_2"),
        Place("default", "cr_1", "gateway-values"),
        Place("defaultcr", "_1"),
        Place("", "defaultcr_1"),
    ],
)
def test_another_row_or_workspace_does_not_open_it(place: Place):
    with pytest.raises(SealBroken):
        unseal(RING, place, seal(RING, PLACE, VALUES))


def test_another_field_does_not_open_it():
    sealed = seal(RING, PLACE, VALUES)
    swapped = {"api_key": sealed.fields["other"], "other": sealed.fields["api_key"]}
    for fields in (swapped, {"renamed": sealed.fields["api_key"]}):
        with pytest.raises(SealBroken):
            unseal(RING, PLACE, msgspec.structs.replace(sealed, fields=fields))


def test_a_field_of_another_sealing_does_not_open():
    one, two = seal(RING, PLACE, VALUES), seal(RING, PLACE, VALUES)
    with pytest.raises(SealBroken):
        unseal(RING, PLACE, msgspec.structs.replace(one, fields=two.fields))


def test_every_bit_counts():
    sealed = seal(RING, PLACE, {"api_key": "sk"})
    content = sealed.fields["api_key"]
    for at in range(len(content)):
        changed = bytes((*content[:at], content[at] ^ 1, *content[at + 1 :]))
        with pytest.raises(SealBroken):
            unseal(RING, PLACE, msgspec.structs.replace(sealed, fields={"api_key": changed}))
    for at in range(len(sealed.key)):
        changed = bytes((*sealed.key[:at], sealed.key[at] ^ 1, *sealed.key[at + 1 :]))
        with pytest.raises(SealBroken):
            unseal(RING, PLACE, msgspec.structs.replace(sealed, key=changed))


@pytest.mark.parametrize("cut", [0, 1, 11, 12, 13, 27])
def test_what_was_cut_does_not_open(cut: int):
    sealed = seal(RING, PLACE, {"api_key": "sk"})
    with pytest.raises(SealBroken):
        unseal(RING, PLACE, msgspec.structs.replace(sealed, fields={"api_key": sealed.fields["api_key"][:cut]}))


def test_a_missing_key_is_named_and_never_shown():
    with pytest.raises(KeyMissing, match="'a'") as missing:
        unseal(KeyRing("b", {"b": b"b" * 32}), PLACE, seal(RING, PLACE, VALUES))
    assert missing.value.kid == "a"


@pytest.mark.parametrize("ring", [KeyRing("a", {"a": b"c" * 32}), KeyRing("b", {"a": b"b" * 32, "b": b"a" * 32})])
def test_another_key_of_that_name_does_not_open_it(ring: KeyRing):
    with pytest.raises(SealBroken):
        unseal(ring, PLACE, seal(RING, PLACE, VALUES))


def test_the_name_of_the_key_is_bound():
    same = KeyRing("a", {"a": b"a" * 32, "b": b"a" * 32})
    with pytest.raises(SealBroken):
        unseal(same, PLACE, msgspec.structs.replace(seal(same, PLACE, VALUES), kid="b"))


def test_a_wrapped_anew_row_opens_by_the_new_key_alone():
    turned = KeyRing("b", {"a": b"a" * 32, "b": b"b" * 32})
    fresh = rewrap(turned, PLACE, seal(RING, PLACE, VALUES))
    assert fresh.kid == "b"
    assert unseal(KeyRing("b", {"b": b"b" * 32}), PLACE, fresh) == VALUES


def test_nothing_is_sealed_twice_alike():
    one, two = seal(RING, PLACE, VALUES), seal(RING, PLACE, VALUES)
    pieces: list[Any] = [one.key, two.key, *one.fields.values(), *two.fields.values()]
    assert len(set(pieces)) == 6
    assert len({piece[:12] for piece in pieces}) == 6


def test_every_purpose_has_its_own_key():
    purposes: tuple[Purpose, ...] = ("credentials", "gateway-values", "configuration", "session", "csrf", "cursor")
    keys = [derived_key(RING, kid, purpose) for purpose in purposes for kid in ("a", "b")]
    assert len(set(keys)) == 12
    assert all(len(key) == 32 for key in keys)


@pytest.mark.parametrize("text", ["", "{}", "null", '{"kid": 1}', '{"kid": "a", "key": "%"}'])
def test_damage_is_an_error_of_ours(text: str):
    with pytest.raises(SealBroken):
        from_text(text)


def test_an_envelope_shows_no_value():
    assert "sk-1" not in repr(seal(RING, PLACE, VALUES))
    assert isinstance(seal(RING, PLACE, VALUES), Envelope)
