"""Credentials in a TOML file.

    [credentials.deepseek]
    api_key = "env:MY_KEY"             # or "file:~/.keys/deepseek", or the key itself

    [[models]]
    provider = "openai_api_compatible"
    model = "my-model"
    model_type = "llm"
    credentials = { endpoint_url = "http://127.0.0.1:8000/v1", mode = "chat" }

The file is `MODELRUNTIME_CONFIG`, else `modelruntime/config.toml` in the user's configuration directory; it need not exist.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from modelruntime.entities.errors import CredentialsInvalid
from modelruntime.entities.model_type import ModelType
from modelruntime.runtime.credential_source import CustomModel
from modelruntime.runtime.explicit_credentials import ExplicitCredentials


def config_path(environ: Mapping[str, str]) -> Path:
    """Where the file is looked for."""
    if named := environ.get("MODELRUNTIME_CONFIG"):
        return Path(named).expanduser()
    base = environ.get("XDG_CONFIG_HOME") or str(Path(environ.get("HOME", "~")).expanduser() / ".config")
    return Path(base) / "modelruntime" / "config.toml"


class _Row(msgspec.Struct):
    provider: str
    model: str
    model_type: ModelType
    credentials: dict[str, Any] = {}


class _Document(msgspec.Struct):
    credentials: dict[str, dict[str, Any]]
    models: list[_Row]


class TomlCredentials:
    """Read when first asked, and again when the file changes."""

    trusted = True

    def __init__(self, path: Path, environ: Mapping[str, str]) -> None:
        self.name = str(path)
        self._path = path
        self._environ = environ
        self._stamp: tuple[int, int] | None = None
        self._content = ExplicitCredentials({})

    def for_provider(self, provider: str) -> Mapping[str, Any] | None:
        """The table `[credentials.<provider>]`."""
        return self._read().for_provider(provider)

    def for_model(self, provider: str, model_type: ModelType, model: str) -> Mapping[str, Any] | None:
        """A row of `[[models]]`, else the table `[credentials."<provider>/<model>"]`."""
        return self._read().for_model(provider, model_type, model)

    def custom_models(self) -> tuple[CustomModel, ...]:
        """The rows of `[[models]]`."""
        return self._read().custom_models()

    def _read(self) -> ExplicitCredentials:
        try:
            found = os.stat(self._path)
        except OSError:
            self._stamp, self._content = None, ExplicitCredentials({})
            return self._content
        stamp = (found.st_mtime_ns, found.st_size)
        if stamp != self._stamp:
            self._content, self._stamp = self._parse(), stamp
        return self._content

    def _parse(self) -> ExplicitCredentials:
        import tomllib

        try:
            document = tomllib.loads(self._path.read_text("utf-8"))
        except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as cause:
            raise CredentialsInvalid(f"{self._path} cannot be read as TOML: {cause}") from cause
        tables: Any = document.get("credentials", {})
        rows: Any = document.get("models", [])
        try:
            written = msgspec.convert({"credentials": tables, "models": rows}, _Document)
        except msgspec.ValidationError as cause:
            raise CredentialsInvalid(
                f"{self._path}: `credentials` must be tables and `models` an array of tables: {cause}"
            ) from cause
        return ExplicitCredentials(
            {name: self._resolved(name, table) for name, table in written.credentials.items()},
            [self._custom_model(index, row) for index, row in enumerate(written.models)],
        )

    def _custom_model(self, index: int, row: _Row) -> CustomModel:
        return CustomModel(
            provider=row.provider,
            model=row.model,
            model_type=row.model_type,
            credentials=self._resolved(f"models[{index}]", row.credentials),
        )

    def _resolved(self, name: str, table: dict[str, Any]) -> dict[str, Any]:
        return {key: self._reference(f"{name}.{key}", value) for key, value in table.items()}

    def _reference(self, name: str, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        if value.startswith("env:"):
            if (found := self._environ.get(value[4:])) is None:
                raise CredentialsInvalid(f"{self._path}: {name} refers to the environment variable {value[4:]}, which is not set")
            return found
        if value.startswith("file:"):
            try:
                return Path(value[5:]).expanduser().read_text("utf-8").strip()
            except OSError as cause:
                raise CredentialsInvalid(f"{self._path}: {name} refers to a file that cannot be read") from cause
        return value
