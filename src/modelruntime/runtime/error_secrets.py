"""An error without the secrets of the call that failed: a vendor may repeat a key in what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from modelruntime.entities.errors import InvokeError, ModelRuntimeError
from modelruntime.entities.secret import Secret

MASK = "****"
SHORTEST = 4
"""A secret with fewer letters would be found in words that are none."""


def hide_secrets(error: ModelRuntimeError, credentials: Mapping[str, Any]) -> None:
    """Mask every secret of the credentials in the message, code and request id. `raw` stays as it came: nobody may show it."""
    for value in credentials.values():
        if not isinstance(value, Secret) or len(value) < SHORTEST:
            continue
        secret = value.reveal()
        if secret in error.message:
            error.message = error.message.replace(secret, MASK)
            error.args = (error.message,)
        if isinstance(error, InvokeError):
            error.code = error.code.replace(secret, MASK) if error.code else error.code
            error.request_id = error.request_id.replace(secret, MASK) if error.request_id else error.request_id
