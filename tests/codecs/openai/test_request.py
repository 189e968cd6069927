"""Where a request goes."""

import pytest

from modelruntime.codecs.openai.request import endpoint_url
from modelruntime.codecs.operation import Endpoint
from modelruntime.schema.profile import Profile


@pytest.mark.parametrize(
    ("base", "profile", "url"),
    [
        ("https://a.test/v1", {}, "https://a.test/v1/chat"),
        ("https://a.test/v1", {"query": {"api-version": "2024-10-21"}}, "https://a.test/v1/chat?api-version=2024-10-21"),
        ("https://a.test?key=1", {"query": {"v": "a b"}}, "https://a.test/chat?v=a+b&key=1"),
        ("https://a.test", {"query": {"v": "1"}, "paths": {"chat": "/d/{model}/chat?x=y"}}, "https://a.test/d/a%2Fm/chat?x=y&v=1"),
    ],
)
def test_paths_and_queries_add_up(base, profile, url):
    assert endpoint_url(Endpoint(base, "a/m", Profile(**profile)), "chat", "/chat") == url
