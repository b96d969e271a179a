"""Keys of files, and events that name several objects

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = '0002'
down_revision: str | None = '0001'
branch_labels: str | None = None
depends_on: str | None = None

# Tables in which this revision adds or removes rows on purpose; any other change of a row count undoes the migration.
rows_change: frozenset[str] = frozenset({'wrapped_keys'})  # going down, the keys of files

_PURPOSES = "purpose IN ('case', 'office', 'ledger')"
_WITH_FILES = "purpose IN ('case', 'office', 'ledger', 'file')"


def _table(purposes: str) -> sa.Table:
    """wrapped_keys as it is to be made anew: SQLite tells alembic nothing of CHECK constraints."""
    return sa.Table(
        'wrapped_keys',
        sa.MetaData(),
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('purpose', sa.String(), nullable=False),
        sa.Column('object_id', sa.Uuid(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('wrapped', sa.LargeBinary(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(purposes, name=op.f('ck_wrapped_keys_known_purpose')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_wrapped_keys')),
        sa.UniqueConstraint('purpose', 'object_id', 'version', name=op.f('uq_wrapped_keys_purpose_object_id_version')),
    )


def _allow(purposes: str) -> None:
    if op.get_bind().dialect.name == 'sqlite':
        with op.batch_alter_table('wrapped_keys', schema=None, copy_from=_table(purposes), recreate='always'):
            pass
        return
    op.drop_constraint(op.f('ck_wrapped_keys_known_purpose'), 'wrapped_keys', type_='check')
    op.create_check_constraint(op.f('ck_wrapped_keys_known_purpose'), 'wrapped_keys', sa.text(purposes))


def upgrade() -> None:
    _allow(_WITH_FILES)
    op.add_column('audit_events', sa.Column('objects', sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column('audit_events', 'objects')
    op.execute("DELETE FROM wrapped_keys WHERE purpose = 'file'")
    _allow(_PURPOSES)
