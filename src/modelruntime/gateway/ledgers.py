"""One record for several ledgers."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from modelruntime.gateway.contract import Ledger
from modelruntime.runtime.call_record import CallRecord

log = logging.getLogger("modelruntime.gateway")


class Ledgers:
    """Each gets every record, in this order; one that fails is logged and takes nothing from the others."""

    def __init__(self, ledgers: Sequence[Ledger]) -> None:
        self._ledgers = tuple(ledgers)

    def settle(self, record: CallRecord) -> None:
        """A call is over."""
        for ledger in self._ledgers:
            try:
                ledger.settle(record)
            except Exception:
                log.exception("a ledger failed for the call %s", record.id)
