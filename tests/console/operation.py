"""What a gateway in operation tells the pages: calls, sums, routes, settings, health. Values that change are kept."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

Answer = tuple[int, Any]
Handler = Callable[[Request, Any], Answer | Response]
NO_USAGE = {
    "input": {"total": None, "fresh": None, "cache_read": None, "cache_write": None, "audio": None, "image": None},
    "output": {"total": None, "text": None, "reasoning": None, "audio": None, "image": None},
    "characters": None,
    "seconds": None,
    "searches": None,
    "estimated": False,
}
TABLES = ("aliases", "routes", "default-models", "balancing", "prices", "policies")


class Operation:
    """The part of the stand-in that has nothing to do with declarations."""

    def __init__(self) -> None:
        self.calls: list[dict[str, Any]] = []
        self.usage: list[dict[str, Any]] = []
        self.resting: list[dict[str, Any]] = []
        """What `credentials/health` tells."""
        self.audit: list[dict[str, Any]] = []
        self.fetched: dict[str, Any] = {}
        """What a vendor's list brings."""
        self.tables: dict[str, dict[str, Any]] = {name: {} for name in TABLES}
        self.settings: dict[str, Any] = {
            "keep_content": False,
            "content_days": None,
            "ledger_days": None,
            "audit_days": None,
            "timeout": None,
            "egress_allow": [],
        }
        self.lists: dict[str, list[dict[str, Any]]] = {
            "workspaces": [{"id": "default", "name": "default", "created_at": 0.0}],
            "accounts": [_account("admin")],
            "tokens": [],
        }

    def _list(self, name: str) -> dict[str, Any]:
        return {"data": self.lists[name]}

    def table(self) -> list[tuple[str, str, Handler]]:
        """Method, path and handler of everything."""
        named = [entry for name in TABLES for entry in self._named(name)]
        lists = [("GET", f"/{name}", _always(partial(self._list, name))) for name in self.lists]
        return [
            *named,
            *lists,
            ("GET", "/usage", self._usage),
            ("GET", "/logs", _always(lambda: {"data": [call | {"attempts": []} for call in self.calls], "next": None})),
            ("GET", "/logs/tail", lambda _, __: StreamingResponse(iter([b": open\n\n"]), media_type="text/event-stream")),
            ("GET", "/logs/{call}", self._call),
            ("GET", "/settings", _always(lambda: self.settings)),
            ("GET", "/health", _always(_health)),
            ("GET", "/audit", _always(lambda: {"data": self.audit, "next": 1})),
            ("GET", "/audit/check", _always(lambda: {"whole": False, "first_broken": 1})),
            ("GET", "/credentials/health", _always(lambda: {"data": self.resting})),
            ("POST", "/providers/{provider}/models/fetch", _always(lambda: self.fetched)),
        ]

    def _named(self, name: str) -> list[tuple[str, str, Handler]]:
        values = self.tables[name]
        return [("GET", f"/{name}", _always(lambda: {"data": values, "own": list(values)}))]

    def _usage(self, request: Request, _: Any) -> Answer:
        by, bucket = request.query_params.get("by"), request.query_params.get("bucket")
        names = {by: "acme-large"} if by else {}
        return 200, {"data": [row | {"group": names, "start": row["start"] if bucket else None} for row in self.usage]}

    def _call(self, request: Request, _: Any) -> Answer:
        return 200, next(call for call in self.calls if call["id"] == request.path_params["call"])


def _always(value: Callable[[], Any]) -> Handler:
    return lambda _, __: (200, value())


def _account(name: str) -> dict[str, Any]:
    return {
        "id": f"ac_{name}",
        "name": name,
        "role": "admin",
        "workspace": "",
        "disabled": False,
        "created_at": 1.79e9,
        "last_login_at": None,
    }


def _health() -> dict[str, Any]:
    target = {"provider": "acme", "model": "large", "credential_id": "", "in_flight": 0, "latency": 0.4, "attempts": 7}
    return {
        "status": "degraded",
        "version": "1.0",
        "pid": 1,
        "revision": "7.abc",
        "database": {"ok": True, "kind": "sqlite", "seconds": 0.001},
        "key_ring": {"ids": ["k1", "k0"], "sealed": {"k1": 2}, "locked": 1},
        "parts": {
            "ledger": {"status": "ok", "bytes_waiting": 10, "behind_seconds": 0.1, "full": False, "lost": 0, "reason": None},
            "plane": {
                "status": "degraded",
                "limiter_degraded": True,
                "under_way": 1,
                "places": 1000,
                "waiting": 0,
                "targets": [
                    target | {"state": "open", "cooldown": 12.5, "failures": 7, "last_error": "RateLimited"},
                    target | {"model": "small", "state": "closed", "cooldown": 0.0, "failures": 0, "last_error": None},
                ],
            },
            "configuration": {"status": "ok", "revision": "7.abc", "degraded": False, "problems": []},
        },
    }


