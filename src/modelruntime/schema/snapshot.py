"""All declarations in one immutable file, decoded on demand.

    offset  bytes  what
    0       8      magic, `MRSNAP` and the format version as two digits
    8       4      length of the index, big endian
    12      16     BLAKE2b of the index
    28      …      index (msgpack): content digest, problems, places of what is shared, one row a provider
    …       …      bodies (msgpack), one a provider, a model and a shared value, each with its CRC-32 in the index

A provider's row holds its models' ids and places as a nested, still undecoded value, so that opening costs one small
decode however many models there are, and the first model one more. The bodies of its models stand together as an array,
so that all of them are one decode too. Equal parameter rules and equal lists of sources, of
which a fleet has many, are kept once and shared by the models they belong to. Decimals travel as text and stay exact.
"""

from __future__ import annotations

import hashlib
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import msgspec

from modelruntime.entities.errors import DeclarationInvalid
from modelruntime.schema.fact_source import FactSource
from modelruntime.schema.model import ModelSchema
from modelruntime.schema.parameter_rule import ParameterRule
from modelruntime.schema.problem import Problem
from modelruntime.schema.provider import ProviderSchema

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from modelruntime.schema.declaration import Declaration

FORMAT_VERSION = 4
_MAGIC = b"MRSNAP%02d" % FORMAT_VERSION
_HEADER = 28
_ARRAY = b"\xdd"
"""msgpack: an array, whose length follows in four bytes (https://github.com/msgpack/msgpack/blob/master/spec.md, unverified)."""

Decoded = TypeVar("Decoded")


