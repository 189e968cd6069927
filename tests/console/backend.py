"""A stand-in for the admin API, over the real catalogue of the fleet: what the pages ask, with its shapes, and a vendor that
one can tell what to answer."""

from __future__ import annotations

import asyncio
import hashlib
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route

from modelruntime import Runtime
from modelruntime.admin.model_index import model_index
from modelruntime.admin.model_view import ModelRow
from modelruntime.console.app import Console
from modelruntime.entities.model_type import ModelType
from modelruntime.runtime.listing import ModelInfo, ProviderInfo
from modelruntime.runtime.status import active
from modelruntime.schema.form_validation import fill_form
from tests.console.operation import Operation

Answer = tuple[int, Any]
TOKEN = "at_of_the_host"
"""What the backend of a host page would hand its page."""


def _with_its_files(info: ModelInfo) -> ModelInfo:
    """As on a machine that has the files of every local model: the pages here are the same on all."""
    return msgspec.structs.replace(info, status=active()) if info.status.code == "not-installed" else info


class Backend:
    """Credentials in memory; `verdict` is what the vendor says to the next ones that are tried."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.lock = threading.Lock()
        self.signed_in = True
        self.version = "1.0"
        self.frame_origins: tuple[str, ...] = ()
        self.received: list[dict[str, Any]] = []
        self.uploads: list[bytes] = []
        self.stored: dict[str, dict[str, Any]] = {}
        self.keys: dict[str, dict[str, Any]] = {}
        self.disabled: set[tuple[str, str, str]] = set()
        self.operation = Operation()
        self.verdict: Callable[[], Answer] = lambda: (200, {"valid": True, "probed": True, "seconds": 0.184, "warnings": []})
        self.events: Callable[[str, Any], Iterator[tuple[str, Any]]] = lambda kind, body: iter(())
        self.providers = {info.provider: info for info in runtime.providers()}
        self.infos = [_with_its_files(info) for info in runtime.models()]

    def rows(self) -> list[dict[str, Any]]:
        """Every provider as a list shows it."""
        counts: dict[str, Counter[str]] = {}
        for info in self.infos:
            counts.setdefault(info.provider, Counter())[str(info.model_type)] += 1
        return [self.row(info) | {"models": dict(counts.get(info.provider, {}))} for info in self.providers.values()]

    def row(self, info: ProviderInfo) -> dict[str, Any]:
        """One provider without its forms."""
        schema = info.schema
        ready = any(view["provider"] == info.provider and view["enabled"] for view in self.stored.values())
        icons = {kind: getattr(schema, kind) for kind in ("icon_small", "icon_large") if getattr(schema, kind)}
        return {
            "provider": info.provider,
            "aliases": schema.aliases,
            "label": info.label,
            "description": info.description,
            "icons": {
                kind: {lang: f"providers/{info.provider}/icons/{kind}/{lang}" for lang in texts} for kind, texts in icons.items()
            },
            "background": schema.background,
            "supported_model_types": info.supported_model_types,
            "configurate_methods": info.configurate_methods,
            "status": {"code": "active"} if ready else msgspec.to_builtins(info.status),
            "source": "the store" if ready else None,
            "help": msgspec.to_builtins(schema.help),
        }

    def model(self, info: ModelInfo) -> dict[str, Any]:
        """One model as a list shows it."""
        facts: dict[str, Any] = msgspec.to_builtins(info)
        enabled = (info.provider, str(info.model_type), info.model) not in self.disabled
        ready = any(view["provider"] == info.provider and view["enabled"] for view in self.stored.values())
        status = {"code": "active"} if ready and facts["status"]["code"] == "no-configure" else facts["status"]
        status = status if enabled else {"code": "disabled", "reason": "it is switched off here"}
        return {name: value for name, value in facts.items() if name != "parameter_rules"} | {"status": status, "enabled": enabled}

    def application(self) -> Starlette:
        """The API below `/api`, the console beside it."""
        routes = [Route(path, self._endpoint(handler), methods=[method]) for method, path, handler in self._table()]
        return Starlette(routes=[Mount("/api", routes=routes), Mount("/", app=Console(frame_origins=self.frame_origins))])

    def _table(self) -> list[tuple[str, str, Callable[[Request, Any], Answer | Response]]]:
        return [
            ("GET", "/bootstrap", lambda _, __: (200, {"version": self.version})),
            ("GET", "/session", self._session),
            ("POST", "/login", self._login),
            ("GET", "/providers", lambda _, __: (200, {"data": self.rows()})),
            ("GET", "/providers/{provider}", self._provider),
            ("GET", "/providers/{provider}/icons/{kind}/{language}", self._icon),
            ("GET", "/providers/{provider}/credentials", self._credentials),
            ("POST", "/providers/{provider}/credentials", self._add),
            ("POST", "/providers/{provider}/validate", self._validate),
            ("POST", "/models/validate", self._validate),
            ("PUT", "/providers/{provider}/models/switches", self._switch),
            ("GET", "/credentials", lambda _, __: (200, {"data": list(self.stored.values())})),
            *self.operation.table(),
            ("GET", "/credentials/{id}", lambda request, _: (200, self.stored[request.path_params["id"]])),
            ("PUT", "/credentials/{id}", self._replace),
            ("PATCH", "/credentials/{id}", self._change),
            ("DELETE", "/credentials/{id}", self._remove),
            ("POST", "/credentials/{id}/test", lambda _, __: self.verdict()),
            ("POST", "/credentials/{id}/activate", self._activate),
            ("GET", "/models", self._models),
            ("GET", "/models/index", self._index),
            ("GET", "/models/one", self._one),
            ("POST", "/invoke/{kind}", self._invoke),
            ("POST", "/snippets", self._snippets),
            ("GET", "/keys", lambda _, __: (200, {"data": list(reversed(self.keys.values()))})),
            ("POST", "/keys", self._make_key),
            ("POST", "/keys/{id}/revoke", lambda request, _: self._set_key(request, True)),
            ("POST", "/keys/{id}/restore", lambda request, _: self._set_key(request, False)),
            ("DELETE", "/keys/{id}", self._remove_key),
        ]

    def _endpoint(self, handler: Callable[[Request, Any], Answer | Response]) -> Callable[[Request], Any]:
        async def serve(request: Request) -> Response:
            data = await request.body()
            body = msgspec.json.decode(data) if data and b"json" in request.headers.get("content-type", "").encode() else None
            known = TOKEN in request.headers.get("authorization", "") or request.headers.get("x-csrf-token") == "csrf"
            if request.method != "GET" and "login" not in request.url.path and not known:
                return JSONResponse({"code": "csrf", "message": "the token is missing"}, 403)
            if body is not None:
                with self.lock:
                    self.received.append({"path": request.url.path, "body": body})
            elif data:
                self.uploads.append(data)
            answer = await asyncio.to_thread(handler, request, body)
            if isinstance(answer, Response):
                return answer
            status, content = answer
            return Response(None if content is None else msgspec.json.encode(content), status, media_type="application/json")

        return serve

    def _session(self, _: Request, __: Any) -> Answer:
        who = {"account_id": "a1", "name": "admin", "role": "admin", "workspace": "", "via": "session", "csrf_token": "csrf"}
        return (200, who) if self.signed_in else (401, {"code": "not_signed_in", "message": "nobody is signed in"})

    def _login(self, request: Request, body: Any) -> Answer:
        if body["password"] != "right password":
            return 401, {"code": "wrong_login", "message": "the name or the password is wrong"}
        self.signed_in = True
        return self._session(request, body)

    def _provider(self, request: Request, _: Any) -> Answer:
        info = self.providers[request.path_params["provider"]]
        schema = info.schema
        forms = {
            name: msgspec.to_builtins(getattr(schema, name)) for name in ("provider_credential_schema", "model_credential_schema")
        }
        return 200, self.row(info) | forms | {
            "environment": [],
            "probes": schema.probe is not None,
            "lists_models": "fetch-from-remote" in schema.configurate_methods,
        }

    def _icon(self, request: Request, _: Any) -> Response:
        found = self.runtime.provider(request.path_params["provider"]).icon(request.path_params["language"])
        return Response(found[0], media_type=found[1]) if found else Response(status_code=404)

    def _credentials(self, request: Request, _: Any) -> Answer:
        wanted = request.path_params["provider"]
        return 200, {"data": [view for view in self.stored.values() if view["provider"] == wanted]}

    def _add(self, request: Request, body: Any) -> Answer:
        if body.get("validate") and (verdict := self.verdict())[0] != 200:
            return verdict
        provider = request.path_params["provider"]
        identifier = f"c{len(self.stored) + 1}"
        first = all(view["provider"] != provider for view in self.stored.values())
        self.stored[identifier] = self._view(identifier, provider, body) | {"active": first}
        return 201, self.stored[identifier]

    def _view(self, identifier: str, provider: str, body: Any) -> dict[str, Any]:
        schema = self.providers[provider].schema
        form = schema.model_credential_schema if body.get("model") else schema.provider_credential_schema
        fields = form.credential_form_schemas if form else ()
        secret = {field.variable for field in fields if field.type == "secret-input"}
        kind = ModelType(body["model_type"]) if body.get("model_type") else None
        filled = fill_form(fields, body["credentials"], model_type=kind)
        plain = {name: value for name, value in filled.values.items() if name not in secret}
        hints = {
            name: {"hint": f"…{value.reveal()[-4:]}", "updated_at": 1.79e9}
            for name, value in filled.values.items()
            if name in secret
        }
        return {
            "id": identifier,
            "provider": provider,
            "name": body.get("name") or f"key {identifier[1:]}",
            "model": body.get("model"),
            "model_type": body.get("model_type"),
            "enabled": True,
            "active": False,
            "weight": 1,
            "values": plain,
            "secrets": hints,
            "locked": False,
            "verified_at": 1.79e9,
            "last_error": None,
            "created_at": 1.79e9,
            "updated_at": 1.79e9,
        }

    def _replace(self, request: Request, body: Any) -> Answer:
        before = self.stored[request.path_params["id"]]
        after = self._view(before["id"], before["provider"], body | {"name": body.get("name") or before["name"]})
        after["secrets"] = before["secrets"] | after["secrets"]
        self.stored[before["id"]] = after | {"active": before["active"]}
        return 200, self.stored[before["id"]]

    def _change(self, request: Request, body: Any) -> Answer:
        self.stored[request.path_params["id"]] |= body
        return 200, self.stored[request.path_params["id"]]

    def _activate(self, request: Request, _: Any) -> Answer:
        chosen = self.stored[request.path_params["id"]]
        for view in self.stored.values():
            if view["provider"] == chosen["provider"]:
                view["active"] = view is chosen
        return 200, chosen

    def _remove(self, request: Request, _: Any) -> Answer:
        del self.stored[request.path_params["id"]]
        return 204, None

    def _validate(self, _: Request, __: Any) -> Answer:
        return self.verdict()

    def _switch(self, request: Request, body: Any) -> Answer:
        for each in body["data"]:
            key = (request.path_params["provider"], each["model_type"], each["model"])
            (self.disabled.discard if each["enabled"] else self.disabled.add)(key)
        return 200, {"data": []}

    def _models(self, request: Request, _: Any) -> Answer:
        asked = request.query_params
        rows = [
            self.model(info)
            for info in self.infos
            if asked.get("provider") in (None, info.provider) and asked.get("model_type") in (None, str(info.model_type))
        ]
        return 200, {"data": rows}

    def _index(self, _: Request, __: Any) -> Answer:
        return 200, model_index(msgspec.convert(self.model(info) | {"own_price": False}, ModelRow) for info in self.infos)

    def _one(self, request: Request, _: Any) -> Answer:
        asked = request.query_params
        key = (asked["provider"], asked["model_type"], asked["model"])
        info = next(each for each in self.infos if (each.provider, str(each.model_type), each.model) == key)
        return 200, self.model(info) | {
            "parameter_rules": msgspec.to_builtins(info.parameter_rules),
            "source": [],
            "declared": True,
        }

    def _invoke(self, request: Request, body: Any) -> Response:
        events = self.events(request.path_params["kind"], body)
        return StreamingResponse(
            (b"event: %s\ndata: %s\n\n" % (name.encode(), msgspec.json.encode(data)) for name, data in events),
            media_type="text/event-stream",
        )

    def _snippets(self, _: Request, body: Any) -> Answer:
        return 200, {"data": [{"id": "curl", "label": "curl", "language": "shell", "code": f"curl … # {body['model']}"}]}

    def _make_key(self, _: Request, body: Any) -> Answer:
        identifier = hashlib.sha256(body["name"].encode()).hexdigest()[:8]
        view = {
            "id": identifier,
            "disabled": False,
            "created_at": 1.79e9,
            "last_used_at": None,
            "expires_at": None,
            "limits": None,
        } | body
        self.keys[identifier] = view
        return 201, {"text": f"mr-{identifier}-secret", "key": view}

    def _set_key(self, request: Request, disabled: bool) -> Answer:
        self.keys[request.path_params["id"]]["disabled"] = disabled
        return 200, self.keys[request.path_params["id"]]

    def _remove_key(self, request: Request, _: Any) -> Answer:
        del self.keys[request.path_params["id"]]
        return 204, None


@contextmanager
def running(backend: Backend, root_path: str = "") -> Iterator[str]:
    """The backend on loopback, below `root_path`; gives the address of the console."""
    application: Any = backend.application()
    if root_path:
        application = Starlette(routes=[Mount(root_path, app=application)])
    server = uvicorn.Server(uvicorn.Config(application, port=0, log_level="error", lifespan="off", ws="none"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.01)
        assert thread.is_alive(), "the server did not start"
    host, port = server.servers[0].sockets[0].getsockname()[:2]
    try:
        yield f"http://{host}:{port}{root_path}/console/"
    finally:
        server.should_exit = True
        thread.join(10)
        assert not thread.is_alive()
