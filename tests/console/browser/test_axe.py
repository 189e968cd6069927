"""No violation of WCAG 2.2 AA or of best practice, contrast included: each page, theme and language, with what opens opened."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.console.backend import Backend
from tests.console.browser.conftest import OpenPage
from tests.console.browser.test_playground_chat import CODER
from tests.console.browser.test_playground_sound import SEGMENTS, audio, wave
from tests.console.operation import furnish

OPTIONS = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], "resultTypes": ["violations"]}


def nothing(_: Page) -> None:
    """The page as it comes."""


def form_with_errors(page: Page) -> None:
    page.locator("mr-credential-form button[type=submit]").click()
    expect(page.locator("mr-credential-form .error").first).to_be_visible()


def refused(page: Page) -> None:
    page.locator("mr-credential-form input[type=password]").first.fill("sk-wrong")
    page.locator("mr-credential-form button[type=submit]").click()
    page.locator("mr-credential-form .notice details summary").click()


def models_tab(page: Page) -> None:
    page.get_by_role("tab").nth(1).click()
    expect(page.get_by_role("switch").first).to_be_visible()


def several_keys(page: Page) -> None:
    page.locator("mr-configure-provider .row.wrap > button").filter(has_not=page.locator(".icon")).last.click()
    page.locator("#several-keys").fill("gsk-1\ngsk-1\ngsk-2")


def compare(page: Page) -> None:
    models_tab(page)
    page.locator("mr-provider-models .row.wrap > button").first.click()
    expect(page.locator("mr-sync-models input")).to_have_count(4)


def check_models(page: Page) -> None:
    models_tab(page)
    page.locator("mr-provider-models .row.wrap > button").last.click()
    page.locator("mr-check-models .button.primary").click()
    expect(page.locator("mr-check-models .bar").first).to_be_visible()


def open_picker(page: Page) -> None:
    page.locator("mr-model-picker input").click()
    expect(page.get_by_role("option").first).to_be_visible()


def open_palette(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.keyboard.type("a")
    expect(page.get_by_role("option").first).to_be_visible()


def conversation(page: Page) -> None:
    page.locator(".composer textarea").fill("hi")
    page.keyboard.press("Enter")
    expect(page.locator("article pre code")).to_be_visible()
    page.locator(".edit").click()


def wire(page: Page) -> None:
    """The code of a call, below the conversation."""
    page.locator(".composer textarea").fill("hi")
    page.locator("mr-wire summary").click()
    expect(page.locator("mr-wire pre")).to_be_visible()
    page.locator("mr-wire [role=tab]").last.click()
    expect(page.locator("mr-wire .choices")).to_be_visible()


def tool_call(page: Page) -> None:
    options = page.locator(".chat-options > .row button")
    options.nth(2).click()
    page.locator("#chat-schema").fill("{")
    expect(page.locator("#chat-schema-error")).to_be_visible()
    page.locator("#chat-schema").fill('{"type": "object"}')
    options.nth(1).click()
    page.locator("#chat-option .row .button").first.click()
    page.locator(".composer textarea").fill("hi")
    page.keyboard.press("Enter")
    expect(page.locator("#tool-answer-0")).to_be_visible()
    expect(page.locator("article .notice")).to_be_visible()


def compared(page: Page) -> None:
    page.locator("#compare-prompt").fill("hi {{name}}")
    page.locator("#compare-repeats").fill("2")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[role=group] .button.number").nth(3)).to_be_visible()
    page.locator(".column details summary").first.click()
    page.locator(".compare-acts [aria-pressed]").click()
    expect(page.locator(".differences")).to_be_visible()


def spoken(page: Page) -> None:
    page.locator("form .button.primary").click()
    expect(page.locator(".waveform")).to_be_visible()


def transcribed(page: Page) -> None:
    file = {"name": "a.wav", "mimeType": "audio/wav", "buffer": wave(0.5)}
    page.locator("#audio-file").set_input_files(file)  # type: ignore[arg-type]
    page.locator("form .button.primary").click()
    expect(page.locator(".segments")).to_be_visible()
    page.evaluate("() => { navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError')) }")
    page.locator("mr-recorder .button").click()
    expect(page.locator("[role=alert]")).to_be_visible()


def run_pane(page: Page) -> None:
    page.locator("form .button.primary").click()
    expect(page.locator(".heat, .bars").first).to_be_visible()


def new_key(page: Page) -> None:
    page.locator(".page-head .button.primary").click()
    expect(page.locator("#key-name")).to_be_visible()


def chart_as_table(page: Page) -> None:
    page.locator("main details summary").click()
    expect(page.locator(".grid.tight")).to_be_visible()


def edit_account(page: Page) -> None:
    page.locator(".grid button").first.click()
    expect(page.locator("#account-password")).to_be_visible()


def rename_workspace(page: Page) -> None:
    page.locator(".grid button").first.click()
    expect(page.locator("#workspace-rename")).to_be_visible()


def open_entry(page: Page) -> None:
    page.locator("form button").last.click()
    page.locator(".audit summary").first.click()
    expect(page.locator(".notice")).to_be_visible()


def open_form(section: str, field: str) -> Callable[[Page], None]:
    def act(page: Page) -> None:
        page.locator(f"{section} .route button").first.click()
        expect(page.locator(field)).to_be_visible()

    return act


def open_call(page: Page) -> None:
    expect(page.locator(".attempt-time")).to_have_count(2)


SCENES: dict[str, tuple[str, str, Callable[[Page], None]]] = {
    "providers": ("providers", ".card", nothing),
    "providers-none": ("providers?q=zzzzzz", ".empty", nothing),
    "configure-form": ("providers?q=openai&configure=openai", "mr-credential-form form", nothing),
    "configure-errors": ("providers?q=azure_openai&configure=azure_openai", "mr-credential-form form", form_with_errors),
    "configure-refused": ("providers?q=anthropic&configure=anthropic", "mr-credential-form form", refused),
    "configure-stored": ("providers?q=groq&configure=groq", ".credential", nothing),
    "configure-several": ("providers?q=groq&configure=groq", ".credential .ring", several_keys),
    "sync": ("providers?q=groq&configure=groq", ".credential", compare),
    "check": ("providers?q=groq&configure=groq", ".credential", check_models),
    "configure-models": ("providers?q=groq&configure=groq", ".credential", models_tab),
    "models": ("models", ".table-body .table-row", nothing),
    "model-sheet": ("models?model=openai%2Fgpt-4o-mini&type=llm", "mr-parameter-panel .rule", nothing),
    "playground": ("playground", "mr-parameter-panel .rule", conversation),
    "wire": ("playground", "mr-parameter-panel .rule", wire),
    "tool-call": (f"playground?model=local/{CODER}", ".chat-options", tool_call),
    "compare": ("playground?compare=-", "mr-compare-column", compared),
    "picker": ("playground", "mr-parameter-panel .rule", open_picker),
    "embedding": ("playground?type=text-embedding", "form .button.primary", run_pane),
    "rerank": ("playground?type=rerank", "form .button.primary", run_pane),
    "moderation": ("playground?type=moderation", "form .button.primary", run_pane),
    "transcription": ("playground?type=speech2text", "#audio-file", transcribed),
    "speech": ("playground?type=tts", "#speech-text", spoken),
    "usage": ("usage", ".chart", chart_as_table),
    "logs": ("logs", ".table-body .table-row", nothing),
    "call": ("logs?call=c1", "mr-call-sheet .facts", open_call),
    "call-refused": ("logs?call=c2", "mr-call-sheet .facts", nothing),
    "routes": ("routes", ".route", nothing),
    "route-form": ("routes?route=fast", "mr-route-form .target", nothing),
    "policy-form": ("routes", "mr-policies .route", open_form("mr-policies", "#policy-cache")),
    "price-form": ("routes", "mr-own-prices .route", open_form("mr-own-prices", "#price-input")),
    "settings": ("settings", "#own-language", nothing),
    "settings-records": ("settings?tab=records", "#settings-egress", nothing),
    "settings-health": ("settings?tab=health", ".grid", nothing),
    "settings-accounts": ("settings?tab=accounts", ".grid", nothing),
    "account-form": ("settings?tab=accounts", ".grid", edit_account),
    "settings-workspaces": ("settings?tab=workspaces", ".grid", rename_workspace),
    "settings-audit": ("settings?tab=audit", ".grid", open_entry),
    "settings-tokens": ("settings?tab=tokens", ".grid", nothing),
    "keys": ("keys", ".grid", nothing),
    "key-form": ("keys", ".grid", new_key),
    "palette": ("keys", ".grid", open_palette),
}
"""Name → path, what must be there, what to do then."""


@pytest.fixture
def furnished(backend: Backend) -> Backend:
    backend.stored["c1"] = backend._view("c1", "groq", {"name": "Main", "credentials": {"api_key": "gsk-0001"}}) | {"active": True}
    backend.stored["c2"] = backend._view("c2", "groq", {"name": "Spare", "credentials": {"api_key": "gsk-0002"}})
    backend.operation.tables["balancing"]["groq"] = "weighted"
    backend.keys["k1"] = {
        "id": "k1",
        "name": "Batch",
        "models": ["local/*"],
        "disabled": False,
        "created_at": 1.79e9,
        "last_used_at": None,
        "expires_at": None,
        "limits": None,
    }

    def events(kind: str, body: Any) -> Iterator[tuple[str, Any]]:
        text = "Hello **you**, see [this](https://a.example):\n\n```py\nx = 1\n```\n\n> quoted\n\n| a | b |\n|---|---|\n| 1 | 2 |"
        results: dict[str, Any] = {
            "text-embedding": {
                "data": [{"embedding": [1, 0]}, {"embedding": [0.8, 0.6]}, {"embedding": [0, 1]}, {"embedding": [1, 1]}]
            },
            "rerank": {"results": [{"index": 1, "relevance_score": 0.9}, {"index": 0, "relevance_score": 0.1}]},
            "speech2text": {"text": "hello there", "segments": SEGMENTS},
            "moderation": {"results": [{"flagged": True, "categories": {"hate": True}, "category_scores": {"hate": 0.9}}]},
        }
        if kind == "llm" and body.get("tools"):
            call = {"id": "t1", "function": {"name": "weather", "arguments": '{"city": "Oslo", "days": 2, "past": false}'}}
            yield "chunk", {"choices": [{"delta": {"content": "[]", "tool_calls": [call]}}]}
        elif kind == "tts":
            yield audio(wave(0.5))
        elif kind == "llm":
            yield "chunk", {"choices": [{"delta": {"content": text, "reasoning_content": "Hm."}}]}
        else:
            yield "result", results.get(kind, {})
        yield "record", {"id": "r", "seconds": 1, "status": 200, "cost": {"total": "0.1", "currency": "USD"}}

    backend.events = events
    furnish(backend.operation)
    backend.verdict = lambda: (
        422,
        {"code": "credentials_refused", "message": "refused", "hint": "Copy it anew.", "request_id": "r"},
    )
    return backend


LOOKS = [
    ("light", "en-US"),
    ("dark", "zh-CN"),
    # Colours come with the theme and words with the language: the other two pairs are for the long run.
    pytest.param("light", "zh-CN", marks=pytest.mark.slow),
    pytest.param("dark", "en-US", marks=pytest.mark.slow),
]


@pytest.mark.parametrize(("theme", "language"), LOOKS)
@pytest.mark.parametrize("scene", SCENES)
def test_nothing_is_in_anybodys_way(
    scene: str, theme: str, language: str, address: str, furnished: Backend, open_page: OpenPage, artefacts: Path
) -> None:
    path, there, act = SCENES[scene]
    page = open_page(address + path, scheme=theme, language=language, expect=("422",))
    expect(page.locator(there).first).to_be_visible()
    act(page)
    page.screenshot(path=artefacts / f"{scene}-{theme}-{language}.png")
    broken = Axe().run(page, options=OPTIONS).response["violations"]
    assert [(rule["id"], node["target"], node["failureSummary"]) for rule in broken for node in rule["nodes"]] == []


@pytest.mark.parametrize("width", [360, pytest.param(640, marks=pytest.mark.slow)])
def test_a_narrow_window_needs_no_sideways_scrolling(width: int, address: str, furnished: Backend, open_page: OpenPage) -> None:
    for path in (
        "providers",
        "models",
        "playground",
        "playground?compare=-",
        "usage",
        "logs",
        "routes",
        "settings?tab=health",
        "keys",
        "providers?q=groq&configure=groq",
    ):
        page = open_page(address + path, viewport={"width": width, "height": 740})
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
