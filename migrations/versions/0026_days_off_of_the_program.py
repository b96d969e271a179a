"""Days off as the program knew them, and what a release changed of them

Revision ID: 0026
Revises: 0025
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = '0026'
down_revision: str | None = '0025'
branch_labels: str | None = None
depends_on: str | None = None

# Tables in which this revision adds or removes rows on purpose; any other change of a row count undoes the migration.
rows_change: frozenset[str] = frozenset()

_CAUSE = 'ck_clock_changes_known_cause'
_CAUSES = "cause IN ('rule', 'day', 'day-withdrawn')"
_WITH_CALENDAR = "cause IN ('rule', 'day', 'day-withdrawn', 'calendar')"


def _clock_changes(causes: str) -> sa.Table:
    """clock_changes as it stands, whatever else was added to it, with its causes changed."""
    bind = op.get_bind()
    table = sa.Table('clock_changes', sa.MetaData(), autoload_with=bind)
    for constraint in [each for each in table.constraints if isinstance(each, sa.CheckConstraint)]:
        table.constraints.remove(constraint)
    for check in sa.inspect(bind).get_check_constraints('clock_changes'):
        said = causes if check['name'] == _CAUSE else check['sqltext']
        table.append_constraint(sa.CheckConstraint(sa.text(said), name=op.f(check['name'])))
    return table


def _allow(causes: str) -> None:
    if op.get_bind().dialect.name == 'sqlite':
        with op.batch_alter_table('clock_changes', schema=None, copy_from=_clock_changes(causes), recreate='always'):
            pass
        return
    op.drop_constraint(op.f(_CAUSE), 'clock_changes', type_='check')
    op.create_check_constraint(op.f(_CAUSE), 'clock_changes', sa.text(causes))


def upgrade() -> None:
    _allow(_WITH_CALENDAR)
    op.create_table('calendar_years',
    sa.Column('year', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('days', sa.String(), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('year', name=op.f('pk_calendar_years'))
    )
    op.create_table('calendar_changes',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('unit_id', sa.Uuid(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('before', sa.String(), nullable=False),
    sa.Column('after', sa.String(), nullable=False),
    sa.Column('change_no', sa.Integer(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_calendar_changes_unit_id_units')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_calendar_changes'))
    )
    with op.batch_alter_table('calendar_changes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_calendar_changes_unit_id'), ['unit_id'], unique=False)


def downgrade() -> None:
    """The older program counts by the days it knows itself; that clocks were counted again stays, as after a change of a day."""
    op.drop_table('calendar_changes')
    op.drop_table('calendar_years')
    op.execute("UPDATE clock_changes SET cause = 'day' WHERE cause = 'calendar'")
    _allow(_CAUSES)
