"""Declarations that an operator posted: providers, and overlays of models."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any, Literal

import msgspec
from sqlalchemy import delete, insert, select, update

from modelruntime.entities.errors import DeclarationInvalid
from modelruntime.schema.catalogue import Catalogue
from modelruntime.schema.loading.read_folder import read_document
from modelruntime.schema.problem import ProblemLog
from modelruntime.store.async_connection import AsyncConnection
from modelruntime.store.change import Change
from modelruntime.store.errors import NotThere
from modelruntime.store.tables import DECLARATIONS


class PostedDeclaration(msgspec.Struct, frozen=True, kw_only=True):
    """One. `provider` is whom it declares or whose models it adds."""

    id: str
    provider: str
    kind: Literal["provider", "overlay"]
    text: str
    position: int
    created_at: float
    updated_at: float


class Declarations:
    """Kept in the order in which they were posted. `catalogue` is what is there without any of them."""

    async def list(self, connection: AsyncConnection) -> list[PostedDeclaration]:
        """All, in their order."""
        query = select(DECLARATIONS).order_by(DECLARATIONS.c.position, DECLARATIONS.c.id)
        return [PostedDeclaration(**row) for row in (await connection.execute(query)).mappings()]

    async def get(self, connection: AsyncConnection, identifier: str) -> PostedDeclaration:
        """One. Raises `NotThere`."""
        found = await connection.execute(select(DECLARATIONS).where(DECLARATIONS.c.id == identifier))
        row = found.mappings().one_or_none()
        if row is None:
            raise NotThere(f"there is no declaration {identifier!r}")
        return PostedDeclaration(**row)

    async def add(self, change: Change, catalogue: Catalogue, text: str) -> PostedDeclaration:
        """Keep one more. Raises `DeclarationInvalid` with every problem: an id that is taken, a provider that is not there,
        whatever the loader says, and Python, which no posted text may name."""
        others = await self.list(change.connection)
        provider, kind = checked(catalogue, [each.text for each in others], text)
        made = PostedDeclaration(
            id=f"de_{secrets.token_hex(8)}",
            provider=provider,
            kind=kind,
            text=text,
            position=max((each.position for each in others), default=-1) + 1,
            created_at=change.now,
            updated_at=change.now,
        )
        await change.connection.execute(insert(DECLARATIONS).values(msgspec.structs.asdict(made)))
        await change.record("declaration.added", made.id, None, {"provider": provider, "kind": kind, "text": text})
        return made

    async def replace(self, change: Change, catalogue: Catalogue, identifier: str, text: str) -> PostedDeclaration:
        """Put another text in its place. Raises `NotThere`, `DeclarationInvalid`."""
        before = await self.get(change.connection, identifier)
        others = [each.text for each in await self.list(change.connection) if each.id != identifier]
        provider, kind = checked(catalogue, others, text)
        values = {"provider": provider, "kind": kind, "text": text, "updated_at": change.now}
        await change.connection.execute(update(DECLARATIONS).where(DECLARATIONS.c.id == identifier).values(values))
        await change.record("declaration.replaced", identifier, {"text": before.text}, {"provider": provider, "text": text})
        return await self.get(change.connection, identifier)

    async def remove(self, change: Change, identifier: str) -> None:
        """Forget it; credentials of its provider stay and are used for nothing. Raises `NotThere`."""
        before = await self.get(change.connection, identifier)
        await change.connection.execute(delete(DECLARATIONS).where(DECLARATIONS.c.id == identifier))
        await change.record("declaration.removed", identifier, {"provider": before.provider, "text": before.text}, None)


def checked(catalogue: Catalogue, others: Sequence[str], text: str) -> tuple[str, Literal["provider", "overlay"]]:
    """Whom a text declares. Raises `DeclarationInvalid`."""
    whole = with_documents(catalogue, others)
    log = ProblemLog()
    declaration: Any = read_document(text, log)
    whole.with_document(text)
    assert declaration is not None, "with_document raises for what reads as nothing"
    schema = declaration.schema
    if schema is not None and schema.python:
        raise DeclarationInvalid("a posted declaration may name no Python: install that as a package", ("python: is refused here",))
    return declaration.provider, "overlay" if schema is None else "provider"


def with_documents(catalogue: Catalogue, documents: Sequence[str]) -> Catalogue:
    """The catalogue with those documents on top that still fit it."""
    for document in documents:
        try:
            catalogue = catalogue.with_document(document)
        except DeclarationInvalid:
            continue
    return catalogue
