"""Several real processes on one port: they share it, one that dies is started again, and they leave in order."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from modelruntime.store.actor import COMMAND
from modelruntime.store.store import Store
from tests.gateway.test_edge import receive_until, request_bytes, wait_until
from tests.simulators.openai_family import DECLARATION, KEY, OpenAISimulator

SECONDS = 30.0


class Run:
    """`modelruntime serve` as a process of its own."""

    def __init__(self, process: subprocess.Popen[str], log: Path) -> None:
        self.process, self._log = process, log
        assert process.stdout is not None
        told = ""
        while not told.endswith("}\n"):
            line = process.stdout.readline()
            assert line, self.log()
            told += line
        found = json.loads(told)
        self.url, self.key = found["url"], found["key"]

    @property
    def address(self) -> tuple[str, int]:
        host, port = self.url.removeprefix("http://").split(":")
        return host, int(port)

    def log(self) -> str:
        return self._log.read_text("utf-8")

    def asked(self, path: str, body: Any = None, base: str | None = None) -> tuple[int, Any]:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request((base or self.url) + path, data, {"authorization": f"Bearer {self.key}"})
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                text = answer.read().decode()
                return answer.status, json.loads(text) if text.startswith("{") else text
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read() or b"null")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


@contextmanager
def running(folder: Path, *arguments: str) -> Iterator[Run]:
    log = folder / "log"
    command = [sys.executable, "-m", "modelruntime.cli.main", "serve", "--json", *arguments]
    environ = {**os.environ, "MODELRUNTIME_CACHE": str(folder / "cache"), "MODELRUNTIME_DATA": str(folder / "data")}
    with log.open("w") as errors:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True, env=environ)
        try:
            yield Run(process, log)
        finally:
            process.terminate()
            try:
                process.wait(SECONDS)
            finally:
                process.kill()
                assert process.stdout is not None
                process.stdout.close()
                process.wait()


@pytest.fixture
def vendor(tmp_path: Path) -> Iterator[OpenAISimulator]:
    from tests.simulators.openai_family import openai_simulator

    with openai_simulator() as simulator:
        folder = tmp_path / "providers" / "sim"
        folder.mkdir(parents=True)
        (folder / "provider.yaml").write_text(DECLARATION.partition("models:\n")[0] + "models: models.yaml\n", "utf-8")
        models = "\n".join(line.removeprefix("  ") for line in DECLARATION.partition("\nmodels:\n")[2].splitlines())
        (folder / "models.yaml").write_text(models, "utf-8")
        (folder / "icon.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>', "utf-8")
        yield simulator


def written(folder: Path, vendor: OpenAISimulator, port: int, more: str = "") -> Path:
    path = folder / "gateway.yaml"
    path.write_text(
        f"""
