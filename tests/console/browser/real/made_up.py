"""A provider that no build of the console can know: its id, its labels and its parameter are drawn by lot."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

_TEXT = """\
provider: {id}
label: {{en_US: {label}, zh_Hans: {label}}}
description: {{en_US: Declared while the gateway runs, zh_Hans: 在网关运行时声明}}
supported_model_types: [llm, text-embedding, rerank, speech2text, tts, moderation]
configurate_methods: [predefined-model]
provider_credential_schema:
  credential_form_schemas:
    - {{variable: api_key, type: secret-input, required: true, label: {{en_US: API key, zh_Hans: 密钥}}}}
    - {{variable: base_url, type: text-input, required: true, format: url, label: {{en_US: Base URL, zh_Hans: 基础地址}}}}
    - variable: tier
      type: radio
      required: true
      default: small
      label: {{en_US: Tier, zh_Hans: 档位}}
      options:
        - {{value: small, label: {{en_US: Small one, zh_Hans: 小}}}}
        - {{value: large, label: {{en_US: Large one, zh_Hans: 大}}}}
    - variable: region
      type: select
      required: true
      label: {{en_US: Region, zh_Hans: 区域}}
      options:
        - {{value: eu, label: {{en_US: Europe, zh_Hans: 欧洲}}}}
        - {{value: moon, label: {{en_US: Moon, zh_Hans: 月球}}, show_on: [{{variable: tier, value: large}}]}}
    - variable: contract
      type: text-input
      required: true
      pattern: "[A-Z]{{2}}-[0-9]+"
      max_length: 8
      show_on: [{{variable: tier, value: large}}]
      label: {{en_US: Contract, zh_Hans: 合同号}}
    - {{variable: audited, type: switch, required: false, default: "true", label: {{en_US: Audited, zh_Hans: 审计}}}}
    - {{variable: retries, type: number-input, required: false, group: Fine tuning, label: {{en_US: Retries, zh_Hans: 重试}}}}
    - {{variable: note, type: text-input, required: false, format: multiline, label: {{en_US: Note, zh_Hans: 备注}}}}
    - {{variable: extras, type: text-input, required: false, format: json, advanced: true, label: {{en_US: Extras, zh_Hans: 附加}}}}
codec:
  llm: openai_chat
  text-embedding: openai_embeddings
  rerank: rerank
  speech2text: openai_transcriptions
  tts: openai_speech
  moderation: openai_moderations
endpoint: "{{base_url}}"
auth: {{bearer: api_key}}
models_endpoint: /models
probe: models_endpoint
probe_evidence: [{{url: unverified}}]
models:
  - model: sim-chat
    model_type: llm
    model_properties: {{mode: chat, context_size: 8192}}
    parameter_rules:
      - {{name: temperature, use_template: temperature, min: 0, max: 2}}
      - name: {parameter}
        type: int
        min: 0
        max: 9
        default: 3
        label: {{en_US: {parameter_label}, zh_Hans: {parameter_label}}}
    pricing: {{input: "1.00", output: "2.00", per: 1M tokens, currency: USD}}
  - {{model: sim-embed, model_type: text-embedding, model_properties: {{context_size: 512, max_chunks: 8}}}}
  - {{model: sim-rank, model_type: rerank, model_properties: {{context_size: 512}}}}
  - {{model: sim-ear, model_type: speech2text, model_properties: {{supported_file_extensions: "wav,mp3", file_upload_limit: 25}}}}
  - model: sim-mouth
    model_type: tts
    model_properties: {{default_voice: ann, audio_type: wav, voices: [{{mode: ann, name: Ann, language: [en-US]}}]}}
  - {{model: sim-judge, model_type: moderation}}
"""


@dataclass(frozen=True)
class MadeUp:
    """Every field kind, six model types, a parameter of its own."""

    lot: str = field(default_factory=lambda: secrets.token_hex(4))

    @property
    def id(self) -> str:
        return f"made_{self.lot}"

    @property
    def label(self) -> str:
        return f"Made {self.lot}"

    @property
    def parameter(self) -> str:
        return f"sparkle_{self.lot}"

    @property
    def parameter_label(self) -> str:
        return f"Sparkle {self.lot}"

    @property
    def text(self) -> str:
        """The declaration."""
        return _TEXT.format(id=self.id, label=self.label, parameter=self.parameter, parameter_label=self.parameter_label)
