"""Declarations of providers and overlays of models that an operator posts while the gateway runs."""

from __future__ import annotations

import asyncio
from typing import Annotated

import msgspec

from modelruntime.admin.call import Call, Nothing
from modelruntime.admin.declaration_lint import lint_text, require_clean
from modelruntime.admin.refusal import LineProblem
from modelruntime.admin.route import Route, route
from modelruntime.store.declarations import PostedDeclaration


class DeclarationText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One YAML document: a provider with its models inline, or `extends: provider` and models."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=1_000_000)]


class DeclarationList(msgspec.Struct, frozen=True):
    """In the order in which they were posted."""

    data: list[PostedDeclaration]


class LintReply(msgspec.Struct, frozen=True):
    """`usable`: no problem is an error."""

    usable: bool
    problems: tuple[LineProblem, ...]


class KeptDeclaration(msgspec.Struct, frozen=True):
    """What is kept, and the linter's warnings."""

    declaration: PostedDeclaration
    problems: tuple[LineProblem, ...]


async def list_declarations(call: Call[Nothing, Nothing]) -> DeclarationList:
    """Every posted declaration."""
    async with call.services.store.database.read() as connection:
        return DeclarationList(await call.services.store.declarations.list(connection))


async def get_declaration(call: Call[Nothing, Nothing]) -> PostedDeclaration:
    """One posted declaration with its text."""
    async with call.services.store.database.read() as connection:
        return await call.services.store.declarations.get(connection, call.path["declaration"])


async def check_declaration(call: Call[DeclarationText, Nothing]) -> LintReply:
    """Say what is wrong with a declaration, line by line; keep nothing."""
    problems = await asyncio.to_thread(lint_text, call.body.text)
    return LintReply(all(each.severity != "error" for each in problems), problems)


async def add_declaration(call: Call[DeclarationText, Nothing]) -> KeptDeclaration:
    """Declare a provider or an overlay. It may shadow no id; it is there at once, in every list and for every call."""
    problems, store = await asyncio.to_thread(lint_text, call.body.text), call.services.store
    require_clean(problems)
    async with store.database.change(call.actor()) as change:
        kept = await store.declarations.add(change, call.services.catalogue(), call.body.text)
    return KeptDeclaration(kept, problems)


async def replace_declaration(call: Call[DeclarationText, Nothing]) -> KeptDeclaration:
    """Put another text in the place of a declaration."""
    problems, store = await asyncio.to_thread(lint_text, call.body.text), call.services.store
    require_clean(problems)
    async with store.database.change(call.actor()) as change:
        kept = await store.declarations.replace(change, call.services.catalogue(), call.path["declaration"], call.body.text)
    return KeptDeclaration(kept, problems)


async def remove_declaration(call: Call[Nothing, Nothing]) -> None:
    """Forget a declaration; the credentials of its provider stay, unused."""
    store = call.services.store
    async with store.database.change(call.actor()) as change:
        await store.declarations.remove(change, call.path["declaration"])


ROUTES: tuple[Route, ...] = (
    route("GET", "/declarations", list_declarations, "operate", reply=DeclarationList),
    route("POST", "/declarations", add_declaration, "operate", body=DeclarationText, reply=KeptDeclaration, status=201),
    route("POST", "/declarations/check", check_declaration, "operate", body=DeclarationText, reply=LintReply, changes=False),
    route("GET", "/declarations/{declaration}", get_declaration, "operate", reply=PostedDeclaration),
    route("PUT", "/declarations/{declaration}", replace_declaration, "operate", body=DeclarationText, reply=KeptDeclaration),
    route("DELETE", "/declarations/{declaration}", remove_declaration, "operate"),
)
