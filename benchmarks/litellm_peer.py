"""LiteLLM in an environment of its own, made on demand: it brings some sixty packages.

Its newest release may pin versions of other packages that an index does not serve yet; so its own requirements are read
from its metadata and installed with the pin on `certifi`, and those on its proxy's own parts, relaxed.
"""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

from benchmarks.result import HOME

VERSION = "1.109.1"
_REQUIREMENTS = """
import importlib.metadata as metadata
for line in metadata.requires("litellm"):
    if "extra ==" not in line:
        print("certifi" if line.startswith("certifi") else line)
"""
_PROXY_REQUIREMENTS = """
import importlib.metadata as metadata
for line in metadata.requires("litellm"):
    requirement, _, marker = line.partition(";")
    if 'extra == "proxy"' in marker or "extra == 'proxy'" in marker:
        print(requirement.partition("==")[0])
"""


def litellm_python(wanted: bool) -> str | None:
    """The interpreter of the environment; None when it is not there and not wanted."""
    home = HOME / "litellm"
    python = home / "bin" / "python"
    if (home / ".ready").is_file():
        return str(python)
    if not wanted:
        return None
    print("  installing LiteLLM into .bench/litellm …", file=sys.stderr)
    venv.create(home, with_pip=True)
    _pip(python, "--no-deps", f"litellm=={VERSION}")
    listed = subprocess.run([python, "-c", _REQUIREMENTS], check=True, capture_output=True, text=True).stdout
    requirements = home / "requirements.txt"
    requirements.write_text(listed + "uvloop\n")
    _pip(python, "-r", str(requirements))
    (home / ".ready").touch()
    return str(python)


def litellm_proxy() -> None:
    """What its proxy needs on top."""
    home = HOME / "litellm"
    python = home / "bin" / "python"
    litellm_python(True)
    if (home / ".proxy").is_file():
        return
    print("  installing LiteLLM's proxy …", file=sys.stderr)
    listed = subprocess.run([python, "-c", _PROXY_REQUIREMENTS], check=True, capture_output=True, text=True).stdout
    requirements = home / "proxy.txt"
    requirements.write_text(listed)
    _pip(python, "-r", str(requirements))
    (home / ".proxy").touch()


def _pip(python: Path, *arguments: str) -> None:
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *arguments], check=True)
