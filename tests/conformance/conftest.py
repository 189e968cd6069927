"""The clock of the runtime's tests: back-off is policy, and is not sat out here."""

from tests.runtime.conftest import clock

__all__ = ["clock"]
