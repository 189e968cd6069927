"""Several answers, each made by a call of its own, as one reply."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from modelruntime.codecs.json_value import is_object


def join_choices(bodies: Sequence[bytes]) -> bytes:
    """The first reply with the choices of all, and their usage added up."""
    replies: list[dict[str, Any]] = [msgspec.json.decode(body) for body in bodies]
    joined = dict(replies[0])
    joined["choices"] = [choice for reply in replies for choice in reply["choices"]]
    joined["usage"] = _added([reply["usage"] for reply in replies])
    return msgspec.json.encode(joined)


def _added(counts: Sequence[Any]) -> Any:
    """Numbers are added, objects field by field."""
    if not is_object(counts[0]):
        return sum(counts)
    names = dict.fromkeys(name for count in counts for name in count)
    return {name: _added([count[name] for count in counts if name in count]) for name in names}
