"""The key ring of a data directory, followed while the gateway runs: a rotated or imported key counts at once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from modelruntime.store.errors import KeyMissing
from modelruntime.store.key_ring import FILE_NAME, KEYS_VARIABLE, KeyRing, load_key_ring, ring_of_environment
from modelruntime.store.root_keys import RootKeys


class KeyRingFile:
    """Root keys of a file, read again when it has changed. A file that cannot be read leaves the keys as they were."""

    def __init__(self, directory: Path) -> None:
        """Makes the file where there is none. Raises `KeyRingInvalid`."""
        self._directory = directory
        self._ring = load_key_ring(directory, {})
        self._seen = self._stamp()

    @property
    def ring(self) -> KeyRing:
        """As the file is now."""
        stamp = self._stamp()
        if stamp is not None and stamp != self._seen:
            self._ring = load_key_ring(self._directory, {})
            self._seen = stamp
        return self._ring

    @property
    def active(self) -> str:
        """The id of the key that new things are sealed with."""
        return self.ring.active

    def ids(self) -> tuple[str, ...]:
        """Every id, the active one first."""
        return self.ring.ids()

    def root(self, kid: str) -> bytes:
        """The key. Raises `KeyMissing`."""
        try:
            return self._ring.root(kid)
        except KeyMissing:
            return self.ring.root(kid)

    def _stamp(self) -> tuple[int, int] | None:
        try:
            status = (self._directory / FILE_NAME).stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_ino


def open_root_keys(directory: Path, environ: Mapping[str, str]) -> RootKeys:
    """The keys of `MODELRUNTIME_KEYS`, else those of the directory's file. Raises `KeyRingInvalid`."""
    if told := environ.get(KEYS_VARIABLE):
        return ring_of_environment(told)
    return KeyRingFile(directory)
