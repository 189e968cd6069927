"""What the sync and the async runtime share: declarations, credential sources, settings."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from modelruntime.entities.model_type import ModelType
from modelruntime.runtime.credential_source import CredentialSource, CustomModel
from modelruntime.runtime.environment_credentials import EnvironmentCredentials
from modelruntime.runtime.explicit_credentials import ExplicitCredentials
from modelruntime.runtime.model_reference import ModelReference, parse_reference
from modelruntime.runtime.observers import Observer
from modelruntime.runtime.options import CallOptions
from modelruntime.runtime.resolver import Resolver, endpoints_from, environment, with_call_headers
from modelruntime.runtime.target import Target
from modelruntime.runtime.toml_credentials import TomlCredentials, config_path
from modelruntime.schema.catalogue import Catalogue
from modelruntime.schema.model import ModelSchema
from modelruntime.transports.contract import Timeouts, TransportOptions


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The arguments of `Runtime(…)`; see there. Kept whole, so that a runtime pickles by reference."""

    credentials: Mapping[str, Mapping[str, Any]] = {}
    models: tuple[CustomModel, ...] = ()
    providers: tuple[Path, ...] = ()
    documents: tuple[str, ...] = ()
    endpoints: Mapping[str, str] = {}
    headers: Mapping[str, Mapping[str, str]] = {}
    extra: Mapping[str, Mapping[str, Any]] = {}
    observers: tuple[Observer, ...] = ()
    timeouts: Timeouts = Timeouts()
    transport_options: TransportOptions = TransportOptions()
    sources: tuple[CredentialSource, ...] | None = None
    environ: Mapping[str, str] | None = None


class Core:
    """One runtime's knowledge. Thread safe: what is found once is kept, and finding twice does no harm."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.environ = environment() if settings.environ is None else settings.environ
        self.remote: dict[str, dict[str, ModelSchema]] = {}
        self.remote_fetched: dict[str, float] = {}
        self.verified: dict[tuple[str, str], float] = {}
        self._lock = threading.Lock()
        self._resolver: Resolver | None = None

    @property
    def resolver(self) -> Resolver:
        """Made when first needed: a runtime costs nothing until a model is named."""
        if self._resolver is None:
            with self._lock:
                if self._resolver is None:
                    self._resolver = self._make_resolver()
        return self._resolver

    @property
    def catalogue(self) -> Catalogue:
        """The declarations."""
        return self.resolver.catalogue

    def reference(self, name: str, model_type: ModelType) -> ModelReference:
        """A name as a reference; raises `ModelNotFound` for a malformed name or an unknown provider."""
        reference = parse_reference(name, model_type)
        self.catalogue.provider(reference.provider)
        return reference

    def targets(self, reference: ModelReference, options: CallOptions, default: Callable[[], Target]) -> list[Callable[[], Target]]:
        """The candidates of a call in order: the model itself, then its fallbacks (each with credentials of its own)."""

        def first() -> Target:
            found = default() if options.credentials is None else self.resolver.resolve(reference, options.credentials)
            return with_call_headers(found, options.headers)

        others = [self._fallback(parse_reference(name, reference.model_type), options) for name in options.fallbacks]
        return [first, *others]

    def _fallback(self, reference: ModelReference, options: CallOptions) -> Callable[[], Target]:
        return lambda: with_call_headers(self.resolver.resolve(reference), options.headers)

    def _make_resolver(self) -> Resolver:
        settings = self.settings
        catalogue = Catalogue.load(settings.providers, self.environ)
        for document in settings.documents:
            catalogue = catalogue.with_document(document)
        sources: Sequence[CredentialSource]
        if settings.sources is not None:
            sources = settings.sources
        else:
            sources = (
                ExplicitCredentials(settings.credentials, settings.models),
                TomlCredentials(config_path(self.environ), self.environ),
                EnvironmentCredentials(self.environ, catalogue.provider),
            )
        return Resolver(
            catalogue,
            sources,
            endpoints=endpoints_from(self.environ, settings.endpoints, catalogue.provider_ids()),
            headers=settings.headers,
            extra=settings.extra,
            remote=self.remote,
            environ=self.environ,
        )
