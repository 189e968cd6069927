"""The words by which vendors of this family name a failure, and the sentences in which they explain it.

Sources: https://platform.openai.com/docs/guides/error-codes,
https://learn.microsoft.com/azure/ai-services/openai/concepts/content-filter,
https://openrouter.ai/docs/api-reference/errors, https://console.groq.com/docs/errors,
https://help.aliyun.com/zh/model-studio/error-code, https://api-docs.deepseek.com/quick_start/error_codes
(the last one read 2026-11-22, the others unverified); of the one before it the English page
https://help.aliyun.com/en/model-studio/error-code-start (read 2026-11-28). Words of other families that share these tables:
https://docs.anthropic.com/en/api/errors, https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html,
https://cloud.google.com/apis/design/errors (read 2026-11-22). What further vendors add stands with its source in
tests/codecs/documented (read 2026-11-29).
"""

from __future__ import annotations

import re

CONTEXT_WORDS = frozenset(
    {
        "context_length_exceeded",
        "string_above_max_length",
        "too_many_prompt_tokens",
        "model_context_window_exceeded",
        "too_many_tokens",
        "tokens_too_long",
        "characters_too_long",
    }
)
"""The prompt, or prompt and answer, is too long."""

FILTER_WORDS = frozenset(
    {
        "content_filter",
        "content_policy_violation",
        "responsibleaipolicyviolation",
        "moderation_blocked",
        "content_filtered",
        "datainspectionfailed",
        "bio_policy",
        "misalignment_policy_violation",
        "image_content_policy_violation",
        "safety_check_failed",
        "guardrail_error",
    }
)
"""A content policy refused the input."""

MODEL_WORDS = frozenset(
    {
        "model_not_found",
        "deploymentnotfound",
        "not_found_error",
        "model_not_available",
        "invalid_model",
        "model_decommissioned",
        "resourcenotfoundexception",
        "not_found",
        "modelnotfound",
    }
)
"""No such model."""

KEY_WORDS = frozenset(
    {
        "invalid_api_key",
        "authentication_error",
        "permission_error",
        "unauthorized",
        "invalid_authentication",
        "permission_denied",
        "accessdeniedexception",
        "unrecognizedclientexception",
        "expiredtokenexception",
        "unauthenticated",
        "api_key_invalid",
        "invalidapikey",
        "accessdenied",
    }
)
"""The credentials are wrong or lack a right."""

CREDIT_WORDS = frozenset(
    {
        "insufficient_quota",
        "billing_hard_limit_reached",
        "billing_not_active",
        "insufficient_balance",
        "exceeded_current_quota_error",
        "credit_balance_exhausted",
        "arrearage",
        "billing_error",
        "servicequotaexceededexception",
        "insufficient_quota_error",
        "budget_exceeded",
        "accountoverdueerror",
    }
)
"""The account has no quota or money left: waiting does not help."""

RATE_WORDS = frozenset(
    {
        "rate_limit_exceeded",
        "rate_limit_error",
        "rate_limit_reached_error",
        "too_many_requests",
        "toomanyrequests",
        "rate_limited",
        "throttling",
        "throttlingexception",
        "resource_exhausted",
        "throttling.ratequota",
        "throttling.allocationquota",
        "throttling.burstrate",
        "too_many_requests_error",
        "rate_limit_exceeded_error",
        "rpm_rate_limit_exceeded",
        "tpm_rate_limit_exceeded",
        "overloaded",
    }
)
"""Too many requests or tokens."""

SERVER_WORDS = frozenset(
    {
        "server_error",
        "internal_server_error",
        "api_error",
        "overloaded_error",
        "engine_overloaded_error",
        "service_unavailable",
        "internalserverexception",
        "serviceunavailableexception",
        "modelstreamerrorexception",
        "modelnotreadyexception",
        "modelerrorexception",
        "unavailable",
        "internal",
        "internalerror",
        "systemerror",
        "service_unavailable_error",
        "server_is_overloaded",
        "generation",
        "incomplete_generation",
    }
)
"""The vendor cannot serve now."""

TIME_WORDS = frozenset(
    {
        "timeout",
        "request_timeout",
        "deadline_exceeded",
        "timeout_error",
        "gateway_timeout",
        "modeltimeoutexception",
        "requesttimeout",
        "vector_store_timeout",
    }
)
"""It took too long."""

