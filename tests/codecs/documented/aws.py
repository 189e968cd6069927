"""Amazon Bedrock and SageMaker: names and statuses as the service models have them; names stand in a header."""

from typing import Any

from modelruntime.entities.errors import (
    BadRequest,
    InvokeError,
    ModelNotFound,
    RateLimited,
    ServerUnavailable,
    TimedOut,
    Unauthorized,
)
from tests.codecs.documented.row import DocumentedError

BEDROCK = "https://github.com/boto/botocore/tree/develop/botocore/data/bedrock-runtime"
COMMON = "https://docs.aws.amazon.com/bedrock/latest/APIReference/CommonErrors.html"
THROTTLED = "https://github.com/opensearch-project/ml-commons/issues/2429"
SAGEMAKER = "https://github.com/boto/botocore/tree/develop/botocore/data/sagemaker-runtime"


def _answer(
    name: str, status: int, kind: type[InvokeError], *, retryable: bool = False, url: str = BEDROCK, **body: Any
) -> DocumentedError:
    headers = {"x-amzn-errortype": f"{name}:http://internal.amazon.com/coral/com.amazon.bedrock/"}
    vendor = "sagemaker" if url == SAGEMAKER else "bedrock"
    return DocumentedError(vendor, url, "page", status, body or {"message": "It failed."}, kind, retryable, name, headers)


def _frame(name: str, kind: type[InvokeError], *, retryable: bool = False, url: str = BEDROCK) -> DocumentedError:
    vendor = "sagemaker" if url == SAGEMAKER else "bedrock"
    return DocumentedError(vendor, url, "page", 200, {"message": "It failed."}, kind, retryable, name, where="frame")


ERRORS: tuple[DocumentedError, ...] = (
    _answer("UnrecognizedClientException", 403, Unauthorized, url=COMMON, Message="The security token included is invalid."),
    _answer("AccessDeniedException", 403, Unauthorized),
    _answer("ExpiredTokenException", 403, Unauthorized, url=COMMON),
    DocumentedError(
        "bedrock", COMMON, "page+shape", 403, {"__type": "com.amazon.coral.service#AccessDeniedException", "Message": "No."},
        Unauthorized, False, "AccessDeniedException",
    ),
    _answer("ValidationException", 400, BadRequest),
    _answer("ValidationException", 400, ModelNotFound, message="The provided model identifier is invalid."),
    _answer("ResourceNotFoundException", 404, ModelNotFound),
    _answer("ThrottlingException", 429, RateLimited, retryable=True),
    _answer("ModelNotReadyException", 429, RateLimited, retryable=True),
    _answer("ModelTimeoutException", 408, TimedOut, retryable=True),
    _answer("ModelErrorException", 424, ServerUnavailable, retryable=True, message="It failed.", resourceName="m"),
    _answer("ModelErrorException", 424, BadRequest, message="It failed.", originalStatusCode=400),
    _answer("InternalServerException", 500, ServerUnavailable, retryable=True),
    _answer("ServiceUnavailableException", 503, ServerUnavailable, retryable=True),
    _frame("throttlingException", RateLimited, retryable=True),
    _frame("validationException", BadRequest),
    _frame("modelStreamErrorException", ServerUnavailable, retryable=True),
    _frame("internalServerException", ServerUnavailable, retryable=True),
    _frame("serviceUnavailableException", ServerUnavailable, retryable=True),
    _answer("ValidationError", 400, BadRequest, url=SAGEMAKER, Message="Endpoint of account not found."),
    DocumentedError(
        "sagemaker", THROTTLED, "report", 400, {"message": None}, RateLimited, True, "ThrottlingException",
        {"x-amzn-errortype": "ThrottlingException"},
    ),
    _answer("ModelError", 424, ServerUnavailable, retryable=True, url=SAGEMAKER, Message="It failed.", OriginalStatusCode=500),
    _answer("ModelError", 424, BadRequest, url=SAGEMAKER, Message="It failed.", OriginalStatusCode=400, OriginalMessage="no"),
    _answer("InternalDependencyException", 530, ServerUnavailable, retryable=True, url=SAGEMAKER),
    _frame("ModelStreamError", ServerUnavailable, retryable=True, url=SAGEMAKER),
    _frame("InternalStreamFailure", ServerUnavailable, retryable=True, url=SAGEMAKER),
)  # fmt: skip
