"""What importing the library may not load. How long it takes is for `make bench` to say."""

from __future__ import annotations

import pytest
from benchmarks.import_gate import forbidden_of, loaded_after

STATEMENTS = (
    "import modelruntime",
    "from modelruntime import Runtime, AsyncRuntime",
    "import modelruntime; modelruntime.Runtime()",
)


@pytest.mark.parametrize("statement", STATEMENTS)
def test_an_import_brings_nothing_heavy(statement: str) -> None:
    assert forbidden_of(loaded_after(statement)) == []


def test_the_package_alone_brings_nothing_of_its_own() -> None:
    assert [name for name in loaded_after("import modelruntime") if name.startswith("modelruntime")] == ["modelruntime"]


def test_the_runtime_waits_with_what_a_model_needs() -> None:
    """Declarations, codecs and transports are loaded when a model is named."""
    loaded = loaded_after("from modelruntime import Runtime; Runtime()")
    assert not [name for name in loaded if name.startswith(("modelruntime.schema", "modelruntime.transports.blocking"))]


@pytest.mark.parametrize(
    "modules, found",
    [
        (["yaml.reader", "json"], ["yaml"]),
        (["http.client", "httpsomething"], ["http"]),
        (["urllib.request", "urllib.parse"], ["urllib.request"]),
        (["asyncio", "asyncio.events"], ["asyncio"]),
        (["modelruntime.transports.asyncio_transport"], []),
    ],
)
def test_the_gate_goes_by_whole_names(modules: list[str], found: list[str]) -> None:
    assert forbidden_of(modules) == found
