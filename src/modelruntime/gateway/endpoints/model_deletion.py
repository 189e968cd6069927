"""`DELETE /v1/models/{model}`: a model is deleted at its vendor, with the gateway's own credential.

Only by a key that `may_delete_models`: what is deleted cannot be had back, and a right to call is none to delete.

Which models can go is for the vendor alone to say. It keeps its own models and deletes what the account made, and only it knows
which is which: an operator declares a fine-tuned model to give it a price, and calls a vendor's own without declaring it, so
whether a name is declared here says nothing. An alias, or a route to one model, means that model; a name that stands for several,
or for one model of several accounts, is refused: nobody but the caller may choose what is lost.

The audit log gets `model.deletion_asked` before anything is sent, and the request is refused while that cannot be written;
`model.deleted` follows once the vendor has said so. The model then leaves the vendor's list as it is known here, which is asked
for anew when it is next wanted.
"""

from __future__ import annotations

import logging
from urllib.parse import unquote

from modelruntime.codecs.dialect import Fault
from modelruntime.codecs.openai.inbound.fault import render_fault
from modelruntime.codecs.openai.model_deletion import CODEC, LISTED_BY, NOT_DELETABLE, DeletedModel, ModelDeletion
from modelruntime.entities.model_type import ModelType
from modelruntime.gateway.body import read_body
from modelruntime.gateway.endpoints.models import PATH
from modelruntime.gateway.exchange import NOTHING, Exchange
from modelruntime.gateway.refused import Refused, refused
from modelruntime.runtime.attempts import invoke_plan
from modelruntime.runtime.credential_validation import listing_codec
from modelruntime.runtime.effects import Plan
from modelruntime.runtime.job import Job, Prepared
from modelruntime.runtime.model_reference import parse_reference
from modelruntime.runtime.target import Target
from modelruntime.store.errors import StoreUnavailable

log = logging.getLogger("modelruntime.gateway")


def is_deletion(method: str, path: str) -> bool:
    """Does the path name a model that is to be deleted?"""
    return method == "DELETE" and path.startswith(f"{PATH}/") and path.strip("/") != PATH.strip("/")


class ModelDeletionEndpoint:
    """The path."""

    def render_fault(self, fault: Fault) -> bytes:
        """An error in the family's words."""
        return render_fault(fault)

    async def serve(self, exchange: Exchange) -> None:
        """Answer one request with what the vendor answers."""
        exchange.endpoint = PATH  # the name is told beside it, and there are too many for a label of the metrics
        name = unquote(exchange.scope["path"].removeprefix(f"{PATH}/").strip("/"))
        exchange.asks(name, ModelType.LLM)
        if not exchange.key.may_delete_models:
            raise refused(403, "deletion_not_allowed", "this key may not delete models: ask for one that may", "model")
        await read_body(exchange.fields, exchange.receive, exchange.plane.limits)  # it says nothing, and is not passed on
        await exchange.admit(name, _type_of(name, exchange), NOTHING)
        target = _target(name, exchange)
        await self._note(exchange, target, "model.deletion_asked")
        found: DeletedModel = await exchange.while_here(exchange.plane.run(invoke_plan(_job(target, exchange))))
        exchange.settle()
        if found.deleted:
            await self._forget(exchange, target)
        await exchange.answer(found.body)

    async def _forget(self, exchange: Exchange, target: Target) -> None:
        """The model is gone, whatever fails from here on: the client hears that."""
        exchange.plane.base.core.remote.forget(target.schema.provider, _wire_name(target))
        try:
            await self._note(exchange, target, "model.deleted")
        except Refused:
            log.error("%s was deleted, and the audit log has no entry that says so (request id %s)", target.name, exchange.id)

    async def _note(self, exchange: Exchange, target: Target, action: str) -> None:
        client = exchange.scope.get("client")
        facts = {"asked_for": exchange.model, "request_id": exchange.id, "credential": target.credential_id}
        try:
            await exchange.plane.audit.note(exchange.key, client[0] if client else "", action, target.name, facts)
        except StoreUnavailable as cause:
            message = "the audit log cannot be written now, and nothing is deleted without it: try again later"
            raise refused(503, "audit_unavailable", message, retry_after=cause.retry_after) from cause


def _type_of(name: str, exchange: Exchange) -> ModelType:
    """The type under which the model is known here, since credentials and addresses are found by it. For one that nobody knows, as
    a fine-tuned one may be, the provider's `llm`, else its first. Raises `ModelNotFound` for an unknown provider."""
    meant = parse_reference(exchange.configuration.route_of(name).targets[0].model, ModelType.LLM)
    runtime = exchange.serving.runtime(exchange.key.workspace)
    known = next((info for info in runtime.models(provider=meant.provider) if info.model == meant.model), None)
    if known is not None:
        return known.model_type
    types = runtime.core.catalogue.provider(meant.provider).supported_model_types
    return ModelType.LLM if ModelType.LLM in types else types[0]


def _target(name: str, exchange: Exchange) -> Target:
    """The one model with the one credential that the name stands for. Raises `Refused`."""
    candidates = exchange.candidates()
    if len(candidates) > 1 or len(exchange.configuration.route_of(name).targets) > 1:  # also where all but one are switched off
        message = f"{name} stands for several models or accounts: name one, or ask for a route to one of them"
        raise refused(400, "ambiguous_model", message, "model")
    target = exchange.targets(candidates)[0]()
    provider = target.provider
    listed = provider.models_endpoint is not None and listing_codec(provider, target.credentials).name == LISTED_BY
    if target.endpoint is None or not listed:
        raise refused(405, NOT_DELETABLE, f"{target.name} cannot be deleted: {provider.provider} has no such request", "model")
    return target


def _job(target: Target, exchange: Exchange) -> Job[DeletedModel]:
    """Only the runtime's own observers watch it: it says nothing of how well the model answers, and nothing is to be paid."""
    settings = exchange.plane.base.core.settings
    timeouts = exchange.options({}).timeout
    return Job(target.schema.model_type, (lambda: target,), _prepare, _same, timeouts, tuple(settings.observers))


def _prepare(target: Target) -> Plan[Prepared]:
    return Prepared(ModelDeletion(target.provider.models_endpoint or ""), (), CODEC)
    yield  # a plan without effects


def _same(target: Target, prepared: Prepared, result: DeletedModel) -> DeletedModel:
    return result


def _wire_name(target: Target) -> str:
    return target.endpoint.model if target.endpoint is not None else target.schema.model
