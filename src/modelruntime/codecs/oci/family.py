"""What every action of the service shares: whose account pays, and which model serves.

The wire is that of the model classes in the package `oci` 2.189.0 (`oci/generative_ai_inference/models`, read 2026-11-28).
"""

from __future__ import annotations

from typing import Any

from modelruntime.codecs.openai.request import endpoint_url, json_request
from modelruntime.codecs.operation import Endpoint
from modelruntime.entities.errors import CredentialsInvalid
from modelruntime.entities.http import HttpRequest

JSON = dict[str, Any]
COMPARTMENT = "compartment_ocid"
"""The variable of the form that names the compartment."""
_DEDICATED = "ocid1.generativeaiendpoint."


def scope_of(endpoint: Endpoint) -> JSON:
    """`compartmentId` and `servingMode`; a model that is the id of an endpoint is served by dedicated machines.

    Raises `CredentialsInvalid` where the form names no compartment.
    """
    compartment: Any = endpoint.credentials.get(COMPARTMENT)
    if not compartment:
        raise CredentialsInvalid(f"{COMPARTMENT} is missing: fill it in", field=COMPARTMENT, provider=endpoint.provider)
    if endpoint.model.startswith(_DEDICATED):
        return {"compartmentId": compartment, "servingMode": {"servingType": "DEDICATED", "endpointId": endpoint.model}}
    return {"compartmentId": compartment, "servingMode": {"servingType": "ON_DEMAND", "modelId": endpoint.model}}


def action_request(endpoint: Endpoint, operation: str, path: str, body: JSON, accept: str = "application/json") -> HttpRequest:
    """A POST of the body within the endpoint's scope. `operation` is the key of `profile.paths`."""
    return json_request(endpoint, endpoint_url(endpoint, operation, path), {**scope_of(endpoint), **body}, accept)


def camel(name: str) -> str:
    """`top_p` → `topP`. A name with capitals is the vendor's own."""
    head, *rest = name.split("_")
    return name if name != name.lower() else head + "".join(word[:1].upper() + word[1:] for word in rest)
