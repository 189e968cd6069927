"""Facts about a model family or an endpoint that change how a codec speaks.

Merged, later wins: codec < model family (`profiles/*.yaml`) < provider < model < credential-derived. Defaults are the
dialect of the family's inventor. A key nobody knows is a declaration error, never ignored.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from modelruntime.schema.judge import Judge


class Profile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Quirks as typed data; each field says what the wire does."""

    # paths
    paths: dict[str, str] = {}
    """Operation → path under the base URL, where it is not the family's own (`chat`, `embeddings`, `rerank`, `models`, …)."""
    query: dict[str, str] = {}
    """Query parameters of every request, e.g. `api-version`. Values may hold `{variable}` of the credentials; one whose
    variable is not filled in is left out."""

    # parameters
    max_tokens_field: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    rename: dict[str, str] = {}
    """Parameter → wire name; dotted for a nested field (`reasoning.effort`)."""
    drop: tuple[str, ...] = ()
    """Parameters the endpoint refuses: dropped with a warning."""
    json_parameters: tuple[str, ...] = ()
    """Parameters whose string value is JSON to be sent parsed."""
    constants: dict[str, Any] = {}
    """Always in the body (unless the call says otherwise)."""

    default_max_tokens: int = 4096
    """Sent where the caller names none and the family demands one (Messages)."""

    # messages
    system_role: Literal["system", "developer", "user"] = "system"
    developer_role: Literal["system", "developer", "user"] = "developer"
    several_system_messages: bool = True
    """False: system messages are joined into the first."""
    cache_marks: Literal["none", "cache_control", "cache_point"] = "none"
    """How a `CacheHint` is said: not at all (endpoints that cache by themselves, or refuse marks), as `cache_control` on what
    carries it, or as a block `cachePoint` after it (Bedrock)."""
    merge_consecutive: bool = False
    drop_empty: bool = False
    content_as_text: bool = False
    """True: the endpoint takes only string content; text parts are joined, media dropped with a warning."""
    image_sources: tuple[Literal["url", "data"], ...] = ("url", "data")
    """How the vendor takes images: by URL it fetches itself, or inline."""

    document_part: Literal["file", "file_url", "document_url"] = "file"
    """The content part that carries a document."""

    document_sources: tuple[Literal["url", "data"], ...] = ("data",)
    """How the vendor takes documents: by URL it fetches itself, or inline."""
    tool_result_media: Literal["user_message", "inline"] = "user_message"
    """Media of a tool's result: in a user message after it, or in the result itself."""

    # reasoning
    reasoning_field: str | None = None
    """Where the answer holds reasoning; None looks at `reasoning_content`, then `reasoning`."""
    return_reasoning: Literal["never", "tool_loop", "always"] = "never"
    """Is the assistant's reasoning sent back: never, within a tool loop, or always."""
    think_tags: tuple[str, str] | None = None
    """Reasoning stands in the text between these tags, e.g. `["<think>", "</think>"]`."""
    think_open: bool = False
    """The opening think tag is in the prompt, so that a text begins inside and only the closing one comes. An answer without
    it is all reasoning, except where the endpoint gives reasoning in a field of its own."""
    reasoning_style: Literal["effort", "enable_thinking", "thinking_type", "adaptive", "reasoning_config", "none"] = "effort"
    """How thinking is asked for: by an effort, by a switch in one of two forms, by `adaptive` (the model decides how much,
    Messages family), by an object `reasoningConfig` with a switch and an effort (Amazon Nova), or not at all."""

    # tools
    function_calling: Literal["tool_call", "function_call", "none"] = "tool_call"
    tool_choice_required: Literal["required", "any", "unsupported"] = "required"
    tool_choice_allowed: Literal["allowed_tools", "filter"] = "filter"
    """How a choice among some of the tools is said: natively, or by offering only those."""
    tool_call_ids: Literal["any", "alphanumeric9"] = "any"
    parallel_tool_calls: bool = True
    strict_tools: bool = True
    """The endpoint knows `strict` on a function."""

    # structured output
    output_mode: Literal["json_schema", "json_object", "tool", "prompt"] = "json_schema"
    """How a JSON Schema is asked for: natively; as any JSON object, with the schema in the prompt; as a forced tool; or in the
    prompt only."""

    # Gemini: which of two fields takes a JSON Schema (the older one takes a subset of OpenAPI's)
    tool_schema_field: Literal["parametersJsonSchema", "parameters"] = "parametersJsonSchema"
    output_schema_field: Literal["responseJsonSchema", "responseSchema"] = "responseJsonSchema"
    count_tokens_body: Literal["request", "contents"] = "request"
    """What the counting endpoint takes: a whole request, or contents, instructions and tools alone (Vertex AI)."""

    # Responses
    response_storage: Literal["vendor", "none", "encrypted"] = "vendor"
    """What is said about keeping an answer: nothing (the vendor then keeps it), not to keep it, or not to keep it and to hand out
    reasoning encrypted, so that it can go back. A call that needs a kept answer (`background`, `previous_response_id`,
    `conversation`), or says `store` itself, is left alone."""

    # streaming
    stream_usage: Literal["include_usage", "always", "never"] = "include_usage"
    """`include_usage`: ask for it; `always`: comes by itself; `never`: must not be asked for and does not come."""
    usage_pointers: tuple[str, ...] = ()
    """JSON pointers to other places of usage, e.g. `/x_groq/usage`."""
    cached_tokens_pointers: tuple[str, ...] = ()
    stream_terminal: Literal["finish_reason", "done"] = "finish_reason"
    """What tells that a stream is whole; `done` for an endpoint that never sends a finish reason, only `[DONE]`."""
    stream_form: Literal["events", "whole"] = "events"
    """How a streamed answer comes. `whole`: the endpoint cannot stream, so all of it is asked for and told as a stream (the
    generate extension of Triton, whose models stream or not)."""
    text_lstrip: bool = False
    """The vendor begins its text with white space that means nothing."""

    # embeddings
    embedding_encoding: Literal["base64", "float", "unset"] = "base64"
    embedding_max_batch: int | None = None
    embedding_input_type_field: str | None = None
    embedding_input_types: dict[str, str] = {}
    """`query`/`document` → the vendor's words."""
    embedding_prefixes: dict[str, str] = {}
    """`query`/`document` → text put before each input."""
    embedding_base64_type: Literal["float32", "int8"] = "float32"
    """What the numbers in a base64 reply are."""
    embedding_media: Literal["none", "objects", "content", "images"] = "none"
    """`objects`: media are inputs too, each input an object such as `{"text": …}` or `{"image": URL or data URI}`; `content`: each
    input is `{"content": [part]}` with parts that name their type (`text`, `image_url`, `image_base64`, …). `images`: a request
    holds texts or one picture, never both (Cohere's third generation)."""
    embedding_rows_field: str = "data"
    """The name of the vectors, or a JSON pointer to them; a row is an object with `embedding`, or the bare list of numbers."""

    invoke_embeddings: Literal["titan", "titan_image", "nova", "cohere"] = "titan"
    """Bedrock: the body that the model takes for embeddings. One text a request, one text or image, one input of any medium,
    or many texts or images."""

    # completions on Bedrock
    invoke_prompt: Literal["completions", "llama", "titan", "jurassic"] = "completions"
    """Bedrock: the body that a model in completion mode takes: the names of its prompt, parameters and answer."""

    # rerank
    rerank_top_n_field: str = "top_n"
    rerank_rows_field: str = "results"
    """The name of the rows, or a JSON pointer to them; a bare array of rows is taken anyway."""
    rerank_query_as: Literal["string", "object"] = "string"
    """`object`: the query is `{"text": …}`."""
    rerank_rows_as: Literal["objects", "scores"] = "objects"
    """A row is an object with an index and a score, or the bare score of the document in its place."""
    rerank_documents_field: str = "documents"
    rerank_documents_as: Literal["strings", "objects"] = "strings"
    rerank_return_documents: Literal["unset", "false"] = "unset"
    rerank_max_documents: int | None = None
    rerank_overflow: Literal["batch", "cut"] = "batch"
    """More documents than that: rank them in several requests, or send only the first ones with a warning (for models
    whose scores depend on the other documents)."""
    rerank_tokens_pointers: tuple[str, ...] = (
        "/usage/total_tokens",
        "/meta/tokens/input_tokens",
        "/meta/billed_units/total_tokens",
    )

    # moderation
    moderation_roles: tuple[str, ...] = ()
    """Whose words the chat endpoint for moderation judges (`user`, `assistant`): the parameter `role` asks for it."""
    judge: Judge | None = None
    """How a chat model is asked to judge; None: by a policy of ours, in JSON."""
    judge_codec: str = "openai_chat"
    """The codec of chat models through which a judge is asked."""

    # speech
    transcription_format: str | None = None
    """`response_format` asked for by default; None leaves the vendor's own (`json`). Declare `verbose_json`, `diarized_json`, …
    for models that give segments that way."""
    transcription_audio: Literal["audio", "input_audio"] = "audio"
    """The part of a message that carries a recording, where the endpoint takes messages."""
    speech_format: str = "mp3"
    speech_voice_required: bool = True

    # SageMaker
    container: Literal["sample", "huggingface", "compatible"] = "sample"
    """What the container behind a SageMaker endpoint speaks for embeddings and rerank: the bodies of AWS's deployment samples
    for Dify (`inputs` → `embeddings`, `inputs` and `docs` → `scores`), those of Hugging Face's Text Embeddings Inference, or
    those of servers that are compatible with OpenAI's. Chat is OpenAI-compatible with all of them."""

    # tracing
    client_request_id: str | None = None
    """The header in which the vendor takes a client's own id of a request, to look it up by; a gateway sends its own there."""

    # errors
    error_codes: dict[str, str] = {}
    """Vendor code or type → class name of the error tree, where the status alone misleads."""
