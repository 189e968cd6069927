"""Providers and models in Dify's shapes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import msgspec

from modelruntime.admin.model_view import model_name
from modelruntime.entities.model_type import ModelType
from modelruntime.runtime.listing import ModelInfo
from modelruntime.runtime.status import Status
from modelruntime.schema.form import FormField
from modelruntime.schema.i18n import I18nText
from modelruntime.schema.parameter_rule import ParameterRule
from modelruntime.schema.provider import ProviderSchema
from modelruntime.store.configuration import Configuration

PREFIX = "/console/api/workspaces/current/model-providers"
METHODS = ("predefined-model", "customizable-model", "fetch-from-remote")
STATUS = {"active": "active", "deprecated": "active", "disabled": "disabled"}
"""Ours → Dify's; whatever else is `no-configure`."""
SYSTEM: dict[str, Any] = {"enabled": False, "current_quota_type": None, "quota_configurations": []}
"""Nobody hosts a system provider here."""


class Named(Protocol):
    """A stored credential, by what is shown of it."""

    @property
    def id(self) -> str: ...  # noqa: D102
    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def active(self) -> bool: ...  # noqa: D102
    @property
    def model_type(self) -> ModelType | None: ...  # noqa: D102
    @property
    def model(self) -> str | None: ...  # noqa: D102


def both(text: I18nText | None) -> dict[str, str] | None:
    """A text in the two languages that the front end asks for."""
    if not text:
        return None
    english = text.get("en_US") or next(iter(text.values()))
    return {**text, "en_US": english, "zh_Hans": text.get("zh_Hans", english)}


def icon(schema: ProviderSchema, kind: str) -> dict[str, str] | None:
    """Addresses of an icon."""
    base = f"{PREFIX}/{schema.provider}/{kind}"
    return {language: f"{base}/{language}" for language in ("en_US", "zh_Hans")} if getattr(schema, kind) else None


def simple_provider(schema: ProviderSchema, workspace: str) -> dict[str, Any]:
    """A provider beside a model of it."""
    return {
        "tenant_id": workspace,
        "provider": schema.provider,
        "label": both(schema.label),
        "icon_small": icon(schema, "icon_small"),
        "icon_large": icon(schema, "icon_large"),
        "icon_small_dark": icon(schema, "icon_small_dark"),
        "supported_model_types": [str(kind) for kind in schema.supported_model_types],
    }


def provider_response(schema: ProviderSchema, workspace: str, status: Status, credentials: Sequence[Named]) -> dict[str, Any]:
    """`ProviderResponse`: a provider with its forms and what is configured. `credentials` are all of this provider."""
    own = [each for each in credentials if each.model is None]
    current = next((each for each in own if each.active), None)
    configured = status.code == "active"
    return {
        **simple_provider(schema, workspace),
        "description": both(schema.description),
        "background": schema.background,
        "help": {"title": both(schema.help.title), "url": both(schema.help.url)} if schema.help else None,
        "configurate_methods": [method for method in schema.configurate_methods if method in METHODS],
        "provider_credential_schema": form(schema.provider_credential_schema) if schema.provider_credential_schema else None,
        "model_credential_schema": form(schema.model_credential_schema) if schema.model_credential_schema else None,
        "preferred_provider_type": "custom",
        "custom_configuration": {
            "status": "active" if configured else "no-configure",
            "current_credential_id": current.id if current else None,
            "current_credential_name": current.name if current else None,
            "available_credentials": [available(each) for each in own],
            "custom_models": custom_models(credentials),
            "can_added_models": [],
        },
        "system_configuration": SYSTEM,
    }


def available(credential: Named) -> dict[str, str]:
    """A credential that can be chosen."""
    return {"credential_id": credential.id, "credential_name": credential.name}


def custom_models(credentials: Sequence[Named]) -> list[dict[str, Any]]:
    """The customizable models with their credentials."""
    found: dict[tuple[str, str], list[Named]] = {}
    for each in credentials:
        if each.model is not None:
            found.setdefault((str(each.model_type), each.model), []).append(each)
    rows: list[dict[str, Any]] = []
    for (kind, model), all_of_it in found.items():
        current = next((each for each in all_of_it if each.active), None)
        rows.append(
            {
                "model": model,
                "model_type": kind,
                "current_credential_id": current.id if current else None,
                "current_credential_name": current.name if current else None,
                "available_model_credentials": [available(each) for each in all_of_it],
            }
        )
    return rows


def form(schema: Any) -> dict[str, Any]:
    """A credential form with every key that the front end reads."""
    found: dict[str, Any] = {"credential_form_schemas": [_field(each) for each in schema.credential_form_schemas]}
    name = getattr(schema, "model", None)
    if name is not None:
        found["model"] = {"label": both(name.label), "placeholder": both(name.placeholder)}
    return found


def _field(field: FormField) -> dict[str, Any]:
    return {
        "variable": field.variable,
        "label": both(field.label) or {"en_US": field.variable, "zh_Hans": field.variable},
        "type": field.type,
        "required": field.required,
        "default": field.default,
        "options": [
            {"value": each.value, "label": both(each.label), "show_on": msgspec.to_builtins(each.show_on)} for each in field.options
        ],
        "placeholder": both(field.placeholder),
        "max_length": field.max_length,
        "show_on": msgspec.to_builtins(field.show_on),
    }


def model_entity(info: ModelInfo, configuration: Configuration) -> dict[str, Any]:
    """`ProviderModelWithStatusEntity`: a model with its state."""
    enabled = model_name(info) not in configuration.disabled
    balanced = f"{info.provider}/{info.model}" in configuration.balancing or info.provider in configuration.balancing
    return {
        "model": info.model,
        "label": both(info.label),
        "model_type": str(info.model_type),
        "features": list(info.features) if info.features is not None else None,
        "fetch_from": info.fetch_from,
        "model_properties": properties(info),
        "deprecated": info.deprecated,
        "status": STATUS.get(info.status.code, "no-configure") if enabled else "disabled",
        "load_balancing_enabled": balanced,
        "has_invalid_load_balancing_configs": False,
    }


def properties(info: ModelInfo) -> dict[str, Any]:
    """The model's properties; the context also where it is declared as a limit."""
    context = info.limits.context
    known = dict(info.model_properties)
    return known if context is None else {"context_size": context, **known}


def parameter_rule(rule: ParameterRule) -> dict[str, Any]:
    """A rule with every key that the front end reads."""
    label = both(rule.label) or {"en_US": rule.name, "zh_Hans": rule.name}
    return {
        "name": rule.name,
        "use_template": rule.use_template,
        "label": label,
        "type": rule.type,
        "help": both(rule.help),
        "required": rule.required,
        "default": rule.default,
        "min": rule.min,
        "max": rule.max,
        "precision": rule.precision,
        "options": list(rule.options),
    }
