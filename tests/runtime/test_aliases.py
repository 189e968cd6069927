"""A provider is found by the ids that settings made elsewhere know it by."""

from __future__ import annotations

from typing import Any

import pytest

from modelruntime import CustomModel, ModelType, Runtime
from tests.runtime.scripted import ScriptedTransport, chat

ACME = """
provider: acme
aliases: [acmeai]
label: {en_US: Acme}
supported_model_types: [llm]
configurate_methods: [predefined-model, customizable-model]
provider_credential_schema:
  credential_form_schemas: [{variable: api_key, type: secret-input, label: {en_US: Key}}]
model_credential_schema:
  model: {label: {en_US: Model}}
  credential_form_schemas: [{variable: api_key, type: secret-input, label: {en_US: Key}}]
codec: openai_chat
endpoint: https://api.acme.test/v1
auth: {bearer: api_key}
models: [{model: talker, model_type: llm, features: [], model_properties: {mode: chat}}]
"""


def runtime(transport: ScriptedTransport, **settings: Any) -> Runtime:
    return Runtime(transport=transport, environ={}, documents=(ACME,), **settings)


@pytest.mark.parametrize("name", ["acme", "acmeai"])
@pytest.mark.parametrize("key", ["acme", "acmeai", "acmeai/talker"])
def test_credentials_and_calls_under_either_id_find_each_other(name: str, key: str) -> None:
    transport = ScriptedTransport(chat())
    made = runtime(transport, credentials={key: {"api_key": "sk-1"}})
    made.llm(f"{name}/talker").invoke("Hello")
    assert transport.header("authorization") == "Bearer sk-1"
    assert made.provider(name).id == "acme"


def test_settings_under_an_alias_hold() -> None:
    transport = ScriptedTransport(chat())
    made = runtime(
        transport,
        credentials={"acmeai": {"api_key": "sk-1"}},
        endpoints={"acmeai": "http://127.0.0.1:9/v1"},
        headers={"acmeai/talker": {"x-mine": "1"}},
        extra={"acmeai": {"user": "me"}},
    )
    made.llm("acme/talker").invoke("Hello")
    assert transport.requests[0].url == "http://127.0.0.1:9/v1/chat/completions"
    assert (transport.header("x-mine"), transport.body()["user"]) == ("1", "me")


def test_a_users_own_model_under_an_alias_is_one_of_the_provider() -> None:
    mine = CustomModel(provider="acmeai", model="mine", model_type=ModelType.LLM, credentials={"api_key": "sk-2"})
    transport = ScriptedTransport(chat())
    made = runtime(transport, models=[mine])
    assert {(row.provider, row.model) for row in made.models(provider="acmeai")} == {("acme", "talker"), ("acme", "mine")}
    made.llm("acme/mine").invoke("Hello")
    assert transport.header("authorization") == "Bearer sk-2"


def test_what_goes_wrong_is_told_under_the_providers_own_id() -> None:
    with pytest.raises(Exception, match="acme is not configured"):
        runtime(ScriptedTransport()).llm("acmeai/talker").invoke("Hello")


def test_the_originals_credentials_of_mistral_are_found() -> None:
    transport = ScriptedTransport(chat())
    made = Runtime(transport=transport, environ={}, credentials={"mistralai": {"api_key": "sk-3"}})
    made.llm("mistralai/mistral-small-latest").invoke("Hello")
    assert transport.header("authorization") == "Bearer sk-3"
