"""What all requests of one process share."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from modelruntime.entities.model_type import ModelType
from modelruntime.gateway.contract import ConfigurationSource, Ledger, Limiter
from modelruntime.gateway.in_force import InForce, Serving
from modelruntime.gateway.limits import EdgeLimits
from modelruntime.gateway.refused import refused
from modelruntime.gateway.unlimited import Unlimited
from modelruntime.runtime.async_runtime import AsyncRuntime
from modelruntime.runtime.drive_async import AsyncDriver
from modelruntime.runtime.effects import Plan
from modelruntime.runtime.model_reference import ModelReference, parse_reference
from modelruntime.runtime.target import Target

R = TypeVar("R")
TARGETS_AT_MOST = 4096


class DataPlane:
    """The configuration in force and its runtimes, limits and ledger."""

    def __init__(
        self,
        runtime: AsyncRuntime,
        configuration: ConfigurationSource,
        *,
        limiter: Limiter | None = None,
        ledger: Ledger | None = None,
        limits: EdgeLimits | None = None,
    ) -> None:
        nothing = Unlimited()
        self.base = runtime
        self.in_force = InForce(configuration, runtime)
        self.limiter = limiter or nothing
        self.ledger = ledger or nothing
        self.limits = limits or EdgeLimits()
        self._targets: dict[tuple[str, str, ModelType], Target] = {}
        self._targets_of: Serving | None = None

    def targets(self, name: str, model_type: ModelType, serving: Serving, workspace: str) -> list[Callable[[], Target]]:
        """The models behind a name that are not switched off, each resolved when it is first tried. Raises `ModelNotFound`
        for a malformed name and `Refused` (403) where all are switched off."""
        configuration = serving.configuration
        references = [parse_reference(target.model, model_type) for target in configuration.route_of(name).targets]
        on = [reference for reference in references if f"{model_type}/{reference}" not in configuration.disabled]
        if not on:
            raise refused(403, "model_disabled", f"{name} is switched off here", "model")
        return [partial(self._resolved, reference, serving, workspace) for reference in on]

    def driver(self) -> AsyncDriver:
        """For one call."""
        return AsyncDriver(self.base.world)

    async def run(self, plan: Plan[R]) -> R:
        """Perform a plan."""
        return await self.driver().run(plan)

    def _resolved(self, reference: ModelReference, serving: Serving, workspace: str) -> Target:
        """Kept until the configuration changes: resolving reads forms and profiles."""
        if self._targets_of is not serving or len(self._targets) >= TARGETS_AT_MOST:
            self._targets = {}
            self._targets_of = serving
        key: Any = (workspace, str(reference), reference.model_type)
        found = self._targets.get(key)
        if found is None:
            found = self._targets[key] = serving.runtime(workspace).core.resolver.resolve(reference)
        return found
