"""Speakers invited by a link, and the files they send"""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'


def upgrade() -> None:
    op.create_table('speaker_invitations',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('lesson_id', sa.Integer(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('language', sa.String(length=20), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('invited_by_id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('time_answer', sa.String(length=20), nullable=True),
    sa.Column('time_note', sa.String(length=1000), nullable=False),
    sa.Column('time_zone', sa.String(length=60), nullable=False),
    sa.Column('position', sa.String(length=200), nullable=False),
    sa.Column('bio', sa.JSON(), nullable=True),
    sa.Column('consents_to_recording_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('consents_to_reuse_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('consent_language', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['invited_by_id'], ['people.id'], name=op.f('fk_speaker_invitations_invited_by_id_people')),
    sa.ForeignKeyConstraint(['lesson_id'], ['lessons.id'], name=op.f('fk_speaker_invitations_lesson_id_lessons')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_speaker_invitations')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_speaker_invitations_token_hash'))
    )
    op.create_index('ix_speaker_invitations_lesson_id', 'speaker_invitations', ['lesson_id'])
    with op.batch_alter_table('intakes') as batch_op:
        batch_op.add_column(sa.Column('speaker_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            'fk_intakes_speaker_id_speaker_invitations', 'speaker_invitations', ['speaker_id'], ['id']
        )
        batch_op.create_index('ix_intakes_speaker_id', ['speaker_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('intakes') as batch_op:
        batch_op.drop_index('ix_intakes_speaker_id')
        batch_op.drop_constraint('fk_intakes_speaker_id_speaker_invitations', type_='foreignkey')
        batch_op.drop_column('speaker_id')
    op.drop_table('speaker_invitations')
