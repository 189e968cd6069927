"""One view over built-in, installed, named and posted declarations."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from benchmarks.synthetic_fleet import write_fleet

from modelruntime.entities.errors import DeclarationInvalid, ModelNotFound
from modelruntime.entities.model_type import ModelType
from modelruntime.schema import catalogue as catalogue_module
from modelruntime.schema.body import Bodies, Place
from modelruntime.schema.catalogue import Catalogue
from modelruntime.schema.compiled import compile_path
from modelruntime.schema.shared_values import COLUMNS
from modelruntime.schema.snapshot import Snapshot
from tests.schema.declare import PROVIDER, codes, write

SVG = '<svg xmlns="http://www.w3.org/2000/svg"/>'
DOCUMENT = PROVIDER + "defaults: {model_type: llm}\nmodels: [{model: a}, {model: b}, {model: e, model_type: text-embedding}]\n"


@pytest.fixture(autouse=True)
def no_built_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(catalogue_module, "BUILT_IN", tmp_path / "built-in")


def provider(name: str) -> str:
    return PROVIDER.replace("acme", name)


def ids(catalogue: Catalogue, name: str | None = None) -> list[str]:
    return [model.model for model in catalogue.models(name)]


def test_an_empty_catalogue_is_fine() -> None:
    catalogue = Catalogue.load(environ={})
    assert (catalogue.provider_ids(), list(catalogue.models()), catalogue.problems) == ((), [], ())


def test_models_come_by_provider_type_and_position() -> None:
    catalogue = Catalogue([]).with_document(provider("zed") + "models: [{model: z, model_type: llm}]").with_document(DOCUMENT)
    assert catalogue.provider_ids() == ("zed", "acme")
    assert ids(catalogue) == ["z", "a", "b", "e"]
    assert [model.model for model in catalogue.models("acme", ModelType.LLM)] == ["a", "b"]
    assert [model.model for model in catalogue.models(model_type="text-embedding")] == ["e"]


def test_a_model_is_found_by_its_three_names_or_is_none() -> None:
    catalogue = Catalogue([]).with_document(DOCUMENT)
    model = catalogue.model("acme", "llm", "a")
    assert model is not None
    assert model is catalogue.model("acme", ModelType.LLM, "a")
    assert catalogue.model("acme", "rerank", "a") is None
    assert catalogue.model("acme", "llm", "nothing") is None
    assert catalogue.model("nobody", "llm", "a") is None


def test_an_unknown_provider_is_not_found_and_the_nearest_named() -> None:
    catalogue = Catalogue([]).with_document(DOCUMENT)
    for ask in (
        lambda: catalogue.provider("acne"),
        lambda: list(catalogue.models("acne")),
        lambda: catalogue.icon("acne", "icon_small", "en_US"),
    ):
        with pytest.raises(ModelNotFound, match="did you mean 'acme'"):
            ask()


def test_directories_of_the_environment_and_of_the_caller_are_read(tmp_path: Path) -> None:
    write(tmp_path / "one/first", {"provider.yaml": provider("first")})
    write(tmp_path / "two/second", {"provider.yaml": provider("second")})
    write(tmp_path / "third", {"provider.yaml": provider("third")})
    environ = {"MODELRUNTIME_PROVIDERS": f"{tmp_path / 'one'}:{tmp_path / 'two'}:"}
    assert Catalogue.load([tmp_path / "third"], environ).provider_ids() == ("first", "second", "third")


def test_the_built_in_snapshot_is_preferred_and_found_wherever_it_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, home = tmp_path / "source", tmp_path / "home"
    text = provider("first") + "icon_small: {en_US: i.svg}\n"
    write(source / "first", {"provider.yaml": text, "i.svg": SVG})
    home.mkdir()
    (home / "providers.snapshot").write_bytes(compile_path(source))
    write(home / "first", {"i.svg": SVG})
    monkeypatch.setattr(catalogue_module, "BUILT_IN", home)
    catalogue = Catalogue.load(environ={})
    assert catalogue.provider_ids() == ("first",)
    assert catalogue.provider("first").folder == str(home / "first")
    assert catalogue.icon("first", "icon_small", "en_US") == (SVG.encode(), "image/svg+xml")


def test_a_broken_folder_does_not_break_the_rest(tmp_path: Path) -> None:
    write(tmp_path / "bad", {"provider.yaml": "provider: bad\n  label: [\n"})
    write(tmp_path / "good", {"provider.yaml": provider("good")})
    catalogue = Catalogue.load([tmp_path, tmp_path / "nowhere"], {})
    assert catalogue.provider_ids() == ("good",)
    assert [(problem.code, problem.file) for problem in catalogue.problems] == [
        ("yaml-broken", str(tmp_path / "bad/provider.yaml")),
        ("not-found", str(tmp_path / "nowhere")),
    ]


def test_a_folder_that_fails_to_be_read_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(path: Path, environ: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(catalogue_module, "open_compiled", fail)
    assert codes(Catalogue.load([tmp_path], {}).problems) == ["unreadable"]


def test_a_provider_cannot_shadow_another_ones_id(tmp_path: Path) -> None:
    write(tmp_path / "a/acme", {"provider.yaml": PROVIDER})
    write(tmp_path / "b/acme", {"provider.yaml": PROVIDER + "endpoint: https://evil.example\n"})
    catalogue = Catalogue.load([tmp_path / "a", tmp_path / "b"], {})
    assert catalogue.provider("acme").endpoint is None
    assert [(problem.code, problem.file) for problem in catalogue.problems] == [
        ("provider-shadowed", str(tmp_path / "b/acme/provider.yaml"))
    ]
    with pytest.raises(DeclarationInvalid, match="exists already"):
        catalogue.with_document(PROVIDER)


def test_an_overlay_adds_and_replaces_models_in_place(tmp_path: Path) -> None:
    base = Catalogue([]).with_document(DOCUMENT)
    overlay = "extends: acme\ndefaults: {model_type: llm}\n"
    overlay += "models: [{model: a, features: [vision]}, {model: c}, {model: t, model_type: tts}]"
    catalogue = base.with_document(overlay)
    assert ids(catalogue) == ["a", "b", "c", "e", "t"]
    replaced = catalogue.model("acme", "llm", "a")
    assert replaced is not None
    assert replaced.features == ("vision",)
    assert ids(base) == ["a", "b", "e"]
    assert catalogue.provider("acme") == base.provider("acme")


def test_an_overlay_may_come_before_its_provider_in_a_folder(tmp_path: Path) -> None:
    write(tmp_path / "a", {"provider.yaml": "extends: acme\nmodels: [{model: x, model_type: llm}]\n"})
    write(tmp_path / "b/acme", {"provider.yaml": DOCUMENT})
    catalogue = Catalogue.load([tmp_path / "a", tmp_path / "b"], {})
    assert ids(catalogue) == ["a", "b", "x", "e"]


def test_an_overlay_of_nobody_is_a_problem(tmp_path: Path) -> None:
    write(tmp_path / "a", {"provider.yaml": "extends: acme\nmodels: [{model: x, model_type: llm}]\n"})
    assert codes(Catalogue.load([tmp_path / "a"], {}).problems) == ["overlay-target-missing"]
    with pytest.raises(DeclarationInvalid, match="no provider is called 'acme'"):
        Catalogue([]).with_document("extends: acme\nmodels: [{model: x, model_type: llm}]")


def test_a_refused_document_names_every_error_with_its_line() -> None:
    with pytest.raises(DeclarationInvalid) as caught:
        Catalogue([]).with_document("provider: p\nprofile: {nope: 1}\nauth: {bearer: key}\n")
    assert [problem.split(" ")[0] for problem in caught.value.problems] == ["document:2:", "document:3:"]


def test_icons_follow_the_language_and_stay_in_the_folder(tmp_path: Path) -> None:
    icons = "icon_small: {en_US: s.svg, zh_Hans: z.png}\nicon_large: {en_US: ../secret.svg}\nicon_small_dark: {en_US: s.exe}\n"
    write(tmp_path / "acme", {"provider.yaml": PROVIDER + icons, "_assets/s.svg": SVG, "z.png": "png", "s.exe": "x"})
    write(tmp_path, {"secret.svg": SVG})
    catalogue = Catalogue.load([tmp_path / "acme"], {})
    assert catalogue.icon("acme", "icon_small", "en_US") == (SVG.encode(), "image/svg+xml")
    assert catalogue.icon("acme", "icon_small", "zh-Hans") == (b"png", "image/png")
    assert catalogue.icon("acme", "icon_small", "fr_FR") == (SVG.encode(), "image/svg+xml")
    assert catalogue.icon("acme", "icon_large", "en_US") is None
    assert catalogue.icon("acme", "icon_small_dark", "en_US") is None
    assert catalogue.icon("acme", "icon_large_dark", "en_US") is None
    assert catalogue.icon("acme", "folder", "en_US") is None


def test_an_installed_package_adds_its_provider_without_being_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = write(
        tmp_path / "site",
        {
            "acme_models/__init__.py": "raise RuntimeError('imported')\n",
            "acme_models/inner/provider.yaml": PROVIDER,
            "acme_models-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: acme-models\nVersion: 1.0\n",
            "acme_models-1.0.dist-info/entry_points.txt": "[modelruntime.providers]\nacme = acme_models.inner\ngone = nowhere\n",
        },
    )
    monkeypatch.syspath_prepend(str(site))
    catalogue = Catalogue.load(environ={})
    assert catalogue.provider_ids() == ("acme",)
    assert [(problem.code, problem.file) for problem in catalogue.problems] == [("not-found", "entry point gone")]


def test_a_compiled_catalogue_is_read_without_yaml_or_metadata(tmp_path: Path) -> None:
    write(tmp_path / "acme", {"provider.yaml": DOCUMENT})
    code = (
        "import sys; from pathlib import Path; from modelruntime.schema.catalogue import Catalogue\n"
        f"found = Catalogue.load([Path({str(tmp_path / 'acme')!r})], {{'MODELRUNTIME_CACHE': {str(tmp_path / 'cache')!r}}})\n"
        "assert found.model('acme', 'llm', 'a')\n"
        "print([name for name in ('yaml', 'importlib.metadata', 'modelruntime.schema.loading') if name in sys.modules])"
    )
    environ = {"PYTHONPATH": str(Path(catalogue_module.__file__).parents[2])}
    runs = [subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True) for _ in range(2)]
    assert runs[1].stdout.strip() == "[]"


def test_the_first_model_decodes_itself_and_a_little_of_what_all_share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_fleet(tmp_path, 2_000)
    content = compile_path(tmp_path)
    snapshot = Snapshot(content)
    decoded: list[Place] = []
    decode = Bodies.decode

    def counted(self: Bodies, place: Place, decoder: Any) -> Any:
        decoded.append(place)
        return decode(self, place, decoder)

    monkeypatch.setattr(Bodies, "decode", counted)
    catalogue = Catalogue([snapshot])
    assert decoded == []
    model = catalogue.model("vendor_007", "llm", "chat-7")
    assert model is not None
    assert model.parameter_rules
    assert len(decoded) <= 1 + len(COLUMNS) + len(model.parameter_rules)
    assert sum(place.length for place in decoded) < len(content) / 20
    before = len(decoded)
    catalogue.model("vendor_007", "llm", "chat-7")
    assert len(decoded) == before


def test_an_alias_finds_the_provider_unless_another_has_that_id() -> None:
    aliased = DOCUMENT.replace("provider: acme", "provider: acme\naliases: [acmeai]", 1)
    catalogue = Catalogue([]).with_document(aliased)
    assert catalogue.provider("acmeai") is catalogue.provider("acme")
    assert catalogue.id_of("acmeai") == "acme"
    assert catalogue.model("acmeai", "llm", "a") is catalogue.model("acme", "llm", "a")
    assert ids(catalogue, "acmeai") == ids(catalogue, "acme")
    overlaid = catalogue.with_document("extends: acmeai\nmodels: [{model: more, model_type: llm}]")
    assert "more" in ids(overlaid, "acme")
    taken = catalogue.with_document(provider("acmeai") + "models: [{model: z, model_type: llm}]")
    assert taken.provider("acmeai").provider == "acmeai"
    assert ids(taken, "acmeai") == ["z"]


def test_two_providers_cannot_share_an_alias() -> None:
    catalogue = Catalogue([]).with_document(DOCUMENT.replace("provider: acme", "provider: acme\naliases: [one]", 1))
    with pytest.raises(DeclarationInvalid, match="alias of acme"):
        catalogue.with_document(provider("zed").replace("provider: zed", "provider: zed\naliases: [one]", 1))


@pytest.mark.parametrize("alias", ["acme", "a b", "a/b"])
def test_an_alias_is_another_id(alias: str) -> None:
    with pytest.raises(DeclarationInvalid, match="no other id"):
        Catalogue([]).with_document(DOCUMENT.replace("provider: acme", f"provider: acme\naliases: ['{alias}']", 1))
