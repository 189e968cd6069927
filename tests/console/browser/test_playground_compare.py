"""Models side by side."""

from __future__ import annotations

import base64
import csv
import itertools
import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.console.backend import Backend
from tests.console.browser.conftest import OpenPage

SMALL, CODER = "local/smollm2-135m-instruct", "local/qwen2.5-coder-0.5b-instruct"
TOOK: dict[str, tuple[float, float, str]] = {SMALL: (0.2, 2.2, "0.001"), CODER: (0.5, 1.5, "0.002")}
"""Model → seconds to the first token, of the whole, and cost, for 100 tokens."""


@pytest.fixture
def racing(backend: Backend) -> Backend:
    """Two models, one of them quick to begin and cheap, the other quick to end; each call takes longer than the one before."""
    calls: list[str] = []

    def events(kind: str, body: Any) -> Iterator[tuple[str, Any]]:
        model = body["model"]
        calls.append(model)
        first, whole, cost = TOOK[model]
        more = calls.count(model) - 1
        yield "chunk", {"choices": [{"delta": {"content": f"{model} says {more % 2}"}}]}
        yield (
            "record",
            {
                "id": "r",
                "status": 200,
                "first_token_seconds": first + more,
                "seconds": whole + more,
                "usage": {"input": {"total": 7}, "output": {"total": 100}},
                "cost": {"total": cost, "currency": "USD"},
            },
        )

    backend.events = events
    return backend


def compared(open_page: OpenPage, address: str) -> Page:
    page = open_page(f"{address}playground?model={SMALL}")
    page.get_by_role("button", name="Compare models").press("Enter")
    expect(page.get_by_role("region", name="Model 2")).to_be_visible()
    return page


def test_two_models_answer_one_prompt_and_the_best_are_marked(
    address: str, racing: Backend, open_page: OpenPage, tmp_path: Path
) -> None:
    page = compared(open_page, address)
    page.get_by_role("textbox", name="System prompt").fill("Be brief.")
    page.get_by_role("textbox", name="Times each").fill("3")
    page.get_by_role("textbox", name="Prompt for all").fill("hello {{name}}")
    page.get_by_role("textbox", name="{{name}}").fill("Ada")
    page.keyboard.press("Control+Enter")
    left, right = page.get_by_role("region", name="Model 1"), page.get_by_role("region", name="Model 2")
    expect(left).to_contain_text("quickest to begin")
    expect(left).to_contain_text("cheapest")
    expect(right).to_contain_text("fastest")
    expect(right).to_contain_text("soonest done")
    expect(left).to_contain_text("1.2 s 0.2 s – 2.2 s")
    expect(left).to_contain_text("2 different answers")
    expect(left).to_contain_text(f"{SMALL} says 0")
    left.get_by_role("button", name="Answer 2").press("Enter")
    expect(left).to_contain_text(f"{SMALL} says 1")
    page.get_by_role("button", name="Differences to model 1").press("Enter")
    expect(right.locator("ins").first).to_contain_text("qwen2")
    expect(left.locator("ins, del")).to_have_count(0)
    bodies = [each["body"] for each in racing.received if "/invoke/" in each["path"]]
    assert len(bodies) == 6
    assert all([message["content"] for message in body["messages"]] == ["Be brief.", "hello Ada"] for body in bodies)
    files: dict[str, Path] = {}
    for kind in ("JSON", "CSV"):
        with page.expect_download() as download:
            page.get_by_role("button", name=kind, exact=True).click()
        files[kind] = tmp_path / download.value.suggested_filename
        download.value.save_as(files[kind])
    rows = list(csv.DictReader(files["CSV"].read_text("utf-8").splitlines()))
    assert [row["model"] for row in rows] == [SMALL] * 3 + [CODER] * 3
    assert [float(row["first_token_seconds"]) for row in rows] == [0.2, 1.2, 2.2, 0.5, 1.5, 2.5]
    saved = json.loads(files["JSON"].read_text("utf-8"))
    assert (saved["prompt"], len(saved["models"][1]["runs"])) == ("hello {{name}}", 3)


def test_each_has_its_own_parameters_and_the_address_holds_the_models(address: str, racing: Backend, open_page: OpenPage) -> None:
    page = compared(open_page, address)
    second = page.get_by_role("region", name="Model 2")
    second.get_by_text("Parameters").click()
    second.get_by_role("switch", name="Send Temperature").check()
    page.get_by_role("textbox", name="Prompt for all").fill("hello")
    page.get_by_role("button", name="Run all").click()
    expect(second).to_contain_text("says 0")
    sent = {each["body"]["model"]: each["body"] for each in racing.received if "/invoke/" in each["path"]}
    assert "temperature" in sent[CODER]
    assert "temperature" not in sent[SMALL]
    page.goto(f"{address}playground?compare={CODER},{SMALL}")
    expect(page.get_by_role("region", name="Model 1").get_by_role("combobox")).to_have_value(re.compile("Qwen2.5 Coder"))
    page.get_by_role("button", name="Compare models").click()
    expect(page.get_by_role("log")).to_be_visible()