def furnish(operation: Operation, now: float | None = None) -> None:
    """Two calls, one of them after a fallback, and what they add up to."""
    now = now or time.time()
    attempt = {"credential_id": "", "usage": None, "cost": None, "request_id": "up_1", "provider": "acme", "status": None}
    call = {
        "key_id": "k1",
        "workspace": "default",
        "endpoint": "/v1/chat/completions",
        "asked_model": "fast",
        "model_type": "llm",
        "provider": "acme",
        "model": "small",
        "started_at": now,
        "seconds": 2.0,
        "first_token_seconds": 1.4,
        "overhead_seconds": 0.002,
        "stream": True,
        "status": 200,
        "code": None,
        "usage": NO_USAGE | {"input": NO_USAGE["input"] | {"total": 12}, "output": NO_USAGE["output"] | {"total": 30}},  # type: ignore[operator]
        "cost": {"currency": "USD", "input": "0.1", "output": "0.2", "total": "0.3", "estimated": False, "unit_prices": []},
        "cached": False,
        "content": {"request": '{"messages": [{"role": "user", "content": "Hi"}], "temperature": 0.1}', "reply": "Hello"},
        "warnings": [],
        "attempts": [
            attempt | {"id": "a1", "model": "large", "started_at": now, "seconds": 1.0, "error": "RateLimited", "status": 429},
            attempt | {"id": "a2", "model": "small", "started_at": now + 1, "seconds": 1.0, "error": None},
        ],
    }
    failed = call | {"id": "c2", "status": 404, "code": "model_not_found", "started_at": now - 60, "content": None, "attempts": []}
    operation.calls[:] = [call | {"id": "c1"}, failed | {"provider": None, "model": None, "cost": None, "usage": NO_USAGE}]
    sums = dict.fromkeys(("cached", "cache_read_tokens", "cache_write_tokens", "reasoning_tokens", "characters", "searches"), 0)
    row = {"calls": 4, "failed": 1, "unpriced": 1, "seconds": 3.0, "input_tokens": 1200, "output_tokens": 30, "audio_seconds": 0.0}
    operation.usage[:] = [sums | row | {"cost": {"USD": "0.25", "CNY": "1.5"}, "start": now - now % 86_400}]
    target = {"weight": 1, "credential": None}
    operation.tables["routes"]["fast"] = {
        "name": "fast",
        "strategy": "weighted",
        "targets": [target | {"model": "acme/large", "weight": 3}, target | {"model": "acme/small"}],
    }
    operation.tables["aliases"]["house-model"] = "fast"
    operation.tables["policies"]["fast"] = {"cache_seconds": 60.0, "hedge_seconds": None, "coalesce": True}
    operation.tables["prices"]["acme"] = {"overrides": {"input": "1.50"}, "discount": "0.1"}
    rest = {"resting": ["a"], "models": 2, "in_flight": 1, "attempts": 9, "failures": 2, "last_error": "RateLimited"}
    operation.resting[:] = [rest | {"credential_id": "c2", "state": "open", "cooldown": 100.0}]
    prices = {"before": {"input": "1", "output": "2"}, "after": {"input": "2", "output": "3"}}
    operation.fetched.update(
        provider="groq",
        fetched_at=now,
        listed=12,
        added=[{"model": "new-model", "model_type": "llm", "label": {}, "pricing": prices["after"], "new": True}],
        removed=["llama-3.1-8b-instant"],
        changed=[{"model": "old", "model_type": "llm", "field": "context", "before": "8192", "after": "16384"}],
        prices=[prices | {"model": f"priced-{number}", "model_type": "llm", "in_force": number == 1} for number in (0, 1)],
        outage="no answer in time",
    )
    entry = {"number": 2, "at": now, "actor": {"kind": "account", "name": "admin"}, "workspace": "default", "subject": "c1"}
    operation.audit[:] = [entry | {"action": "credential.weighed", "before": {"weight": 1}, "after": {"weight": 3}}]
    token = {"id": "at_1", "name": "deploy", "role": "viewer", "workspace": "", "created_at": 1.79e9, "expires_at": None}
    operation.lists["tokens"][:] = [token | {"disabled": False, "last_used_at": None}]
