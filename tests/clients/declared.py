"""One vendor under several names: a provider for each codec, any model of it callable."""

from __future__ import annotations

from typing import Any

VENDOR_KEY = "sk-vendor"
_CODECS = {
    "chatty": "openai_chat",
    "prompted": "openai_completions",
    "responding": "openai_responses",
    "claudian": "anthropic_messages",
}
_MODES = {"prompted": "completion"}
_AUTH = {"claudian": "{header: {name: x-api-key, value: api_key}}"}
_DECLARATION = """\
provider: {name}
label: {{en_US: {name}}}
icon_small: {{en_US: icon.svg}}
help: {{title: {{en_US: Get a key}}, url: {{en_US: https://vendor.example/keys}}}}
supported_model_types: [llm, text-embedding]
configurate_methods: [predefined-model, fetch-from-remote]
provider_credential_schema:
  credential_form_schemas:
    - {{variable: api_key, type: secret-input, required: true, label: {{en_US: Key}}}}
    - {{variable: base_url, type: text-input, required: true, format: url, label: {{en_US: URL}}}}
codec: {{llm: {codec}, text-embedding: openai_embeddings}}
endpoint: "{{base_url}}"
auth: {auth}
models_endpoint: /models
probe: models_endpoint
models:
  - {{model: known, model_type: llm, model_properties: {{mode: {mode}}}}}
  - {{model: vectors, model_type: text-embedding}}
"""


def declarations(url: str) -> tuple[list[str], dict[str, Any]]:
    """The documents, and credentials for each provider of them."""
    documents = [
        _DECLARATION.format(name=name, codec=codec, mode=_MODES.get(name, "chat"), auth=_AUTH.get(name, "{bearer: api_key}"))
        for name, codec in _CODECS.items()
    ]
    return documents, {name: {"api_key": VENDOR_KEY, "base_url": f"{url}/v1"} for name in _CODECS}