def test_all_are_stopped_and_a_failure_stands_in_its_column(address: str, backend: Backend, open_page: OpenPage) -> None:
    more = threading.Event()

    def events(kind: str, body: Any) -> Iterator[tuple[str, Any]]:
        if body["model"] == SMALL:
            yield "error", {"code": "rate_limited", "message": "too fast", "status": 429}
        else:
            yield "chunk", {"choices": [{"delta": {"content": "so far"}}]}
            more.wait(10)

    backend.events = events
    page = compared(open_page, address)
    page.get_by_role("textbox", name="Prompt for all").fill("hello")
    page.get_by_role("button", name="Run all").click()
    expect(page.get_by_role("region", name="Model 1").get_by_role("alert")).to_contain_text("too fast")
    expect(page.get_by_role("region", name="Model 2")).to_contain_text("so far")
    page.get_by_role("button", name="Stop").click()
    more.set()
    expect(page.get_by_role("button", name="Run all")).to_be_enabled()


FEATURES = ("vision", "tool-call", "structured-output")
TOOL = '[{"name": "weather", "parameters": {"type": "object"}}]'
SCHEMA = '{"type": "object", "required": ["city"]}'
PIXEL = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")


def test_tools_a_schema_and_files_go_to_all_or_to_none(address: str, backend: Backend, open_page: OpenPage) -> None:
    """To all where every model declares them; each column says what its model made of them."""
    offered = [info for info in backend.infos if str(info.model_type) == "llm" and info.provider not in ("local", "fake")]
    able = [info for info in offered if set(FEATURES) <= set(info.features or ())]
    one, two = next((one, two) for one, two in itertools.pairwise(able) if one.provider == two.provider)
    backend.stored["c1"] = {"id": "c1", "provider": one.provider, "enabled": True, "active": True}
    names = [f"{info.provider}/{info.model}" for info in (one, two)]

    def events(kind: str, body: Any) -> Iterator[tuple[str, Any]]:
        text = '{"city": "Oslo"}' if body["model"] == names[0] else "Oslo"
        call = {"id": "t1", "function": {"name": "weather", "arguments": '{"city":"Oslo"}'}}
        yield "chunk", {"choices": [{"delta": {"content": text, "tool_calls": [call]}}]}

    backend.events = events
    page = open_page(f"{address}playground?compare={','.join(names)}")
    page.get_by_role("textbox", name="Prompt for all").fill("What is this?")
    page.get_by_role("button", name="Tools").click()
    page.get_by_role("textbox", name="Tools").fill("[")
    expect(page.get_by_role("alert").first).to_contain_text("Mend the tools")
    expect(page.get_by_role("button", name="Run all")).to_be_disabled()
    page.get_by_role("textbox", name="Tools").fill(TOOL)
    page.get_by_role("button", name="Answer as JSON").click()
    page.get_by_role("textbox", name="Answer as JSON").fill(SCHEMA)
    page.get_by_label("Add files").set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": PIXEL})
    expect(page.get_by_role("img", name="a.png")).to_be_visible()
    page.get_by_role("button", name="Run all").click()
    left, right = page.get_by_role("region", name="Model 1"), page.get_by_role("region", name="Model 2")
    expect(left).to_contain_text("The answer follows the schema.")
    expect(right).to_contain_text("The answer does not follow the schema.")
    for column in (left, right):
        expect(column.get_by_text("weather").first).to_be_visible()
    bodies = [each["body"] for each in backend.received if "/invoke/" in each["path"]]
    assert [sorted(each) for each in bodies] == [sorted(bodies[0])] * 2
    assert [part["type"] for part in bodies[0]["messages"][-1]["content"]] == ["image_url", "text"]
    assert bodies[0]["tools"][0]["function"]["name"] == "weather"
    assert bodies[0]["response_format"]["json_schema"]["schema"] == {"type": "object", "required": ["city"]}
    # Beside a model that declares none of it nothing is sent, and the file must go first.
    plain = next(info for info in offered if not set(FEATURES) & set(info.features or ()))
    backend.stored["c2"] = {"id": "c2", "provider": plain.provider, "enabled": True, "active": True}
    page.goto(f"{address}playground?compare={names[0]},{plain.provider}/{plain.model}")
    page.get_by_role("button", name="Tools").click()
    expect(page.get_by_text("sent to none of them")).to_be_visible()
    expect(page.get_by_text("read no kind of file in common")).to_be_visible()
