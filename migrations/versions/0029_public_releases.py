"""Public releases

Revision ID: 0029
Revises: 0028
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = '0029'
down_revision: str | None = '0028'
branch_labels: str | None = None
depends_on: str | None = None

# Tables in which this revision adds or removes rows on purpose; any other change of a row count undoes the migration.
rows_change: frozenset[str] = frozenset()


def upgrade() -> None:
    op.create_table('public_releases',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('unit_id', sa.Uuid(), nullable=False),
    sa.Column('office_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('first_quarter', sa.Integer(), nullable=False),
    sa.Column('last_quarter', sa.Integer(), nullable=False),
    sa.Column('is_year', sa.Boolean(), nullable=False),
    sa.Column('edition', sa.Integer(), nullable=False),
    sa.Column('threshold', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.Uuid(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by', sa.Uuid(), nullable=True),
    sa.Column('document', sa.String(), nullable=False),
    sa.Column('document_hash', sa.String(), nullable=False),
    sa.Column('figures_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state = 'proposed') = (decided_at IS NULL)", name=op.f('ck_public_releases_decision_is_dated')),
    sa.CheckConstraint('first_quarter BETWEEN 1 AND last_quarter AND last_quarter <= 4', name=op.f('ck_public_releases_quarters_of_a_year')),
    sa.CheckConstraint('threshold >= 3', name=op.f('ck_public_releases_least_threshold')),
    sa.CheckConstraint("state IN ('proposed', 'signed', 'refused')", name=op.f('ck_public_releases_known_state')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_public_releases_unit_id_units')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_public_releases')),
    sa.UniqueConstraint('unit_id', 'number', name=op.f('uq_public_releases_unit_id_number'))
    )


def downgrade() -> None:
    op.drop_table('public_releases')
