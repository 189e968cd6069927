"""May a provider or a model be used, and if not why: for people who operate this gateway, not for those who write programs with the
library. Each reason has a code, so that a page says it in its reader's language."""

from __future__ import annotations

from typing import Literal

import msgspec

from modelruntime.runtime.status import Status, StatusCode
from modelruntime.store.configuration import Configuration, StoredCredential

Why = Literal["no-credentials", "locked", "credential-off", "model-off", "files-missing", "ending"]


class StatusView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`reason` and `action` say in English what `why` is a code of; `words` are the names in them. `verified_at` is when a probe
    last passed (ISO 8601, UTC)."""

    code: StatusCode
    why: Why | None = None
    words: dict[str, str] = {}
    reason: str | None = None
    action: str | None = None
    verified_at: str | None = None


SENTENCES: dict[Why, tuple[str, str]] = {
    "no-credentials": ("it has no credentials here", "fill its form under Providers, or add a model of your own"),
    "locked": (
        "its stored credential {name!r} is locked: the root key that sealed it is not in the key ring",
        "import the key ring that has it (modelruntime keys import), enter the secrets again, or where it is lost for good begin "
        "anew (modelruntime keys abandon)",
    ),
    "credential-off": ("its active credential {name!r} is switched off", "switch it on, or make another one the active one"),
    "model-off": ("it is switched off here", "switch it on in the list of models"),
    "files-missing": ("its files are not on the gateway's machine", "run there: modelruntime pull {name}"),
    "ending": ("its vendor ends this model", "use another one"),
}
MODEL_OFF = StatusView(code="disabled", why="model-off", reason=SENTENCES["model-off"][0], action=SENTENCES["model-off"][1])


def explained(status: Status, provider: str, configuration: Configuration, workspace: str, model: str | None = None) -> StatusView:
    """The status of a provider, or of one of its models, with the reason that lies in the store where there is one."""
    if status.code == "active":
        return StatusView(code="active", verified_at=status.verified_at)
    if status.code == "no-configure":
        current = _current(provider, configuration, workspace)
        if current is None or (current.enabled and not current.locked):
            return _told(status, "no-credentials", None)
        return _told(status, "locked" if current.locked else "credential-off", current.name)
    if status.code == "not-installed":
        return _told(status, "files-missing", f"{provider}/{model}")
    found = _told(status, "ending", None)
    return msgspec.structs.replace(found, action=status.action or found.action)


def _current(provider: str, configuration: Configuration, workspace: str) -> StoredCredential | None:
    own = (each for each in configuration.credentials if each.provider == provider and each.workspace == workspace)
    return next((each for each in own if each.active and each.model is None), None)


def _told(status: Status, why: Why, name: str | None) -> StatusView:
    reason, action = SENTENCES[why]
    words = {} if name is None else {"name": name}
    return StatusView(code=status.code, why=why, words=words, reason=reason.format(**words), action=action.format(**words))
