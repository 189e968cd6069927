"""A provider of a runtime: the middle layer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from modelruntime.entities.model_type import ModelType
from modelruntime.runtime.credential_validation import Validation, validate_model_plan, validate_provider_plan
from modelruntime.runtime.drive import Driver
from modelruntime.runtime.provider_handle import ProviderHandle
from modelruntime.runtime.remote_models import RemoteModels, fetch_models_plan

if TYPE_CHECKING:
    from modelruntime.runtime.blocking_runtime import Runtime


class Provider(ProviderHandle):
    """Who serves models: its forms, its models, and whether credentials for it are good."""

    def __init__(self, runtime: Runtime, name: str) -> None:
        super().__init__(runtime.core, name)
        self._runtime = runtime

    def model(self, model_type: ModelType | str, model: str) -> Any:
        """The model object, e.g. `provider.model("llm", "some-id")`."""
        return self._runtime.model(model_type, f"{self.id}/{model}")

    def validate_credentials(self, credentials: Mapping[str, Any] | None = None) -> Validation:
        """Form, then the declared probe; None checks the configured ones. Raises `CredentialsInvalid` (`field` names what
        to mend), or the `InvokeError` of a vendor that could not be asked."""
        return Driver(self._runtime.world).run(validate_provider_plan(self._core, self.schema, credentials))

    def validate_model_credentials(
        self, model_type: ModelType | str, model: str, credentials: Mapping[str, Any] | None = None
    ) -> Validation:
        """The same for one model, by the smallest real call."""
        plan = validate_model_plan(self._core, self._reference(model_type, model), credentials)
        return Driver(self._runtime.world).run(plan)

    def fetch_models(self, *, refresh: bool = False) -> RemoteModels:
        """The vendor's own list, merged with the declarations; kept for an hour unless `refresh`. When the vendor is down, the
        list fetched before, with the reason in `outage`. Raises `ModelNotFound` where there is no list to fetch, and the
        vendor's `InvokeError`."""
        return Driver(self._runtime.world).run(fetch_models_plan(self._core, self.schema, refresh=refresh))

    def __reduce__(self) -> tuple[Any, ...]:
        return Provider, (self._runtime, self.id)