class Place(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Where a body lies, counted from the end of the index."""

    offset: int
    length: int
    crc: int


class ModelPlace(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Where a model's body lies, and the numbers of its rules and of its sources."""

    body: Place
    rules: tuple[int, ...]
    sources: int | None = None


class ProviderRow(msgspec.Struct, frozen=True, array_like=True):
    """A provider, or an overlay (`schema` is None), in the index."""

    provider: str
    schema: Place | None
    models: msgspec.Raw
    """`{model type: {model id: ModelPlace}}`, in position order."""
    file: str = ""
    line: int = 0
    """Where it is declared, for messages."""
    aliases: tuple[str, ...] = ()
    bodies: Place | None = None
    """Those of its models, as one array in the order of `models`."""


class _Index(msgspec.Struct, frozen=True, array_like=True):
    digest: bytes
    problems: msgspec.Raw
    shared: msgspec.Raw
    providers: tuple[ProviderRow, ...]


ModelPlaces = dict[str, dict[str, ModelPlace]]
Models = dict[str, dict[str, ModelSchema]]
"""`{model type: {model id: model}}`."""

_encoder = msgspec.msgpack.Encoder()
_index_decoder = msgspec.msgpack.Decoder(_Index)
_places_decoder = msgspec.msgpack.Decoder(ModelPlaces)
_provider_decoder = msgspec.msgpack.Decoder(ProviderSchema)
_shared_places_decoder = msgspec.msgpack.Decoder(tuple[Place, ...])
_rule_decoder = msgspec.msgpack.Decoder(ParameterRule)
_sources_decoder = msgspec.msgpack.Decoder(tuple[FactSource, ...])
_model_decoder = msgspec.msgpack.Decoder(ModelSchema)
_models_decoder = msgspec.msgpack.Decoder(list[ModelSchema])
_set = msgspec.structs.force_setattr


def compile_snapshot(declarations: Iterable[Declaration], problems: Sequence[Problem] = (), base: Path | None = None) -> bytes:
    """The file's bytes: the same declarations give the same bytes.

    Paths below `base` are kept relative to it, so that the file may move together with what it was made from.
    """
    bodies = _Bodies()
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
    index = _Index(b"", raw_problems, msgspec.Raw(_encoder.encode(tuple(bodies.places))), tuple(rows))
    digest = hashlib.sha256(_encoder.encode(index) + bodies.content).digest()
    encoded = _encoder.encode(msgspec.structs.replace(index, digest=digest))
    header = _MAGIC + len(encoded).to_bytes(4, "big") + _checksum(encoded)
    return header + encoded + bytes(bodies.content)


def _written(models: Sequence[ModelSchema], bodies: _Bodies) -> tuple[ModelPlaces, Place]:
    """Where each model lies, by type, and where all of them lie together."""
    by_type: dict[str, dict[str, ModelSchema]] = {}
    for model in models:
        by_type.setdefault(model.model_type, {})[model.model] = model
    in_order = [model for named in by_type.values() for model in named.values()]
    shared = [
        (tuple(bodies.shared(rule) for rule in model.parameter_rules), bodies.shared(model.source) if model.source else None)
        for model in in_order
    ]
    begin = bodies.add(_ARRAY + len(in_order).to_bytes(4, "big")).offset
    places: ModelPlaces = {}
    for model, (rules, sources) in zip(in_order, shared, strict=True):
        body = bodies.add(_encoder.encode(msgspec.structs.replace(model, parameter_rules=(), source=())))
        places.setdefault(model.model_type, {})[model.model] = ModelPlace(body, rules, sources)
    return places, bodies.since(begin)


class _Bodies:
    """Gathers bodies and tells where each lies."""

    def __init__(self) -> None:
        self.content = bytearray()
        self.places: list[Place] = []
        self._numbers: dict[bytes, int] = {}

    def add(self, body: bytes) -> Place:
        self.content += body
        return Place(len(self.content) - len(body), len(body), zlib.crc32(body))

    def since(self, begin: int) -> Place:
        """All that was added since then, as one."""
        return Place(begin, len(self.content) - begin, zlib.crc32(self.content[begin:]))

    def shared(self, value: ParameterRule | tuple[FactSource, ...]) -> int:
        """The number of a value; equal values have one."""
        body = _encoder.encode(value)
        if body not in self._numbers:
            self._numbers[body] = len(self.places)
            self.places.append(self.add(body))
        return self._numbers[body]


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
        self._bodies = view[end:]
        self._base = base
        self._places: dict[int, ModelPlaces] = {}
        self._shared_places: tuple[Place, ...] | None = None
        self._rules: dict[int, ParameterRule] = {}
        self._rule_lists: dict[tuple[int, ...], tuple[ParameterRule, ...]] = {}
        self._sources: dict[int, tuple[FactSource, ...]] = {}

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
        """`{model type: {model id: ModelPlace}}` of a row."""
        found = self._places.get(id(row))  # rows live as long as the snapshot; two may share a provider id
        if found is None:
            found = self._places[id(row)] = _places_decoder.decode(row.models)
        return found

    def provider(self, row: ProviderRow) -> ProviderSchema | None:
        """The provider of a row, None for an overlay. Its folder is absolute."""
        if row.schema is None:
            return None
        schema = self._decode(row.schema, _provider_decoder)
        return schema if schema.folder is None else msgspec.structs.replace(schema, folder=self.locate(schema.folder))

    def locate(self, path: str) -> str:
        """A kept path as it is found today."""
        return path if self._base is None else str(self._base / path)

    def model(self, place: ModelPlace) -> ModelSchema:
        """The model at that place."""
        return self._whole(self._decode(place.body, _model_decoder), place)

    def models(self, row: ProviderRow) -> Models:
        """All models of a row, in the order of their places."""
        if row.bodies is None:
            return {}
        found: list[ModelSchema] = self._decode(row.bodies, _models_decoder)
        decoded = iter(found)
        return {
            kind: {name: self._whole(model, place) for (name, place), model in zip(places.items(), decoded, strict=False)}
            for kind, places in self.places(row).items()
        }

    def _whole(self, model: ModelSchema, place: ModelPlace) -> ModelSchema:
        """With what it shares; nobody has seen it yet."""
        if place.rules:
            rules = self._rule_lists.get(place.rules) or self._rule_list(place.rules)
            _set(model, "parameter_rules", rules)
        if place.sources is not None:
            _set(model, "source", self._sources.get(place.sources) or self._sources_of(place.sources))
        return model

    def _rule_list(self, numbers: tuple[int, ...]) -> tuple[ParameterRule, ...]:
        found = tuple([self._rules.get(number) or self._rule(number) for number in numbers])
        self._rule_lists[numbers] = found
        return found

    def _rule(self, number: int) -> ParameterRule:
        rule = self._rules[number] = self._decode(self._shared(number), _rule_decoder)
        return rule

    def _sources_of(self, number: int) -> tuple[FactSource, ...]:
        sources = self._sources[number] = self._decode(self._shared(number), _sources_decoder)
        return sources

    def _shared(self, number: int) -> Place:
        if self._shared_places is None:
            self._shared_places = _shared_places_decoder.decode(self._index.shared)
        return self._shared_places[number]

    def _decode(self, place: Place, decoder: msgspec.msgpack.Decoder[Decoded]) -> Decoded:
        body = self._bodies[place.offset : place.offset + place.length]
        if len(body) != place.length or zlib.crc32(body) != place.crc:
            raise DeclarationInvalid("the snapshot is damaged; compile it anew")
        return decoder.decode(body)
