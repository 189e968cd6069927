import pytest

from tests.replay.recordings import recordings
from tests.replay.scope import SCOPES, assign, report


def test_every_recording_is_assigned_by_method_and_path():
    lost = sorted({(row.method, row.path) for row in recordings("") if assign(row.method, row.path, row.vendor) is None})
    assert lost == []


def test_every_codec_of_now_is_registered():
    from modelruntime.codecs.registry import CODECS

    assert {scope.codec for scope in SCOPES if scope.when == "now"} <= set(CODECS)


def test_the_counts_add_up():
    text = report()
    print(text)
    total = sum(1 for _ in recordings(""))
    assert text.endswith(f"of {total}")


@pytest.mark.parametrize(
    "method, path, codec",
    [
        ("POST", "/openai/deployments/d/chat/completions", "openai_chat"),
        ("POST", "/v1/completions", "openai_completions"),
        ("POST", "/v1/responses/input_tokens", "openai_responses"),
        ("GET", "/v1/models", "openai_models"),
        ("GET", "/v1/responses/resp_1", "openai_responses"),
    ],
)
def test_paths_of_families(method, path, codec):
    found = assign(method, path)
    assert found is not None
    assert found.codec == codec


@pytest.mark.parametrize(("vendor", "codec"), [("writer", "openai_chat"), ("cohere", "cohere chat of version 1")])
def test_a_path_that_two_vendors_share_is_told_apart_by_the_vendor(vendor, codec):
    found = assign("POST", "/v1/chat", vendor)
    assert found is not None
    assert found.codec == codec
    assert assign("POST", "/v1/chat") is None


@pytest.mark.parametrize(
    "method, path", [("POST", "/v1/images/generations"), ("GET", "/v1/chat/completions"), ("POST", "/v1/rerank/x")]
)
def test_a_strange_path_is_nobodys(method, path):
    assert assign(method, path) is None
