"""The cache of compiled folders: keyed by content, whole under concurrency, never needed."""

import multiprocessing
import os
from pathlib import Path

import pytest

from modelruntime.schema.compiled import cache_folder, compile_path, open_compiled
from tests.schema.declare import PROVIDER, write

MODELS = "- {model: one, model_type: llm}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "providers/acme", {"provider.yaml": PROVIDER, "models.yaml": MODELS})
    return tmp_path / "providers"


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {"MODELRUNTIME_CACHE": str(tmp_path / "cache")}


def kept(environ: dict[str, str]) -> list[Path]:
    return sorted(Path(environ["MODELRUNTIME_CACHE"]).rglob("*.snapshot"))


def digest(path: Path, environ: dict[str, str]) -> str:
    return open_compiled(path, environ).digest


def test_a_folder_is_compiled_once(folder: Path, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    first = digest(folder, environ)
    monkeypatch.setattr("modelruntime.schema.compiled.compile_path", lambda path: pytest.fail("compiled again"))
    assert digest(folder, environ) == first
    assert len(kept(environ)) == 1


@pytest.mark.parametrize("change", ["content", "new file", "time"])
def test_a_change_compiles_anew_and_drops_the_old_file(folder: Path, environ: dict[str, str], change: str) -> None:
    digest(folder, environ)
    before = kept(environ)
    models = folder / "acme/models.yaml"
    if change == "content":
        models.write_text(MODELS.replace("one", "other"))
    elif change == "new file":
        write(folder / "acme", {"models/llm/two.yaml": "model: two\n"})
    else:
        os.utime(models, ns=(1, 1))
    digest(folder, environ)
    after = kept(environ)
    assert len(after) == 1
    assert after != before


def test_a_damaged_file_is_replaced(folder: Path, environ: dict[str, str]) -> None:
    good = digest(folder, environ)
    file = kept(environ)[0]
    file.write_bytes(file.read_bytes()[:40])
    assert digest(folder, environ) == good
    assert len(file.read_bytes()) > 40


def test_without_a_cache_folder_it_is_compiled_in_memory(folder: Path) -> None:
    assert cache_folder({}) is None
    assert digest(folder, {}) == open_compiled(folder, {}).digest


def test_a_cache_that_cannot_be_written_is_no_error(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert digest(folder, {"MODELRUNTIME_CACHE": str(tmp_path / "file")}) == digest(folder, {})


def test_problems_are_the_same_from_the_cache(folder: Path, environ: dict[str, str]) -> None:
    write(folder / "acme", {"models.yaml": "- {model: one, model_type: llm, visible: true}\n- {model: [}\n"})
    first = open_compiled(folder, environ).problems
    assert [problem.code for problem in first] == ["yaml-broken"]
    assert open_compiled(folder, environ).problems == first


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"MODELRUNTIME_CACHE": "/c", "XDG_CACHE_HOME": "/x", "HOME": "/h"}, "/c"),
        ({"XDG_CACHE_HOME": "/x", "HOME": "/h"}, "/x/modelruntime"),
        ({"HOME": "/h"}, "/h/.cache/modelruntime"),
    ],
)
def test_where_the_cache_is(environ: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    assert cache_folder(environ) == Path(expected)


def _load_many(folder: str, cache: str, results: "multiprocessing.Queue[str]") -> None:
    found: set[str] = set()
    for turn in range(60):
        os.utime(Path(folder, "acme/models.yaml"), ns=(turn % 3, turn % 3))  # keeps the others compiling and dropping files
        found.add(open_compiled(Path(folder), {"MODELRUNTIME_CACHE": cache}).digest)
    results.put(",".join(sorted(found)))


def test_processes_that_start_together_all_read_whole_files(folder: Path, environ: dict[str, str]) -> None:
    context = multiprocessing.get_context("spawn")
    results: multiprocessing.Queue[str] = context.Queue()
    arguments = (str(folder), environ["MODELRUNTIME_CACHE"], results)
    workers = [context.Process(target=_load_many, args=arguments) for _ in range(3)]
    for worker in workers:
        worker.start()
    found = {results.get(timeout=60) for _ in workers}
    for worker in workers:
        worker.join()
    assert found == {digest(folder, {})}
    assert not list(Path(environ["MODELRUNTIME_CACHE"]).rglob(".*"))


def test_a_document_can_be_compiled_too(tmp_path: Path) -> None:
    path = write(tmp_path, {"one.yaml": PROVIDER + "models: [{model: m, model_type: llm}]\n"}) / "one.yaml"
    assert compile_path(path)
