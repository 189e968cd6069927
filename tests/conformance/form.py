"""A form as a simulator reads it."""

from __future__ import annotations

from email.parser import BytesParser

from tests.conformance.exchange import Seen


def fields_of(seen: Seen) -> list[tuple[str, str]]:
    """The fields without the files, in order."""
    return [(name, data.decode()) for name, filename, data in _parts(seen) if filename is None]


def files_of(seen: Seen) -> dict[str, bytes]:
    """The files by the names of their fields."""
    return {name: data for name, filename, data in _parts(seen) if filename is not None}


def _parts(seen: Seen) -> list[tuple[str, str | None, bytes]]:
    head = f"content-type: {seen.headers['content-type']}\r\n\r\n".encode()
    upload = BytesParser().parsebytes(head + seen.body)
    found: list[tuple[str, str | None, bytes]] = []
    for part in upload.walk():
        name, data = part.get_param("name", header="content-disposition"), part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(data, bytes):
            found.append((name, part.get_filename(), data))
    return found
