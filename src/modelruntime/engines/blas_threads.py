"""How many threads numpy's linear algebra uses."""

from __future__ import annotations

from types import TracebackType
from typing import Any


class BlasThreads:
    """Within `with`, matrix products use `threads` threads. The limit is the process's, so it is set as briefly as can be."""

    def __init__(self, threads: int) -> None:
        from threadpoolctl import ThreadpoolController

        self._threads = threads
        self._controller: Any = ThreadpoolController()
        self._limit: Any = None

    def __enter__(self) -> None:
        self._limit = self._controller.limit(limits=self._threads, user_api="blas")
        self._limit.__enter__()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._limit.__exit__(kind, error, trace)
