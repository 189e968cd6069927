"""The configuration in force, with what the runtime makes of it: one runtime for each workspace, all over the same connections."""

from __future__ import annotations

from msgspec.structs import replace

from modelruntime.gateway.contract import ConfigurationSource
from modelruntime.gateway.own_credentials import OwnCredentials
from modelruntime.runtime.async_runtime import AsyncRuntime
from modelruntime.runtime.credential_source import CredentialSource
from modelruntime.store.configuration import Configuration
from modelruntime.store.stored_credentials import StoredCredentials

DEFAULT_WORKSPACE = "default"


class Serving:
    """One configuration and its runtimes. A request keeps the one it began with."""

    def __init__(self, configuration: Configuration, base: AsyncRuntime) -> None:
        self.configuration = configuration
        self._base = base
        timeouts = base.core.settings.timeouts
        self.timeouts = replace(timeouts, total=min(timeouts.total or configuration.timeout, configuration.timeout))
        """Of every call."""
        self._runtimes: dict[str, AsyncRuntime] = {}
        self._seen = {workspace: configuration.seen_by(workspace) for workspace in configuration.workspaces}

    def configuration_of(self, workspace: str) -> Configuration:
        """As the workspace sees it: what it set for itself goes before what is set for all."""
        return self._seen.get(workspace, self.configuration)

    def runtime(self, workspace: str = DEFAULT_WORKSPACE) -> AsyncRuntime:
        """The workspace's runtime, made when first asked for. The sources of the gateway's own start (its file, the
        environment) are the default workspace's alone. Raises `DeclarationInvalid` for a posted document that is none."""
        found = self._runtimes.get(workspace)
        if found is None:
            found = self._runtimes[workspace] = self._made(workspace)
        return found

    def _made(self, workspace: str) -> AsyncRuntime:
        own = StoredCredentials(self.configuration.credentials, workspace)
        core = self._base.core
        further: tuple[CredentialSource, ...] = ()
        if workspace == DEFAULT_WORKSPACE:
            further = (OwnCredentials(self.configuration.own_credentials), *core.resolver.sources)
        return self._base.sharing(core.with_sources((own, *further), self.configuration.documents))


class InForce:
    """Gives what to serve a request by."""

    def __init__(self, source: ConfigurationSource, base: AsyncRuntime) -> None:
        self._source = source
        self._base = base
        self._serving = Serving(source.current(), base)

    def current(self) -> Serving:
        """For a new request."""
        configuration = self._source.current()
        if configuration is not self._serving.configuration:
            self._serving = Serving(configuration, self._base)
        return self._serving

    async def aclose(self) -> None:
        """Close the connections."""
        await self._base.aclose()
