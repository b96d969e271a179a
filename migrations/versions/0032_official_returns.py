"""Official returns

Revision ID: 0032
Revises: 0031
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = '0032'
down_revision: str | None = '0031'
branch_labels: str | None = None
depends_on: str | None = None

# Tables in which this revision adds or removes rows on purpose; any other change of a row count undoes the migration.
rows_change: frozenset[str] = frozenset()


def upgrade() -> None:
    op.create_table('official_returns',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('unit_id', sa.Uuid(), nullable=False),
    sa.Column('office_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('first_day', sa.Date(), nullable=False),
    sa.Column('last_day', sa.Date(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.Uuid(), nullable=True),
    sa.Column('hash', sa.LargeBinary(), nullable=False),
    sa.Column('note_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('copy_sealed', sa.LargeBinary(), nullable=False),
    sa.CheckConstraint('length(hash) = 32', name=op.f('ck_official_returns_whole_hash')),
    sa.CheckConstraint('number > 0', name=op.f('ck_official_returns_counts_from_one')),
    sa.CheckConstraint("kind IN ('recap', 'cluster-v', 'simfoni')", name=op.f('ck_official_returns_known_kind')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_official_returns_unit_id_units')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_official_returns')),
    sa.UniqueConstraint('unit_id', 'number', name=op.f('uq_official_returns_unit_id_number'))
    )


def downgrade() -> None:
    """Frozen returns cannot be carried into the older program: their keys stay, the table goes."""
    op.drop_table('official_returns')
