"""A real Xinference server with its authentication on, from the environment that `scripts/xinference.sh` makes.

Two models run on it, both by llama.cpp from files of this project's model store: `qwen` (chat) and `vectors`
(embeddings). Nothing is downloaded. Recipe: https://inference.readthedocs.io/en/latest/user_guide/ (read 2026-11-22);
that the virtual environments of models must be off to work offline, and how the first key is made, was tried on 4.1.0.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from modelruntime.engines.store.model_store import ModelStore
from tests.engines.weights import local_models

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".state" / "xinference"
START_SECONDS = 180.0
ADMIN = "admin"


@dataclass(frozen=True)
class XinferenceServer:
    """Where it listens, and a key that may list and call models."""

    address: str
    key: str = field(repr=False)
    folders: tuple[str, ...] = ()
    """Folders of this machine that may stand in its answers."""


@contextmanager
def running_xinference(home: Path) -> Iterator[XinferenceServer]:
    """Start the server with its data in `home`, launch the models, and end every process of it."""
    port = _free_port()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("XINFERENCE")},
        "XINFERENCE_HOME": str(home),
        "XINFERENCE_DISABLE_METRICS": "1",
        "HF_HUB_OFFLINE": "1",
        "OMP_NUM_THREADS": "1",
    }
    command = [str(VENV / "bin" / "xinference-local"), "-H", "127.0.0.1", "-p", str(port)]
    with (home / "server.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=home, env=environment, start_new_session=True)
    try:
        _await_start(process, port, home)
        admin = _Console(port, _admin_token(port, home))
        chat = _weights("qwen2.5-coder-0.5b-instruct")
        folder = home / "vectors"
        folder.mkdir()
        (folder / "model.gguf").symlink_to(_weights("smollm2-135m-instruct"))
        admin.ask("POST", "/v1/models", _chat_launch(chat))
        admin.ask("POST", "/v1/model_registrations/embedding", _vectors_registration(folder))
        admin.ask("POST", "/v1/models", _vectors_launch())
        key = admin.ask("POST", "/v1/admin/keys", {"name": "tests"})
        folders = (str(chat.parent), str(home), str(ROOT))
        yield XinferenceServer(f"http://127.0.0.1:{port}", _key_of(key), folders)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)


def _chat_launch(path: Path) -> dict[str, Any]:
    return {
        "model_uid": "qwen",
        "model_name": "qwen2.5-instruct",
        "model_type": "LLM",
        "model_engine": "llama.cpp",
        "model_format": "ggufv2",
        "model_size_in_billions": "0_5",
        "quantization": "q4_k_m",
        "model_path": str(path),
        "enable_virtual_env": False,
        "n_ctx": 4096,
    }


def _vectors_registration(folder: Path) -> dict[str, Any]:
    spec = {
        "model_format": "ggufv2",
        "model_hub": "huggingface",
        "model_id": "local/vectors",
        "model_uri": f"file://{folder}",
        "model_revision": None,
        "quantization": "Q4_1",
        "model_file_name_template": "model.gguf",
        "model_file_name_split_template": None,
        "quantization_parts": None,
    }
    family = {
        "version": 2,
        "model_name": "local-vectors",
        "dimensions": 576,
        "max_tokens": 2048,
        "language": ["en"],
        "model_specs": [spec],
        "cache_config": None,
        "virtualenv": None,
    }
    return {"model": json.dumps(family), "persist": False}


def _vectors_launch() -> dict[str, Any]:
    return {
        "model_uid": "vectors",
        "model_name": "local-vectors",
        "model_type": "embedding",
        "model_engine": "llama.cpp",
        "model_format": "ggufv2",
        "quantization": "Q4_1",
        "enable_virtual_env": False,
        "n_ctx": 2048,
    }


def _weights(model: str) -> Path:
    return ModelStore(environ=os.environ).paths(local_models()["llm", model])["model.gguf"].resolve()


def _free_port() -> int:
    """Xinference takes no port 0; what the system hands out here is free for the moment that it needs to start."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def _await_start(process: subprocess.Popen[bytes], port: int, home: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < end:
        with suppress(OSError, AssertionError, HTTPException):
            _Console(port, None).ask("GET", "/v1/admin/setup/status", None)
            return
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.25)
    raise AssertionError(f"the server did not start: {(home / 'server.log').read_text(errors='replace')[-2000:]}")


def _admin_token(port: int, home: Path) -> str:
    """Make the first account with the token that the server keeps for its operator, and log in."""
    with closing(sqlite3.connect(home / "auth" / "auth.db")) as database:
        row = database.execute("SELECT value FROM system_config WHERE key = 'setup_token'").fetchone()
    account = {"username": ADMIN, "password": secrets.token_urlsafe(18)}
    console = _Console(port, None)
    console.ask("POST", "/v1/admin/setup", {**account, "setup_token": row[0]})
    token = console.ask("POST", "/token", account)["access_token"]
    return str(token)


def _key_of(answer: dict[str, Any]) -> str:
    return str(next(answer[name] for name in ("key", "api_key", "plain_key", "token") if name in answer))


class _Console:
    """The server's own administration."""

    def __init__(self, port: int, token: str | None) -> None:
        self._port = port
        self._headers = {"content-type": "application/json"} | ({"authorization": f"Bearer {token}"} if token else {})

    def ask(self, method: str, path: str, body: Any) -> Any:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=START_SECONDS)
        try:
            connection.request(method, path, json.dumps(body), self._headers)
            reply = connection.getresponse()
            content = reply.read()
        finally:
            connection.close()
        assert reply.status < 300, f"{path} answered {reply.status}: {content[:500].decode(errors='replace')}"
        return json.loads(content)
