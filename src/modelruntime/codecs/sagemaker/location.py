"""Where an endpoint is invoked (https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html and
/API_runtime_InvokeEndpointWithResponseStream.html, read 2026-11-28). Its name stands in the form; the model's name is the
container's, and stands in the body."""

from __future__ import annotations

from urllib.parse import quote

from msgspec.structs import replace

from modelruntime.codecs.operation import Endpoint

WHOLE = "invocations"
STREAMED = "invocations-response-stream"


def located(endpoint: Endpoint, operation: str, how: str = WHOLE) -> Endpoint:
    """The endpoint whose `operation` is at the place where a container is invoked."""
    name = endpoint.credentials.get("sagemaker_endpoint")
    path = f"/endpoints/{quote(name if isinstance(name, str) and name else endpoint.model, safe='')}/{how}"
    profile = replace(endpoint.profile, paths={operation: path, **endpoint.profile.paths})
    return replace(endpoint, profile=profile)
