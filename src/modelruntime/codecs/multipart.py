"""`multipart/form-data` (RFC 7578), names escaped as browsers do
(https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data, unverified).

The boundary is derived from the content: the same call gives the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from typing import Any, cast

import msgspec

from modelruntime.codecs.json_value import is_object
from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.http import HttpRequest
from modelruntime.entities.stored_bytes import FileBody, StoredBytes

_ESCAPES = str.maketrans({'"': "%22", "\r": "%0D", "\n": "%0A"})
_MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+(?:; ?[\w-]+=[\w.-]+)*")


class FormFile(msgspec.Struct, frozen=True):
    """A file of a form."""

    name: str
    filename: str
    media_type: str
    data: bytes | StoredBytes


_MAX_DEPTH = 32


def form_fields(name: str, value: Any, depth: int = 0) -> Iterator[tuple[str, str]]:
    """A parameter as form fields: arrays as `name[]`, objects as `name[key]`, the rest as text; None is left out.

    Raises `ParameterInvalid` for what is no JSON value, or nests deeper than 32 times.
    """
    if value is None:
        return
    if depth > _MAX_DEPTH:
        raise ParameterInvalid(f"{name.partition('[')[0]} nests too deep for a form", field=name.partition("[")[0])
    if isinstance(value, (list, tuple)):
        for item in cast("Sequence[Any]", value):
            yield from form_fields(f"{name}[]", item, depth + 1)
    elif is_object(value):
        for key, item in value.items():
            yield from form_fields(f"{name}[{key}]", item, depth + 1)
    elif isinstance(value, (str, int, float)):
        yield name, ("true" if value else "false") if isinstance(value, bool) else str(value)
    else:
        raise ParameterInvalid(f"{name} holds a value that a form cannot express: {type(value).__name__}", field=name)


def plain_form_fields(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """A parameter as form fields of the plainer kind: an array of plain values as a name repeated, any other array and an object
    as JSON, the rest as text; None is left out.

    Raises `ParameterInvalid` for what is no JSON value.
    """
    items = cast("Sequence[Any]", value) if isinstance(value, (list, tuple)) else None
    if items is not None and all(isinstance(item, (str, int, float)) for item in items):
        for item in items:
            yield from form_fields(name, item)
    elif isinstance(value, (list, tuple, dict)):
        try:
            yield name, msgspec.json.encode(value).decode()
        except (TypeError, ValueError, RecursionError) as cause:
            raise ParameterInvalid(f"{name} holds a value that JSON cannot express: {cause}", field=name) from cause
    else:
        yield from form_fields(name, value)


def form_request(url: str, fields: Iterable[tuple[str, str]], file: FormFile, *headers: tuple[str, str]) -> HttpRequest:
    """A POST of a form: the fields in order, then the file. One that is stored is sent from where it is.

    Raises `ParameterInvalid` for text that UTF-8 cannot express.
    """
    blocks = [
        (_utf8(f'Content-Disposition: form-data; name="{_escape(name)}"\r\n\r\n', name), _utf8(value, name))
        for name, value in fields
    ]
    head = _file_head(file)
    boundary = _boundary([*blocks, (head, file.data)])
    line = b"--" + boundary
    before = b"".join(line + b"\r\n" + start + data + b"\r\n" for start, data in blocks) + line + b"\r\n" + head
    after = b"\r\n" + line + b"--\r\n"
    kind = ("content-type", f"multipart/form-data; boundary={boundary.decode()}")
    if isinstance(file.data, StoredBytes):
        return HttpRequest("POST", url, file_body=FileBody(before, file.data, after)).with_headers(*headers, kind)
    return HttpRequest("POST", url, body=before + file.data + after).with_headers(*headers, kind)


def _file_head(file: FormFile) -> bytes:
    media_type = file.media_type if _MEDIA_TYPE.fullmatch(file.media_type) else "application/octet-stream"
    place = f'Content-Disposition: form-data; name="{_escape(file.name)}"; filename="{_escape(file.filename)}"\r\n'
    return _utf8(f"{place}Content-Type: {media_type}\r\n\r\n", file.name)


def _utf8(text: str, field: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as cause:
        shown = field.encode("ascii", "replace").decode()
        raise ParameterInvalid(f"{shown} holds half a character, which UTF-8 cannot express", field=shown) from cause


def _escape(name: str) -> str:
    return name.translate(_ESCAPES)


def _boundary(blocks: Sequence[tuple[bytes, bytes | StoredBytes]]) -> bytes:
    """Nobody can write a file that holds the digest of itself: what is stored is not searched for it."""
    digest = blake2b(digest_size=16)
    for head, data in blocks:
        digest.update(head)
        for piece in data.pieces() if isinstance(data, StoredBytes) else (data,):
            digest.update(piece)
    boundary = digest.hexdigest().encode()
    while any(boundary in data for _, data in blocks if isinstance(data, bytes)):
        boundary += b"0"
    return boundary
