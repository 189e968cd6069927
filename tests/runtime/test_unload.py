"""Local models are freed on request."""

from __future__ import annotations

from modelruntime import Runtime
from modelruntime.engines import host as engine_host


def test_unload_asks_the_host_for_one_or_all(monkeypatch):
    asked = []

    class Host:
        def unload(self, model=None):
            asked.append(model)
            return ("a/b",)

    monkeypatch.setattr(engine_host, "default_host", Host)
    runtime = Runtime(environ={})
    assert runtime.unload("a/b") == ("a/b",)
    assert runtime.unload() == ("a/b",)
    assert asked == ["a/b", None]
