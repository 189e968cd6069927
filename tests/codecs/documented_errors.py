"""Errors as vendors document them, beside the few that are recorded. What stands behind each row: `documented/row.py`."""

from tests.codecs.documented import (
    aws,
    clouds,
    further_hosts,
    further_makers,
    gateways,
    google,
    hosts,
    in_stream,
    makers,
    more_hosts,
    more_makers,
    open_servers,
    openai,
    own_packages,
    own_servers,
    reported_hosts,
    retrieval,
    speech,
)
from tests.codecs.documented.row import DocumentedError

DOCUMENTED: tuple[DocumentedError, ...] = (
    *openai.ERRORS,
    *hosts.ERRORS,
    *makers.ERRORS,
    *google.ERRORS,
    *retrieval.ERRORS,
    *own_servers.ERRORS,
    *clouds.ERRORS,
    *aws.ERRORS,
    *speech.ERRORS,
    *more_makers.ERRORS,
    *more_hosts.ERRORS,
    *open_servers.ERRORS,
    *in_stream.ERRORS,
    *own_packages.ERRORS,
    *further_makers.ERRORS,
    *gateways.ERRORS,
    *further_hosts.ERRORS,
    *reported_hosts.ERRORS,
)
