"""Debian's Chromium on the built console, served below a path of its own.

The browser belongs to this folder alone: Playwright's blocking interface keeps an event loop on the thread, which tests of other
folders must not find.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from modelruntime import Runtime
from modelruntime.schema.catalogue import Catalogue
from scripts import console as console_script
from tests.console.backend import Backend, running
from tests.console.browser.gateway import Operated, operated
from tests.simulators.openai_family import OpenAISimulator, openai_simulator

ROOT_PATH = "/sub"
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
)

OpenPage = Callable[..., Page]


@pytest.fixture(scope="package")
def built() -> None:
    """The console as its sources are now."""
    console_script.build(if_needed=True)


def browser_program() -> str:
    path = os.environ.get("MODELRUNTIME_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    assert path, "the tests of the console need Chromium: run make setup, or set MODELRUNTIME_CHROMIUM"
    return path


@pytest.fixture(scope="package")
def chromium(built: None) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=browser_program(), args=list(ARGUMENTS))
        yield launched
        launched.close()


@pytest.fixture(scope="package")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runtime]:
    cache = tmp_path_factory.mktemp("compiled")
    with Runtime(environ={"MODELRUNTIME_CACHE": str(cache), "MODELRUNTIME_DATA": str(cache)}) as made:
        yield made


@pytest.fixture
def backend(runtime: Runtime) -> Backend:
    return Backend(runtime)


@pytest.fixture
def address(backend: Backend, built: None) -> Iterator[str]:
    """Of the console; ends with a slash."""
    with running(backend, ROOT_PATH) as url:
        yield url


@pytest.fixture(scope="package")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the declarations are kept compiled: once for all tests."""
    folder = tmp_path_factory.mktemp("compiled")
    Catalogue.load(environ={"MODELRUNTIME_CACHE": str(folder)})
    return folder


@pytest.fixture
def vendor() -> Iterator[OpenAISimulator]:
    with openai_simulator() as simulator:
        yield simulator


@pytest.fixture
def gateway(built: None, compiled: Path, vendor: OpenAISimulator, tmp_path: Path) -> Iterator[Operated]:
    """The real one, with what it needs to be called."""
    cache = Path(shutil.copytree(compiled, tmp_path / "cache", copy_function=os.link))
    with operated(tmp_path / "data", cache, vendor) as found:
        yield found


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[OpenPage]:
    """A page of a fresh browser profile. What it complains of in its console fails the test, unless it was told to be expected."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []
    expected: list[str] = []

    def open_(url: str, *, scheme: str = "light", language: str = "en-US", expect: tuple[str, ...] = (), **options: Any) -> Page:
        expected.extend(expect)
        settings: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}, "reduced_motion": "reduce"} | options
        context = chromium.new_context(color_scheme=scheme, locale=language, **settings)  # type: ignore[arg-type]
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(url)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert [text for text in complaints if not any(part in text for part in expected)] == []


@pytest.fixture
def artefacts(request: pytest.FixtureRequest) -> Path:
    """Where screenshots go: MODELRUNTIME_SCREENSHOTS, else a folder of the test's own."""
    wanted = os.environ.get("MODELRUNTIME_SCREENSHOTS")
    found = Path(wanted) if wanted else request.getfixturevalue("tmp_path")
    found.mkdir(parents=True, exist_ok=True)
    return found
