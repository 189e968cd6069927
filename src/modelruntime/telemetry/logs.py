"""The log of a process: JSON lines on standard error, or lines for a person on a terminal; both without secrets.

Our own lines come through structlog, those of libraries through `logging`; one handler writes both and redacts last, so that
nothing reaches the outside past it.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any, TextIO

import msgspec
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from modelruntime.runtime.redaction import redact, redacted
from modelruntime.telemetry.options import LogOptions

_PLAIN = frozenset({"event", "level", "logger", "timestamp", "exception"})


def is_text(options: LogOptions, out: TextIO) -> bool:
    """Are lines written for a person?"""
    return options.format == "text" or (options.format == "auto" and out.isatty())


def configure_logs(options: LogOptions, stream: TextIO | None = None) -> None:
    """Set up the logging of this process. Again: anew."""
    out = stream or sys.stderr
    as_text = is_text(options, out)
    render: Processor = structlog.dev.ConsoleRenderer(colors=out.isatty()) if as_text else _as_json
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        add_trace,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder()],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                redact_event,
                render,
            ],
        )
    )
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(options.level.upper())
    logging.getLogger("uvicorn").setLevel(max(root.level, logging.WARNING))  # when it starts and stops, we say ourselves


def redact_event(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """The last processor before the renderer: no value passes it as it came."""
    return {
        redact(name): redact(value) if name in _PLAIN and isinstance(value, str) else _shown(name, value)
        for name, value in event.items()
    }


def add_trace(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """The ids of the trace and span under which the line was written, where there is one."""
    found = trace_ids()
    if found is not None:
        event["trace_id"], event["span_id"] = found
    return event


def trace_ids() -> tuple[str, str] | None:
    """Those of the trace and span that are under way."""
    api = sys.modules.get("opentelemetry.trace")
    if api is None:
        return None
    found = api.get_current_span().get_span_context()
    return (f"{found.trace_id:032x}", f"{found.span_id:016x}") if found.is_valid else None


def _shown(name: str, value: Any) -> Any:
    whole: Mapping[str, Any] = redacted({name: value})
    return next(iter(whole.values()))


def _as_json(logger: WrappedLogger, method: str, event: MutableMapping[str, Any]) -> str:
    return msgspec.json.encode(event, enc_hook=_text).decode()


_text: Callable[[Any], str] = str
