"""What every model object knows, whatever its type and colour."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from modelruntime.entities.cost import Cost
from modelruntime.entities.model_type import ModelType
from modelruntime.entities.usage import Usage
from modelruntime.runtime.core import Core
from modelruntime.runtime.model_reference import ModelReference
from modelruntime.runtime.options import CallOptions, call_options
from modelruntime.runtime.target import Target
from modelruntime.schema.model import ModelSchema
from modelruntime.schema.parameter_rule import ParameterRule
from modelruntime.schema.pricing import cost_of
from modelruntime.transports.contract import Timeouts


class ModelHandle:
    """A model of a runtime. What it resolved (credentials, endpoint) is kept for its lifetime."""

    model_type: ClassVar[ModelType]

    def __init__(self, core: Core, reference: ModelReference) -> None:
        self._core = core
        self._reference = reference
        self._resolved: Target | None = None

    @property
    def provider(self) -> str:
        """The provider's id."""
        return self._reference.provider

    @property
    def model(self) -> str:
        """The model's id there."""
        return self._reference.model

    @property
    def schema(self) -> ModelSchema:
        """The declaration: features, limits, properties, rules, price. Needs no credentials for a declared model; a
        model that nobody declares has an empty one."""
        declared = self._core.resolver.declared(self._reference)
        if declared is not None:
            return declared
        return self._default_target().schema

    @property
    def parameter_rules(self) -> tuple[ParameterRule, ...]:
        """What the model's parameters may be."""
        return self.schema.parameter_rules

    def price(self, usage: Usage) -> Cost | None:
        """What such usage costs; None when the model's price is unknown."""
        return cost_of(self.schema.pricing, usage)

    def _default_target(self) -> Target:
        if self._resolved is None:
            self._resolved = self._core.resolver.resolve(self._reference)
        return self._resolved

    def _targets(self, options: CallOptions) -> list[Callable[[], Target]]:
        return self._core.targets(self._reference, options, self._default_target)

    def _options(
        self,
        credentials: Mapping[str, Any] | None,
        timeout: float | Timeouts | None,
        headers: Mapping[str, str] | None,
        extra: Mapping[str, Any] | None,
        fallbacks: Sequence[str],
        strict: bool,
        parameters: Mapping[str, Any] | None,
        named: Mapping[str, Any],
    ) -> CallOptions:
        return call_options(
            credentials=credentials,
            timeout=timeout,
            headers=headers,
            extra=extra,
            fallbacks=fallbacks,
            strict=strict,
            parameters=parameters,
            named=named,
            default_timeouts=self._core.settings.timeouts,
        )

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self._reference)!r})"
