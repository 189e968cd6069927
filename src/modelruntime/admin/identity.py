"""Who calls."""

from __future__ import annotations

from typing import Literal

import msgspec

from modelruntime.admin.permission import Permission, Role

DEFAULT_WORKSPACE = "default"


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """An account, seen through a session or a token; or nobody."""

    account_id: str = ""
    name: str = ""
    role: Role = "viewer"
    workspace: str = ""
    """The only one it may see; empty: all."""
    via: Literal["nothing", "session", "token"] = "nothing"
    session: str = ""
    """What the cookie holds, for signing out and for the CSRF token; empty for a token. Never shown."""

    @property
    def known(self) -> bool:
        """Is it somebody?"""
        return self.via != "nothing"

    def sees(self, workspace: str) -> bool:
        """May it look into this workspace?"""
        return self.known and self.workspace in ("", workspace)

    def may(self, permission: Permission, workspace: str) -> bool:
        """May it do what needs this permission, there?"""
        if permission == "public":
            return True
        if permission == "view":
            return self.sees(workspace)
        edits = self.role == "admin" and self.sees(workspace)
        return edits if permission == "edit" else edits and not self.workspace

    def own_workspace(self) -> str:
        """The one that is meant where a request names none."""
        return self.workspace or DEFAULT_WORKSPACE


NOBODY = Identity()
