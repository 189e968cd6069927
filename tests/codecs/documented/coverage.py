"""What the table of documented errors says of each declared provider: rows of its own, those of another whose wire it
speaks, or why there are none."""

from collections.abc import Iterator
from typing import NamedTuple

from modelruntime.entities.errors import InvokeError, RateLimited, ServerUnavailable, TimedOut, Unauthorized
from tests.codecs.documented.row import DocumentedError
from tests.codecs.documented_errors import ABSENT, DOCUMENTED

SEARCHED_ON = "2026-11-29"
COLUMNS: dict[str, tuple[type[InvokeError], ...]] = {
    "401": (Unauthorized,),
    "429": (RateLimited,),
    "5xx": (ServerUnavailable, TimedOut),
    "in stream": (InvokeError,),
}
"""What a column stands for; a vendor that says it with another status has its own in the cell."""

VENDOR_OF = {
    "azure_openai": "azure",
    "google": "gemini",
    "huggingface_tei": "tei",
    "togetherai": "together",
    "tongyi": "dashscope",
    "triton_inference_server": "triton",
}
"""Provider → vendor of the rows, where the names differ."""

STREAM_CODECS = {
    "anthropic": "anthropic_messages",
    "bedrock": "bedrock_converse",
    "cohere": "cohere_chat",
    "gemini": "gemini",
    "hunyuan": "hunyuan_chat",
    "oci": "oci_chat",
    "ollama": "ollama",
    "replicate": "replicate",
    "sagemaker": "sagemaker_chat",
    "triton": "triton",
    "vertex_ai": "gemini",
    "watsonx": "watsonx_chat",
}
"""Vendor → the codec of its chat, where that is not `openai_chat`."""

FINISHES = {
    "deepseek": (
        "insufficient_system_resource",
        "https://docs.rs/crate/ds-api/latest/source/src/raw/response/non_streaming/finish_reason.rs",
    ),
    "inference_net": ("error", "package @inference/cli-linux-x64 0.0.278: bin/inf, the schema of chat.completion.chunk"),
    "mistral": ("error", "package mistralai 3.7.0: mistralai/client/models/completionresponsestreamchoice.py"),
    "zhipuai": ("network_error", "https://github.com/promptfoo/promptfoo/pull/9905"),
    "zai": ("network_error", "https://github.com/mozilla-ai/any-llm/pull/1204"),
}
"""Provider → the finish reason by which it tells in a stream that it failed, and who says so."""


CUT_SHORT = {
    "baseten": "https://docs.baseten.co/inference/errors",
    "chatglm": "github.com/THUDM/ChatGLM3: openai_api_demo/api_server.py predict_stream",
    "cloudflare_ai_gateway": "package ai-gateway-provider 4.0.1: dist/index.mjs createResumableStream",
    "cloudflare_workers_ai": "package workers-ai-provider 4.0.0: src/streaming.ts",
    "github_models": "github.com/github/gh-models: internal/sse/event_reader.go Read, event_reader_test.go",
    "helicone": "github.com/Helicone/helicone: packages/llm-mapper/transform/providers/anthropic/streamedResponse/toOpenai.ts",
    "mimo": "https://github.com/BigPizzaV3/CodexPlusPlus/issues/884",
    "nano_gpt": "https://github.com/Nano-GPT-com/docs/blob/main/api-reference/miscellaneous/streaming-protocol.mdx",
    "siliconflow": "github.com/siliconflow/dsh-llm-siliconflow: src/sse.ts parseSse, src/types.ts WireChunk",
}
"""Provider → where it says, or its source shows, that a stream that fails just ends: `StreamIncomplete`, and no row."""


def otherwise_told(provider: str) -> str | None:
    """How a provider tells in a stream that it failed, where it sends no error: by a `finish` reason, or its stream is `cut`."""
    return "finish" if provider in FINISHES else "cut" if provider in CUT_SHORT else None


class Shared(NamedTuple):
    """Another vendor's wire."""

    vendor: str
    why: str
    verified: bool


