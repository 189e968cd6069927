"""Warnings of a call as headers: what was dropped, mapped or passed on unchecked must reach a client that reads only them."""

from __future__ import annotations

from collections.abc import Sequence

from modelruntime.entities.warning import CallWarning

NAME = b"x-modelruntime-warning"
AT_MOST = 8


def warning_headers(warnings: Sequence[CallWarning]) -> list[tuple[bytes, bytes]]:
    """One header a warning, `kind; field; sentence`, in ASCII and without line breaks; the last says how many were left out."""
    lines = [_line(warning) for warning in warnings[:AT_MOST]]
    if len(warnings) > AT_MOST:
        lines.append(f"more; ; {len(warnings) - AT_MOST} more warnings")
    return [(NAME, line.encode("ascii", "replace")) for line in lines]


def _line(warning: CallWarning) -> str:
    text = f"{warning.kind}; {warning.field or ''}; {warning.message}"
    return "".join(letter if letter.isprintable() else " " for letter in text)[:300]
