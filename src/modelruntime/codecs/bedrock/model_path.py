"""Which model, at which of the vendor's services.

Inference profiles: https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html; hosts and partitions:
https://docs.aws.amazon.com/general/latest/gr/bedrock.html (read 2026-11-28).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from modelruntime.codecs.operation import Endpoint
from modelruntime.entities.errors import ParameterInvalid

CROSS_REGION = "cross-region"
"""The parameter that says through which inference profile a foundation model is called."""
_NAMED = {"global": "global", "japan": "jp", "australia": "au"}
_AREAS = {"us-gov": "us-gov", "us": "us", "ca": "us", "eu": "eu", "ap": "apac"}
"""Beginning of a region → the prefix of its geographic profiles."""
_PREFIXED = re.compile(r"(us-gov|us|eu|apac|ap|jp|au|ca|sa|global)\.(?=[a-z0-9-]+\.)")
_SERVICE = re.compile(r"^(https?://)bedrock-runtime((?:-fips)?\.)")
_PARTITIONS = {"us-gov-": "aws-us-gov", "cn-": "aws-cn"}


def through_profile(endpoint: Endpoint, parameters: Mapping[str, Any]) -> tuple[Endpoint, dict[str, Any]]:
    """The endpoint whose model is the inference profile that `cross-region` asks for, and the other parameters. An ARN, and an
    id that is a profile's already, stays as it is.

    Raises `ParameterInvalid` for a word that names no profile, and for a region that has no geographic one.
    """
    rest = dict(parameters)
    wanted = rest.pop(CROSS_REGION, None)
    model = endpoint.model
    if wanted in (None, "", "disabled") or model.startswith("arn:") or _PREFIXED.match(model):
        return endpoint, rest
    return replace(endpoint, model=f"{_prefix(str(wanted), endpoint)}.{model}"), rest


def base_model(model: str) -> str:
    """The foundation model of a geographic profile's id."""
    return _PREFIXED.sub("", model, count=1) if _PREFIXED.match(model) else model


def model_arn(endpoint: Endpoint) -> str:
    """The ARN of the endpoint's foundation model; one that is an ARN stays as it is. Raises `ParameterInvalid` without a region."""
    if endpoint.model.startswith("arn:"):
        return endpoint.model
    region = _region(endpoint)
    partition = next((name for beginning, name in _PARTITIONS.items() if region.startswith(beginning)), "aws")
    return f"arn:{partition}:bedrock:{region}::foundation-model/{base_model(endpoint.model)}"


def at_service(endpoint: Endpoint, service: str) -> Endpoint:
    """The endpoint at another of the vendor's services. An address that is not the vendor's own (a proxy, a test) serves all."""
    return replace(endpoint, base_url=_SERVICE.sub(rf"\g<1>{service}\g<2>", endpoint.base_url))


def _prefix(wanted: str, endpoint: Endpoint) -> str:
    if found := _NAMED.get(wanted):
        return found
    if wanted != "geographic":
        known = ", ".join(("disabled", "geographic", *_NAMED))
        raise ParameterInvalid(f"{CROSS_REGION} is one of {known}, not {wanted!r}", field=CROSS_REGION, model=endpoint.model)
    region = _region(endpoint)
    area = next((area for beginning, area in _AREAS.items() if region.startswith(beginning + "-")), None)
    if area is None:
        raise ParameterInvalid(
            f"the region {region} has no geographic inference profiles", field=CROSS_REGION, model=endpoint.model
        )
    return area


def _region(endpoint: Endpoint) -> str:
    region = endpoint.credentials.get("aws_region")
    if not isinstance(region, str) or not region:
        raise ParameterInvalid(
            "aws_region is missing: the model is named with its region", field="aws_region", model=endpoint.model
        )
    return region
