"""Sessions held at a time: timetable, rooms, attendance, recordings, feeds"""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'


def upgrade() -> None:
    op.create_table('holidays',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('region', sa.String(length=2), nullable=False),
    sa.Column('first_on', sa.Date(), nullable=False),
    sa.Column('last_on', sa.Date(), nullable=False),
    sa.Column('name', sa.JSON(), nullable=False),
    sa.Column('is_working_day', sa.Boolean(), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('first_on <= last_on', name=op.f('ck_holidays_days_in_order')),
    sa.ForeignKeyConstraint(['created_by_id'], ['people.id'], name=op.f('fk_holidays_created_by_id_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_holidays')),
    sa.UniqueConstraint('region', 'first_on', 'last_on', 'is_working_day', name=op.f('uq_holidays_region_first_on_last_on_is_working_day'))
    )
    op.create_table('calendar_feeds',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('run_id', sa.Integer(), nullable=True),
    sa.Column('scope', sa.String(length=20), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('fetched_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_calendar_feeds_person_id_people')),
    sa.ForeignKeyConstraint(['run_id'], ['course_runs.id'], name=op.f('fk_calendar_feeds_run_id_course_runs')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_calendar_feeds')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_calendar_feeds_token_hash'))
    )
    with op.batch_alter_table('calendar_feeds') as batch_op:
        batch_op.create_index('uq_calendar_feeds_living', ['person_id', 'scope'], unique=True, sqlite_where=sa.text('revoked_at IS NULL'), postgresql_where=sa.text('revoked_at IS NULL'))

    op.create_table('day_items',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('run_id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=60), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('title', sa.JSON(), nullable=False),
    sa.Column('first_on', sa.Date(), nullable=False),
    sa.Column('last_on', sa.Date(), nullable=False),
    sa.Column('is_cancelled', sa.Boolean(), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('first_on <= last_on', name=op.f('ck_day_items_days_in_order')),
    sa.ForeignKeyConstraint(['run_id'], ['course_runs.id'], name=op.f('fk_day_items_run_id_course_runs')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_day_items')),
    sa.UniqueConstraint('uid', name=op.f('uq_day_items_uid'))
    )
    with op.batch_alter_table('day_items') as batch_op:
        batch_op.create_index(batch_op.f('ix_day_items_run_id'), ['run_id'], unique=False)

    op.create_table('person_aliases',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('run_id', sa.Integer(), nullable=False),
    sa.Column('name_key', sa.String(length=300), nullable=False),
    sa.Column('enrolment_id', sa.Integer(), nullable=True),
    sa.Column('said_by_id', sa.Integer(), nullable=False),
    sa.Column('said_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['enrolment_id'], ['enrolments.id'], name=op.f('fk_person_aliases_enrolment_id_enrolments')),
    sa.ForeignKeyConstraint(['run_id'], ['course_runs.id'], name=op.f('fk_person_aliases_run_id_course_runs')),
    sa.ForeignKeyConstraint(['said_by_id'], ['people.id'], name=op.f('fk_person_aliases_said_by_id_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person_aliases')),
    sa.UniqueConstraint('run_id', 'name_key', name=op.f('uq_person_aliases_run_id_name_key'))
    )
    op.create_table('sittings',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('run_id', sa.Integer(), nullable=False),
    sa.Column('lesson_id', sa.Integer(), nullable=True),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=60), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=30), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('title', sa.JSON(), nullable=True),
    sa.Column('slot_name', sa.String(length=80), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('previous_starts_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('previous_ends_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('change_reason', sa.Text(), nullable=False),
    sa.Column('breaks', sa.JSON(), nullable=False),
    sa.Column('preparation', sa.JSON(), nullable=True),
    sa.Column('room_kind', sa.String(length=20), nullable=False),
    sa.Column('room_address', sa.String(length=1000), nullable=False),
    sa.Column('room_passcode', sa.String(length=100), nullable=False),
    sa.Column('dial_in', sa.String(length=300), nullable=False),
    sa.Column('venue', sa.JSON(), nullable=True),
    sa.Column('meeting_point', sa.String(length=300), nullable=False),
    sa.Column('insurance', sa.String(length=300), nullable=False),
    sa.Column('asks_photo_consent', sa.Boolean(), nullable=False),
    sa.Column('check_in_code', sa.String(length=12), nullable=False),
    sa.Column('is_public', sa.Boolean(), nullable=False),
    sa.Column('guest_capacity', sa.Integer(), nullable=True),
    sa.Column('guests_taken', sa.Integer(), nullable=False),
    sa.Column('recording_policy', sa.String(length=20), nullable=False),
    sa.Column('allows_make_up', sa.Boolean(), nullable=False),
    sa.Column('recording_address', sa.String(length=1000), nullable=False),
    sa.Column('recording_seconds', sa.Integer(), nullable=False),
    sa.Column('recording_starts_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('recording_published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('recording_until', sa.Date(), nullable=True),
    sa.Column('told_sequence', sa.Integer(), nullable=False),
    sa.Column('told_state', sa.String(length=30), nullable=True),
    sa.Column('told_starts_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('told_ends_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('notified_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('final_due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('guest_capacity IS NULL OR guests_taken <= guest_capacity', name=op.f('ck_sittings_guests_in_capacity')),
    sa.CheckConstraint('starts_at < ends_at', name=op.f('ck_sittings_times_in_order')),
    sa.ForeignKeyConstraint(['created_by_id'], ['people.id'], name=op.f('fk_sittings_created_by_id_people')),
    sa.ForeignKeyConstraint(['lesson_id'], ['lessons.id'], name=op.f('fk_sittings_lesson_id_lessons')),
    sa.ForeignKeyConstraint(['run_id'], ['course_runs.id'], name=op.f('fk_sittings_run_id_course_runs')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sittings')),
    sa.UniqueConstraint('uid', name=op.f('uq_sittings_uid'))
    )
    with op.batch_alter_table('sittings') as batch_op:
        batch_op.create_index('ix_sittings_is_public_starts_at', ['is_public', 'starts_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_sittings_lesson_id'), ['lesson_id'], unique=False)
        batch_op.create_index('ix_sittings_run_id_starts_at', ['run_id', 'starts_at'], unique=False)

    op.create_table('attendance_reports',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('sitting_id', sa.Integer(), nullable=False),
    sa.Column('platform', sa.String(length=20), nullable=False),
    sa.Column('file_name', sa.String(length=200), nullable=False),
    sa.Column('content_hash', sa.String(length=64), nullable=False),
    sa.Column('zone', sa.String(length=60), nullable=False),
    sa.Column('line_count', sa.Integer(), nullable=False),
    sa.Column('imported_by_id', sa.Integer(), nullable=False),
    sa.Column('imported_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['imported_by_id'], ['people.id'], name=op.f('fk_attendance_reports_imported_by_id_people')),
    sa.ForeignKeyConstraint(['sitting_id'], ['sittings.id'], name=op.f('fk_attendance_reports_sitting_id_sittings')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attendance_reports')),
    sa.UniqueConstraint('sitting_id', 'content_hash', name=op.f('uq_attendance_reports_sitting_id_content_hash'))
    )
    op.create_table('attendances',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('sitting_id', sa.Integer(), nullable=False),
    sa.Column('enrolment_id', sa.Integer(), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('is_late', sa.Boolean(), nullable=False),
    sa.Column('left_early', sa.Boolean(), nullable=False),
    sa.Column('present_seconds', sa.Integer(), nullable=False),
    sa.Column('credited_minutes', sa.Integer(), nullable=False),
    sa.Column('evidence', sa.String(length=100), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['decided_by_id'], ['people.id'], name=op.f('fk_attendances_decided_by_id_people')),
    sa.ForeignKeyConstraint(['enrolment_id'], ['enrolments.id'], name=op.f('fk_attendances_enrolment_id_enrolments')),
    sa.ForeignKeyConstraint(['sitting_id'], ['sittings.id'], name=op.f('fk_attendances_sitting_id_sittings')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attendances')),
    sa.UniqueConstraint('sitting_id', 'enrolment_id', name=op.f('uq_attendances_sitting_id_enrolment_id'))
    )
    with op.batch_alter_table('attendances') as batch_op:
        batch_op.create_index(batch_op.f('ix_attendances_enrolment_id'), ['enrolment_id'], unique=False)

    op.create_table('catch_ups',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('sitting_id', sa.Integer(), nullable=False),
    sa.Column('enrolment_id', sa.Integer(), nullable=False),
    sa.Column('intervals', sa.JSON(), nullable=False),
    sa.Column('last_position', sa.Integer(), nullable=False),
    sa.Column('allowance', sa.Float(), nullable=False),
    sa.Column('allowance_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('completed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['enrolment_id'], ['enrolments.id'], name=op.f('fk_catch_ups_enrolment_id_enrolments')),
    sa.ForeignKeyConstraint(['sitting_id'], ['sittings.id'], name=op.f('fk_catch_ups_sitting_id_sittings')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_catch_ups')),
    sa.UniqueConstraint('sitting_id', 'enrolment_id', name=op.f('uq_catch_ups_sitting_id_enrolment_id'))
    )
    with op.batch_alter_table('catch_ups') as batch_op:
        batch_op.create_index(batch_op.f('ix_catch_ups_enrolment_id'), ['enrolment_id'], unique=False)

    op.create_table('evaluation_turns',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('sitting_id', sa.Integer(), nullable=False),
    sa.Column('enrolment_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['enrolment_id'], ['enrolments.id'], name=op.f('fk_evaluation_turns_enrolment_id_enrolments')),
    sa.ForeignKeyConstraint(['sitting_id'], ['sittings.id'], name=op.f('fk_evaluation_turns_sitting_id_sittings')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_evaluation_turns')),
    sa.UniqueConstraint('sitting_id', 'enrolment_id', name=op.f('uq_evaluation_turns_sitting_id_enrolment_id'))
    )
    op.create_table('evaluations',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('sitting_id', sa.Integer(), nullable=False),
    sa.Column('language', sa.String(length=20), nullable=False),
    sa.Column('content', sa.Integer(), nullable=False),
    sa.Column('instructor', sa.Integer(), nullable=False),
    sa.Column('interpretation', sa.Integer(), nullable=True),
    sa.Column('materials', sa.Integer(), nullable=False),
    sa.Column('time_slot', sa.Integer(), nullable=False),
    sa.Column('connection', sa.Integer(), nullable=False),
    sa.Column('comment', sa.Text(), nullable=False),
    sa.Column('answered_on', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['sitting_id'], ['sittings.id'], name=op.f('fk_evaluations_sitting_id_sittings')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_evaluations'))
    )
    with op.batch_alter_table('evaluations') as batch_op:
        batch_op.create_index(batch_op.f('ix_evaluations_sitting_id'), ['sitting_id'], unique=False)

    op.create_table('guests',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('sitting_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('organisation', sa.String(length=200), nullable=False),
    sa.Column('language', sa.String(length=20), nullable=False),
    sa.Column('time_zone', sa.String(length=60), nullable=False),
    sa.Column('consent_version', sa.String(length=20), nullable=False),
    sa.Column('consented_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('registered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('cancelled_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['sitting_id'], ['sittings.id'], name=op.f('fk_guests_sitting_id_sittings')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_guests')),
    sa.UniqueConstraint('sitting_id', 'email', name=op.f('uq_guests_sitting_id_email'))
    )
    op.create_table('head_counts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('sitting_id', sa.Integer(), nullable=False),
    sa.Column('boarding', sa.String(length=120), nullable=False),
    sa.Column('expected', sa.Integer(), nullable=False),
    sa.Column('counted', sa.Integer(), nullable=False),
    sa.Column('missing', sa.Text(), nullable=False),
    sa.Column('counted_by_id', sa.Integer(), nullable=False),
    sa.Column('counted_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['counted_by_id'], ['people.id'], name=op.f('fk_head_counts_counted_by_id_people')),
    sa.ForeignKeyConstraint(['sitting_id'], ['sittings.id'], name=op.f('fk_head_counts_sitting_id_sittings')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_head_counts')),
    sa.UniqueConstraint('sitting_id', 'boarding', name=op.f('uq_head_counts_sitting_id_boarding'))
    )
    with op.batch_alter_table('head_counts') as batch_op:
        batch_op.create_index(batch_op.f('ix_head_counts_sitting_id'), ['sitting_id'], unique=False)

    op.create_table('outage_certificates',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('sitting_id', sa.Integer(), nullable=False),
    sa.Column('enrolment_id', sa.Integer(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('certified_by_id', sa.Integer(), nullable=False),
    sa.Column('certified_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['certified_by_id'], ['people.id'], name=op.f('fk_outage_certificates_certified_by_id_people')),
    sa.ForeignKeyConstraint(['enrolment_id'], ['enrolments.id'], name=op.f('fk_outage_certificates_enrolment_id_enrolments')),
    sa.ForeignKeyConstraint(['sitting_id'], ['sittings.id'], name=op.f('fk_outage_certificates_sitting_id_sittings')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outage_certificates')),
    sa.UniqueConstraint('sitting_id', 'enrolment_id', name=op.f('uq_outage_certificates_sitting_id_enrolment_id'))
    )
    with op.batch_alter_table('outage_certificates') as batch_op:
        batch_op.create_index(batch_op.f('ix_outage_certificates_enrolment_id'), ['enrolment_id'], unique=False)

    op.create_table('sitting_captions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('sitting_id', sa.Integer(), nullable=False),
    sa.Column('language', sa.String(length=20), nullable=False),
    sa.Column('webvtt', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['sitting_id'], ['sittings.id'], name=op.f('fk_sitting_captions_sitting_id_sittings')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sitting_captions')),
    sa.UniqueConstraint('sitting_id', 'language', name=op.f('uq_sitting_captions_sitting_id_language'))
    )
    op.create_table('sitting_media',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('sitting_id', sa.Integer(), nullable=False),
    sa.Column('rendition', sa.String(length=20), nullable=False),
    sa.Column('storage_key', sa.String(length=200), nullable=False),
    sa.Column('mimetype', sa.String(length=60), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['sitting_id'], ['sittings.id'], name=op.f('fk_sitting_media_sitting_id_sittings')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sitting_media')),
    sa.UniqueConstraint('sitting_id', 'rendition', name=op.f('uq_sitting_media_sitting_id_rendition'))
    )
    op.create_table('sitting_people',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('sitting_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.String(length=20), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('speaker_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('language', sa.String(length=20), nullable=False),
    sa.Column('mode', sa.String(length=20), nullable=True),
    sa.Column('channel', sa.String(length=80), nullable=False),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_sitting_people_person_id_people')),
    sa.ForeignKeyConstraint(['sitting_id'], ['sittings.id'], name=op.f('fk_sitting_people_sitting_id_sittings')),
    sa.ForeignKeyConstraint(['speaker_id'], ['speaker_invitations.id'], name=op.f('fk_sitting_people_speaker_id_speaker_invitations')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sitting_people')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('sitting_people') as batch_op:
        batch_op.create_index(batch_op.f('ix_sitting_people_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_sitting_people_sitting_id'), ['sitting_id'], unique=False)

    op.create_table('sitting_questions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('sitting_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('prompt', sa.JSON(), nullable=False),
    sa.Column('choices', sa.JSON(), nullable=False),
    sa.Column('correct_choice', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['sitting_id'], ['sittings.id'], name=op.f('fk_sitting_questions_sitting_id_sittings')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sitting_questions')),
    sa.UniqueConstraint('sitting_id', 'position', name=op.f('uq_sitting_questions_sitting_id_position'))
    )
    op.create_table('attendance_corrections',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('attendance_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('old_status', sa.String(length=20), nullable=False),
    sa.Column('old_minutes', sa.Integer(), nullable=False),
    sa.Column('new_status', sa.String(length=20), nullable=False),
    sa.Column('new_minutes', sa.Integer(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('proposed_by_id', sa.Integer(), nullable=False),
    sa.Column('proposed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('decided_by_id IS NULL OR decided_by_id <> proposed_by_id', name=op.f('ck_attendance_corrections_two_people')),
    sa.ForeignKeyConstraint(['attendance_id'], ['attendances.id'], name=op.f('fk_attendance_corrections_attendance_id_attendances')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['people.id'], name=op.f('fk_attendance_corrections_decided_by_id_people')),
    sa.ForeignKeyConstraint(['proposed_by_id'], ['people.id'], name=op.f('fk_attendance_corrections_proposed_by_id_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attendance_corrections'))
    )
    with op.batch_alter_table('attendance_corrections') as batch_op:
        batch_op.create_index('uq_attendance_corrections_open', ['attendance_id'], unique=True, sqlite_where=sa.text("state = 'proposed'"), postgresql_where=sa.text("state = 'proposed'"))

    op.create_table('reminders',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('sitting_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('guest_id', sa.Integer(), nullable=True),
    sa.Column('speaker_id', sa.Integer(), nullable=True),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('zone', sa.String(length=60), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['guest_id'], ['guests.id'], name=op.f('fk_reminders_guest_id_guests')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_reminders_person_id_people')),
    sa.ForeignKeyConstraint(['sitting_id'], ['sittings.id'], name=op.f('fk_reminders_sitting_id_sittings')),
    sa.ForeignKeyConstraint(['speaker_id'], ['speaker_invitations.id'], name=op.f('fk_reminders_speaker_id_speaker_invitations')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reminders')),
    sa.UniqueConstraint('sitting_id', 'guest_id', 'kind', 'sequence', name=op.f('uq_reminders_sitting_id_guest_id_kind_sequence')),
    sa.UniqueConstraint('sitting_id', 'person_id', 'kind', 'sequence', 'zone', name=op.f('uq_reminders_sitting_id_person_id_kind_sequence_zone')),
    sa.UniqueConstraint('sitting_id', 'speaker_id', 'kind', 'sequence', name=op.f('uq_reminders_sitting_id_speaker_id_kind_sequence'))
    )
    with op.batch_alter_table('reminders') as batch_op:
        batch_op.create_index(batch_op.f('ix_reminders_person_id'), ['person_id'], unique=False)

    op.create_table('report_lines',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('report_id', sa.Integer(), nullable=False),
    sa.Column('sitting_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('fingerprint', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=300), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('name_key', sa.String(length=300), nullable=False),
    sa.Column('joined_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('left_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('raw', sa.Text(), nullable=False),
    sa.Column('fault', sa.String(length=40), nullable=False),
    sa.Column('matched_by', sa.String(length=20), nullable=False),
    sa.Column('enrolment_id', sa.Integer(), nullable=True),
    sa.Column('guest_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['enrolment_id'], ['enrolments.id'], name=op.f('fk_report_lines_enrolment_id_enrolments')),
    sa.ForeignKeyConstraint(['guest_id'], ['guests.id'], name=op.f('fk_report_lines_guest_id_guests')),
    sa.ForeignKeyConstraint(['report_id'], ['attendance_reports.id'], name=op.f('fk_report_lines_report_id_attendance_reports')),
    sa.ForeignKeyConstraint(['sitting_id'], ['sittings.id'], name=op.f('fk_report_lines_sitting_id_sittings')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report_lines')),
    sa.UniqueConstraint('sitting_id', 'fingerprint', name=op.f('uq_report_lines_sitting_id_fingerprint'))
    )
    with op.batch_alter_table('report_lines') as batch_op:
        batch_op.create_index(batch_op.f('ix_report_lines_enrolment_id'), ['enrolment_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_report_lines_report_id'), ['report_id'], unique=False)

    op.create_table('presences',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('sitting_id', sa.Integer(), nullable=False),
    sa.Column('enrolment_id', sa.Integer(), nullable=True),
    sa.Column('guest_id', sa.Integer(), nullable=True),
    sa.Column('source', sa.String(length=20), nullable=False),
    sa.Column('device', sa.String(length=60), nullable=False),
    sa.Column('joined_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('left_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('line_id', sa.Integer(), nullable=True),
    sa.Column('noted_by_id', sa.Integer(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('(enrolment_id IS NULL) <> (guest_id IS NULL)', name=op.f('ck_presences_of_one')),
    sa.ForeignKeyConstraint(['enrolment_id'], ['enrolments.id'], name=op.f('fk_presences_enrolment_id_enrolments')),
    sa.ForeignKeyConstraint(['guest_id'], ['guests.id'], name=op.f('fk_presences_guest_id_guests')),
    sa.ForeignKeyConstraint(['line_id'], ['report_lines.id'], name=op.f('fk_presences_line_id_report_lines')),
    sa.ForeignKeyConstraint(['noted_by_id'], ['people.id'], name=op.f('fk_presences_noted_by_id_people')),
    sa.ForeignKeyConstraint(['sitting_id'], ['sittings.id'], name=op.f('fk_presences_sitting_id_sittings')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_presences')),
    sa.UniqueConstraint('line_id', name=op.f('uq_presences_line_id')),
    sa.UniqueConstraint('sitting_id', 'enrolment_id', 'source', 'device', 'joined_at', name=op.f('uq_presences_sitting_id_enrolment_id_source_device_joined_at')),
    sa.UniqueConstraint('sitting_id', 'guest_id', 'source', 'device', 'joined_at', name=op.f('uq_presences_sitting_id_guest_id_source_device_joined_at'))
    )
    with op.batch_alter_table('presences') as batch_op:
        batch_op.create_index(batch_op.f('ix_presences_enrolment_id'), ['enrolment_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_presences_guest_id'), ['guest_id'], unique=False)
        batch_op.create_index('ix_presences_sitting_id_enrolment_id', ['sitting_id', 'enrolment_id'], unique=False)

    with op.batch_alter_table('intakes') as batch_op:
        batch_op.add_column(sa.Column('owner_id', sa.Integer(), nullable=True))

    with op.batch_alter_table('lesson_progress') as batch_op:
        batch_op.add_column(sa.Column('attended_minutes', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('granted_minutes', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('granted_as', sa.String(length=20), nullable=True))



def downgrade() -> None:
    with op.batch_alter_table('lesson_progress') as batch_op:
        batch_op.drop_column('granted_as')
        batch_op.drop_column('granted_minutes')
        batch_op.drop_column('attended_minutes')

    with op.batch_alter_table('intakes') as batch_op:
        batch_op.drop_column('owner_id')

    with op.batch_alter_table('presences') as batch_op:
        batch_op.drop_index('ix_presences_sitting_id_enrolment_id')
        batch_op.drop_index(batch_op.f('ix_presences_guest_id'))
        batch_op.drop_index(batch_op.f('ix_presences_enrolment_id'))

    op.drop_table('presences')
    with op.batch_alter_table('report_lines') as batch_op:
        batch_op.drop_index(batch_op.f('ix_report_lines_report_id'))
        batch_op.drop_index(batch_op.f('ix_report_lines_enrolment_id'))

    op.drop_table('report_lines')
    with op.batch_alter_table('reminders') as batch_op:
        batch_op.drop_index(batch_op.f('ix_reminders_person_id'))

    op.drop_table('reminders')
    with op.batch_alter_table('attendance_corrections') as batch_op:
        batch_op.drop_index('uq_attendance_corrections_open', sqlite_where=sa.text("state = 'proposed'"), postgresql_where=sa.text("state = 'proposed'"))

    op.drop_table('attendance_corrections')
    op.drop_table('sitting_questions')
    with op.batch_alter_table('sitting_people') as batch_op:
        batch_op.drop_index(batch_op.f('ix_sitting_people_sitting_id'))
        batch_op.drop_index(batch_op.f('ix_sitting_people_person_id'))

    op.drop_table('sitting_people')
    op.drop_table('sitting_media')
    op.drop_table('sitting_captions')
    with op.batch_alter_table('outage_certificates') as batch_op:
        batch_op.drop_index(batch_op.f('ix_outage_certificates_enrolment_id'))

    op.drop_table('outage_certificates')
    with op.batch_alter_table('head_counts') as batch_op:
        batch_op.drop_index(batch_op.f('ix_head_counts_sitting_id'))

    op.drop_table('head_counts')
    op.drop_table('guests')
    with op.batch_alter_table('evaluations') as batch_op:
        batch_op.drop_index(batch_op.f('ix_evaluations_sitting_id'))

    op.drop_table('evaluations')
    op.drop_table('evaluation_turns')
    with op.batch_alter_table('catch_ups') as batch_op:
        batch_op.drop_index(batch_op.f('ix_catch_ups_enrolment_id'))

    op.drop_table('catch_ups')
    with op.batch_alter_table('attendances') as batch_op:
        batch_op.drop_index(batch_op.f('ix_attendances_enrolment_id'))

    op.drop_table('attendances')
    op.drop_table('attendance_reports')
    with op.batch_alter_table('sittings') as batch_op:
        batch_op.drop_index('ix_sittings_run_id_starts_at')
        batch_op.drop_index(batch_op.f('ix_sittings_lesson_id'))
        batch_op.drop_index('ix_sittings_is_public_starts_at')

    op.drop_table('sittings')
    op.drop_table('person_aliases')
    with op.batch_alter_table('day_items') as batch_op:
        batch_op.drop_index(batch_op.f('ix_day_items_run_id'))

    op.drop_table('day_items')
    with op.batch_alter_table('calendar_feeds') as batch_op:
        batch_op.drop_index('uq_calendar_feeds_living', sqlite_where=sa.text('revoked_at IS NULL'), postgresql_where=sa.text('revoked_at IS NULL'))

    op.drop_table('calendar_feeds')
    op.drop_table('holidays')
