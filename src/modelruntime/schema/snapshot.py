"""All declarations in one immutable file, decoded on demand.

    offset  bytes  what
    0       8      magic, `MRSNAP` and the format version as two digits
    8       4      length of the index, big endian
    12      16     BLAKE2b of the index
    28      …      index (msgpack): content digest, problems, places of what is shared, one row a provider
    …       …      bodies (msgpack), one a provider, a model and a block of shared values, each with its CRC-32 in the index

A provider's row holds its models' ids and places as a nested, still undecoded value, so that opening costs one small
decode however many models there are, and the first model one more. The bodies of its models of a type stand together as an
array, so that all of them are one decode too. A body is what a model has for itself, and the numbers of what it shares
(`shared_values.py`). Decimals travel as text and stay exact.
"""

from __future__ import annotations

import hashlib
import zlib
from collections import deque
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from modelruntime.entities.errors import DeclarationInvalid
from modelruntime.entities.model_type import ModelType
from modelruntime.schema.body import Bodies, Place
from modelruntime.schema.model import ModelSchema
from modelruntime.schema.problem import Problem
from modelruntime.schema.provider import ProviderSchema
from modelruntime.schema.shared_values import COLUMNS, RULES, Gathered, SharedBlocks, SharedRules, SharedValues

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from modelruntime.schema.declaration import Declaration

FORMAT_VERSION = 5
_MAGIC = b"MRSNAP%02d" % FORMAT_VERSION
_HEADER = 28
_ARRAY = b"\xdd"
"""msgpack: an array, whose length follows in four bytes (https://github.com/msgpack/msgpack/blob/master/spec.md, unverified)."""


class ProviderRow(msgspec.Struct, frozen=True, array_like=True):
    """A provider, or an overlay (`schema` is None), in the index."""

    provider: str
    schema: Place | None
    models: msgspec.Raw
    """`{model type: {model id: Place}}`, in position order."""
    file: str = ""
    line: int = 0
    """Where it is declared, for messages."""
    aliases: tuple[str, ...] = ()
    bodies: dict[str, Place] = {}
    """Those of its models, as one array for each type, in the order of `models`."""


class _Index(msgspec.Struct, frozen=True, array_like=True):
    digest: bytes
    problems: msgspec.Raw
    shared: msgspec.Raw
    providers: tuple[ProviderRow, ...]


ModelPlaces = dict[str, dict[str, Place]]
Models = dict[str, dict[str, ModelSchema]]
"""`{model type: {model id: model}}`."""

_Kept = tuple[ModelSchema, list[int]]
"""What a model has for itself, and the number of its value in each of `COLUMNS`."""

_encoder = msgspec.msgpack.Encoder()
_index_decoder = msgspec.msgpack.Decoder(_Index)
_places_decoder = msgspec.msgpack.Decoder(ModelPlaces)
_provider_decoder = msgspec.msgpack.Decoder(ProviderSchema)
_model_decoder = msgspec.msgpack.Decoder(_Kept)
_models_decoder = msgspec.msgpack.Decoder(list[_Kept])
_set = msgspec.structs.force_setattr
_bare = ModelSchema(provider="", model="", model_type=ModelType.LLM)
_BLANK = {name: getattr(_bare, name) for name in COLUMNS}


def compile_snapshot(declarations: Iterable[Declaration], problems: Sequence[Problem] = (), base: Path | None = None) -> bytes:
    """The file's bytes: the same declarations give the same bytes.

    Paths below `base` are kept relative to it, so that the file may move together with what it was made from.
    """
    bodies = _Written()
    rows: list[ProviderRow] = []
    for declaration in declarations:
        schema = declaration.schema
        if schema is not None and schema.folder is not None:
            schema = msgspec.structs.replace(schema, folder=_below(schema.folder, base))
        places, together = _written(declaration.models, bodies)
        raw_places = msgspec.Raw(_encoder.encode(places))
        where = _below(declaration.file, base), declaration.line
        identity = bodies.add(_encoder.encode(schema)) if schema else None
        aliases = schema.aliases if schema else ()
        rows.append(ProviderRow(declaration.provider, identity, raw_places, *where, aliases, together))
    moved = tuple(msgspec.structs.replace(problem, file=_below(problem.file, base)) for problem in problems)
    raw_problems = msgspec.Raw(_encoder.encode(moved))
    index = _Index(b"", raw_problems, msgspec.Raw(_encoder.encode(bodies.blocks())), tuple(rows))
    digest = hashlib.sha256(_encoder.encode(index) + bodies.content).digest()
    encoded = _encoder.encode(msgspec.structs.replace(index, digest=digest))
    header = _MAGIC + len(encoded).to_bytes(4, "big") + _checksum(encoded)
    return header + encoded + bytes(bodies.content)


