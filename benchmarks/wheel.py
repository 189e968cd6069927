"""The library as a user installs it: its wheel and what it depends on, in a folder of its own."""

from __future__ import annotations

import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from benchmarks.result import HOME, ROOT

_PIP = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile")


@cache
def installed_wheel() -> Path:
    """The folder with the wheel of this checkout and its dependencies, made anew once a run."""
    built = HOME / "dist"
    shutil.rmtree(built, ignore_errors=True)
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(built), str(ROOT)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return install_into(HOME / "core", str(next(built.glob("*.whl"))))


def install_into(folder: Path, requirement: str) -> Path:
    """The folder, emptied, with a package and its dependencies in it; nothing else is there."""
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run([sys.executable, *_PIP, "--target", str(folder), requirement], check=True)
    return folder


def packages_in(folder: Path) -> list[str]:
    """Names of the distributions in a folder."""
    return sorted(path.name.partition("-")[0] for path in folder.glob("*.dist-info"))


def megabytes_of(folder: Path) -> float:
    """Size of all its files, bytecode aside."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc")
    return sum(path.stat().st_size for path in files) / 2**20
