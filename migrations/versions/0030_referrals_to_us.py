"""Referrals to us

Revision ID: 0030
Revises: 0029
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = '0030'
down_revision: str | None = '0029'
branch_labels: str | None = None
depends_on: str | None = None

# Tables in which this revision adds or removes rows on purpose; any other change of a row count undoes the migration.
rows_change: frozenset[str] = frozenset()


def upgrade() -> None:
    op.create_table('incoming_referrals',
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('referral_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('text_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.Uuid(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("status IN ('RI_NEW', 'RI_ACK', 'RI_ACCEPTED', 'RI_DECLINED', 'RI_REPORTED', 'RI_WITHDRAWN')", name=op.f('ck_incoming_referrals_known_status')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_incoming_referrals_case_id_cases')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_incoming_referrals'))
    )
    with op.batch_alter_table('incoming_referrals', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_incoming_referrals_case_id'), ['case_id'], unique=False)


def downgrade() -> None:
    """What came to us and how it was answered goes; letters that went out keep their words."""
    op.drop_table('incoming_referrals')
