"""A key may be given the right to delete models; those that are there have it not."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """The default is the database's own: a replica of the version before, which does not know the column, still adds keys."""
    op.add_column("api_keys", sa.Column("may_delete_models", sa.Boolean(), nullable=False, server_default=sa.false()))
