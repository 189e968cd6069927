"""The configuration file under the store: both count, and the file is followed while it changes."""

from __future__ import annotations

import msgspec

from modelruntime.store.compiler import Compiled, merged
from modelruntime.store.configuration import Configuration


def test_nothing_of_the_file_is_lost_beside_the_store():
    told = {"aliases": {"a": "b/c"}, "own_credentials": {"sim": {"api_key": "x"}}, "defaults": {"llm": "a/b"}, "documents": ("d",)}
    told |= {"balancing": {"sim": "weighted"}, "disabled": frozenset({"llm/a/b"}), "keep_content": True, "timeout": 5.0}
    base = msgspec.structs.replace(Configuration(pepper=b"p", revision="f"), **told)
    found = merged(base, Compiled(revision=3, configuration=Configuration(pepper=b"s", revision="3")))
    for name, value in told.items():
        assert getattr(found, name) == value, name
    assert (found.pepper, found.revision) == (b"s", "3.f")
