"""Clients that would disturb the development lock, in an environment of their own.

`test_heavy.py` runs the files of `heavy/` in it, each in a process. The gateway serves a simulated vendor and local models: the
chat model of the profile `standard` and the others of `small`.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import venv
from base64 import b64encode
from functools import cache
from pathlib import Path
from typing import Any

import quicktok

from tests.clients.verdicts import Verdict, verdicts_of
from tests.gateway.serving import KEY, serving
from tests.simulators.openai_family import DECLARATION, openai_simulator
from tests.simulators.openai_family import KEY as VENDOR_KEY

HEAVY = Path(__file__).parent / "heavy"
TOKENIZER = "https://openaipublic.blob.core.windows.net/encodings/cl100k_base.tiktoken"
"""Where tiktoken 0.14 would fetch this encoding from (its module `tiktoken_ext.openai_public`, read 2026-11-28)."""
LOOP = "asyncio_default_test_loop_scope"
"""langchain-openai keeps its connections for all its clients, and a connection lives on one loop."""
CHAT, OTHER_CHAT = "local/qwen2.5-coder-0.5b-instruct", "local/smollm2-135m-instruct"
EMBEDDINGS = "local/use-multilingual-v3"
_LOCK = Path(__file__).parents[2] / "requirements" / "clients.txt"


@cache
def environment() -> Path:
    """The folder of an environment with these clients, made anew when the lock file changes. Takes some minutes the first time."""
    digest = hashlib.sha256(_LOCK.read_bytes()).hexdigest()[:16]
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "modelruntime-tests" / f"clients-{digest}"
    if not (folder / ".ready").exists():
        venv.create(folder, with_pip=True, clear=True)
        pip = (str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
        subprocess.run((*pip, "--require-hashes", "-r", str(_LOCK)), check=True)
        _keep_tokenizer(folder / "tokenizers")
        (folder / ".ready").touch()
    return folder


def _keep_tokenizer(folder: Path) -> None:
    """Where tiktoken looks before it downloads: the encoding, made of the data that the extra `tokens` has. tiktoken checks its
    hash."""
    find: Any = vars(quicktok)["get_encoding"]  # the package has no type hints
    encoding = find("cl100k_base")
    tokens = (encoding.decode_single_token_bytes(rank) for rank in range(len(encoding.token_byte_values())))
    folder.mkdir(exist_ok=True)
    named = hashlib.sha1(TOKENIZER.encode(), usedforsecurity=False).hexdigest()
    (folder / named).write_bytes(b"".join(b64encode(token) + b" %d\n" % rank for rank, token in enumerate(tokens)))


def run(file: Path, report: Path) -> list[Verdict]:
    """What became of each test of a file; `report` is where pytest's own report is kept."""
    folder = environment()
    with openai_simulator() as vendor:
        credentials = {"sim": {"api_key": VENDOR_KEY, "base_url": vendor.url}}
        with serving({"documents": [DECLARATION], "credentials": credentials}) as running:
            told = {
                "CLIENTS_GATEWAY": running.url,
                "CLIENTS_KEY": KEY,
                "CLIENTS_VENDOR": vendor.url.removesuffix("/v1"),
                "CLIENTS_CHAT": CHAT,
                "CLIENTS_OTHER_CHAT": OTHER_CHAT,
                "CLIENTS_EMBEDDINGS": EMBEDDINGS,
                "TIKTOKEN_CACHE_DIR": str(folder / "tokenizers"),
            }
            environ = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
            own = ("--rootdir", str(HEAVY), "--confcutdir", str(HEAVY), "-o", "addopts=", "-o", "filterwarnings=")
            told_to = ("-o", f"{LOOP}=session", f"--junitxml={report}", str(file))
            command = (str(folder / "bin" / "python"), "-m", "pytest", "-q", "-p", "no:cacheprovider", *own, *told_to)
            subprocess.run(command, cwd=HEAVY, env={**environ, **told}, check=False)
    return list(verdicts_of(report))
