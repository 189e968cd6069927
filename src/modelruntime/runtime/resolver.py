"""From a model's name to a target: declaration, credentials, endpoint, profile, codec or engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from msgspec.structs import replace

from modelruntime.codecs.operation import Endpoint
from modelruntime.codecs.registry import load_codec, load_dialect
from modelruntime.engines.contract import EngineSpec
from modelruntime.entities.errors import DeclarationInvalid, ModelNotFound
from modelruntime.runtime.ambient_credentials import AmbientCredentials
from modelruntime.runtime.credential_finding import Credentials, find_credentials
from modelruntime.runtime.credential_source import CredentialSource
from modelruntime.runtime.egress_trust import is_operators_own
from modelruntime.runtime.model_reference import ModelReference
from modelruntime.runtime.one_credential import OneCredential
from modelruntime.runtime.remote_list import RemoteList, RemoteLists
from modelruntime.runtime.remote_merging import merged
from modelruntime.runtime.target import Target
from modelruntime.schema.catalogue import Catalogue
from modelruntime.schema.codec_choice import chosen_codec
from modelruntime.schema.conditions import MODEL_TYPE_VARIABLE
from modelruntime.schema.credential_model import model_from_credentials
from modelruntime.schema.endpoint import render_headers, render_query, resolve_endpoint
from modelruntime.schema.family_files import load_families
from modelruntime.schema.model import ModelSchema
from modelruntime.schema.profile import Profile
from modelruntime.schema.profile_merge import merge_profiles
from modelruntime.schema.provider import ProviderSchema
from modelruntime.signers.registry import signer_for


class Resolver:
    """Knows the declarations and the credential sources of one runtime. Does no I/O beyond reading them."""

    def __init__(
        self,
        catalogue: Catalogue,
        sources: Sequence[CredentialSource],
        *,
        endpoints: Mapping[str, str],
        headers: Mapping[str, Mapping[str, str]],
        extra: Mapping[str, Mapping[str, Any]],
        remote: RemoteLists,
        environ: Mapping[str, str],
        trusted: Catalogue | None = None,
    ) -> None:
        self.catalogue = catalogue
        self.sources = tuple(sources)
        self._machine = tuple(source for source in self.sources if isinstance(source, AmbientCredentials))
        """Completes a stored form that leaves signing in to this machine."""
        self._endpoints = endpoints
        self._headers = {_own_name(catalogue, name): value for name, value in headers.items()}
        self._extra = {_own_name(catalogue, name): value for name, value in extra.items()}
        self._remote = remote
        self._remote_models: dict[str, tuple[RemoteList, dict[str, ModelSchema]]] = {}
        self._environ = environ
        self._trusted = trusted

    def resolve(
        self, reference: ModelReference, given: Mapping[str, Any] | None = None, *, stored: OneCredential | None = None
    ) -> Target:
        """With the credentials of the call, with a stored one and no other, or with those of the first source that has them.

        Raises `ModelNotFound`, `CredentialsInvalid` or `DeclarationInvalid`, each saying what to do.
        """
        provider = self.catalogue.provider(reference.provider)
        if reference.provider != provider.provider:  # an alias
            reference = ModelReference(provider.provider, reference.model_type, reference.model)
        if reference.model_type not in provider.supported_model_types:
            raise ModelNotFound(
                f"{provider.provider} has no models of type {reference.model_type}; it has "
                f"{', '.join(provider.supported_model_types)}",
                provider=provider.provider,
                model=reference.model,
            )
        declared = self.declared(reference)
        sources: tuple[CredentialSource, ...] = self.sources if stored is None else (stored, *self._machine)
        credentials = find_credentials(provider, reference.model_type, reference.model, given=given, sources=sources)
        schema = self.schema(provider, reference, declared, credentials)
        told = (declared is not None and declared.fetch_from != "fetch-from-remote") or (
            credentials.of_model and provider.model_from_credentials is not None
        )
        target = self._target(provider, schema, credentials, told)
        return replace(target, credential_id=stored.id) if stored is not None and credentials.source == stored.name else target

    def declared(self, reference: ModelReference) -> ModelSchema | None:
        """What the declarations, or the vendor's own list as last fetched, say of the model."""
        listed = self.remote_models(reference.provider).get(f"{reference.model_type}/{reference.model}")
        return listed or self.catalogue.model(reference.provider, reference.model_type, reference.model)

    def remote_models(self, name: str) -> Mapping[str, ModelSchema]:
        """The vendor's own list as last fetched, merged with the declarations, by `type/model`; empty without one."""
        provider = self.catalogue.provider(name)
        name = provider.provider
        found = self._remote.get(name) if "fetch-from-remote" in provider.configurate_methods else None
        if found is None:
            return {}
        known = self._remote_models.get(name)
        if known is None or known[0] is not found:
            rows = merged(self.catalogue, provider, found.rows)
            known = self._remote_models[name] = (found, {f"{schema.model_type}/{schema.model}": schema for schema in rows})
        return known[1]

    def schema(
        self, provider: ProviderSchema, reference: ModelReference, declared: ModelSchema | None, credentials: Credentials
    ) -> ModelSchema:
        """The model as it is called: declared, or made from the filled form of a customizable model."""
        if credentials.of_model:
            known = self._base(provider, reference, credentials.values) or declared
            return model_from_credentials(provider, reference.model_type, reference.model, credentials.values, known)
        if declared is not None:
            return declared
        if tuple(provider.configurate_methods) == ("predefined-model",) or provider.engine.get(reference.model_type):
            near = _near(reference.model, [row.model for row in self.catalogue.models(provider.provider, reference.model_type)])
            raise ModelNotFound(
                f"{provider.provider} declares no {reference.model_type} model {reference.model!r}{near}",
                provider=provider.provider,
                model=reference.model,
            )
        return ModelSchema(provider=provider.provider, model=reference.model, model_type=reference.model_type)

    def _base(self, provider: ProviderSchema, reference: ModelReference, values: Mapping[str, Any]) -> ModelSchema | None:
        """The declared model that the form names as the one behind the user's own, under the user's name; None without one."""
        variable = provider.model_from_credentials.base if provider.model_from_credentials else None
        name = values.get(variable) if variable else None
        found = self.catalogue.model(provider.provider, reference.model_type, name) if isinstance(name, str) else None
        if found is None or found.model == reference.model:
            return found
        codec = chosen_codec(found.codec or provider.codec.get(found.model_type), values) or ""
        family = load_families().profile_for(found.wire_model or found.model, codec)
        return replace(
            found,
            model=reference.model,
            label={"en_US": reference.model},
            wire_model=None,
            profile={**family, **found.profile},  # the user's own name tells no family
        )

    def _target(self, provider: ProviderSchema, schema: ModelSchema, credentials: Credentials, declared: bool) -> Target:
        names = (provider.provider, f"{provider.provider}/{schema.model}")
        extra = {**schema.extra, **self._extra.get(names[0], {}), **self._extra.get(names[1], {})}
        target = Target(schema=schema, provider=provider, credentials=credentials.values, declared=declared, extra=extra)
        engine = schema.engine or provider.engine.get(schema.model_type)
        if engine is not None:
            return replace(target, engine_spec=self._engine_spec(schema, engine, credentials.values))
        named = chosen_codec(schema.codec or provider.codec.get(schema.model_type), credentials.values)
        codec = codec_of(provider, schema.model_type, named)
        if codec is None:
            raise DeclarationInvalid(f"{provider.provider} declares no codec for {schema.model_type}")
        general = dict(self.provider_headers(provider, credentials.values))
        own = {**dict(render_headers(schema.headers, credentials.values)), **self._headers.get(names[1], {})}
        base_url = self.base_url(provider, schema, credentials.values)
        endpoint = Endpoint(
            base_url=base_url,
            model=schema.wire_model or schema.model,
            profile=_filled(self._profile(provider, schema, named or ""), credentials.values),
            provider=provider.provider,
            model_id=schema.model,
            headers=tuple({**general, **{name.lower(): value for name, value in own.items()}}.items()),
            credentials=credentials.values,
        )
        signer = signer_for(provider.auth, {**credentials.values, MODEL_TYPE_VARIABLE: schema.model_type.value})
        guarded = self.guarded(provider, schema, credentials, base_url)
        return replace(target, codec=codec, endpoint=endpoint, signer=signer, guarded=guarded)

    def _engine_spec(self, schema: ModelSchema, engine: str, options: Mapping[str, Any]) -> Callable[[], EngineSpec]:
        """Found when first needed, and then kept: the store checks every file of the model."""

        def find() -> EngineSpec:
            from modelruntime.engines.spec import spec_for
            from modelruntime.engines.store.model_store import ModelStore

            return spec_for(schema, engine, options, store=ModelStore(environ=self._environ), lookup=self.catalogue.model)

        return cache(find)

    def base_url(self, provider: ProviderSchema, schema: ModelSchema | None, credentials: Mapping[str, Any]) -> str:
        """The base URL: the runtime's replacement, else the model's, else the provider's."""
        if replacement := self._endpoints.get(provider.provider):
            return replacement.rstrip("/")
        declaration = (schema.endpoint if schema is not None else None) or provider.endpoint
        if declaration is None:
            raise DeclarationInvalid(f"{provider.provider} declares no endpoint")
        kind = {MODEL_TYPE_VARIABLE: schema.model_type.value} if schema is not None else {}
        return resolve_endpoint(declaration, {**credentials, **kind})

    def guarded(self, provider: ProviderSchema, schema: ModelSchema | None, credentials: Credentials, base_url: str) -> bool:
        """Do requests there go through the egress guard? Never in a library, whose user owns the machine."""
        if self._trusted is None or provider.provider in self._endpoints:
            return False
        return not is_operators_own(self._trusted, provider, schema, credentials, base_url)

    def provider_headers(self, provider: ProviderSchema, credentials: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
        """The provider's declared headers and those of the runtime's configuration, names in lower case."""
        headers = {**dict(render_headers(provider.headers, credentials)), **self._headers.get(provider.provider, {})}
        return tuple((name.lower(), value) for name, value in headers.items())

    def listing_profile(self, provider: ProviderSchema, credentials: Mapping[str, Any]) -> Profile:
        """The profile under which the vendor's model list is asked for."""
        paths = {"paths": {"models": provider.models_endpoint}} if provider.models_endpoint else {}
        return _filled(merge_profiles(provider.profile, paths), credentials)

    def _profile(self, provider: ProviderSchema, schema: ModelSchema, codec: str) -> Profile:
        batch = schema.limits.batch or schema.model_properties.get("max_chunks")
        derived: dict[str, Any] = {"embedding_max_batch": batch} if isinstance(batch, int) and batch > 0 else {}
        family = load_families().profile_for(schema.wire_model or schema.model, codec)
        return merge_profiles(family, derived, provider.profile, schema.profile)


def _filled(profile: Profile, credentials: Mapping[str, Any]) -> Profile:
    """The profile with its query parameters filled in."""
    return replace(profile, query=render_query(profile.query, credentials)) if profile.query else profile


def codec_of(provider: ProviderSchema, kind: str, named: str | None) -> Any:
    """Who speaks for a model type (or lists the `models`): the codec that was named, else that of the provider's dialect in Python;
    None when nobody does. Raises `DeclarationInvalid` for one that cannot be loaded."""
    if named:
        return load_codec(named)
    return load_dialect(provider.python).get(kind) if provider.python else None


def endpoints_from(environ: Mapping[str, str], given: Mapping[str, str], catalogue: Catalogue) -> dict[str, str]:
    """`MODELRUNTIME_ENDPOINT_<PROVIDER>` for each provider, overlaid by what the caller gave under its id or an alias."""
    found = {
        provider: environ[name]
        for provider in catalogue.provider_ids()
        if (name := "MODELRUNTIME_ENDPOINT_" + provider.upper().replace("-", "_")) in environ
    }
    return {**found, **{catalogue.id_of(name): url for name, url in given.items()}}


def _own_name(catalogue: Catalogue, name: str) -> str:
    """`provider` or `provider/model` with the provider's own id in place of an alias."""
    provider, slash, model = name.partition("/")
    return f"{catalogue.id_of(provider)}{slash}{model}"


def _near(wanted: str, known: list[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(wanted, known, 3)
    return f"; near: {', '.join(near)}" if near else ""
