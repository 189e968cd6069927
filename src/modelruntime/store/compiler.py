"""From rows to a configuration. A row that does not compile is left out and told; the rest serves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import msgspec

from modelruntime.entities.errors import DeclarationInvalid, ModelRuntimeError
from modelruntime.entities.model_type import ModelType
from modelruntime.entities.secret import Secret
from modelruntime.schema.catalogue import Catalogue
from modelruntime.store import operator_values
from modelruntime.store.configuration import Configuration, OwnNames, Route, StoredCredential
from modelruntime.store.envelope import Place, from_text, unseal
from modelruntime.store.errors import KeyMissing, SealBroken
from modelruntime.store.gateway_key import GatewayKey, KeyLimits
from modelruntime.store.named_values import NamedValues, of_whom
from modelruntime.store.pepper import Pepper
from modelruntime.store.root_keys import RootKeys
from modelruntime.store.settings import TIMEOUT, GatewaySettings, settings_of
from modelruntime.store.stored_rows import StoredRows
from modelruntime.store.workspaces import ALL

T = TypeVar("T")
V = TypeVar("V")


class ConfigurationProblem(msgspec.Struct, frozen=True):
    """A row that is left out, or a credential that is locked. `place` names it, such as `route fast`."""

    place: str
    message: str


class Compiled(msgspec.Struct, frozen=True, kw_only=True):
    """What one revision of the database says, without the configuration file."""

    revision: int
    configuration: Configuration
    settings: GatewaySettings = GatewaySettings()
    problems: tuple[ConfigurationProblem, ...] = ()


def compile_rows(rows: StoredRows, roots: RootKeys, pepper: Pepper, catalogue: Catalogue) -> Compiled:
    """Never raises for a row. Takes a moment with many credentials: call it off the loop."""
    return _Compiler(roots, pepper, catalogue).compile(rows)


class _Compiler:
    """One compilation."""

    def __init__(self, roots: RootKeys, pepper: Pepper, catalogue: Catalogue) -> None:
        self._roots = roots
        self._pepper = pepper
        self._catalogue = catalogue
        self._problems: list[ConfigurationProblem] = []

    def compile(self, rows: StoredRows) -> Compiled:
        """Everything."""
        credentials = tuple(self._each("credential", rows.credentials, self._credential))
        settings = settings_of(self._named(operator_values.settings(), rows, ALL))  # each was checked by itself
        for_all = self._names(rows, ALL, credentials)
        owners = sorted({row.workspace for named in rows.named.values() for row in named} - {ALL})
        configuration = Configuration(
            revision=str(rows.revision),
            pepper=self._pepper.value,
            keys={key.id: key for key in self._keys(rows)},
            aliases=for_all.aliases,
            routes=for_all.routes,
            credentials=credentials,
            balancing=for_all.balancing,
            disabled=frozenset(f"{row.model_type}/{row.provider}/{row.model}" for row in rows.switches if not row.enabled),
            defaults=for_all.defaults,
            policies=for_all.policies,
            prices=for_all.prices,
            workspaces={owner: self._names(rows, owner, credentials) for owner in owners},
            documents=tuple(self._documents(rows)),
            keep_content=settings.keep_content,
            timeout=settings.timeout or TIMEOUT,
        )
        return Compiled(revision=rows.revision, configuration=configuration, settings=settings, problems=tuple(self._problems))

    def _each(self, noun: str, rows: tuple[Any, ...], make: Callable[[Any], T]) -> Iterator[T]:
        for row in rows:
            try:
                yield make(row)
            except (ModelRuntimeError, msgspec.DecodeError, ValueError) as cause:
                self._problem(f"{noun} {row.id}", f"left out: {cause}")

    def _problem(self, place: str, message: str) -> None:
        self._problems.append(ConfigurationProblem(place, message))

    def _names(self, rows: StoredRows, workspace: str, credentials: tuple[StoredCredential, ...]) -> OwnNames:
        pinnable = {credential.id for credential in credentials if workspace in (ALL, credential.workspace)}
        return OwnNames(
            aliases=self._named(operator_values.aliases(), rows, workspace),
            routes=dict(self._routes(self._named(operator_values.routes(), rows, workspace), workspace, pinnable)),
            balancing=self._named(operator_values.balancing(), rows, workspace),
            defaults=self._named(operator_values.default_models(), rows, workspace),
            policies=self._named(operator_values.policies(), rows, workspace),
            prices=self._named(operator_values.prices(), rows, workspace),
        )

    def _named(self, values: NamedValues[V], rows: StoredRows, workspace: str) -> dict[str, V]:
        found: dict[str, V] = {}
        for row in rows.named.get(values.table.name, ()):
            if row.workspace != workspace:
                continue
            try:
                found[row.name] = values.checked(row.name, row.value)
            except (ModelRuntimeError, msgspec.DecodeError) as cause:
                self._problem(_place(values.noun, row.name, workspace), f"left out: {cause}")
        return found

    def _credential(self, row: Any) -> StoredCredential:
        values: dict[str, Any] = msgspec.json.decode(row.clear_values)
        locked = False
        try:
            opened = unseal(self._roots, Place(row.workspace, row.id), from_text(row.sealed)) if row.sealed else {}
            values.update({name: Secret(value) for name, value in opened.items()})
        except (KeyMissing, SealBroken) as cause:
            locked = True
            self._problem(f"credential {row.id}", f"locked: {cause.message}")
        return StoredCredential(
            id=row.id,
            provider=row.provider,
            name=row.name,
            model=row.model or None,
            model_type=ModelType(row.model_type) if row.model_type else None,
            workspace=row.workspace,
            values=values,
            weight=row.weight,
            active=row.active,
            enabled=row.enabled,
            locked=locked,
        )

    def _keys(self, rows: StoredRows) -> Iterator[GatewayKey]:
        if self._pepper.locked is not None and rows.api_keys:
            self._problem("keys", f"locked, every key of the database is refused: {self._pepper.locked.message}")
            return
        yield from self._each("key", rows.api_keys, _key)

    def _routes(self, routes: dict[str, Route], workspace: str, credentials: set[str]) -> Iterator[tuple[str, Route]]:
        for name, route in routes.items():
            targets = tuple(each for each in route.targets if each.credential is None or each.credential in credentials)
            if len(targets) < len(route.targets):
                problem = "a target is left out: the credential that it pins is not there"
                self._problem(_place("route", name, workspace), problem)
            if targets:
                yield name, msgspec.structs.replace(route, targets=targets)

    def _documents(self, rows: StoredRows) -> Iterator[str]:
        catalogue = self._catalogue
        for row in rows.documents:
            try:
                catalogue = catalogue.with_document(row.text)
            except DeclarationInvalid as cause:
                self._problem(f"declaration {row.id}", f"left out: {cause.message}")
            else:
                yield row.text


def _place(noun: str, name: str, workspace: str) -> str:
    return f"{noun} {name}" if workspace == ALL else f"{noun} {name} of {of_whom(workspace)}"


def _key(row: Any) -> GatewayKey:
    return GatewayKey(
        id=row.id,
        digest=row.digest,
        name=row.name,
        workspace=row.workspace,
        models=msgspec.json.decode(row.models, type=tuple[str, ...]),
        expires_at=row.expires_at,
        disabled=row.disabled,
        limits=msgspec.json.decode(row.limits, type=KeyLimits | None),
        may_delete_models=row.may_delete_models,
    )


def merged(base: Configuration, stored: Compiled) -> Configuration:
    """The configuration file's and the database's together; for one name the database's counts."""
    own = stored.configuration
    return msgspec.structs.replace(
        own,
        revision=f"{own.revision}.{base.revision}",
        keys={**base.keys, **own.keys},
        aliases={**base.aliases, **own.aliases},
        routes={**base.routes, **own.routes},
        credentials=(*base.credentials, *own.credentials),
        own_credentials=base.own_credentials,
        balancing={**base.balancing, **own.balancing},
        disabled=base.disabled | own.disabled,
        defaults={**base.defaults, **own.defaults},
        kept_by=base.kept_by,
        policies={**base.policies, **own.policies},
        prices={**base.prices, **own.prices},
        workspaces=own.workspaces,
        documents=(*base.documents, *own.documents),
        keep_content=base.keep_content or own.keep_content,
        timeout=base.timeout if stored.settings.timeout is None else own.timeout,
        retention=base.retention,
    )
