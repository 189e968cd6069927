"""A made-up fleet of declared models, shaped like the real one, for measuring the catalogue.

    python -m benchmarks.synthetic_fleet FOLDER [MODELS]

writes it as folders in the declaration format; measurements compile those.
"""

from __future__ import annotations

import sys
from pathlib import Path

PROVIDERS = 70

_RULES = """  parameter_rules:
  - {{name: temperature, use_template: temperature, max: 2}}
  - {{name: top_p, use_template: top_p, default: 0.9}}
  - {{name: max_tokens, use_template: max_tokens, default: 4096, max: {output}}}
  - {{name: frequency_penalty, use_template: frequency_penalty, min: -2, max: 2}}
  - {{name: response_format, label: {{en_US: Response format, zh_Hans: 回复格式}}, type: string, options: [text, json_object]}}
  - {{name: seed, type: int, label: {{en_US: Seed, zh_Hans: 种子}}, help: {{en_US: The same seed repeats., zh_Hans: 种子}}}}
"""

_PROVIDER = """provider: {provider}
label: {{en_US: Vendor {number}, zh_Hans: 厂商 {number}}}
icon_small: {{en_US: icon.svg}}
supported_model_types: [llm, text-embedding]
configurate_methods: [predefined-model, customizable-model]
provider_credential_schema:
  credential_form_schemas:
  - {{variable: api_key, type: secret-input, required: true, label: {{en_US: API key, zh_Hans: API 密钥}}}}
  - {{variable: endpoint_url, type: text-input, required: false, default: "https://{provider}.example/v1", label: {{en_US: URL}}}}
codec: {{llm: openai_chat, text-embedding: openai_embeddings}}
endpoint: "{{endpoint_url}}"
auth: {{bearer: api_key}}
"""


def provider_yaml(number: int) -> str:
    """The `provider.yaml` of one made-up vendor."""
    return _PROVIDER.format(number=number, provider=f"vendor_{number:03}")


def model_yaml(number: int) -> str:
    """One entry of a `models.yaml`: five chat models to one embedding model."""
    if number % 6 == 5:
        return (
            f"- model: embedding-{number}\n  model_type: text-embedding\n"
            "  model_properties: {context_size: 8192, max_chunks: 64}\n"
            f'  pricing: {{input: "0.{number % 89 + 10}", unit: "0.000001", currency: USD}}\n'
        )
    return (
        f"- model: chat-{number}\n  model_type: llm\n  label: {{en_US: Chat {number}, zh_Hans: 对话 {number}}}\n"
        "  features: [tool-call, stream-tool-call, vision, agent-thought]\n"
        f"  model_properties: {{mode: chat, context_size: {131072 + number}}}\n"
        + _RULES.format(output=8192 + number)
        + f'  pricing: {{input: "0.{number % 89 + 10}", output: "1.{number % 83 + 10}", unit: "0.000001", currency: USD}}\n'
    )


def write_fleet(folder: Path, models: int = 2_500) -> None:
    """Write the fleet as one folder a vendor."""
    for vendor in range(PROVIDERS):
        home = folder / f"vendor_{vendor:03}"
        home.mkdir(parents=True, exist_ok=True)
        (home / "provider.yaml").write_text(provider_yaml(vendor), encoding="utf-8")
        entries = "".join(model_yaml(number) for number in range(vendor, models, PROVIDERS))
        (home / "models.yaml").write_text(entries, encoding="utf-8")
        (home / "icon.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>', encoding="utf-8")


if __name__ == "__main__":
    write_fleet(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 2_500)
