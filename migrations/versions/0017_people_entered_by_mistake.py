"""Clients and reported persons who were entered by mistake

Revision ID: 0017
Revises: 0016
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = '0017'
down_revision: str | None = '0016'
branch_labels: str | None = None
depends_on: str | None = None

# Tables in which this revision adds or removes rows on purpose; any other change of a row count undoes the migration.
rows_change: frozenset[str] = frozenset()


_PEOPLE = ('clients', 'reported_persons')


def upgrade() -> None:
    for table in _PEOPLE:
        # Everybody recorded so far is somebody; who writes a row from now on says so, hence no default stays.
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column('is_removed', sa.Boolean(), nullable=False, server_default=sa.false()))
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column('is_removed', existing_type=sa.Boolean(), existing_nullable=False, server_default=None)


def downgrade() -> None:
    """The older program knows no mistakes: who was taken out counts again. `facts rebuild` counts them anew."""
    for table in reversed(_PEOPLE):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column('is_removed')
