"""The whole store: one database, one key ring, and a repository for every noun."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

from modelruntime.store import operator_values
from modelruntime.store.access_tokens import AccessTokens
from modelruntime.store.accounts import Accounts
from modelruntime.store.api_keys import ApiKeys
from modelruntime.store.audit_log import AuditLog
from modelruntime.store.call_log import CallLog
from modelruntime.store.credentials import Credentials
from modelruntime.store.database import Database
from modelruntime.store.database_url import database_url
from modelruntime.store.declarations import Declarations
from modelruntime.store.key_ring_file import open_root_keys
from modelruntime.store.model_switches import ModelSwitches
from modelruntime.store.pepper import Pepper, load_pepper
from modelruntime.store.preferences import Preferences
from modelruntime.store.root_keys import RootKeys
from modelruntime.store.sessions import Sessions
from modelruntime.store.setup_tokens import SetupTokens
from modelruntime.store.usage_report import UsageReport
from modelruntime.store.workspaces import Workspaces


class Store:
    """Changes: `async with store.database.change(actor) as change: await store.aliases.put(change, …)`; several in one block
    are one transaction. Reads: `async with store.database.read() as connection: await store.aliases.all(connection)`."""

    def __init__(self, database: Database, roots: RootKeys, pepper: Pepper) -> None:
        self.database = database
        self._prepared = False
        self.roots = roots
        self.pepper = pepper
        """Mixed into the digests of gateway keys."""
        self.workspaces = Workspaces()
        self.credentials = Credentials(roots, pepper)
        self.api_keys = ApiKeys(pepper)
        self.model_switches = ModelSwitches()
        self.aliases = operator_values.aliases()
        self.routes = operator_values.routes()
        self.default_models = operator_values.default_models()
        self.balancing = operator_values.balancing()
        self.policies = operator_values.policies()
        self.prices = operator_values.prices()
        self.settings = operator_values.settings()
        self.declarations = Declarations()
        self.accounts = Accounts()
        self.sessions = Sessions()
        self.access_tokens = AccessTokens()
        self.setup_tokens = SetupTokens()
        self.preferences = Preferences()
        self.audit = AuditLog()
        self.calls = CallLog()
        self.usage = UsageReport()

    @classmethod
    async def open(cls, directory: Path, environ: Mapping[str, str], database: str | None = None) -> Store:
        """The store of a data directory, its schema brought up to date. `database` is a URL, without it the directory's SQLite
        file. Raises `ParameterInvalid`, `KeyRingInvalid`, `StoreUnavailable`, `SchemaUnknown`."""
        return await cls.over(Database(database_url(database, directory)), open_root_keys(directory, environ))

    @classmethod
    async def over(cls, database: Database, roots: RootKeys) -> Store:
        """The same, of a database that is closed again when it cannot be used."""
        try:
            await database.prepare()
            opened = cls(database, roots, await load_pepper(database, roots, time.time()))
        except BaseException:
            await database.aclose()
            raise
        opened._prepared = True
        return opened

    async def prepare(self) -> None:
        """Bring the schema up to date, once; for a store that was made while the database was gone. Raises as `open` does."""
        if not self._prepared:
            await self.database.prepare()
            self._prepared = True

    async def aclose(self) -> None:
        """Close the database."""
        await self.database.aclose()