REQUEST_WORDS = frozenset(
    {
        "invalid_request_error",
        "invalid_request",
        "invalid_parameter_error",
        "bad_request",
        "tool_use_failed",
        "validationexception",
        "invalid_argument",
        "failed_precondition",
        "request_too_large",
        "invalidparameter",
        "validation",
        "validation_error",
        "invalid_prompt",
        "data_residency_mismatch",
        "invalid_image",
        "invalid_image_format",
        "invalid_base64_image",
        "invalid_image_url",
        "image_too_large",
        "image_too_small",
        "image_parse_error",
        "invalid_image_mode",
        "image_file_too_large",
        "unsupported_image_media_type",
        "empty_image_file",
        "failed_to_download_image",
        "image_file_not_found",
    }
)
"""The request is wrong; the message may say more."""

CONTEXT_TEXT = re.compile(
    r"maximum context length|context (?:length|window)|too many (?:prompt |input )?tokens|range of input length"
    r"|(?:prompt|input|request|messages?)[^.]{0,60} (?:is|are) too long|(?:input|prompt)[^.]{0,40} tokens?[^.]{0,40} exceed"
    r"|reduce the length of the (?:messages|prompt|input)|exceeds? the (?:model'?s )?(?:available )?(?:max|context)"
    r"(?!imum (?:allowed )?(?:number of bytes|size|file))|model token limit|token length too long"
    r"|tokens \+ `?max_new_tokens`? must be|must be less than max_seq_len|prompt length\b[^.]{0,40} must (?:be )?less than",
    re.IGNORECASE,
)
FILTER_TEXT = re.compile(
    r"content (?:management )?policy|content[ _]filter|inappropriate content|may contain inappropriate|safety system"
    r"|input was flagged|content exists risk|不安全或敏感|敏感内容",
    re.IGNORECASE,
)
KEY_TEXT = re.compile(
    r"\b(?:incorrect|invalid|missing|expired) (?:api[ -]?key|authentication)|api[ -]?key (?:not valid|invalid)",
    re.IGNORECASE,
)
BEARER_TEXT = re.compile(r"\bwrong bearer token\b", re.IGNORECASE)
"""The caller's own key is refused, though the status tells of a failure: of a key that an endpoint itself uses one would not
say so (https://github.com/drewzhao/infini-ai-copilot, src/errorActions.test.ts, read 2026-11-29)."""
MODEL_TEXT = re.compile(
    r"\bmodel\b[^.]{0,80}(?:does not exist|not found|not exist|has been deprecated|decommissioned|identifier is invalid)"
    r"|\bunknown model\b|\binvalid model:|\bhas no provider supported\b",
    re.IGNORECASE,
)
WRONG_MODEL_TEXT = re.compile(r"\bincorrect model id\b|\bprice of the model is not set\b", re.IGNORECASE)
"""No such model, though the status tells of a failure (https://docs.aihubmix.com/cn/FAQs/HTTP-Codes,
https://developer.qiniu.com/aitokenapi/13462/aitoken-use-faq, read 2026-11-29)."""
CREDIT_TEXT = re.compile(
    r"\baccount\b[^.]{0,60}\bsuspended\b|insufficient (?:(?:account )?balance|credits?\b)|balance is insufficient"
    r"|used all available credits|no remaining credits"
    r"|monthly spend(?:ing)? limit"
    r"|used up your (?:daily )?free allocation|账户已欠费|余额不足",
    re.IGNORECASE,
)
"""The account has no money left, or is closed for it, where no word says so. Not "exceeded your current quota", which one
vendor says of a quota that comes back within the minute."""
RATE_TEXT = re.compile(r"\brate limit (?:reached|exceeded)|\btoo many requests\b", re.IGNORECASE)
"""A limit, where neither a word nor a status says so."""
BUSY_TEXT = re.compile(r"\bexceeds maximum queue size\b", re.IGNORECASE)
"""The queue is full, though the status blames the request (Triton before it told its codes apart,
github.com/triton-inference-server/server: src/http_server.cc HandleGenerate, read 2026-11-29)."""
TOO_LARGE_TEXT = re.compile(r"request too large", re.IGNORECASE)
"""A rate limit that one request alone exceeds."""
