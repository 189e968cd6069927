"""`modelruntime serve`: the gateway."""

from __future__ import annotations

import argparse
import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modelruntime.cli.arguments import Commands, command
from modelruntime.cli.console import Console

if TYPE_CHECKING:
    from modelruntime.gateway.config_file import GatewayFile
    from modelruntime.store.configuration import Configuration


def add(commands: Commands) -> None:
    """Declare the command."""
    parser = command(
        commands,
        "serve",
        run,
        "serve every model over HTTP in the dialects of known clients",
        ("serve", "serve --config gateway.yaml --port 9000"),
    )
    parser.add_argument("--config", type=Path, help="keys, names, routes and credentials (YAML or TOML)")
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
        if cause.name not in ("uvicorn", "httptools", "python_multipart"):
            raise
        raise ParameterInvalid("the gateway needs more packages: pip install 'modelruntime[server]'", field="serve") from cause


async def _serve(parsed: argparse.Namespace, console: Console) -> int:
    from modelruntime.gateway.app import Gateway
    from modelruntime.gateway.plane import DataPlane
    from modelruntime.gateway.server import GatewayServer, ServerOptions
    from modelruntime.gateway.unlimited import FixedConfiguration
    from modelruntime.runtime.async_runtime import AsyncRuntime

    file, configuration, text = _configuration(parsed.config)
    runtime = AsyncRuntime(credentials=file.credentials, providers=file.providers, endpoints=file.endpoints)
    gateway = Gateway(DataPlane(runtime, FixedConfiguration(configuration)))
    options = ServerOptions(host=parsed.host, port=parsed.port, lame_duck_seconds=parsed.lame_duck, drain_seconds=parsed.drain)
    server = GatewayServer(gateway, options)
    listener = server.listen()
    host, port = listener.getsockname()[:2]
    await server.serve(listener, lambda: _announce(console, f"http://{host}:{port}", text))
    return 0


def _configuration(path: Path | None) -> tuple[GatewayFile, Configuration, str | None]:
    """The file, what it compiles to, and the text of a key that was made for this run because the file names none."""
    import msgspec

    from modelruntime.gateway.config_file import GatewayFile, compile_file, read_file
    from modelruntime.store.gateway_key import GatewayKey, new_key

    pepper = secrets.token_bytes(32)
    file = read_file(path, os.environ) if path else GatewayFile()
    configuration = compile_file(file, pepper, path or Path("-"))
    if configuration.keys:
        return file, configuration, None
    made = new_key(pepper)
    key = GatewayKey(id=made.id, digest=made.digest, name="made for this run")
    return file, msgspec.structs.replace(configuration, keys={made.id: key}), made.text


def _announce(console: Console, url: str, key: str | None) -> None:
    if console.as_json:
        console.result({"url": url, "key": key})
        return
    console.line(f"gateway on {console.paint(url, 'bold')}")
    console.line(f"key: {key}  (made for this run)" if key else "keys: those of the configuration")
    console.line()
    for line in _examples(url, key or "$KEY"):
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
