import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelruntime.codecs.registry import load_codec
from modelruntime.entities.call import ModerationCall
from modelruntime.entities.errors import ParameterInvalid, RateLimited, ServerUnavailable, Unauthorized
from modelruntime.entities.moderation_result import Category
from modelruntime.entities.parts import ImagePart, TextPart
from tests.codecs.calls import answer, drive, endpoint, sent_by

CODEC = load_codec("openai_moderations")


def judge(body, **headers):
    return drive(CODEC.invoke(ModerationCall("m", "text"), endpoint()), answer(body, **headers))[1]


def reply(*results, **more):
    return {"id": "modr-1", "model": "m-1", "results": list(results), **more}


@pytest.mark.parametrize(
    "given_input, sent",
    [
        ("a", "a"),
        ((TextPart("a"), TextPart("b")), "a\nb"),
        (
            (TextPart("a"), ImagePart("https://x/i.png"), ImagePart(b"GIF89a")),
            [
                {"type": "text", "text": "a"},
                {"type": "image_url", "image_url": {"url": "https://x/i.png"}},
                {"type": "image_url", "image_url": {"url": "data:image/gif;base64,R0lGODlh"}},
            ],
        ),
    ],
)
def test_text_is_a_string_and_images_make_parts(given_input, sent):
    request = sent_by(CODEC.invoke(ModerationCall("m", given_input), endpoint()))
    assert json.loads(request.body) == {"model": "m", "input": sent}
    assert request.url.endswith("/moderations")


@pytest.mark.parametrize(
    "given_input, profile", [("", {}), ((), {}), ((TextPart(""),), {}), ((ImagePart("https://x"),), {"content_as_text": True})]
)
def test_what_cannot_be_judged_is_refused(given_input, profile):
    with pytest.raises(ParameterInvalid) as caught:
        CODEC.invoke(ModerationCall("m", given_input), endpoint(**profile))
    assert caught.value.field == "input"


def test_categories_keep_the_vendors_names_also_unknown_ones():
    result = judge(
        reply({"flagged": True, "categories": {"hate": True, "brand": False}, "category_scores": {"hate": 0.9, "brand": 0}}),
        x_request_id="r",
    )
    assert result.flagged
    assert result.categories == {"hate": Category(True, 0.9), "brand": Category(False, 0.0)}
    assert (result.model, result.request_id) == ("m-1", "r")
    assert result.warnings == ()


def test_without_flagged_the_categories_say_it():
    result = judge(reply({"categories": {"pii": True}, "category_scores": {"pii": 0.8}}, usage={"prompt_tokens": 4}))
    assert (result.flagged, result.usage.input.total) == (True, 4)


@pytest.mark.parametrize(
    "result, categories, flagged",
    [
        ({"flagged": False, "categories": {"illicit": None, "hate": False}}, {"hate": Category(False)}, False),
        ({"flagged": False, "category_scores": {"new": 0.1}}, {"new": Category(False, 0.1)}, False),
        ({"flagged": True, "category_scores": {"new": 0.1}}, {"new": Category(True, 0.1)}, True),
        (
            {"categories": {"hate": False}, "category_scores": {"new": 0.9}},
            {"hate": Category(False), "new": Category(True, 0.9)},
            True,
        ),
        ({"flagged": False, "categories": {"hate": True}}, {"hate": Category(True)}, True),
        ({"flagged": True, "categories": {"hate": False}}, {"hate": Category(False)}, True),
    ],
)
def test_in_doubt_content_is_flagged(result, categories, flagged):
    found = judge(reply(result))
    assert (found.categories, found.flagged) == (categories, flagged)


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 1)), min_size=1, max_size=4))
def test_several_results_are_one_judgement_the_worst(pairs):
    rows = [{"flagged": flag, "categories": {"c": flag}, "category_scores": {"c": score}} for flag, score in pairs]
    found = judge(reply(*rows))
    assert found.flagged is any(flag for flag, _ in pairs)
    assert found.categories == {"c": Category(found.flagged, max(score for _, score in pairs))}


@pytest.mark.parametrize(
    "body",
    [
        reply(),
        reply({}),
        reply({"flagged": None}),
        reply({"flagged": "false"}),
        reply({"categories": {"hate": None}}),
        reply({"flagged": False}, {}),
        reply(None),
        {"results": {}},
        {"model": "m"},
        [],
        b"",
        b"<html>",
    ],
)
def test_no_judgement_is_an_error_and_never_not_flagged(body):
    with pytest.raises(ServerUnavailable):
        judge(body)


@pytest.mark.parametrize("status, kind", [(200, Unauthorized), (401, Unauthorized), (429, RateLimited)])
def test_errors_are_typed(status, kind):
    operation = CODEC.invoke(ModerationCall("m", "a"), endpoint())
    operation.start()
    with pytest.raises(kind):
        operation.receive(answer({"error": {"code": "invalid_api_key", "message": "no"}}, status))


@pytest.mark.parametrize("role", ["user", "assistant"])
def test_a_role_makes_the_text_a_turn_of_a_conversation(role):
    facts = endpoint(moderation_roles=["user", "assistant"])
    request = sent_by(CODEC.invoke(ModerationCall("m", "a", {"role": role}), facts))
    assert request.url.endswith("/v1/chat/moderations")
    assert json.loads(request.body) == {"model": "m", "input": [{"role": role, "content": "a"}]}


def test_earlier_turns_go_through_extra():
    turns = [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]
    call = ModerationCall("m", "b", {"role": "assistant"}, extra={"input": turns})
    request = sent_by(CODEC.invoke(call, endpoint(moderation_roles=["assistant"])))
    assert json.loads(request.body)["input"] == turns


@pytest.mark.parametrize(("role", "roles"), [("user", []), ("tool", ["user"])])
def test_a_role_that_nobody_judges_is_refused(role, roles):
    with pytest.raises(ParameterInvalid) as caught:
        CODEC.invoke(ModerationCall("m", "a", {"role": role}), endpoint(moderation_roles=roles))
    assert caught.value.field == "role"


def test_the_judgement_of_a_vendor_without_flagged_is_read_whole():
    """The shape of https://github.com/mistralai/client-python/tree/v3.7.0 (`ModerationResponse`): categories and scores alone."""
    found = judge(
        reply(
            {
                "categories": {"sexual": False, "hate_and_discrimination": True, "pii": False},
                "category_scores": {"sexual": 0.01, "hate_and_discrimination": 0.9, "pii": 0.0},
            }
        )
    )
    assert found.flagged
    assert found.categories == {
        "sexual": Category(False, 0.01),
        "hate_and_discrimination": Category(True, 0.9),
        "pii": Category(False, 0.0),
    }
