"""A real llama.cpp server in a process of its own: `python -m tests.peers.llama_server GGUF`, the key in `LLAMA_KEY`.

It writes its address as the first line of its output, serves, and ends when its input closes, so that it never
outlives the test run that started it.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

ALIAS = "local-llm"
CONTEXT = 2048
"""Tokens of one slot."""
SLOTS = 2


def serve(path: Path, key: str) -> None:
    """Serve chat, completions, embeddings and metrics on 127.0.0.1 until the input closes."""
    xllamacpp: Any = import_module("xllamacpp")
    params = xllamacpp.CommonParams()
    params.model.path = str(path)
    params.model_alias = {ALIAS}
    params.hostnames = ["127.0.0.1"]
    params.api_keys = [key]
    params.n_parallel = SLOTS
    params.n_ctx = CONTEXT * SLOTS
    params.n_batch = params.n_ubatch = 256
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
    params.verbosity = 0
    params.ui = False
    params.offline = True
    params.cache_ram_mib = 0
    params.endpoint_metrics = True
    params.embedding = True
    params.pooling_type = xllamacpp.llama_pooling_type.LLAMA_POOLING_TYPE_MEAN
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)
    sys.stdin.read()
    del server


if __name__ == "__main__":
    serve(Path(sys.argv[1]), os.environ["LLAMA_KEY"])
