"""The provider of compatible servers against a real llama.cpp server: its list of models, and keys right and wrong."""

from __future__ import annotations

from typing import Any

import pytest

from modelruntime import ConnectionFailed, CredentialsInvalid
from tests.peers.client import Client
from tests.peers.conftest import PROVIDER
from tests.peers.llama_server import ALIAS, CONTEXT
from tests.peers.process import Peer
from tests.simulators.raw_server import closed_port

pytestmark = pytest.mark.local


@pytest.mark.proves("real peer", "openai_api_compatible", "models", "listing")
def test_the_servers_own_list_is_fetched_and_its_models_can_be_called(client: Client):
    rows = client.call(lambda runtime: runtime.provider(PROVIDER).fetch_models()).models
    assert [(row.model, row.model_type, row.limits.context, row.fetch_from) for row in rows] == [
        (ALIAS, "llm", CONTEXT, "fetch-from-remote")
    ]
    result = client.call(lambda runtime: runtime.llm(f"{PROVIDER}/{ALIAS}").invoke("Hi", max_tokens=3))
    assert result.usage.output.total == 3


def test_a_right_key_passes_the_probe(client: Client, llama: Peer):
    form = {"endpoint_url": f"{llama.address}/v1", "api_key": llama.key}
    result = client.call(lambda runtime: runtime.provider(PROVIDER).validate_credentials(form))
    assert result.probed
    assert result.verified_at is not None


@pytest.mark.parametrize("key", ["wrong-key-CANARY", ""])
def test_a_wrong_key_is_refused_and_the_field_named(client: Client, llama: Peer, key: str):
    """llama.cpp's own list of models asks for the key in this release."""
    form = {"endpoint_url": f"{llama.address}/v1", "api_key": key}
    with pytest.raises(CredentialsInvalid) as raised:
        client.call(lambda runtime: runtime.provider(PROVIDER).validate_credentials(form))
    assert raised.value.field == "api_key"
    assert "CANARY" not in str(raised.value)


MODEL_FORMS: list[tuple[str, dict[str, Any]]] = [
    ("llm", {"mode": "chat"}),
    ("llm", {"mode": "completion"}),
    ("llm", {"mode": "chat", "stream_mode_auth": "use"}),
    ("text-embedding", {}),
]


@pytest.mark.parametrize(("model_type", "form"), MODEL_FORMS)
def test_a_models_form_is_probed_with_the_smallest_call(client: Client, llama: Peer, model_type: str, form: dict[str, Any]):
    filled = {"endpoint_url": f"{llama.address}/v1", "api_key": llama.key, **form}
    validate = lambda given: client.call(  # noqa: E731
        lambda runtime: runtime.provider(PROVIDER).validate_model_credentials(model_type, ALIAS, given)
    )
    assert validate(filled).probed
    with pytest.raises(CredentialsInvalid) as raised:
        validate({**filled, "api_key": "wrong-key"})
    assert raised.value.field == "api_key"


def test_a_server_that_cannot_be_asked_is_no_wrong_key(client: Client):
    form = {"endpoint_url": f"http://127.0.0.1:{closed_port()}/v1", "api_key": "any"}
    with pytest.raises(ConnectionFailed) as raised:
        client.call(lambda runtime: runtime.provider(PROVIDER).validate_credentials(form))
    assert raised.value.provider == PROVIDER
