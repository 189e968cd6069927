"""What all requests of one process share."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from modelruntime.entities.model_type import ModelType
from modelruntime.gateway.configuration import Configuration
from modelruntime.gateway.contract import ConfigurationSource, Ledger, Limiter
from modelruntime.gateway.limits import EdgeLimits
from modelruntime.gateway.unlimited import Unlimited
from modelruntime.runtime.async_runtime import AsyncRuntime
from modelruntime.runtime.drive_async import AsyncDriver
from modelruntime.runtime.effects import Plan
from modelruntime.runtime.model_reference import ModelReference, parse_reference
from modelruntime.runtime.target import Target

R = TypeVar("R")
TARGETS_AT_MOST = 4096


class DataPlane:
    """The runtime that makes the calls, the configuration in force, limits and ledger."""

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
        self.runtime = runtime
        self.configuration = configuration
        self.limiter = limiter or nothing
        self.ledger = ledger or nothing
        self.limits = limits or EdgeLimits()
        self._targets: dict[tuple[str, ModelType], Target] = {}
        self._targets_of = ""

    def targets(self, name: str, model_type: ModelType, configuration: Configuration) -> list[Callable[[], Target]]:
        """The models behind a name, each resolved when it is first tried. Raises `ModelNotFound` for a malformed name."""
        references = [parse_reference(target.model, model_type) for target in configuration.route_of(name).targets]
        return [partial(self._resolved, reference, configuration) for reference in references]

    def driver(self) -> AsyncDriver:
        """For one call."""
        return AsyncDriver(self.runtime.world)

    async def run(self, plan: Plan[R]) -> R:
        """Perform a plan."""
        return await self.driver().run(plan)

    def _resolved(self, reference: ModelReference, configuration: Configuration) -> Target:
        """Kept until the configuration changes: resolving reads forms and profiles."""
        if self._targets_of != configuration.revision or len(self._targets) >= TARGETS_AT_MOST:
            self._targets = {}
            self._targets_of = configuration.revision
        key: Any = (str(reference), reference.model_type)
        found = self._targets.get(key)
        if found is None:
            found = self._targets[key] = self.runtime.core.resolver.resolve(reference)
        return found
