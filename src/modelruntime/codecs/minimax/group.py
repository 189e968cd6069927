"""The group of an account, which older keys want in the query
(https://github.com/langgenius/dify-official-plugins/tree/main/models/minimax, read 2026-11-28)."""

from __future__ import annotations

from modelruntime.codecs.json_value import as_text
from modelruntime.codecs.openai.request import endpoint_url
from modelruntime.codecs.operation import Endpoint
from modelruntime.codecs.query_text import with_query


def group_url(endpoint: Endpoint, operation: str, path: str) -> str:
    """The URL of an operation, with the group where the credentials name one (`minimax_group_id`)."""
    group = as_text(endpoint.credentials.get("minimax_group_id")) or None
    return with_query(endpoint_url(endpoint, operation, path), {"GroupId": group})
