"""A provider of an async runtime."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from modelruntime.entities.model_type import ModelType
from modelruntime.runtime.credential_validation import Validation, validate_model_plan, validate_provider_plan
from modelruntime.runtime.drive_async import AsyncDriver
from modelruntime.runtime.provider_handle import ProviderHandle
from modelruntime.runtime.remote_models import RemoteModels, fetch_models_plan

if TYPE_CHECKING:
    from modelruntime.runtime.async_runtime import AsyncRuntime


class AsyncProvider(ProviderHandle):
    """The same as `Provider`, awaited."""

    def __init__(self, runtime: AsyncRuntime, name: str) -> None:
        super().__init__(runtime.core, name)
        self._runtime = runtime

    def model(self, model_type: ModelType | str, model: str) -> Any:
        """The model object, e.g. `provider.model("llm", "some-id")`."""
        return self._runtime.model(model_type, f"{self.id}/{model}")

    async def validate_credentials(self, credentials: Mapping[str, Any] | None = None) -> Validation:
        """See `Provider.validate_credentials`."""
        return await AsyncDriver(self._runtime.world).run(validate_provider_plan(self._core, self.schema, credentials))

    async def validate_model_credentials(
        self, model_type: ModelType | str, model: str, credentials: Mapping[str, Any] | None = None
    ) -> Validation:
        """See `Provider.validate_model_credentials`."""
        plan = validate_model_plan(self._core, self._reference(model_type, model), credentials)
        return await AsyncDriver(self._runtime.world).run(plan)

    async def fetch_models(self, *, refresh: bool = False) -> RemoteModels:
        """See `Provider.fetch_models`."""
        return await AsyncDriver(self._runtime.world).run(fetch_models_plan(self._core, self.schema, refresh=refresh))

    def __reduce__(self) -> tuple[Any, ...]:
        return AsyncProvider, (self._runtime, self.id)
