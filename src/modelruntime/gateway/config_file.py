"""The gateway's own file, YAML or TOML; `file_schema.py` says what may stand in it.

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
from datetime import UTC
from pathlib import Path
from typing import Any

import msgspec

from modelruntime.codecs.json_value import is_array, is_object
from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.secret import Secret, reveal
from modelruntime.gateway.file_lines import Path as Place
from modelruntime.gateway.file_lines import line_of, path_of, shown
from modelruntime.gateway.file_schema import HOT, FileRetention, GatewayFile, KeyEntry, RouteEntry
from modelruntime.runtime.redaction import redact
from modelruntime.store.configuration import Configuration, Retention, Route, RouteTarget
from modelruntime.store.gateway_key import GatewayKey, digest_of, split_key
from modelruntime.transports.egress_guard import EgressGuard

__all__ = ["GatewayFile", "KeyEntry", "compile_file", "read_file"]


def read_file(path: Path, environ: Mapping[str, str]) -> GatewayFile:
    """Raises `ParameterInvalid` that names the file, the line and the field that cannot be used."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as cause:
        raise ParameterInvalid(f"{path} cannot be read: {cause}", field="config") from cause
    toml = path.suffix == ".toml"
    try:
        raw = msgspec.toml.decode(text) if toml else msgspec.yaml.decode(text)
    except (msgspec.DecodeError, ValueError) as cause:
        raise ParameterInvalid(f"{path} is no {path.suffix.lstrip('.') or 'YAML'}: {redact(str(cause))}", field="config") from cause
    source = _Source(path, text, toml, environ)
    resolved = source.resolved({} if raw is None else raw, ())
    try:
        file = _converted(resolved)
    except msgspec.ValidationError as cause:
        raise source.error(_blamed(resolved, cause), redact(str(cause).partition(" - at ")[0])) from cause
    source.check(file)
    return file


def compile_file(file: GatewayFile, pepper: bytes, path: Path) -> Configuration:
    """The configuration that the file says. Raises `ParameterInvalid` for a key that is none."""
    keys: dict[str, GatewayKey] = {}
    for entry in file.keys:
        parts = split_key(entry.key.reveal())
        if parts is None:
            raise ParameterInvalid(
                f"{path}: the key {entry.name!r} is none of this gateway's: make one with 'modelruntime keys new'"
            )
        keys[parts[0]] = GatewayKey(
            id=parts[0],
            digest=digest_of(parts[1], pepper),
            name=entry.name,
            workspace=entry.workspace,
            models=entry.models,
            expires_at=_stamp(entry),
            limits=entry.limits,
            may_delete_models=entry.may_delete_models,
        )
    return Configuration(
        revision=_revision(file),
        pepper=pepper,
        keys=keys,
        aliases=file.aliases,
        routes={name: _route(name, entry) for name, entry in file.routes.items()},
        own_credentials={name: _hidden(form) for name, form in file.credentials.items()},
        balancing=file.balancing,
        policies=dict(file.policies),
        defaults=file.defaults,
        kept_by={str(kind): model for kind, model in file.kept_by.items()},
        disabled=frozenset(file.disabled),
        keep_content=file.keep_content,
        timeout=file.timeout,
        retention=_retention(file.retention),
    )


def _retention(told: FileRetention) -> Retention:
    return Retention(content_days=told.content_days, ledger_days=told.ledger_days, audit_days=told.audit_days)


def _route(name: str, entry: tuple[str, ...] | RouteEntry) -> Route:
    if isinstance(entry, tuple):
        return Route(name, tuple(map(RouteTarget, entry)))
    weights = entry.weights or (1,) * len(entry.models)
    return Route(name, tuple(map(RouteTarget, entry.models, weights)), entry.strategy)


def _hidden(form: Mapping[str, Any]) -> dict[str, Any]:
    """Which fields are secret says the provider's form, not the file: so no text shows itself."""
    return {name: Secret(value) if isinstance(value, str) else value for name, value in form.items()}


