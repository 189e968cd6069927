"""Two made-up vendors for the runtime's tests, declared as a user would."""

PROVIDERS = (
    """
provider: acme
label: {en_US: Acme, zh_Hans: 艾克米}
supported_model_types: [llm, text-embedding, rerank, speech2text, tts, moderation]
configurate_methods: [predefined-model, fetch-from-remote, customizable-model]
provider_credential_schema:
  credential_form_schemas:
    - {variable: api_key, type: secret-input, required: true, env: ACME_API_KEY, label: {en_US: API key}}
    - {variable: base_url, type: text-input, required: false, format: url, default: https://api.acme.test/v1, label: {en_US: URL}}
model_credential_schema:
  model: {label: {en_US: Model name}}
  credential_form_schemas:
    - {variable: api_key, type: secret-input, required: true, label: {en_US: API key}}
    - {variable: context_size, type: text-input, required: true, default: "4096", label: {en_US: Context}}
    - {variable: base_url, type: text-input, required: false, default: https://api.acme.test/v1, label: {en_US: Base URL}}
model_from_credentials:
  set: {limits.context: context_size}
codec:
  llm: openai_chat
  text-embedding: openai_embeddings
  rerank: rerank
  speech2text: openai_transcriptions
  tts: openai_speech
  moderation: openai_moderations
endpoint: "{base_url}"
auth: {bearer: api_key}
headers: {x-acme: "1"}
models_endpoint: /models
probe: models_endpoint
models:
  - model: talker
    model_type: llm
    label: {en_US: Talker}
    features: [tool-call, stream-tool-call]
    model_properties: {mode: chat, context_size: 8192}
    parameter_rules:
      - {name: temperature, use_template: temperature, min: 0, max: 2}
      - {name: top_p, use_template: top_p}
      - {name: max_tokens, use_template: max_tokens, max: 4096}
    pricing: {input: "3", output: "15", per: 1M tokens, currency: USD}
  - model: old-talker
    model_type: llm
    model_properties: {mode: chat}
    deprecated: {date: "2027-01-01", replacement: talker}
  - model: writer
    model_type: llm
    codec: openai_completions
    model_properties: {mode: completion, context_size: 2048}
  - {model: embedder, model_type: text-embedding, model_properties: {context_size: 512, max_chunks: 2}}
  - {model: ranker, model_type: rerank, model_properties: {context_size: 512}}
  - {model: ear, model_type: speech2text, model_properties: {supported_file_extensions: "wav,mp3", file_upload_limit: 25}}
  - model: mouth
    model_type: tts
    model_properties:
      default_voice: ann
      audio_type: mp3
      voices: [{mode: ann, name: Ann, language: [en-US]}, {mode: li, name: Li, language: [zh-Hans]}]
  - {model: judge, model_type: moderation}
""",
    """
provider: backup
label: {en_US: Backup}
supported_model_types: [llm]
configurate_methods: [predefined-model]
provider_credential_schema:
  credential_form_schemas:
    - {variable: token, type: secret-input, required: true, env: BACKUP_TOKEN, label: {en_US: Token}}
codec: {llm: openai_chat}
endpoint: https://backup.test/v1
auth: {header: {name: x-token, value: token}}
models:
  - {model: spare, model_type: llm, features: [], model_properties: {mode: chat}}
""",
)

ENVIRONMENT = {"ACME_API_KEY": "sk-acme", "BACKUP_TOKEN": "tok-backup"}
