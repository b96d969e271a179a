"""Letter desks of units, and letters that went out under a number

Revision ID: 0009
Revises: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = '0009'
down_revision: str | None = '0008'
branch_labels: str | None = None
depends_on: str | None = None

# Tables in which this revision adds or removes rows on purpose; any other change of a row count undoes the migration.
rows_change: frozenset[str] = frozenset()


def upgrade() -> None:
    op.create_table('letter_desks',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('unit_id', sa.Uuid(), nullable=False),
    sa.Column('office_id', sa.Uuid(), nullable=False),
    sa.Column('desk_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('logo_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('counters_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_letter_desks_unit_id_units')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_letter_desks')),
    sa.UniqueConstraint('unit_id', name=op.f('uq_letter_desks_unit_id'))
    )
    op.create_table('issued_papers',
    sa.Column('paper_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('text_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.Uuid(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_issued_papers_case_id_cases')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_issued_papers'))
    )
    with op.batch_alter_table('issued_papers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_issued_papers_case_id'), ['case_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('issued_papers', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_issued_papers_case_id'))

    op.drop_table('issued_papers')
    op.drop_table('letter_desks')
