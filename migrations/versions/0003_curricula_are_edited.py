"""Curricula with states, a target group and a revision for those who edit them"""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'


def upgrade() -> None:
    # Those there are came from the catalogue's file, and everybody sees them.
    with op.batch_alter_table('curricula') as batch_op:
        batch_op.add_column(
            sa.Column('state', sa.String(length=20), server_default='published', nullable=False)
        )
        batch_op.add_column(sa.Column('revision', sa.Integer(), server_default='1', nullable=False))
        batch_op.add_column(sa.Column('target_group', sa.JSON(), nullable=True))
    with op.batch_alter_table('curricula') as batch_op:
        batch_op.alter_column('state', existing_type=sa.String(length=20), server_default=None)
        batch_op.alter_column('revision', existing_type=sa.Integer(), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table('curricula') as batch_op:
        batch_op.drop_column('target_group')
        batch_op.drop_column('revision')
        batch_op.drop_column('state')
