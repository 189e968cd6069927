"""Every path of Dify's console that is served, both generations."""

from __future__ import annotations

from typing import Any

from modelruntime.admin.dify import credentials, model_credentials, models, providers
from modelruntime.admin.dify.bodies import (
    Chosen,
    ChosenOfModel,
    CredentialQuery,
    DefaultChoices,
    DefaultQuery,
    Filled,
    FilledModel,
    ModelChoice,
    ModelCredentialQuery,
    Preferred,
    RulesQuery,
    SavedModel,
    TypeQuery,
)
from modelruntime.admin.endpoints.providers import ICON_TYPES
from modelruntime.admin.refusal import Refusal
from modelruntime.admin.route import Raw, Route, route

PREFIX = "/console/api"
"""What stands before the paths of this table."""
CURRENT = "/workspaces/current"
PROVIDER = f"{CURRENT}/model-providers/{{provider:path}}"
MODEL = f"{PROVIDER}/models"
BALANCED = f"{MODEL}/load-balancing-configs"
Answer = dict[str, Any]


def refusal_shape(refusal: Refusal) -> tuple[int, dict[str, Any]]:
    """A refusal as the original says it, where every fault of an input is 400; the field and the request id beside."""
    reply = refusal.reply
    status = 400 if refusal.status == 422 else refusal.status
    code = _CODES.get(status, reply.code)
    told: dict[str, Any] = {"code": code, "message": reply.message, "status": status, "request_id": reply.request_id}
    return status, told if reply.field is None else {**told, "params": reply.field}


_CODES = {400: "invalid_param", 401: "unauthorized", 403: "forbidden", 404: "not_found"}

ROUTES: tuple[Route, ...] = (
    route("GET", f"{CURRENT}/model-providers", providers.dify_list_providers, "view", query=TypeQuery, reply=Answer),
    route("GET", f"{CURRENT}/model-providers/summary", providers.dify_summarize_providers, "view", query=TypeQuery, reply=Answer),
    route("GET", f"{CURRENT}/model-providers/credits", providers.dify_get_credits, "view", reply=Answer),
    route("POST", PROVIDER, credentials.dify_save_credentials, "edit", body=Filled, reply=Answer, status=201),
    route("DELETE", PROVIDER, credentials.dify_remove_credentials, "edit"),
    route("GET", f"{PROVIDER}/credentials", credentials.dify_get_credentials, "view", query=CredentialQuery, reply=Answer),
    route("POST", f"{PROVIDER}/credentials", credentials.dify_add_credentials, "edit", body=Filled, reply=Answer, status=201),
    route("PUT", f"{PROVIDER}/credentials", credentials.dify_replace_credentials, "edit", body=Filled, reply=Answer),
    route("DELETE", f"{PROVIDER}/credentials", credentials.dify_remove_credential, "edit", body=Chosen),
    route("POST", f"{PROVIDER}/credentials/switch", credentials.dify_switch_credential, "edit", body=Chosen, reply=Answer),
    route(
        "POST",
        f"{PROVIDER}/credentials/validate",
        credentials.dify_validate_credentials,
        "edit",
        body=Filled,
        reply=Answer,
        changes=False,
    ),
    route(
        "POST",
        f"{PROVIDER}/preferred-provider-type",
        providers.dify_prefer_provider_type,
        "edit",
        body=Preferred,
        reply=Answer,
        changes=False,
    ),
    route("GET", f"{PROVIDER}/checkout-url", providers.dify_get_checkout_url, "view", reply=Answer),
    route("POST", f"{PROVIDER}/free-quota-submit", providers.dify_submit_free_quota, "edit", reply=Answer, changes=False),
    route("GET", f"{PROVIDER}/free-quota-qualification-verify", providers.dify_verify_free_quota, "view", reply=Answer),
    route(
        "GET",
        "/workspaces/{workspace}/model-providers/{provider:path}/{icon_type}/{language}",
        providers.dify_get_icon,
        "public",
        reply=Raw(ICON_TYPES),
    ),
    route("GET", MODEL, models.dify_list_models, "view", reply=Answer),
    route("POST", MODEL, model_credentials.dify_save_model, "edit", body=SavedModel, reply=Answer),
    route("DELETE", MODEL, model_credentials.dify_remove_model, "edit", body=ModelChoice),
    route(
        "GET",
        f"{MODEL}/credentials",
        model_credentials.dify_get_model_credentials,
        "view",
        query=ModelCredentialQuery,
        reply=Answer,
    ),
    route(
        "POST",
        f"{MODEL}/credentials",
        model_credentials.dify_add_model_credentials,
        "edit",
        body=FilledModel,
        reply=Answer,
        status=201,
    ),
    route("PUT", f"{MODEL}/credentials", model_credentials.dify_replace_model_credentials, "edit", body=FilledModel, reply=Answer),
    route("DELETE", f"{MODEL}/credentials", model_credentials.dify_remove_model_credentials, "edit", body=ChosenOfModel),
    route(
        "POST",
        f"{MODEL}/credentials/switch",
        model_credentials.dify_switch_model_credentials,
        "edit",
        body=ChosenOfModel,
        reply=Answer,
    ),
    route(
        "POST",
        f"{MODEL}/credentials/validate",
        model_credentials.dify_validate_model_credentials,
        "edit",
        body=FilledModel,
        reply=Answer,
        changes=False,
    ),
    route("PATCH", f"{MODEL}/enable", models.dify_enable_model, "operate", body=ModelChoice, reply=Answer),
    route("PATCH", f"{MODEL}/disable", models.dify_disable_model, "operate", body=ModelChoice, reply=Answer),
    route("GET", f"{MODEL}/parameter-rules", models.dify_list_parameter_rules, "view", query=RulesQuery, reply=Answer),
    route(
        "POST",
        f"{BALANCED}/credentials-validate",
        model_credentials.dify_validate_balanced,
        "edit",
        body=FilledModel,
        reply=Answer,
        changes=False,
    ),
    route(
        "POST",
        f"{BALANCED}/{{config_id}}/credentials-validate",
        model_credentials.dify_validate_balanced,
        "edit",
        body=FilledModel,
        reply=Answer,
        changes=False,
    ),
    route("GET", f"{CURRENT}/models/model-types/{{model_type}}", models.dify_list_models_of_type, "view", reply=Answer),
    route("GET", f"{CURRENT}/default-model", models.dify_get_default_model, "view", query=DefaultQuery, reply=Answer),
    route("POST", f"{CURRENT}/default-model", models.dify_set_default_models, "edit", body=DefaultChoices, reply=Answer),
)
