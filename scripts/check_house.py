"""Rules of the house that no linter knows: file length, and no provider's name outside providers/ and codecs/.

Run by `make check`; prints each breach and exits 1 when there is one.
"""

from __future__ import annotations

import ast
import re
import statistics
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "modelruntime"
MAX_LINES = 500
MAX_MEDIAN = 120
NAMELESS = ("entities", "schema", "runtime", "routing", "transports", "store", "admin", "gateway", "signers", "telemetry")
DICTIONARY_WORDS = frozenset({"local", "cohere", "replicate", "together", "cloudflare", "voyage", "nomic", "baseten", "cartesia"})
"""Provider ids that are also plain words; ids shorter than four letters are excepted as well."""


def provider_ids() -> frozenset[str]:
    """The ids of our own fleet that count as names."""
    folders = (path.parent.name for path in (SOURCE / "providers").glob("*/provider.yaml"))
    return frozenset(name for name in folders if len(name) >= 4 and name not in DICTIONARY_WORDS)


def words_of(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Identifiers and words of string literals, docstrings aside, with their lines."""
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield from ((node.lineno, word) for word in re.findall(r"[A-Za-z0-9_-]+", node.value))
        elif isinstance(node, ast.Name):
            yield node.lineno, node.id
        elif isinstance(node, ast.Attribute):
            yield node.lineno, node.attr
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.lineno, node.name


def breaches() -> Iterator[str]:
    """Every breach as one line."""
    lengths = []
    for path in sorted(SOURCE.rglob("*.py")):
        count = len(path.read_text("utf-8").splitlines())
        if path.name != "__init__.py":
            lengths.append(count)
        if count > MAX_LINES:
            yield f"{path.relative_to(ROOT)}: {count} lines, more than {MAX_LINES}"
    if lengths and statistics.median(lengths) > MAX_MEDIAN:
        yield f"the median file has {statistics.median(lengths)} lines, more than {MAX_MEDIAN}"
    names = provider_ids()
    for layer in NAMELESS:
        for path in sorted((SOURCE / layer).rglob("*.py")):
            for line, word in words_of(ast.parse(path.read_text("utf-8"))):
                if word in names:
                    yield f"{path.relative_to(ROOT)}:{line}: names the provider {word!r}"


def main() -> int:
    found = list(breaches())
    for line in found:
        print(line)
    if not found:
        print("house rules hold")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
