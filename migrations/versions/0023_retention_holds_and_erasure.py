"""Retention rules, holds, erasure of case files

Revision ID: 0023
Revises: 0022
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = '0023'
down_revision: str | None = '0022'
branch_labels: str | None = None
depends_on: str | None = None

# Tables in which this revision adds or removes rows on purpose; any other change of a row count undoes the migration.
rows_change: frozenset[str] = frozenset()

_STATUS = 'ck_cases_known_status'
_STATES = "status IN ('open', 'closed', 'rejected', 'voided', 'transferred', 'merged')"
_WITH_ERASED = "status IN ('open', 'closed', 'rejected', 'voided', 'transferred', 'merged', 'erased')"


def _cases(states: str) -> sa.Table:
    """cases as it stands, whatever else was added to it, with its statuses changed."""
    bind = op.get_bind()
    table = sa.Table('cases', sa.MetaData(), autoload_with=bind)
    for constraint in [each for each in table.constraints if isinstance(each, sa.CheckConstraint)]:
        table.constraints.remove(constraint)
    for check in sa.inspect(bind).get_check_constraints('cases'):
        said = states if check['name'] == _STATUS else check['sqltext']
        table.append_constraint(sa.CheckConstraint(sa.text(said), name=op.f(check['name'])))
    return table


def _allow(states: str) -> None:
    if op.get_bind().dialect.name == 'sqlite':
        with op.batch_alter_table('cases', schema=None, copy_from=_cases(states), recreate='always'):
            pass
        return
    op.drop_constraint(op.f(_STATUS), 'cases', type_='check')
    op.create_check_constraint(op.f(_STATUS), 'cases', sa.text(states))


def upgrade() -> None:
    _allow(_WITH_ERASED)
    op.create_table('retention_rules',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('unit_id', sa.Uuid(), nullable=False),
    sa.Column('office_id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.Uuid(), nullable=True),
    sa.Column('rule_sealed', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_retention_rules_unit_id_units')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_retention_rules'))
    )
    with op.batch_alter_table('retention_rules', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_retention_rules_unit_id'), ['unit_id'], unique=False)

    op.create_table('retention_marks',
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_retention_marks_case_id_cases')),
    sa.PrimaryKeyConstraint('case_id', name=op.f('pk_retention_marks'))
    )
    op.create_table('case_holds',
    sa.Column('lifted_by', sa.Uuid(), nullable=True),
    sa.Column('lifted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reason_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('mac', sa.LargeBinary(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.Uuid(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_case_holds_case_id_cases')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_holds'))
    )
    with op.batch_alter_table('case_holds', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_case_holds_case_id'), ['case_id'], unique=False)

    op.create_table('erasure_proposals',
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('decided_by', sa.Uuid(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('words_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('mac', sa.LargeBinary(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.Uuid(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state = 'proposed') = (decided_at IS NULL)", name=op.f('ck_erasure_proposals_decision_is_dated')),
    sa.CheckConstraint("state IN ('proposed', 'refused', 'retracted')", name=op.f('ck_erasure_proposals_known_state')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_erasure_proposals_case_id_cases')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_erasure_proposals'))
    )
    with op.batch_alter_table('erasure_proposals', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_erasure_proposals_case_id'), ['case_id'], unique=False)
        batch_op.create_index('uq_erasure_proposals_waiting', ['case_id'], unique=True, sqlite_where=sa.text("state = 'proposed'"), postgresql_where=sa.text("state = 'proposed'"))

    op.create_table('erasures',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('home_id', sa.Uuid(), nullable=False),
    sa.Column('unit_id', sa.Uuid(), nullable=False),
    sa.Column('office_id', sa.Uuid(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('key_hash', sa.LargeBinary(), nullable=False),
    sa.Column('record_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('mac', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_erasures'))
    )
    with op.batch_alter_table('erasures', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_erasures_case_id'), ['case_id'], unique=True)
        batch_op.create_index(batch_op.f('ix_erasures_home_id'), ['home_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_erasures_unit_id'), ['unit_id'], unique=False)


def downgrade() -> None:
    """Erased files cannot come back: the older program shows each as one that was voided, with nothing in it."""
    op.drop_table('erasures')
    op.drop_table('erasure_proposals')
    op.drop_table('case_holds')
    op.drop_table('retention_marks')
    op.drop_table('retention_rules')
    op.execute("UPDATE cases SET status = 'voided', is_hidden = true WHERE status = 'erased'")
    _allow(_STATES)
