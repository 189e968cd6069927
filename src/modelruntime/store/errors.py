"""What can go wrong with what is kept. Messages are safe to show and say what to do."""

from __future__ import annotations

from modelruntime.entities.errors import ModelRuntimeError


class StoreError(ModelRuntimeError):
    """Root of the errors of the store."""


class NotThere(StoreError):
    """Nothing is kept under that name or id."""


class NameTaken(StoreError):
    """The name is in use already. `field` names what to change."""

    def __init__(self, message: str, *, field: str = "name") -> None:
        super().__init__(message)
        self.field = field


class NotAllowed(StoreError):
    """What was asked would leave the gateway in a state that nobody can mend, such as without an administrator."""


class StoreUnavailable(StoreError):
    """The database does not answer. It may be asked again after `retry_after` seconds."""

    def __init__(self, message: str, *, retry_after: float = 5.0) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class SchemaUnknown(StoreError):
    """The database was made by a newer version, or is none of ours."""


class KeyMissing(StoreError):
    """The root key `kid` that sealed something is not in the key ring."""

    def __init__(self, message: str, *, kid: str) -> None:
        super().__init__(message)
        self.kid = kid


class SealBroken(StoreError):
    """What was sealed does not open: it was changed, moved to another row, or the key under that name is another one."""


class KeyRingInvalid(StoreError):
    """The root keys cannot be read, or not be changed this way."""
