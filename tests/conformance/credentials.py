"""A filled form for each provider: what a user would type, with keys that must not be seen anywhere but where they belong."""

from __future__ import annotations

from typing import Any

from modelruntime.schema.conditions import is_empty
from modelruntime.schema.form import FormField
from modelruntime.schema.provider import ProviderSchema
from modelruntime.signers.registry import signer_for
from tests.conformance.secret_values import SECRET, shaped_values

SPECIAL: dict[str, dict[str, Any]] = {
    "bedrock": {"auth_method": "Access_Secret_Key"},
    "sagemaker": {"model_id": "made-up-model"},
    "volcengine_maas": {"endpoint_id": "made-up-model"},
    "watsonx": {"project_id": "0000-project"},
}
"""Provider → variables whose values need a shape of their own."""


def filled(provider: ProviderSchema, model_type: str) -> dict[str, Any]:
    """Values for the provider's form, or for that of a customizable model where there is no other; what its signer can not do
    without is filled in, required or not."""
    form = provider.provider_credential_schema or provider.model_credential_schema
    values: dict[str, Any] = {"__model_type": model_type, **SPECIAL.get(provider.provider, {})}
    for field in form.credential_form_schemas if form else ():
        shown = all(str(values.get(condition.variable)) == condition.value for condition in field.show_on)
        if field.variable not in values and shown and not is_empty(value := _value(field)):
            values[field.variable] = value
    del values["__model_type"]
    shaped = shaped_values(provider.auth)
    values.update({variable: value for variable, value in shaped.items() if variable in values})
    while variable := signer_for(provider.auth, values).missing(values):
        values[variable] = shaped.get(variable, SECRET)
    return values


def _value(field: FormField) -> Any:
    if field.type == "secret-input":
        return SECRET if field.required else None
    if field.default is not None:
        return field.default
    if not field.required:
        return None
    if field.options:
        return field.options[0].value
    if field.type == "switch":
        return True
    if field.type == "number-input" or field.format == "number":
        return 4096
    return "http://127.0.0.1:1/v1" if field.format == "url" or "url" in field.variable else "sample"
