"""What went wrong inside an engine, as a typed error."""

from __future__ import annotations

import re
from copy import copy

from modelruntime.entities.errors import InvokeError, ModelRuntimeError, ServerUnavailable
from modelruntime.schema.model import ModelSchema

QUEUE_FULL = "queue_full"
PACKAGE_MISSING = "package_missing"
LIBRARY_MISSING = "library_missing"
OUT_OF_MEMORY = "out_of_memory"
ENGINE_ERROR = "engine_error"
UNLOADED = "unloaded"

_SHARED_LIBRARY = re.compile(r"(lib[\w.+-]+): cannot open shared object file")
"""What Linux's loader says (glibc's `dlerror`) when a package needs a library that the system does not have."""


def typed_failure(cause: BaseException, schema: ModelSchema) -> ModelRuntimeError:
    """The error to raise for `cause`: a typed one stays what it is and learns provider and model, any other becomes
    `ServerUnavailable` with `cause` attached. Always a new object: one exception must not be raised on two threads."""
    if isinstance(cause, ModelRuntimeError):
        twin = copy(cause)
        if isinstance(twin, InvokeError):
            twin.provider = twin.provider or schema.provider
            twin.model = twin.model or schema.model
        twin.__cause__ = cause
        return twin
    error = _wrapped(cause, schema)
    error.__cause__ = cause
    return error


def unavailable(message: str, schema: ModelSchema, *, code: str, retryable: bool) -> ServerUnavailable:
    """`ServerUnavailable` about this model."""
    return ServerUnavailable(message, provider=schema.provider, model=schema.model, code=code, retryable=retryable)


def _wrapped(cause: BaseException, schema: ModelSchema) -> ServerUnavailable:
    name = f"{schema.provider}/{schema.model}"
    if isinstance(cause, ImportError) and (library := _SHARED_LIBRARY.match(str(cause))):
        return unavailable(
            f"{name} needs the system's library {library[1]}: install it (Debian keeps libgomp.so.1 in the package libgomp1)",
            schema,
            code=LIBRARY_MISSING,
            retryable=False,
        )
    if isinstance(cause, ImportError):
        what = f"the package {cause.name!r}" if cause.name else "a package"
        return unavailable(
            f"{name} needs {what}: run pip install 'modelruntime[local]'", schema, code=PACKAGE_MISSING, retryable=False
        )
    if isinstance(cause, MemoryError):
        return unavailable(
            f"{name} ran out of memory: unload other models or choose a smaller one", schema, code=OUT_OF_MEMORY, retryable=True
        )
    return unavailable(
        f"{name} failed in its engine {schema.engine!r} ({type(cause).__name__}); the cause is attached",
        schema,
        code=ENGINE_ERROR,
        retryable=False,
    )
