"""Types of fields that several bodies and queries share, with their bounds."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=256)]
"""Of a provider, a model, anything kept."""
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
Text = Annotated[str, msgspec.Meta(max_length=2000)]
Whole = Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]
"""A count that fits into every database."""
Stamp = Annotated[float, msgspec.Meta(ge=0, le=2**40)]
"""Seconds since the epoch."""
PageSize = Annotated[int, msgspec.Meta(ge=1, le=500)]
Values = dict[str, Any]
"""A filled form."""
