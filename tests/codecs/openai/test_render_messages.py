import base64
from pathlib import Path

import pytest

from modelruntime.codecs.openai.inbound.messages import messages_from
from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.file_ref import FileRef
from modelruntime.entities.messages import AssistantMessage, DeveloperMessage, SystemMessage, ToolMessage, UserMessage
from modelruntime.entities.parts import (
    AudioPart,
    DocumentPart,
    HostedToolPart,
    ImagePart,
    MediaPart,
    ReasoningPart,
    SourcePart,
    TextPart,
    ToolCallPart,
    VideoPart,
)
from modelruntime.schema.profile import Profile
from tests.codecs.openai.chat_request import body_of, warnings_of

PNG = b"\x89PNG\r\n\x1a\n rest"
PNG_URL = "data:image/png;base64," + base64.b64encode(PNG).decode()


def messages_of(*messages, profile=None):
    return body_of(*messages, profile=profile)["messages"]


def part_of(part, profile=None):
    return messages_of(UserMessage((part,)), profile=profile)[0]["content"][0]


def test_every_kind_of_message_has_its_place():
    assert messages_of(
        SystemMessage("s"),
        DeveloperMessage("d"),
        UserMessage("u", name="ann"),
        AssistantMessage((TextPart("a"), ToolCallPart("c1", "f", '{"x":1}'), ToolCallPart("c2", "g", ""))),
        ToolMessage("c1", "r1"),
        ToolMessage("c2", (TextPart("r2"),)),
        AssistantMessage("done"),
    ) == [
        {"role": "system", "content": "s"},
        {"role": "developer", "content": "d"},
        {"role": "user", "content": "u", "name": "ann"},
        {
            "role": "assistant",
            "content": "a",
            "tool_calls": [
                {"id": "c1", "type": "function", "function": {"name": "f", "arguments": '{"x":1}'}},
                {"id": "c2", "type": "function", "function": {"name": "g", "arguments": "{}"}},
            ],
        },
        {"role": "tool", "tool_call_id": "c1", "content": "r1"},
        {"role": "tool", "tool_call_id": "c2", "content": "r2"},
        {"role": "assistant", "content": "done"},
    ]