def _stamp(entry: KeyEntry) -> float | None:
    if entry.expires is None:
        return None
    return (entry.expires if entry.expires.tzinfo else entry.expires.replace(tzinfo=UTC)).timestamp()


def _revision(file: GatewayFile) -> str:
    """Differs when what is hot differs. Addresses of databases, which may hold weak passwords, are no part of it."""
    hot = {name: getattr(file, name) for name in HOT}
    return hashlib.sha256(msgspec.json.encode(hot, enc_hook=reveal)).hexdigest()[:12]


def _converted(raw: Any) -> GatewayFile:
    return msgspec.convert(raw, GatewayFile, dec_hook=_as_secret)


def _as_secret(kind: type, value: Any) -> Any:
    if kind is Secret and isinstance(value, str):
        return Secret(value)
    raise ValueError("Expected `str`")


def _blamed(raw: Any, error: msgspec.ValidationError) -> Place:
    """Where the error is. msgspec does not say under which key of a mapping: each is tried alone."""
    place, unnamed = path_of(error)
    if not unnamed or len(place) != 1:
        return place
    for name, value in raw[place[0]].items():
        try:
            _converted({place[0]: {name: value}})
        except msgspec.ValidationError:
            return (*place, str(name))
    return place


class _Source:
    """The file that is read, for texts from elsewhere and for errors."""

    def __init__(self, path: Path, text: str, toml: bool, environ: Mapping[str, str]) -> None:
        self._path, self._text, self._toml, self._environ = path, text, toml, environ

    def resolved(self, value: Any, place: Place) -> Any:
        """The value with `env:` and `file:` read. Raises `ParameterInvalid`."""
        if is_object(value):
            return {name: self.resolved(item, (*place, str(name))) for name, item in value.items()}
        if is_array(value):
            return [self.resolved(item, (*place, index)) for index, item in enumerate(value)]
        if isinstance(value, str) and value.startswith("env:"):
            if value[4:] not in self._environ:
                raise self.error(place, f"the environment variable {value[4:]} is not set")
            return self._environ[value[4:]]
        if isinstance(value, str) and value.startswith("file:"):
            named = Path(value[5:]).expanduser()
            try:
                return (self._path.parent / named).read_text("utf-8").strip()
            except (OSError, UnicodeDecodeError) as cause:
                raise self.error(place, f"{named} cannot be read: {cause}") from cause
        return value

    def check(self, file: GatewayFile) -> None:
        """What no type says. Raises `ParameterInvalid`."""
        for index, entry in enumerate(file.egress.allow):
            try:
                EgressGuard((entry,))
            except ParameterInvalid as cause:
                raise self.error(("egress", "allow", index), cause.message) from cause
        for name, route in file.routes.items():
            if isinstance(route, tuple) and not route:
                raise self.error(("routes", name), "a route needs a model")
            if isinstance(route, RouteEntry) and route.weights and len(route.weights) != len(route.models):
                raise self.error(("routes", name, "weights"), "there must be one weight for each model")
        for index, key in enumerate(file.keys):
            if split_key(key.key.reveal()) is None:
                wanted = "this is no key of a gateway: make one with 'modelruntime keys new'"
                raise self.error(("keys", index, "key"), wanted)
        metrics = file.telemetry.metrics
        if metrics is not None and metrics.port is None and (metrics.token is None or file.workers > 1):
            wanted = "a port of its own" if file.workers > 1 else "a token, or a port of its own"
            raise self.error(("telemetry", "metrics"), f"metrics need {wanted}")

    def error(self, place: Place, problem: str) -> ParameterInvalid:
        """`gateway.yaml:7: telemetry.logs.level: …`."""
        line = line_of(self._text, place, toml=self._toml)
        where = f"{self._path}:{line}" if line else str(self._path)
        return ParameterInvalid(f"{where}: {shown(place)}: {problem}" if place else f"{where}: {problem}", field="config")
