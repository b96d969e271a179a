"""Keep pivots under a name

Revision ID: 0031
Revises: 0030
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = '0031'
down_revision: str | None = '0030'
branch_labels: str | None = None
depends_on: str | None = None

# Tables in which this revision adds or removes rows on purpose; any other change of a row count undoes the migration.
rows_change: frozenset[str] = frozenset()


def upgrade() -> None:
    op.create_table('saved_pivots',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('owner_id', sa.Uuid(), nullable=False),
    sa.Column('office_id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('pivot_sealed', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['owner_id'], ['users.id'], name=op.f('fk_saved_pivots_owner_id_users')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_saved_pivots'))
    )
    with op.batch_alter_table('saved_pivots', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_saved_pivots_owner_id'), ['owner_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('saved_pivots', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_saved_pivots_owner_id'))

    op.drop_table('saved_pivots')
