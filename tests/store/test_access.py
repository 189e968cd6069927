"""Who may call and who may administer: keys, accounts, sessions, tokens, workspaces."""

from __future__ import annotations

import time
from decimal import Decimal

import msgspec
import pytest
from sqlalchemy import select

from modelruntime import ParameterInvalid
from modelruntime.store.accounts import Account
from modelruntime.store.errors import KeyMissing, NameTaken, NotAllowed, NotThere
from modelruntime.store.gateway_key import GatewayKey, KeyLimits, matches, split_key
from modelruntime.store.pepper import Pepper
from modelruntime.store.sessions import IDLE, LIFETIME
from modelruntime.store.setup_tokens import LIFETIME as SETUP_LIFETIME
from modelruntime.store.store import Store
from modelruntime.store.tables import ACCESS_TOKENS, ACCOUNTS, API_KEYS, SESSIONS, SETUP_TOKENS
from tests.store.world import TESTER, added, revision

PASSWORD = "correct horse battery"


async def account(store: Store, name: str = "root", role: str = "admin", **fields: str) -> Account:
    async with store.database.change(TESTER) as change:
        return await store.accounts.add(change, name, PASSWORD, role, **fields)  # type: ignore[arg-type]


async def test_a_key_is_shown_once_and_known_by_its_digest(store: Store):
    limits = KeyLimits(requests_per_minute=5, budget=Decimal("1.50"), currency="EUR")
    async with store.database.change(TESTER) as change:
        made = await store.api_keys.create(change, "default", " app ", models=("acme/*",), limits=limits, expires_at=9e9)
    identifier, secret = split_key(made.text) or ("", "")
    assert identifier == made.key.id
    async with store.database.read() as connection:
        assert await store.api_keys.list(connection, "default") == [made.key]
        row = (await connection.execute(select(API_KEYS))).one()
    assert (made.key.name, made.key.models, made.key.limits, made.key.expires_at) == ("app", ("acme/*",), limits, 9e9)
    assert secret not in repr(row)
    assert made.text not in repr(made.key)
    key = GatewayKey(id=identifier, digest=row.digest)
    assert matches(key, secret, store.pepper.value)
    assert not matches(key, secret + "x", store.pepper.value)


async def test_a_key_is_changed_revoked_restored_removed(store: Store):
    async with store.database.change(TESTER) as change:
        made = await store.api_keys.create(change, "default", "app")
        changed = await store.api_keys.update(
            change,
            "default",
            made.key.id,
            name="new",
            models=("a/b",),
            limits=KeyLimits(concurrent=1),
            may_delete_models=True,
            expires_at=None,
        )
        assert (changed.name, changed.models, changed.limits) == ("new", ("a/b",), KeyLimits(concurrent=1))
        assert (made.key.may_delete_models, changed.may_delete_models) == (False, True)
        assert (await store.api_keys.revoke(change, "default", made.key.id)).disabled
        assert not (await store.api_keys.restore(change, "default", made.key.id)).disabled
        for call in (store.api_keys.revoke, store.api_keys.restore, store.api_keys.remove):
            with pytest.raises(NotThere):
                await call(change, "other", made.key.id)
        await store.api_keys.remove(change, "default", made.key.id)
        with pytest.raises(NotThere):
            await store.api_keys.get(change.connection, "default", made.key.id)


@pytest.mark.parametrize("field", ["requests_per_minute", "tokens_per_minute", "concurrent", "budget", "period_days"])
@pytest.mark.parametrize("value", [0, -1])
async def test_a_limit_that_nobody_could_obey_is_refused(store: Store, field: str, value: int):
    with pytest.raises(ParameterInvalid) as refused:
        async with store.database.change(TESTER) as change:
            await store.api_keys.create(change, "default", "x", limits=msgspec.convert({field: value}, KeyLimits))
    assert refused.value.field == field


async def test_no_key_is_made_while_the_pepper_is_locked(store: Store):
    missing = KeyMissing("the root key 'k' is missing", kid="k")
    locked = Store(store.database, store.roots, Pepper(b"x" * 32, missing))
    with pytest.raises(KeyMissing):
        async with store.database.change(TESTER) as change:
            await locked.api_keys.create(change, "default", "x")
    with pytest.raises(KeyMissing):
        await added(locked)


async def test_passwords_are_kept_by_argon2id_and_verified(store: Store):
    made = await account(store, " Root ")
    assert made.name == "root"
    async with store.database.read() as connection:
        row = (await connection.execute(select(ACCOUNTS))).one()
        assert row.password.startswith("$argon2id$")
        assert PASSWORD not in repr(row)
        assert await store.accounts.verify(connection, "ROOT", PASSWORD) == made
        for name, password in (("root", PASSWORD + "x"), ("nobody", PASSWORD), ("root", "")):
            assert await store.accounts.verify(connection, name, password) is None


