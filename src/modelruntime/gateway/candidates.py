"""Who could take the calls to one name: its models, each with the stored credentials that may be used for it.

Worked out once for each configuration; what changes from call to call (health, load, turn) is asked in `balancing.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import msgspec

from modelruntime.entities.errors import DeclarationInvalid, ParameterInvalid
from modelruntime.entities.model_type import ModelType
from modelruntime.entities.usage import InputUsage, OutputUsage, Usage
from modelruntime.gateway.health_table import Place
from modelruntime.gateway.refused import refused
from modelruntime.routing.choosing import Standing
from modelruntime.routing.strategy import Strategy
from modelruntime.runtime.model_reference import ModelReference, parse_reference
from modelruntime.schema.catalogue import Catalogue
from modelruntime.schema.price import Price
from modelruntime.schema.price_override import override_price
from modelruntime.schema.pricing import cost_of
from modelruntime.store.configuration import Configuration, RouteTarget, StoredCredential

SAMPLE = Usage(input=InputUsage(total=3000), output=OutputUsage(total=1000), characters=3000, seconds=60.0, searches=1)
"""The call by which models are compared in price."""


class Candidate(msgspec.Struct, frozen=True):
    """A model with one stored credential, or (None) with whatever else the workspace has."""

    reference: ModelReference
    place: Place
    """Under which its health is kept."""
    credential: StoredCredential | None = None
    problem: str | None = None
    """Why it cannot be used, where a route insists on it all the same: its call fails, and the next one has its chance."""


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """One model of a route: its candidates, and how its calls are shared among them."""

    reference: ModelReference
    name: str
    """Tells it from the other groups of its route, also from one of the same model with another credential."""
    turns: str
    """Under which the turns of its round robin are counted."""
    weight: int
    strategy: Strategy
    candidates: tuple[Candidate, ...]
    standings: tuple[Standing, ...]
    """Those of the candidates while all are well and nothing is known of their load."""


class Choices(msgspec.Struct, frozen=True, kw_only=True):
    """All that stand behind a name."""

    turns: str
    """Under which the turns of its round robin are counted: one name's calls in one workspace."""
    strategy: Strategy
    groups: tuple[Group, ...]
    only: tuple[Candidate, ...] = ()
    """The one candidate, where there is no choice; else empty."""


def choices_of(name: str, model_type: ModelType, workspace: str, configuration: Configuration, catalogue: Catalogue) -> Choices:
    """Who stands behind a name. Raises `ModelNotFound` for a malformed one and `Refused` (403) where all are switched off."""
    route = configuration.route_of(name)
    groups: list[Group] = []
    turns = f"{workspace} {model_type} {name}"
    for target in route.targets:
        reference = parse_reference(target.model, model_type)
        reference = ModelReference(catalogue.id_of(reference.provider), model_type, reference.model)
        if f"{model_type}/{target.model}" in configuration.disabled or f"{model_type}/{reference}" in configuration.disabled:
            continue
        strategy = configuration.balancing.get(str(reference)) or configuration.balancing.get(reference.provider)
        candidates = tuple(_candidates(target, reference, workspace, strategy, configuration, catalogue))
        standings = tuple(Standing(name=one.place[2], weight=one.credential.weight if one.credential else 1) for one in candidates)
        of_target = f"{reference} {target.credential or ''}"
        groups.append(
            Group(
                reference=reference,
                name=of_target,
                turns=f"{turns} {of_target}",
                weight=target.weight,
                strategy=strategy or "ordered",
                candidates=candidates,
                standings=standings,
            )
        )
    if not groups:
        raise refused(403, "model_disabled", f"{name} is switched off here", "model")
    only = groups[0].candidates if len(groups) == 1 and len(groups[0].candidates) == 1 else ()
    return Choices(turns=turns, strategy=route.strategy, groups=tuple(groups), only=only)


def sample_price(price: Price | None) -> tuple[str, Decimal] | None:
    """Currency and cost of the sample call; None when it is unknown."""
    cost = cost_of(price, SAMPLE)
    return None if cost is None or cost.total is None else (cost.currency, cost.total)


def _candidates(
    target: RouteTarget,
    reference: ModelReference,
    workspace: str,
    strategy: Strategy | None,
    configuration: Configuration,
    catalogue: Catalogue,
) -> Iterator[Candidate]:
    rows = _fitting(reference, workspace, configuration.credentials, catalogue)
    if target.credential is not None:
        yield _pinned(target.credential, reference, rows)
        return
    usable = [row for row in rows if row.enabled and not row.locked and (row.active or strategy is not None)]
    own = [row for row in usable if row.model is not None]  # a model's own go before its provider's, as everywhere
    found = own or usable
    if not found:
        yield _candidate(reference)
    for row in found if strategy is not None else found[:1]:
        yield _candidate(reference, row)


def _candidate(reference: ModelReference, row: StoredCredential | None = None, problem: str | None = None) -> Candidate:
    place = (reference.provider, reference.model, "" if row is None else row.id)
    return Candidate(reference, place, row, problem)


def _pinned(wanted: str, reference: ModelReference, rows: list[StoredCredential]) -> Candidate:
    row = next((row for row in rows if row.id == wanted), None)
    if row is None:
        return _candidate(reference, None, f"the route names a credential of {reference} that is not there")
    if row.locked:
        return _candidate(reference, None, f"the credential that the route names for {reference} is locked: its key is missing")
    if not row.enabled:
        return _candidate(reference, None, f"the credential that the route names for {reference} is switched off")
    return _candidate(reference, row)


def _fitting(
    reference: ModelReference, workspace: str, rows: tuple[StoredCredential, ...], catalogue: Catalogue
) -> list[StoredCredential]:
    """Those of the workspace that belong to the provider, or to this very model."""
    model = (reference.model_type, reference.model)
    return [
        msgspec.structs.replace(row, provider=reference.provider) if row.provider != reference.provider else row
        for row in rows
        if row.workspace == workspace
        and catalogue.id_of(row.provider) == reference.provider
        and (row.model is None or (row.model_type, row.model) == model)
    ]


def locked_note(reference: ModelReference, workspace: str, configuration: Configuration, catalogue: Catalogue) -> str | None:
    """What to say of a model that has no usable credential because the stored ones are locked or switched off."""
    rows = _fitting(reference, workspace, configuration.credentials, catalogue)
    if any(row.locked for row in rows):
        return (
            f"the stored credentials of {reference.provider} are locked: the root key that sealed them is missing; import it with "
            "'modelruntime keys import', or where it is lost for good begin anew with 'modelruntime keys abandon'"
        )
    if rows:
        return f"the stored credentials of {reference.provider} are switched off: enable one, or make one active"
    return None


def price_here(provider: str, model: str, declared: Price | None, configuration: Configuration) -> Price | None:
    """What a model costs this operator: the declared price, changed by the operator's own entry for the model, else by that for its
    provider. Raises `DeclarationInvalid` for an entry that cannot be used: a wrong price is worse than none."""
    own = configuration.prices.get(f"{provider}/{model}") or configuration.prices.get(provider)
    if own is None:
        return declared
    try:
        return override_price(declared, own.overrides, discount=own.discount)
    except ParameterInvalid as cause:
        raise DeclarationInvalid(f"the operator's own price of {provider}/{model} cannot be used: {cause}") from cause
