"""Answers of institutions to referrals, and the links on which they come

Revision ID: 0025
Revises: 0024
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = '0025'
down_revision: str | None = '0024'
branch_labels: str | None = None
depends_on: str | None = None

# Tables in which this revision adds or removes rows on purpose; any other change of a row count undoes the migration.
rows_change: frozenset[str] = frozenset()


def _record() -> list[sa.Column]:
    return [
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('case_id', sa.Uuid(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('created_by', sa.Uuid(), nullable=True),
        sa.Column('version', sa.Integer(), nullable=False),
    ]


def upgrade() -> None:
    op.create_table('answer_links',
    sa.Column('referral_id', sa.Uuid(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('wrong_tries', sa.Integer(), nullable=False),
    sa.Column('token_tag', sa.LargeBinary(), nullable=False),
    sa.Column('code_tag', sa.LargeBinary(), nullable=False),
    sa.Column('link_sealed', sa.LargeBinary(), nullable=False),
    *_record(),
    sa.CheckConstraint('wrong_tries >= 0', name=op.f('ck_answer_links_tries_are_counted')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_answer_links_case_id_cases')),
    sa.ForeignKeyConstraint(['referral_id'], ['referrals.id'], name=op.f('fk_answer_links_referral_id_referrals')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_answer_links')),
    sa.UniqueConstraint('token_tag', name=op.f('uq_answer_links_token_tag'))
    )
    with op.batch_alter_table('answer_links', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_answer_links_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_answer_links_referral_id'), ['referral_id'], unique=False)

    op.create_table('partner_answers',
    sa.Column('referral_id', sa.Uuid(), nullable=False),
    sa.Column('link_id', sa.Uuid(), nullable=True),
    sa.Column('standing', sa.String(), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by', sa.Uuid(), nullable=True),
    sa.Column('answer_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('text_sealed', sa.LargeBinary(), nullable=False),
    *_record(),
    sa.CheckConstraint("(standing = 'waiting') = (decided_at IS NULL)", name=op.f('ck_partner_answers_decision_is_dated')),
    sa.CheckConstraint("standing IN ('waiting', 'confirmed', 'set-aside')", name=op.f('ck_partner_answers_known_standing')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_partner_answers_case_id_cases')),
    sa.ForeignKeyConstraint(['link_id'], ['answer_links.id'], name=op.f('fk_partner_answers_link_id_answer_links')),
    sa.ForeignKeyConstraint(['referral_id'], ['referrals.id'], name=op.f('fk_partner_answers_referral_id_referrals')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_partner_answers'))
    )
    with op.batch_alter_table('partner_answers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_partner_answers_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_partner_answers_link_id'), ['link_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_partner_answers_referral_id'), ['referral_id'], unique=False)

    # A file without a document waits in quarantine: it came with an answer that nobody confirmed.
    with op.batch_alter_table('stored_files', schema=None) as batch_op:
        batch_op.alter_column('document_id', existing_type=sa.Uuid(), nullable=True)


def downgrade() -> None:
    """The older program knows no quarantine: what waits there goes with the answers. Its keys and bytes are swept as strays."""
    op.execute('DELETE FROM stored_files WHERE document_id IS NULL')
    with op.batch_alter_table('stored_files', schema=None) as batch_op:
        batch_op.alter_column('document_id', existing_type=sa.Uuid(), nullable=False)
    op.drop_table('partner_answers')
    op.drop_table('answer_links')