async def test_a_password_change_ends_sessions(store: Store):
    made = await account(store)
    async with store.database.write() as connection:
        text = await store.sessions.start(connection, made.id, 100.0)
    async with store.database.change(TESTER) as change:
        await store.accounts.set_password(change, made.id, "another long password")
        assert await store.sessions.find(change.connection, text, 101.0) is None
        assert await store.accounts.verify(change.connection, "root", PASSWORD) is None
        assert await store.accounts.verify(change.connection, "root", "another long password") is not None
        for short in ("short", "x" * 1025):
            with pytest.raises(ParameterInvalid):
                await store.accounts.set_password(change, made.id, short)


async def test_an_administrator_is_always_left(store: Store):
    root = await account(store)
    await account(store, "viewer", "viewer")
    await account(store, "scoped", "admin", workspace="default")
    for fields in ({"role": "viewer"}, {"role": "admin", "disabled": True}, {"role": "admin", "workspace": "default"}):
        with pytest.raises(NotAllowed):
            async with store.database.change(TESTER) as change:
                await store.accounts.update(change, root.id, **fields)
    with pytest.raises(NotAllowed):
        async with store.database.change(TESTER) as change:
            await store.accounts.remove(change, root.id)
    async with store.database.read() as connection:
        assert await store.accounts.get(connection, root.id) == root
    second = await account(store, "second")
    async with store.database.change(TESTER) as change:
        await store.accounts.remove(change, root.id)
        assert [each.name for each in await store.accounts.list(change.connection)] == ["scoped", "second", "viewer"]
        assert await store.accounts.count(change.connection) == 3
        assert await store.accounts.get(change.connection, second.id) == second


async def test_account_names_differ(store: Store):
    await account(store)
    with pytest.raises(NameTaken):
        await account(store, "ROOT")


@pytest.mark.parametrize(
    "after, valid",
    [(0.0, True), (IDLE - 1, True), (IDLE, False), (LIFETIME - 1, False)],
)
async def test_a_session_ends_when_nobody_comes(store: Store, after: float, valid: bool):
    made = await account(store)
    async with store.database.write() as connection:
        text = await store.sessions.start(connection, made.id, 1000.0)
        found = await store.sessions.find(connection, text, 1000.0 + after)
        assert (found is not None) is valid
        assert found is None or found.account == made
        assert text not in repr((await connection.execute(select(SESSIONS))).all())


async def test_a_session_ends_for_good_however_busy(store: Store):
    made = await account(store)
    async with store.database.write() as connection:
        text = await store.sessions.start(connection, made.id, 0.0)
        at = 0.0
        while (at := at + IDLE / 2) < LIFETIME:
            assert await store.sessions.find(connection, text, at) is not None, at
        assert await store.sessions.find(connection, text, LIFETIME) is None


async def test_a_session_gets_a_new_text_and_ends(store: Store):
    made = await account(store)
    async with store.database.write() as connection:
        old = await store.sessions.start(connection, made.id, 0.0)
        other = await store.sessions.start(connection, made.id, 0.0)
        new = await store.sessions.rotate(connection, old)
        assert new not in (None, old)
        assert await store.sessions.find(connection, old, 1.0) is None
        assert await store.sessions.find(connection, new or "", 1.0) is not None
        assert await store.sessions.rotate(connection, old) is None
        await store.sessions.end(connection, new or "")
        assert await store.sessions.find(connection, new or "", 1.0) is None
        assert await store.sessions.find(connection, other, 1.0) is not None
        await store.sessions.end_all(connection, made.id)
        assert await store.sessions.find(connection, other, 1.0) is None


async def test_a_disabled_account_has_no_session(store: Store):
    await account(store)
    made = await account(store, "second")
    async with store.database.change(TESTER) as change:
        text = await store.sessions.start(change.connection, made.id, change.now)
        await store.accounts.update(change, made.id, role="admin", disabled=True)
        assert await store.sessions.find(change.connection, text, change.now) is None
        fresh = await store.sessions.start(change.connection, made.id, change.now)
        assert await store.sessions.find(change.connection, fresh, change.now) is None
        assert await store.accounts.verify(change.connection, "second", PASSWORD) is None


