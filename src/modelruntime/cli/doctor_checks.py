"""What the doctor knows to look for. A check gets the facts and gives its findings; none touches the network or changes a thing."""

from __future__ import annotations

import ipaddress
import os
import socket
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from modelruntime.cli.doctor_facts import Facts, Finding, mode_of
from modelruntime.cli.serve_plan import folders_of
from modelruntime.schema.form import FormField

KEY_RING, DATABASE, KEYS_VARIABLE = "keys.json", "gateway.sqlite", "MODELRUNTIME_KEYS"
WIDEST = 2**16
"""Addresses that one entry of the egress allow-list may hold before it is called wide."""
SKEW_SECONDS = 5.0
OLDEST = 1_790_000_000.0
"""A clock that says less (September 2026) is wrong: this program is younger."""
PACKAGES = ("uvicorn", "httptools", "python_multipart", "structlog", "prometheus_client")
_METADATA = ("169.254.169.254", "fd00:ec2::254", "168.63.129.16")


def packages(facts: Facts) -> Iterator[Finding]:
    """What the server needs is installed."""
    missing = [name for name in PACKAGES if find_spec(name) is None]
    if missing:
        yield Finding("broken", "packages", f"missing: {', '.join(missing)}", "pip install 'modelruntime[server]'")


def declarations(facts: Facts) -> Iterator[Finding]:
    """Folders of further declarations can be used."""
    for folder in folders_of(facts.plan):
        if not folder.is_dir():
            yield Finding(
                "broken", "declarations", f"providers: {folder} is no folder", "mend the path; it is relative to the file"
            )
    for problem in facts.catalogue.problems:
        if problem.severity == "error":
            yield Finding("broken", "declarations", str(problem), "see modelruntime provider lint")


def file_modes(facts: Facts) -> Iterator[Finding]:
    """Only this user reads what holds secrets."""
    kept = [path for name in (KEY_RING, DATABASE) if (path := facts.data / name).exists()]
    places = [(path, 0o077, path.name) for path in ((facts.data, *kept) if kept else ())]
    if facts.plan.path is not None and _clear_secrets(facts):
        places.append((facts.plan.path, 0o044, "the configuration file, which holds secrets,"))
    for path, others, what in places:
        mode = mode_of(path)
        if mode is not None and mode & others:
            remedy = f"chmod {'700' if path.is_dir() else '600'} {path}"
            yield Finding("unsafe", "file_modes", f"{what} may be read by others (mode {mode:o})", remedy)


def clear_secrets(facts: Facts) -> Iterator[Finding]:
    """Secrets are not written in the file itself."""
    for place in _clear_secrets(facts):
        remedy = "write env:NAME or file:PATH in its place"
        yield Finding("unsafe", "clear_secrets", f"{'.'.join(place)} stands in the file as it is", remedy)


def listening(facts: Facts) -> Iterator[Finding]:
    """Who can reach the ports, and whether they are free."""
    plan, metrics = facts.plan, facts.plan.file.telemetry.metrics
    if not _is_loopback(plan.host):
        remedy = "put a proxy that speaks TLS in front and listen on 127.0.0.1, or see to it that only the proxy gets through"
        yield Finding("unsafe", "listening", f"listens on {plan.host}: keys and prompts travel in clear", remedy)
    if metrics is not None and metrics.port is not None and not _is_loopback(metrics.host) and metrics.token is None:
        yield Finding("unsafe", "metrics_open", f"metrics are open to all who reach {metrics.host}", "set telemetry.metrics.token")
    ports = [(plan.host, plan.port)]
    if metrics is not None and metrics.port is not None:
        ports.append((metrics.host, metrics.port))
    for host, port in ports:
        if port and (why := _why_not(host, port)):
            yield Finding(
                "note",
                "port_taken",
                f"{host}:{port}: {why}",
                "stop what listens there (maybe a gateway that runs), or choose another",
            )


def client_keys(facts: Facts) -> Iterator[Finding]:
    """Keys have limits and an end."""
    keys = facts.plan.file.keys
    if not keys:
        yield Finding(
            "note", "no_keys", "the file names no keys: one is made for each run", "modelruntime keys new, or use the console"
        )
    for index, key in enumerate(keys):
        name = key.name or f"keys[{index}]"
        if key.expires is not None and key.expires.timestamp() < time.time():
            yield Finding("note", "key_expired", f"the key {name} has expired", "remove it, or make a new one")
        elif key.limits is None:
            yield Finding(
                "note", "key_unlimited", f"the key {name} has no limits: whoever has it can spend without end", "give it limits"
            )


def key_ring(facts: Facts) -> Iterator[Finding]:
    """The keys that open the stored credentials outlive the disk."""
    ring = facts.data / KEY_RING
    if facts.environ.get(KEYS_VARIABLE) or not ring.exists():
        return
    remedy = f"keep a copy elsewhere, or keep the keys in {KEYS_VARIABLE}; without them no stored credential can be opened"
    yield Finding("note", "key_ring", f"the key ring stands beside what it opens, in {facts.data}", remedy)


