"""Pictures of the console, from the built pages on a gateway that serves the local models.

    python scripts/console_shots.py                  write docs/console
    python scripts/console_shots.py --keep FOLDER    keep every single picture there too

Each page in both themes and both languages makes four contact sheets; three pages stand alone for the README. Needs Chromium, the
built console (python scripts/console.py build) and local models (modelruntime pull standard).
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, BrowserContext, Locator, Page, StorageState, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs" / "console"
SIZE = {"width": 1200, "height": 720}
SHEET_AT_MOST, SINGLE_AT_MOST = 400_000, 150_000
"""Bytes."""
THEMES, LANGUAGES = ("light", "dark"), {"en": "en-US", "zh": "zh-CN"}
PATIENCE = 90_000
"""Milliseconds: weights are loaded with the first call."""
COLUMNS, THUMBNAILS = 3, (440, 400, 360, 320, 280)
"""Of a sheet; the widths of a picture on it in pixels, the first that keeps the sheet within its limit."""


class Trouble(Exception):
    """What stops the script, as one sentence that says what to do."""


class Scene(NamedTuple):
    """A page: where it is, what must be there, what to do then."""

    path: str
    there: str
    act: Callable[[Page, Path], None] = lambda page, speech: None


def chat(page: Page, speech: Path) -> None:
    """A question and its whole answer."""
    temperature = page.locator("#parameter-temperature")
    temperature.fill("0")
    temperature.press("Enter")
    page.locator(".composer textarea").fill("Write a Python function that reverses a string. Only the code, no explanation.")
    page.keyboard.press("Enter")
    shown(page.locator("article.message").last.locator("p.number"))


def compare(page: Page, speech: Path) -> None:
    """Two models, twice each."""
    page.locator("#compare-prompt").fill("Write a Python function that reverses a string. Only the code, no explanation.")
    page.locator("#compare-repeats").fill("2")
    page.keyboard.press("Control+Enter")
    shown(page.locator("mr-compare-column").last.locator("[role=group] button").nth(1))
    shown(page.locator(".compare-acts .button.primary"))


def run(there: str) -> Callable[[Page, Path], None]:
    """Press the button, and wait for what it brings."""

    def act(page: Page, speech: Path) -> None:
        page.locator("form .button.primary").first.click()
        shown(page.locator(there).first)

    return act


def transcribe(page: Page, speech: Path) -> None:
    """What the recording says."""
    page.locator("#audio-file").set_input_files(speech)
    run(".transcript")(page, speech)


def embed(page: Page, speech: Path) -> None:
    """Both drawings of the vectors."""
    run(".heat")(page, speech)
    page.locator("svg.scatter").scroll_into_view_if_needed()


def shown(found: Locator) -> None:
    """Wait until it is there."""
    found.wait_for(timeout=PATIENCE)


SCENES: dict[str, Scene] = {
    "providers": Scene("providers", ".card"),
    "form": Scene("providers?type=llm&configure=azure_openai", "mr-credential-form form"),
    "credential": Scene("providers?configure=mistral", ".credential"),
    "models": Scene("models", ".table-body .table-row"),
    "model": Scene("models?q=deepseek&model=deepseek%2Fdeepseek-chat&type=llm", "mr-parameter-panel .rule"),
    "playground": Scene("playground", "mr-parameter-panel .rule", chat),
    "compare": Scene("playground?compare=-", "mr-compare-column", compare),
    "embedding": Scene("playground?type=text-embedding", "form .button.primary", embed),
    "rerank": Scene("playground?type=rerank", "form .button.primary", run(".bars")),
    "transcription": Scene("playground?type=speech2text", "#audio-file", transcribe),
    "speech": Scene("playground?type=tts", "form .button.primary", run("audio")),
    "moderation": Scene("playground?type=moderation", "form .button.primary", run(".bars")),
    "keys": Scene("keys", ".grid"),
}
"""Name → page; pages of the rail that are not here are shot as they come."""
SINGLES = {"providers": ("light", "en"), "playground": ("dark", "en"), "form": ("light", "zh")}
"""What the README shows."""


@contextmanager
def gateway(folder: Path) -> Generator[str]:
    """A gateway of its own over `folder`, without the environment's credentials; gives the link of its first start."""
    config = folder / "gateway.yaml"
    config.write_text("environment: false\n")
    options = {"--config": str(config), "--data": str(folder / "data"), "--port": "0"}
    command = [sys.executable, "-m", "modelruntime", "serve", "--json", *(text for pair in options.items() for text in pair)]
    log = folder / "gateway.log"
    with log.open("w") as errors, subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True) as process:
        try:
            announcement = announced(process)
            if not announcement:
                raise Trouble(f"the gateway did not start: {log.read_text().strip() or 'it said nothing'}")
            yield json.loads(announcement)["console"]
        finally:
            process.terminate()


def announced(process: subprocess.Popen[str]) -> str:
    """The JSON object that a gateway prints when it serves; empty when it ends before."""
    lines: list[str] = []
    for line in process.stdout or ():
        lines.append(line)
        if line.rstrip() == "}":
            return "".join(lines)
    return ""


def set_up(browser: Browser, link: str) -> StorageState:
    """The first account; a credential and a key, so that their pages are not empty."""
    context = browser.new_context(locale="en-US")
    page = context.new_page()
    page.goto(link)
    page.get_by_role("textbox", name="Name").fill("Ada")
    page.get_by_role("textbox", name="Password").fill("only for pictures")
    page.get_by_role("button", name="Make the first account").click()
    shown(page.locator(".card").first)
    token = page.evaluate("async () => (await (await fetch('../api/session')).json()).csrf_token")
    for path, body in {
        "providers/mistral/credentials": {"name": "Production", "credentials": {"api_key": "not-a-key-3f9c"}},
        "keys": {"name": "Batch jobs", "models": ["local/*"], "limits": {"requests_per_minute": 60}},
    }.items():
        answer = context.request.post(f"{link.partition('console/')[0]}api/{path}", data=body, headers={"x-csrf-token": token})
        if not answer.ok:
            raise Trouble(f"{path}: {answer.text()}")
    state = context.storage_state()
    context.close()
    return state


