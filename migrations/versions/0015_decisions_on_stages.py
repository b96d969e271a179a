"""Stages with their decisions: terminations, transfers, client numbers

Revision ID: 0015
Revises: 0014
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = '0015'
down_revision: str | None = '0014'
branch_labels: str | None = None
depends_on: str | None = None

# Tables in which this revision adds or removes rows on purpose; any other change of a row count undoes the migration.
rows_change: frozenset[str] = frozenset()

_BEFORE = (
    "status IN ('open', 'closed', 'rejected', 'voided')",
    "(status = 'closed') = (closed_at IS NOT NULL)",
)
_AFTER = (
    "status IN ('open', 'closed', 'rejected', 'voided', 'transferred')",
    "(status IN ('closed', 'transferred')) = (closed_at IS NOT NULL)",
)


def _cases(known_status: str, closing: str) -> sa.Table:
    """cases as it is to be made anew: SQLite tells alembic nothing of CHECK constraints."""
    table = sa.Table(
        'cases',
        sa.MetaData(),
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('unit_id', sa.Uuid(), nullable=False),
        sa.Column('register_no', sa.String(), nullable=False),
        sa.Column('register_year', sa.Integer(), nullable=False),
        sa.Column('register_seq', sa.Integer(), nullable=False),
        sa.Column('stage', sa.String(), nullable=False),
        sa.Column('status', sa.String(), nullable=False),
        sa.Column('risk', sa.String(), nullable=False),
        sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('registered_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('watch_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('import_id', sa.Uuid(), nullable=True),
        sa.Column('is_hidden', sa.Boolean(), nullable=False),
        sa.Column('ledger_blob_id', sa.Uuid(), nullable=True),
        sa.Column('incident_sealed', sa.LargeBinary(), nullable=False),
        sa.Column('chronology_sealed', sa.LargeBinary(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.CheckConstraint(closing, name=op.f('ck_cases_closing_is_dated')),
        sa.CheckConstraint(known_status, name=op.f('ck_cases_known_status')),
        sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_cases_unit_id_units')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_cases')),
        sa.UniqueConstraint(
            'unit_id', 'register_year', 'register_seq', name=op.f('uq_cases_unit_id_register_year_register_seq')
        ),
    )
    sa.Index(op.f('ix_cases_import_id'), table.c.import_id)
    sa.Index(op.f('ix_cases_unit_id'), table.c.unit_id)
    sa.Index('ix_cases_unit_id_due_at', table.c.unit_id, table.c.due_at)
    sa.Index('ix_cases_unit_id_is_hidden_received_at', table.c.unit_id, table.c.is_hidden, table.c.received_at)
    sa.Index(op.f('ix_cases_watch_at'), table.c.watch_at)
    return table


def _allow(known_status: str, closing: str) -> None:
    if op.get_bind().dialect.name == 'sqlite':
        copied = _cases(known_status, closing)
        with op.batch_alter_table('cases', schema=None, copy_from=copied, recreate='always'):
            pass
        return
    for name, check in (('known_status', known_status), ('closing_is_dated', closing)):
        op.drop_constraint(op.f(f'ck_cases_{name}'), 'cases', type_='check')
        op.create_check_constraint(op.f(f'ck_cases_{name}'), 'cases', sa.text(check))


def upgrade() -> None:
    _allow(*_AFTER)
    op.create_table('client_counters',
    sa.Column('unit_id', sa.Uuid(), nullable=False),
    sa.Column('year', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('last', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_client_counters_unit_id_units')),
    sa.PrimaryKeyConstraint('unit_id', 'year', name=op.f('pk_client_counters'))
    )
    op.create_table('terminations',
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('decided_by', sa.Uuid(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('termination_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('text_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.Uuid(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state = 'proposed') = (decided_at IS NULL)", name=op.f('ck_terminations_decision_is_dated')),
    sa.CheckConstraint("state IN ('proposed', 'approved', 'returned', 'retracted', 'undone')", name=op.f('ck_terminations_known_state')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_terminations_case_id_cases')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_terminations'))
    )
    with op.batch_alter_table('terminations', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_terminations_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_terminations_state'), ['state'], unique=False)

    op.create_table('transfers',
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('to_unit_id', sa.Uuid(), nullable=True),
    sa.Column('to_case_id', sa.Uuid(), nullable=True),
    sa.Column('decided_by', sa.Uuid(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('mac', sa.LargeBinary(), nullable=False),
    sa.Column('transfer_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('text_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.Uuid(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state = 'accepted') = (to_case_id IS NOT NULL)", name=op.f('ck_transfers_accepted_has_a_case')),
    sa.CheckConstraint("(state = 'outside') = (to_unit_id IS NULL)", name=op.f('ck_transfers_inside_names_a_unit')),
    sa.CheckConstraint("(state = 'proposed') = (decided_at IS NULL)", name=op.f('ck_transfers_decision_is_dated')),
    sa.CheckConstraint("state IN ('proposed', 'accepted', 'refused', 'retracted', 'outside')", name=op.f('ck_transfers_known_state')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_transfers_case_id_cases')),
    sa.ForeignKeyConstraint(['to_case_id'], ['cases.id'], name=op.f('fk_transfers_to_case_id_cases')),
    sa.ForeignKeyConstraint(['to_unit_id'], ['units.id'], name=op.f('fk_transfers_to_unit_id_units')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_transfers'))
    )
    with op.batch_alter_table('transfers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_transfers_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_transfers_to_case_id'), ['to_case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_transfers_to_unit_id'), ['to_unit_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('transfers', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_transfers_to_unit_id'))
        batch_op.drop_index(batch_op.f('ix_transfers_to_case_id'))
        batch_op.drop_index(batch_op.f('ix_transfers_case_id'))

    op.drop_table('transfers')
    with op.batch_alter_table('terminations', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_terminations_state'))
        batch_op.drop_index(batch_op.f('ix_terminations_case_id'))

    op.drop_table('terminations')
    op.drop_table('client_counters')
    op.execute("UPDATE cases SET status = 'closed' WHERE status = 'transferred'")
    _allow(*_BEFORE)
