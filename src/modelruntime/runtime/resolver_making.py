"""The resolver of a runtime, put together from its settings. Imported when the first provider or model is named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from modelruntime.runtime.ambient_credentials import AmbientCredentials
from modelruntime.runtime.core import Settings
from modelruntime.runtime.credential_source import CredentialSource
from modelruntime.runtime.environment_credentials import EnvironmentCredentials
from modelruntime.runtime.explicit_credentials import ExplicitCredentials
from modelruntime.runtime.remote_list import RemoteLists
from modelruntime.runtime.resolver import Resolver, endpoints_from
from modelruntime.runtime.toml_credentials import TomlCredentials, config_path
from modelruntime.schema.catalogue import Catalogue


def make_resolver(
    settings: Settings,
    environ: Mapping[str, str],
    remote: RemoteLists,
    catalogue: Catalogue | None = None,
    trusted: Catalogue | None = None,
) -> Resolver:
    """Declarations in their layers (or those of `catalogue`), credential sources in their order of precedence, replaced endpoints.

    `trusted` are the operator's own declarations, see `egress_trust.py`. Raises `DeclarationInvalid` for a document that cannot be
    used.
    """
    if catalogue is None:
        catalogue = Catalogue.load(settings.providers, environ)
        for document in settings.documents:
            catalogue = catalogue.with_document(document)
    standard: Sequence[CredentialSource] = (
        ExplicitCredentials(settings.credentials, settings.models),
        TomlCredentials(config_path(environ), environ),
        EnvironmentCredentials(environ, catalogue.find),
        AmbientCredentials(environ, catalogue.find),
    )
    return Resolver(
        catalogue,
        standard if settings.sources is None else settings.sources,
        endpoints=endpoints_from(environ, settings.endpoints, catalogue),
        headers=settings.headers,
        extra=settings.extra,
        remote=remote,
        environ=environ,
        trusted=trusted,
    )
