"""The built console: its files, their validators and their compressed twins (`app.js.br`, `app.js.gz` beside `app.js`)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

import msgspec

DIST = Path(__file__).parent / "dist"
"""Where `python scripts/console.py build` puts the pages, and where the wheel carries them."""

INDEX = "index.html"
FRAME = "frame.html"
EMBED = "embed.js"
AHEAD = "ahead.json"
"""Page → the files that it is made of beside the first ones; the page of no name is where people arrive."""
STAMP = "build.json"
"""The last file that a build writes."""
ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
"""Content codings in order of preference, with the suffix of their files."""

_MEDIA_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
}
_WEIGHT = re.compile(r"^q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$")

Build = tuple[tuple[int, int, int] | None, ...]


class Asset(msgspec.Struct, frozen=True):
    """One file as it goes out. `encoding` is None for the plain bytes."""

    body: bytes
    media_type: str
    etag: str
    encoding: str | None = None


class Assets:
    """The files of a folder by name, read when first asked for and kept until another build takes their place."""

    def __init__(self, folder: Path = DIST) -> None:
        self._folder = folder
        self._build: Build = _build_of(folder)
        self._names = frozenset(_names(folder))
        self._kept: dict[tuple[str, str | None], Asset] = {}

    @property
    def built(self) -> bool:
        """False when the console was never built here."""
        return INDEX in self._names

    def find(self, name: str, accepted: Mapping[str, float]) -> Asset | None:
        """The file in the best coding that the client takes; None where there is no such file."""
        self._notice()
        if name not in self._names or name.endswith(tuple(suffix for _, suffix in ENCODINGS)):
            return None
        offered = [(coding, suffix) for coding, suffix in ENCODINGS if name + suffix in self._names]
        weighed = [(accepted.get(coding, accepted.get("*", 0.0)), -at, coding) for at, (coding, _) in enumerate(offered)]
        weight, _, best = max(weighed, default=(0.0, 0, None))
        return self._read(name, best if weight > 0 else None)

    def ahead(self, page: str) -> tuple[str, ...]:
        """The files that a page will import; nothing where the build says nothing of it."""
        found = self.find(AHEAD, {})
        table = msgspec.json.decode(found.body, type=dict[str, tuple[str, ...]]) if found else {}
        return table.get(page, table.get("", ()))

    def _notice(self) -> None:
        """Begin anew when the folder was built again."""
        build = _build_of(self._folder)
        if build != self._build:
            self._build, self._names, self._kept = build, frozenset(_names(self._folder)), {}

    def _read(self, name: str, encoding: str | None) -> Asset | None:
        found = self._kept.get((name, encoding))
        if found is None:
            suffix = dict(ENCODINGS)[encoding] if encoding else ""
            try:
                body = (self._folder / (name + suffix)).read_bytes()
            except FileNotFoundError:  # a build is under way, and took it
                return None
            found = self._kept[name, encoding] = Asset(body, media_type(name), etag_of(body), encoding)
        return found


def accepted_codings(header: str) -> dict[str, float]:
    """`accept-encoding` as coding → weight. Malformed parts are left out."""
    found: dict[str, float] = {}
    for part in header.lower().split(","):
        coding, *parameters = (word.strip() for word in part.split(";"))
        weights = [_WEIGHT.match(word) for word in parameters]
        if coding and all(weights):
            found[coding] = float(weights[0].group(1)) if weights and weights[0] else 1.0
    return found


def media_type(name: str) -> str:
    """By the file's extension; bytes that nobody knows are `application/octet-stream`."""
    return _MEDIA_TYPES.get(Path(name).suffix.lower(), "application/octet-stream")


def etag_of(body: bytes) -> str:
    """A strong validator of exactly these bytes."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def _build_of(folder: Path) -> Build:
    """What differs after another build: inode, size and time of its first page and of its last file."""
    return tuple(_mark(folder / name) for name in (INDEX, STAMP))


def _mark(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns


def _names(folder: Path) -> list[str]:
    if not folder.is_dir():
        return []
    return [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
