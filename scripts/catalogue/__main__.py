"""The command; see the package."""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from pathlib import Path

import msgspec
from scripts.catalogue.mapping import Mapping, load_fleet
from scripts.catalogue.models_file import models_text
from scripts.catalogue.selection import PROVIDERS, Selection, provider_facts, select


def default_catalogue() -> Path:
    """Beside the checkout, or where MODELRUNTIME_SHARED points."""
    named = os.environ.get("MODELRUNTIME_SHARED")
    shared = [Path(named)] if named else [parent / "shared" for parent in Path(__file__).resolve().parents[2:5]]
    return next((folder / "catalogue" for folder in shared if (folder / "catalogue").is_dir()), Path("catalogue"))


def report(provider: str, selection: Selection) -> list[str]:
    """What was taken and what was not, and why."""
    kinds = Counter(row.kind for row in selection.taken)
    lines = [f"{provider}: {len(selection.taken)} taken ({', '.join(f'{kind} {count}' for kind, count in sorted(kinds.items()))})"]
    reasons: dict[str, list[str]] = {}
    for (_, model), reason in selection.excluded.items():
        reasons.setdefault(reason, []).append(model)
    lines += [f"  left out {len(models)}: {reason}: {', '.join(sorted(models))}" for reason, models in sorted(reasons.items())]
    dropped = Counter((name, reason) for row in selection.taken for name, reason in row.dropped.items())
    lines += [f"  parameter {name} of {count} models left out: {reason}" for (name, reason), count in sorted(dropped.items())]
    return lines


def main(arguments: list[str]) -> int:
    """Write the file of one provider, or of all whose folders exist."""
    parser = argparse.ArgumentParser(prog="python -m scripts.catalogue", description="models.yaml from the catalogues")
    parser.add_argument("provider", nargs="?")
    parser.add_argument("--dify", help="the plugin's id, where providers.yaml names none or another")
    parser.add_argument("--modelsdev", nargs="*", help="ids of models.dev")
    parser.add_argument("--currency", help="a currency other than USD: the plugin's prices count first")
    parser.add_argument("--catalogue", type=Path, default=default_catalogue())
    parser.add_argument("--out", type=Path, help="the file; the provider's folder when left out, - for standard output")
    parser.add_argument("--all", action="store_true", help="every provider with a folder, those written by hand aside")
    parser.add_argument(
        "--into", type=Path, help="with --all: every provider of the mapping, into this folder, as <provider>/models.yaml"
    )
    parsed = parser.parse_args(arguments)
    fleet = load_fleet()
    if parsed.all:
        names = [name for name, mapping in fleet.providers.items() if not mapping.by_hand]
    elif parsed.provider:
        names = [parsed.provider]
    else:
        parser.error("name a provider, or say --all")
    for name in names:
        mapping = fleet.providers.get(name, Mapping())
        if parsed.dify or parsed.modelsdev or parsed.currency:
            stated = {"dify": parsed.dify, "modelsdev": tuple(parsed.modelsdev) if parsed.modelsdev else None}
            mapping = msgspec.structs.replace(mapping, **{key: value for key, value in stated.items() if value})
            if parsed.currency and parsed.currency != "USD":
                mapping = msgspec.structs.replace(mapping, prices="dify")
        facts = provider_facts(name)
        if parsed.all and facts is None and parsed.into is None:
            continue
        selection = select(mapping, fleet, parsed.catalogue, facts)
        print("\n".join(report(name, selection)), file=sys.stderr if str(parsed.out) == "-" else sys.stdout)
        if not selection.taken:
            continue
        text = models_text(name, mapping, selection.taken)
        if str(parsed.out) == "-":
            sys.stdout.write(text)
            continue
        out = parsed.into / name / "models.yaml" if parsed.into else parsed.out or PROVIDERS / name / "models.yaml"
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
