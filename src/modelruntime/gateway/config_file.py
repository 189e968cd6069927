"""The gateway's own file, YAML or TOML: keys, names, routes, credentials.

    keys:
      - {name: app, key: env:APP_KEY, models: ["local/*"]}      # also file:PATH
    aliases: {gpt-4o: openai/gpt-4o}
    routes: {fast: [groq/llama-3.3-70b-versatile, openai/gpt-4o-mini]}
    credentials: {openai: {openai_api_key: env:OPENAI_API_KEY}}
    providers: [./my-providers]
    timeout: 600

A text that begins with `env:` or `file:` is read from there; nothing else is evaluated.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from modelruntime.codecs.json_value import is_array, is_object
from modelruntime.entities.errors import ParameterInvalid
from modelruntime.store.configuration import Configuration, Route, RouteTarget
from modelruntime.store.gateway_key import GatewayKey, digest_of, split_key


class KeyEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A key of the file; `key` is its text as `modelruntime keys new` prints it."""

    key: str
    name: str = ""
    models: tuple[str, ...] = ()


class GatewayFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    keys: tuple[KeyEntry, ...] = ()
    aliases: dict[str, str] = {}
    routes: dict[str, tuple[str, ...]] = {}
    credentials: dict[str, dict[str, Any]] = {}
    providers: tuple[str, ...] = ()
    endpoints: dict[str, str] = {}
    timeout: float = 600.0


def read_file(path: Path, environ: Mapping[str, str]) -> GatewayFile:
    """Raises `ParameterInvalid` that names the file and the place that cannot be used."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as cause:
        raise ParameterInvalid(f"{path} cannot be read: {cause}", field="config") from cause
    try:
        raw = msgspec.toml.decode(text) if path.suffix == ".toml" else msgspec.yaml.decode(text)
    except (msgspec.DecodeError, ValueError) as cause:
        raise ParameterInvalid(f"{path} is no {path.suffix.lstrip('.') or 'YAML'}: {cause}", field="config") from cause
    try:
        return msgspec.convert(_resolved(raw or {}, path, environ), GatewayFile)
    except msgspec.ValidationError as cause:
        raise ParameterInvalid(f"{path}: {cause}", field="config") from cause


def compile_file(file: GatewayFile, pepper: bytes, path: Path) -> Configuration:
    """The configuration that the file says. Raises `ParameterInvalid` for a key that is none."""
    keys: dict[str, GatewayKey] = {}
    for entry in file.keys:
        parts = split_key(entry.key)
        if parts is None:
            raise ParameterInvalid(
                f"{path}: the key {entry.name!r} is none of this gateway's: make one with 'modelruntime keys new'"
            )
        keys[parts[0]] = GatewayKey(id=parts[0], digest=digest_of(parts[1], pepper), name=entry.name, models=entry.models)
    revision = hashlib.sha256(msgspec.json.encode(file)).hexdigest()[:12]
    routes = {name: Route(name, tuple(map(RouteTarget, models))) for name, models in file.routes.items()}
    return Configuration(revision=revision, pepper=pepper, keys=keys, aliases=file.aliases, routes=routes, timeout=file.timeout)


def _resolved(value: Any, path: Path, environ: Mapping[str, str]) -> Any:
    if is_object(value):
        return {name: _resolved(item, path, environ) for name, item in value.items()}
    if is_array(value):
        return [_resolved(item, path, environ) for item in value]
    if isinstance(value, str) and value.startswith("env:"):
        name = value[4:]
        if name not in environ:
            raise ParameterInvalid(f"{path}: the environment variable {name} is not set", field="config")
        return environ[name]
    if isinstance(value, str) and value.startswith("file:"):
        named = Path(value[5:]).expanduser()
        try:
            return (path.parent / named).read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as cause:
            raise ParameterInvalid(f"{path}: {named} cannot be read: {cause}", field="config") from cause
    return value
