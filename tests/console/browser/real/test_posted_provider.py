"""A provider posted as YAML while the gateway runs: listed, configured, refused, validated and called in pages built before."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.admin.serving import Client, Served
from tests.console.browser.real.conftest import OpenConsole
from tests.console.browser.real.made_up import MadeUp
from tests.simulators.openai_family import KEY, OpenAISimulator, speech

WITH = {
    "tier": "large",
    "region": "moon",
    "contract": "AB-12",
    "audited": False,
    "retries": 0,
    "note": "first line\nsecond line",
    "extras": '{"a": [1]}',
}
"""What is typed, beside address and key."""


@pytest.fixture
def admin(gateway: Served, vendor: OpenAISimulator) -> Client:
    """Whose gateway may reach the vendor."""
    found = gateway.client()
    host = vendor.url.removeprefix("http://").removesuffix("/v1")
    found.done("PATCH", "/api/settings", {"values": {"egress_allow": [host]}})
    return found


@pytest.fixture
def made_up(admin: Client) -> MadeUp:
    found = MadeUp()
    assert admin.done("POST", "/api/declarations", {"text": found.text})["problems"] == []
    return found


@pytest.fixture
def configured(admin: Client, made_up: MadeUp, vendor: OpenAISimulator) -> MadeUp:
    """With a credential."""
    body = {"name": "main", "credentials": {**WITH, "api_key": KEY, "base_url": vendor.url}}
    admin.done("POST", f"/api/providers/{made_up.id}/credentials", body)
    return made_up


def fill(page: Page, address: str, key: str) -> None:
    """Every kind of field, by its name."""
    page.get_by_role("textbox", name="API key").fill(key)
    page.get_by_role("textbox", name="Base URL").fill(address)
    page.get_by_role("radio", name="Large one").check()
    page.get_by_role("combobox", name="Region").select_option(label="Moon")
    page.get_by_role("textbox", name="Contract").fill(str(WITH["contract"]))
    page.get_by_role("switch", name="Audited").uncheck()
    page.get_by_role("textbox", name="Retries").fill(str(WITH["retries"]))
    page.get_by_role("textbox", name="Note").fill(str(WITH["note"]))
    page.get_by_text("More settings").click()
    page.get_by_role("textbox", name="Extras").fill(str(WITH["extras"]))


def test_it_is_listed_configured_and_validated(admin: Client, vendor: OpenAISimulator, open_console: OpenConsole) -> None:
    page = open_console("providers", expect=("422",))
    expect(page.locator(".card").first).to_be_visible()
    made_up = MadeUp()
    expect(page.get_by_role("button", name=made_up.label)).to_have_count(0)
    admin.done("POST", "/api/declarations", {"text": made_up.text})
    page.reload()
    card = page.get_by_role("button", name=made_up.label)
    expect(card).to_contain_text("Needs credentials")
    card.click()
    expect(page.get_by_role("textbox", name="Contract")).to_have_count(0)
    expect(page.get_by_role("option", name="Moon")).to_have_count(0)
    fill(page, vendor.url, "sk-wrong")
    page.get_by_role("button", name="Validate and save").click()
    expect(page.get_by_role("textbox", name="API key")).to_have_attribute("aria-invalid", "true")
    page.get_by_role("textbox", name="API key").fill(KEY)
    page.get_by_role("button", name="Validate and save").click()
    expect(page.get_by_text("In use")).to_be_visible()
    (row,) = admin.get(f"/api/providers/{made_up.id}/credentials")["data"]
    assert row["values"] == {**WITH, "base_url": vendor.url}
    assert KEY not in str(row)
    page.keyboard.press("Escape")
    expect(card).to_contain_text("Ready")


def test_a_conversation_sends_the_parameter_that_only_the_declaration_knows(
    configured: MadeUp, vendor: OpenAISimulator, open_console: OpenConsole
) -> None:
    page = open_console(f"playground?model={configured.id}%2Fsim-chat")
    label = configured.parameter_label
    box = page.get_by_role("textbox", name=f"{label}, value")
    expect(box).to_have_value("3")
    box.fill("7")
    box.press("Enter")
    expect(page.get_by_role("switch", name=f"Send {label}")).to_be_checked()
    page.get_by_role("textbox", name="Message").fill("hello there")
    page.keyboard.press("Enter")
    answer = page.get_by_role("article").last
    expect(answer).to_contain_text("You said: hello there")
    expect(answer).to_contain_text("10 in · 5 out")
    assert vendor.requests[-1][1][configured.parameter] == 7
    assert "temperature" not in vendor.requests[-1][1]


def test_every_other_type_runs(configured: MadeUp, open_console: OpenConsole, tmp_path: Path) -> None:
    page = open_console(f"playground?type=text-embedding&model={configured.id}%2Fsim-embed")
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_text("8 dimensions")).to_be_visible()
    page.goto(page.url.replace("text-embedding", "rerank").replace("sim-embed", "sim-rank"))
    page.get_by_role("textbox", name="Query").fill("green tea")
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_role("listitem").first).to_contain_text("green tea with honey")
    page.goto(page.url.replace("rerank", "moderation").replace("sim-rank", "sim-judge"))
    page.get_by_role("textbox", name="Text").fill("a bad word")
    page.get_by_role("button", name="Judge").click()
    expect(page.get_by_role("status").filter(has_text="Flagged")).to_be_visible()
    page.goto(page.url.replace("moderation", "tts").replace("sim-judge", "sim-mouth"))
    page.get_by_role("button", name="Speak").click()
    expect(page.get_by_role("link", name="Download")).to_have_attribute("download", "speech.wav")
    page.goto(page.url.replace("tts", "speech2text").replace("sim-mouth", "sim-ear"))
    file = tmp_path / "hello.wav"
    file.write_bytes(speech("hello"))
    page.get_by_label("Audio file").set_input_files(file)
    page.get_by_role("button", name="Transcribe").click()
    expect(page.locator(".transcript")).to_have_text("heard 1 wave file")


def test_its_form_speaks_chinese_too(made_up: MadeUp, open_console: OpenConsole) -> None:
    page = open_console(f"providers?configure={made_up.id}", language="zh-CN")
    expect(page.get_by_role("textbox", name="密钥")).to_be_visible()
    page.get_by_role("radio", name="大").check()
    page.get_by_role("textbox", name="合同号").fill("no contract")
    page.get_by_role("button", name="验证并保存").click()
    expect(page.get_by_role("textbox", name="合同号")).to_have_attribute("aria-invalid", "true")


def test_the_egress_guard_refuses_an_address_that_nobody_allowed(made_up: MadeUp, open_console: OpenConsole) -> None:
    page = open_console(f"providers?configure={made_up.id}", expect=("422", "403", "502"))
    fill(page, "http://127.0.0.1:1/v1", KEY)
    page.get_by_role("button", name="Validate", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("127.0.0.1")
