"""A string that does not show itself."""

from __future__ import annotations


class Secret:
    """A credential value. `repr`, `str`, formatting and JSON show a mask; only `reveal()` gives the value.

    Equal to another `Secret` of the same value and never to a plain string. Pickles with its value: a worker process
    of the same user needs it.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The value itself. Call it where the value goes on the wire, nowhere else."""
        return self._value

    def __repr__(self) -> str:
        return "Secret('****')"

    def __str__(self) -> str:
        return "****"

    def __format__(self, spec: str) -> str:
        return format("****", spec)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __bool__(self) -> bool:
        return bool(self._value)

    def __len__(self) -> int:
        return len(self._value)

    def __reduce__(self) -> tuple[type[Secret], tuple[str]]:
        return Secret, (self._value,)


def reveal(value: object) -> object:
    """The value of a `Secret`; anything else as it is."""
    return value.reveal() if isinstance(value, Secret) else value
