"""Errors as vendors document them, beside the few that are recorded. What stands behind each row: `documented/row.py`."""

from tests.codecs.documented import hosts, makers, openai, retrieval, speech
from tests.codecs.documented.row import DocumentedError

DOCUMENTED: tuple[DocumentedError, ...] = (
    *openai.ERRORS,
    *hosts.ERRORS,
    *makers.ERRORS,
    *retrieval.ERRORS,
    *speech.ERRORS,
)
