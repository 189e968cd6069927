"""`modelruntime serve`: the gateway."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from modelruntime.cli.arguments import Commands, command
from modelruntime.cli.console import Console
from modelruntime.cli.store_options import add_store_options
from modelruntime.cli.store_packages import PACKAGES

if TYPE_CHECKING:
    from modelruntime.cli.serve_plan import Hello, ServePlan
    from modelruntime.schema.catalogue import Catalogue

_EXTRA = PACKAGES | {
    "uvicorn",
    "httptools",
    "websockets",
    "python_multipart",
    "structlog",
    "prometheus_client",
    "opentelemetry",
    "starlette",
}


def add(commands: Commands) -> None:
    """Declare the command."""
    parser = command(
        commands,
        "serve",
        run,
        "serve every model over HTTP in the dialects of known clients",
        (
            "serve",
            "serve --config gateway.yaml --port 9000",
            "serve --config gateway.yaml --workers 4",
            "serve --config gateway.yaml --check",
            "serve --data ./data --database postgresql://gateway@db/gateway",
        ),
    )
    parser.add_argument("--config", type=Path, help="the gateway's file (YAML or TOML); what is said here goes over it")
    parser.add_argument("--host", help="the address to listen on (default 127.0.0.1)")
    parser.add_argument("--port", type=int, help="the port, 0 for any free one (default 8080)")
    parser.add_argument("--workers", type=int, help="processes that serve (default 1)")
    parser.add_argument("--lame-duck", type=float, metavar="SECONDS", help="after SIGTERM: serve on, but not ready (default 0)")
    parser.add_argument("--drain", type=float, metavar="SECONDS", help="then: how long open calls may go on (default 30)")
    add_store_options(parser)
    parser.add_argument("--no-admin", action="store_true", help="serve calls alone: no admin API, no console")
    parser.add_argument("--base-path", default="", metavar="PATH", help="what a proxy puts before /api and /console, e.g. /models")
    parser.add_argument("--public-url", metavar="URL", help="the gateway's address as its clients see it")
    parser.add_argument("--check", action="store_true", help="read the file, say whether it can be used, and end")
    parser.add_argument("--worker", help=argparse.SUPPRESS)


def run(parsed: argparse.Namespace, console: Console) -> int:
    """Serve until SIGTERM or Ctrl-C; the open calls are brought to their end first."""
    from modelruntime.entities.errors import ParameterInvalid
    from modelruntime.gateway.garbage import be_rare

    if not parsed.check:
        be_rare()
    try:
        return _run(parsed, console)
    except ModuleNotFoundError as cause:
        if (cause.name or "").partition(".")[0] not in _EXTRA:
            raise
        raise ParameterInvalid("the gateway needs more packages: pip install 'modelruntime[server]'", field="serve") from cause


def _run(parsed: argparse.Namespace, console: Console) -> int:
    from modelruntime.cli.first_look import first_look
    from modelruntime.cli.serve_plan import Hello, plan_of
    from modelruntime.gateway.one_heap import one_heap
    from modelruntime.gateway.server import run_on_best_loop
    from modelruntime.store.gateway_key import new_key

    plan = plan_of(parsed)
    if parsed.check:
        return _check(plan, console)
    one_heap()
    if parsed.worker:
        from modelruntime.cli.serve_workers import work

        listener, link = map(int, parsed.worker.split(","))
        return run_on_best_loop(work(plan, listener, link))
    look = run_on_best_loop(first_look(plan))
    hello = Hello(None if plan.file.keys or look.has_keys else new_key(b"").text, plan.workers)

    def announce(host: str, port: int, catalogue: Catalogue | None = None) -> None:
        url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        try:
            _announce(console, _Said(url, hello.key, look.setup_token, plan.base_path, catalogue))
            console.flush()
        except BrokenPipeError:  # who has read enough of it wants the gateway no less
            console.forget_output()
        if not console.as_json:
            console.note("Ctrl-C ends it")

    if plan.workers > 1:
        from modelruntime.cli.serve_workers import supervise

        return run_on_best_loop(supervise(parsed, plan, hello, announce))
    return run_on_best_loop(_serve(plan, hello, announce))


async def _serve(plan: ServePlan, hello: Hello, announce: Callable[[str, int, Catalogue], None]) -> int:
    from modelruntime.cli.serve_process import serve_process
    from modelruntime.gateway.garbage import set_aside

    async with serve_process(plan, hello) as process:
        listener = process.server.listen()
        host, port = listener.getsockname()[:2]
        set_aside()
        await process.serve(listener, lambda: announce(host, port, process.catalogue))
    return 0


def _check(plan: ServePlan, console: Console) -> int:
    """Everything that can be known of a file without serving it. Raises what a start would raise."""
    from modelruntime.cli.serve_plan import folders_of
    from modelruntime.gateway.config_file import compile_file
    from modelruntime.schema.catalogue import Catalogue

    configuration = compile_file(plan.file, b"", plan.path or Path("-"))
    problems = [str(problem) for problem in Catalogue.load(folders_of(plan)).problems if problem.severity == "error"]
    found = {
        "usable": not problems,
        "keys": len(configuration.keys),
        "routes": len(configuration.routes),
        "aliases": len(configuration.aliases),
        "credentials": sorted(configuration.own_credentials),
        "problems": problems,
    }
    if console.as_json:
        console.result(found)
    else:
        for problem in problems:
            console.warn(problem)
        console.line(f"{plan.path or 'no file'}: " + ("cannot be used" if problems else "can be used"))
        console.line(f"{found['keys']} keys, {found['routes']} routes, {found['aliases']} aliases")
    return 1 if problems else 0


class _Said(NamedTuple):
    url: str
    key: str | None
    setup_token: str | None
    base_path: str
    catalogue: Catalogue | None
    """The fleet, where this process has read it."""

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
    for line in _examples(said.url, said.key or "$KEY", said.catalogue):
        console.line(line)


def _examples(url: str, key: str, catalogue: Catalogue | None) -> list[str]:
    """A curl line for each endpoint, on the local models."""
    from modelruntime.runtime.core import Core, Settings
    from modelruntime.runtime.listing import Listing

    local: dict[str, Any] = {}
    for row in Listing(Core(Settings(), catalogue)).models(provider="local"):
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
