"""A multipart form with one file (RFC 7578), parsed as it comes; a large file waits on disk until it is sent on."""

from __future__ import annotations

import asyncio
from tempfile import SpooledTemporaryFile
from typing import IO, Any

import msgspec

from modelruntime.gateway.asgi import Fields, Receive
from modelruntime.gateway.body import ClientGone
from modelruntime.gateway.limits import EdgeLimits
from modelruntime.gateway.refused import refused


class Upload(msgspec.Struct):
    """The form's file, and its other fields; a name that comes twice, or ends with `[]`, is a list."""

    file: IO[bytes]
    """At its beginning, on disk where it is large; whoever got it closes it."""
    size: int = 0
    """Bytes of the file."""
    filename: str = "audio"
    fields: dict[str, Any] = {}


_FIELD_LIMIT = 2**20
_MEMORY = 2**20
"""Bytes of a file that stay in memory while it comes; the rest waits on disk, so that slow clients hold none."""


async def read_upload(fields: Fields, receive: Receive, limits: EdgeLimits) -> Upload:
    """Raises `Refused` (400, 408, 413) and `ClientGone`."""
    from python_multipart.multipart import MultipartParser, parse_options_header

    kind, options = parse_options_header(fields.get(b"content-type", b""))
    if kind != b"multipart/form-data" or b"boundary" not in options:
        raise refused(400, "invalid_request", "content-type must be multipart/form-data with a boundary")
    form = _Form(limits)
    parser = MultipartParser(options[b"boundary"], form.callbacks(), max_size=limits.upload_bytes + _FIELD_LIMIT)
    declared = fields.get(b"content-length")
    size = int(declared) if declared is not None and declared.isdigit() else 0
    seconds = limits.body_seconds * (1 + size / (8 * 2**20))
    try:
        async with asyncio.timeout(seconds):
            await _feed(parser, receive)
        return form.whole()
    except BaseException as error:
        form.upload.file.close()
        if isinstance(error, TimeoutError):
            raise refused(408, "request_timeout", f"the upload was not here after {seconds:g} s") from error
        if isinstance(error, ValueError):
            raise refused(400, "invalid_request", f"the form cannot be read: {str(error)[:200]}") from error
        raise


async def _feed(parser: Any, receive: Receive) -> None:
    while True:
        event = await receive()
        if event["type"] == "http.disconnect":
            raise ClientGone
        parser.write(event.get("body", b""))
        if not event.get("more_body", False):
            parser.finalize()
            return


class _Form:
    """Collects what the parser tells."""

    def __init__(self, limits: EdgeLimits) -> None:
        self.upload = Upload(SpooledTemporaryFile(_MEMORY))  # noqa: SIM115 (its reader closes it)
        self._limits = limits
        self._value = bytearray()
        self._headers: dict[bytes, bytes] = {}
        self._name = self._header = b""
        self._header_value = b""
        self._is_file = False

    def whole(self) -> Upload:
        """The form, once all of it came. Raises `Refused` where it has no file."""
        self.upload.size = self.upload.file.tell()
        if not self.upload.size:
            raise refused(400, "invalid_request", "the form has no file, or an empty one", "file")
        self.upload.file.seek(0)
        return self.upload

    def callbacks(self) -> Any:
        """What `MultipartParser` calls."""
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._on_header,
            "on_header_value": self._on_header_value,
            "on_header_end": self._end_header,
            "on_headers_finished": self._headers_done,
            "on_part_data": self._data,
            "on_part_end": self._end,
        }

    def _begin(self) -> None:
        self._headers, self._value, self._is_file = {}, bytearray(), False

    def _on_header(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._header_value += data[start:end]

    def _end_header(self) -> None:
        self._headers[self._header.lower()] = self._header_value
        self._header = self._header_value = b""

    def _headers_done(self) -> None:
        from python_multipart.multipart import parse_options_header

        _, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        self._name = options.get(b"name", b"")
        if b"filename" in options:
            self._is_file = True
            self.upload.filename = options[b"filename"].decode("utf-8", "replace").replace("\\", "/").rpartition("/")[2] or "audio"

    def _data(self, data: bytes, start: int, end: int) -> None:
        size, limit = (self.upload.file.tell(), self._limits.upload_bytes) if self._is_file else (len(self._value), _FIELD_LIMIT)
        if size + end - start <= limit:
            (self.upload.file.write if self._is_file else self._value.extend)(data[start:end])
        else:
            raise refused(
                413, "request_too_large", f"the {'file' if self._is_file else 'field'} is larger than {limit // 2**20} MiB"
            )

    def _end(self) -> None:
        if self._is_file:
            return
        name, value = self._name.decode("utf-8", "replace"), self._value.decode("utf-8", "replace")
        key = name.removesuffix("[]")
        if key in self.upload.fields or name.endswith("[]"):
            held = self.upload.fields.get(key, [])
            self.upload.fields[key] = [*(held if isinstance(held, list) else [held]), value]
        else:
            self.upload.fields[key] = value
