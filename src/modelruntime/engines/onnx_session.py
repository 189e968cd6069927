"""ONNX networks on the CPU."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any


def open_session(path: Path, threads: int) -> Any:
    """An onnxruntime session that uses so many threads, does not spin while it waits, and logs errors only."""
    runtime: Any = import_module("onnxruntime")
    options = runtime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return runtime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
