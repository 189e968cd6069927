"""Bodies that models in completion mode take by InvokeModel, and what they answer.

https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-meta.html, …/model-parameters-titan-text.html,
…/model-parameters-jurassic2.html (read 2026-11-28); `completions` is what containers behind marketplace and imported models answer.
"""

from __future__ import annotations

import msgspec

from modelruntime.entities.finish import FinishReason


class PromptShape(msgspec.Struct, frozen=True):
    """Where one kind of model has its prompt and parameters (dotted names), and its answer (JSON pointers)."""

    prompt: str
    places: dict[str, str]
    text: tuple[str, ...]
    """Of a whole answer, and of a streamed piece: the first that is there counts."""
    finish: tuple[str, ...]
    input_tokens: tuple[str, ...]
    output_tokens: tuple[str, ...]


SHAPES: dict[str, PromptShape] = {
    "completions": PromptShape(
        "prompt",
        {},
        ("/choices/0/text",),
        ("/choices/0/finish_reason",),
        ("/usage/prompt_tokens",),
        ("/usage/completion_tokens",),
    ),
    "llama": PromptShape(
        "prompt",
        {"max_tokens": "max_gen_len"},
        ("/generation",),
        ("/stop_reason",),
        ("/prompt_token_count",),
        ("/generation_token_count",),
    ),
    "titan": PromptShape(
        "inputText",
        {
            "max_tokens": "textGenerationConfig.maxTokenCount",
            "temperature": "textGenerationConfig.temperature",
            "top_p": "textGenerationConfig.topP",
            "stop": "textGenerationConfig.stopSequences",
        },
        ("/results/0/outputText", "/outputText"),
        ("/results/0/completionReason", "/completionReason"),
        ("/inputTextTokenCount",),
        ("/results/0/tokenCount", "/totalOutputTextTokenCount"),
    ),
    "jurassic": PromptShape(
        "prompt",
        {"max_tokens": "maxTokens", "top_p": "topP", "stop": "stopSequences"},
        ("/completions/0/data/text",),
        ("/completions/0/finishReason/reason",),
        (),
        (),
    ),
}
"""`profile.invoke_prompt` → the shape."""

FINISH: dict[str, FinishReason] = {
    "stop": "stop",
    "FINISH": "stop",
    "endoftext": "stop",
    "STOP_CRITERIA_MET": "stop",
    "length": "length",
    "LENGTH": "length",
    "CONTENT_FILTERED": "content_filter",
    "INTERVENED": "content_filter",
}
"""Reasons to stop, in the words of all of them."""
GUARDRAIL = "/amazon-bedrock-guardrailAction"
"""`INTERVENED` where a guardrail answers in the model's place
(https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-use-invoke-model.html; unverified)."""
