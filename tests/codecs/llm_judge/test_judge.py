from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelruntime.codecs.operation import Done, Send
from modelruntime.codecs.registry import load_codec
from modelruntime.entities.call import ModerationCall
from modelruntime.entities.errors import ContentFiltered, ParameterInvalid, RateLimited, ServerUnavailable
from modelruntime.entities.moderation_result import Category
from modelruntime.entities.parts import ImagePart, TextPart
from modelruntime.schema.family_files import load_families
from modelruntime.schema.judge import Judge
from modelruntime.schema.profile_merge import merge_profiles
from tests.codecs.calls import answer, endpoint

CODEC = load_codec("llm_judge")
USAGE = {"prompt_tokens": 9, "completion_tokens": 2, "total_tokens": 11}


def at(model="some-chat-model", **more):
    profile = merge_profiles(load_families().profile_for(model), more)
    return endpoint(model, judge=profile.judge, drop=profile.drop)


def reply(text, finish="stop", **more):
    choice = {"index": 0, "message": {"role": "assistant", "content": text, **more}, "finish_reason": finish}
    return {"id": "c-1", "model": "served", "choices": [choice], "usage": USAGE}


def judged(text, model="some-chat-model", call=None, **more):
    operation = CODEC.invoke(call or ModerationCall(model, "bad words"), at(model, **more))
    step = operation.start()
    assert isinstance(step, Send)
    done = operation.receive(answer(text if isinstance(text, dict) else reply(text), x_request_id="r-1"))
    assert isinstance(done, Done)
    return json.loads(step.request.body or b""), done.result


def flagged(result):
    return {name for name, category in result.categories.items() if category.flagged}


def test_any_chat_model_is_asked_by_a_policy_of_ours():
    body, result = judged('{"violation": 1, "categories": ["hate", "violence"], "reason": "because"}')
    system, user = body["messages"]
    assert (system["role"], user) == ("system", {"role": "user", "content": "bad words"})
    assert "harassment" in system["content"]
    assert "JSON" in system["content"]
    assert (result.flagged, flagged(result)) == (True, {"hate", "violence"})
    assert (result.model, result.usage.input.total, result.usage.output.total, result.request_id) == ("served", 9, 2, "r-1")
    assert result.provider_metadata["llm_judge"]["reason"] == "because"


def test_a_policy_of_the_callers_takes_its_place():
    body, _ = judged('{"violation": 0}', call=ModerationCall("m", "x", {"policy": "No cats.", "temperature": 0.5}))
    assert "No cats." in body["messages"][0]["content"]
    assert "harassment" not in body["messages"][0]["content"]
    assert body["temperature"] == 0.5
    assert "policy" not in body


@pytest.mark.parametrize(
    ("model", "text", "categories"),
    [
        ("meta-llama/llama-guard-4-12b", "unsafe\nS1,S10", {"Violent Crimes", "Hate"}),
        ("meta-llama/llama-guard-4-12b", "\n\nsafe", set()),
        ("llama-guard3:1b", "unsafe\nS2", {"Non-Violent Crimes"}),
        ("@cf/meta/llama-guard-3-8b", "unsafe\nS99", {"S99"}),
        ("llama-guard-4", "Unsafe", {"unsafe"}),
        ("openai/gpt-oss-safeguard-20b", '```json\n{"violation": true, "categories": "illicit"}\n```', {"illicit"}),
        ("openai/gpt-oss-safeguard-20b", '{"violation": 0, "categories": ["illicit"]}', set()),
        ("qwen3guard-gen-8b", "Safety: Unsafe\nCategories: Violent, PII", {"Violent", "PII"}),
        ("qwen3guard-gen-8b", "Safety: Controversial\nCategories: None", {"unsafe"}),
        ("Qwen3Guard-Gen-0.6B", "Safety: Safe\nCategories: None\nRefusal: No", set()),
        ("nvidia/llama-3_1-nemotron-safety-guard-8b-v3",
         '{"User Safety": "unsafe", "Response Safety": "safe", "Safety Categories": "Violence, Threat"}', {"Violence", "Threat"}),
        ("nvidia/nemotron-3-content-safety", "User Safety: unsafe\nSafety Categories: Violence", {"Violence"}),
        ("nvidia/nemotron-3-content-safety", "User Safety: safe", set()),
        ("granite3-guardian:8b", "Yes", {"harm"}),
        ("granite3.3-guardian:8b", "<score> no </score>", set()),
        ("ibm/granite-guardian-3.0-8b", "No", set()),
        ("shieldgemma:9b", "Yes. The prompt asks for", {"harm"}),
        ("meta-llama/llama-prompt-guard-2-86m", "0.9994", {"jailbreak"}),
        ("meta-llama/llama-prompt-guard-2-86m", "0.0123", set()),
    ],
)  # fmt: skip
def test_every_family_of_guards_is_read(model, text, categories):
    body, result = judged(text, model)
    assert result.flagged is bool(categories)
    assert flagged(result) == categories
    assert result.categories, "what was judged has a category, also when it passed"
    assert [message["role"] for message in body["messages"]] == (["system", "user"] if "safeguard" in model else ["user"])
    assert result.warnings == ()


def test_a_guard_knows_all_its_categories():
    _, result = judged("unsafe\nS1", "llama-guard-4-12b")
    assert len(result.categories) == 14
    assert result.categories["Violent Crimes"] == Category(True)
    assert result.categories["Hate"] == Category(False)


