"""Settings of the whole gateway that an operator changes while it runs."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Any

import msgspec

from modelruntime.entities.errors import ParameterInvalid

TIMEOUT = 600.0
"""Seconds that a whole call may take where nobody says otherwise."""


class GatewaySettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Each field is a setting; without a row its default holds."""

    keep_content: bool = False
    """Whether what was said is kept beside the records of calls."""
    content_days: float | None = None
    """How long, in days; None: what the configuration file says, else 30."""
    ledger_days: float | None = None
    """How long records of calls are kept, in days; None: what the configuration file says, else for ever."""
    audit_days: float | None = None
    """How long the audit log is kept, in days; None: what the configuration file says, else for ever."""
    timeout: float | None = None
    """Seconds that a whole call may take; None: what the configuration file says, else 600."""
    egress_allow: tuple[str, ...] = ()
    """Private networks (CIDR) or `host:port` that providers may be reached at: model servers of one's own."""


def check_setting(name: str, value: Any) -> None:
    """Raises `ParameterInvalid` for a setting that is none, or a value that it cannot have."""
    if name not in GatewaySettings.__struct_fields__:
        raise ParameterInvalid(
            f"there is no setting {name!r}; there are {', '.join(GatewaySettings.__struct_fields__)}", field=name
        )
    settings = settings_of({name: value})
    for field in ("content_days", "ledger_days", "audit_days", "timeout"):
        number: float | None = getattr(settings, field)
        if number is not None and not 0 < number < 10**9:
            raise ParameterInvalid(f"{field} must be above 0", field=field)
    for entry in settings.egress_allow:
        if not _is_place(entry):
            raise ParameterInvalid(f"{entry!r} is neither a network such as 10.0.0.0/8 nor host:port", field="egress_allow")


def settings_of(values: dict[str, Any]) -> GatewaySettings:
    """Raises `ParameterInvalid`."""
    try:
        return msgspec.convert(values, GatewaySettings)
    except msgspec.ValidationError as cause:
        raise ParameterInvalid(f"this setting cannot be used: {cause}", field=next(iter(values), None)) from cause


def _is_place(text: str) -> bool:
    try:
        ip_network(text)
    except ValueError:
        host, _, port = text.rpartition(":")
        return bool(host) and port.isdigit() and 0 < int(port) < 65536
    return True
