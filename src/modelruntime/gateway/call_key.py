"""What makes two calls equal: the same workspace and configuration, the same model, the same words and parameters."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

from modelruntime.gateway.candidates import Candidate

_encode = msgspec.json.Encoder(order="deterministic").encode


def call_key(workspace: str, revision: str, candidate: Candidate, subject: Any) -> bytes | None:
    """The digest of a call; None for one that holds what cannot be written down. `subject` is all that the client said.

    The order of the keys of an object does not count, a field that says nothing but its default does. Another revision of the
    configuration is another key: a name may stand for another endpoint since."""
    reference = candidate.reference
    try:
        text = _encode((workspace, revision, reference.model_type, str(reference), type(subject).__name__, subject))
    except (TypeError, ValueError, RecursionError):
        return None
    return hashlib.sha256(text).digest()
