"""What a form, a model's type and a declared base model make of a target."""

import pytest

from modelruntime import Runtime
from modelruntime.entities.model_type import ModelType
from modelruntime.runtime.model_reference import ModelReference

PROVIDER = """
provider: cloud
label: {en_US: Cloud}
supported_model_types: [llm, text-embedding, rerank]
configurate_methods: [customizable-model]
model_credential_schema:
  model: {label: {en_US: Deployment}}
  credential_form_schemas:
    - {variable: server, type: text-input, label: {en_US: Server}}
    - {variable: version, type: text-input, required: false, label: {en_US: Version}}
    - {variable: behind, type: text-input, required: false, label: {en_US: Base model}}
model_from_credentials:
  base: behind
  cases:
    - when: {version: ["?*"]}
      unless: {server: ["*/v1"]}
      set: {profile.query.api-version: "{version}", profile.paths.chat: "/d/{model}/chat"}
codec: {llm: openai_chat, text-embedding: openai_embeddings, rerank: rerank}
endpoint: {by: __model_type, cases: {rerank: "https://ranks.test", default: "{server}"}}
models:
  - {model: o3, model_type: llm, features: [tool-call], limits: {context: 1000}, profile: {developer_role: system}}
"""


@pytest.fixture(scope="module")
def target(tmp_path_factory):
    environ = {"MODELRUNTIME_CACHE": str(tmp_path_factory.mktemp("cache"))}

    def resolve(model="mine", kind=ModelType.LLM, **form):
        runtime = Runtime(documents=[PROVIDER], credentials={"cloud": {"server": "https://a.test", **form}}, environ=environ)
        return runtime.core.resolver.resolve(ModelReference("cloud", kind, model))

    return resolve


def test_a_model_of_the_users_own_is_what_its_base_is_declared_to_be(target):
    found = target(behind="o3")
    assert (found.schema.model, found.schema.label, found.schema.limits.context) == ("mine", {"en_US": "mine"}, 1000)
    assert found.schema.features == ("tool-call",)
    assert found.endpoint.model == "mine"
    assert found.profile.developer_role == "system"
    assert found.profile.max_tokens_field == "max_completion_tokens", "the family of the base"


@pytest.mark.parametrize("behind", [None, "nobody-knows"])
def test_without_a_base_nothing_is_known(target, behind):
    found = target(**({"behind": behind} if behind else {}))
    assert (found.schema.features, found.schema.limits.context) == (None, None)


def test_a_name_that_is_declared_is_its_own_base(target):
    assert target("o3").schema.features == ("tool-call",)


def test_the_query_is_filled_in_from_the_form(target):
    found = target(version="2024-10-21")
    assert found.profile.query == {"api-version": "2024-10-21"}
    assert found.profile.paths == {"chat": "/d/{model}/chat"}
    assert target(version="2024-10-21", server="https://a.test/v1").profile.query == {}


def test_the_type_of_the_model_chooses_the_endpoint(target):
    assert target(kind=ModelType.RERANK).endpoint.base_url == "https://ranks.test"
    assert target(kind=ModelType.TEXT_EMBEDDING).endpoint.base_url == "https://a.test"
