"""`modelruntime serve`: the gateway."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from modelruntime.cli.arguments import Commands, command
from modelruntime.cli.console import Console

if TYPE_CHECKING:
    from modelruntime.store.configuration import Configuration
    from modelruntime.store.open_store import OpenStore

_EXTRA = frozenset({"uvicorn", "httptools", "python_multipart", "sqlalchemy", "alembic", "aiosqlite", "argon2", "starlette"})


def add(commands: Commands) -> None:
    """Declare the command."""
    parser = command(
        commands,
        "serve",
        run,
        "serve every model over HTTP in the dialects of known clients",
        ("serve", "serve --config gateway.yaml --port 9000", "serve --data ./data --database postgresql://gateway@db/gateway"),
    )
    parser.add_argument("--config", type=Path, help="keys, names, routes and credentials (YAML or TOML)")
    parser.add_argument("--data", type=Path, metavar="FOLDER", help="where the gateway keeps its files (MODELRUNTIME_DATA)")
    parser.add_argument("--database", metavar="URL", help="postgresql://… (default: an SQLite file in the folder)")
    parser.add_argument("--no-admin", action="store_true", help="serve calls alone: no admin API, no console")
    parser.add_argument("--base-path", default="", metavar="PATH", help="what a proxy puts before /api and /console, e.g. /models")
    parser.add_argument("--public-url", metavar="URL", help="the gateway's address as its clients see it")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default 127.0.0.1)")
    parser.add_argument("--port", type=int, default=8080, help="the port, 0 for any free one (default 8080)")
    parser.add_argument("--lame-duck", type=float, default=0.0, metavar="SECONDS", help="after SIGTERM: serve on, but not ready")
    parser.add_argument("--drain", type=float, default=30.0, metavar="SECONDS", help="then: how long open calls may go on")


def run(parsed: argparse.Namespace, console: Console) -> int:
    """Serve until SIGTERM or Ctrl-C; the open calls are brought to their end first."""
    from modelruntime.entities.errors import ParameterInvalid

    try:
        from modelruntime.gateway.server import run_on_best_loop

        return run_on_best_loop(_serve(parsed, console))
    except ModuleNotFoundError as cause:
        if (cause.name or "").partition(".")[0] not in _EXTRA:
            raise
        raise ParameterInvalid("the gateway needs more packages: pip install 'modelruntime[server]'", field="serve") from cause


async def _serve(parsed: argparse.Namespace, console: Console) -> int:
    from modelruntime import __version__
    from modelruntime.admin.services import AdminOptions
    from modelruntime.cli.stored_gateway import setup_token, stored_gateway
    from modelruntime.gateway.config_file import GatewayFile, compile_file, read_file
    from modelruntime.gateway.server import GatewayServer, ServerOptions
    from modelruntime.runtime.async_runtime import AsyncRuntime
    from modelruntime.store.data_directory import data_directory

    file = read_file(parsed.config, os.environ) if parsed.config else GatewayFile()
    runtime = AsyncRuntime(credentials=file.credentials, providers=file.providers, endpoints=file.endpoints)
    admin = AdminOptions(version=__version__, base_path=_base_path(parsed.base_path), public_url=parsed.public_url)
    options = ServerOptions(host=parsed.host, port=parsed.port, lame_duck_seconds=parsed.lame_duck, drain_seconds=parsed.drain)

    def base(pepper: bytes) -> Configuration:
        return compile_file(file, pepper, parsed.config or Path("-"))

    directory = data_directory(parsed.data, os.environ)
    async with stored_gateway(directory, parsed.database, base, runtime, admin) as stored:
        opened, composition = stored.opened, stored.composition
        key = _key_of_this_run(opened, base)
        served = composition.gateway if parsed.no_admin else composition.app
        server = GatewayServer(composition.gateway, options, served)
        listener = server.listen()
        host, port = listener.getsockname()[:2]
        token = None if parsed.no_admin else await setup_token(opened.store)
        said = _Said(f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}", key, token, admin.base_path)
        await server.serve(listener, lambda: _announce(console, said))
    return 0


def _base_path(text: str) -> str:
    from modelruntime.entities.errors import ParameterInvalid

    path = text.rstrip("/")
    if path and not path.startswith("/"):
        raise ParameterInvalid("--base-path begins with a slash, e.g. /models", field="base_path")
    return path


def _key_of_this_run(opened: OpenStore, base: Callable[[bytes], Configuration]) -> str | None:
    """The text of a key that is made because nobody made one yet; in memory alone. None where there is one."""
    from msgspec.structs import replace

    from modelruntime.store.gateway_key import GatewayKey, new_key

    configuration = opened.configuration.current()
    if configuration.keys:
        return None
    made = new_key(configuration.pepper)
    key = GatewayKey(id=made.id, digest=made.digest, name="made for this run")
    opened.configuration.rebase(replace(base(configuration.pepper), keys={made.id: key}))
    return made.text


class _Said(NamedTuple):
    url: str
    key: str | None
    setup_token: str | None
    base_path: str

    @property
    def console(self) -> str:
        """The console's address; where the set-up is still to be done with its token, which no server sees behind the `#`."""
        address = f"{self.url}{self.base_path}/console/"
        return f"{address}#setup={self.setup_token}" if self.setup_token else address


def _announce(console: Console, said: _Said) -> None:
    if console.as_json:
        console.result({"url": said.url, "key": said.key, "setup_token": said.setup_token, "console": said.console})
        return
    console.line(f"gateway on {console.paint(said.url, 'bold')}")
    console.line(f"key: {said.key}  (made for this run)" if said.key else "keys: those of the configuration")
    if said.setup_token:
        console.line(f"set it up, once, from this machine: {said.console}")
    console.line()
    for line in _examples(said.url, said.key or "$KEY"):
        console.line(line)
    console.note("Ctrl-C ends it")


def _examples(url: str, key: str) -> list[str]:
    """A curl line for each endpoint, on the local models."""
    from modelruntime import Runtime

    local: dict[str, Any] = {}
    with Runtime() as runtime:
        for row in runtime.models(provider="local"):
            if row.status.code == "active":
                local.setdefault(row.model_type, f"local/{row.model}")
    bodies = {
        "llm": ("chat/completions", '{"model": "%s", "messages": [{"role": "user", "content": "Hello"}], "stream": true}'),
        "text-embedding": ("embeddings", '{"model": "%s", "input": ["good morning"]}'),
        "rerank": ("rerank", '{"model": "%s", "query": "a warm drink", "documents": ["green tea", "a red car"]}'),
        "tts": ("audio/speech", '{"model": "%s", "input": "Good morning"}'),
        "moderation": ("moderations", '{"model": "%s", "input": "Have a nice day"}'),
    }
    head = f"-H 'authorization: Bearer {key}'"
    lines = [f"curl {url}/v1/models {head}"]
    for kind, (path, body) in bodies.items():
        if kind in local:
            output = " -o speech.wav" if kind == "tts" else ""
            data = body % local[kind]
            lines.append(f"curl{output} {url}/v1/{path} {head} -H 'content-type: application/json' -d '{data}'")
    if "speech2text" in local:
        lines.append(f"curl {url}/v1/audio/transcriptions {head} -F model={local['speech2text']} -F file=@speech.wav")
    return lines
