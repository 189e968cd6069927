"""A file that the vendor already holds."""

from __future__ import annotations

import msgspec


class FileRef(msgspec.Struct, frozen=True, tag="file"):
    """The id of a file uploaded to the vendor that serves the call; ids of another vendor mean nothing to it."""

    id: str
