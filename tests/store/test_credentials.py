"""Stored credentials: many for one provider, one active, secrets never shown."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from sqlalchemy import update

from modelruntime import ParameterInvalid
from modelruntime.entities.errors import CredentialsInvalid
from modelruntime.entities.secret import Secret
from modelruntime.store.credential_form import fingerprint_of, hint_of
from modelruntime.store.credential_view import CredentialView
from modelruntime.store.errors import KeyMissing, NameTaken, NotThere, SealBroken
from modelruntime.store.key_ring import KeyRing
from modelruntime.store.store import Store
from modelruntime.store.tables import CREDENTIALS
from tests.store.world import ACME, CUSTOM, OTHER_SECRET, SCOPE, SECRET, TESTER, added, listed, revision


async def values_of(store: Store, identifier: str) -> dict[str, Any]:
    async with store.database.read() as connection:
        return await store.credentials.values(connection, "default", identifier)


async def replaced(store: Store, identifier: str, **values: Any) -> CredentialView:
    async with store.database.change(TESTER) as change:
        return await store.credentials.replace_values(change, "default", identifier, ACME, values)


async def did(store: Store, method: str, identifier: str, *arguments: Any) -> CredentialView | None:
    async with store.database.change(TESTER) as change:
        found: CredentialView | None = await getattr(store.credentials, method)(change, "default", identifier, *arguments)
        return found


async def test_a_stored_form_is_shown_without_its_secrets_and_used_with_them(store: Store):
    view = await added(store, "first", note="mine")
    assert view.values == {"server": "https://api.acme.example", "note": "mine"}
    assert view.secrets.keys() == {"api_key"}
    hint = view.secrets["api_key"]
    assert (hint.set, hint.hint, hint.updated_at) == (True, "…NARY", view.created_at)
    assert (view.active, view.enabled, view.locked, view.weight, view.position) == (True, True, False, 1, 0)
    assert SECRET not in repr(view)
    assert SECRET.encode() not in msgspec.json.encode(view)
    assert await values_of(store, view.id) == {**view.values, "api_key": Secret(SECRET)}


@pytest.mark.parametrize(
    "values, field",
    [
        ({"api_key": ""}, "api_key"),
        ({"server": "ftp://x"}, "server"),
        ({"api_key": "…NARY"}, "api_key"),
        ({"api_key": "****"}, "api_key"),
        ({"api_key": "••••••••"}, "api_key"),
        ({"api_key": "[__HIDDEN__]"}, "api_key"),
        ({"second_key": "…"}, "second_key"),
        ({"api_key": Secret("…ab12")}, "api_key"),
    ],
)
async def test_a_form_that_is_wrong_names_its_field_and_keeps_nothing(store: Store, values: dict[str, Any], field: str):
    before = await revision(store)
    with pytest.raises(CredentialsInvalid) as refused:
        await added(store, **values)
    assert refused.value.field == field
    assert await listed(store) == []
    assert await revision(store) == before


async def test_a_secret_that_is_left_out_stays_and_null_clears_it(store: Store):
    view = await added(store, second_key=OTHER_SECRET)
    kept = await replaced(store, view.id, note="new")
    assert kept.secrets == view.secrets
    assert await values_of(store, view.id) == {
        "server": "https://api.acme.example",
        "note": "new",
        "api_key": Secret(SECRET),
        "second_key": Secret(OTHER_SECRET),
    }
    cleared = await replaced(store, view.id, second_key=None)
    assert cleared.secrets.keys() == {"api_key"}
    assert "note" not in cleared.values
    changed = await replaced(store, view.id, api_key=OTHER_SECRET)
    assert changed.secrets["api_key"].fingerprint != view.secrets["api_key"].fingerprint
    assert changed.secrets["api_key"].updated_at > view.secrets["api_key"].updated_at
    with pytest.raises(CredentialsInvalid) as refused:
        await replaced(store, view.id, api_key=None)
    assert refused.value.field == "api_key"


async def test_secrets_do_not_follow_to_another_address(store: Store):
    view = await added(store, second_key=OTHER_SECRET)
    with pytest.raises(CredentialsInvalid, match="does not follow") as refused:
        await replaced(store, view.id, server="https://evil.example")
    assert refused.value.field == "api_key"
    assert (await values_of(store, view.id))["server"] == "https://api.acme.example"
    moved = await replaced(store, view.id, server="https://new.example", api_key=SECRET)
    assert moved.secrets.keys() == {"api_key"}, "the optional one was not sent again: it is gone"
    assert set(await values_of(store, view.id)) == {"server", "api_key"}


@pytest.mark.parametrize(
    "server", ["https://api.acme.example", "https://api.acme.example/", " https://api.acme.example ", "", None]
)
async def test_the_same_address_in_other_words_keeps_them(store: Store, server: str | None):
    view = await added(store)
    kept = await replaced(store, view.id, server=server)
    assert kept.secrets == view.secrets


async def test_a_customizable_model_has_credentials_of_its_own(store: Store):
    await added(store, "one")
    mine = await added(store, "one", CUSTOM, server="http://127.0.0.1:1")
    assert (mine.model, mine.model_type, mine.active) == ("mine", "llm", True)
    with pytest.raises(CredentialsInvalid) as refused:
        await added(store, "two", CUSTOM)
    assert refused.value.field == "server"


async def test_names_are_short_and_differ_within_a_scope(store: Store):
    first, second = await added(store), await added(store)
    assert (first.name, second.name) == ("credential 1", "credential 2")
    with pytest.raises(NameTaken):
        await added(store, "credential 1")
    with pytest.raises(NameTaken):
        await did(store, "rename", second.id, " credential 1 ")
    assert (await did(store, "rename", second.id, "credential 2") or second).name == "credential 2"
    for name in (" ", "x" * 31):
        with pytest.raises(ParameterInvalid):
            await did(store, "rename", second.id, name)
    assert (await did(store, "rename", second.id, "x" * 30) or second).name == "x" * 30


async def test_one_is_active_and_the_next_takes_over(store: Store):
    views = [await added(store) for _ in range(4)]
    ids = [view.id for view in views]

    async def active() -> list[str]:
        return [view.id for view in await listed(store) if view.active]

    assert await active() == [ids[0]]
    await did(store, "switch", ids[1])
    assert await active() == [ids[1]]
    await did(store, "disable", ids[2])
    await did(store, "remove", ids[1])
    assert await active() == [ids[3]], "the next one that may be used"
    await did(store, "remove", ids[3])
    assert await active() == [ids[0]]
    await did(store, "remove", ids[0])
    assert await active() == [ids[2]], "a disabled one, as there is no other"
    await did(store, "remove", ids[2])
    assert await active() == []
    assert (await added(store)).active


async def test_order_is_told_whole(store: Store):
    ids = [(await added(store)).id for _ in range(3)]
    async with store.database.change(TESTER) as change:
        await store.credentials.order(change, SCOPE, [ids[2], ids[0], ids[1]])
    assert [view.id for view in await listed(store)] == [ids[2], ids[0], ids[1]]
    for wrong in ([ids[0]], [*ids, ids[0]], [ids[0], ids[1], "cr_other"]):
        with pytest.raises(ParameterInvalid):
            async with store.database.change(TESTER) as change:
                await store.credentials.order(change, SCOPE, wrong)


@pytest.mark.parametrize("weight", [0, -1, 1001])
async def test_a_weight_has_bounds(store: Store, weight: int):
    view = await added(store)
    with pytest.raises(ParameterInvalid):
        await did(store, "weigh", view.id, weight)
    assert (await did(store, "weigh", view.id, 1000) or view).weight == 1000


@pytest.mark.parametrize("method, arguments", [("get", ()), ("values", ())])
async def test_another_workspace_does_not_see_it(store: Store, method: str, arguments: tuple[Any, ...]):
    view = await added(store)
    async with store.database.change(TESTER) as change:
        await store.workspaces.add(change, "other", "Other")
    async with store.database.read() as connection:
        assert await store.credentials.list(connection, "other") == []
        with pytest.raises(NotThere):
            await getattr(store.credentials, method)(connection, "other", view.id, *arguments)


@pytest.mark.parametrize(
    "method, arguments",
    [
        ("rename", ("x",)),
        ("enable", ()),
        ("disable", ()),
        ("weigh", (2,)),
        ("switch", ()),
        ("remove", ()),
        ("replace_values", (ACME, {})),
    ],
)
async def test_another_workspace_does_not_change_it(store: Store, method: str, arguments: tuple[Any, ...]):
    view = await added(store)
    with pytest.raises(NotThere):
        async with store.database.change(TESTER) as change:
            await getattr(store.credentials, method)(change, "other", view.id, *arguments)
    assert await listed(store) == [view]


async def test_a_row_in_anothers_place_does_not_open(store: Store):
    one, two = await added(store), await added(store, api_key=OTHER_SECRET)
    async with store.database.write() as connection:
        other = CREDENTIALS.alias()
        sealed = other.select().with_only_columns(other.c.sealed).where(other.c.id == two.id).scalar_subquery()
        await connection.execute(update(CREDENTIALS).where(CREDENTIALS.c.id == one.id).values(sealed=sealed))
    with pytest.raises(SealBroken):
        await values_of(store, one.id)
    assert [view.locked for view in await listed(store)] == [True, False]


async def test_without_its_root_key_it_is_locked_and_never_overwritten(store: Store):
    view = await added(store, second_key=OTHER_SECRET)
    blind = Store(store.database, KeyRing.fresh(), store.pepper)
    shown = (await listed(blind))[0]
    assert (shown.locked, shown.kid) == (True, view.kid)
    assert shown.secrets == view.secrets, "hints are no secret"
    with pytest.raises(KeyMissing, match=view.kid):
        await values_of(blind, view.id)
    for values in ({}, {"note": "x"}, {"api_key": OTHER_SECRET}, {"second_key": None}):
        with pytest.raises(KeyMissing):
            await replaced(blind, view.id, **values)
    assert (await did(blind, "rename", view.id, "renamed") or view).locked
    assert set(await values_of(store, view.id)) == {"server", "api_key", "second_key"}
    again = await replaced(blind, view.id, api_key=OTHER_SECRET, second_key=None)
    assert not again.locked
    assert (await values_of(blind, view.id))["api_key"] == Secret(OTHER_SECRET)


async def test_a_probe_leaves_a_note_and_no_revision(store: Store):
    view = await added(store)
    before = await revision(store)
    async with store.database.write() as connection:
        await store.credentials.note_probe(connection, "default", view.id, 5.0, None)
        await store.credentials.note_probe(connection, "default", view.id, None, "the key was refused")
    shown = (await listed(store))[0]
    assert (shown.verified_at, shown.last_error) == (5.0, "the key was refused")
    assert await revision(store) == before
    assert ((await replaced(store, view.id)).verified_at, (await listed(store))[0].last_error) == (None, None)


async def test_every_change_is_a_revision_with_an_entry_that_holds_no_secret(store: Store):
    view = await added(store)
    first = await revision(store)
    await did(store, "rename", view.id, "other")
    await did(store, "disable", view.id)
    await replaced(store, view.id, api_key=OTHER_SECRET)
    await did(store, "remove", view.id)
    assert await revision(store) == first + 4
    async with store.database.read() as connection:
        entries = await store.audit.list(connection)
    assert [entry.action for entry in entries] == [
        "credential.removed",
        "credential.replaced",
        "credential.disabled",
        "credential.renamed",
        "credential.added",
    ]
    assert {entry.actor for entry in entries} == {TESTER}
    told = msgspec.json.encode(entries)
    assert SECRET.encode() not in told
    assert OTHER_SECRET.encode() not in told
    assert b"NARY" in told, "the hint is told: that a secret changed can be seen"


async def test_a_change_that_fails_leaves_nothing(store: Store):
    before = await revision(store)

    async def failing() -> None:
        async with store.database.change(TESTER) as change:
            await store.credentials.add(change, SCOPE, ACME, "x", {"api_key": SECRET})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await failing()
    assert await listed(store) == []
    assert await revision(store) == before


@pytest.mark.parametrize(
    "secret, hint", [("", "…"), ("short", "…"), ("elevenchars", "…"), ("twelve-chars", "…hars"), (SECRET, "…NARY")]
)
def test_of_a_short_secret_nothing_is_shown(secret: str, hint: str):
    assert hint_of(secret) == hint


def test_fingerprints_tell_equal_from_unequal_and_need_the_pepper():
    assert fingerprint_of("a", b"p") == fingerprint_of("a", b"p")
    assert len({fingerprint_of("a", b"p"), fingerprint_of("b", b"p"), fingerprint_of("a", b"q")}) == 3
