"""One example of every route, in an order in which each finds what the ones before made. What an example keeps is filled into
`{name}` of later paths, and into texts `<name>` of later bodies."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.admin.serving import PASSWORD
from tests.simulators.openai_family import KEY

OVERLAY = "extends: sim\nmodels:\n  - {model: sim-extra, model_type: llm, model_properties: {mode: chat}}\n"
LLM = {"provider": "sim", "model_type": "llm"}


@dataclass(frozen=True)
class Example:
    """What to send, and what to keep of the answer: name → path of keys."""

    path: dict[str, str] = field(default_factory=dict)
    body: Any = None
    query: dict[str, Any] = field(default_factory=dict)
    keeps: dict[str, str] = field(default_factory=dict)
    status: int | None = None
    """Where it is not the route's own."""


SIM = {"provider": "sim"}
FILLED = {"api_key": KEY, "base_url": "<vendor>"}

EXAMPLES: dict[str, Example] = {
    "get_openapi": Example(),
    "get_bootstrap": Example(),
    "get_health": Example(),
    "set_up": Example(body={"token": "<setup>", "name": "root", "password": PASSWORD}),
    "log_in": Example(body={"name": "Root ", "password": PASSWORD}),
    "get_session": Example(),
    "change_password": Example(body={"current": PASSWORD, "new": PASSWORD + "!"}, status=403),  # a token has none
    "log_out": Example(),
    "add_workspace": Example(body={"id": "team", "name": "The team"}),
    "list_workspaces": Example(),
    "rename_workspace": Example({"workspace": "team"}, {"name": "Team"}),
    "add_account": Example(body={"name": "eve", "password": PASSWORD, "workspace": "team"}, keeps={"account": "id"}),
    "list_accounts": Example(),
    "change_account": Example({"account": "{account}"}, {"role": "admin", "workspace": "team", "password": PASSWORD}),
    "remove_account": Example({"account": "{account}"}),
    "create_token": Example(body={"name": "ci", "role": "viewer", "expires_at": 4e9}, keeps={"token": "token.id"}),
    "list_tokens": Example(),
    "revoke_token": Example({"token": "{token}"}),
    "remove_token": Example({"token": "{token}"}),
    "remove_workspace": Example({"workspace": "team"}),
    "get_settings": Example(),
    "change_settings": Example(body={"values": {"egress_allow": ["<host>"], "content_days": 7, "timeout": None}}),
    "list_providers": Example(),
    "get_provider": Example(SIM),
    "get_icon": Example({"provider": "openai", "kind": "icon_small", "language": "en_US"}, query={"v": "abc"}),
    "validate_provider_credentials": Example(SIM, {"credentials": FILLED}),
    "add_credential": Example(SIM, {"name": "first", "credentials": FILLED, "validate": True}, keeps={"credential": "id"}),
    "list_credentials": Example(),
    "get_credential": Example({"credential": "{credential}"}),
    "list_provider_credentials": Example(SIM),
    "replace_credential": Example({"credential": "{credential}"}, {"credentials": {"base_url": "<vendor>"}, "validate": True}),
    "switch_credential": Example({"credential": "{credential}"}, {"name": "main", "enabled": True, "weight": 3}),
    "activate_credential": Example({"credential": "{credential}"}),
    "test_credential": Example({"credential": "{credential}"}),
    "order_credentials": Example(SIM, {"ids": ["<credential>"]}),
    "add_credentials": Example(
        SIM, {"field": "api_key", "secrets": [KEY, "sk-spare", "sk-spare "], "credentials": {"base_url": "<vendor>"}}
    ),
    "list_credential_health": Example(),
    "validate_model_credentials": Example(
        body={"provider": "own", "model_type": "llm", "model": "sim-chat", "credentials": FILLED}
    ),
    "index_models": Example(),
    "list_models": Example(query={"model_type": "llm", "provider": "sim", "configured": "true"}),
    "get_model": Example(query={**LLM, "model": "sim-chat"}),
    "list_parameter_rules": Example(query={**LLM, "model": "sim-chat"}),
    "list_switches": Example(SIM),
    "switch_models": Example(SIM, {"data": [{"model_type": "llm", "model": "sim-other", "enabled": False}]}),
    "fetch_remote_models": Example(SIM),
    "remove_custom_model": Example({"provider": "own"}, query={"model": "sim-chat", "model_type": "llm"}),
    "put_preset": Example(body={**LLM, "model": "sim-chat", "name": "calm", "parameters": {"temperature": 0.1}}),
    "list_presets": Example(query={**LLM, "model": "sim-chat"}),
    "remove_preset": Example(query={**LLM, "model": "sim-chat", "name": "calm"}),
    "put_alias": Example({"name": "gpt"}, {"value": "sim/sim-chat"}),
    "list_aliases": Example(),
    "remove_alias": Example({"name": "gpt"}),
    "put_route": Example({"name": "best"}, {"value": {"name": "best", "targets": [{"model": "sim/sim-chat"}]}}),
    "list_routes": Example(),
    "remove_route": Example({"name": "best"}),
    "put_policy": Example({"name": "sim/sim-embed"}, {"value": {"cache_seconds": 60, "coalesce": True}}),
    "list_policies": Example(),
    "remove_policy": Example({"name": "sim/sim-embed"}),
    "put_price": Example({"name": "sim/sim-chat"}, {"value": {"overrides": {"input": "3.50"}, "discount": "0.1"}}),
    "list_prices": Example(),
    "remove_price": Example({"name": "sim/sim-chat"}),
    "put_default_model": Example({"name": "llm"}, {"value": "sim/sim-chat"}),
    "list_default_models": Example(),
    "remove_default_model": Example({"name": "llm"}),
    "put_balancing": Example({"name": "sim"}, {"value": "weighted"}),
    "list_balancing": Example(),
    "remove_balancing": Example({"name": "sim"}),
    "check_declaration": Example(body={"text": OVERLAY}),
    "add_declaration": Example(body={"text": OVERLAY}, keeps={"declaration": "declaration.id"}),
    "list_declarations": Example(),
    "get_declaration": Example({"declaration": "{declaration}"}),
    "replace_declaration": Example({"declaration": "{declaration}"}, {"text": OVERLAY.replace("extra", "more")}),
    "remove_declaration": Example({"declaration": "{declaration}"}),
    "create_key": Example(
        body={"name": "app", "models": ["sim/*"], "limits": {"requests_per_minute": 60, "budget": "5.00"}}, keeps={"key": "key.id"}
    ),
    "list_keys": Example(),
    "get_key": Example({"key": "{key}"}),
    "change_key": Example({"key": "{key}"}, {"name": "app two", "expires_at": 4e9}),
    "revoke_key": Example({"key": "{key}"}),
    "restore_key": Example({"key": "{key}"}),
    "remove_key": Example({"key": "{key}"}),
    "get_usage": Example(query={"by": "provider,model", "bucket": "day", "since": 0}),
    "get_usage_csv": Example(query={"by": "key_id"}),
    "list_calls": Example(query={"outcome": "ok", "limit": 10}),
    "get_call": Example({"call": "req_none"}, status=404),  # the ledger of these tests writes nothing
    "tail_calls": Example(),
    "forget_content": Example(),
    "list_audit": Example(query={"limit": 5}),
    "check_audit": Example(),
    "invoke": Example({"model_type": "llm"}, {"model": "sim/sim-chat", "messages": [{"role": "user", "content": "hi"}]}),
    "make_snippets": Example(body={"model": "sim/sim-chat", "model_type": "llm", "request": {"temperature": 0.2}}),
    "remove_credential": Example({"credential": "{credential}"}),
}


def filled(value: Any, known: dict[str, str]) -> Any:
    """The example with what is known in the place of names."""
    if isinstance(value, dict):
        return {name: filled(item, known) for name, item in value.items()}
    if isinstance(value, list):
        return [filled(item, known) for item in value]
    if isinstance(value, str) and value[:1] + value[-1:] in ("<>", "{}"):
        return known[value[1:-1]]
    return value


def kept(answer: Any, keeps: dict[str, str]) -> dict[str, str]:
    """What an example keeps."""
    found = {}
    for name, path in keeps.items():
        value = answer
        for key in path.split("."):
            value = value[key]
        found[name] = value
    return found