def _written(models: Sequence[ModelSchema], bodies: _Written) -> tuple[ModelPlaces, dict[str, Place]]:
    """Where each model lies, by type, and where all of a type lie together."""
    by_type: dict[str, dict[str, ModelSchema]] = {}
    for model in models:
        by_type.setdefault(model.model_type, {})[model.model] = model
    places: ModelPlaces = {}
    together: dict[str, Place] = {}
    for kind, named in by_type.items():
        begin = bodies.add(_ARRAY + len(named).to_bytes(4, "big")).offset
        places[kind] = {name: bodies.add(_encoder.encode(bodies.kept(model))) for name, model in named.items()}
        together[kind] = bodies.since(begin)
    return places, together


class _Written:
    """Gathers bodies and tells where each lies."""

    def __init__(self) -> None:
        self.content = bytearray()
        self._columns = {name: Gathered() for name in (*COLUMNS, RULES)}

    def add(self, body: bytes) -> Place:
        self.content += body
        return Place(len(self.content) - len(body), len(body), zlib.crc32(body))

    def since(self, begin: int) -> Place:
        """All that was added since then, as one."""
        return Place(begin, len(self.content) - begin, zlib.crc32(self.content[begin:]))

    def kept(self, model: ModelSchema) -> _Kept:
        """A model as it is written; what it shares is remembered."""
        rules = tuple(self._columns[RULES].number(rule) for rule in model.parameter_rules)
        values = {name: getattr(model, name) for name in COLUMNS} | {"parameter_rules": rules}
        numbers = [self._columns[name].number(value) for name, value in values.items()]
        return msgspec.structs.replace(model, **_BLANK), numbers

    def blocks(self) -> dict[str, tuple[Place, ...]]:
        """Where the shared values lie that were gathered until now."""
        return {name: tuple(map(self.add, column.blocks())) for name, column in self._columns.items()}


def _below(path: str, base: Path | None) -> str:
    """The path relative to `base` where it lies below it."""
    return Path(path).relative_to(base).as_posix() if base is not None and Path(path).is_relative_to(base) else path


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
        self._bodies = Bodies(view[end:])
        self._base = base
        self._places: dict[int, ModelPlaces] = {}
        blocks = SharedBlocks(self._bodies, self._index.shared)
        self._shared = {name: SharedValues(name, blocks) for name in COLUMNS} | {"parameter_rules": SharedRules(blocks)}

    @property
    def digest(self) -> str:
        """SHA-256 of the content, as hexadecimal text."""
        return self._index.digest.hex()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What was found while compiling."""
        found = msgspec.msgpack.decode(self._index.problems, type=tuple[Problem, ...])
        return tuple(msgspec.structs.replace(problem, file=self.locate(problem.file)) for problem in found)

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
        schema = self._bodies.decode(row.schema, _provider_decoder)
        return schema if schema.folder is None else msgspec.structs.replace(schema, folder=self.locate(schema.folder))

    def locate(self, path: str) -> str:
        """A kept path as it is found today."""
        return path if self._base is None else str(self._base / path)

    def model(self, place: Place) -> ModelSchema:
        """The model at that place."""
        (model,) = self._whole([self._bodies.decode(place, _model_decoder)])
        return model

    def models(self, row: ProviderRow) -> Models:
        """All models of a row, in the order of their places."""
        return {
            kind: {model.model: model for model in self._whole(self._bodies.decode(place, _models_decoder))}
            for kind, place in row.bodies.items()
        }

    def _whole(self, kept: list[_Kept]) -> Sequence[ModelSchema]:
        """With what they share; nobody has seen them yet. A column at a time, in C: this runs for every field of thousands."""
        models, numbers = zip(*kept, strict=True)
        for (name, values), column in zip(self._shared.items(), zip(*numbers, strict=True), strict=True):
            deque(map(_set, models, repeat(name), map(values.__getitem__, column)), maxlen=0)
        return models
