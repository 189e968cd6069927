"""Which modules an import may not bring: YAML, HTTP, databases, web frameworks, arrays, the event loop."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable

from benchmarks.measure import run_python

FORBIDDEN = frozenset(
    {
        "yaml", "ruamel", "tomllib",
        "http", "urllib.request", "aiohttp", "httpx", "requests", "urllib3", "ssl", "socket", "asyncio", "email",
        "sqlite3", "sqlalchemy", "psycopg", "redis",
        "starlette", "fastapi", "uvicorn", "granian",
        "numpy", "onnxruntime", "xllamacpp", "faster_whisper", "quicktok", "tiktoken",
        "opentelemetry", "openai", "anthropic", "pydantic",
    }
)  # fmt: skip


def loaded_after(statement: str) -> list[str]:
    """Every module in a fresh interpreter after the statement, beyond those it starts with."""
<<<<<<< HEAD
    program = f"import sys\nbefore = set(sys.modules)\n{statement}\nnew = set(sys.modules) - before\n"
    program += "import json\nprint(json.dumps(sorted(new)))"
=======
    program = f"import sys; before = set(sys.modules)\n{statement}\nimport json; print(json.dumps(sorted(set(sys.modules) - before)))"
>>>>>>> facts
    loaded: list[str] = json.loads(run_python(sys.executable, ["-c", program]))
    return loaded


def forbidden_of(modules: Iterable[str]) -> list[str]:
    """Those that may not be there, by the name that forbids them."""
    return sorted({name for module in modules for name in FORBIDDEN if module == name or module.startswith(f"{name}.")})