listen: {{port: 0}}
providers: [./providers]
credentials: {{sim: {{api_key: {KEY}, base_url: "{vendor.url}"}}}}
environment: false
telemetry: {{metrics: {{port: {port}}}, logs: {{format: json}}}}
{more}
""",
        "utf-8",
    )
    return path


CHAT = {"model": "sim/sim-chat", "messages": [{"role": "user", "content": "hello"}]}


@contextmanager
def tail(run: Run, folder: Path) -> Iterator[Iterator[Any]]:
    """The live log of all workspaces: calls as they end, from whichever worker takes the connection."""
    connection = HTTPConnection(*run.address, timeout=SECONDS)
    headers = {"authorization": f"Bearer {asyncio.run(admin_token(folder / 'data'))}"}
    connection.request("GET", "/api/logs/tail?all_workspaces=true", headers=headers)
    response = connection.getresponse()
    assert (response.status, response.readline()) == (200, b": open\n")
    yield (json.loads(line.removeprefix(b"data: ")) for line in iter(response.readline, b"") if line.startswith(b"data: "))
    connection.close()


async def admin_token(data: Path) -> str:
    store = await Store.open(data, os.environ)
    async with store.database.change(COMMAND) as change:
        token = await store.access_tokens.create(change, "tests", "admin")
    await store.aclose()
    return token.text


def workers_of(run: Run, base: str) -> dict[str, Any]:
    found: dict[str, Any] = run.asked("/health/ready", base=base)[1]["workers"]
    return found


def test_workers_share_a_port_and_are_watched_over(tmp_path: Path, vendor: OpenAISimulator):
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    with running(tmp_path, "--config", str(written(tmp_path, vendor, port)), "--workers", "2") as run:
        assert run.asked("/health/ready", base=base) == (200, {"status": "ok", "workers": workers_of(run, base)})
        assert set(workers_of(run, base)) == {"0", "1"}

        with tail(run, tmp_path) as ended:
            for _ in range(40):  # each is a new connection: the kernel spreads them
                assert run.asked("/v1/chat/completions", CHAT)[0] == 200
            told = [next(ended)["id"] for _ in range(40)]
        assert len(set(told)) == 40, "one worker tells the calls of both, each once"
        assert calls_by_worker(run, base).keys() == {"0", "1"}, "one worker took all"
        assert sum(calls_by_worker(run, base).values()) == 40

        os.kill(children(run)[0], signal.SIGKILL)
        assert wait_until(lambda: "worker_died" in run.log(), SECONDS)
        assert wait_until(lambda: run.asked("/health/ready", base=base)[1]["status"] == "ok", SECONDS), run.log()
        for _ in range(20):
            assert run.asked("/v1/chat/completions", CHAT)[0] == 200
        restarts = sample(run, base, "modelruntime_worker_restarts")
        assert sorted(restarts.values()) == [0, 1]

        run.process.terminate()
        assert run.process.wait(SECONDS) == 0
    assert KEY not in run.log()


def test_an_open_stream_outlives_sigterm_and_the_lame_duck_still_serves(tmp_path: Path, vendor: OpenAISimulator):
    vendor.gate = threading.Event()
    port = free_port()
    file = written(tmp_path, vendor, port, "drain: {lame_duck: 6, limit: 30}\nworkers: 2")
    base = f"http://127.0.0.1:{port}"
    with running(tmp_path, "--config", str(file)) as run:
        with socket.create_connection(run.address, timeout=SECONDS) as client:
            client.sendall(request_bytes({**CHAT, "stream": True}, run.key))
            receive_until(client, b"You ")
            run.process.terminate()
            assert wait_until(lambda: run.asked("/health/ready", base=base)[0] == 503, SECONDS)
            assert run.asked("/health/ready")[0] == 503
            assert run.asked("/v1/models")[0] == 200, "the lame duck serves"
            assert wait_until(lambda: refuses(run.address), SECONDS), "then nothing new is taken"
            vendor.gate.set()
            assert b"[DONE]" in receive_until(client, b"[DONE]")
        assert run.process.wait(SECONDS) == 0


def test_a_new_file_is_in_force_in_every_worker_after_sighup(tmp_path: Path, vendor: OpenAISimulator):
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    file = written(tmp_path, vendor, port)
    with running(tmp_path, "--config", str(file), "--workers", "2") as run:
        before = {worker["revision"] for worker in workers_of(run, base).values()}
        assert len(before) == 1
        written(tmp_path, vendor, port, "aliases: {mine: sim/sim-chat}")
        run.process.send_signal(signal.SIGHUP)
        assert wait_until(lambda: before.isdisjoint(worker["revision"] for worker in workers_of(run, base).values()), SECONDS)
        assert run.asked("/v1/chat/completions", {**CHAT, "model": "mine"})[0] == 200

        written(tmp_path, vendor, port, "aliases: [1]")
        run.process.send_signal(signal.SIGHUP)
        assert wait_until(lambda: run.asked("/health/ready", base=base)[1]["status"] == "degraded", SECONDS)
        told = workers_of(run, base)["0"]
        assert "gateway.yaml:7: aliases: Expected `object`" in told["reasons"][0]
        assert run.asked("/v1/chat/completions", {**CHAT, "model": "mine"})[0] == 200, "the old one stays"
    assert "config_rejected" in run.log()


def test_workers_that_cannot_start_end_the_supervisor(tmp_path: Path):
    """The supervisor takes the file; every worker then finds another one."""
    file = tmp_path / "gateway.yaml"
    file.write_text("listen: {port: 0}\nkeys: []\n", "utf-8")
    source = (
        "import asyncio, sys\n"
        "from modelruntime.gateway.listeners import Listeners\n"
        "from modelruntime.gateway.supervisor import Supervisor, SupervisorOptions\n"
        "async def main():\n"
        "    options = SupervisorOptions(workers=2, first_pause=0.01, longest_pause=0.02, attempts=4)\n"
        "    command = lambda listener, link: [sys.executable, '-c', 'raise SystemExit(3)']\n"
        "    return await Supervisor(Listeners('127.0.0.1', 0, 2), command, b'', options).run()\n"
        "sys.exit(asyncio.run(main()))\n"
    )
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, timeout=SECONDS)
    assert done.returncode == 1
    assert "no worker can start" in done.stderr


def test_a_worker_whose_supervisor_is_gone_leaves(tmp_path: Path, vendor: OpenAISimulator):
    port = free_port()
    with running(tmp_path, "--config", str(written(tmp_path, vendor, port)), "--workers", "2") as run:
        orphans = children(run)
        assert len(orphans) == 2
        run.process.kill()
        run.process.wait(SECONDS)
        assert wait_until(lambda: not any(map(alive, orphans)), SECONDS)


def children(run: Run) -> list[int]:
    tasks = Path(f"/proc/{run.process.pid}/task")
    return [int(pid) for task in tasks.iterdir() for pid in (task / "children").read_text().split()]


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except FileNotFoundError:
        return False


def refuses(address: tuple[str, int]) -> bool:
    try:
        socket.create_connection(address, timeout=1).close()
    except ConnectionRefusedError:
        return True
    return False


def calls_by_worker(run: Run, base: str) -> dict[str, float]:
    return sample(run, base, "modelruntime_requests_total", status="200")


def sample(run: Run, base: str, name: str, **labels: str) -> dict[str, float]:
    """Worker → the sum of its samples with that name and these labels."""
    found: dict[str, float] = {}
    for family in text_string_to_metric_families(run.asked("/metrics", base=base)[1]):
        for each in family.samples:
            if each.name == name and labels.items() <= each.labels.items():
                found[each.labels["worker"]] = found.get(each.labels["worker"], 0.0) + each.value
    return found
