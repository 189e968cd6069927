"""Profiles: merging layers, and families of models."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelruntime.entities.errors import DeclarationInvalid
from modelruntime.schema.families import decode_families, parse_families
from modelruntime.schema.family_files import FOLDER, load_families, read_families
from modelruntime.schema.profile import Profile
from modelruntime.schema.profile_merge import merge_profiles


@pytest.mark.parametrize(
    ("layers", "profile"),
    [
        ((), Profile()),
        (({}, {}), Profile()),
        (({"system_role": "user"}, {}), Profile(system_role="user")),
        (({"system_role": "user"}, {"system_role": "developer"}), Profile(system_role="developer")),
        (({"system_role": "user"}, {"system_role": None}), Profile()),
        (({"rename": {"a": "x", "b": "y"}}, {"rename": {"b": "z"}}), Profile(rename={"a": "x", "b": "z"})),
        (({"rename": {"a": "x", "b": "y"}}, {"rename": {"a": None}}), Profile(rename={"b": "y"})),
        (({"rename": {"a": "x"}}, {"rename": None}, {"rename": {"c": "d"}}), Profile(rename={"c": "d"})),
        (({"drop": ["a", "b"]}, {"drop": ["b", "c"]}), Profile(drop=("a", "b", "c"))),
        (({"drop": ["a"]}, {"drop": None}, {"drop": ("c",)}), Profile(drop=("c",))),
        (({"usage_pointers": ["/a"]}, {"usage_pointers": ["/b"]}), Profile(usage_pointers=("/b",))),
        (({"several_system_messages": True}, {"several_system_messages": False}), Profile(several_system_messages=False)),
    ],
)
def test_layers_merge(layers, profile):
    before = repr(layers)
    assert merge_profiles(*layers) == profile
    assert repr(layers) == before


@pytest.mark.parametrize(
    ("layer", "words"),
    [
        ({"max_token_field": "max_tokens"}, "'max_token_field'; did you mean max_tokens_field"),
        ({"zzz": None}, "has no 'zzz'$"),
        ({"system_role": "boss"}, "system_role"),
        ({"rename": ["a"]}, "rename"),
    ],
)
def test_a_layer_that_says_what_no_profile_knows_is_refused(layer, words):
    with pytest.raises(DeclarationInvalid, match=words):
        merge_profiles({}, layer)


LAYERS = st.fixed_dictionaries(
    {},
    optional={
        "system_role": st.sampled_from(["system", "user", None]),
        "rename": st.none() | st.dictionaries(st.sampled_from("ab"), st.sampled_from(["x", "y", None]), max_size=2),
        "drop": st.none() | st.lists(st.sampled_from("abc"), max_size=2),
        "embedding_max_batch": st.none() | st.integers(1, 3),
    },
)


@settings(deadline=None)
@given(st.lists(LAYERS, max_size=4), LAYERS)
def test_the_last_layer_has_the_last_word(layers, last):
    profile = merge_profiles(*layers, last)
    for key, value in last.items():
        held = getattr(profile, key)
        if value is None:
            assert held == getattr(Profile(), key)
        elif key == "rename":
            assert {name: held.get(name) for name in value} == value
        elif key == "drop":
            assert set(value) <= set(held)
        else:
            assert held == value


ROWS = [
    {"family": "special", "models": ["acme-1-mini"], "profile": {"system_role": "user"}},
    {"family": "acme", "models": ["acme-*", "ac?e:*"], "profile": {"merge_consecutive": True}},
]


@pytest.mark.parametrize(
    ("model", "profile"),
    [
        ("acme-1-mini", {"system_role": "user"}),
        ("acme-1-large", {"merge_consecutive": True}),
        ("Vendor/ACME-1-Large", {"merge_consecutive": True}),
        ("a/b/acme-1-mini", {"system_role": "user"}),
        ("acme:7b", {"merge_consecutive": True}),
        ("not-acme-1", {}),
        ("acme", {}),
        ("", {}),
    ],
)
def test_the_first_family_that_matches_decides(model, profile):
    families = parse_families(ROWS)
    assert families.profile_for(model) == profile
    assert families.profile_for(model) is families.profile_for(model)
    assert decode_families(families.encode()).profile_for(model) == profile


def test_a_row_may_be_about_some_codecs_alone():
    families = parse_families([{**ROWS[0], "codecs": ["acme_*"]}, ROWS[1]])
    assert families.profile_for("acme-1-mini", "acme_chat") == {"system_role": "user"}
    assert families.profile_for("acme-1-mini", "openai_chat") == {"merge_consecutive": True}
    assert decode_families(families.encode()).profile_for("acme-1-mini", "acme_chat") == {"system_role": "user"}


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"family": "acme", "models": ["a"], "profile": {"colour": 1}}, "acme: a profile has no 'colour'"),
        ({"family": "acme", "models": ["a"]}, "acme"),
        ({"models": ["a"], "profile": {}}, "number 1"),
        ({"family": "acme", "models": [], "profile": {}}, "needs patterns"),
        ({"family": "acme", "models": ["ACME"], "profile": {}}, "lower case"),
        ({"family": "acme", "models": ["a"], "profile": {}, "note": "x"}, "note"),
    ],
)
def test_a_row_that_cannot_be_used_is_named(row, words):
    with pytest.raises(DeclarationInvalid, match=words):
        parse_families([row])


def test_what_is_not_compiled_is_refused():
    with pytest.raises(DeclarationInvalid):
        decode_families(b"\x01")


@pytest.mark.parametrize(
    ("model", "key", "value"),
    [
        ("gpt-5-mini", "max_tokens_field", "max_completion_tokens"),
        ("openai/o3", "max_tokens_field", "max_completion_tokens"),
        ("gpt-4o", "max_tokens_field", "max_tokens"),
        ("mistralai/Mistral-Small-3.2", "tool_call_ids", "alphanumeric9"),
        ("Qwen/Qwen3-8B", "think_tags", ("<think>", "</think>")),
        ("qwen-max", "think_tags", None),
    ],
)
def test_the_families_of_the_package(model, key, value):
    assert getattr(merge_profiles(load_families().profile_for(model)), key) == value


@pytest.mark.parametrize(
    ("model", "codec", "key", "value"),
    [
        ("claude-opus-4-8", "anthropic_messages", "drop", ("temperature", "top_p", "top_k", "thinking_budget")),
        ("claude-opus-4-8", "openai_chat", "drop", ()),
        ("us.anthropic.claude-opus-4-7-v1:0", "anthropic_bedrock", "reasoning_style", "adaptive"),
        ("claude-haiku-5-5", "anthropic_messages", "reasoning_style", "adaptive"),
        ("claude-sonnet-4-6", "anthropic_vertex", "reasoning_style", "adaptive"),
        ("claude-sonnet-4-6", "anthropic_vertex", "drop", ()),
        ("claude-opus-4-5@20251101", "anthropic_vertex", "reasoning_style", "effort"),
        ("claude-opus-4-5@20251101", "anthropic_vertex", "output_mode", "json_schema"),
        ("claude-opus-4-20250514", "anthropic_messages", "output_mode", "tool"),
        ("claude-opus-4@20250514", "anthropic_vertex", "output_mode", "tool"),
        ("claude-3-haiku-20240307", "anthropic_messages", "strict_tools", False),
        ("claude-unheard-of", "anthropic_messages", "reasoning_style", "adaptive"),
    ],
)
def test_the_families_of_claude_on_their_own_wire(model, codec, key, value):
    assert getattr(merge_profiles(load_families().profile_for(model, codec)), key) == value


def test_every_fact_has_a_source_and_compiled_families_are_the_same():
    families = read_families(FOLDER)
    assert families.rows
    assert all(row.source and all(source.date for source in row.source) for row in families.rows)
    assert decode_families(families.encode()).rows == families.rows
