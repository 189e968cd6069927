"""Where credentials come from, and which win."""

from __future__ import annotations

import pytest

from modelruntime import CredentialsInvalid, CustomModel, ModelType, Secret
from tests.runtime.colours import Colour
from tests.runtime.scripted import chat

TOML = """
[credentials.acme]
api_key = "{key}"
base_url = "https://toml.test/v1"

[[models]]
provider = "acme"
model = "mine"
model_type = "llm"
credentials = {{ api_key = "sk-mine", context_size = "1234" }}
"""


def used(world):
    world.runtime.llm("acme/talker").invoke("Hello")
    return world.transport.header("authorization"), world.transport.requests[0].url


def test_call_before_constructor_before_file_before_environment(tmp_path):
    path = tmp_path / "config.toml"
    path.write_text(TOML.format(key="sk-toml"))
    environ = {"ACME_API_KEY": "sk-env", "MODELRUNTIME_CONFIG": str(path)}
    world = Colour("sync", chat(), environ={"ACME_API_KEY": "sk-env"})
    assert used(world)[0] == "Bearer sk-env"
    world = Colour("sync", chat(), environ=environ)
    assert used(world) == ("Bearer sk-toml", "https://toml.test/v1/chat/completions")
    world = Colour("sync", chat(), environ=environ, credentials={"acme": {"api_key": "sk-given"}})
    assert used(world) == ("Bearer sk-given", "https://api.acme.test/v1/chat/completions")
    world = Colour("sync", chat(), environ=environ, credentials={"acme": {"api_key": "sk-given"}})
    world.runtime.llm("acme/talker").invoke("Hello", credentials={"api_key": "sk-call"})
    assert world.transport.header("authorization") == "Bearer sk-call"


def test_an_incomplete_source_is_passed_over_whole(tmp_path):
    credentials = {"acme": {"base_url": "https://half.test/v1"}}
    world = Colour("sync", chat(), credentials=credentials)
    assert used(world) == ("Bearer sk-acme", "https://api.acme.test/v1/chat/completions")


@pytest.mark.parametrize(("value", "environ"), [("env:MY_KEY", {"MY_KEY": "sk-ref"}), ("file:{path}", {})])
def test_the_file_may_refer_to_environment_and_files(tmp_path, value, environ):
    secret = tmp_path / "key"
    secret.write_text("sk-ref\n")
    path = tmp_path / "config.toml"
    path.write_text(TOML.format(key=value.format(path=secret)))
    world = Colour("sync", chat(), environ={"MODELRUNTIME_CONFIG": str(path), **environ})
    assert used(world)[0] == "Bearer sk-ref"


@pytest.mark.parametrize(
    "content",
    [
        "not toml =",
        "credentials = 3",
        '[[models]]\nprovider = "acme"',
        '[credentials.acme]\napi_key = "env:MISSING"',
        "[[models]]\n",
    ],
)
def test_a_broken_file_says_where(tmp_path, content):
    path = tmp_path / "config.toml"
    path.write_text(content)
    with pytest.raises(CredentialsInvalid) as raised:
        used(Colour("sync", environ={"MODELRUNTIME_CONFIG": str(path)}))
    assert "config.toml" in str(raised.value)


@pytest.mark.parametrize("from_file", [True, False])
def test_a_customizable_model_has_credentials_and_limits_of_its_own(tmp_path, from_file):
    path = tmp_path / "config.toml"
    path.write_text(TOML.format(key="sk-toml"))
    mine = CustomModel(
        provider="acme",
        model="mine",
        model_type=ModelType.LLM,
        credentials={"api_key": "sk-mine", "context_size": "1234"},
    )
    arguments = {"environ": {"MODELRUNTIME_CONFIG": str(path)}} if from_file else {"environ": {}, "models": [mine]}
    world = Colour("sync", chat(), **arguments)
    llm = world.runtime.llm("acme/mine")
    assert llm.schema.limits.context == 1234
    assert llm.invoke("Hello", strict=True).warnings == ()
    assert world.transport.header("authorization") == "Bearer sk-mine"
    row = next(row for row in world.runtime.models("llm") if row.model == "mine")
    assert (row.fetch_from, row.status.code, row.limits.context) == ("customizable-model", "active", 1234)


def test_credentials_of_a_call_that_do_not_fit_name_the_field():
    with pytest.raises(CredentialsInvalid) as raised:
        Colour("sync").runtime.llm("acme/talker").invoke("Hello", credentials={"base_url": "https://x.test"})
    assert raised.value.field == "api_key"


def test_a_replaced_endpoint_keeps_the_rest():
    world = Colour("sync", chat(), endpoints={"acme": "http://127.0.0.1:9000/v1/"})
    assert used(world)[1] == "http://127.0.0.1:9000/v1/chat/completions"
    environ = {"ACME_API_KEY": "k", "MODELRUNTIME_ENDPOINT_ACME": "http://127.0.0.1:9001/v1"}
    assert used(Colour("sync", chat(), environ=environ))[1] == "http://127.0.0.1:9001/v1/chat/completions"


def test_a_secret_never_shows_in_reprs():
    world = Colour("sync", chat(), credentials={"acme": {"api_key": Secret("sk-canary")}})
    llm = world.runtime.llm("acme/talker")
    llm.invoke("Hello")
    shown = repr(llm) + repr(world.runtime) + repr(llm._default_target()) + repr(world.runtime.provider("acme"))
    assert "sk-canary" not in shown


def test_broken_credentials_are_told_even_where_none_are_needed():
    document = """
provider: house
label: {en_US: House}
supported_model_types: [llm]
configurate_methods: [predefined-model]
provider_credential_schema:
  credential_form_schemas:
    - {variable: url, type: text-input, required: false, format: url, default: "http://127.0.0.1:9/v1", label: {en_US: URL}}
codec: {llm: openai_chat}
endpoint: "{url}"
models: [{model: m, model_type: llm, model_properties: {mode: chat}}]
"""
    world = Colour("sync", chat(), documents=[document])
    assert world.runtime.llm("house/m").invoke("Hello").text == "Hello!"
    world = Colour("sync", documents=[document], credentials={"house": {"url": "not a url"}})
    with pytest.raises(CredentialsInvalid) as raised:
        world.runtime.llm("house/m").invoke("Hello")
    assert raised.value.field == "url"
