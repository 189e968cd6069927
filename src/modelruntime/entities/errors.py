"""Everything modelruntime raises on purpose, as one tree.

    ModelRuntimeError
    ├── InvokeError                    a call failed; carries provider, model, status, code, request id, …
    │   ├── ConnectionFailed           no answer: refused, DNS, TLS, reset before the first byte
    │   ├── ServerUnavailable          HTTP 5xx, 529, or an engine that is overloaded
    │   ├── RateLimited                HTTP 429; `retry_after` in seconds where the vendor says so
    │   ├── Unauthorized               HTTP 401, 402, 403: the key is wrong, has no rights or no credit
    │   ├── BadRequest                 HTTP 400, 413, 422: the same request will fail again
    │   │   ├── ContextLengthExceeded  the prompt is longer than the model takes
    │   │   ├── ContentFiltered        the vendor refused the content
    │   │   └── ModelNotFound          HTTP 404, or a model that nobody declares
    │   ├── TimedOut                   connect, first byte, idle or the whole call took too long; HTTP 408, 504
    │   └── StreamIncomplete           the stream ended before its family's terminal fact
    ├── CredentialsInvalid             a credential form is incomplete or a probe refused it; `field` names the variable
    ├── ParameterInvalid               a call's parameter or input breaks its rule; `field` names it
    └── DeclarationInvalid             a provider or model declaration cannot be used; `problems` lists file, line, message

Status decides first, the body second: a 500 that speaks of "policy" is an outage, not a content filter.
"""

from __future__ import annotations

from typing import Any


class ModelRuntimeError(Exception):
    """Root of the tree. `str(error)` is one sentence that is safe to show: no secret, no raw body."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class InvokeError(ModelRuntimeError):
    """A call to a model failed.

    Attributes: `provider`, `model` (ids, None when unknown), `status` (HTTP, None when there was no answer),
    `code` (the vendor's own word), `request_id`, `retry_after` (seconds), `retryable` (may the same call be sent
    again, here or elsewhere), `raw` (body as received; may hold vendor text: do not log it).
    """

    retryable_by_default = False

    def __init__(
        self,
        message: str,
        *,
        provider: str | None = None,
        model: str | None = None,
        status: int | None = None,
        code: str | None = None,
        request_id: str | None = None,
        retry_after: float | None = None,
        retryable: bool | None = None,
        raw: bytes | None = None,
    ) -> None:
        super().__init__(message)
        self.provider = provider
        self.model = model
        self.status = status
        self.code = code
        self.request_id = request_id
        self.retry_after = retry_after
        self.retryable = self.retryable_by_default if retryable is None else retryable
        self.raw = raw

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.message, {k: v for k, v in vars(self).items() if k != "message"})


class ConnectionFailed(InvokeError):
    """Nobody answered: connection refused, name not found, TLS failure, reset before the first byte."""

    retryable_by_default = True


class ServerUnavailable(InvokeError):
    """The vendor answered that it cannot serve now (HTTP 5xx, 529), or broke HTTP."""

    retryable_by_default = True


class RateLimited(InvokeError):
    """Too many requests or tokens (HTTP 429). `retry_after` holds seconds where the vendor gave them."""

    retryable_by_default = True


class Unauthorized(InvokeError):
    """The credentials were refused, lack a permission, or have no credit (HTTP 401, 402, 403)."""


class BadRequest(InvokeError):
    """The vendor refused this request and would refuse it again (HTTP 400, 413, 422, …)."""


class ContextLengthExceeded(BadRequest):
    """The prompt, or prompt plus answer, is longer than the model's context."""


class ContentFiltered(BadRequest):
    """The vendor's content policy refused the input."""


class ModelNotFound(BadRequest):
    """No such model or endpoint: at the vendor (HTTP 404), or in the declarations."""


class TimedOut(InvokeError):
    """A timeout or the call's deadline passed; also HTTP 408 and 504."""

    retryable_by_default = True


class StreamIncomplete(InvokeError):
    """The stream ended before its terminal fact. What came before was delivered, it is just not whole."""

    retryable_by_default = True


class CredentialsInvalid(ModelRuntimeError):
    """Credentials do not satisfy their form, or the vendor refused them when probed.

    `field` is the form variable to mend (None when no single one is at fault), `cause` the vendor's error if asked.
    """

    def __init__(self, message: str, *, field: str | None = None, provider: str | None = None) -> None:
        super().__init__(message)
        self.field = field
        self.provider = provider

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.message, {"field": self.field, "provider": self.provider})


class ParameterInvalid(ModelRuntimeError):
    """A parameter or an input of a call breaks its rule. `field` names it."""

    def __init__(self, message: str, *, field: str | None = None, model: str | None = None) -> None:
        super().__init__(message)
        self.field = field
        self.model = model

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.message, {"field": self.field, "model": self.model})


class FamilyOnly(ParameterInvalid):
    """Words that one family of vendors understands and that mean nothing to any other."""


class DeclarationInvalid(ModelRuntimeError):
    """A declaration cannot be used. `problems` is a tuple of sentences, each with its file and line."""

    def __init__(self, message: str, problems: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.problems = problems

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.message, {"problems": self.problems})


def _rebuild(kind: type[ModelRuntimeError], message: str, state: dict[str, Any]) -> ModelRuntimeError:
    """Pickle support: errors cross process borders with their facts."""
    error = kind(message)
    vars(error).update(state)
    return error
