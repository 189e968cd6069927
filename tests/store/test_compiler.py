"""Rows become a configuration; a row that is no use is left out and told, and the rest serves."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
import pytest
from sqlalchemy import insert, update

from modelruntime.entities.model_type import ModelType
from modelruntime.entities.secret import Secret
from modelruntime.store.compiler import Compiled, compile_rows, merged
from modelruntime.store.configuration import CallPolicy, Configuration, OwnPrice, Route, RouteTarget, StoredCredential
from modelruntime.store.errors import KeyMissing
from modelruntime.store.gateway_key import GatewayKey, KeyLimits, new_key
from modelruntime.store.key_ring import KeyRing
from modelruntime.store.model_switches import ModelSwitch
from modelruntime.store.pepper import Pepper
from modelruntime.store.store import Store
from modelruntime.store.stored_rows import read_rows
from modelruntime.store.tables import (
    ALIASES,
    API_KEYS,
    CREDENTIALS,
    DECLARATIONS,
    DEFAULT_MODELS,
    POLICIES,
    PRICES,
    ROUTES,
    SETTINGS,
)
from tests.store.test_operator_values import NEW, OVERLAY
from tests.store.world import CATALOGUE, CUSTOM, DECLARATION, SECRET, TESTER, added, put


async def compiled(store: Store) -> Compiled:
    return compile_rows(await read_rows(store.database), store.roots, store.pepper, CATALOGUE)


async def test_an_empty_store_is_an_empty_configuration(store: Store):
    found = await compiled(store)
    assert found.problems == ()
    assert found.configuration == Configuration(revision="0", pepper=store.pepper.value)


async def test_everything_that_an_operator_sets(store: Store):
    own = await added(store, "one", note="n")
    custom = await added(store, "two", CUSTOM, server="http://127.0.0.1:9")
    limits = KeyLimits(budget=Decimal("1.5"), concurrent=2)
    route = Route("fast", (RouteTarget("acme/small", 2, own.id), RouteTarget("acme/large")), "weighted")
    async with store.database.change(TESTER) as change:
        rights: dict[str, Any] = {"models": ("acme/*",), "limits": limits, "expires_at": 5.0, "may_delete_models": True}
        key = (await store.api_keys.create(change, "default", "app", **rights)).key
        await store.aliases.put(change, "gpt", "fast")
        await store.routes.put(change, "fast", route)
        await store.default_models.put(change, "llm", "acme/small")
        await store.balancing.put(change, "acme", "sticky")
        await store.policies.put(change, "fast", CallPolicy(coalesce=True))
        await store.prices.put(change, "acme", OwnPrice(discount=Decimal("0.25")))
        await store.settings.put(change, "keep_content", True)
        await store.settings.put(change, "timeout", 30.0)
        await store.settings.put(change, "egress_allow", ["10.0.0.0/8"])
        await store.model_switches.set(change, ModelSwitch(ModelType.LLM, "acme", "small", False))
        await store.model_switches.set(change, ModelSwitch(ModelType.LLM, "acme", "large", True))
        await store.declarations.add(change, CATALOGUE, NEW)
        await store.declarations.add(change, CATALOGUE, OVERLAY.format(provider="newcomer"))
    found = await compiled(store)
    assert found.problems == ()
    assert found.settings.egress_allow == ("10.0.0.0/8",)
    configuration = found.configuration
    assert configuration.revision == str(found.revision) == "3"
    assert {name: msgspec.structs.replace(each, digest=b"") for name, each in configuration.keys.items()} == {
        key.id: GatewayKey(id=key.id, digest=b"", name="app", **rights)
    }
    assert configuration.credentials == (
        StoredCredential(
            id=own.id,
            provider="acme",
            name="one",
            values={"server": "https://api.acme.example", "note": "n", "api_key": Secret(SECRET)},
        ),
        StoredCredential(
            id=custom.id,
            provider="acme",
            name="two",
            model="mine",
            model_type=ModelType.LLM,
            values={"server": "http://127.0.0.1:9", "api_key": Secret(SECRET)},
        ),
    )
    assert (configuration.aliases, configuration.routes) == ({"gpt": "fast"}, {"fast": route})
    assert (configuration.defaults, configuration.balancing) == ({"llm": "acme/small"}, {"acme": "sticky"})
    assert configuration.policies == {"fast": CallPolicy(coalesce=True)}
    assert configuration.prices == {"acme": OwnPrice(discount=Decimal("0.25"))}
    assert configuration.disabled == {"llm/acme/small"}
    assert configuration.documents == (NEW, OVERLAY.format(provider="newcomer"))
    assert (configuration.keep_content, configuration.timeout) == (True, 30.0)


NAMED = [
    (ALIASES, "alias", '""'),
    (ALIASES, "alias", "5"),
    (ROUTES, "route", '{"name": "x", "targets": []}'),
    (ROUTES, "route", '{"name": "y", "targets": [{"model": "a/b"}]}'),
    (ROUTES, "route", "not json"),
    (DEFAULT_MODELS, "default model", '"a/b"'),
    (POLICIES, "policy", '{"cache_seconds": -1}'),
    (PRICES, "price", '{"overrides": {"nothing": 1}}'),
    (SETTINGS, "setting", "1"),
]


@pytest.mark.parametrize("table, noun, value", NAMED)
async def test_a_broken_value_is_left_out_and_told(store: Store, table: Any, noun: str, value: str):
    await put(store, store.aliases, "good", "acme/small")
    async with store.database.write() as connection:
        await connection.execute(insert(table).values(workspace="", name="x", value=value, updated_at=0.0))
    found = await compiled(store)
    assert [problem.place for problem in found.problems] == [f"{noun} x"]
    assert found.configuration.aliases == {"good": "acme/small"}


@pytest.mark.parametrize("column, value", [("limits", "{"), ("limits", '{"budget": "much"}'), ("models", "{}"), ("models", "[1]")])
async def test_a_key_whose_limits_cannot_be_read_is_refused_not_unlimited(store: Store, column: str, value: str):
    async with store.database.change(TESTER) as change:
        bad = (await store.api_keys.create(change, "default", "bad")).key.id
        good = (await store.api_keys.create(change, "default", "good")).key.id
        await change.connection.execute(update(API_KEYS).where(API_KEYS.c.id == bad).values({column: value}))
    found = await compiled(store)
    assert found.configuration.keys.keys() == {good}
    assert [problem.place for problem in found.problems] == [f"key {bad}"]


async def test_a_credential_that_does_not_open_is_locked_and_has_no_secret(store: Store):
    view = await added(store, note="n")
    found = compile_rows(await read_rows(store.database), KeyRing.fresh(), store.pepper, CATALOGUE)
    (credential,) = found.configuration.credentials
    assert credential.locked
    assert credential.values == {"server": "https://api.acme.example", "note": "n"}
    assert [problem.place for problem in found.problems] == [f"credential {view.id}"]
    assert view.kid in found.problems[0].message


@pytest.mark.parametrize("column, value", [("clear_values", "{"), ("model_type", "nonsense"), ("sealed", "{}")])
async def test_a_broken_credential_harms_no_other(store: Store, column: str, value: str):
    bad, good = await added(store, "bad"), await added(store, "good")
    async with store.database.write() as connection:
        await connection.execute(update(CREDENTIALS).where(CREDENTIALS.c.id == bad.id).values({column: value}))
    found = await compiled(store)
    assert [each.id for each in found.configuration.credentials if not each.locked] == [good.id]
    assert [problem.place for problem in found.problems] == [f"credential {bad.id}"]


async def test_a_route_loses_targets_whose_credential_is_gone(store: Store):
    view = await added(store)
    pinned, free = RouteTarget("acme/small", credential=view.id), RouteTarget("acme/small")
    await put(store, store.routes, "both", Route("both", (pinned, free)))
    await put(store, store.routes, "only", Route("only", (pinned,)))
    assert (await compiled(store)).problems == ()
    async with store.database.change(TESTER) as change:
        await store.credentials.remove(change, "default", view.id)
    found = await compiled(store)
    assert found.configuration.routes == {"both": Route("both", (free,))}
    assert [problem.place for problem in found.problems] == ["route both", "route only"]


async def test_what_a_workspace_set_goes_before_what_is_set_for_all(store: Store):
    pinned = await added(store)
    lead = Route("lead", (RouteTarget("acme/large"),))
    entries: list[tuple[Any, str, Any, Any]] = [
        (store.aliases, "gpt", "acme/small", "acme/large"),
        (store.aliases, "lead", "acme/small", None),
        (store.aliases, "shared", "acme/small", None),
        (store.routes, "fast", Route("fast", (RouteTarget("acme/small"),)), None),
        (store.routes, "lead", None, lead),
        (store.routes, "pinned", None, Route("pinned", (RouteTarget("acme/small", credential=pinned.id),))),
        (store.default_models, "llm", "acme/small", "acme/large"),
        (store.balancing, "acme", "sticky", "weighted"),
        (store.policies, "acme/small", CallPolicy(coalesce=True), CallPolicy(cache_seconds=1.0)),
        (store.prices, "acme", OwnPrice(discount=Decimal("0.25")), OwnPrice(discount=Decimal("0.5"))),
    ]
    async with store.database.change(TESTER) as change:
        await store.workspaces.add(change, "team", "Team")
        for values, name, for_all, own in entries:
            for workspace, value in (("", for_all), ("team", own)):
                if value is not None:
                    await values.put(change, name, value, workspace)
        await store.aliases.put(change, "fast", "acme/large", "team")
        await change.connection.execute(insert(ALIASES).values(workspace="team", name="x", value='""', updated_at=0.0))
    found = await compiled(store)
    assert [problem.place for problem in found.problems] == ["alias x of the workspace team", "route pinned of the workspace team"]
    team, other = found.configuration.seen_by("team"), found.configuration.seen_by("default")
    assert other is found.configuration
    assert other.aliases == {"gpt": "acme/small", "lead": "acme/small", "shared": "acme/small"}
    assert (set(other.routes), other.defaults, other.balancing) == ({"fast"}, {"llm": "acme/small"}, {"acme": "sticky"})
    assert team.aliases == {"shared": "acme/small", "gpt": "acme/large", "fast": "acme/large"}
    assert (team.routes, team.defaults, team.balancing) == ({"lead": lead}, {"llm": "acme/large"}, {"acme": "weighted"})
    assert team.policies == {"acme/small": CallPolicy(cache_seconds=1.0)}
    assert team.prices == {"acme": OwnPrice(discount=Decimal("0.5"))}
    asked = ("gpt", "lead", "shared", "fast")
    assert [each.route_of(name).targets[0].model for each in (team, other) for name in asked] == [
        *("acme/large", "acme/large", "acme/small", "acme/large"),
        *("acme/small", "acme/small", "acme/small", "acme/small"),
    ]
    base = Configuration(pepper=store.pepper.value, aliases={"gpt": "file/a", "b": "file/b"})
    assert merged(base, found).seen_by("team").aliases == {"b": "file/b", **team.aliases}


async def test_a_declaration_that_no_longer_fits_is_left_out(store: Store):
    row = {"provider": "x", "kind": "provider", "created_at": 0.0, "updated_at": 0.0}
    async with store.database.write() as connection:
        for position, text in enumerate((DECLARATION, "rubbish: [", NEW, OVERLAY.format(provider="newcomer"))):
            await connection.execute(insert(DECLARATIONS).values(**row, id=f"de_{position}", position=position, text=text))
    found = await compiled(store)
    assert found.configuration.documents == (NEW, OVERLAY.format(provider="newcomer"))
    assert [problem.place for problem in found.problems] == ["declaration de_0", "declaration de_1"]


async def test_a_locked_pepper_refuses_every_key_of_the_database(store: Store):
    async with store.database.change(TESTER) as change:
        await store.api_keys.create(change, "default", "app")
    locked = Pepper(b"p" * 32, KeyMissing("the root key 'k1' is missing", kid="k1"))
    found = compile_rows(await read_rows(store.database), store.roots, locked, CATALOGUE)
    assert found.configuration.keys == {}
    assert [problem.place for problem in found.problems] == ["keys"]
    assert "k1" in found.problems[0].message


async def test_the_file_and_the_database_together(store: Store):
    pepper = store.pepper.value
    made = new_key(pepper)
    base = Configuration(
        revision="file",
        pepper=pepper,
        keys={made.id: GatewayKey(id=made.id, digest=made.digest, name="of the file")},
        aliases={"a": "file/a", "b": "file/b"},
        documents=("of the file",),
        disabled=frozenset({"llm/x/y"}),
        timeout=99.0,
    )
    await put(store, store.aliases, "a", "acme/small")
    found = merged(base, await compiled(store))
    assert found.revision == "1.file"
    assert found.keys == base.keys
    assert found.aliases == {"a": "acme/small", "b": "file/b"}
    assert found.documents == ("of the file",)
    assert found.disabled == {"llm/x/y"}
    assert found.timeout == 99.0
    await put(store, store.settings, "timeout", 7.0)
    assert merged(base, await compiled(store)).timeout == 7.0
