"""The log of a process: JSON lines on standard error, or lines for a person on a terminal; both without secrets.

Our own lines and those of libraries come through `logging`; one handler writes both and redacts last, so that nothing reaches
the outside past it.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from typing import Any, TextIO

import msgspec

from modelruntime.telemetry.log_event import event_of
from modelruntime.telemetry.options import LogOptions


def is_text(options: LogOptions, out: TextIO) -> bool:
    """Are lines written for a person?"""
    return options.format == "text" or (options.format == "auto" and out.isatty())


def configure_logs(options: LogOptions, stream: TextIO | None = None) -> None:
    """Set up the logging of this process. Again: anew."""
    out = stream or sys.stderr
    handler = logging.StreamHandler(out)
    handler.setFormatter(_for_a_person(out) if is_text(options, out) else JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(options.level.upper())
    logging.getLogger("uvicorn").setLevel(max(root.level, logging.WARNING))  # when it starts and stops, we say ourselves


class JsonLines(logging.Formatter):
    """One object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record."""
        return msgspec.json.encode(event_of(record), enc_hook=_text).decode()


def _for_a_person(out: TextIO) -> logging.Formatter:
    from modelruntime.telemetry.terminal_lines import TerminalLines  # what draws them is large, and a server has no terminal

    return TerminalLines(colors=out.isatty())


_text: Callable[[Any], str] = str
