"""What is kept under a name belongs to a workspace, or as all of it did until now to all of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

TABLES = ("aliases", "balancing", "default_models", "policies", "prices", "routes", "settings")
SECONDS: sa.Double[float] = sa.Double()


def upgrade() -> None:
    """Each table is made anew around its rows: SQLite cannot change a primary key, and there are few."""
    connection = op.get_bind()
    for name in TABLES:
        found = connection.execute(sa.text(f"SELECT name, value, updated_at FROM {name}")).mappings()  # noqa: S608
        rows = [{"workspace": "", **row} for row in found]
        op.drop_table(name)
        table = op.create_table(
            name,
            sa.Column("workspace", sa.Text(), nullable=False),
            sa.Column("name", sa.Text(), nullable=False),
            sa.Column("value", sa.Text(), nullable=False),
            sa.Column("updated_at", SECONDS, nullable=False),
            sa.PrimaryKeyConstraint("workspace", "name", name=op.f(f"pk_{name}")),
        )
        op.bulk_insert(table, rows)
