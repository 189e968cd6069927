"""Rules of the house that no linter knows: the length of files, no provider's name outside providers/ and codecs/, and
nothing in the repository that belongs to one machine.

Run by `make check`; prints each breach and exits 1 when there is one. A check that finds nothing to look at is a breach too.
"""

from __future__ import annotations

import ast
import re
import statistics
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = Path("src", "modelruntime")
MAX_LINES = 500
MAX_MEDIAN = 120
NAMELESS = (
    "entities",
    "schema",
    "runtime",
    "routing",
    "transports",
    "store",
    "admin",
    "gateway",
    "signers",
    "telemetry",
    "console",
)
"""Layers that know no provider; some are not written yet."""
DICTIONARY_WORDS = frozenset(
    {"local", "cohere", "replicate", "together", "cloudflare", "voyage", "nomic", "baseten", "cartesia", "abacus", "chutes"}
    | {"fireworks", "inception", "infinity", "morph", "nova", "perplexity", "poe", "snowflake", "synthetic", "venice", "writer"}
)
"""Provider ids that are also plain words; ids shorter than four letters are excepted as well."""

MACHINE = re.compile(
    r"(?<![\w.~:/*$}])/(?:root|work|workspace|Users/\w+|home/\w+|tmp|private/var)(?:/[\w.-]+|(?=[\s\"'`:]|$))"
    r"|\b[A-Z]:\\Users\\"
)
"""A path that means something on one machine only."""
REGISTRY = re.compile(
    r"\b(?:files[.]pythonhosted|pypi|test[.]pypi|registry[.]npmjs|registry[.]yarnpkg|conda[.]anaconda)[.](?:org|com)\b"
)
"""The host of a package registry: which one is used is the business of the machine that installs."""


def provider_ids(root: Path) -> frozenset[str]:
    """The ids of our own fleet that count as names."""
    folders = (path.parent.name for path in (root / PACKAGE / "providers").glob("*/provider.yaml"))
    return frozenset(name for name in folders if len(name) >= 4 and name not in DICTIONARY_WORDS)


def words_of(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Identifiers, attributes, imported modules and words of string literals with their lines; docstrings aside,
    those of attributes too. An import from codecs names a wire family, whatever it is called."""
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield from ((node.lineno, word) for word in re.findall(r"[A-Za-z0-9_-]+", node.value))
        elif isinstance(node, ast.Name):
            yield node.lineno, node.id
        elif isinstance(node, ast.Attribute):
            yield node.lineno, node.attr
        elif isinstance(node, ast.arg | ast.keyword) and node.arg:
            yield node.lineno, node.arg
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.lineno, node.name
        elif isinstance(node, ast.ImportFrom) and not (node.module or "").startswith("modelruntime.codecs."):
            yield from ((node.lineno, word) for word in (node.module or "").split("."))


def length_breaches(root: Path) -> Iterator[str]:
    """Files over the limit, and a median over the limit. Package markers (`__init__.py`) count for the first only."""
    lengths: list[int] = []
    for path in sorted((root / PACKAGE).rglob("*.py")):
        count = len(path.read_text("utf-8").splitlines())
        if path.name != "__init__.py":
            lengths.append(count)
        if count > MAX_LINES:
            yield f"{path.relative_to(root)}: {count} lines, more than {MAX_LINES}"
    if not lengths:
        yield f"{PACKAGE}: there is no source to check"
    elif statistics.median(lengths) > MAX_MEDIAN:
        yield f"{PACKAGE}: the median file has {statistics.median(lengths):g} lines, more than {MAX_MEDIAN}"


def name_breaches(root: Path) -> Iterator[str]:
    """Provider ids as whole tokens in layers that know none."""
    names = provider_ids(root)
    if not names:
        yield f"{PACKAGE}/providers: there is no provider whose name could be looked for"
    looked_at = 0
    for layer in NAMELESS:
        for path in sorted((root / PACKAGE / layer).rglob("*.py")):
            looked_at += 1
            for line, word in words_of(ast.parse(path.read_text("utf-8"))):
                if word in names:
                    yield f"{path.relative_to(root)}:{line}: names the provider {word!r}"
    if not looked_at:
        yield f"{PACKAGE}: none of the layers {', '.join(NAMELESS)} is there"


def machine_breaches(root: Path, files: Iterable[Path]) -> Iterator[str]:
    """Absolute paths of a machine and registry hosts, in any text file."""
    looked_at = 0
    for path in files:
        try:
            text = path.read_text("utf-8")
        except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
            continue
        looked_at += 1
        own = path.relative_to(root).as_posix()
        for number, line in enumerate(text.splitlines(), 1):
            if found := MACHINE.search(line):
                yield f"{own}:{number}: holds the path of a machine, {found.group()!r}"
            if found := REGISTRY.search(line):
                yield f"{own}:{number}: names a package registry, {found.group()!r}"
    if not looked_at:
        yield "there is no file to check for paths and registries"


def repository_files(root: Path) -> list[Path]:
    """What git tracks or would track; without git everything that is not hidden."""
    listing = ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(listing, check=True, capture_output=True).stdout.decode().split("\0")
    except (OSError, subprocess.CalledProcessError):
        paths = (path for path in root.rglob("*") if path.is_file())
        return sorted(path for path in paths if not any(part.startswith(".") for part in path.relative_to(root).parts))
    return sorted(root / name for name in listed if name)


def breaches(root: Path) -> Iterator[str]:
    """Every breach as one line."""
    yield from length_breaches(root)
    yield from name_breaches(root)
    yield from machine_breaches(root, repository_files(root))


def main() -> int:
    """Print what is wrong; 1 when something is."""
    found = list(breaches(ROOT))
    for line in found:
        print(line)
    if not found:
        print("house rules hold")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
