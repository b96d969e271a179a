"""Consents and follow-ups that were entered by mistake

Revision ID: 0018
Revises: 0017
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = '0018'
down_revision: str | None = '0017'
branch_labels: str | None = None
depends_on: str | None = None

# Tables in which this revision adds or removes rows on purpose; any other change of a row count undoes the migration.
rows_change: frozenset[str] = frozenset()


_RECORDS = ('consents', 'follow_ups')


def upgrade() -> None:
    for table in _RECORDS:
        # What was recorded so far stands; who writes a row from now on says so, hence no default stays.
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column('is_removed', sa.Boolean(), nullable=False, server_default=sa.false()))
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column('is_removed', existing_type=sa.Boolean(), existing_nullable=False, server_default=None)


def downgrade() -> None:
    """The older program knows no mistakes: what was taken out counts again. `facts rebuild` counts it anew."""
    for table in reversed(_RECORDS):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column('is_removed')
