"""The linter's report."""

from pathlib import Path

import msgspec
import pytest
from benchmarks.synthetic_fleet import write_fleet

from modelruntime.schema.catalogue import Catalogue
from modelruntime.schema.lint import lint_fleet, lint_path
from tests.schema.declare import PROVIDER, codes, write

FORM = "provider_credential_schema: {credential_form_schemas: [{variable: api_key, type: secret-input}]}\n"
SOURCE = "source: {url: https://x.example/docs, date: 2026-11-01}\n"


def test_the_report_has_one_shape(tmp_path: Path) -> None:
    text = PROVIDER + "author: me\nmodels: [{model: a, model_type: llm}, {model: b}]\n"
    path = write(tmp_path / "acme", {"provider.yaml": text}) / "provider.yaml"
    report = msgspec.json.decode(msgspec.json.encode(lint_path(tmp_path).as_dict()))
    assert report == {
        "providers": 1,
        "models": 1,
        "errors": [
            {
                "file": str(path),
                "line": 6,
                "code": "model-without-type",
                "message": "model b: a model needs a model_type: llm, text-embedding, rerank, speech2text, tts, moderation",
            }
        ],
        "warnings": [
            {
                "file": str(path),
                "line": 5,
                "code": "unknown-key",
                "message": "provider acme: the key 'author' is unknown and ignored",
            }
        ],
    }


def test_a_single_document_can_be_checked(tmp_path: Path) -> None:
    path = write(tmp_path, {"one.yaml": PROVIDER + "models: [{model: a, model_type: llm}]\n"}) / "one.yaml"
    report = lint_path(path)
    assert (report.providers, report.models, report.errors, report.warnings) == (1, 1, (), ())


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("icon_small: {en_US: gone.svg}\n", "icon-missing"),
        (FORM + "models_endpoint: /models\nprobe: models_endpoint\n", "probe-without-evidence"),
        ("probe: models_endpoint\nprobe_evidence: {url: x}\n", "probe-without-endpoint"),
        ("configurate_methods: [fetch-from-remote]\n", "remote-without-endpoint"),
        ("configurate_methods: [customizable-model]\n", "no-form"),
        ("codec: {llm: openai_chat, tts: x:y, text-embedding: a.b:c, rerank: rerank}\n", "codec-without-type"),
        ("codec: {llm: openai_chat}\n", "type-without-codec"),
    ],
)
def test_what_only_a_lint_asks(tmp_path: Path, text: str, code: str) -> None:
    given = {line.split(":")[0] for line in text.splitlines()}
    base = "\n".join(line for line in PROVIDER.splitlines() if line.split(":")[0] not in given) + "\n"
    write(tmp_path / "acme", {"provider.yaml": base + text})
    report = lint_path(tmp_path, {"openai_chat", "rerank"})
    assert report.errors == ()
    assert set(codes(report.warnings)) == {code}


@pytest.mark.parametrize(
    ("codec", "errors"), [("openai_chat", []), ("my.module:CODEC", []), ("nope", ["unknown-codec"]), ("a b:c", ["unknown-codec"])]
)
def test_codecs_are_known_or_name_a_module(tmp_path: Path, codec: str, errors: list[str]) -> None:
    text = PROVIDER.replace(", text-embedding, tts", "")
    write(tmp_path / "acme", {"provider.yaml": f'{text}codec: {{llm: "{codec}"}}\n'})
    assert codes(lint_path(tmp_path, {"openai_chat"}).errors) == errors
    assert lint_path(tmp_path).errors == ()


def test_our_own_fleet_must_name_its_sources(tmp_path: Path) -> None:
    models = """defaults: {model_type: llm}
models: [{model: a}, {model: b, source: unverified}, {model: c, source: 'https://c.example'}]
"""
    write(tmp_path / "acme", {"provider.yaml": PROVIDER + models})
    assert codes(lint_fleet(tmp_path).errors) == ["fact-without-source", "fact-without-source", "source-without-date"]
    assert lint_path(tmp_path).errors == ()


def test_our_own_fleet_must_show_that_a_probe_means_something(tmp_path: Path) -> None:
    probed = PROVIDER + FORM + SOURCE + "models_endpoint: /models\nprobe: models_endpoint\n"
    write(tmp_path / "acme", {"provider.yaml": probed})
    assert codes(lint_fleet(tmp_path).errors) == ["probe-without-evidence"]
    write(tmp_path / "acme", {"provider.yaml": probed + "probe_evidence: {url: https://x.example/auth, date: 2026-11-01}\n"})
    assert lint_fleet(tmp_path).errors == ()


def test_an_alias_in_our_own_fleet_is_no_providers_id(tmp_path: Path) -> None:
    write(tmp_path / "zed", {"provider.yaml": PROVIDER.replace("acme", "zed") + SOURCE})
    write(tmp_path / "acme", {"provider.yaml": PROVIDER + SOURCE + "aliases: [zed]\n"})
    assert codes(lint_fleet(tmp_path).errors) == ["alias-taken"]


def test_the_synthetic_fleet_is_clean_and_large(tmp_path: Path) -> None:
    write_fleet(tmp_path / "fleet", 2_500)
    report = lint_path(tmp_path / "fleet")
    assert (report.providers, report.models, report.errors, report.warnings) == (70, 2_500, (), ())
    catalogue = Catalogue.load([tmp_path / "fleet"], {})
    assert sum(1 for _ in catalogue.models()) >= 2_500
    assert catalogue.model("vendor_007", "llm", "chat-7") is not None
