"""The gateways that are measured: how each is told of the one simulated upstream, and how a client calls it.

Each serves one model of the simulator under a key of its own, and counts usage and cost where it can. Peers that are not
installed are left out and named so: `apt-get install nginx-light`; the others come with `--with-peers`.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from benchmarks.gateways.http import free_port
from benchmarks.result import HOME, ROOT
from benchmarks.subjects.ours import DECLARATION
from benchmarks.subjects.request import MODEL

ROLTER, FERROGW, TENSORZERO, PORTKEY = "0.1.0", "1.5.10", "2026.6.0", "1.15.2"
NOTHING: Mapping[str, Any] = MappingProxyType({})
_KEY = "mr_00000000000000aa.benchmarkbenchmarkbenchmarkbenchmark"


@dataclass(frozen=True)
class Gateway:
    """How one is started on a port in front of an upstream."""

    name: str
    command: list[str]
    model: str = MODEL
    headers: dict[str, str] = field(default_factory=dict)
    environ: dict[str, str] = field(default_factory=dict)
    ready_path: str = "/health/live"
    prefix: str = ""
    """Before the paths of the dialects."""
    port_file: str | None = None
    """For one that chooses its port itself: where it writes it once it listens."""


Maker = Callable[[Path, int, str], Gateway]
"""Folder, port, upstream with its mode (`http://127.0.0.1:9/burst`) → the gateway; it writes what it reads into the folder."""


def ours(folder: Path, port: int, upstream: str) -> Gateway:
    """modelruntime as a user starts it: key with limits, store, ledger, metrics, console and admin API beside it."""
    return _ours(folder, upstream, "modelruntime", ["modelruntime", "serve", "--config", "gateway.yaml", "--port", str(port)])


def ours_two(folder: Path, port: int, upstream: str) -> Gateway:
    """The same with two workers and the supervisor that watches over them."""
    command = ["modelruntime", "serve", "--config", "gateway.yaml", "--port", str(port), "--workers", "2"]
    return _ours(folder, upstream, "modelruntime, two workers", command, {"port": free_port()})


def ours_bare(folder: Path, port: int, upstream: str) -> Gateway:
    """The data plane alone: no store, no ledger, no limits, no telemetry."""
    return _ours(folder, upstream, "modelruntime, bare", ["benchmarks.gateways.bare", "gateway.yaml", str(port)])


PARTS: dict[str, Callable[[dict[str, Any]], object]] = {
    "limits": lambda config: config["keys"][0].pop("limits"),
    "the log of calls": lambda config: config["telemetry"]["logs"].update(calls=False),
    "metrics": lambda config: config["telemetry"].pop("metrics"),
}
"""What can be left out of the configuration; the store with its ledger and the admin API cannot."""


def ours_without(part: str) -> Maker:
    """The same as `ours` with a part of `PARTS` left out, to see what it costs."""

    def make(folder: Path, port: int, upstream: str) -> Gateway:
        gateway = ours(folder, port, upstream)
        file = folder / "gateway.yaml"
        config = json.loads(file.read_text())
        PARTS[part](config)
        file.write_text(json.dumps(config))
        return replace(gateway, name=f"modelruntime without {part}")

    return make


def _ours(folder: Path, upstream: str, name: str, module: list[str], metrics: Mapping[str, Any] = NOTHING) -> Gateway:
    providers = folder / "providers" / "bench"
    providers.mkdir(parents=True)
    (providers / "provider.yaml").write_text(DECLARATION)
    config = {
        "keys": [{"name": "bench", "key": _KEY, "limits": {"requests_per_minute": 10**9, "tokens_per_minute": 10**9}}],
        "credentials": {"bench": {"api_key": "sk-bench", "base_url": f"{upstream}/v1"}},
        "providers": [str(folder / "providers")],
        "telemetry": {"metrics": {"token": "token-of-the-benchmark", **metrics}, "logs": {"calls": True}},
    }
    (folder / "gateway.yaml").write_text(json.dumps(config))
    return Gateway(
        name,
        [sys.executable, "-m", *module],
        model=f"bench/{MODEL}",
        headers={"authorization": f"Bearer {_KEY}"},
        environ={"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "MODELRUNTIME_DATA": str(folder / "data")},
    )


def nginx(folder: Path, port: int, upstream: str) -> Gateway | None:
    """The floor: it forwards bytes and knows nothing of them."""
    program = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
    if program is None:
        return None
    address, _, mode = upstream.removeprefix("http://").partition("/")
    (folder / "nginx.conf").write_text(f"""
        worker_processes 1; daemon off; error_log stderr error; pid nginx.pid;
        events {{ worker_connections 8192; }}
        http {{
          access_log off; keepalive_requests 1000000000; tcp_nodelay on;
          client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;
          upstream up {{ server {address}; keepalive 256; keepalive_requests 1000000000; }}
          server {{
            listen 127.0.0.1:{port};
            location /health/live {{ return 200; }}
            location / {{
              proxy_pass http://up/{mode}/; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off;
            }}
          }}
        }}""")
    return Gateway("nginx", [program, "-p", str(folder), "-c", str(folder / "nginx.conf")])


def rolter(folder: Path, port: int, upstream: str) -> Gateway | None:
    """A compiled one (Rust)."""
    program = HOME / "gateways" / "bin" / "rolter"
    if not program.is_file():
        return None
    (folder / "rolter.toml").write_text(f"""
        [server]
        host = "127.0.0.1"
        port = {port}
        [[providers]]
        name = "bench"
        kind = "openai_compatible"
        api_base = "{upstream}"
        api_key_env = "BENCH_KEY"
        [[routes]]
        model = "{MODEL}"
        strategy = "round_robin"
        [[routes.targets]]
        provider = "bench"
        model = "{MODEL}"
        [[virtual_keys]]
        key = "sk-bench"
        name = "bench"
        models = []
        [[model_prices]]
        model = "{MODEL}"
        input_per_mtok = 2.5
        output_per_mtok = 10.0""")
    return Gateway(
        "rolter",
        [str(program), "gateway", "-c", "rolter.toml"],
        headers={"authorization": "Bearer sk-bench"},
        environ={"BENCH_KEY": "sk-up", "RUST_LOG": "error", "ROLTER_KEY_PEPPER": "pepper-of-the-benchmark"},
        ready_path="/healthz",
    )


def ferrogw(folder: Path, port: int, upstream: str) -> Gateway | None:
    """A compiled one (Go)."""
    program = HOME / "gateways" / "bin" / "ferrogw"
    if not program.is_file():
        return None
    (folder / "config.yaml").write_text("strategy: {mode: fallback}\ntargets: [{virtual_key: openai}]\n")
    return Gateway(
        "ferrogw",
        [str(program), "serve"],
        model="gpt-4o-mini",
        headers={"authorization": "Bearer fgw_bench_bench_bench_bench_bench"},
        environ={
            "GATEWAY_CONFIG": "config.yaml",
            "OPENAI_API_KEY": "sk-up",
            "OPENAI_BASE_URL": upstream,
            "MASTER_KEY": "fgw_bench_bench_bench_bench_bench",
            "PORT": str(port),
            "LOG_LEVEL": "error",
            "RATE_LIMIT_RPS": "1000000",
            "RATE_LIMIT_BURST": "1000000",
        },
        ready_path="/readyz",
    )


def tensorzero(folder: Path, port: int, upstream: str) -> Gateway | None:
    """A compiled one (Rust), as its Python package carries it: the OpenAI endpoints alone, nothing kept."""
    if not _has_tensorzero():
        return None
    (folder / "tensorzero.toml").write_text(f"""
        [gateway]
        observability.enabled = false
        [models.bench]
        routing = ["simulator"]
        [models.bench.providers.simulator]
        type = "openai"
        model_name = "{MODEL}"
        api_base = "{upstream}/v1/"
        api_key_location = "env::BENCH_KEY"
        """)
    return Gateway(
        "TensorZero",
        [str(HOME / "gateways" / "bin" / "python"), "-P", str(ROOT / "benchmarks" / "gateways" / "tensorzero_http.py"), "port"],
        model="tensorzero::model_name::bench",
        environ={"BENCH_KEY": "sk-up"},
        prefix="/openai",
        port_file="port",
    )


def portkey(folder: Path, port: int, upstream: str) -> Gateway | None:
    """One in TypeScript, on Node. Its streams fail."""
    program = HOME / "portkey" / "node_modules" / "@portkey-ai" / "gateway" / "build" / "start-server.js"
    node = shutil.which("node")
    if node is None or not program.is_file():
        return None
    return Gateway(
        "Portkey",
        [node, str(program), f"--port={port}", "--headless"],
        headers={
            "authorization": "Bearer sk-up",
            "x-portkey-provider": "openai",
            "x-portkey-custom-host": f"{upstream}/v1",
        },
        environ={"NODE_ENV": "production"},
        ready_path="/",
    )


def litellm(folder: Path, port: int, upstream: str) -> Gateway | None:
    """LiteLLM's proxy in its production mode: one worker, no database, no callbacks."""
    home = HOME / "litellm"
    if not (home / ".proxy").is_file():
        return None
    config = {
        "model_list": [
            {
                "model_name": MODEL,
                "litellm_params": {"model": f"openai/{MODEL}", "api_base": f"{upstream}/v1", "api_key": "sk-up"},
            }
        ],
        "litellm_settings": {"num_retries": 0, "callbacks": [], "telemetry": False},
    }
    (folder / "config.yaml").write_text(json.dumps(config))
    key = "sk-benchmark-4f8a1c"
    return Gateway(
        "LiteLLM",
        [str(home / "bin" / "litellm"), "--config", "config.yaml", "--port", str(port), "--host", "127.0.0.1"],
        headers={"authorization": f"Bearer {key}"},
        environ={
            "LITELLM_OFFLINE_MODE": "true",
            "LITELLM_MODE": "PRODUCTION",
            "LITELLM_LOG": "ERROR",
            "LITELLM_MASTER_KEY": key,
            "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        },
        ready_path="/health/liveliness",
    )


STREAMING: tuple[Callable[[Path, int, str], Gateway | None], ...] = (nginx, rolter, ferrogw, tensorzero, litellm)
PEERS = (*STREAMING, portkey)


def _has_tensorzero() -> bool:
    return any((HOME / "gateways" / "lib").glob("python*/site-packages/tensorzero"))


def install() -> None:
    """The peers that are packages, into `.bench`."""
    from benchmarks.litellm_peer import litellm_proxy

    home = HOME / "gateways"
    if not _has_tensorzero():
        venv.create(home, with_pip=True)
        command = [str(home / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*command, f"rolter=={ROLTER}", f"ferrogw=={FERROGW}", f"tensorzero=={TENSORZERO}"], check=True)
    if shutil.which("npm") and not (HOME / "portkey" / "node_modules").is_dir():
        (HOME / "portkey").mkdir(parents=True, exist_ok=True)
        quietly = ["--silent", "--no-audit", "--no-fund", "--ignore-scripts"]
        package = f"@portkey-ai/gateway@{PORTKEY}"
        subprocess.run(["npm", "install", *quietly, "--prefix", str(HOME / "portkey"), package], check=True)
    litellm_proxy()
