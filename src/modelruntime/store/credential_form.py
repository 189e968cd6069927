"""What a filled form becomes when it is kept: clear values and secrets apart, and what an edit may keep of the old ones."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from modelruntime.entities.errors import CredentialsInvalid
from modelruntime.entities.model_type import ModelType
from modelruntime.entities.secret import Secret, reveal
from modelruntime.schema.conditions import default_of, is_empty
from modelruntime.schema.form import FormField
from modelruntime.schema.form_validation import fill_form
from modelruntime.schema.loading.read_dialect import endpoint_variables
from modelruntime.schema.provider import ProviderSchema

SHOWN_FROM = 12
"""A secret of fewer letters shows none of them."""
_MASK = re.compile(r"[*•·●.…]+|\[__HIDDEN__\]|…\S{0,4}|\.\.\.\S{0,4}")


class FilledCredential(msgspec.Struct, frozen=True):
    """A valid form, its secrets apart."""

    clear: dict[str, Any]
    secrets: dict[str, str]
    endpoint: str
    """Fingerprint of where the secrets go."""


def filled_credential(
    provider: ProviderSchema,
    fields: Sequence[FormField],
    values: Mapping[str, Any],
    kept: Mapping[str, str],
    endpoint_before: str | None,
    model_type: ModelType | None = None,
) -> FilledCredential:
    """The form with `values`; of a secret that is not among them, the one `kept` counts, and None clears it.

    A kept secret does not follow when the fields change that say where it is sent. Raises `CredentialsInvalid` that names
    the field: one that is missing or wrong, a secret that is the mask it was shown as, one that must be entered again.
    """
    secret_names = {field.variable for field in fields if field.type == "secret-input"}
    for name in sorted(secret_names & values.keys()):
        refuse_mask(name, values[name], provider.provider)
    endpoint = endpoint_fingerprint(provider, fields, values)
    moved = endpoint_before is not None and endpoint != endpoint_before
    still = {name: secret for name, secret in kept.items() if name in secret_names and name not in values and not moved}
    filled = fill_form(fields, {**values, **still}, model_type=model_type)
    for problem in filled.errors:
        again = moved and problem.variable in kept and problem.code == "required"
        text = f"{problem.variable} must be entered again: a stored secret does not follow to another address" if again else None
        raise CredentialsInvalid(text or problem.message, field=problem.variable, provider=provider.provider)
    clear = {name: value for name, value in filled.values.items() if not isinstance(value, Secret)}
    secrets = {name: value.reveal() for name, value in filled.values.items() if isinstance(value, Secret)}
    return FilledCredential(clear, secrets, endpoint)


def refuse_mask(name: str, value: object, provider: str | None = None) -> None:
    """Raises `CredentialsInvalid` for a text that is how a secret is shown, not one."""
    text = reveal(value)
    if isinstance(text, str) and _MASK.fullmatch(text.strip()):
        raise CredentialsInvalid(
            f"{name} is the mask that stands for the stored secret: leave it out to keep that, or enter a new one",
            field=name,
            provider=provider,
        )


def endpoint_fingerprint(provider: ProviderSchema, fields: Sequence[FormField], values: Mapping[str, Any]) -> str:
    """Differs when any field does that has a say in where requests go: the variables of the endpoint, and every address."""
    named = endpoint_variables(provider.endpoint)
    deciding = {field.variable: field for field in fields if field.variable in named or field.format == "url"}
    told: dict[str, Any] = {}
    for name, field in sorted(deciding.items()):
        value = values.get(name)
        told[name] = str(reveal(default_of(field) if is_empty(value) else value)).strip().rstrip("/")
    return hashlib.sha256(msgspec.json.encode(told)).hexdigest()[:32]


def hint_of(secret: str) -> str:
    """What is shown of a secret: its last four letters, of a short one nothing."""
    return f"…{secret[-4:]}" if len(secret) >= SHOWN_FROM else "…"


def fingerprint_of(secret: str, pepper: bytes) -> str:
    """Equal for equal secrets; who knows it and not the pepper cannot try any."""
    return hmac.new(pepper, b"secret\x00" + secret.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()[:16]
