"""What hosts answered when somebody tried them without a key, or with a wrong one, and wrote it down beside what the hosts' own
pages say of statuses. Read 2026-11-29."""

from typing import Any

from modelruntime.entities.errors import BadRequest, ModelNotFound, RateLimited, ServerUnavailable, Unauthorized
from tests.codecs.documented.row import DocumentedError, errors_of, statuses_of

TRIED = "github.com/juspay/neurolink: src/lib/providers/catalog/{}"
QUOTED = "{} (as quoted in github.com/juspay/neurolink: src/lib/providers/catalog/{})"
NEBIUS = QUOTED.format("docs.tokenfactory.nebius.com/api-reference/inference/create-chat-completion", "nebius.json")
REKA = QUOTED.format("docs.reka.ai/errors.md", "reka.json")
VULTR = QUOTED.format("api.vultrinference.com", "vultr-inference.json")
OVHCLOUD = QUOTED.format("docs.ovhcloud.com/en/guides/public-cloud/ai-machine-learning", "ovhcloud.json")
FRIENDLI = "github.com/api-evangelist/friendliai: errors/friendliai-problem-types.yml"


def _reka(message: str, kind: str) -> dict[str, Any]:
    return {"error": {"message": message, "type": kind, "code": None, "param": None}}


ERRORS: tuple[DocumentedError, ...] = (
    *errors_of(
        "nebius",
        TRIED.format("nebius.json"),
        "report",
        (401, {"detail": "Couldn't authenticate. Reason: token is not present"}, Unauthorized, False),
    ),
    *errors_of(
        "nebius",
        NEBIUS,
        "page+shape",
        (402, {"detail": "The budget of the account is exhausted"}, Unauthorized, False),
        (404, {"detail": "The model `m` does not exist"}, ModelNotFound, False),
        (429, {"detail": "Rate limit exceeded"}, RateLimited, True),
    ),
    *errors_of(
        "reka",
        TRIED.format("reka.json"),
        "report",
        (401, _reka("Unauthorized", "authentication_error"), Unauthorized, False),
    ),
    *errors_of(
        "reka",
        REKA,
        "page+shape",
        (429, _reka("Wait until your rate limit is restored", "rate_limit_error"), RateLimited, True),
        (500, _reka("Retry with backoff", "server_error"), ServerUnavailable, True),
    ),
    *errors_of(
        "vultr",
        TRIED.format("vultr-inference.json"),
        "report",
        (401, {"message": "No API key provided"}, Unauthorized, False),
    ),
    *errors_of("vultr", VULTR, "page+shape", (429, {"message": "Rate limit exceeded"}, RateLimited, True)),
    *statuses_of("ovhcloud", OVHCLOUD, 403),
    *errors_of(
        "friendli",
        TRIED.format("friendli.json"),
        "report",
        (401, {"detail": "Unauthorized. Please provide a valid credential."}, Unauthorized, False),
        (404, {"detail": "Model 'm' not found."}, ModelNotFound, False),
        (422, {"detail": "This model does not support image/video inputs."}, BadRequest, False),
    ),
    *errors_of(
        "friendli",
        FRIENDLI,
        "unverified",
        (429, {"detail": "Rate limit exceeded for the account's usage tier."}, RateLimited, True),
        (500, {"detail": "Unexpected server-side error during inference."}, ServerUnavailable, True),
    ),
    *errors_of(
        "upstage",
        TRIED.format("upstage.json"),
        "unverified",
        # the words are told, not how they lie
        (401, {"error": {"message": "API key is invalid", "code": "invalid_api_key"}}, Unauthorized, False),
    ),
)
