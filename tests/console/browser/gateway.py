"""The real gateway behind the pages: data plane, admin API and console over a database, with a simulated vendor."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.admin.serving import Client, Served, serving
from tests.simulators.openai_family import DECLARATION, KEY, OpenAISimulator

CHAT = "sim/sim-chat"


@dataclass(frozen=True)
class Operated:
    """A gateway with its first admin signed in, a credential of the vendor, and a client with a key."""

    served: Served
    admin: Client
    caller: Client

    @property
    def address(self) -> str:
        """Of the console; ends with a slash."""
        return f"{self.served.url}/console/"

    @property
    def profile(self) -> dict[str, Any]:
        """Options of a browser that is signed in."""
        name, _, value = self.admin.headers["cookie"].partition("=")
        cookie = {"name": name, "value": value, "domain": self.served.address[0], "path": "/", "expires": -1}
        return {"storage_state": {"cookies": [cookie | {"httpOnly": True, "secure": False, "sameSite": "Lax"}], "origins": []}}

    def chat(self, text: str, **more: Any) -> int:
        """A call of the client's, and its status."""
        body = {"model": CHAT, "messages": [{"role": "user", "content": text}], **more}
        return self.caller.ask("POST", "/v1/chat/completions", body).status

    def written(self) -> None:
        """Every record is where the pages ask for it."""
        self.served.written()


@contextmanager
def operated(directory: Path, cache: Path, vendor: OpenAISimulator) -> Iterator[Operated]:
    """A running gateway that may reach the vendor; `cache` is a folder of the test's own."""
    runtime = {"documents": [DECLARATION], "environ": {"MODELRUNTIME_CACHE": str(cache)}}
    with serving(directory, runtime) as served:
        admin = served.signed_in()
        host = vendor.url.removeprefix("http://").removesuffix("/v1")
        admin.done("PATCH", "/api/settings", {"values": {"egress_allow": [host]}})
        form = {"name": "main", "credentials": {"api_key": KEY, "base_url": vendor.url}}
        admin.done("POST", "/api/providers/sim/credentials", form)
        key = admin.done("POST", "/api/keys", {"name": "Batch"})["text"]
        yield Operated(served, admin, Client(served.address, {"authorization": f"Bearer {key}"}))
