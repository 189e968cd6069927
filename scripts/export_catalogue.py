"""Write the models of this checkout as one catalogue that `modelruntime catalogue refresh` takes.

    python scripts/export_catalogue.py [PROVIDER …] > catalogue.yaml

Each provider's `models.yaml` becomes a document as it stands. Models that bring an endpoint, headers or an engine of their own
are what a refresh refuses, so providers with such rows are left out, and named on standard error.
"""

from __future__ import annotations

import sys
from pathlib import Path

from modelruntime.entities.errors import DeclarationInvalid
from modelruntime.schema.refreshed_catalogue import read_refresh

FLEET = Path(__file__).resolve().parents[1] / "src" / "modelruntime" / "providers"


def main() -> int:
    """Print the catalogue."""
    wanted = sys.argv[1:] or sorted(path.parent.name for path in FLEET.glob("*/models.yaml"))
    for provider in wanted:
        file = FLEET / provider / "models.yaml"
        if not file.is_file():
            print(f"{provider}: there is no {file.name}", file=sys.stderr)
            return 1
        document = f"extends: {provider}\n".encode() + file.read_bytes()
        try:
            read_refresh(document, (provider,), provider)
        except DeclarationInvalid as refused:
            print(f"{provider} left out: {refused.message}", file=sys.stderr)
            continue
        sys.stdout.buffer.write(b"---\n" + document.rstrip() + b"\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
