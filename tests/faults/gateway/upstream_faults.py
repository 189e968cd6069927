"""Rows of the matrix in which the vendor of a chat model misbehaves."""

from __future__ import annotations

from tests.faults.gateway.connecting_faults import BREAKING, CONNECTING
from tests.faults.gateway.fault import Fault
from tests.faults.gateway.reading_faults import READING
from tests.faults.gateway.refusing_faults import REFUSING

FAULTS: tuple[Fault, ...] = (*CONNECTING, *BREAKING, *READING, *REFUSING)
