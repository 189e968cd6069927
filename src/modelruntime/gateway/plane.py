"""What all requests of one process share."""

from __future__ import annotations

from collections.abc import Coroutine
from decimal import Decimal
from typing import Any, TypeVar

import msgspec
from msgspec.structs import replace

from modelruntime.entities.errors import CredentialsInvalid, ModelRuntimeError
from modelruntime.entities.model_type import ModelType
from modelruntime.entities.usage import Usage
from modelruntime.gateway.balancing import FREE, Balancer
from modelruntime.gateway.candidates import Candidate, Choices, choices_of, locked_note, price_here, sample_price
from modelruntime.gateway.coalescing import Coalescing
from modelruntime.gateway.contract import Audit, ConfigurationSource, Ledger, Limiter
from modelruntime.gateway.health_table import HealthRow, HealthTable
from modelruntime.gateway.hedging import Hedging
from modelruntime.gateway.in_force import InForce, Serving
from modelruntime.gateway.key_limiter import KeyLimiter
from modelruntime.gateway.limits import EdgeLimits
from modelruntime.gateway.log_audit import LogAudit
from modelruntime.gateway.refusal_log import RefusalLog
from modelruntime.gateway.reply_cache import ReplyCache
from modelruntime.gateway.unlimited import Unlimited
from modelruntime.gateway.waiting_line import WaitingLine
from modelruntime.runtime.async_runtime import AsyncRuntime
from modelruntime.runtime.drive_async import AsyncDriver
from modelruntime.runtime.effects import Plan
from modelruntime.runtime.one_credential import OneCredential
from modelruntime.runtime.target import Target
from modelruntime.schema.pricing import cost_of
from modelruntime.store.limits_memory import MemoryLimits

R = TypeVar("R")
KEPT_AT_MOST = 4096


class PlaneHealth(msgspec.Struct, frozen=True, kw_only=True):
    """How the process is, for people and dashboards."""

    targets: list[HealthRow]
    """Every model under every credential that was tried lately."""
    under_way: int
    places: int
    waiting: int
    line: int
    limiter_degraded: bool
    """True while the server that counts limits is lost and this process allows its share of them on its own."""
    cache_entries: int
    cache_bytes: int
    cache_hits: int
    cache_misses: int
    hedges_started: int
    hedges_won: int
    coalesced: int


