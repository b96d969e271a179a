"""Legal tracks, milestones on them, and what is decided about telling the police

Revision ID: 0019
Revises: 0018
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = '0019'
down_revision: str | None = '0018'
branch_labels: str | None = None
depends_on: str | None = None

# Tables in which this revision adds or removes rows on purpose; any other change of a row count undoes the migration.
rows_change: frozenset[str] = frozenset()


def _record_columns() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('case_id', sa.Uuid(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('created_by', sa.Uuid(), nullable=True),
        sa.Column('version', sa.Integer(), nullable=False),
    )


def upgrade() -> None:
    op.create_table('legal_tracks',
    sa.Column('is_removed', sa.Boolean(), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('track_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('text_sealed', sa.LargeBinary(), nullable=False),
    *_record_columns(),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_legal_tracks_case_id_cases')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_legal_tracks'))
    )
    with op.batch_alter_table('legal_tracks', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_legal_tracks_case_id'), ['case_id'], unique=False)

    op.create_table('police_wishes',
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('decided_by', sa.Uuid(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('wish_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('text_sealed', sa.LargeBinary(), nullable=False),
    *_record_columns(),
    sa.CheckConstraint("(state = 'recorded') = (decided_at IS NULL)", name=op.f('ck_police_wishes_decision_is_dated')),
    sa.CheckConstraint("state IN ('recorded', 'decided')", name=op.f('ck_police_wishes_known_state')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_police_wishes_case_id_cases')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_police_wishes'))
    )
    with op.batch_alter_table('police_wishes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_police_wishes_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_police_wishes_state'), ['state'], unique=False)

    # What was imported so far stands, on no track yet: opening one takes it along. Who writes a row from now on says so.
    with op.batch_alter_table('legal_steps', schema=None) as batch_op:
        batch_op.add_column(sa.Column('is_removed', sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table('legal_steps', schema=None) as batch_op:
        batch_op.alter_column('is_removed', existing_type=sa.Boolean(), existing_nullable=False, server_default=None)


def downgrade() -> None:
    """The older program knows no tracks and no wrong entries: what was taken back is told again."""
    with op.batch_alter_table('legal_steps', schema=None) as batch_op:
        batch_op.drop_column('is_removed')
    op.drop_table('police_wishes')
    op.drop_table('legal_tracks')
