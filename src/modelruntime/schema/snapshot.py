"""All declarations in one immutable file, decoded on demand.

    offset  bytes  what
    0       8      magic, `MRSNAP` and the format version as two digits
    8       4      length of the index, big endian
    12      16     BLAKE2b of the index
    28      …      index (msgpack): content digest, problems, one row a provider
    …       …      bodies (msgpack), one a provider and one a model, each with its CRC-32 in the index

A provider's row holds its models' ids and places as a nested, still undecoded value, so that opening costs one small
decode however many models there are, and the first model one more. Decimals travel as text and stay exact.
"""

from __future__ import annotations

import hashlib
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import msgspec

from modelruntime.entities.errors import DeclarationInvalid
from modelruntime.schema.model import ModelSchema
from modelruntime.schema.problem import Problem
from modelruntime.schema.provider import ProviderSchema

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from modelruntime.schema.declaration import Declaration

FORMAT_VERSION = 1
_MAGIC = b"MRSNAP%02d" % FORMAT_VERSION
_HEADER = 28

Decoded = TypeVar("Decoded")


class Place(msgspec.Struct, frozen=True, array_like=True):
    """Where a body lies, counted from the end of the index."""

    offset: int
    length: int
    crc: int


class ProviderRow(msgspec.Struct, frozen=True, array_like=True):
    """A provider, or an overlay (`schema` is None), in the index."""

    provider: str
    schema: Place | None
    models: msgspec.Raw
    """`{model type: {model id: Place}}`, in position order."""
    file: str = ""
    line: int = 0
    """Where it is declared, for messages."""


class _Index(msgspec.Struct, frozen=True, array_like=True):
    digest: bytes
    problems: msgspec.Raw
    providers: tuple[ProviderRow, ...]


ModelPlaces = dict[str, dict[str, Place]]

_encoder = msgspec.msgpack.Encoder()
_index_decoder = msgspec.msgpack.Decoder(_Index)
_places_decoder = msgspec.msgpack.Decoder(ModelPlaces)
_provider_decoder = msgspec.msgpack.Decoder(ProviderSchema)
_model_decoder = msgspec.msgpack.Decoder(ModelSchema)


def compile_snapshot(declarations: Iterable[Declaration], problems: Sequence[Problem] = (), base: Path | None = None) -> bytes:
    """The file's bytes: the same declarations give the same bytes.

    Folders of providers below `base` are kept relative to it, so that the file may move together with them.
    """
    bodies = bytearray()

    def place(value: object) -> Place:
        body = _encoder.encode(value)
        bodies.extend(body)
        return Place(len(bodies) - len(body), len(body), zlib.crc32(body))

    rows: list[ProviderRow] = []
    for declaration in declarations:
        schema = declaration.schema and _moved(declaration.schema, base)
        places: ModelPlaces = {}
        for model in declaration.models:
            places.setdefault(model.model_type, {})[model.model] = place(model)
        raw_places = msgspec.Raw(_encoder.encode(places))
        where = declaration.file, declaration.line
        rows.append(ProviderRow(declaration.provider, place(schema) if schema else None, raw_places, *where))
    raw_problems = msgspec.Raw(_encoder.encode(tuple(problems)))
    index = _Index(b"", raw_problems, tuple(rows))
    digest = hashlib.sha256(_encoder.encode(index) + bytes(bodies)).digest()
    encoded = _encoder.encode(msgspec.structs.replace(index, digest=digest))
    header = _MAGIC + len(encoded).to_bytes(4, "big") + _checksum(encoded)
    return header + encoded + bytes(bodies)


def _moved(schema: ProviderSchema, base: Path | None) -> ProviderSchema:
    if base is None or schema.folder is None or not Path(schema.folder).is_relative_to(base):
        return schema
    return msgspec.structs.replace(schema, folder=Path(schema.folder).relative_to(base).as_posix())


def _checksum(index: bytes | memoryview) -> bytes:
    return hashlib.blake2b(index, digest_size=16).digest()


class Snapshot:
    """A compiled file, opened. Raises `DeclarationInvalid` for another format version or a damaged file, when opened or,
    for a damaged body, when that body is read."""

    def __init__(self, content: bytes, base: Path | None = None) -> None:
        if content[:6] != _MAGIC[:6]:
            raise DeclarationInvalid("this is no compiled snapshot of declarations; compile it anew")
        if content[6:8] != _MAGIC[6:]:
            raise DeclarationInvalid(f"the snapshot has another format version than {FORMAT_VERSION}; compile it anew")
        end = _HEADER + int.from_bytes(content[8:12], "big")
        view = memoryview(content)
        if len(content) < end or _checksum(view[_HEADER:end]) != content[12:_HEADER]:
            raise DeclarationInvalid("the snapshot is damaged; compile it anew")
        self._index = _index_decoder.decode(view[_HEADER:end])
        self._bodies = view[end:]
        self._base = base
        self._places: dict[int, ModelPlaces] = {}

    @property
    def digest(self) -> str:
        """SHA-256 of the content, as hexadecimal text."""
        return self._index.digest.hex()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What was found while compiling."""
        return msgspec.msgpack.decode(self._index.problems, type=tuple[Problem, ...])

    @property
    def rows(self) -> tuple[ProviderRow, ...]:
        """Providers and overlays in order."""
        return self._index.providers

    def places(self, row: ProviderRow) -> ModelPlaces:
        """`{model type: {model id: Place}}` of a row."""
        found = self._places.get(id(row))  # rows live as long as the snapshot; two may share a provider id
        if found is None:
            found = self._places[id(row)] = _places_decoder.decode(row.models)
        return found

    def provider(self, row: ProviderRow) -> ProviderSchema | None:
        """The provider of a row, None for an overlay. Its folder is absolute."""
        if row.schema is None:
            return None
        schema = self._decode(row.schema, _provider_decoder)
        if schema.folder is None or self._base is None:
            return schema
        return msgspec.structs.replace(schema, folder=str(self._base / schema.folder))

    def model(self, place: Place) -> ModelSchema:
        """The model at that place."""
        return self._decode(place, _model_decoder)

    def _decode(self, place: Place, decoder: msgspec.msgpack.Decoder[Decoded]) -> Decoded:
        body = self._bodies[place.offset : place.offset + place.length]
        if len(body) != place.length or zlib.crc32(body) != place.crc:
            raise DeclarationInvalid("the snapshot is damaged; compile it anew")
        return decoder.decode(body)