def test_the_score_of_a_number_is_the_number_and_the_threshold_decides():
    _, result = judged("0.4", "llama-prompt-guard-2-22m")
    assert result.categories == {"jailbreak": Category(False, 0.4)}
    call = ModerationCall("llama-prompt-guard-2-22m", "x", {"threshold": 0.3})
    _, result = judged("0.4", "llama-prompt-guard-2-22m", call)
    assert result.categories == {"jailbreak": Category(True, 0.4)}


def logprobs(*tokens):
    rows = [
        {"token": token, "logprob": math.log(p), "bytes": None,
         "top_logprobs": [{"token": other, "logprob": math.log(q), "bytes": None} for other, q in top.items()]}
        for token, p, top in tokens
    ]  # fmt: skip
    found = reply("".join(token for token, _, _ in tokens))
    found["choices"][0]["logprobs"] = {"content": rows}
    return found


def test_log_probabilities_become_the_score():
    answered = logprobs(("\n\n", 1.0, {}), ("un", 0.6, {"un": 0.6, "safe": 0.2, "Safe": 0.1, "I": 0.1}), ("safe", 1.0, {}))
    body, result = judged(
        answered, "llama-guard-4-12b", judge={**load_families().profile_for("llama-guard-4-12b")["judge"], "logprobs": True}
    )
    assert (body["logprobs"], body["top_logprobs"]) == (True, 5)
    assert result.categories["unsafe"].score == pytest.approx(0.6 / 0.9)
    assert result.provider_metadata["llm_judge"]["score"] == pytest.approx(0.6 / 0.9)


def test_log_probabilities_are_not_asked_for_where_the_endpoint_refuses_them():
    body, result = judged("safe", "llama-guard-4", judge={"reads": "words", "logprobs": True}, drop=["logprobs", "top_logprobs"])
    assert "logprobs" not in body
    assert result.warnings == ()


def test_images_go_to_those_that_see():
    parts = (TextPart("look"), ImagePart("https://x/i.png"))
    body, _ = judged("safe", "llama-guard-4-12b", ModerationCall("m", parts))
    assert [part["type"] for part in body["messages"][0]["content"]] == ["image_url", "text"]
    with pytest.raises(ParameterInvalid, match="text only"):
        judged("safe", "llama-guard3:8b", ModerationCall("m", parts))


@given(st.text(min_size=1).filter(str.strip))
def test_content_is_never_taken_for_a_template(text):
    text = "{policy}{text}" + text
    body, _ = judged("Yes", "shieldgemma:2b", ModerationCall("m", text))
    assert body["messages"][-1]["content"].count(text) == 1
    assert body["messages"][-1]["content"].count("No Harassment") == 1


@pytest.mark.parametrize(("content", "parameters"), [(" ", {}), ((), {}), ("x", {"policy": 7}), ("x", {"policy": " "})])
def test_what_cannot_be_asked_is_refused(content, parameters):
    with pytest.raises(ParameterInvalid):
        CODEC.invoke(ModerationCall("m", content, parameters), at())


def test_a_guard_with_a_policy_of_its_own_refuses_another():
    with pytest.raises(ParameterInvalid, match="leave yours out"):
        CODEC.invoke(ModerationCall("m", "x", {"policy": "No cats."}), at("llama-guard-4"))


@pytest.mark.parametrize(
    ("model", "text"),
    [
        ("some-chat-model", ""), ("some-chat-model", "I cannot help with that."), ("some-chat-model", '{"categories": []}'),
        ("some-chat-model", '{"violation": "perhaps"}'), ("some-chat-model", '{"violation": 1'), ("llama-guard-4", ""),
        ("llama-guard-4", "Sorry, no."), ("llama-prompt-guard-2-86m", "MALICIOUS"), ("llama-prompt-guard-2-86m", "7"),
        ("llama-prompt-guard-2-86m", "nan"),
    ],
)  # fmt: skip
def test_no_verdict_is_an_error_never_a_pass(model, text):
    with pytest.raises(ServerUnavailable, match="no verdict"):
        judged(text, model)


def test_a_filter_before_the_judge_is_told():
    with pytest.raises(ContentFiltered) as raised:
        judged(reply(None, "content_filter"))
    assert (raised.value.provider, raised.value.code) == ("acme", "content_filter")


def test_the_vendors_error_is_the_chat_codecs():
    operation = CODEC.invoke(ModerationCall("m", "x"), at())
    operation.start()
    with pytest.raises(RateLimited):
        operation.receive(answer({"error": {"message": "slow down"}}, 429))


def test_another_chat_codec_may_be_asked():
    step = CODEC.invoke(ModerationCall("m", "x"), endpoint(judge=Judge(), judge_codec="anthropic_messages")).start()
    assert isinstance(step, Send)
    assert step.request.url.endswith("/v1/messages")
    assert "harassment" in json.dumps(json.loads(step.request.body or b"")["system"])


def test_the_profile_of_a_judge_is_laid_over_that_of_its_family():
    profile = merge_profiles(load_families().profile_for("llama-guard-4"), {"judge": {"logprobs": True}})
    assert profile.judge is not None
    assert (profile.judge.reads, profile.judge.logprobs, profile.judge.categories["S1"]) == ("words", True, "Violent Crimes")
