"""Icons of providers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from modelruntime.schema.i18n import pick

if TYPE_CHECKING:
    from modelruntime.schema.provider import ProviderSchema

ICON_KINDS = ("icon_small", "icon_large", "icon_small_dark", "icon_large_dark")

_MEDIA_TYPES = {
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".gif": "image/gif",
    ".ico": "image/x-icon",
}


def find_icon(folder: Path, name: str) -> Path | None:
    """The file of an icon: in `_assets`, or beside the declaration; never outside the folder."""
    for path in (folder / "_assets" / name, folder / name):
        if path.is_file() and path.resolve().is_relative_to(folder.resolve()):
            return path
    return None


def read_icon(schema: ProviderSchema, kind: str, language: str) -> tuple[bytes, str] | None:
    """Bytes and media type (by the file's extension) of a provider's icon; None where there is none."""
    if kind not in ICON_KINDS:
        return None
    name = pick(getattr(schema, kind), language)
    if not name or schema.folder is None:
        return None
    path = find_icon(Path(schema.folder), name)
    media_type = _MEDIA_TYPES.get(path.suffix.lower()) if path else None
    if path is None or media_type is None:
        return None
    try:
        return path.read_bytes(), media_type
    except OSError:
        return None