def egress(facts: Facts) -> Iterator[Finding]:
    """The allow-list lets through a server, not a network."""
    for entry in facts.plan.file.egress.allow:
        try:
            network = ipaddress.ip_network(entry, strict=False)
        except ValueError:
            continue
        wide = network.num_addresses > WIDEST
        metadata = any(
            ipaddress.ip_address(text) in network for text in _METADATA if ipaddress.ip_address(text).version == network.version
        )
        if wide or metadata:
            what = (
                "lets users reach the metadata service of a cloud"
                if metadata
                else f"lets users reach {network.num_addresses} addresses"
            )
            yield Finding(
                "unsafe", "egress_wide", f"egress.allow: {entry} {what}", "name the servers: host:port, or a small network"
            )


def talkative(facts: Facts) -> Iterator[Finding]:
    """Nothing of what was said is kept by accident."""
    telemetry = facts.plan.file.telemetry
    if telemetry.logs.level == "debug":
        yield Finding("unsafe", "debug_logging", "the log says everything that libraries say", "telemetry.logs.level: info")
    if telemetry.tracing is not None and telemetry.tracing.content != "none":
        yield Finding(
            "unsafe", "content_traced", "prompts and replies go to whoever collects traces", "telemetry.tracing.content: none"
        )
    if facts.plan.file.keep_content:
        yield Finding(
            "note", "content_kept", "prompts and replies are kept beside the records of calls", "see retention.content_days"
        )


def clock(facts: Facts) -> Iterator[Finding]:
    """Signatures, expiries and budgets go by the clock. Nobody else is asked for the time, but a network's disk tells its own."""
    now = time.time()
    if now < OLDEST:
        yield Finding("broken", "clock", f"the clock says {time.strftime('%Y-%m-%d', time.gmtime(now))}", "set it; run NTP")
    if not facts.data.is_dir() or not os.access(facts.data, os.W_OK):
        return
    with tempfile.NamedTemporaryFile(dir=facts.data) as probe:
        skew = abs(Path(probe.name).stat().st_mtime - time.time())
    if skew > SKEW_SECONDS:
        yield Finding(
            "broken", "clock", f"the disk of {facts.data} is {skew:.0f} s away from this machine's clock", "run NTP on both"
        )


def weights(facts: Facts) -> Iterator[Finding]:
    """Local models that the file relies on are there."""
    from modelruntime import Runtime

    file = facts.plan.file
    named = {*file.aliases.values(), *file.defaults.values()}
    for route in file.routes.values():
        named.update(route if isinstance(route, tuple) else route.models)
    local = {name for name in named if name.startswith("local/")}
    if not local:
        return
    with Runtime(environ=facts.environ) as runtime:
        rows = {f"local/{row.model}": row.status.code for row in runtime.models(provider="local")}
    for name in sorted(local):
        status = rows.get(name, "not declared")
        if status != "active":
            yield Finding(
                "broken", "weights", f"{name} is named in the file and {status}", f"modelruntime pull {name.removeprefix('local/')}"
            )


def process(facts: Facts) -> Iterator[Finding]:
    """Who runs it, with how much."""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        yield Finding("unsafe", "root", "this user is root", "run as a user of its own")
    cpus = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if facts.plan.workers > cpus:
        yield Finding("note", "workers", f"{facts.plan.workers} workers on {cpus} processors", "one for each processor is enough")
    limit = _open_files()
    if limit is not None and limit < 4096:
        yield Finding("note", "open_files", f"{limit} open files at most: every call takes two", "ulimit -n 65536")


CHECKS: tuple[Callable[[Facts], Iterable[Finding]], ...] = (
    packages,
    declarations,
    file_modes,
    clear_secrets,
    listening,
    client_keys,
    key_ring,
    egress,
    talkative,
    clock,
    weights,
    process,
)


def _clear_secrets(facts: Facts) -> list[tuple[str, ...]]:
    return [place for place, text in facts.clear_texts() if _is_secret(facts, place, text)]


def _is_secret(facts: Facts, place: tuple[str, ...], text: str) -> bool:
    match place:
        case ("keys", "key") | ("telemetry", "metrics", "token"):
            return True
        case ("database",) | ("valkey",):
            return bool(urlsplit(text).password)
        case ("credentials", name, variable):
            return any(field.variable == variable and field.type == "secret-input" for field in _fields(facts, name))
        case _:
            return False


def _fields(facts: Facts, name: str) -> Iterator[FormField]:
    provider = facts.catalogue.id_of(name.partition("/")[0])
    if provider not in facts.catalogue.provider_ids():
        return
    schema = facts.catalogue.provider(provider)
    for form in (schema.provider_credential_schema, schema.model_credential_schema):
        yield from form.credential_form_schemas if form is not None else ()


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _why_not(host: str, port: int) -> str | None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return error.strerror
    return None


def _open_files() -> int | None:
    try:
        import resource
    except ImportError:  # Windows has none
        return None
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]
