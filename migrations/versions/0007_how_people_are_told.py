"""How people want to be told: choices by topic, digests"""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'


def upgrade() -> None:
    op.create_table('notification_choices',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('topic', sa.String(length=20), nullable=False),
    sa.Column('how', sa.String(length=10), nullable=False),
    sa.Column('stopped_from', sa.String(length=10), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_notification_choices_person_id_people')),
    sa.PrimaryKeyConstraint('person_id', 'topic', name=op.f('pk_notification_choices'))
    )
    op.create_table('digest_times',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('hour', sa.Integer(), nullable=False),
    sa.Column('weekday', sa.Integer(), nullable=False),
    sa.Column('last_daily_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_weekly_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('hour BETWEEN 0 AND 23', name=op.f('ck_digest_times_hour_of_day')),
    sa.CheckConstraint('weekday BETWEEN 0 AND 6', name=op.f('ck_digest_times_day_of_week')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_digest_times_person_id_people')),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_digest_times'))
    )
    op.add_column('notices', sa.Column('digest', sa.String(length=10), nullable=True))
    op.create_index(
        'ix_notices_waiting', 'notices', ['person_id', 'digest', 'created_at'],
        sqlite_where=sa.text('digest IS NOT NULL'),
        postgresql_where=sa.text('digest IS NOT NULL'),
    )


def downgrade() -> None:
    op.drop_index('ix_notices_waiting', table_name='notices')
    op.drop_column('notices', 'digest')
    op.drop_table('digest_times')
    op.drop_table('notification_choices')
