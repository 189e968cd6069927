"""A provider that never was, and shorthand for what tests of the store keep doing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any

import msgspec

from modelruntime.entities.cost import Cost, UnitPrice
from modelruntime.entities.model_type import ModelType
from modelruntime.entities.usage import InputUsage, OutputUsage, Usage
from modelruntime.runtime.call_record import AttemptRecord, CallRecord
from modelruntime.schema.catalogue import Catalogue
from modelruntime.store.actor import Actor
from modelruntime.store.change import Change
from modelruntime.store.credential_scope import CredentialScope
from modelruntime.store.credential_view import CredentialView
from modelruntime.store.store import Store

DECLARATION = """
provider: acme
label: {en_US: Acme}
supported_model_types: [llm]
configurate_methods: [predefined-model, customizable-model]
provider_credential_schema:
  credential_form_schemas:
    - {variable: api_key, type: secret-input, required: true, label: {en_US: Key}}
    - {variable: second_key, type: secret-input, required: false, label: {en_US: Second key}}
    - {variable: server, type: text-input, required: false, format: url, default: https://api.acme.example, label: {en_US: Server}}
    - {variable: note, type: text-input, required: false, label: {en_US: Note}}
model_credential_schema:
  model: {label: {en_US: Model}}
  credential_form_schemas:
    - {variable: api_key, type: secret-input, required: true, label: {en_US: Key}}
    - {variable: server, type: text-input, required: true, format: url, label: {en_US: Server}}
codec: {llm: openai_chat}
endpoint: "{server}"
auth: {bearer: api_key}
models:
  - {model: small, model_type: llm, label: {en_US: Small}}
"""
CATALOGUE = Catalogue([]).with_document(DECLARATION)
ACME = CATALOGUE.provider("acme")
SCOPE = CredentialScope(provider="acme")
CUSTOM = CredentialScope(provider="acme", model_type=ModelType.LLM, model="mine")
SECRET = "sk-acme-0123456789abcdef-CANARY"
OTHER_SECRET = "sk-acme-fedcba9876543210-CANARY"
TESTER = Actor("account", "ac_1", "tester", "127.0.0.1")


async def added(store: Store, name: str = "", scope: CredentialScope = SCOPE, **values: Any) -> CredentialView:
    """One more credential."""
    async with store.database.change(TESTER) as change:
        return await store.credentials.add(change, scope, ACME, name, {"api_key": SECRET, **values})


async def listed(store: Store) -> list[CredentialView]:
    async with store.database.read() as connection:
        return await store.credentials.list(connection, "default")


async def revision(store: Store) -> int:
    from modelruntime.store.stored_rows import current_revision

    return await current_revision(store.database)


async def put(store: Store, values: Any, name: str, value: Any) -> None:
    """One named value."""
    async with store.database.change(TESTER) as change:
        assert isinstance(change, Change)
        await values.put(change, name, value)


def record(number: int = 1, **changes: Any) -> CallRecord:
    """A call that is over, with one attempt."""
    usage = Usage(InputUsage(total=10, fresh=8, cache_read=2), OutputUsage(total=5, reasoning=1), raw={"total_tokens": 15})
    rows = (UnitPrice("input", Decimal(8), Decimal("0.1"), "1k tokens", Decimal("0.0008")),)
    cost = Cost(Decimal("0.1"), Decimal("0.2"), Decimal("0.3"), "USD", rows)
    attempt = AttemptRecord(
        id=f"call{number}.1", provider="acme", model="small", credential_id="cr_1", started_at=1000.0 + number, seconds=0.5
    )
    plain = CallRecord(
        id=f"call{number}",
        key_id="key",
        workspace="default",
        endpoint="chat",
        asked_model="fast",
        model_type=ModelType.LLM,
        provider="acme",
        model="small",
        started_at=1000.0 + number,
        seconds=0.75,
        first_token_seconds=0.25,
        stream=True,
        usage=usage,
        cost=cost,
        attempts=(msgspec.structs.replace(attempt, usage=usage, cost=cost, request_id="r"),),
    )
    return msgspec.structs.replace(plain, **changes)


async def until(true: Callable[[], bool | Awaitable[bool]], seconds: float = 30) -> None:
    """Look again and again; fails when it takes too long."""
    deadline = time.monotonic() + seconds
    while True:
        found = true()
        if found if isinstance(found, bool) else await found:
            return
        assert time.monotonic() < deadline, "it never came true"
        await asyncio.sleep(0.02)
