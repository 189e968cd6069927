"""Names that stand for something, declarations, switches, and the log of who changed them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import delete, insert, update

from modelruntime import ParameterInvalid
from modelruntime.entities.errors import DeclarationInvalid
from modelruntime.entities.model_type import ModelType
from modelruntime.store.configuration import CallPolicy, OwnPrice, Route, RouteTarget
from modelruntime.store.errors import NotThere
from modelruntime.store.model_switches import ModelSwitch
from modelruntime.store.store import Store
from modelruntime.store.tables import AUDIT_HEAD, AUDIT_LOG
from tests.store.world import CATALOGUE, DECLARATION, TESTER, put, revision

ROUTE = Route("fast", (RouteTarget("acme/small", 2), RouteTarget("acme/large", credential="cr_1")), "weighted")
GOOD: list[tuple[str, str, Any]] = [
    ("aliases", "gpt", "acme/small"),
    ("routes", "fast", ROUTE),
    ("default_models", "llm", "acme/small"),
    ("balancing", "acme", "round_robin"),
    ("policies", "fast", CallPolicy(cache_seconds=5.0, coalesce=True)),
    ("prices", "acme/small", OwnPrice(overrides={"input": "0.1", "currency": "EUR"}, discount=Decimal("0.1"))),
    ("settings", "keep_content", True),
    ("settings", "egress_allow", ["10.0.0.0/8", "model-server:8000"]),
]
BAD: list[tuple[str, str, Any]] = [
    ("aliases", "gpt", ""),
    ("aliases", "gpt", "gpt"),
    ("aliases", " gpt", "acme/small"),
    ("aliases", "", "acme/small"),
    ("aliases", "a\nb", "acme/small"),
    ("aliases", "x" * 301, "acme/small"),
    ("routes", "other", ROUTE),
    ("routes", "fast", Route("fast", ())),
    ("routes", "fast", Route("fast", (RouteTarget("no-slash"),))),
    ("routes", "fast", Route("fast", (RouteTarget("acme/small", -1),))),
    ("default_models", "chat", "acme/small"),
    ("default_models", "llm", "small"),
    ("policies", "fast", CallPolicy(cache_seconds=0.0)),
    ("policies", "fast", CallPolicy(hedge_seconds=-1.0)),
    ("prices", "acme", OwnPrice(overrides={"inputt": "1"})),
    ("prices", "acme", OwnPrice(overrides={"input": 0.1})),
    ("prices", "acme", OwnPrice(discount=Decimal("1.5"))),
    ("settings", "nothing", 1),
    ("settings", "keep_content", "yes"),
    ("settings", "timeout", 0.0),
    ("settings", "content_days", -1),
    ("settings", "egress_allow", ["everything"]),
    ("settings", "egress_allow", ["host:0"]),
]


@pytest.mark.parametrize("noun, name, value", GOOD)
async def test_a_value_is_kept_replaced_and_removed(store: Store, noun: str, name: str, value: Any):
    values = getattr(store, noun)
    before = await revision(store)
    await put(store, values, name, value)
    await put(store, values, name, value)
    async with store.database.read() as connection:
        assert await values.all(connection) == {name: value}
        assert await values.get(connection, name) == value
        assert await values.get(connection, "nobody") is None
    async with store.database.change(TESTER) as change:
        await values.remove(change, name)
        with pytest.raises(NotThere):
            await values.remove(change, name)
    assert await revision(store) == before + 3
    async with store.database.read() as connection:
        assert await values.all(connection) == {}
        actions = [entry.action.rpartition(".")[2] for entry in await store.audit.list(connection)]
    assert actions == ["removed", "replaced", "added"]


@pytest.mark.parametrize("noun, name, value", BAD)
async def test_a_value_that_cannot_be_used_is_refused(store: Store, noun: str, name: str, value: Any):
    before = await revision(store)
    with pytest.raises(ParameterInvalid):
        await put(store, getattr(store, noun), name, value)
    assert await revision(store) == before


async def test_a_name_is_kept_for_each_workspace_and_goes_with_it(store: Store):
    aliases = store.aliases
    async with store.database.change(TESTER) as change:
        await store.workspaces.add(change, "team", "Team")
        await aliases.put(change, "gpt", "acme/small")
        await aliases.put(change, "gpt", "acme/large", "team")
        await aliases.put(change, "gpt", "acme/huge", "team")
        with pytest.raises(NotThere):
            await aliases.put(change, "gpt", "acme/small", "nobodys")
        with pytest.raises(NotThere, match="of the workspace default"):
            await aliases.remove(change, "gpt", "default")
        assert await aliases.all(change.connection) == {"gpt": "acme/small"}
        assert await aliases.all(change.connection, "team") == {"gpt": "acme/huge"}
        assert await aliases.get(change.connection, "gpt", "team") == "acme/huge"
        told = await store.audit.list(change.connection, workspace="team")
        assert [entry.action for entry in told] == ["alias.replaced", "alias.added", "workspace.added"]
        await store.workspaces.remove(change, "team")
        await store.workspaces.add(change, "team", "Another")
        assert await aliases.all(change.connection, "team") == {}
        assert await aliases.all(change.connection) == {"gpt": "acme/small"}


async def test_models_are_switched(store: Store):
    switch = ModelSwitch(ModelType.LLM, "acme", "small", False)
    async with store.database.change(TESTER) as change:
        await store.model_switches.set(change, switch)
        await store.model_switches.set(change, ModelSwitch(ModelType.TTS, "other", "small", True))
        assert await store.model_switches.list(change.connection, "acme") == [switch]
        await store.model_switches.set(change, ModelSwitch(ModelType.LLM, "acme", "small", True))
        assert [each.enabled for each in await store.model_switches.list(change.connection)] == [True, True]
    async with store.database.read() as connection:
        assert [entry.action for entry in await store.audit.list(connection)] == [
            "model.enabled",
            "model.enabled",
            "model.disabled",
        ]


NEW = DECLARATION.replace("acme", "newcomer").replace("Acme", "Newcomer")
OVERLAY = "extends: {provider}\nmodels:\n  - {{model: more, model_type: llm, label: {{en_US: More}}}}\n"


async def test_a_posted_provider_and_an_overlay_of_it(store: Store):
    async with store.database.change(TESTER) as change:
        made = await store.declarations.add(change, CATALOGUE, NEW)
        overlay = await store.declarations.add(change, CATALOGUE, OVERLAY.format(provider="newcomer"))
    assert (made.provider, made.kind, overlay.provider, overlay.kind) == ("newcomer", "provider", "newcomer", "overlay")
    async with store.database.change(TESTER) as change:
        changed = await store.declarations.replace(change, CATALOGUE, made.id, NEW + "\n")
        assert changed.text == NEW + "\n"
        assert [each.id for each in await store.declarations.list(change.connection)] == [made.id, overlay.id]
        await store.declarations.remove(change, made.id)
        with pytest.raises(NotThere):
            await store.declarations.get(change.connection, made.id)


@pytest.mark.parametrize(
    "text, said",
    [
        (DECLARATION, "exists already"),
        (NEW + "python: os:system\n", "Python"),
        (OVERLAY.format(provider="nobody"), "no provider is called"),
        ("- a list", "must hold a mapping"),
        ("", "must hold a mapping"),
        (": : :", "cannot be used"),
    ],
)
async def test_a_declaration_that_cannot_be_used_is_refused(store: Store, text: str, said: str):
    with pytest.raises(DeclarationInvalid, match=said):
        async with store.database.change(TESTER) as change:
            await store.declarations.add(change, CATALOGUE, text)
    async with store.database.read() as connection:
        assert await store.declarations.list(connection) == []


async def test_a_posted_provider_is_not_shadowed_by_the_next(store: Store):
    async with store.database.change(TESTER) as change:
        made = await store.declarations.add(change, CATALOGUE, NEW)
    with pytest.raises(DeclarationInvalid, match="exists already"):
        async with store.database.change(TESTER) as change:
            await store.declarations.add(change, CATALOGUE, NEW)
    async with store.database.change(TESTER) as change:
        await store.declarations.replace(change, CATALOGUE, made.id, NEW)


@pytest.mark.parametrize(
    "column, value", [("after", '{"value":"evil"}'), ("actor", '{"kind":"command"}'), ("at", 1.0), ("hash", "0" * 64)]
)
async def test_a_changed_entry_of_the_log_shows(store: Store, column: str, value: Any):
    for number in range(3):
        await put(store, store.aliases, f"a{number}", "acme/small")
    async with store.database.write() as connection:
        assert await store.audit.first_broken(connection) is None
        await connection.execute(update(AUDIT_LOG).where(AUDIT_LOG.c.number == 2).values({column: value}))
        assert await store.audit.first_broken(connection) == 2


@pytest.mark.parametrize("number, shows", [(2, 3), (3, 3)])
async def test_a_missing_entry_shows(store: Store, number: int, shows: int):
    for each in range(3):
        await put(store, store.aliases, f"a{each}", "acme/small")
    async with store.database.write() as connection:
        await connection.execute(delete(AUDIT_LOG).where(AUDIT_LOG.c.number == number))
        assert await store.audit.first_broken(connection) == shows


async def test_an_entry_that_was_slipped_in_shows(store: Store):
    await put(store, store.aliases, "a", "acme/small")
    async with store.database.write() as connection:
        row = {"number": 2, "at": 1.0, "actor": "{}", "workspace": "", "action": "x", "subject": "", "before": "", "after": ""}
        await connection.execute(insert(AUDIT_LOG).values(**row, previous="", hash=""))
        assert await store.audit.first_broken(connection) == 2
        await connection.execute(delete(AUDIT_LOG))
        assert await store.audit.first_broken(connection) == 1
        await connection.execute(update(AUDIT_HEAD).values(number=0, hash=""))
        assert await store.audit.first_broken(connection) is None


async def test_the_log_is_read_in_pages(store: Store):
    for number in range(5):
        await put(store, store.aliases, f"a{number}", "acme/small")
    async with store.database.read() as connection:
        first = await store.audit.list(connection, limit=2)
        rest = await store.audit.list(connection, before=first[-1].number, limit=10)
        assert [entry.number for entry in (*first, *rest)] == [5, 4, 3, 2, 1]
        assert [entry.subject for entry in await store.audit.list(connection, subject="a3")] == ["a3"]
        assert await store.audit.list(connection, workspace="other") == []