SHARED: dict[str, Shared] = {
    "volcengine_maas": Shared("volcengine", "the same platform, Ark, by its endpoints", True),
    "byteplus": Shared("volcengine", "Ark outside China; its package reads the same errors", True),
    "huaweicloud_maas_hk": Shared("huaweicloud_maas", "the same platform; its international page lists the same codes", True),
    "tencent": Shared("hunyuan", "errors that all actions of the cloud share", True),
    "azure_ai_studio": Shared("azure", "the same platform", False),
    "cloudflare_ai_gateway": Shared(
        "cloudflare_workers_ai", "the same account API; errors of upstream vendors pass through", False
    ),
    "ollama_cloud": Shared("ollama", "the same API with keys", False),
    "openai_api_compatible": Shared("openai", "whatever server is named; OpenAI's by definition", True),
    "nvidia_nim": Shared(
        "vllm", "its endpoints are vLLM's (docs.nvidia.com/nim/large-language-models/latest/reference/api-reference.html)", True
    ),
    "openllm": Shared("vllm", "runs vLLM (the README of package openllm 0.6.30)", True),
    "huggingface_hub": Shared("tei", "dedicated endpoints of embedding models run TEI", False),
    "gpustack": Shared("vllm", "one of the engines that it runs (the README of package gpustack 2.3.0)", True),
    "lemonade": Shared("llama_cpp", "runs llama-server for GGUF models (its server_spec.md)", False),
    "cortecs": Shared("litellm_proxy", "its own fork of that proxy (github.com/cortecs-ai/litellm)", True),
    "reka": Shared("vllm", "serves its models with vLLM by a plugin of its own (github.com/reka-ai/vllm-reka)", False),
    "regolo": Shared(
        "litellm_proxy", "takes that proxy's `disable_fallbacks` (github.com/regolo-ai/regoloai-doc), answers its /user/info", False
    ),
    "nscale": Shared("vllm", "its replies have vLLM's `prompt_logprobs` and `stop_reason` (its reference)", False),
    "vultr": Shared("sglang", "its shim runs SGLang where vLLM is asked for (github.com/vultr/vllm-to-sglang)", False),
    "stackit": Shared("vllm", "its RAG template, in copies of it, names its settings STACKIT_VLLM_*", False),
    "ionet": Shared(
        "vllm",
        "its OpenAPI has vLLM's CustomChatCompletionMessageParam, continuous_usage_stats (github.com/ionet-official/docs)",
        False,
    ),
    "parasail": Shared("vllm", "its blog tells how it scales vLLM (github.com/api-evangelist/parasail-ai)", False),
    "synthetic": Shared("vllm", "builds its own image of vLLM (github.com/synthetic-lab/vllm, .synthetic/Dockerfile)", False),
    "vessl_ai": Shared(
        "vllm",
        "its services run vLLM (github.com/run-llama/llama_index, pull 17414); its command line's example is `vllm-service`",
        False,
    ),
    "upstage": Shared("vllm", "its own fork serves Solar Open (github.com/UpstageAI/vllm: docker/Dockerfile.solar_open)", False),
    "ant_ling": Shared("vllm", "its own fork serves Ling 3 (github.com/inclusionAI/vllm-ling-v3)", False),
    "wandb": Shared(
        "vllm",
        "CoreWeave, whose service it is, runs vLLM in its dedicated one (docs.coreweave.com/products/inference/dedicated)",
        False,
    ),
    "gitee_ai": Shared(
        "vllm",
        "its guide has vLLM's `guided_json`, `guided_choice` (github.com/juspay/neurolink: src/lib/providers/catalog/moark.json)",
        False,
    ),
    "ppio": Shared("novita", "both list the same errors in the same words; their packages are built alike", False),
    "zai": Shared("zhipuai", "the same API outside China, for what its own page does not say", True),
}
"""Whose rows stand for a provider as well: beside its own, or alone."""

NOTHING_FOUND: tuple[str, ...] = ()
"""Looked for on `SEARCHED_ON`: neither a page nor a report was found. What is found later becomes a row."""

NO_WIRE = ("local",)
"""Runs in the process: there is no answer to read."""


class Covered(NamedTuple):
    """One provider's line."""

    provider: str
    cells: dict[str, DocumentedError | None]
    never: dict[str, str]
    """Column → what shows that it never answers so, where its cell is empty."""
    shared: Shared | None
    standing: str
    """`own`, `shared`, `nothing found`, `no wire`."""


EVIDENCE_ORDER = ("page", "source", "report", "page+shape", "unverified")


def vendor_of(provider: str) -> str:
    """The vendor whose name the provider's rows bear."""
    return VENDOR_OF.get(provider, provider)


def covered(provider: str) -> Covered:
    """What is known of a provider's errors. Raises `KeyError` for one that no list names."""
    shared = SHARED.get(provider)
    own = [row for row in DOCUMENTED if row.vendor == vendor_of(provider)]
    rows = [*own, *(row for row in DOCUMENTED if shared and row.vendor == shared.vendor)]
    cells = {name: best(rows, name) for name in COLUMNS}
    names = {vendor_of(provider), *([shared.vendor] if shared and shared.verified else [])}
    never: dict[str, str] = {row.column: row.url for row in ABSENT if row.vendor in names and cells[row.column] is None}
    return Covered(provider, cells, never, shared, _standing(provider, bool(own or never)))


def best(rows: list[DocumentedError], column: str) -> DocumentedError | None:
    """The row of a column that is founded best; rows of another vendor's come last."""
    found = list(_of_column(rows, column))
    return min(found, key=lambda row: (row.vendor != found[0].vendor, EVIDENCE_ORDER.index(row.evidence)), default=None)


def _of_column(rows: list[DocumentedError], column: str) -> Iterator[DocumentedError]:
    kinds = COLUMNS[column]
    for row in rows:
        if (row.where == "answer") == (column != "in stream") and issubclass(row.kind, kinds) and row.status != 402:
            yield row


def _standing(provider: str, own: bool) -> str:
    if own:
        return "own"
    if provider in SHARED:
        return "shared"
    lists = {"nothing found": NOTHING_FOUND, "no wire": NO_WIRE}
    return {name: word for word, names in lists.items() for name in names}[provider]
