"""Versions of courses, who teaches them, materials and files on their way in"""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'

CONTENT = (
    'title, objectives, target_group, level, delivery, languages, sdg_targets, crs_code,'
    ' prerequisite_code, city_slugs, theory_minutes, practical_minutes, completion_percent'
)


def upgrade() -> None:
    with op.batch_alter_table('courses') as batch_op:
        batch_op.add_column(sa.Column('target_group', sa.JSON(), nullable=True))
        batch_op.add_column(
            sa.Column('completion_percent', sa.Integer(), server_default='80', nullable=False)
        )
    op.create_table('course_versions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('title', sa.JSON(), nullable=False),
    sa.Column('objectives', sa.JSON(), nullable=True),
    sa.Column('target_group', sa.JSON(), nullable=True),
    sa.Column('level', sa.String(length=20), nullable=False),
    sa.Column('delivery', sa.String(length=20), nullable=False),
    sa.Column('languages', sa.JSON(), nullable=False),
    sa.Column('sdg_targets', sa.JSON(), nullable=False),
    sa.Column('crs_code', sa.String(length=10), nullable=False),
    sa.Column('prerequisite_code', sa.String(length=20), nullable=False),
    sa.Column('city_slugs', sa.JSON(), nullable=False),
    sa.Column('theory_minutes', sa.Integer(), nullable=False),
    sa.Column('practical_minutes', sa.Integer(), nullable=False),
    sa.Column('completion_percent', sa.Integer(), server_default='80', nullable=False),
    sa.ForeignKeyConstraint(['course_id'], ['courses.id'], name=op.f('fk_course_versions_course_id_courses')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_course_versions')),
    sa.UniqueConstraint('course_id', 'number', name=op.f('uq_course_versions_course_id_number'))
    )
    for name, states in (
        ('uq_course_versions_published', "state = 'published'"),
        ('uq_course_versions_in_work', "state IN ('draft', 'in_review')"),
    ):
        op.create_index(
            name, 'course_versions', ['course_id'], unique=True,
            sqlite_where=sa.text(states), postgresql_where=sa.text(states),
        )  # fmt: skip
    # Every course there is begins with version 1, which its modules and runs then belong to.
    op.execute(
        f'INSERT INTO course_versions (course_id, number, state, revision, created_at,'  # noqa: S608
        f' published_at, {CONTENT}) SELECT id, 1, state, 1, CURRENT_TIMESTAMP,'
        f" CASE WHEN state = 'draft' THEN NULL ELSE CURRENT_TIMESTAMP END, {CONTENT} FROM courses"
    )
    with op.batch_alter_table('modules') as batch_op:
        batch_op.add_column(sa.Column('version_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('revision', sa.Integer(), server_default='1', nullable=False))
    op.execute(
        'UPDATE modules SET version_id = (SELECT id FROM course_versions'
        ' WHERE course_versions.course_id = modules.course_id)'
    )
    with op.batch_alter_table('modules') as batch_op:
        batch_op.drop_constraint('uq_modules_course_id_position', type_='unique')
        batch_op.drop_constraint('fk_modules_course_id_courses', type_='foreignkey')
        batch_op.drop_index('ix_modules_course_id')
        batch_op.drop_column('course_id')
        batch_op.alter_column('version_id', existing_type=sa.Integer(), nullable=False)
        batch_op.create_foreign_key(
            'fk_modules_version_id_course_versions', 'course_versions', ['version_id'], ['id']
        )
        batch_op.create_unique_constraint(
            'uq_modules_version_id_position', ['version_id', 'position']
        )
    with op.batch_alter_table('course_runs') as batch_op:
        batch_op.add_column(sa.Column('course_version_id', sa.Integer(), nullable=True))
    op.execute(
        'UPDATE course_runs SET course_version_id = (SELECT id FROM course_versions'
        ' WHERE course_versions.course_id = course_runs.course_id)'
    )
    with op.batch_alter_table('course_runs') as batch_op:
        batch_op.alter_column('course_version_id', existing_type=sa.Integer(), nullable=False)
        batch_op.create_foreign_key(
            'fk_course_runs_course_version_id_course_versions', 'course_versions', ['course_version_id'], ['id']
        )
        batch_op.create_index('ix_course_runs_course_version_id', ['course_version_id'], unique=False)
    op.create_table('course_teachers',
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('consents_to_recording_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('consents_to_reuse_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['course_id'], ['courses.id'], name=op.f('fk_course_teachers_course_id_courses')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_course_teachers_person_id_people')),
    sa.PrimaryKeyConstraint('course_id', 'person_id', name=op.f('pk_course_teachers'))
    )
    op.create_index('ix_course_teachers_person_id', 'course_teachers', ['person_id'])
    for table in ('lessons', 'lesson_captions'):
        with op.batch_alter_table(table) as batch_op:
            batch_op.add_column(
                sa.Column('revision', sa.Integer(), server_default='1', nullable=False)
            )
    with op.batch_alter_table('check_questions') as batch_op:
        batch_op.alter_column('explanation', existing_type=sa.JSON(), nullable=True)
    op.create_table('uploads',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('token', sa.String(length=64), nullable=False),
    sa.Column('file_name', sa.String(length=200), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('completed_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_uploads')),
    sa.UniqueConstraint('token', name=op.f('uq_uploads_token'))
    )
    op.create_index('ix_uploads_expires_at', 'uploads', ['expires_at'])
    op.create_table('materials',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('lesson_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('title', sa.JSON(), nullable=False),
    sa.Column('language', sa.String(length=20), nullable=False),
    sa.Column('address', sa.String(length=500), nullable=False),
    sa.Column('alternative_text', sa.String(length=500), nullable=False),
    sa.Column('rights_holder', sa.String(length=200), nullable=False),
    sa.Column('licence', sa.String(length=30), nullable=False),
    sa.Column('may_download', sa.Boolean(), nullable=False),
    sa.Column('valid_until', sa.Date(), nullable=True),
    sa.Column('release_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['created_by_id'], ['people.id'], name=op.f('fk_materials_created_by_id_people')),
    sa.ForeignKeyConstraint(['lesson_id'], ['lessons.id'], name=op.f('fk_materials_lesson_id_lessons')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_materials'))
    )
    op.create_index('ix_materials_lesson_id_position', 'materials', ['lesson_id', 'position'])
    op.create_table('material_files',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('material_id', sa.Integer(), nullable=False),
    sa.Column('form', sa.String(length=20), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('storage_key', sa.String(length=200), nullable=False),
    sa.Column('mimetype', sa.String(length=100), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('width', sa.Integer(), nullable=True),
    sa.Column('height', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['material_id'], ['materials.id'], name=op.f('fk_material_files_material_id_materials')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_material_files')),
    sa.UniqueConstraint('material_id', 'form', name=op.f('uq_material_files_material_id_form'))
    )
    op.create_index('ix_material_files_storage_key', 'material_files', ['storage_key'])
    op.create_table('intakes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('upload_id', sa.Integer(), nullable=True),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('lesson_id', sa.Integer(), nullable=False),
    sa.Column('material_id', sa.Integer(), nullable=True),
    sa.Column('purpose', sa.String(length=20), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('file_name', sa.String(length=200), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('percent', sa.Integer(), nullable=False),
    sa.Column('refusal', sa.String(length=40), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['lesson_id'], ['lessons.id'], name=op.f('fk_intakes_lesson_id_lessons')),
    sa.ForeignKeyConstraint(['material_id'], ['materials.id'], name=op.f('fk_intakes_material_id_materials')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_intakes_person_id_people')),
    sa.ForeignKeyConstraint(['upload_id'], ['uploads.id'], name=op.f('fk_intakes_upload_id_uploads'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_intakes')),
    sa.UniqueConstraint('upload_id', name=op.f('uq_intakes_upload_id'))
    )
    for column in ('person_id', 'lesson_id', 'material_id'):
        op.create_index(f'ix_intakes_{column}', 'intakes', [column])


def downgrade() -> None:
    for table in ('intakes', 'material_files', 'materials', 'uploads', 'course_teachers'):
        op.drop_table(table)
    for table in ('lessons', 'lesson_captions'):
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_column('revision')
    op.execute("UPDATE check_questions SET explanation = prompt WHERE explanation IS NULL")
    with op.batch_alter_table('check_questions') as batch_op:
        batch_op.alter_column('explanation', existing_type=sa.JSON(), nullable=False)
    with op.batch_alter_table('course_runs') as batch_op:
        batch_op.drop_index('ix_course_runs_course_version_id')
        batch_op.drop_constraint('fk_course_runs_course_version_id_course_versions', type_='foreignkey')
        batch_op.drop_column('course_version_id')
    with op.batch_alter_table('modules') as batch_op:
        batch_op.add_column(sa.Column('course_id', sa.Integer(), nullable=True))
    # Only one version of a course is left: the first, which is all that revision 0001 knows.
    op.execute(
        'UPDATE modules SET course_id = (SELECT course_id FROM course_versions'
        ' WHERE course_versions.id = modules.version_id)'
    )
    with op.batch_alter_table('modules') as batch_op:
        batch_op.drop_constraint('uq_modules_version_id_position', type_='unique')
        batch_op.drop_constraint('fk_modules_version_id_course_versions', type_='foreignkey')
        batch_op.drop_column('version_id')
        batch_op.drop_column('revision')
        batch_op.alter_column('course_id', existing_type=sa.Integer(), nullable=False)
        batch_op.create_foreign_key('fk_modules_course_id_courses', 'courses', ['course_id'], ['id'])
        batch_op.create_unique_constraint(
            'uq_modules_course_id_position', ['course_id', 'position']
        )
        batch_op.create_index('ix_modules_course_id', ['course_id'], unique=False)
    op.drop_table('course_versions')
    with op.batch_alter_table('courses') as batch_op:
        batch_op.drop_column('completion_percent')
        batch_op.drop_column('target_group')
