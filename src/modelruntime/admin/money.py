"""Amounts that somebody typed."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from modelruntime.admin.refusal import refuse

_AT_MOST = Decimal(10) ** 15
_AT_LEAST = Decimal(10) ** -15


def check_amount(value: Any, field: str) -> None:
    """Raises `Refusal` (422) for a decimal, or a text that should be one, which is no ordinary amount from 0."""
    try:
        amount = Decimal(value) if isinstance(value, str) else value
    except InvalidOperation:
        raise refuse(422, "invalid_body", f"{field} is no number", field) from None
    if isinstance(amount, Decimal) and not (amount.is_finite() and (amount == 0 or _AT_LEAST <= amount <= _AT_MOST)):
        raise refuse(422, "invalid_body", f"{field} must be an ordinary amount from 0", field)
