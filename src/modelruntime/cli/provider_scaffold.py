"""A new provider's folder, ready to lint: an OpenAI-compatible vendor with one model, to be changed by its author."""

from __future__ import annotations

import re
from pathlib import Path

from modelruntime.entities.errors import ParameterInvalid

PROVIDER = """\
# Reference of every key: docs/reference/declaration.md
provider: {id}
label: {{en_US: {label}, zh_Hans: {label}}}
icon_small: {{en_US: icon.svg}}
help:
  title: {{en_US: Get an API key, zh_Hans: 获取 API Key}}
  url: {{en_US: https://example.com/keys}}
supported_model_types: [llm]
configurate_methods: [predefined-model, fetch-from-remote]
provider_credential_schema:
  credential_form_schemas:
    - variable: api_key
      type: secret-input
      required: true
      env: {variable}_API_KEY
      label: {{en_US: API key, zh_Hans: API Key}}
    - variable: endpoint_url
      type: text-input
      format: url
      required: false
      advanced: true
      default: {endpoint}
      label: {{en_US: Base URL, zh_Hans: 接口地址}}
codec: {{llm: openai_chat}}
endpoint: "{{endpoint_url}}"
auth: {{bearer: api_key}}
models_endpoint: /models
probe: models_endpoint
probe_evidence: unverified
source: unverified
models: models.yaml
"""
MODELS = """\
defaults: {model_type: llm, source: unverified}
models:
  - model: some-model
    label: {en_US: Some model}
    features: [tool-call, stream-tool-call]
    model_properties: {mode: chat, context_size: 32768}
    parameter_rules:
      - {name: temperature, use_template: temperature, max: 2}
      - {name: top_p, use_template: top_p}
      - {name: max_tokens, use_template: max_tokens, max: 8192}
    pricing: {input: "1.00", output: "2.00", per: 1M tokens, currency: USD}
"""
ICON = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="24" height="24">
  <rect x="2" y="2" width="20" height="20" rx="5" fill="#4a5568"/>
  <text x="12" y="16.5" font-family="sans-serif" font-size="12" text-anchor="middle" fill="#fff">{letter}</text>
</svg>
"""


def scaffold(name: str, endpoint: str, directory: Path) -> list[Path]:
    """Write the folder; returns its files. Raises `ParameterInvalid` for a bad id, or a folder that is there already."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]*", name):
        raise ParameterInvalid(f"{name!r} is no provider id: lower case letters, digits, - and _", field="id")
    folder = directory / name
    if folder.exists():
        raise ParameterInvalid(f"{folder} exists already: choose another id or directory", field="id")
    label = name.replace("_", " ").replace("-", " ").title()
    variable = re.sub(r"[^A-Z0-9]", "_", name.upper())
    contents = {
        "provider.yaml": PROVIDER.format(id=name, label=label, variable=variable, endpoint=endpoint),
        "models.yaml": MODELS,
        "icon.svg": ICON.format(letter=label[0]),
    }
    folder.mkdir(parents=True)
    for file, content in contents.items():
        (folder / file).write_text(content, "utf-8")
    return [folder / file for file in contents]
