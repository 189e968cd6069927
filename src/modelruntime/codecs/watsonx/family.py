"""What every operation shares: `model_id`, and the project or space that pays.

The wire is that of the package `ibm-watsonx-ai` 1.8.1 (read 2026-11-28). The query's `version`, a date, is the profile's.
"""

from __future__ import annotations

from typing import Any

import msgspec

from modelruntime.codecs.json_value import as_array, as_object
from modelruntime.codecs.operation import Endpoint
from modelruntime.entities.errors import CredentialsInvalid

JSON = dict[str, Any]
PROJECT, SPACE = "project_id", "space_id"
"""Variables of the form, and the fields they fill."""


def scope_of(endpoint: Endpoint) -> JSON:
    """The project, else the space. Raises `CredentialsInvalid` where the form names neither."""
    for name in (PROJECT, SPACE):
        if value := endpoint.credentials.get(name):
            return {name: value}
    raise CredentialsInvalid(f"{PROJECT} is missing: fill it in, or {SPACE}", field=PROJECT, provider=endpoint.provider)


def scoped(endpoint: Endpoint) -> Endpoint:
    """The endpoint whose profile puts the scope into every body, and calls the model as it is called here."""
    profile = endpoint.profile
    constants = {**profile.constants, **scope_of(endpoint)}
    renamed = {"model": "model_id", **profile.rename}
    return msgspec.structs.replace(endpoint, profile=msgspec.structs.replace(profile, constants=constants, rename=renamed))


def told_error(body: JSON) -> JSON:
    """An error under the name that is looked for: `{"errors": [{"code": …, "message": …}], "status_code": 400}`; any other body
    as it is."""
    errors = as_array(body.get("errors"))
    if not errors:
        return body
    status = body.get("status_code")
    return {"error": {**as_object(errors[0]), **({"status": status} if isinstance(status, int) else {})}}
