"""The configuration of a file, read anew when it changes: a whole new one, or the old one stays."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Mapping
from pathlib import Path

from modelruntime.entities.errors import ModelRuntimeError
from modelruntime.gateway.config_file import compile_file, read_file
from modelruntime.gateway.file_schema import GatewayFile, cold_changes
from modelruntime.store.configuration import Configuration

log = logging.getLogger("modelruntime.gateway")
EVERY = 2.0
"""Seconds between two looks at the file. A look is one `stat`: notices of changes get lost where a file is mounted."""


class FileConfiguration:
    """A configuration source over one file.

    `adapt` completes what the file says (the key of a run without keys, a store beside it). What is refused is logged as
    `config_rejected` and stands in `rejected` until a good file comes.
    """

    def __init__(
        self,
        path: Path,
        pepper: bytes,
        environ: Mapping[str, str] | None = None,
        adapt: Callable[[Configuration], Configuration] = lambda configuration: configuration,
    ) -> None:
        """Raises `ParameterInvalid` for a file that cannot be used: there is no old one yet."""
        self._path, self._pepper, self._adapt = path, pepper, adapt
        self._environ: Mapping[str, str] = os.environ if environ is None else environ
        self.rejected: str | None = None
        self._seen = self._look()
        self.file = read_file(path, self._environ)
        self._current = adapt(compile_file(self.file, pepper, path))

    def current(self) -> Configuration:
        """The one in force."""
        return self._current

    def reload(self) -> bool:
        """Read the file now. True when it is in force; False, and everything as before, when it cannot be used."""
        self._seen = self._look()
        try:
            file = read_file(self._path, self._environ)
            found = self._adapt(compile_file(file, self._pepper, self._path))
        except ModelRuntimeError as error:
            self.rejected = error.message
            log.error("config_rejected: %s; the configuration %s stays in force", error.message, self._current.revision)
            return False
        self._take(file, found)
        return True

    def reload_if_changed(self) -> bool:
        """Read the file where it is another than when it was last read. True when a new configuration came into force."""
        return self._look() != self._seen and self.reload()

    async def watch(self, every: float = EVERY) -> None:
        """Look at the file for ever."""
        while True:
            await asyncio.sleep(every)
            self.reload_if_changed()

    def _take(self, file: GatewayFile, found: Configuration) -> None:
        cold = cold_changes(self.file, file)
        if cold:
            log.warning("config_needs_restart: %s take effect at the next start", ", ".join(cold))
        self.file, self.rejected = file, None
        if found.revision != self._current.revision:
            log.info("config_reloaded: %s is in force in place of %s", found.revision, self._current.revision)
            self._current = found

    def _look(self) -> tuple[int, int, int] | None:
        """What tells one file from the next: an editor may replace it, or write into it."""
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size
