"""Why a provider that has stored credentials is not ready all the same."""

from __future__ import annotations

from modelruntime.runtime.status import Status
from modelruntime.store.configuration import Configuration

LOCKED = (
    "its stored credential {name!r} is locked: the root key that sealed it is not in the key ring",
    "import the key ring that has it (modelruntime keys import), or enter the secrets again",
)
SWITCHED_OFF = ("its active credential {name!r} is switched off", "switch it on, or make another one the active one")


def explained(status: Status, provider: str, configuration: Configuration, workspace: str) -> Status:
    """The status, with the reason that lies in the store where there is one."""
    if status.code != "no-configure":
        return status
    own = (each for each in configuration.credentials if each.provider == provider and each.workspace == workspace)
    current = next((each for each in own if each.active and each.model is None), None)
    if current is None or (current.enabled and not current.locked):
        return status
    reason, action = LOCKED if current.locked else SWITCHED_OFF
    return Status(status.code, reason.format(name=current.name), action)
