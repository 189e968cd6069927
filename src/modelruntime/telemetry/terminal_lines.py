"""Lines of the log for a person: aligned, coloured on a terminal."""

from __future__ import annotations

import logging

from structlog.dev import ConsoleRenderer

from modelruntime.telemetry.log_event import event_of


class TerminalLines(logging.Formatter):
    """As structlog draws them."""

    def __init__(self, *, colors: bool) -> None:
        super().__init__()
        self._draw = ConsoleRenderer(colors=colors)

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record, and below it the traceback where there is one."""
        return self._draw(None, record.levelname.lower(), event_of(record))
