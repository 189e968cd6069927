"""The configuration file's part of what is served, under what the store says: followed while the file changes."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from modelruntime.cli.serve_plan import Hello, ServePlan
from modelruntime.gateway.config_file import compile_file
from modelruntime.gateway.file_configuration import FileConfiguration
from modelruntime.store.configuration import Configuration
from modelruntime.store.gateway_key import GatewayKey, digest_of, split_key
from modelruntime.store.live_configuration import LiveConfiguration


class FileBase:
    """`begin` once, then `follow`."""

    def __init__(self, plan: ServePlan, hello: Hello) -> None:
        self._plan = plan
        self._key = hello.key
        self._pepper = b""
        self._live: LiveConfiguration | None = None
        self.file: FileConfiguration | None = None
        """None without a file."""

    def begin(self, pepper: bytes) -> Configuration:
        """What the file says, its keys digested with the store's pepper. Raises `ParameterInvalid`."""
        self._pepper = pepper
        if self._plan.path is None:
            return self._adapted(compile_file(self._plan.file, pepper, Path("-")))
        self.file = FileConfiguration(self._plan.path, pepper, os.environ, self._adapted)
        return self.file.current()

    def follow(self, live: LiveConfiguration) -> None:
        """Take what the file says later into force."""
        self._live = live

    def _adapted(self, configuration: Configuration) -> Configuration:
        """With the key of this run, as long as the file names none."""
        parts = split_key(self._key) if self._key and not configuration.keys else None
        if parts is not None:
            key = GatewayKey(id=parts[0], digest=digest_of(parts[1], self._pepper), name="made for this run")
            configuration = msgspec.structs.replace(configuration, keys={key.id: key})
        if self._live is not None:
            self._live.rebase(configuration)
        return configuration
