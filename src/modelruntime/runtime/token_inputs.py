"""Inputs that a client sent as token ids, for one target."""

from __future__ import annotations

from functools import partial

from modelruntime.entities.errors import FamilyOnly
from modelruntime.entities.token_ids import TokenIds
from modelruntime.entities.warning import CallWarning
from modelruntime.runtime.effects import Compute, Plan
from modelruntime.runtime.target import Target
from modelruntime.runtime.tokenizers import text_of, tokenizer_name


def takes_token_ids(target: Target, input_type: str | None) -> bool:
    """Does the endpoint understand token ids? An engine does not, nor does a codec that says nothing of it."""
    taking = getattr(target.codec, "takes_token_ids", None)
    return taking is not None and taking(input_type, target.profile)


def spell_out(item: TokenIds, target: Target) -> Plan[str]:
    """The text, by the public tokenizer that the model declares. Raises `FamilyOnly` where it declares none, and for an id that the
    tokenizer does not have."""
    text: str = yield Compute(partial(_text, item, target))
    return text


def spelled_out(target: Target) -> CallWarning:
    """What must be said of ids that became text."""
    name = tokenizer_name(target.schema)
    return CallWarning("mapped", f"token ids were sent to {target.name} as the text that they are in {name}", "input")


def _text(item: TokenIds, target: Target) -> str:
    name = tokenizer_name(target.schema)
    try:
        text = text_of(name, item.ids)
    except LookupError as cause:
        raise _refusal(target, f"{name} does not have all of them") from cause
    if not text:
        raise _refusal(target, "its tokenizer is not known here")
    return text


def _refusal(target: Target, why: str) -> FamilyOnly:
    message = f"input must be text: {target.name} takes no token ids, and {why}"
    return FamilyOnly(message, field="input", model=target.schema.model)
