"""llama.cpp's server object inside this process.

The library always opens a listener for its HTTP interface and offers no way to leave it out. Where the system has
Unix sockets the listener is a socket file in a folder that only this user may enter, so no port is opened at all;
elsewhere it is a random port of 127.0.0.1. Either way a random key guards it. Generation does not use it: chunks come
through an in-process callback. It is asked only for what the callback interface lacks: rendering the chat template
and tokenizing.
"""

from __future__ import annotations

import http.client
import secrets
import shutil
import socket
import tempfile
from collections.abc import Callable, Generator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

from modelruntime.entities.errors import BadRequest, CredentialsInvalid, ParameterInvalid, ServerUnavailable

PROMPT_BATCH = 256
"""Prompt tokens between two progress reports; a stop takes effect at the latest after so many."""

Chunk = dict[str, Any]


class LlamaServer:
    """One loaded GGUF file. `context` is in tokens. Raises `CredentialsInvalid` when llama.cpp cannot load the file."""

    def __init__(self, path: Path, *, context: int, threads: int, configure: Callable[[Any], None] | None = None) -> None:
        xllamacpp: Any = import_module("xllamacpp")
        self._key = secrets.token_urlsafe(32)
        self._folder = Path(tempfile.mkdtemp(prefix="modelruntime-")) if hasattr(socket, "AF_UNIX") else None
        params = xllamacpp.CommonParams()
        params.model.path = str(path)
        params.n_ctx = context
        params.n_batch = PROMPT_BATCH
        params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
        params.n_threads_http = 1
        params.verbosity = 0
        params.ui = params.endpoint_slots = params.warmup = False
        params.endpoint_metrics = True
        params.offline = True
        params.cache_ram_mib = 0
        params.api_keys = [self._key]
        params.hostnames = [str(self._folder / "llama.sock")] if self._folder else ["127.0.0.1"]
        if configure is not None:
            configure(params)
        try:
            self._server: Any = xllamacpp.Server(params)
        except RuntimeError as cause:
            self._remove_folder()
            message = f"llama.cpp cannot load {path.name!r}: the file is damaged, of an unknown architecture, or too big for memory"
            raise CredentialsInvalid(message, field="model_path") from cause
        # The library returns before its task loop runs, and a loop that begins after the end was asked for never ends: closing
        # would hang. Metrics are gathered by the loop; an answer says that it runs.
        self._answer("GET", "/metrics")

    def chat(self, body: Chunk, on_chunk: Callable[[Chunk], bool]) -> None:
        """Run a chat completion; `on_chunk` gets each chunk and returns true to stop. Blocks until the end."""
        with _typed_refusal():
            self._server.handle_chat_completions(body, on_chunk)

    def complete(self, body: Chunk, on_chunk: Callable[[Chunk], bool]) -> None:
        """Run a completion of a bare prompt, like `chat`."""
        with _typed_refusal():
            self._server.handle_completions(body, on_chunk)

    def embed(self, texts: tuple[str, ...]) -> Chunk:
        """The reply of llama.cpp's embeddings handler for these texts."""
        return dict(self._server.handle_embeddings({"input": list(texts)}))

    def apply_template(self, messages: list[dict[str, str]]) -> str:
        """The prompt that the model's own chat template makes of the messages."""
        return str(self._ask("/apply-template", {"messages": messages})["prompt"])

    def count_tokens(self, text: str, *, add_special: bool) -> int:
        """How many tokens the model's tokenizer makes of the text; control tokens written in it count as one each."""
        return len(self._ask("/tokenize", {"content": text, "add_special": add_special, "parse_special": True})["tokens"])

    @property
    def address(self) -> str:
        """Where the library listens: `unix://…` or `http://127.0.0.1:port`."""
        return str(self._server.listening_address)

    def close(self) -> None:
        """Stop the server and free the model."""
        del self._server
        self._remove_folder()

    def _ask(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        return msgspec.json.decode(self._answer("POST", path, msgspec.json.encode(body)), type=dict[str, Any])

    def _answer(self, method: str, path: str, body: bytes | None = None) -> bytes:
        connection = _UnixConnection(self.address) if self._folder else http.client.HTTPConnection(urlsplit(self.address).netloc)
        headers = {"authorization": f"Bearer {self._key}", "content-type": "application/json"}
        try:
            connection.request(method, path, body, headers)
            reply = connection.getresponse()
            content = reply.read()
        finally:
            connection.close()
        if reply.status != 200:
            raise ServerUnavailable(f"llama.cpp refused {path} with status {reply.status}", status=reply.status, raw=content)
        return content

    def _remove_folder(self) -> None:
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)


@contextmanager
def _typed_refusal() -> Generator[None]:
    """What the library raises for a body it cannot use, as a typed error."""
    try:
        yield
    except ValueError as cause:
        said = str(cause)
        at = said.find("JSON schema error")
        if at >= 0:
            raise ParameterInvalid(f"llama.cpp cannot hold an answer to this schema: {said[at:][:200]}", field="output") from cause
        raise BadRequest(f"llama.cpp refused the call: {said[:200]}", status=400) from cause


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, address: str) -> None:
        super().__init__("localhost")
        self._path = address.removeprefix("unix://")

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.connect(self._path)
