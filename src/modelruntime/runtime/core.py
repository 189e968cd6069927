"""What the sync and the async runtime share: declarations, credential sources, settings."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from modelruntime.runtime.model_reference import ModelReference, parse_reference
from modelruntime.transports.contract import Timeouts, TransportOptions

if TYPE_CHECKING:
    from modelruntime.entities.model_type import ModelType
    from modelruntime.runtime.credential_source import CredentialSource, CustomModel
    from modelruntime.runtime.observers import Observer
    from modelruntime.runtime.options import CallOptions
    from modelruntime.runtime.remote_list import RemoteLists
    from modelruntime.runtime.resolver import Resolver
    from modelruntime.runtime.target import Target
    from modelruntime.schema.catalogue import Catalogue


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

    def __init__(self, settings: Settings, catalogue: Catalogue | None = None) -> None:
        self.settings = settings
        self._declarations = catalogue
        self._trusted: Catalogue | None = None
        self.environ: Mapping[str, str] = os.environ if settings.environ is None else settings.environ
        self.verified: dict[tuple[str, str], float] = {}
        self._lock = threading.Lock()
        self._resolver: Resolver | None = None
        self._remote: RemoteLists | None = None

    @property
    def resolver(self) -> Resolver:
        """Made when first needed: a runtime costs nothing until a model is named."""
        if self._resolver is None:
            with self._lock:
                if self._resolver is None:
                    from modelruntime.runtime.resolver_making import make_resolver

                    self._resolver = make_resolver(self.settings, self.environ, self.remote, self._declarations, self._trusted)
        return self._resolver

    @property
    def remote(self) -> RemoteLists:
        """The vendors' own lists of models as last fetched."""
        if self._remote is None:
            from modelruntime.runtime.remote_list import RemoteLists

            self._remote = RemoteLists(self.environ)
        return self._remote

    @property
    def catalogue(self) -> Catalogue:
        """The declarations."""
        return self.resolver.catalogue

    def with_sources(self, sources: tuple[CredentialSource, ...], documents: tuple[str, ...]) -> Core:
        """The same settings and declarations, with other credentials and with declarations of an operator on top: for a
        server that holds the credentials of many. Addresses that only those credentials or documents name go through the
        egress guard. Raises `DeclarationInvalid` for a document that cannot be used."""
        catalogue = self.catalogue
        for document in documents:
            catalogue = catalogue.with_document(document)
        other = Core(msgspec.structs.replace(self.settings, sources=sources), catalogue)
        other._remote = self.remote
        other._trusted = self.catalogue
        return other

    def reference(self, name: str, model_type: ModelType) -> ModelReference:
        """A name as a reference; raises `ModelNotFound` for a malformed name or an unknown provider."""
        reference = parse_reference(name, model_type)
        return ModelReference(self.catalogue.provider(reference.provider).provider, reference.model_type, reference.model)

    def targets(self, reference: ModelReference, options: CallOptions, default: Callable[[], Target]) -> list[Callable[[], Target]]:
        """The candidates of a call in order: the model itself, then its fallbacks (each with credentials of its own)."""

        def first() -> Target:
            found = default() if options.credentials is None else self.resolver.resolve(reference, options.credentials)
            return found.with_headers(options.headers)

        others = [self._fallback(parse_reference(name, reference.model_type), options) for name in options.fallbacks]
        return [first, *others]

    def _fallback(self, reference: ModelReference, options: CallOptions) -> Callable[[], Target]:
        return lambda: self.resolver.resolve(reference).with_headers(options.headers)
