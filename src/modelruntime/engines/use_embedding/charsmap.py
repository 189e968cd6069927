"""The character map of a SentencePiece normalizer: which strings become which.

It is stored as a double-array trie (darts-clone) over UTF-8 bytes, followed by the replacements, each ended by a zero
byte: `uint32 size of the trie, trie units, replacements`. A unit holds a label (bits 0-7, bit 31 clear), whether a key
ends here (bit 8), and the offset to its children (bits 10-30, shifted left by 8 when bit 9 is set); a unit whose bit 31
is set is the value of the key that ends above it: where its replacement begins.
"""

from __future__ import annotations

import struct

import numpy as np
import numpy.typing as npt

_LABEL = np.uint32(0x800000FF)
_VALUE = 0x7FFFFFFF
_AT_ONCE = 2048
_BYTES = [bytes((value,)) for value in range(256)]

Units = npt.NDArray[np.uint32]


def read_charsmap(blob: bytes) -> dict[str, str]:
    """Every key with its replacement. The trie is walked level by level, all nodes of a level at once."""
    if not blob:
        return {}
    (size,) = struct.unpack_from("<I", blob)
    units = np.frombuffer(blob, dtype="<u4", count=size // 4, offset=4)
    replacements = blob[4 + size :]
    found: dict[str, str] = {}
    nodes, keys = np.zeros(1, dtype=np.uint32), [b""]
    while len(nodes):
        values = units[nodes]
        bases = nodes ^ _offsets(values)
        for index in np.flatnonzero(values & np.uint32(0x100)):
            begin = int(units[bases[index]]) & _VALUE
            found[keys[index].decode("utf-8")] = _text_at(replacements, begin)
        nodes, keys = _children(units, bases, keys)
    return found


def _children(units: Units, bases: Units, keys: list[bytes]) -> tuple[Units, list[bytes]]:
    labels = np.arange(1, 256, dtype=np.uint32)
    nodes: list[Units] = []
    grown: list[bytes] = []
    for begin in range(0, len(bases), _AT_ONCE):
        places = bases[begin : begin + _AT_ONCE, None] ^ labels
        exists = (units[np.minimum(places, len(units) - 1)] & _LABEL) == labels
        parents, columns = np.nonzero(exists & (places < len(units)))
        nodes.append(places[parents, columns])
        grown += (
            keys[begin + parent] + _BYTES[column + 1] for parent, column in zip(parents.tolist(), columns.tolist(), strict=True)
        )
    return np.concatenate(nodes), grown


def _offsets(units: Units) -> Units:
    return (units >> np.uint32(10)) << ((units & np.uint32(0x200)) >> np.uint32(6))


def _text_at(replacements: bytes, begin: int) -> str:
    return replacements[begin : replacements.index(b"\0", begin)].decode("utf-8")
