"""Who may call a route. There is no default: a route that says nothing does not exist."""

from __future__ import annotations

from typing import Literal

Permission = Literal["public", "view", "edit", "operate"]
"""`public`: anybody, signed in or not. `view`: whoever may see the workspace. `edit`: an admin of the workspace. `operate`: an
admin of the whole gateway, not of single workspaces."""

Role = Literal["admin", "viewer"]
