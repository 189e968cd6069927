"""What a vendor keeps is asked for there, where the operator says whose it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import openai
import pytest
from openai import OpenAI

from tests.gateway.serving import KEY, MADE, Kept, configuration, serving
from tests.simulators.recorded_vendor import Answer, RecordedVendor, recorded_vendor

_DECLARATION = """\
provider: keeper
label: {en_US: Keeper}
icon_small: {en_US: icon.svg}
supported_model_types: [llm]
configurate_methods: [predefined-model]
provider_credential_schema:
  credential_form_schemas:
    - {variable: api_key, type: secret-input, required: true, label: {en_US: Key}}
    - {variable: base_url, type: text-input, required: true, label: {en_US: URL}}
codec: {llm: openai_responses}
endpoint: "{base_url}"
auth: {bearer: api_key}
models: [{model: m, model_type: llm, model_properties: {mode: chat}}]
"""


@pytest.fixture(scope="module")
def vendor() -> Iterator[RecordedVendor]:
    with recorded_vendor() as running:
        yield running


def serve(vendor: RecordedVendor, **said: Any) -> Any:
    credentials = {"keeper": {"api_key": "sk-kept", "base_url": f"{vendor.url}/base"}}
    return serving({"documents": [_DECLARATION], "credentials": credentials}, configuration(**said))


@pytest.fixture(scope="module")
def running(vendor: RecordedVendor) -> Iterator[Any]:
    with serve(vendor, kept_by=dict.fromkeys(("responses", "completions"), "keeper/m")) as found:
        yield found


@pytest.fixture
def client(running: Any) -> Iterator[OpenAI]:
    with OpenAI(base_url=f"{running.url}/v1", api_key=KEY, max_retries=0) as found:
        yield found


@pytest.mark.parametrize(
    "call, asked",
    [
        (lambda it: it.responses.retrieve("resp_1", include=["reasoning.encrypted_content"]), "GET /base/responses/resp_1?include"),
        (lambda it: it.responses.delete("resp_1"), "DELETE /base/responses/resp_1"),
        (lambda it: it.responses.cancel("resp_1"), "POST /base/responses/resp_1/cancel"),
        (lambda it: it.responses.input_items.list("resp_1"), "GET /base/responses/resp_1/input_items"),
        (lambda it: it.chat.completions.retrieve("c_1"), "GET /base/chat/completions/c_1"),
        (lambda it: it.chat.completions.update("c_1", metadata={"a": "b"}), "POST /base/chat/completions/c_1"),
        (lambda it: it.chat.completions.delete("c_1"), "DELETE /base/chat/completions/c_1"),
        (lambda it: it.chat.completions.list(model="x"), "GET /base/chat/completions?model=x"),
        (lambda it: it.chat.completions.messages.list("c_1"), "GET /base/chat/completions/c_1/messages"),
    ],
)
def test_it_is_asked_for_as_the_client_says_it(client: OpenAI, vendor: RecordedVendor, running: Any, call: Any, asked: str):
    vendor.answer = Answer(body=b'{"id": "x", "object": "list", "data": []}')
    call(client)
    sent = vendor.asked[-1]
    assert f"{sent.method} {sent.path}".startswith(asked)
    assert {name.lower(): value for name, value in sent.headers.items()}["authorization"] == "Bearer sk-kept"
    assert sent.body == (b'{"metadata":{"a":"b"}}' if "update" in str(call.__code__.co_names) else b"")
    kept: Kept = running.kept
    record = kept.records[-1]
    assert (record.status, record.asked_model, record.cost, record.usage.output.total) == (200, "keeper/m", None, None)


def test_what_is_not_found_there_is_not_found_here(client: OpenAI, vendor: RecordedVendor):
    vendor.answer = Answer(404, body=b'{"error": {"message": "No response resp_2.", "type": "invalid_request_error"}}')
    with pytest.raises(openai.NotFoundError):
        client.responses.retrieve("resp_2")


@pytest.mark.parametrize("identifier", ["..%2fmodels", "a%20b", "compact"])
def test_only_an_id_is_passed_on(client: OpenAI, vendor: RecordedVendor, identifier: str):
    before = len(vendor.asked)
    with pytest.raises(openai.APIStatusError) as raised:
        client.get(f"/responses/{identifier}", cast_to=object)
    assert raised.value.status_code in (404, 405)
    assert len(vendor.asked) == before


@pytest.mark.parametrize(
    "said, status, code",
    [({}, 404, "not_kept"), ({"kept_by": {"responses": "keeper/m"}, "models": ("sim/*",)}, 403, "model_not_allowed")],
)
def test_nobody_is_asked_unless_the_operator_and_the_key_allow_it(
    vendor: RecordedVendor, said: dict[str, Any], status: int, code: str
):
    models = said.pop("models", None)
    if models is not None:
        key = configuration().keys[MADE.id]
        said["keys"] = {MADE.id: type(key)(id=key.id, digest=key.digest, name=key.name, models=models)}
    before = len(vendor.asked)
    with serve(vendor, **said) as running, OpenAI(base_url=f"{running.url}/v1", api_key=KEY, max_retries=0) as client:
        with pytest.raises(openai.APIStatusError) as raised:
            client.responses.retrieve("resp_1")
        assert (raised.value.status_code, raised.value.code) == (status, code)
    assert len(vendor.asked) == before
