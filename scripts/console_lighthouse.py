"""Lighthouse on every page of the built console, as a phone would load it: python scripts/console_lighthouse.py [PAGE …]

Lighthouse is fetched once into a folder of the cache (it is no dependency of anything else); Chromium is the machine's. The pages
are served by a gateway with the whole fleet, a simulated vendor and some calls. Ends with 1 when a figure misses its budget. Scores
fall when the machine has other work: Lighthouse's own index of its speed stands beside each.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec
from tests.console.browser.conftest import browser_program
from tests.console.browser.gateway import Operated, operated
from tests.simulators.openai_family import openai_simulator

from scripts import console

LIGHTHOUSE = "12.8.2"
PAGES = ("providers", "models", "playground", "usage", "logs", "routes", "keys", "settings")
CHROMIUM = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
CATEGORIES = {"performance": 95, "accessibility": 100, "best-practices": 95}
"""Scores of 100 that may not be missed."""
METRICS = {"largest-contentful-paint": 1800.0, "total-blocking-time": 100.0, "cumulative-layout-shift": 0.02}
"""Milliseconds, and for shifts a part of the window, that may not be exceeded."""
ATTEMPTS = 3
"""Now and then the browser loses the beginning of its trace."""


def tool() -> Path:
    """Lighthouse's program, fetched when it is not there. Raises `console.Trouble`."""
    cache = Path(os.environ.get("MODELRUNTIME_CACHE") or Path.home() / ".cache" / "modelruntime") / f"lighthouse-{LIGHTHOUSE}"
    program = cache / "node_modules" / "lighthouse" / "cli" / "index.js"
    if not program.is_file():
        cache.mkdir(parents=True, exist_ok=True)
        (cache / "package.json").write_text('{"private": true}', "utf-8")
        command = [*console.find_node().npm, "install", f"lighthouse@{LIGHTHOUSE}", "--ignore-scripts", "--no-audit", "--no-fund"]
        if subprocess.run(command, cwd=cache, check=False).returncode:
            raise console.Trouble("Lighthouse could not be fetched: see above")
    return program


def measured(gateway: Operated, page: str, report: Path) -> dict[str, Any]:
    """What Lighthouse says of one page. Raises `console.Trouble`."""
    headers = report.with_suffix(".headers.json")
    headers.write_bytes(msgspec.json.encode({"cookie": gateway.admin.headers["cookie"]}))
    options = ("--output=json", f"--output-path={report}", "--quiet", f"--only-categories={','.join(CATEGORIES)}")
    browser = (f"--extra-headers={headers}", f"--chrome-flags={' '.join(CHROMIUM)}")
    command = [str(console.find_node().node), str(tool()), gateway.address + page, *options, *browser]
    for _ in range(ATTEMPTS):
        if not subprocess.run(command, env=os.environ | {"CHROME_PATH": browser_program()}, check=False).returncode:
            return dict(msgspec.json.decode(report.read_bytes()))
    raise console.Trouble(f"Lighthouse failed on {page}: see above")


def figures(report: dict[str, Any]) -> Iterator[tuple[str, float, bool]]:
    """Name, value, and whether it is within its budget."""
    for name, least in CATEGORIES.items():
        score = round(report["categories"][name]["score"] * 100)
        yield name, score, score >= least
    for name, most in METRICS.items():
        value = round(float(report["audits"][name]["numericValue"]), 3)
        yield name, value, value <= most


def faults(report: dict[str, Any]) -> list[str]:
    """Audits of the categories that are not passed, worst first."""
    ids = [ref["id"] for name in CATEGORIES for ref in report["categories"][name]["auditRefs"] if ref["weight"]]
    audits = [report["audits"][each] for each in ids]
    failed = [each for each in audits if each["score"] is not None and each["score"] < 0.9]
    return [f"{each['id']}: {each['title']}" for each in sorted(failed, key=lambda each: each["score"])]


def run(pages: Iterable[str], reports: Path | None) -> list[str]:
    """Print a line of Markdown for each page; the figures that miss their budgets. Raises `console.Trouble`."""
    missed: list[str] = []
    with tempfile.TemporaryDirectory() as made, openai_simulator() as vendor, operated(Path(made), Path(made), vendor) as gateway:
        for text in ("hello", "how are you", "goodbye"):
            gateway.chat(text)
        gateway.written()
        folder = reports or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        names = [*CATEGORIES, *METRICS, "machine"]
        print(f"| page | {' | '.join(names)} |\n|---|{'---|' * len(names)}")
        for page in pages:
            report = measured(gateway, page, folder / f"{page}.json")
            found = list(figures(report))
            cells = [f"{value:g}" + ("" if good else " **over**") for _, value, good in found]
            print(f"| {page} | {' | '.join(cells)} | {report['environment']['benchmarkIndex']:g} |", flush=True)
            missed += [f"{page}: {name} {value:g}" for name, value, good in found if not good]
            for fault in faults(report):
                print(f"  {page}: {fault}", file=sys.stderr)
    return missed


def main(arguments: list[str] | None = None) -> int:
    """1 when a budget is missed, or when nothing could be measured."""
    parser = argparse.ArgumentParser(description="Lighthouse on every page of the console.")
    parser.add_argument("pages", nargs="*", default=PAGES, help=f"of: {', '.join(PAGES)}")
    parser.add_argument("--reports", type=Path, help="keep the whole reports in this folder")
    parsed = parser.parse_args(arguments)
    try:
        console.build(if_needed=True)
        missed = run(parsed.pages, parsed.reports)
    except console.Trouble as trouble:
        missed = [str(trouble)]
    for line in missed:
        print(f"console: {line}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
