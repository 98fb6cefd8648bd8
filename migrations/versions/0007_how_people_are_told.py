"""How people want to be told: choices by topic, digests"""

revision = '0007'
down_revision = '0006'


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
