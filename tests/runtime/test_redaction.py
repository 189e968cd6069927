"""Texts that hold secrets, and texts that do not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelruntime import Secret
from modelruntime.runtime.redaction import _PATTERNS, MASK, redact, redacted

CANARY = "CaNaRy0123456789abcdef"


@pytest.mark.parametrize(
    "text",
    [
        f"Incorrect API key provided: sk-{CANARY}.",
        f"sk-proj-{CANARY}",
        f"Authorization: Bearer {CANARY}",
        f"authorization=Basic {CANARY}==",
        f"https://user:{CANARY}@host.test/v1",
        f"http://{CANARY}@host.test",
        f"postgresql+psycopg://app:{CANARY}@db:5432/x",
        f"redis://:{CANARY}@cache:6379/0",
        f"https://host.test/v1?key={CANARY}&alt=sse",
        f"https://host.test/v1?a=1&api-key={CANARY}",
        f"https://host.test/?X-Amz-Credential=a&signature={CANARY}",
        f'{{"api_key": "{CANARY}"}}',
        f"{{'password': '{CANARY}'}}",
        f"client_secret={CANARY}",
        f"x-api-key: {CANARY}",
        f"mr_0123456789abcdef.{CANARY}",
        f"AIza{CANARY}",
        f"eyJ{CANARY}.eyJ{CANARY}.{CANARY}",
        f"-----BEGIN RSA PRIVATE KEY-----\n{CANARY}\n-----END RSA PRIVATE KEY-----",
        f"-----BEGIN PRIVATE KEY-----\n{CANARY}",
        f"gsk_{CANARY} hf_{CANARY} xai-{CANARY} ghp_{CANARY}",
    ],
)
def test_what_looks_like_a_secret_is_not_shown(text: str):
    assert CANARY not in redact(text)
    assert MASK in redact(text)


@pytest.mark.parametrize(
    "text",
    [
        "the call to https://api.openai.com:443 took longer than 600 s (total timeout)",
        "openai/gpt-4.1-mini",
        "max_tokens must be at most 4096",
        "claude-sonnet-4-5 answered 529",
        "tokens: 12",
        "the key of this gateway has expired",
        "/v1/chat/completions?model=a",
        "",
    ],
)
def test_what_is_none_stays(text: str):
    assert redact(text) == text


def test_values_are_looked_through():
    shown = redacted(
        {
            "api_key": CANARY,
            "Authorization": CANARY,
            "nested": [{"password": Secret(CANARY)}, (f"Bearer {CANARY}", b"sk-" + CANARY.encode())],
            "secret": Secret(CANARY),
            "object": ValueError(f"sk-{CANARY}"),
            "tokens": {"input": 3, "output": 4},
            "token": 5,
            "model": "a/b",
        }
    )
    assert CANARY not in repr(shown)
    assert (shown["tokens"], shown["token"], shown["model"]) == ({"input": 3, "output": 4}, 5, "a/b")


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_anything_can_be_shown(value: object):
    redacted(value)


@given(st.text(), st.text())
def test_a_bearer_between_any_texts(before: str, after: str):
    assert CANARY not in redact(f"{before} Bearer {CANARY} {after}")


PARTS = ("sk", "mr", "eyJ", "AIza", "AKIA", "LTAI", "ya29", "github", "pat", "key", "x", "0a", "k" * 9, "A" * 25, *"._/-")


@given(st.lists(st.sampled_from(PARTS)).map("".join))
def test_a_word_that_is_left_alone_holds_nothing_that_is_looked_for(word: str):
    looked_through = word
    for pattern, shown in _PATTERNS:
        looked_through = pattern.sub(shown, looked_through)
    assert redact(word) == looked_through
