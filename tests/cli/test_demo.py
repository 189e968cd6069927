"""`modelruntime demo`: six acts on real models, and an honest end where weights are missing."""

from __future__ import annotations

import pytest

from modelruntime.cli.demo_acts import agreement, words
from tests.cli.terminal import Command

TYPES = {"llm", "text-embedding", "rerank", "speech2text", "tts", "moderation"}


def test_without_weights_each_act_says_what_to_pull(modelruntime: Command) -> None:
    outcome = modelruntime("demo", "--json")
    assert outcome.code == 1
    assert outcome.json.keys() == TYPES
    assert all(act["ok"] is False and "run: modelruntime pull standard" in act["error"] for act in outcome.json.values())
    shown = modelruntime("demo", "--profile", "small")
    assert shown.code == 1
    assert shown.out.count("failed") == len(TYPES)
    assert "modelruntime pull small" in shown.out


@pytest.mark.parametrize(
    ("spoken", "heard", "share"),
    [
        ("The quick fox.", "the QUICK fox", 1.0),
        ("The quick fox.", "the fox", 2 / 3),
        ("今天天气很好", "今天天汽很好。", 5 / 6),
        ("Hello", "", 0.0),
        ("", "anything", 0.0),
    ],
)
def test_agreement_counts_words_heard_in_order(spoken: str, heard: str, share: float) -> None:
    assert agreement(spoken, heard) == pytest.approx(share)


def test_every_chinese_character_is_a_word() -> None:
    assert words("Hi, 你好!") == ["hi", "你", "好"]


@pytest.mark.local
def test_the_demo_works_on_the_local_models(modelruntime: Command, local_home: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODELRUNTIME_HOME", local_home)
    outcome = modelruntime("demo", "--json", "--profile", "small")
    report = outcome.json
    assert {name: act["ok"] for name, act in report.items()} == dict.fromkeys(TYPES, True), outcome.out
    assert outcome.code == 0
    assert all(act["input"] and act["output"] and act["seconds"] > 0 for act in report.values())
    assert report["llm"]["output"]["json"].keys() == {"name", "age", "city"}
    assert report["speech2text"]["output"][0]["agreement"] == 1.0