async def test_the_set_up_token_works_once(store: Store):
    async with store.database.write() as connection:
        old = await store.setup_tokens.make(connection, time.time())
        text = await store.setup_tokens.make(connection, time.time())
        assert text not in repr((await connection.execute(select(SETUP_TOKENS))).all())
    for wrong in (old, text + "x", ""):
        with pytest.raises(NotAllowed):
            async with store.database.change(TESTER) as change:
                await store.setup_tokens.use(change, wrong)

    async def spend(password: str) -> None:
        async with store.database.change(TESTER) as change:
            await store.setup_tokens.use(change, text)
            await store.accounts.add(change, "root", password, "admin")

    with pytest.raises(ParameterInvalid):
        await spend("short")
    await spend(PASSWORD)
    with pytest.raises(NotAllowed):
        await spend(PASSWORD)


async def test_the_set_up_token_grows_old(store: Store):
    async with store.database.write() as connection:
        text = await store.setup_tokens.make(connection, time.time() - SETUP_LIFETIME)
    with pytest.raises(NotAllowed):
        async with store.database.change(TESTER) as change:
            await store.setup_tokens.use(change, text)


async def test_a_token_of_the_admin_api(store: Store):
    async with store.database.change(TESTER) as change:
        made = await store.access_tokens.create(change, "ci", "viewer", "default", expires_at=2000.0)
    identifier = made.token.id
    async with store.database.write() as connection:
        assert made.text not in repr((await connection.execute(select(ACCESS_TOKENS))).all())
        assert await store.access_tokens.find(connection, made.text, 1000.0) == made.token
        for wrong in (made.text + "x", made.text[:-1], made.text.replace("mrt_", "mr_"), f"mrt_{identifier}.", "mrt_", ""):
            assert await store.access_tokens.find(connection, wrong, 1000.0) is None
        assert await store.access_tokens.find(connection, made.text, 2000.0) is None
        assert (await store.access_tokens.list(connection))[0].last_used_at == 1000.0
    async with store.database.change(TESTER) as change:
        await store.access_tokens.revoke(change, identifier)
        assert await store.access_tokens.find(change.connection, made.text, 1000.0) is None
        await store.access_tokens.remove(change, identifier)
        with pytest.raises(NotThere):
            await store.access_tokens.remove(change, identifier)


async def test_signing_in_configures_nothing(store: Store):
    before = await revision(store)
    made = await account(store)
    async with store.database.change(TESTER) as change:
        await store.accounts.note_login(change, made.id)
        assert (await store.accounts.get(change.connection, made.id)).last_login_at == change.now
    assert await revision(store) == before


async def test_workspaces(store: Store):
    async with store.database.change(TESTER) as change:
        await store.workspaces.add(change, "team", "Team")
        assert (await store.workspaces.rename(change, "team", "The team")).name == "The team"
        assert [each.id for each in await store.workspaces.list(change.connection)] == ["team", "default"]
        for wrong in ("Team", "", "a b", "x" * 64):
            with pytest.raises(ParameterInvalid):
                await store.workspaces.add(change, wrong, "x")
        with pytest.raises(NameTaken):
            await store.workspaces.add(change, "team", "x")
        with pytest.raises(NotThere):
            await store.api_keys.create(change, "nowhere", "x")
        await store.api_keys.create(change, "team", "x")
        for needed in ("default", "team"):
            with pytest.raises(NotAllowed):
                await store.workspaces.remove(change, needed)
        key = (await store.api_keys.list(change.connection, "team"))[0]
        await store.api_keys.remove(change, "team", key.id)
        await store.workspaces.remove(change, "team")
        with pytest.raises(NotThere):
            await store.workspaces.get(change.connection, "team")


async def test_preferences_are_an_owners_own(store: Store):
    async with store.database.write() as connection:
        await store.preferences.put(connection, "account:1", "preset/a", {"temperature": 0.5}, 1.0)
        await store.preferences.put(connection, "account:1", "preset/b", 1, 1.0)
        await store.preferences.put(connection, "account:1", "language", "zh_Hans", 1.0)
        await store.preferences.put(connection, "account:2", "preset/a", 2, 1.0)
        await store.preferences.put(connection, "account:1", "preset/b", 3, 1.0)
        assert await store.preferences.all(connection, "account:1", "preset/") == {"preset/a": {"temperature": 0.5}, "preset/b": 3}
        await store.preferences.put(connection, "account:1", "preset/a", None, 1.0)
        assert await store.preferences.all(connection, "account:1") == {"language": "zh_Hans", "preset/b": 3}
        with pytest.raises(ParameterInvalid):
            await store.preferences.put(connection, "account:1", "big", "x" * 70_000, 1.0)
