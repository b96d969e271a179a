"""Packages of referrals, and their keys

Revision ID: 0024
Revises: 0023
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = '0024'
down_revision: str | None = '0023'
branch_labels: str | None = None
depends_on: str | None = None

# Tables in which this revision adds or removes rows on purpose; any other change of a row count undoes the migration.
rows_change: frozenset[str] = frozenset({'wrapped_keys'})  # going down, the keys of packages

_PURPOSES = "purpose IN ('case', 'office', 'ledger', 'file')"
_WITH_PACKAGES = "purpose IN ('case', 'office', 'ledger', 'file', 'package')"


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
    _allow(_WITH_PACKAGES)
    op.create_table('referral_packages',
    sa.Column('referral_id', sa.Uuid(), nullable=False),
    sa.Column('package_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.Uuid(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_referral_packages_case_id_cases')),
    sa.ForeignKeyConstraint(['referral_id'], ['referrals.id'], name=op.f('fk_referral_packages_referral_id_referrals')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_referral_packages')),
    sa.UniqueConstraint('referral_id', name=op.f('uq_referral_packages_referral_id'))
    )
    with op.batch_alter_table('referral_packages', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_referral_packages_case_id'), ['case_id'], unique=False)


def downgrade() -> None:
    """What was told stands in the issued letters still; the packages and their keys go."""
    op.drop_table('referral_packages')
    op.execute("DELETE FROM wrapped_keys WHERE purpose = 'package'")
    _allow(_PURPOSES)
