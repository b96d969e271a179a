"""Links of reported persons, and files merged into one another

Revision ID: 0016
Revises: 0015
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = '0016'
down_revision: str | None = '0015'
branch_labels: str | None = None
depends_on: str | None = None

# Tables in which this revision adds or removes rows on purpose; any other change of a row count undoes the migration.
rows_change: frozenset[str] = frozenset()

_STATES = "status IN ('open', 'closed', 'rejected', 'voided', 'transferred')"
_WITH_MERGED = "status IN ('open', 'closed', 'rejected', 'voided', 'transferred', 'merged')"


def _cases(states: str) -> sa.Table:
    """cases as it is to be made anew: SQLite tells alembic nothing of CHECK constraints."""
    return sa.Table(
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
        sa.CheckConstraint("(status IN ('closed', 'transferred')) = (closed_at IS NOT NULL)", name=op.f('ck_cases_closing_is_dated')),
        sa.CheckConstraint(states, name=op.f('ck_cases_known_status')),
        sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_cases_unit_id_units')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_cases')),
        sa.UniqueConstraint('unit_id', 'register_year', 'register_seq', name=op.f('uq_cases_unit_id_register_year_register_seq')),
        sa.Index(op.f('ix_cases_import_id'), 'import_id'),
        sa.Index(op.f('ix_cases_unit_id'), 'unit_id'),
        sa.Index('ix_cases_unit_id_due_at', 'unit_id', 'due_at'),
        sa.Index('ix_cases_unit_id_is_hidden_received_at', 'unit_id', 'is_hidden', 'received_at'),
        sa.Index(op.f('ix_cases_watch_at'), 'watch_at'),
    )


def _allow(states: str) -> None:
    if op.get_bind().dialect.name == 'sqlite':
        with op.batch_alter_table('cases', schema=None, copy_from=_cases(states), recreate='always'):
            pass
        return
    op.drop_constraint(op.f('ck_cases_known_status'), 'cases', type_='check')
    op.create_check_constraint(op.f('ck_cases_known_status'), 'cases', sa.text(states))


def upgrade() -> None:
    _allow(_WITH_MERGED)
    op.create_table('reported_links',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('first', sa.Uuid(), nullable=False),
    sa.Column('second', sa.Uuid(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('is_imported', sa.Boolean(), nullable=False),
    sa.Column('asked_by', sa.Uuid(), nullable=True),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by', sa.Uuid(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('mac', sa.LargeBinary(), nullable=False),
    sa.CheckConstraint("state IN ('candidate', 'confirmed', 'refused', 'undone')", name=op.f('ck_reported_links_known_state')),
    sa.ForeignKeyConstraint(['first'], ['reported_persons.id'], name=op.f('fk_reported_links_first_reported_persons')),
    sa.ForeignKeyConstraint(['second'], ['reported_persons.id'], name=op.f('fk_reported_links_second_reported_persons')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reported_links')),
    sa.UniqueConstraint('first', 'second', name=op.f('uq_reported_links_first_second'))
    )
    with op.batch_alter_table('reported_links', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reported_links_first'), ['first'], unique=False)
        batch_op.create_index(batch_op.f('ix_reported_links_second'), ['second'], unique=False)

    with op.batch_alter_table('person_links', schema=None) as batch_op:
        batch_op.add_column(sa.Column('asked_at', sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table('reported_persons', schema=None) as batch_op:
        batch_op.add_column(sa.Column('person_id', sa.Uuid(), nullable=True))
        batch_op.create_index(batch_op.f('ix_reported_persons_person_id'), ['person_id'], unique=False)

    op.create_table('case_merges',
    sa.Column('duplicate_id', sa.Uuid(), nullable=False),
    sa.Column('status_before', sa.String(), nullable=False),
    sa.Column('closed_before', sa.DateTime(timezone=True), nullable=True),
    sa.Column('risk_before', sa.String(), nullable=False),
    sa.Column('undone_by', sa.Uuid(), nullable=True),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reason_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('mac', sa.LargeBinary(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.Uuid(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('case_id <> duplicate_id', name=op.f('ck_case_merges_two_files')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_case_merges_case_id_cases')),
    sa.ForeignKeyConstraint(['duplicate_id'], ['cases.id'], name=op.f('fk_case_merges_duplicate_id_cases')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_merges'))
    )
    with op.batch_alter_table('case_merges', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_case_merges_case_id'), ['case_id'], unique=False)
        batch_op.create_index('uq_case_merges_standing', ['duplicate_id'], unique=True, sqlite_where=sa.text('undone_at IS NULL'), postgresql_where=sa.text('undone_at IS NULL'))

    op.create_table('merge_matches',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('merge_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('duplicate_row', sa.Uuid(), nullable=False),
    sa.Column('survivor_row', sa.Uuid(), nullable=False),
    sa.CheckConstraint("kind IN ('client', 'reported')", name=op.f('ck_merge_matches_known_kind')),
    sa.ForeignKeyConstraint(['merge_id'], ['case_merges.id'], name=op.f('fk_merge_matches_merge_id_case_merges')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_merge_matches'))
    )
    with op.batch_alter_table('merge_matches', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_merge_matches_duplicate_row'), ['duplicate_row'], unique=False)
        batch_op.create_index(batch_op.f('ix_merge_matches_merge_id'), ['merge_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_merge_matches_survivor_row'), ['survivor_row'], unique=False)


def downgrade() -> None:
    _part()
    op.drop_table('merge_matches')
    op.drop_table('case_merges')
    with op.batch_alter_table('reported_persons', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_reported_persons_person_id'))
        batch_op.drop_column('person_id')

    with op.batch_alter_table('person_links', schema=None) as batch_op:
        batch_op.drop_column('asked_at')

    op.drop_table('reported_links')
    _allow(_STATES)


def _part() -> None:
    """Merged files stand for themselves again: the older program knows no merges. `ledger rebuild` counts them anew."""
    standing = 'FROM case_merges WHERE case_merges.duplicate_id = cases.id AND case_merges.undone_at IS NULL'
    op.execute(
        f'UPDATE cases SET closed_at = (SELECT closed_before {standing}), '  # noqa: S608 - no value from outside
        f"status = (SELECT status_before {standing}) WHERE status = 'merged'"
    )
