"""What this machine holds for AWS's own tools.

In their order: `AWS_ACCESS_KEY_ID` with its like, then the profile that `AWS_PROFILE` names (else `default`) in
`~/.aws/credentials` and `~/.aws/config`; a profile with `role_arn` and `source_profile` gives the keys of the other and the role.
https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html, read 2026-11-28.

Profiles that must ask the network or run a program (SSO, `credential_process`, `credential_source`, web identity, a second
factor) give nothing, nor do the roles of machines and containers.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from modelruntime.entities.errors import CredentialsInvalid
from modelruntime.entities.secret import Secret
from modelruntime.runtime.home_folder import home_folder

_KEYS = {
    "access_key_id": ("aws_access_key_id",),
    "secret_access_key": ("aws_secret_access_key",),
    "session_token": ("aws_session_token", "aws_security_token"),
}
_SECRET = ("secret_access_key", "session_token")
_ASKS_MORE = ("mfa_serial", "external_id", "credential_source")

Section = Mapping[str, str]


def find(environ: Mapping[str, str]) -> dict[str, str | Secret]:
    """The facts that there are; without keys only the region. Raises `CredentialsInvalid` for a named profile that is nowhere and
    for a file that cannot be read."""
    credentials = _sections(_file(environ, "AWS_SHARED_CREDENTIALS_FILE", "credentials"))
    config = {
        name.removeprefix("profile ").strip(): each for name, each in _sections(_file(environ, "AWS_CONFIG_FILE", "config")).items()
    }
    profiles = {name: {**config.get(name, {}), **credentials.get(name, {})} for name in {*config, *credentials}}
    named = environ.get("AWS_PROFILE") or environ.get("AWS_DEFAULT_PROFILE")
    if named and named not in profiles:
        raise CredentialsInvalid(
            f"AWS_PROFILE names the profile {named!r}, which is neither in ~/.aws/credentials nor in ~/.aws/config"
        )
    profile = profiles.get(named or "default", {})
    facts = _keys({name.lower(): value for name, value in environ.items()}) or _profile_keys(profile, profiles)
    region = environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION") or profile.get("region")
    return {**facts, **({"region": region} if region else {})}


def _profile_keys(profile: Section, profiles: Mapping[str, Section]) -> dict[str, str | Secret]:
    role = profile.get("role_arn")
    if role is None:
        return _keys(profile)
    if any(name in profile for name in _ASKS_MORE):
        return {}
    keys = _keys(profiles.get(profile.get("source_profile", ""), {}))
    return {**keys, "role_arn": role} if keys else {}


def _keys(section: Section) -> dict[str, str | Secret]:
    """A key pair, with its session token where it has one; empty without both halves."""
    found = {fact: next((section[name].strip() for name in names if section.get(name)), "") for fact, names in _KEYS.items()}
    if not (found["access_key_id"] and found["secret_access_key"]):
        return {}
    return {fact: Secret(value) if fact in _SECRET else value for fact, value in found.items() if value}


def _file(environ: Mapping[str, str], variable: str, name: str) -> Path | None:
    home = home_folder(environ)
    if named := environ.get(variable):
        return home / named[2:] if named.startswith("~/") and home else Path(named)
    return home / ".aws" / name if home else None


def _sections(path: Path | None) -> Mapping[str, Section]:
    """The sections of a file, read anew when it changes; empty when there is none."""
    if path is None:
        return {}
    try:
        found = os.stat(path)
    except OSError:
        return {}
    return _parsed(path, found.st_mtime_ns, found.st_size)


@lru_cache(8)
def _parsed(path: Path, modified: int, size: int) -> Mapping[str, Section]:
    import configparser

    parser = configparser.RawConfigParser(default_section="\n", strict=False)  # no section gives to the others
    try:
        parser.read_string(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, configparser.Error):
        raise CredentialsInvalid(f"{path} cannot be read as an AWS file") from None  # the cause would quote a line of it
    return {name: dict(parser[name]) for name in parser.sections()}