@pytest.mark.parametrize(
    "part, wire",
    [
        (TextPart("t"), {"type": "text", "text": "t"}),
        (
            TextPart("t", {"openai": {"cache_control": {"type": "ephemeral"}}, "other": {"x": 1}}),
            {"type": "text", "text": "t", "cache_control": {"type": "ephemeral"}},
        ),
        (
            ImagePart("https://x/i.png", detail="low"),
            {"type": "image_url", "image_url": {"url": "https://x/i.png", "detail": "low"}},
        ),
        (ImagePart(PNG), {"type": "image_url", "image_url": {"url": PNG_URL}}),
        (ImagePart(PNG_URL), {"type": "image_url", "image_url": {"url": PNG_URL}}),
        (MediaPart(PNG, "image/png"), {"type": "image_url", "image_url": {"url": PNG_URL}}),
        (AudioPart(b"ID3x"), {"type": "input_audio", "input_audio": {"data": "SUQzeA==", "format": "mp3"}}),
        (AudioPart("data:audio/x-wav;base64,AAAA"), {"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}}),
        (VideoPart("https://x/v.mp4"), {"type": "video_url", "video_url": {"url": "https://x/v.mp4"}}),
        (VideoPart(b"????ftyp"), {"type": "video_url", "video_url": {"url": "data:video/mp4;base64,Pz8/P2Z0eXA="}}),
        (
            DocumentPart(b"%PDF-", filename="a.pdf"),
            {"type": "file", "file": {"file_data": "data:application/pdf;base64,JVBERi0=", "filename": "a.pdf"}},
        ),
        (DocumentPart(FileRef("f1")), {"type": "file", "file": {"file_id": "f1"}}),
    ],
)
def test_every_kind_of_part_has_its_form(part, wire):
    assert part_of(part) == wire


@pytest.mark.parametrize(
    "profile, wire",
    [
        (Profile(document_part="document_url"), {"type": "document_url", "document_url": "data:application/pdf;base64,JVBERi0="}),
        (Profile(document_part="file_url"), {"type": "file_url", "file_url": {"url": "JVBERi0="}}),
    ],
)
def test_a_document_takes_the_form_of_the_endpoint(profile, wire):
    assert part_of(DocumentPart(b"%PDF-"), profile) == wire


@pytest.mark.parametrize(
    "form, wire",
    [
        ("file", {"type": "file", "file": {"file_data": "https://x/d.pdf"}}),
        ("file_url", {"type": "file_url", "file_url": {"url": "https://x/d.pdf"}}),
        ("document_url", {"type": "document_url", "document_url": "https://x/d.pdf"}),
    ],
)
def test_a_document_goes_by_url_where_the_endpoint_fetches_it(form, wire):
    profile = Profile(document_part=form, document_sources=("url", "data"))
    assert part_of(DocumentPart("https://x/d.pdf"), profile) == wire


@pytest.mark.parametrize(
    "part, profile",
    [
        (ImagePart("https://x/i.png"), Profile(image_sources=("data",))),
        (ImagePart(PNG), Profile(image_sources=("url",))),
        (ImagePart(Path("i.png")), Profile()),
        (DocumentPart("https://x/d.pdf"), Profile()),
        (DocumentPart(b"%PDF-"), Profile(document_sources=("url",))),
        (AudioPart("https://x/a.wav"), Profile()),
        (ImagePart("data:image/png,raw"), Profile()),
    ],
)
def test_a_source_that_the_endpoint_cannot_take_is_refused(part, profile):
    with pytest.raises(ParameterInvalid):
        part_of(part, profile)


def test_a_part_without_a_place_is_dropped_with_a_warning_or_refused():
    message = UserMessage((TextPart("t"), ReasoningPart("r")))
    assert messages_of(message)[0]["content"] == [{"type": "text", "text": "t"}]
    assert [w.kind for w in warnings_of(message)] == ["dropped"]
    with pytest.raises(ParameterInvalid):
        body_of(message, strict=True)


def test_an_endpoint_of_plain_text_gets_text():
    profile = Profile(content_as_text=True)
    message = UserMessage((TextPart("a"), ImagePart(PNG), TextPart("b")))
    assert messages_of(message, profile=profile) == [{"role": "user", "content": "ab"}]
    assert "image" in warnings_of(message, profile=profile)[0].message


THOUGHT = AssistantMessage((ReasoningPart("hm"), ToolCallPart("c", "f", "{}")))
EARLIER = AssistantMessage((ReasoningPart("old"), TextPart("a")))
TALK = (UserMessage("1"), EARLIER, UserMessage("2"), THOUGHT, ToolMessage("c", "r"))


@pytest.mark.parametrize("returns, expected", [("never", [None, None]), ("tool_loop", [None, "hm"]), ("always", ["old", "hm"])])
def test_reasoning_goes_back_as_far_as_the_profile_says(returns, expected):
    wires = messages_of(*TALK, profile=Profile(return_reasoning=returns))
    assert [wires[1].get("reasoning_content"), wires[3].get("reasoning_content")] == expected


@pytest.mark.parametrize(
    "metadata, profile, field",
    [
        ({"openai": {"field": "reasoning"}}, Profile(return_reasoning="always"), "reasoning"),
        (None, Profile(return_reasoning="always", reasoning_field="thoughts"), "thoughts"),
    ],
)
def test_reasoning_goes_back_where_it_came_from(metadata, profile, field):
    assert messages_of(AssistantMessage((ReasoningPart("hm", metadata), TextPart("a"))), profile=profile)[0][field] == "hm"


def test_reasoning_between_tags_goes_back_between_tags():
    profile = Profile(return_reasoning="always", think_tags=("<think>", "</think>"))
    assert messages_of(EARLIER, profile=profile)[0]["content"] == [
        {"type": "text", "text": "<think>old</think>"},
        {"type": "text", "text": "a"},
    ]


def test_thinking_parts_go_back_as_parts():
    part = ReasoningPart("hm", {"openai": {"field": "content", "closed": True}})
    wire = messages_of(AssistantMessage((part, TextPart("a"))), profile=Profile(return_reasoning="always"))[0]
    assert wire["content"] == [
        {"type": "thinking", "thinking": [{"type": "text", "text": "hm"}], "closed": True},
        {"type": "text", "text": "a"},
    ]


def test_vendor_fields_of_an_assistant_message_go_back():
    details = [{"type": "reasoning.encrypted", "data": "xyz"}]
    call = ToolCallPart("c", "f", "{}", {"openai": {"extra_content": {"google": {"thought_signature": "s"}}}})
    wire = messages_of(
        AssistantMessage((call,), provider_metadata={"openai": {"reasoning_details": details}, "anthropic": {"x": 1}})
    )[0]
    assert wire["reasoning_details"] == details
    assert wire["tool_calls"][0]["extra_content"] == {"google": {"thought_signature": "s"}}
    assert "x" not in wire


def test_output_only_parts_stay_home_and_speech_goes_back_by_id():
    parts = (TextPart("a"), SourcePart("https://x"), HostedToolPart("search", "result"), MediaPart(b"", id="audio_1"))
    assert messages_of(AssistantMessage(parts)) == [{"role": "assistant", "content": "a", "audio": {"id": "audio_1"}}]


def test_a_refusal_goes_back_as_a_refusal():
    wire = messages_of(AssistantMessage((TextPart("no", {"openai": {"refusal": True}}),)))[0]
    assert wire == {"role": "assistant", "content": None, "refusal": "no"}


def test_media_of_a_tool_result_follow_in_a_user_message():
    talk = (THOUGHT, ToolMessage("c", (TextPart("see"), ImagePart(PNG))), AssistantMessage("ok"))
    wires = messages_of(*talk)
    assert wires[1]["content"] == "see"
    assert wires[2] == {"role": "user", "content": [{"type": "image_url", "image_url": {"url": PNG_URL}}]}
    assert [w.kind for w in warnings_of(*talk)] == ["mapped"]
    assert len(messages_of(*talk, profile=Profile(tool_result_media="inline"))[1]["content"]) == 2


@pytest.mark.parametrize("role", ["system", "developer", "user"])
def test_instructions_take_the_role_that_the_endpoint_knows(role):
    profile = Profile(system_role=role, developer_role=role)
    assert [wire["role"] for wire in messages_of(SystemMessage("s"), DeveloperMessage("d"), profile=profile)] == [role, role]


def test_several_system_messages_become_one_where_only_one_is_taken():
    talk = (SystemMessage("a"), UserMessage("u"), SystemMessage((TextPart("b"),)), DeveloperMessage("c"))
    assert len(messages_of(*talk)) == 4
    joined = messages_of(*talk, profile=Profile(several_system_messages=False))
    assert [wire["role"] for wire in joined] == ["system", "user"]
    assert joined[0]["content"] == [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}, {"type": "text", "text": "c"}]


def test_neighbours_of_one_role_are_merged_where_roles_must_alternate():
    talk = (UserMessage("a"), UserMessage("b"), AssistantMessage("c"), THOUGHT, ToolMessage("c", "1"), ToolMessage("c", "2"))
    assert len(messages_of(*talk)) == 6
    merged = messages_of(*talk, profile=Profile(merge_consecutive=True))
    assert merged[0] == {"role": "user", "content": "a\n\nb"}
    assert len(merged) == 5


def test_empty_messages_are_left_out_where_they_are_refused():
    talk = (SystemMessage(""), UserMessage("u"), AssistantMessage(""), THOUGHT)
    assert len(messages_of(*talk)) == 4
    assert [wire["role"] for wire in messages_of(*talk, profile=Profile(drop_empty=True))] == ["user", "assistant"]


def test_picky_endpoints_get_tool_call_ids_they_take_the_same_for_call_and_result():
    wires = messages_of(THOUGHT, ToolMessage("c", "r"), profile=Profile(tool_call_ids="alphanumeric9"))
    sent = wires[0]["tool_calls"][0]["id"]
    assert sent == wires[1]["tool_call_id"]
    assert len(sent) == 9
    assert sent.isalnum()
    kept = AssistantMessage((ToolCallPart("abcDEF123", "f", "{}"),))
    assert messages_of(kept, profile=Profile(tool_call_ids="alphanumeric9"))[0]["tool_calls"][0]["id"] == "abcDEF123"


def test_legacy_functions_name_their_results():
    profile = Profile(function_calling="function_call")
    two = AssistantMessage((ToolCallPart("c1", "f", '{"a":1}'), ToolCallPart("c2", "g", "{}")))
    wires = messages_of(two, ToolMessage("c1", "r"), profile=profile)
    assert wires[0] == {"role": "assistant", "content": None, "function_call": {"name": "f", "arguments": '{"a":1}'}}
    assert wires[1] == {"role": "function", "name": "f", "content": "r"}
    assert warnings_of(two, profile=profile)[0].kind == "dropped"


def test_a_failed_tools_result_is_sent_with_a_note():
    assert warnings_of(THOUGHT, ToolMessage("c", "boom", is_error=True))[0].kind == "mapped"


@pytest.mark.parametrize("written", [{"refusal": "no"}, {"content": [{"type": "refusal", "refusal": "no"}]}])
def test_a_refusal_that_a_caller_writes_goes_back_as_one(written):
    assert messages_of(*messages_from([{"role": "assistant", **written}])) == [
        {"role": "assistant", "content": None, "refusal": "no"}
    ]
