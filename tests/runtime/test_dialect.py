"""`python: module:object`: a provider's own codecs, loaded by name."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

import pytest

from modelruntime import DeclarationInvalid, Runtime
from modelruntime.codecs.openai.chat import CODEC as CHAT
from modelruntime.codecs.openai.models import CODEC as MODELS
from modelruntime.codecs.registry import load_codec, load_dialect
from tests.runtime.scripted import ScriptedTransport, answer, chat

DECLARED = """
provider: acme
label: {{en_US: Acme}}
supported_model_types: [llm]
configurate_methods: [predefined-model, fetch-from-remote]
{line}
endpoint: https://api.acme.invalid/v1
models:
  - {{model: talker, model_type: llm, model_properties: {{mode: chat}}}}
"""


class Loud:
    """A codec that says who it is."""

    def __init__(self, own: Any) -> None:
        self._own = own
        self.used = 0

    def __getattr__(self, name: str) -> Any:
        self.used += 1
        return getattr(self._own, name)


@pytest.fixture
def dialect(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    module = ModuleType("acme_dialect")
    module.CODECS = {"llm": Loud(CHAT), "models": Loud(MODELS)}  # type: ignore[attr-defined]
    module.NO_CODECS = "none"  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "acme_dialect", module)
    monkeypatch.setattr("modelruntime.codecs.registry._loaded", {})
    return module


def runtime(line: str, *script: Any) -> Runtime:
    return Runtime(documents=[DECLARED.format(line=line)], environ={}, transport=ScriptedTransport(*script))


def test_it_speaks_for_the_types_that_no_codec_is_named_for(dialect: ModuleType) -> None:
    with runtime("python: acme_dialect:CODECS", chat("Hi"), answer({"data": [{"id": "newcomer"}]})) as opened:
        assert opened.llm("acme/talker").invoke("Hello").text == "Hi"
        assert dialect.CODECS["llm"].used
        assert opened.provider("acme").fetch_models().added == ("newcomer",)
        assert dialect.CODECS["models"].used


def test_a_named_codec_goes_before_it(dialect: ModuleType) -> None:
    with runtime("python: acme_dialect:CODECS\ncodec: {llm: openai_chat}", chat("Hi")) as opened:
        opened.llm("acme/talker").invoke("Hello")
    assert not dialect.CODECS["llm"].used


@pytest.mark.parametrize("location", ["acme_dialect:MISSING", "no_such_module:X", "acme_dialect:NO_CODECS", "acme_dialect:"])
def test_what_cannot_be_loaded_is_a_sentence(dialect: ModuleType, location: str) -> None:
    with pytest.raises(DeclarationInvalid, match=r"acme_dialect|no_such_module"):
        load_dialect(location)


def test_a_codec_that_cannot_be_loaded_is_a_sentence() -> None:
    with pytest.raises(DeclarationInvalid, match="no_such_module:X cannot be loaded"):
        load_codec("no_such_module:X")
    with pytest.raises(DeclarationInvalid, match="no codec is called"):
        load_codec("no_such_codec")
