"""Whose address is it? The operator's own (his declarations, what he configured) is called as it stands. What a user of the store
or a posted declaration names goes through the egress guard, else whoever may fill in a form could read the operator's network.
"""

from __future__ import annotations

from modelruntime.entities.errors import CredentialsInvalid, DeclarationInvalid
from modelruntime.runtime.credential_finding import Credentials
from modelruntime.schema.catalogue import Catalogue
from modelruntime.schema.conditions import MODEL_TYPE_VARIABLE
from modelruntime.schema.endpoint import resolve_endpoint
from modelruntime.schema.form_validation import fill_form
from modelruntime.schema.model import ModelSchema
from modelruntime.schema.provider import ProviderSchema
from modelruntime.signers.registry import signer_for


def is_operators_own(
    trusted: Catalogue, provider: ProviderSchema, schema: ModelSchema | None, credentials: Credentials, base_url: str
) -> bool:
    """Is the address named by the operator's declarations (`trusted`), or by credentials that are the operator's own?

    A stored form that leaves the address as it is declared changes nothing about that, unless its signer fetches tokens:
    then the form may name a second address.
    """
    if provider.provider not in trusted.provider_ids():  # an overlay names no address: the loader refuses one that does
        return False
    if credentials.trusted:
        return True
    signer = signer_for(provider.auth, credentials.values)
    if signer is not None and signer.fetches_token(credentials.values):
        return False
    return _untouched(provider, schema, credentials.of_model) == base_url


def _untouched(provider: ProviderSchema, schema: ModelSchema | None, of_model: bool) -> str | None:
    """The base URL with nothing filled in, None where there is none then."""
    form = provider.model_credential_schema if of_model else provider.provider_credential_schema
    kind = {} if schema is None else {MODEL_TYPE_VARIABLE: schema.model_type.value}
    filled = fill_form(form.credential_form_schemas, {}).values if form is not None else {}
    try:
        return resolve_endpoint((schema.endpoint if schema is not None else None) or provider.endpoint, {**filled, **kind})
    except (CredentialsInvalid, DeclarationInvalid):
        return None
