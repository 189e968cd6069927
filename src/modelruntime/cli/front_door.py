"""One address for everything: the data plane first, beside it the admin API, Dify's paths and the console."""

from __future__ import annotations

from collections.abc import Coroutine, Mapping
from typing import Any

from modelruntime.gateway.asgi import Application


class FrontDoor:
    """An ASGI application that chooses another by the path. What has no other is the data plane's, and so is the lifespan."""

    def __init__(self, data_plane: Application, others: Mapping[str, Application], base_path: str = "") -> None:
        """`others`: prefix, such as `/api` → application; of two that fit, the longer one. `base_path` stands before every path
        but the data plane's, which may have it or not."""
        self._data_plane = data_plane
        self._served: Application = data_plane._served if isinstance(data_plane, FrontDoor) else data_plane
        """What has the data plane's own paths, however many doors are one behind the other."""
        self._others = sorted(others.items(), key=lambda each: -len(each[0]))
        self._base = base_path

    def __call__(self, scope: Any, receive: Any, send: Any) -> Coroutine[Any, Any, None]:
        """One connection event of ASGI."""
        if scope["type"] != "http" or scope["path"].startswith("/v1/"):
            return self._served(scope, receive, send)
        path: str = scope["path"]
        if self._base and (path == self._base or path.startswith(f"{self._base}/")):
            path = path[len(self._base) :] or "/"
            scope = {**scope, "path": path, "raw_path": path.encode()}
        for prefix, application in self._others:
            if path == prefix or path.startswith(f"{prefix}/"):
                return application({**scope, "root_path": self._base}, receive, send)
        return self._data_plane(scope, receive, send)
