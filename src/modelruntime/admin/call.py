"""One request, as a handler gets it: who asks, about which workspace, with what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Generic, TypeVar

import msgspec
from starlette.requests import Request

from modelruntime.admin.client_place import address_of, is_https
from modelruntime.admin.identity import Identity
from modelruntime.admin.services import Services
from modelruntime.runtime.async_runtime import AsyncRuntime
from modelruntime.runtime.core import Core
from modelruntime.schema.provider import ProviderSchema
from modelruntime.store.actor import Actor
from modelruntime.store.configuration import Configuration

B = TypeVar("B")
Q = TypeVar("Q")


class Nothing(msgspec.Struct, frozen=True):
    """No body, no query."""


class Call(Generic[B, Q]):
    """`body` and `query` are already of the route's types; `path` holds the parameters of its path."""

    __slots__ = ("body", "identity", "path", "query", "request", "request_id", "services", "workspace")

    def __init__(
        self,
        services: Services,
        identity: Identity,
        workspace: str,
        request: Request,
        path: Mapping[str, str],
        query: Q,
        body: B,
        request_id: str,
    ) -> None:
        self.services = services
        self.identity = identity
        self.workspace = workspace
        self.request = request
        self.path = path
        self.query = query
        self.body = body
        self.request_id = request_id

    def configuration(self) -> Configuration:
        """What is in force for the workspace."""
        return self.services.in_force.current().configuration_of(self.workspace)

    def runtime(self) -> AsyncRuntime:
        """The workspace's runtime, as calls are served by now."""
        return self.services.in_force.current().runtime(self.workspace)

    def core(self) -> Core:
        """What the workspace's runtime knows."""
        return self.runtime().core

    def origin(self) -> str:
        """The address under which the client sees the gateway, such as `https://gateway.example`."""
        return f"{'https' if self.is_secure() else 'http'}://{self.request.url.netloc}"

    def schema(self) -> ProviderSchema:
        """The provider that the path names. Raises `ModelNotFound`."""
        return self.core().catalogue.provider(self.path["provider"])

    def address(self) -> str:
        """Where the request came from."""
        return address_of(self.request)

    def is_secure(self) -> bool:
        """Is the client's side of the connection encrypted?"""
        return is_https(self.request, self.services.options.public_url)

    def actor(self) -> Actor:
        """Who changes something, for the audit log."""
        who, address = self.identity, self.address()
        if who.via == "token":
            return Actor("token", who.account_id.removeprefix("token:"), who.name, address)
        return Actor("account", who.account_id, who.name, address)
