"""Google's application default credentials, as far as they are files.

`GOOGLE_APPLICATION_CREDENTIALS`, else what `gcloud auth application-default login` wrote:
https://googleapis.dev/python/google-auth/2.22.0/reference/google.auth.html, read 2026-11-28; google/auth/_cloud_sdk.py (2.62.2)
says where. The metadata server is never asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import msgspec

from modelruntime.entities.errors import CredentialsInvalid
from modelruntime.entities.secret import Secret
from modelruntime.runtime.home_folder import home_folder

_FILE = "application_default_credentials.json"


def find(environ: Mapping[str, str]) -> dict[str, str | Secret]:
    """The facts that there are; without a key file only project and location. Raises `CredentialsInvalid` when
    `GOOGLE_APPLICATION_CREDENTIALS` names a file that cannot be read."""
    text = _read(environ)
    file = _object(text)
    project = environ.get("GOOGLE_CLOUD_PROJECT") or file.get("project_id") or file.get("quota_project_id")
    location = environ.get("GOOGLE_CLOUD_LOCATION")
    facts = {"key": Secret(text) if text else None, "project": project, "location": location}
    return {name: value for name, value in facts.items() if isinstance(value, str | Secret) and value}


def _read(environ: Mapping[str, str]) -> str:
    named = environ.get("GOOGLE_APPLICATION_CREDENTIALS")
    path = Path(named) if named else _well_known(environ)
    try:
        return path.read_text("utf-8").strip() if path else ""
    except (OSError, UnicodeDecodeError):
        if named:
            raise CredentialsInvalid("GOOGLE_APPLICATION_CREDENTIALS names a file that cannot be read") from None
        return ""


def _well_known(environ: Mapping[str, str]) -> Path | None:
    if folder := environ.get("CLOUDSDK_CONFIG"):
        return Path(folder) / _FILE
    if folder := environ.get("APPDATA"):
        return Path(folder) / "gcloud" / _FILE
    home = home_folder(environ)
    return home / ".config" / "gcloud" / _FILE if home else None


def _object(text: str) -> dict[str, Any]:
    try:
        file = msgspec.json.decode(text) if text else None
    except msgspec.DecodeError:
        return {}
    return cast("dict[str, Any]", file) if isinstance(file, dict) else {}
