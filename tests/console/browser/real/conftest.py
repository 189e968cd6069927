"""The built console on a real gateway: store, data plane and admin API over a fresh data directory, set up in the browser once."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from modelruntime.admin.services import AdminOptions
from tests.admin.serving import PASSWORD, Served, serving
from tests.console.browser.conftest import OpenPage
from tests.simulators.openai_family import OpenAISimulator, openai_simulator

BASE_PATH = "/models"
ACCOUNT = "Ada"
FROM_OUTSIDE = ("HOME", "XDG_DATA_HOME", "MODELRUNTIME_HOME")
"""Where pulled weights lie is all that the gateway sees of the environment."""

OpenConsole = Callable[..., Page]


@dataclass(frozen=True)
class Door:
    """How one gets into the gateway's console."""

    console: str
    """Its address; ends with a slash."""
    link: str
    """The one that a gateway announces at its first start."""
    signed_in: Any
    """The browser's cookies after the set-up."""
    arrived: str
    """Where the set-up led to."""


@pytest.fixture(scope="package")
def vendor() -> Iterator[OpenAISimulator]:
    """A vendor on loopback."""
    with openai_simulator() as simulator:
        yield simulator


@pytest.fixture(scope="package")
def gateway(tmp_path_factory: pytest.TempPathFactory, vendor: OpenAISimulator) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("gateway")
    environ = {name: os.environ[name] for name in FROM_OUTSIDE if name in os.environ} | {
        "MODELRUNTIME_CACHE": str(folder / "cache")
    }
    with serving(folder / "data", {"environ": environ}, AdminOptions(version="test", base_path=BASE_PATH)) as served:
        yield served


@pytest.fixture(scope="package")
def door(chromium: Browser, gateway: Served) -> Door:
    """The set-up link opened, the first account made."""
    console = f"{gateway.url}{BASE_PATH}/console/"
    link = f"{console}#setup={gateway.setup_token()}"
    context = chromium.new_context(locale="en-US")
    context.set_default_timeout(10_000)
    page = context.new_page()
    page.goto(link)
    page.get_by_role("textbox", name="Name").fill(ACCOUNT)
    page.get_by_role("textbox", name="Password").fill(PASSWORD)
    page.get_by_role("button", name="Make the first account").click()
    expect(page.get_by_role("heading", level=1, name="Providers")).to_be_visible()
    found = Door(console, link, context.storage_state(), page.url)
    context.close()
    return found


@pytest.fixture
def open_console(door: Door, open_page: OpenPage) -> OpenConsole:
    """A page of the console, signed in."""

    def open_(path: str, **options: Any) -> Page:
        return open_page(door.console + path, storage_state=door.signed_in, **options)

    return open_
