"""Versions of deadline rules, confirmations, and days off by decree

Revision ID: 0021
Revises: 0020
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = '0021'
down_revision: str | None = '0020'
branch_labels: str | None = None
depends_on: str | None = None

# Tables in which this revision adds or removes rows on purpose; any other change of a row count undoes the migration.
rows_change: frozenset[str] = frozenset()


def upgrade() -> None:
    op.create_table('rule_versions',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('unit_id', sa.Uuid(), nullable=False),
    sa.Column('rule_id', sa.String(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('row', sa.String(), nullable=False),
    sa.Column('follows', sa.String(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('change_no', sa.Integer(), nullable=False),
    sa.Column('made_by', sa.Uuid(), nullable=True),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('number > 1000', name=op.f('ck_rule_versions_local_number')),
    sa.ForeignKeyConstraint(['made_by'], ['users.id'], name=op.f('fk_rule_versions_made_by_users')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_rule_versions_unit_id_units')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rule_versions')),
    sa.UniqueConstraint('rule_id', 'number', name=op.f('uq_rule_versions_rule_id_number'))
    )
    op.create_table('rule_confirmations',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('unit_id', sa.Uuid(), nullable=False),
    sa.Column('rule_id', sa.String(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('says', sa.String(), nullable=False),
    sa.Column('officer', sa.String(), nullable=False),
    sa.Column('confirmed_on', sa.Date(), nullable=False),
    sa.Column('reference', sa.String(), nullable=False),
    sa.Column('recorded_by', sa.Uuid(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['recorded_by'], ['users.id'], name=op.f('fk_rule_confirmations_recorded_by_users')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_rule_confirmations_unit_id_units')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rule_confirmations'))
    )
    op.create_table('day_changes',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('unit_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('scope', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('decree', sa.String(), nullable=False),
    sa.Column('change_no', sa.Integer(), nullable=False),
    sa.Column('recorded_by', sa.Uuid(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('withdrawn_no', sa.Integer(), nullable=True),
    sa.Column('withdrawn_by', sa.Uuid(), nullable=True),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("kind IN ('off', 'working', 'complete')", name=op.f('ck_day_changes_known_kind')),
    sa.CheckConstraint("scope IN ('national', 'joint-leave', 'regional')", name=op.f('ck_day_changes_known_scope')),
    sa.CheckConstraint('(withdrawn_at IS NULL) = (withdrawn_no IS NULL)', name=op.f('ck_day_changes_withdrawal_is_numbered')),
    sa.ForeignKeyConstraint(['recorded_by'], ['users.id'], name=op.f('fk_day_changes_recorded_by_users')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_day_changes_unit_id_units')),
    sa.ForeignKeyConstraint(['withdrawn_by'], ['users.id'], name=op.f('fk_day_changes_withdrawn_by_users')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_day_changes'))
    )
    op.create_table('clock_changes',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('unit_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('cause', sa.String(), nullable=False),
    sa.Column('object_id', sa.Uuid(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('cursor', sa.Uuid(), nullable=True),
    sa.Column('handled', sa.Integer(), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("cause IN ('rule', 'day', 'day-withdrawn')", name=op.f('ck_clock_changes_known_cause')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_clock_changes_unit_id_units')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clock_changes')),
    sa.UniqueConstraint('unit_id', 'number', name=op.f('uq_clock_changes_unit_id_number'))
    )
    for table in ('rule_versions', 'rule_confirmations', 'day_changes'):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.create_index(batch_op.f(f'ix_{table}_unit_id'), ['unit_id'], unique=False)


def downgrade() -> None:
    """The older program counts by its own rules and calendar again; what was decided here is lost."""
    for table in ('clock_changes', 'day_changes', 'rule_confirmations', 'rule_versions'):
        op.drop_table(table)
