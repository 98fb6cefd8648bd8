"""Knowledge-sharing boards, messages, expertise; the year somebody was born in"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'

# The boards of the whole site: kind, who reads, who writes.
SITE_BOARDS = (
    ('notices', 'everybody', 'staff'),
    ('questions', 'signed_in', 'signed_in'),
    ('good_practice', 'everybody', 'signed_in'),
    ('ideas', 'signed_in', 'signed_in'),
    ('materials', 'signed_in', 'signed_in'),
    ('alumni', 'members', 'members'),
)

BOARDS = sa.table(
    'boards',
    sa.column('kind', sa.String),
    sa.column('position', sa.Integer),
    sa.column('run_id', sa.Integer),
    sa.column('readable_by', sa.String),
    sa.column('writable_by', sa.String),
    sa.column('moderation', sa.String),
    sa.column('revision', sa.Integer),
    sa.column('created_at', sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    op.create_table('blocked_words',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('word', sa.String(length=100), nullable=False),
    sa.Column('action', sa.String(length=10), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['created_by_id'], ['people.id'], name=op.f('fk_blocked_words_created_by_id_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_blocked_words')),
    sa.UniqueConstraint('word', name=op.f('uq_blocked_words_word'))
    )
    op.create_table('expertise',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('is_shown', sa.Boolean(), nullable=False),
    sa.Column('about', sa.Text(), nullable=False),
    sa.Column('language', sa.String(length=20), nullable=False),
    sa.Column('fields', sa.JSON(), nullable=False),
    sa.Column('languages', sa.JSON(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_expertise_person_id_people')),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_expertise'))
    )
    op.create_table('boards',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('title', sa.JSON(), nullable=True),
    sa.Column('description', sa.JSON(), nullable=True),
    sa.Column('run_id', sa.Integer(), nullable=True),
    sa.Column('curriculum_id', sa.Integer(), nullable=True),
    sa.Column('city_id', sa.Integer(), nullable=True),
    sa.Column('readable_by', sa.String(length=20), nullable=False),
    sa.Column('writable_by', sa.String(length=20), nullable=False),
    sa.Column('moderation', sa.String(length=10), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("(kind = 'city') = (city_id IS NOT NULL)", name=op.f('ck_boards_city_of_city_board')),
    sa.CheckConstraint("(kind = 'curriculum') = (curriculum_id IS NOT NULL)", name=op.f('ck_boards_curriculum_of_its_board')),
    sa.CheckConstraint("(kind = 'run') = (run_id IS NOT NULL)", name=op.f('ck_boards_run_of_run_board')),
    sa.CheckConstraint("kind <> 'city' OR readable_by <> 'members'", name=op.f('ck_boards_city_boards_are_open')),
    sa.CheckConstraint("kind IN ('run', 'curriculum', 'city', 'alumni') OR (readable_by <> 'members' AND writable_by <> 'members')", name=op.f('ck_boards_members_where_there_are_some')),
    sa.ForeignKeyConstraint(['city_id'], ['cities.id'], name=op.f('fk_boards_city_id_cities')),
    sa.ForeignKeyConstraint(['curriculum_id'], ['curricula.id'], name=op.f('fk_boards_curriculum_id_curricula')),
    sa.ForeignKeyConstraint(['run_id'], ['course_runs.id'], name=op.f('fk_boards_run_id_course_runs')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_boards')),
    sa.UniqueConstraint('city_id', name=op.f('uq_boards_city_id')),
    sa.UniqueConstraint('curriculum_id', name=op.f('uq_boards_curriculum_id')),
    sa.UniqueConstraint('run_id', name=op.f('uq_boards_run_id'))
    )
    op.create_table('conversations',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('pair', sa.String(length=60), nullable=True),
    sa.Column('run_id', sa.Integer(), nullable=True),
    sa.Column('subject', sa.String(length=200), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('opened_by_id', sa.Integer(), nullable=False),
    sa.Column('taken_by_id', sa.Integer(), nullable=True),
    sa.Column('messages_count', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_message_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("(kind = 'people') = (pair IS NOT NULL)", name=op.f('ck_conversations_pair_of_two')),
    sa.ForeignKeyConstraint(['opened_by_id'], ['people.id'], name=op.f('fk_conversations_opened_by_id_people')),
    sa.ForeignKeyConstraint(['run_id'], ['course_runs.id'], name=op.f('fk_conversations_run_id_course_runs')),
    sa.ForeignKeyConstraint(['taken_by_id'], ['people.id'], name=op.f('fk_conversations_taken_by_id_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_conversations')),
    sa.UniqueConstraint('pair', name=op.f('uq_conversations_pair'))
    )
    with op.batch_alter_table('conversations') as batch_op:
        batch_op.create_index('ix_conversations_kind_state_last_message_at', ['kind', 'state', 'last_message_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_conversations_run_id'), ['run_id'], unique=False)

    op.create_table('board_marks',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('board_id', sa.Integer(), nullable=False),
    sa.Column('following', sa.String(length=10), nullable=False),
    sa.ForeignKeyConstraint(['board_id'], ['boards.id'], name=op.f('fk_board_marks_board_id_boards')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_board_marks_person_id_people')),
    sa.PrimaryKeyConstraint('person_id', 'board_id', name=op.f('pk_board_marks'))
    )
    with op.batch_alter_table('board_marks') as batch_op:
        batch_op.create_index(batch_op.f('ix_board_marks_board_id'), ['board_id'], unique=False)

    op.create_table('conversation_people',
    sa.Column('conversation_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('last_read', sa.Integer(), nullable=False),
    sa.Column('is_blocked', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_conversation_people_conversation_id_conversations')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_conversation_people_person_id_people')),
    sa.PrimaryKeyConstraint('conversation_id', 'person_id', name=op.f('pk_conversation_people'))
    )
    with op.batch_alter_table('conversation_people') as batch_op:
        batch_op.create_index(batch_op.f('ix_conversation_people_person_id'), ['person_id'], unique=False)

    op.create_table('messages',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('conversation_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('form_key', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reported_by_id', sa.Integer(), nullable=True),
    sa.Column('reported_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('report_words', sa.Text(), nullable=False),
    sa.Column('report_settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('hidden_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['author_id'], ['people.id'], name=op.f('fk_messages_author_id_people')),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_messages_conversation_id_conversations')),
    sa.ForeignKeyConstraint(['reported_by_id'], ['people.id'], name=op.f('fk_messages_reported_by_id_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_messages')),
    sa.UniqueConstraint('author_id', 'form_key', name=op.f('uq_messages_author_id_form_key')),
    sa.UniqueConstraint('conversation_id', 'number', name=op.f('uq_messages_conversation_id_number'))
    )
    with op.batch_alter_table('messages') as batch_op:
        batch_op.create_index(
            'ix_messages_reported_at', ['reported_at'], unique=False,
            sqlite_where=sa.text('reported_at IS NOT NULL'),
            postgresql_where=sa.text('reported_at IS NOT NULL'),
        )

    op.create_table('threads',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('board_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('posts_count', sa.Integer(), nullable=False),
    sa.Column('answers', sa.Integer(), nullable=False),
    sa.Column('accepted_number', sa.Integer(), nullable=True),
    sa.Column('is_pinned', sa.Boolean(), nullable=False),
    sa.Column('is_locked', sa.Boolean(), nullable=False),
    sa.Column('audience', sa.String(length=20), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('task_lesson_id', sa.Integer(), nullable=True),
    sa.Column('escalated_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_post_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['people.id'], name=op.f('fk_threads_author_id_people')),
    sa.ForeignKeyConstraint(['board_id'], ['boards.id'], name=op.f('fk_threads_board_id_boards')),
    sa.ForeignKeyConstraint(['task_lesson_id'], ['lessons.id'], name=op.f('fk_threads_task_lesson_id_lessons')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_threads'))
    )
    with op.batch_alter_table('threads') as batch_op:
        batch_op.create_index('ix_threads_author_id_created_at', ['author_id', 'created_at'], unique=False)
        batch_op.create_index('ix_threads_board_id_id', ['board_id', 'id'], unique=False, sqlite_where=sa.text("state = 'published'"), postgresql_where=sa.text("state = 'published'"))
        batch_op.create_index('ix_threads_board_id_is_pinned', ['board_id', 'is_pinned', 'last_post_at', 'id'], unique=False, sqlite_where=sa.text("state = 'published'"), postgresql_where=sa.text("state = 'published'"))
        batch_op.create_index('ix_threads_board_id_kind', ['board_id', 'kind', 'is_pinned', 'last_post_at', 'id'], unique=False, sqlite_where=sa.text("state = 'published'"), postgresql_where=sa.text("state = 'published'"))
        batch_op.create_index('ix_threads_board_id_last_post_at_id', ['board_id', 'last_post_at', 'id'], unique=False, sqlite_where=sa.text("state = 'published'"), postgresql_where=sa.text("state = 'published'"))
        batch_op.create_index(batch_op.f('ix_threads_task_lesson_id'), ['task_lesson_id'], unique=False)
        batch_op.create_index('ix_threads_unanswered', ['board_id', 'last_post_at', 'id'], unique=False, sqlite_where=sa.text("state = 'published' AND kind = 'question' AND accepted_number IS NULL AND answers = 0"), postgresql_where=sa.text("state = 'published' AND kind = 'question' AND accepted_number IS NULL AND answers = 0"))

    op.create_table('drafts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('board_id', sa.Integer(), nullable=False),
    sa.Column('thread_id', sa.Integer(), nullable=True),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('saved_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['board_id'], ['boards.id'], name=op.f('fk_drafts_board_id_boards')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_drafts_person_id_people')),
    sa.ForeignKeyConstraint(['thread_id'], ['threads.id'], name=op.f('fk_drafts_thread_id_threads')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_drafts')),
    sa.UniqueConstraint('person_id', 'key', name=op.f('uq_drafts_person_id_key'))
    )
    with op.batch_alter_table('drafts') as batch_op:
        batch_op.create_index(batch_op.f('ix_drafts_board_id'), ['board_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_drafts_thread_id'), ['thread_id'], unique=False)

    op.create_table('posts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('thread_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('reply_to', sa.Integer(), nullable=True),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('language', sa.String(length=20), nullable=False),
    sa.Column('form_key', sa.String(length=64), nullable=False),
    sa.Column('likes', sa.Integer(), nullable=False),
    sa.Column('may_be_reused', sa.Boolean(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('edited_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['author_id'], ['people.id'], name=op.f('fk_posts_author_id_people')),
    sa.ForeignKeyConstraint(['thread_id'], ['threads.id'], name=op.f('fk_posts_thread_id_threads')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_posts')),
    sa.UniqueConstraint('author_id', 'form_key', name=op.f('uq_posts_author_id_form_key')),
    sa.UniqueConstraint('thread_id', 'number', name=op.f('uq_posts_thread_id_number'))
    )
    with op.batch_alter_table('posts') as batch_op:
        batch_op.create_index('ix_posts_author_id_published_at', ['author_id', 'published_at'], unique=False)
        batch_op.create_index('ix_posts_held', ['id'], unique=False, sqlite_where=sa.text("state = 'held'"), postgresql_where=sa.text("state = 'held'"))
        batch_op.create_index('ix_posts_hidden', ['id'], unique=False, sqlite_where=sa.text("state = 'hidden'"), postgresql_where=sa.text("state = 'hidden'"))

    op.create_table('thread_marks',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('thread_id', sa.Integer(), nullable=False),
    sa.Column('last_read', sa.Integer(), nullable=False),
    sa.Column('following', sa.String(length=10), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_thread_marks_person_id_people')),
    sa.ForeignKeyConstraint(['thread_id'], ['threads.id'], name=op.f('fk_thread_marks_thread_id_threads')),
    sa.PrimaryKeyConstraint('person_id', 'thread_id', name=op.f('pk_thread_marks'))
    )
    with op.batch_alter_table('thread_marks') as batch_op:
        batch_op.create_index('ix_thread_marks_thread_id_following', ['thread_id', 'following'], unique=False)

    op.create_table('thread_tags',
    sa.Column('thread_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('value', sa.String(length=40), nullable=False),
    sa.ForeignKeyConstraint(['thread_id'], ['threads.id'], name=op.f('fk_thread_tags_thread_id_threads')),
    sa.PrimaryKeyConstraint('thread_id', 'kind', 'value', name=op.f('pk_thread_tags'))
    )
    with op.batch_alter_table('thread_tags') as batch_op:
        batch_op.create_index('ix_thread_tags_kind_value_thread_id', ['kind', 'value', 'thread_id'], unique=False)

    op.create_table('contributions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('enrolment_id', sa.Integer(), nullable=False),
    sa.Column('lesson_id', sa.Integer(), nullable=False),
    sa.Column('post_id', sa.Integer(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['people.id'], name=op.f('fk_contributions_by_id_people')),
    sa.ForeignKeyConstraint(['enrolment_id'], ['enrolments.id'], name=op.f('fk_contributions_enrolment_id_enrolments')),
    sa.ForeignKeyConstraint(['lesson_id'], ['lessons.id'], name=op.f('fk_contributions_lesson_id_lessons')),
    sa.ForeignKeyConstraint(['post_id'], ['posts.id'], name=op.f('fk_contributions_post_id_posts')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contributions')),
    sa.UniqueConstraint('enrolment_id', 'lesson_id', name=op.f('uq_contributions_enrolment_id_lesson_id')),
    sa.UniqueConstraint('post_id', name=op.f('uq_contributions_post_id'))
    )
    with op.batch_alter_table('contributions') as batch_op:
        batch_op.create_index(batch_op.f('ix_contributions_lesson_id'), ['lesson_id'], unique=False)

    op.create_table('post_appeals',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('post_id', sa.Integer(), nullable=False),
    sa.Column('hiding_id', sa.Integer(), nullable=False),
    sa.Column('hidden_by_id', sa.Integer(), nullable=True),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['decided_by_id'], ['people.id'], name=op.f('fk_post_appeals_decided_by_id_people')),
    sa.ForeignKeyConstraint(['hidden_by_id'], ['people.id'], name=op.f('fk_post_appeals_hidden_by_id_people')),
    sa.ForeignKeyConstraint(['hiding_id'], ['status_events.id'], name=op.f('fk_post_appeals_hiding_id_status_events')),
    sa.ForeignKeyConstraint(['post_id'], ['posts.id'], name=op.f('fk_post_appeals_post_id_posts')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_post_appeals')),
    sa.UniqueConstraint('hiding_id', name=op.f('uq_post_appeals_hiding_id'))
    )
    with op.batch_alter_table('post_appeals') as batch_op:
        batch_op.create_index(batch_op.f('ix_post_appeals_post_id'), ['post_id'], unique=False)
        batch_op.create_index('uq_post_appeals_open', ['post_id'], unique=True, sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))

    op.create_table('post_bookmarks',
    sa.Column('post_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_post_bookmarks_person_id_people')),
    sa.ForeignKeyConstraint(['post_id'], ['posts.id'], name=op.f('fk_post_bookmarks_post_id_posts')),
    sa.PrimaryKeyConstraint('post_id', 'person_id', name=op.f('pk_post_bookmarks'))
    )
    with op.batch_alter_table('post_bookmarks') as batch_op:
        batch_op.create_index('ix_post_bookmarks_person_id_at', ['person_id', 'at'], unique=False)

    op.create_table('post_files',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('post_id', sa.Integer(), nullable=True),
    sa.Column('draft_id', sa.Integer(), nullable=True),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('upload_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('refusal', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('mimetype', sa.String(length=100), nullable=False),
    sa.Column('storage_key', sa.String(length=200), nullable=False),
    sa.Column('thumbnail_key', sa.String(length=200), nullable=False),
    sa.Column('width', sa.Integer(), nullable=True),
    sa.Column('height', sa.Integer(), nullable=True),
    sa.Column('alternative_text', sa.String(length=500), nullable=False),
    sa.Column('shows_people', sa.Boolean(), nullable=False),
    sa.Column('has_consent', sa.Boolean(), nullable=False),
    sa.Column('is_pending', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('post_id IS NULL OR draft_id IS NULL', name=op.f('ck_post_files_of_post_or_draft')),
    sa.ForeignKeyConstraint(['draft_id'], ['drafts.id'], name=op.f('fk_post_files_draft_id_drafts')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_post_files_person_id_people')),
    sa.ForeignKeyConstraint(['post_id'], ['posts.id'], name=op.f('fk_post_files_post_id_posts')),
    sa.ForeignKeyConstraint(['upload_id'], ['uploads.id'], name=op.f('fk_post_files_upload_id_uploads'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_post_files')),
    sa.UniqueConstraint('upload_id', name=op.f('uq_post_files_upload_id'))
    )
    with op.batch_alter_table('post_files') as batch_op:
        batch_op.create_index(batch_op.f('ix_post_files_draft_id'), ['draft_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_post_files_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_post_files_post_id'), ['post_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_post_files_storage_key'), ['storage_key'], unique=False)
        batch_op.create_index(batch_op.f('ix_post_files_thumbnail_key'), ['thumbnail_key'], unique=False)

    op.create_table('post_likes',
    sa.Column('post_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_post_likes_person_id_people')),
    sa.ForeignKeyConstraint(['post_id'], ['posts.id'], name=op.f('fk_post_likes_post_id_posts')),
    sa.PrimaryKeyConstraint('post_id', 'person_id', name=op.f('pk_post_likes'))
    )
    with op.batch_alter_table('post_likes') as batch_op:
        batch_op.create_index(batch_op.f('ix_post_likes_person_id'), ['person_id'], unique=False)

    op.create_table('post_readings',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('post_id', sa.Integer(), nullable=False),
    sa.Column('lesson_id', sa.Integer(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['people.id'], name=op.f('fk_post_readings_by_id_people')),
    sa.ForeignKeyConstraint(['lesson_id'], ['lessons.id'], name=op.f('fk_post_readings_lesson_id_lessons'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['post_id'], ['posts.id'], name=op.f('fk_post_readings_post_id_posts')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_post_readings')),
    sa.UniqueConstraint('post_id', 'lesson_id', name=op.f('uq_post_readings_post_id_lesson_id'))
    )
    with op.batch_alter_table('post_readings') as batch_op:
        batch_op.create_index(batch_op.f('ix_post_readings_lesson_id'), ['lesson_id'], unique=False)

    op.create_table('post_reports',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('post_id', sa.Integer(), nullable=False),
    sa.Column('reporter_id', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(length=20), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['decided_by_id'], ['people.id'], name=op.f('fk_post_reports_decided_by_id_people')),
    sa.ForeignKeyConstraint(['post_id'], ['posts.id'], name=op.f('fk_post_reports_post_id_posts')),
    sa.ForeignKeyConstraint(['reporter_id'], ['people.id'], name=op.f('fk_post_reports_reporter_id_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_post_reports')),
    sa.UniqueConstraint('post_id', 'reporter_id', name=op.f('uq_post_reports_post_id_reporter_id'))
    )
    with op.batch_alter_table('post_reports') as batch_op:
        batch_op.create_index('ix_post_reports_open', ['created_at'], unique=False, sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))

    op.create_table('post_revisions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('post_id', sa.Integer(), nullable=False),
    sa.Column('language', sa.String(length=20), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('parts', sa.JSON(), nullable=True),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('replaced_by_id', sa.Integer(), nullable=False),
    sa.Column('replaced_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['people.id'], name=op.f('fk_post_revisions_by_id_people')),
    sa.ForeignKeyConstraint(['post_id'], ['posts.id'], name=op.f('fk_post_revisions_post_id_posts')),
    sa.ForeignKeyConstraint(['replaced_by_id'], ['people.id'], name=op.f('fk_post_revisions_replaced_by_id_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_post_revisions'))
    )
    with op.batch_alter_table('post_revisions') as batch_op:
        batch_op.create_index('ix_post_revisions_post_id_language', ['post_id', 'language'], unique=False)

    op.create_table('post_texts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('post_id', sa.Integer(), nullable=False),
    sa.Column('language', sa.String(length=20), nullable=False),
    sa.Column('is_original', sa.Boolean(), nullable=False),
    sa.Column('origin', sa.String(length=10), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('parts', sa.JSON(), nullable=True),
    sa.Column('of_revision', sa.Integer(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['people.id'], name=op.f('fk_post_texts_by_id_people')),
    sa.ForeignKeyConstraint(['post_id'], ['posts.id'], name=op.f('fk_post_texts_post_id_posts')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_post_texts')),
    sa.UniqueConstraint('post_id', 'language', name=op.f('uq_post_texts_post_id_language'))
    )
    with op.batch_alter_table('people') as batch_op:
        batch_op.add_column(sa.Column('birth_year', sa.Integer(), nullable=True))

    op.create_table('boards_versions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_boards_versions'))
    )
    op.execute("INSERT INTO boards_versions (id, number) VALUES (1, 1)")
    _add_boards_of_site()
    _add_boards_of_runs()


def _add_boards_of_site() -> None:
    now = datetime.now(UTC)
    op.bulk_insert(
        BOARDS,
        [
            {
                'kind': kind,
                'position': position,
                'readable_by': readers,
                'writable_by': writers,
                'moderation': 'post',
                'revision': 1,
                'created_at': now,
            }
            for position, (kind, readers, writers) in enumerate(SITE_BOARDS, start=1)
        ],
    )


def _add_boards_of_runs() -> None:
    """Give the runs that are there already what a run is given once it is approved."""
    runs = sa.table('course_runs', sa.column('id', sa.Integer), sa.column('state', sa.String))
    columns = ('kind', 'position', 'run_id', 'readable_by', 'writable_by', 'moderation', 'revision', 'created_at')
    chosen = sa.select(
        sa.literal('run'),
        sa.literal(0),
        runs.c.id,
        sa.literal('members'),
        sa.literal('members'),
        sa.literal('post'),
        sa.literal(1),
        sa.literal(datetime.now(UTC), sa.DateTime(timezone=True)),
    ).where(runs.c.state != 'draft')
    op.execute(sa.insert(BOARDS).from_select(columns, chosen))


def downgrade() -> None:
    with op.batch_alter_table('people') as batch_op:
        batch_op.drop_column('birth_year')

    op.drop_table('boards_versions')
    op.drop_table('post_texts')
    with op.batch_alter_table('post_revisions') as batch_op:
        batch_op.drop_index('ix_post_revisions_post_id_language')

    op.drop_table('post_revisions')
    with op.batch_alter_table('post_reports') as batch_op:
        batch_op.drop_index('ix_post_reports_open', sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))

    op.drop_table('post_reports')
    with op.batch_alter_table('post_readings') as batch_op:
        batch_op.drop_index(batch_op.f('ix_post_readings_lesson_id'))

    op.drop_table('post_readings')
    with op.batch_alter_table('post_likes') as batch_op:
        batch_op.drop_index(batch_op.f('ix_post_likes_person_id'))

    op.drop_table('post_likes')
    with op.batch_alter_table('post_files') as batch_op:
        batch_op.drop_index(batch_op.f('ix_post_files_thumbnail_key'))
        batch_op.drop_index(batch_op.f('ix_post_files_storage_key'))
        batch_op.drop_index(batch_op.f('ix_post_files_post_id'))
        batch_op.drop_index(batch_op.f('ix_post_files_person_id'))
        batch_op.drop_index(batch_op.f('ix_post_files_draft_id'))

    op.drop_table('post_files')
    with op.batch_alter_table('post_bookmarks') as batch_op:
        batch_op.drop_index('ix_post_bookmarks_person_id_at')

    op.drop_table('post_bookmarks')
    with op.batch_alter_table('post_appeals') as batch_op:
        batch_op.drop_index('uq_post_appeals_open', sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))
        batch_op.drop_index(batch_op.f('ix_post_appeals_post_id'))

    op.drop_table('post_appeals')
    with op.batch_alter_table('contributions') as batch_op:
        batch_op.drop_index(batch_op.f('ix_contributions_lesson_id'))

    op.drop_table('contributions')
    with op.batch_alter_table('thread_tags') as batch_op:
        batch_op.drop_index('ix_thread_tags_kind_value_thread_id')

    op.drop_table('thread_tags')
    with op.batch_alter_table('thread_marks') as batch_op:
        batch_op.drop_index('ix_thread_marks_thread_id_following')

    op.drop_table('thread_marks')
    with op.batch_alter_table('posts') as batch_op:
        batch_op.drop_index('ix_posts_hidden', sqlite_where=sa.text("state = 'hidden'"), postgresql_where=sa.text("state = 'hidden'"))
        batch_op.drop_index('ix_posts_held', sqlite_where=sa.text("state = 'held'"), postgresql_where=sa.text("state = 'held'"))
        batch_op.drop_index('ix_posts_author_id_published_at')

    op.drop_table('posts')
    with op.batch_alter_table('drafts') as batch_op:
        batch_op.drop_index(batch_op.f('ix_drafts_thread_id'))
        batch_op.drop_index(batch_op.f('ix_drafts_board_id'))

    op.drop_table('drafts')
    with op.batch_alter_table('threads') as batch_op:
        batch_op.drop_index('ix_threads_unanswered', sqlite_where=sa.text("state = 'published' AND kind = 'question' AND accepted_number IS NULL AND answers = 0"), postgresql_where=sa.text("state = 'published' AND kind = 'question' AND accepted_number IS NULL AND answers = 0"))
        batch_op.drop_index(batch_op.f('ix_threads_task_lesson_id'))
        batch_op.drop_index('ix_threads_board_id_kind', sqlite_where=sa.text("state = 'published'"), postgresql_where=sa.text("state = 'published'"))
        batch_op.drop_index('ix_threads_board_id_id', sqlite_where=sa.text("state = 'published'"), postgresql_where=sa.text("state = 'published'"))
        batch_op.drop_index('ix_threads_board_id_is_pinned', sqlite_where=sa.text("state = 'published'"), postgresql_where=sa.text("state = 'published'"))
        batch_op.drop_index('ix_threads_board_id_last_post_at_id', sqlite_where=sa.text("state = 'published'"), postgresql_where=sa.text("state = 'published'"))
        batch_op.drop_index('ix_threads_author_id_created_at')

    op.drop_table('threads')
    with op.batch_alter_table('messages') as batch_op:
        batch_op.drop_index('ix_messages_reported_at')

    op.drop_table('messages')
    with op.batch_alter_table('conversation_people') as batch_op:
        batch_op.drop_index(batch_op.f('ix_conversation_people_person_id'))

    op.drop_table('conversation_people')
    with op.batch_alter_table('board_marks') as batch_op:
        batch_op.drop_index(batch_op.f('ix_board_marks_board_id'))

    op.drop_table('board_marks')
    with op.batch_alter_table('conversations') as batch_op:
        batch_op.drop_index(batch_op.f('ix_conversations_run_id'))
        batch_op.drop_index('ix_conversations_kind_state_last_message_at')

    op.drop_table('conversations')
    op.drop_table('boards')
    op.drop_table('expertise')
    op.drop_table('blocked_words')
