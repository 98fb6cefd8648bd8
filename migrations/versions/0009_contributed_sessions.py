"""Since when a contribution to a board counts as the task of a session"""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'


def upgrade() -> None:
    with op.batch_alter_table('lesson_progress') as batch_op:
        batch_op.add_column(sa.Column('contributed_at', sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('lesson_progress') as batch_op:
        batch_op.drop_column('contributed_at')
