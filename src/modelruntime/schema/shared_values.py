"""What models of a fleet have alike, each value kept once: a fleet of thousands knows a few dozen lists of features.

A column is a field of models. Its values have numbers, in the order in which they were met, and lie together in blocks: one
decode gives many of them to whoever reads all, and few too many to whoever reads one.
"""

from __future__ import annotations

from typing import Any

import msgspec

from modelruntime.schema.body import Bodies, Place
from modelruntime.schema.fact_source import FactSource
from modelruntime.schema.model import Limits, Modalities
from modelruntime.schema.parameter_rule import ParameterRule
from modelruntime.schema.price import Price

BLOCK = 32
"""Values that are decoded together."""

RULES = "rules"
"""The column of single parameter rules, which lists of them name by number."""

COLUMNS: dict[str, Any] = {
    "provider": list[str],
    "released": list[str | None],
    "features": list[tuple[str, ...] | None],
    "model_properties": list[dict[str, Any]],
    "parameter_rules": list[tuple[int, ...]],
    "pricing": list[Price | None],
    "limits": list[Limits],
    "modalities": list[Modalities | None],
    "reasoning": list[dict[str, Any] | None],
    "source": list[tuple[FactSource, ...]],
}
"""Field of `ModelSchema` → what a block of its values is read as."""

_encoder = msgspec.msgpack.Encoder()
_places_decoder = msgspec.msgpack.Decoder(dict[str, tuple[Place, ...]])
_decoders = {name: msgspec.msgpack.Decoder(values) for name, values in {**COLUMNS, RULES: list[ParameterRule]}.items()}


class SharedBlocks:
    """Where the blocks of each column lie in a snapshot, known when the first one is asked for."""

    def __init__(self, bodies: Bodies, places: msgspec.Raw) -> None:
        self._bodies = bodies
        self._raw = places
        self._places: dict[str, tuple[Place, ...]] | None = None

    def values(self, name: str, block: int) -> list[Any]:
        """The values of a block. Raises `DeclarationInvalid` for a damaged one."""
        if self._places is None:
            self._places = _places_decoder.decode(self._raw)
        return self._bodies.decode(self._places[name][block], _decoders[name])


class SharedValues(dict[int, Any]):
    """One column as it is read, by number. A block is decoded when one of its values is first asked for."""

    def __init__(self, name: str, blocks: SharedBlocks) -> None:
        self._name = name
        self._blocks = blocks

    def __missing__(self, number: int) -> Any:
        block, place = divmod(number, BLOCK)
        values = self.whole(self._blocks.values(self._name, block))
        self.update(enumerate(values, block * BLOCK))
        return values[place]

    def whole(self, values: list[Any]) -> list[Any]:
        """The values as models have them."""
        return values


class SharedRules(SharedValues):
    """The lists of parameter rules; the rules themselves are shared too."""

    def __init__(self, blocks: SharedBlocks) -> None:
        super().__init__("parameter_rules", blocks)
        self._rules = SharedValues(RULES, blocks)

    def whole(self, values: list[Any]) -> list[Any]:
        """Rules in place of their numbers."""
        return [tuple(map(self._rules.__getitem__, numbers)) for numbers in values]


class Gathered:
    """One column as it is written."""

    def __init__(self) -> None:
        self._numbers: dict[bytes, int] = {}

    def number(self, value: object) -> int:
        """That of a value; equal values have one."""
        return self._numbers.setdefault(_encoder.encode(value), len(self._numbers))

    def blocks(self) -> list[bytes]:
        """The values in the order of their numbers."""
        values = [msgspec.Raw(value) for value in self._numbers]
        return [_encoder.encode(values[begin : begin + BLOCK]) for begin in range(0, len(values), BLOCK)]
