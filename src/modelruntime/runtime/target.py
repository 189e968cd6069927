"""One model at one endpoint with one set of credentials: where a call may go."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from msgspec.structs import replace

from modelruntime.codecs.operation import Endpoint
from modelruntime.engines.contract import EngineSpec
from modelruntime.schema.model import ModelSchema
from modelruntime.schema.profile import Profile
from modelruntime.schema.provider import ProviderSchema
from modelruntime.signers.contract import Signer

EMPTY_PROFILE = Profile()


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """All that is fixed before a call is rendered. Has either a codec, an endpoint and a signer, or an engine."""

    schema: ModelSchema
    provider: ProviderSchema
    credentials: dict[str, Any]
    declared: bool
    """False for a model that neither a declaration nor its user's form describes: its rules, features and price are unknown."""
    codec: Any = None
    endpoint: Endpoint | None = None
    signer: Signer | None = None
    engine_spec: Callable[[], EngineSpec] | None = None
    """What the engine host loads, for a local model. Raises `ModelNotFound` while its weights are missing."""
    extra: dict[str, Any] = {}
    """Body fields of the runtime's and the model's configuration."""
    credential_id: str = ""
    """Of the stored credential, empty for any other source."""
    guarded: bool = False
    """Its address came from someone who is not trusted with the network: requests go through the egress guard."""

    @property
    def name(self) -> str:
        """`provider/model`."""
        return f"{self.schema.provider}/{self.schema.model}"

    def with_headers(self, headers: Mapping[str, str]) -> Target:
        """The same target with a call's own headers last."""
        if not headers or self.endpoint is None:
            return self
        added = {name.lower(): value for name, value in headers.items()}
        kept = tuple(pair for pair in self.endpoint.headers if pair[0] not in added)
        return replace(self, endpoint=replace(self.endpoint, headers=(*kept, *added.items())))

    @property
    def profile(self) -> Profile:
        """The merged profile; the default one for an engine."""
        return self.endpoint.profile if self.endpoint is not None else EMPTY_PROFILE
