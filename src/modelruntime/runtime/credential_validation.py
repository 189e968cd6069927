"""Are these credentials good? The form first, then the declared probe."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import msgspec

from modelruntime.codecs.operation import Done, Endpoint, Operation, Send
from modelruntime.codecs.registry import load_codec
from modelruntime.entities.call import LLMCall, ModerationCall, RerankCall, TextEmbeddingCall, TTSCall
from modelruntime.entities.errors import BadRequest, CredentialsInvalid, InvokeError, Unauthorized
from modelruntime.entities.messages import UserMessage
from modelruntime.entities.model_type import ModelType
from modelruntime.runtime.attempts import answer
from modelruntime.runtime.core import Core
from modelruntime.runtime.credential_finding import Credentials, find_credentials
from modelruntime.runtime.effects import Plan
from modelruntime.runtime.job import Prepared
from modelruntime.runtime.model_reference import ModelReference
from modelruntime.runtime.resolver import codec_of
from modelruntime.runtime.signing import Sending
from modelruntime.runtime.target import Target
from modelruntime.schema.codec_choice import chosen_codec
from modelruntime.schema.provider import LISTING, ProviderSchema
from modelruntime.signers.registry import signer_for
from modelruntime.transports.contract import Timeouts

PROBE_TIMEOUTS = Timeouts(connect=5.0, first_byte=20.0, idle=20.0, total=30.0)


class Validation(msgspec.Struct, frozen=True):
    """Credentials that passed. `probed` is False when the provider declares no probe: then only the form was checked."""

    credentials: dict[str, Any]
    probed: bool
    verified_at: float | None = None


def validate_provider_plan(core: Core, provider: ProviderSchema, given: Mapping[str, Any] | None) -> Plan[Validation]:
    """Raises `CredentialsInvalid` with the field at fault, or the `InvokeError` of a vendor that could not be asked."""
    model_type = provider.supported_model_types[0]
    found = find_credentials(provider, model_type, "", given=given, sources=core.resolver.sources)
    probe = provider.probe
    if probe == "models_endpoint":
        yield from _probed(provider, list_models(core, provider, found))
    elif isinstance(probe, Mapping):
        reference = ModelReference(provider.provider, ModelType(probe.get("model_type", model_type)), str(probe["model"]))
        yield from _probed(provider, smallest_call(core.resolver.resolve(reference, given)))
    else:
        return Validation(found.values, probed=False)
    now = time.time()
    if given is None:
        core.verified[provider.provider, ""] = now
    return Validation(found.values, probed=True, verified_at=now)


def validate_model_plan(core: Core, reference: ModelReference, given: Mapping[str, Any] | None) -> Plan[Validation]:
    """The same for one model: the smallest real call to it. Speech to text is checked by its form alone."""
    provider = core.catalogue.provider(reference.provider)
    target = core.resolver.resolve(reference, given)
    if reference.model_type is ModelType.SPEECH2TEXT:
        return Validation(target.credentials, probed=False)
    yield from _probed(provider, smallest_call(target))
    return Validation(target.credentials, probed=True, verified_at=time.time())


def list_models(core: Core, provider: ProviderSchema, found: Credentials) -> Plan[Any]:
    """The vendor's own list of models."""
    credentials = found.values
    base_url = core.resolver.base_url(provider, None, credentials)
    endpoint = Endpoint(
        base_url=base_url,
        model="",
        profile=core.resolver.listing_profile(provider, credentials),
        provider=provider.provider,
        headers=core.resolver.provider_headers(provider, credentials),
        credentials=credentials,
    )
    guarded = core.resolver.guarded(provider, None, found, base_url)
    sending = Sending(signer_for(provider.auth, credentials), credentials, lambda: PROBE_TIMEOUTS, guarded=guarded)
    operation: Operation[Any] = listing_codec(provider, credentials).list_models(endpoint)
    step = operation.start()
    while not isinstance(step, Done):
        assert isinstance(step, Send)
        step = operation.receive((yield from sending.send(step.request)))
    return step.result


def listing_codec(provider: ProviderSchema, credentials: Mapping[str, Any]) -> Any:
    """Who speaks for the vendor's own list of models."""
    named = chosen_codec(provider.codec.get(LISTING), credentials)
    return codec_of(provider, LISTING, named) or load_codec("openai_models")


def smallest_call(target: Target) -> Plan[Any]:
    """One call that costs next to nothing."""
    model = target.schema.model
    calls: dict[ModelType, Any] = {
        ModelType.LLM: LLMCall(model, (UserMessage("ping"),), parameters={"max_tokens": 5}),
        ModelType.TEXT_EMBEDDING: TextEmbeddingCall(model, ("ping",)),
        ModelType.RERANK: RerankCall(model, "ping", ("ping", "pong")),
        ModelType.TTS: TTSCall(model, "ping", _default_voice(target)),
        ModelType.MODERATION: ModerationCall(model, "ping"),
    }
    call = calls[target.schema.model_type]
    if target.schema.model_type is ModelType.LLM and target.schema.mode == "completion":
        call = LLMCall(model, prompt="ping", parameters={"max_tokens": 5})
    sending = Sending(target.signer, target.credentials, lambda: PROBE_TIMEOUTS, guarded=target.guarded)
    return (yield from answer(target, Prepared(call), sending))


def _default_voice(target: Target) -> str | None:
    voice = target.schema.model_properties.get("default_voice")
    return voice if isinstance(voice, str) else None


def _probed(provider: ProviderSchema, probe: Plan[Any]) -> Plan[None]:
    """A refusal of the key becomes `CredentialsInvalid`; an outage stays what it is."""
    try:
        yield from probe
    except (Unauthorized, BadRequest) as error:
        field = _secret_field(provider) if isinstance(error, Unauthorized) else None
        raise CredentialsInvalid(
            f"{provider.provider} refused the credentials: {error.message}", field=field, provider=provider.provider
        ) from error
    except InvokeError as error:
        error.provider = error.provider or provider.provider
        raise


def _secret_field(provider: ProviderSchema) -> str | None:
    for form in (provider.provider_credential_schema, provider.model_credential_schema):
        for field in form.credential_form_schemas if form else ():
            if field.type == "secret-input":
                return field.variable
    return None
