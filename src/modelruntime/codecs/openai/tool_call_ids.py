"""Ids of tool calls: made where a vendor gives none, shaped where a vendor is picky."""

from __future__ import annotations

import re

from modelruntime.schema.profile import Profile

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_NINE = re.compile(r"[0-9A-Za-z]{9}")


def make_id(reply: str, index: int, name: str) -> str:
    """An id for a call that came without one. The same reply gives the same ids; other replies give other ones."""
    from hashlib import blake2b  # loads OpenSSL: only where an id has to be made

    return f"call_{blake2b(f'{reply}/{index}/{name}'.encode(), digest_size=12).hexdigest()}"


def wire_id(tool_call_id: str, profile: Profile) -> str:
    """The id as the endpoint takes it: the same for a call and its result.

    `alphanumeric9`: https://docs.vllm.ai/en/v0.15.0/api/vllm/tool_parsers/mistral_tool_parser/
    (tool call ids are nine letters or digits; read 2026-11-22).
    """
    if profile.tool_call_ids == "any" or _NINE.fullmatch(tool_call_id):
        return tool_call_id
    from hashlib import blake2b

    number = int.from_bytes(blake2b(tool_call_id.encode(), digest_size=8).digest())
    letters: list[str] = []
    for _ in range(9):
        number, digit = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[digit])
    return "".join(letters)
