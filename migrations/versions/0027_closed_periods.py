"""Closed periods: frozen tables and their signatures

Revision ID: 0027
Revises: 0026
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = '0027'
down_revision: str | None = '0026'
branch_labels: str | None = None
depends_on: str | None = None

# Tables in which this revision adds or removes rows on purpose; any other change of a row count undoes the migration.
rows_change: frozenset[str] = frozenset()


def upgrade() -> None:
    op.create_table('closings',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('unit_id', sa.Uuid(), nullable=False),
    sa.Column('period', sa.String(), nullable=False),
    sa.Column('cut_off', sa.Date(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.Uuid(), nullable=False),
    sa.Column('hash', sa.LargeBinary(), nullable=False),
    sa.Column('tables_sealed', sa.LargeBinary(), nullable=False),
    sa.CheckConstraint('length(hash) = 32', name=op.f('ck_closings_whole_hash')),
    sa.CheckConstraint('number > 0', name=op.f('ck_closings_counts_from_one')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_closings_unit_id_units')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_closings')),
    sa.UniqueConstraint('unit_id', 'period', 'number', name=op.f('uq_closings_unit_id_period_number'))
    )
    op.create_table('closing_answers',
    sa.Column('closing_id', sa.Uuid(), nullable=False),
    sa.Column('answer', sa.String(), nullable=False),
    sa.Column('is_alone', sa.Boolean(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.Uuid(), nullable=False),
    sa.CheckConstraint("answer IN ('signed', 'withdrawn')", name=op.f('ck_closing_answers_known_answer')),
    sa.ForeignKeyConstraint(['closing_id'], ['closings.id'], name=op.f('fk_closing_answers_closing_id_closings')),
    sa.PrimaryKeyConstraint('closing_id', name=op.f('pk_closing_answers'))
    )


def downgrade() -> None:
    """Frozen tables cannot be carried into the older program: their keys stay, the tables go."""
    op.drop_table('closing_answers')
    op.drop_table('closings')
