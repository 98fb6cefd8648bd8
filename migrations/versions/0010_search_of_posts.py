"""By which words posts are found: a full-text table on SQLite, tsvectors on PostgreSQL"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0010'
down_revision = '0009'

COLUMNS = 'title_terms, terms'

# The tokenizer ascii keeps every sign beyond ASCII inside its token, as our tokens need it;
# unicode61 would cut at the vowels of Lao.
FULL_TEXT = f"""
CREATE VIRTUAL TABLE post_terms_index USING fts5(
    {COLUMNS}, content='post_terms', content_rowid='post_id',
    tokenize="ascii tokenchars '_'", detail=column
)
"""
FORGET = f"""
INSERT INTO post_terms_index (post_terms_index, rowid, {COLUMNS})
VALUES ('delete', old.post_id, old.title_terms, old.terms);
"""
REMEMBER = f"""
INSERT INTO post_terms_index (rowid, {COLUMNS}) VALUES (new.post_id, new.title_terms, new.terms);
"""
TRIGGERS = {'INSERT': REMEMBER, 'DELETE': FORGET, f'UPDATE OF {COLUMNS}': FORGET + REMEMBER}


def upgrade() -> None:
    tokens = sa.Text().with_variant(postgresql.TSVECTOR(), 'postgresql')
    op.create_table('post_terms',
    sa.Column('post_id', sa.Integer(), nullable=False),
    sa.Column('title_terms', tokens, nullable=False),
    sa.Column('terms', tokens, nullable=False),
    sa.ForeignKeyConstraint(['post_id'], ['posts.id'], name=op.f('fk_post_terms_post_id_posts')),
    sa.PrimaryKeyConstraint('post_id', name=op.f('pk_post_terms')),
    postgresql_with={'toast_tuple_target': 128},
    )
    if op.get_bind().dialect.name == 'postgresql':
        for column in ('terms', 'title_terms'):
            op.create_index(f'ix_post_terms_{column}', 'post_terms', [column], postgresql_using='gin')
        return
    op.execute(FULL_TEXT)
    for act, statements in TRIGGERS.items():
        name = act.split()[0].lower()
        op.execute(f'CREATE TRIGGER post_terms_{name} AFTER {act} ON post_terms BEGIN {statements} END')


def downgrade() -> None:
    if op.get_bind().dialect.name == 'sqlite':
        op.execute('DROP TABLE post_terms_index')
    op.drop_table('post_terms')
