"""A codec by its name, or by what the form says."""

from __future__ import annotations

from typing import Any

import pytest

from modelruntime.entities.errors import CredentialsInvalid, DeclarationInvalid
from modelruntime.schema.catalogue import Catalogue
from modelruntime.schema.codec_choice import choosing_variable, chosen_codec, codec_names
from tests.schema.declare import PROVIDER

CHOICE = {"by": "protocol", "cases": {"old": "openai_chat", "default": "openai_responses"}}
STRICT = {"by": "protocol", "cases": {"old": "openai_chat"}}
FORM = "provider_credential_schema: {credential_form_schemas: [{variable: protocol, type: text-input}]}\n"


@pytest.mark.parametrize(
    ("declaration", "credentials", "codec"),
    [
        (None, {}, None),
        ("openai_chat", {"protocol": "new"}, "openai_chat"),
        (CHOICE, {}, "openai_responses"),
        (CHOICE, {"protocol": ""}, "openai_responses"),
        (CHOICE, {"protocol": "new"}, "openai_responses"),
        (CHOICE, {"protocol": "old"}, "openai_chat"),
        (STRICT, {"protocol": "old"}, "openai_chat"),
    ],
)
def test_the_codec_that_speaks(declaration: Any, credentials: dict[str, Any], codec: str | None) -> None:
    assert chosen_codec(declaration, credentials) == codec


@pytest.mark.parametrize("credentials", [{}, {"protocol": "new"}])
def test_a_choice_without_its_case_names_the_variable(credentials: dict[str, Any]) -> None:
    with pytest.raises(CredentialsInvalid) as caught:
        chosen_codec(STRICT, credentials)
    assert caught.value.field == "protocol"


def test_what_a_declaration_names() -> None:
    assert codec_names(CHOICE) == ("openai_chat", "openai_responses")
    assert (codec_names("a"), codec_names(None)) == (("a",), ())
    assert (choosing_variable(CHOICE), choosing_variable("a")) == ("protocol", None)


def test_providers_and_models_declare_either() -> None:
    text = PROVIDER + FORM + f"codec: {{llm: {CHOICE}, tts: openai_speech, models: gemini_models}}\n"
    catalogue = Catalogue([]).with_document(text + f"models: [{{model: a, model_type: llm, codec: {STRICT}}}]")
    assert catalogue.provider("acme").codec == {"llm": CHOICE, "tts": "openai_speech", "models": "gemini_models"}
    model = catalogue.model("acme", "llm", "a")
    assert model is not None
    assert model.codec == STRICT


@pytest.mark.parametrize(
    ("codec", "words"),
    [
        ("{llm: {by: protocol}}", "'by' .a variable. and 'cases'"),
        ("{llm: {cases: {a: b}}}", "'by' .a variable. and 'cases'"),
        ("{llm: {by: other, cases: {a: b}}}", "needs the variable 'other'"),
        ("{poem: openai_chat}", "the model type 'poem'"),
    ],
)
def test_a_choice_that_cannot_be_made_is_refused(codec: str, words: str) -> None:
    with pytest.raises(DeclarationInvalid, match=words):
        Catalogue([]).with_document(PROVIDER + FORM + f"codec: {codec}\nmodels: [{{model: a, model_type: llm}}]")