class DataPlane:
    """The configuration in force and its runtimes, limits and ledger; what is known of the health of each target. Without a
    `limiter` the limits of keys are counted in this process, without a `ledger` nothing is kept, without an `audit` its entries
    are lines of the log."""

    def __init__(
        self,
        runtime: AsyncRuntime,
        configuration: ConfigurationSource,
        *,
        limiter: Limiter | None = None,
        ledger: Ledger | None = None,
        audit: Audit | None = None,
        limits: EdgeLimits | None = None,
    ) -> None:
        self.base = runtime
        self.in_force = InForce(configuration, runtime)
        self.limiter = limiter or KeyLimiter(MemoryLimits())
        self.ledger = ledger or Unlimited()
        self.audit = audit or LogAudit()
        self.limits = limits or EdgeLimits()
        self.line = WaitingLine(self.limits.calls, self.limits.waiting, self.limits.waiting_seconds)
        self.table = HealthTable()
        self.cache = ReplyCache(self.limits.cache_bytes)
        self.coalescing = Coalescing()
        self.hedging = Hedging()
        self.refusals = RefusalLog()
        self._balancer = Balancer(self.table)
        self._kept_of: Serving | None = None
        self._choices: dict[tuple[str, str, ModelType], Choices] = {}
        self._targets: dict[Any, Target] = {}

    def candidates(self, name: str, model_type: ModelType, serving: Serving, workspace: str, stick: str) -> tuple[Candidate, ...]:
        """Who is to be tried for a call to a name, in this order. Raises `ModelNotFound` for a malformed name and `Refused` (403)
        where all its models are switched off."""
        choices = self._choices_of(name, model_type, serving, workspace)
        if choices.only:
            return choices.only
        return self._balancer.ordered(choices, stick, lambda candidate: self._price_of(candidate, serving, workspace))

    def expected_cost(
        self, name: str, model_type: ModelType, serving: Serving, workspace: str, usage: Usage, currency: str
    ) -> Decimal | None:
        """What a call would cost at the dearest of its models; None when nobody knows that in this currency for one of them."""
        costs: list[Decimal] = []
        for group in self._choices_of(name, model_type, serving, workspace).groups:
            try:
                target = self.target(group.candidates[0], serving, workspace)
            except ModelRuntimeError:
                continue  # it will not be called
            if target.engine_spec is not None and target.schema.pricing is None:
                costs.append(Decimal(0))  # in this process: there is nobody to pay
                continue
            cost = cost_of(target.schema.pricing, usage)
            if cost is None or cost.total is None or cost.currency != currency:
                return None
            costs.append(cost.total)
        return max(costs, default=Decimal(0))

    def target(self, candidate: Candidate, serving: Serving, workspace: str) -> Target:
        """Kept until the configuration changes: resolving reads forms and profiles. Raises what the resolver raises."""
        if self._kept_of is not serving:
            self._forget_before(serving)
        row = candidate.credential
        key: Any = (workspace, candidate.reference, "" if row is None else row.id)
        found = self._targets.get(key)
        if found is None:
            if len(self._targets) >= KEPT_AT_MOST:
                self._targets = {}
            found = self._targets[key] = self._resolved(candidate, serving, workspace)
        return found

    def driver(self) -> AsyncDriver:
        """For one call."""
        return AsyncDriver(self.base.world)

    def run(self, plan: Plan[R]) -> Coroutine[Any, Any, R]:
        """Perform a plan."""
        return AsyncDriver(self.base.world).run(plan)

    async def aclose(self) -> None:
        """Close the connections, and settle what a limiter in another server has still to hear."""
        close = getattr(self.limiter, "aclose", None)
        if close is not None:
            await close()
        await self.in_force.aclose()

    def health(self) -> PlaneHealth:
        """How it is now."""
        return PlaneHealth(
            targets=self.table.rows(),
            under_way=self.line.under_way,
            places=self.line.places,
            waiting=self.line.waiting,
            line=self.line.line,
            limiter_degraded=bool(getattr(self.limiter, "degraded", False)),
            cache_entries=len(self.cache),
            cache_bytes=self.cache.size,
            cache_hits=self.cache.hits,
            cache_misses=self.cache.misses,
            hedges_started=self.hedging.started,
            hedges_won=self.hedging.won,
            coalesced=self.coalescing.joined,
        )

    def _choices_of(self, name: str, model_type: ModelType, serving: Serving, workspace: str) -> Choices:
        if self._kept_of is not serving:
            self._forget_before(serving)
        key = (workspace, name, model_type)
        found = self._choices.get(key)
        if found is None:
            if len(self._choices) >= KEPT_AT_MOST:
                self._choices = {}
            catalogue = serving.runtime(workspace).core.catalogue
            configuration = serving.configuration_of(workspace)
            found = self._choices[key] = choices_of(name, model_type, workspace, configuration, catalogue)
        return found

    def _resolved(self, candidate: Candidate, serving: Serving, workspace: str) -> Target:
        if candidate.problem is not None:
            raise CredentialsInvalid(candidate.problem, provider=candidate.reference.provider)
        core, configuration, row = serving.runtime(workspace).core, serving.configuration_of(workspace), candidate.credential
        stored = None
        if row is not None:
            stored = OneCredential(row.id, row.provider, row.model, row.model_type, row.values)
        try:
            target = core.resolver.resolve(candidate.reference, stored=stored)
        except CredentialsInvalid as error:
            note = locked_note(candidate.reference, workspace, configuration, core.catalogue) if row is None else None
            if note is None:
                raise
            raise CredentialsInvalid(note, field=error.field, provider=error.provider) from error
        schema = target.schema
        pricing = price_here(schema.provider, schema.model, schema.pricing, configuration)
        if pricing is schema.pricing:
            return target
        return replace(target, schema=replace(target.schema, pricing=pricing))

    def _price_of(self, candidate: Candidate, serving: Serving, workspace: str) -> tuple[str, Decimal] | None:
        try:
            target = self.target(candidate, serving, workspace)
        except ModelRuntimeError:
            return None
        if target.engine_spec is not None and target.schema.pricing is None:
            return FREE
        return sample_price(target.schema.pricing)

    def _forget_before(self, serving: Serving) -> None:
        self._choices, self._targets, self._kept_of = {}, {}, serving