def spoken(context: BrowserContext, console: str, folder: Path) -> Path:
    """A recording, made by the local speech model."""
    page = context.new_page()
    page.goto(f"{console}playground?type=tts")
    run("audio")(page, folder)
    with page.expect_download() as download:
        page.locator("a[download]").click()
    file = folder / "speech.wav"
    download.value.save_as(file)
    page.close()
    return file


def scenes_of(context: BrowserContext, console: str) -> dict[str, Scene]:
    """Those that are known, and every further page of the rail."""
    page = context.new_page()
    page.goto(f"{console}providers")
    shown(page.locator(".card").first)
    paths = page.locator(".rail nav a").evaluate_all("links => links.map(link => link.href)")
    page.close()
    names = [path.removeprefix(console) for path in paths]
    return {**SCENES, **{name: Scene(name, "main h1") for name in names if name not in SCENES}}


def shoot(context: BrowserContext, console: str, scene: Scene, speech: Path) -> bytes:
    """One page as a PNG."""
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(console + scene.path)
    shown(page.locator(scene.there).first)
    scene.act(page, speech)
    page.mouse.move(0, 0)
    page.wait_for_load_state("networkidle")
    picture = page.screenshot(animations="disabled")
    page.close()
    return picture


SHEET = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 0; padding: 16px; background: {background}; color: {ink}; font: 13px/20px system-ui, sans-serif }}
main {{ display: grid; grid-template-columns: repeat({columns}, {width}px); gap: 16px; width: max-content }}
figure {{ margin: 0 }} img {{ display: block; width: {width}px; outline: 1px solid {line}; border-radius: 6px }}
</style><main>{figures}</main>"""
COLOURS = {
    "light": {"background": "#f1f1f4", "ink": "#18181b", "line": "#d4d4d8"},
    "dark": {"background": "#1c1c20", "ink": "#ececf1", "line": "#3f3f46"},
}


def sheet(browser: Browser, pictures: dict[str, bytes], theme: str) -> bytes:
    """The pictures side by side. Raises `Trouble` when no width keeps the file small."""
    data = {name: base64.b64encode(picture).decode() for name, picture in pictures.items()}
    figures = [
        f'<figure><img src="data:image/png;base64,{text}"><figcaption>{name}</figcaption></figure>' for name, text in data.items()
    ]
    page = browser.new_page()
    try:
        for width in THUMBNAILS:
            page.set_viewport_size({"width": COLUMNS * (width + 16) + 16, "height": 600})
            page.set_content(SHEET.format(columns=COLUMNS, width=width, figures="".join(figures), **COLOURS[theme]))
            page.wait_for_function("[...document.images].every(image => image.complete)")
            found = page.screenshot(full_page=True)
            if len(found) <= SHEET_AT_MOST:
                return found
    finally:
        page.close()
    raise Trouble(f"no contact sheet of {len(pictures)} pictures fits in {SHEET_AT_MOST} bytes: make its pictures smaller")


def write(path: Path, data: bytes, limit: int) -> None:
    """A picture into its file. Raises `Trouble` for one that is too large for a repository."""
    if len(data) > limit:
        raise Trouble(f"{path.name} has {len(data)} bytes, {limit} are allowed: make SIZE smaller")
    path.write_bytes(data)
    print(f"{path.relative_to(ROOT)}  {len(data) / 1000:.0f} kB")


def make(browser: Browser, folder: Path, keep: Path | None) -> None:
    """Everything under docs/console. Raises `Trouble`."""
    with gateway(folder) as link:
        console, state = link.partition("#")[0], set_up(browser, link)
        speech: Path | None = None
        for theme in THEMES:
            for language, locale in LANGUAGES.items():
                context = browser.new_context(
                    color_scheme="dark" if theme == "dark" else "light",
                    locale=locale,
                    storage_state=state,
                    viewport={"width": SIZE["width"], "height": SIZE["height"]},
                    reduced_motion="reduce",
                )
                speech = speech or spoken(context, console, folder)
                found = {name: shoot(context, console, each, speech) for name, each in scenes_of(context, console).items()}
                context.close()
                for name, picture in found.items():
                    if SINGLES.get(name) == (theme, language):
                        write(DOCS / f"{name}.png", picture, SINGLE_AT_MOST)
                    if keep is not None:
                        (keep / f"{name}-{theme}-{language}.png").write_bytes(picture)
                write(DOCS / f"sheet-{theme}-{language}.png", sheet(browser, found, theme), SHEET_AT_MOST)


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the pictures; 1 and a sentence on standard error when they cannot be made."""
    parser = argparse.ArgumentParser(description="Make pictures of the console, for docs/console.")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep every single picture there too")
    parsed = parser.parse_args(arguments)
    DOCS.mkdir(parents=True, exist_ok=True)
    if parsed.keep is not None:
        parsed.keep.mkdir(parents=True, exist_ok=True)
    try:
        path = os.environ.get("MODELRUNTIME_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
        if path is None:
            raise Trouble("there is no Chromium: run scripts/setup_console.sh .venv browser, or set MODELRUNTIME_CHROMIUM")
        with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
            make(browser, Path(folder), parsed.keep)
            browser.close()
    except Trouble as trouble:
        print(f"console_shots: {trouble}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
