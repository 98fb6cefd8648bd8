"""Materials from an instructor's draft to a trainee: who takes which step, and what follows."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select

from lms.core import clock
from lms.core.audit import StatusEvent, history_of
from lms.core.db import db
from lms.core.errors import Conflict, Invalid, NotAllowed, NotFound
from lms.core.unit_of_work import unit_of_work
from lms.courses.models import CourseTeacher
from lms.courses.queries import catalogue_version
from lms.courses.services.teachers import give_teaching_consent, set_teachers
from lms.courses.services.versions import begin_version
from lms.lessons import queries
from lms.lessons.models import (
    FileForm,
    Lesson,
    Licence,
    Material,
    MaterialFile,
    MaterialKind,
    MaterialState,
)
from lms.lessons.queries.materials import FileRow, MaterialRow, material_row, materials_of_lesson
from lms.lessons.rules import materials as rules
from lms.lessons.rules.materials import MaterialFault
from lms.lessons.services import materials as services
from lms.media.storage import storage
from tests.factories import save, words
from tests.factories.accounts import make_person
from tests.factories.courses import make_course, make_module
from tests.factories.lessons import make_lesson
from tests.factories.materials import make_file, make_link, make_material

DRAFT, SUBMITTED, APPROVED, RELEASED, WITHDRAWN = MaterialState

NOW = datetime(2026, 5, 20, 3, tzinfo=UTC)
FILE = FileRow(FileForm.FULL, "a.pdf", "m/a.pdf", "application/pdf", 9, None, None)
ROW = MaterialRow(
    id=1,
    lesson_id=1,
    revision=1,
    kind=MaterialKind.SLIDES,
    state=RELEASED,
    title=words("Slides"),
    language="en",
    address="",
    alternative_text="",
    rights_holder="Busan",
    licence=Licence.CC_BY,
    may_download=True,
    valid_until=None,
    release_at=NOW,
    created_by_id=None,
    files={FileForm.FULL: FILE},
)


# --- rules -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "old, staff, own, teacher",
    [
        (DRAFT, [SUBMITTED, WITHDRAWN], [SUBMITTED, WITHDRAWN], [SUBMITTED]),
        (SUBMITTED, [APPROVED, DRAFT, WITHDRAWN], [DRAFT, WITHDRAWN], [DRAFT]),
        (APPROVED, [RELEASED, WITHDRAWN], [], []),
        (RELEASED, [WITHDRAWN], [], []),
        (WITHDRAWN, [], [], []),
    ],
)
def test_each_step_belongs_to_somebody(old, staff, own, teacher):
    assert rules.steps_of(old, is_staff=True) == staff
    assert rules.steps_of(old, is_staff=False, is_own=True) == own
    assert rules.steps_of(old, is_staff=False) == teacher


def test_whoever_withdraws_or_sends_back_says_why():
    assert rules.needs_reason(RELEASED, WITHDRAWN, is_staff=True)
    assert rules.needs_reason(DRAFT, WITHDRAWN, is_staff=False)
    assert rules.needs_reason(SUBMITTED, DRAFT, is_staff=True)
    assert not rules.needs_reason(SUBMITTED, DRAFT, is_staff=False), "their own, taken back"
    assert not rules.needs_reason(SUBMITTED, APPROVED, is_staff=True)


def test_what_was_submitted_is_changed_by_staff_alone_and_what_was_withdrawn_by_nobody():
    assert [s for s in MaterialState if rules.may_change(s, is_staff=False)] == [DRAFT]
    assert [s for s in MaterialState if not rules.may_change(s, is_staff=True)] == [WITHDRAWN]


@pytest.mark.parametrize(
    "changed, faults",
    [
        ({}, []),
        ({"files": {}}, [MaterialFault.NO_FILE]),
        ({"files": {FileForm.LIGHT: FILE}}, [MaterialFault.NO_FILE]),
        ({"rights_holder": ""}, [MaterialFault.RIGHTS_HOLDER]),
        ({"kind": MaterialKind.IMAGE}, [MaterialFault.ALTERNATIVE_TEXT]),
        ({"kind": MaterialKind.IMAGE, "alternative_text": "A bus"}, []),
        ({"kind": MaterialKind.LINK}, [MaterialFault.ADDRESS]),
        ({"kind": MaterialKind.LINK, "files": {}, "address": "https://example.org/a"}, []),
    ],
)
def test_what_keeps_a_material_from_being_submitted(changed, faults):
    assert rules.faults_of(replace(ROW, **changed)) == faults


@pytest.mark.parametrize(
    "address, leads_to_the_web",
    [
        ("https://example.org/", True),
        ("http://example.org:8080/a?b=c#d", True),
        ("https://부산.한국/자료", True),
        ("HTTPS://EXAMPLE.ORG", True),
        ("", False),
        ("example.org", False),
        ("//example.org", False),
        ("ftp://example.org/", False),
        ("javascript:alert(1)", False),
        ("https://", False),
        ("https:///path", False),
        ("https://busan.go.kr@evil.example/", False),
        ("https://example.org/a b", False),
        ("https:\\\\example.org", False),
        ("https://[::1", False),
        ("https://example.org/" + "a" * 500, False),
    ],
)
def test_a_link_leads_to_the_web_and_says_to_whom(address, leads_to_the_web):
    assert rules.is_web_address(address) == leads_to_the_web


@pytest.mark.parametrize(
    "changed, is_visible",
    [
        ({}, True),
        *[({"state": state}, False) for state in (DRAFT, SUBMITTED, APPROVED, WITHDRAWN)],
        ({"release_at": NOW + timedelta(seconds=1)}, False),
        ({"release_at": None}, False),
        ({"files": {}}, False),
        ({"files": {}, "kind": MaterialKind.LINK, "address": "https://example.org"}, True),
        ({"valid_until": date(2026, 5, 20)}, True),
        ({"valid_until": date(2026, 5, 19)}, False),
    ],
)
def test_when_trainees_see_a_material(changed, is_visible):
    assert rules.is_visible(replace(ROW, **changed), now=NOW) == is_visible


def test_the_last_day_ends_in_busan():
    material = replace(ROW, valid_until=date(2026, 5, 20))
    assert rules.is_visible(material, now=datetime(2026, 5, 20, 14, 59, 59, tzinfo=UTC))
    assert not rules.is_visible(material, now=datetime(2026, 5, 20, 15, tzinfo=UTC))


def test_a_reading_names_the_materials_of_its_own_version():
    text = "![a](file:1) [b](file:12 'c') file:123 profile:1 file:1x"
    assert rules.renumbered(text, {1: 5, 12: 6}) == (
        "![a](file:5) [b](file:6 'c') file:123 profile:1 file:1x"
    )


# --- services --------------------------------------------------------------------------


@pytest.fixture
def lesson(app) -> Lesson:
    return make_lesson(make_module(make_course(modules=0)))


def take(material: Material, new: MaterialState, actor=None, *, is_staff=True, **options) -> None:
    options.setdefault("now", NOW)
    with unit_of_work():
        services.change_material_state(material, new, actor=actor, is_staff=is_staff, **options)


def change(material: Material, *, revision: int | None = None, is_staff=False, **content) -> bool:
    shown = material.revision if revision is None else revision
    with unit_of_work():
        return services.change_material(material, content, revision=shown, is_staff=is_staff)


def history(material: Material) -> list[tuple[str, str, str]]:
    return [(e.old, e.new, e.reason) for e in history_of(("material", material.id))]


def link_to(lesson: Lesson, person, address: str) -> Material:
    with unit_of_work():
        return services.add_link(
            lesson, person, title=words("City data"), language="en", address=address, now=NOW
        )


def test_a_link_begins_as_a_draft_after_the_last_material(lesson):
    make_material(lesson, position=4)
    person = make_person()
    link = link_to(lesson, person, "https://data.example.org/")
    assert (link.position, link.state, link.kind) == (5, DRAFT, MaterialKind.LINK)
    assert link.created_by_id == person.id
    assert history(link) == [("", "draft", "")]


def test_a_link_that_leads_elsewhere_is_refused(lesson):
    with pytest.raises(Invalid) as refused:
        link_to(lesson, make_person(), "javascript:alert(1)")
    assert refused.value.field == "address"
    assert not materials_of_lesson(lesson.id)


def test_a_material_goes_from_draft_to_trainees_and_each_step_is_kept(lesson):
    teacher, staff = make_person("instructor"), make_person("staff")
    material = make_material(lesson, state="draft", release_at=None, created_by_id=teacher.id)
    before = catalogue_version()
    take(material, SUBMITTED, teacher, is_staff=False)
    take(material, APPROVED, staff)
    later = NOW + timedelta(days=2)
    take(material, RELEASED, staff, release_at=later)
    assert (material.state, material.release_at) == (RELEASED, later)
    assert history(material) == [
        ("draft", "submitted", ""),
        ("submitted", "approved", ""),
        ("approved", "released", ""),
    ]
    assert catalogue_version() != before


def test_without_a_moment_it_is_released_at_once(lesson):
    material = make_material(lesson, state="approved", release_at=None)
    take(material, RELEASED)
    assert material.release_at == NOW


def test_a_step_taken_twice_is_taken_once(lesson):
    material = make_material(lesson, state="approved", release_at=None)
    take(material, RELEASED)
    take(material, RELEASED, now=NOW + timedelta(hours=1))
    assert material.release_at == NOW
    assert len(history(material)) == 1


def test_the_moment_of_a_release_can_be_moved_by_staff(lesson):
    material = make_material(lesson, release_at=NOW)
    later = NOW + timedelta(days=1)
    take(material, RELEASED, is_staff=False, release_at=later)
    assert material.release_at == NOW
    take(material, RELEASED, release_at=later)
    assert material.release_at == later
    assert history(material) == [("released", "released", "")]


@pytest.mark.parametrize("old, new", [(DRAFT, RELEASED), (RELEASED, DRAFT), (WITHDRAWN, DRAFT)])
def test_a_step_there_is_not_is_refused(lesson, old, new):
    material = make_material(lesson, state=old)
    with pytest.raises(Conflict):
        take(material, new, reason="So.")
    assert (material.state, history(material)) == (old, [])


@pytest.mark.parametrize(
    "old, new", [(SUBMITTED, APPROVED), (APPROVED, RELEASED), (RELEASED, WITHDRAWN)]
)
def test_a_teacher_does_not_take_the_steps_of_staff(lesson, old, new):
    teacher = make_person("instructor")
    material = make_material(lesson, state=old, created_by_id=teacher.id)
    with pytest.raises(NotAllowed):
        take(material, new, teacher, is_staff=False, reason="So.")
    assert material.state == old


def test_a_teacher_withdraws_what_they_brought_and_nobody_elses(lesson):
    teacher, colleague = make_person("instructor"), make_person("instructor")
    material = make_material(lesson, state="submitted", created_by_id=teacher.id)
    with pytest.raises(NotAllowed):
        take(material, WITHDRAWN, colleague, is_staff=False, reason="Not mine.")
    take(material, WITHDRAWN, teacher, is_staff=False, reason="Outdated figures.")
    assert history(material) == [("submitted", "withdrawn", "Outdated figures.")]


def test_withdrawing_needs_a_reason(lesson):
    material = make_material(lesson)
    with pytest.raises(Invalid) as refused:
        take(material, WITHDRAWN)
    assert (refused.value.field, material.state) == ("reason", RELEASED)


def test_a_material_without_rights_holder_is_not_submitted(lesson):
    material = make_material(lesson, state="draft", rights_holder="")
    with pytest.raises(Conflict, match="rights"):
        take(material, SUBMITTED, is_staff=False)
    assert material.state == DRAFT


# --- withdrawn with its copies ---------------------------------------------------------


@pytest.fixture
def copied(lesson) -> tuple[Material, Material]:
    """Return a released material and its copy in the next version of the course."""
    material = make_material(lesson)
    version = queries.edited_lesson(lesson.id).version
    with unit_of_work():
        new = begin_version(queries.edited_lesson(lesson.id).course, actor=None, now=NOW)
        assert new.id != version.id
    copies = db.session.scalars(select(Material).where(Material.id != material.id)).all()
    return material, copies[0]


@pytest.mark.parametrize(("consents", "state"), [(False, "approved"), (True, "released")])
def test_a_new_version_releases_what_its_teacher_lets_be_used_again(lesson, consents, state):
    teacher = make_person("instructor")
    found = queries.edited_lesson(lesson.id)
    save(
        CourseTeacher(
            course_id=found.course.id,
            person_id=teacher.id,
            consents_to_reuse_at=NOW if consents else None,
        )
    )
    material = make_material(lesson, created_by_id=teacher.id)
    with unit_of_work():
        begin_version(queries.edited_lesson(lesson.id).course, actor=None, now=NOW)
    copy = db.session.scalars(select(Material).where(Material.id != material.id)).one()
    assert (material.state, copy.state) == ("released", state)


def test_what_is_withdrawn_goes_from_every_version(copied):
    material, copy = copied
    other = make_material(queries.edited_lesson(copy.lesson_id).lesson, file=b"another")
    take(material, WITHDRAWN, make_person("staff"), reason="The rights have ended.")
    assert (material.state, copy.state, other.state) == (WITHDRAWN, WITHDRAWN, RELEASED)
    assert history(copy) == [("released", "withdrawn", "The rights have ended.")]


def test_a_copy_withdrawn_takes_the_original_along(copied):
    material, copy = copied
    take(copy, WITHDRAWN, reason="The rights have ended.")
    assert material.state == WITHDRAWN


def test_links_to_the_same_address_go_together(lesson):
    link = make_link(lesson, "https://example.org/old")
    same_version = make_link(lesson, "https://example.org/old")
    with unit_of_work():
        begin_version(queries.edited_lesson(lesson.id).course, actor=None, now=NOW)
    elsewhere = make_link(make_lesson(make_module(make_course(modules=0))), link.address)
    take(link, WITHDRAWN, reason="It leads nowhere.")
    states = dict(db.session.execute(select(Material.id, Material.state)).all())
    assert states.pop(same_version.id) == states.pop(elsewhere.id) == RELEASED
    assert list(states.values()) == [WITHDRAWN] * 3


def test_a_teacher_who_withdraws_a_draft_leaves_what_was_released(copied):
    material, copy = copied
    teacher = make_person("instructor")
    copy.state, copy.created_by_id = DRAFT, teacher.id
    db.session.commit()
    take(copy, WITHDRAWN, teacher, is_staff=False, reason="Not this year.")
    assert (copy.state, material.state) == (WITHDRAWN, RELEASED)


def test_a_new_version_leaves_the_withdrawn_behind_and_names_its_own(lesson):
    kept, gone = make_material(lesson), make_material(lesson, state="withdrawn")
    lesson.body = words(f"![Map](file:{kept.id}) [Old](file:{gone.id})")
    db.session.commit()
    with unit_of_work():
        begin_version(queries.edited_lesson(lesson.id).course, actor=None, now=NOW)
    copy = db.session.scalars(select(Lesson).where(Lesson.id != lesson.id)).one()
    (material,) = materials_of_lesson(copy.id)
    assert material.id not in {kept.id, gone.id}
    assert copy.body.texts["en"] == f"![Map](file:{material.id}) [Old](file:{gone.id})"


# --- what is said of a material --------------------------------------------------------


def test_a_draft_is_changed_by_its_makers_and_the_revision_grows(lesson):
    material = make_material(lesson, state="draft")
    assert change(material, rights_holder="Busan Port", may_download=False)
    assert (material.rights_holder, material.may_download, material.revision) == (
        "Busan Port", False, 2,
    )  # fmt: skip


def test_who_comes_second_is_told_and_changes_nothing(lesson):
    material = make_material(lesson, state="draft")
    assert change(material, rights_holder="First")
    assert not change(material, revision=1, rights_holder="Second")
    assert material.rights_holder == "First"
    assert change(material, revision=1, rights_holder="First"), "the same sent twice is harmless"
    assert material.revision == 2


def test_what_trainees_see_is_changed_by_staff_and_seen_at_once(lesson):
    material = make_material(lesson)
    with pytest.raises(Conflict):
        change(material, rights_holder="Somebody else")
    before = catalogue_version()
    assert change(material, is_staff=True, rights_holder="Somebody else")
    assert catalogue_version() != before


def test_what_was_submitted_cannot_lose_what_it_needs(lesson):
    material = make_material(lesson, state="submitted")
    with pytest.raises(Invalid) as refused:
        change(material, is_staff=True, rights_holder="")
    assert refused.value.field == "rights_holder"
    assert material.rights_holder == "Busan Metropolitan City"


def test_a_link_keeps_an_address_of_the_web(lesson):
    link = make_link(lesson, state="draft")
    with pytest.raises(Invalid) as refused:
        change(link, address="javascript:alert(1)")
    assert (refused.value.field, link.address) == ("address", "https://example.org/")


# --- order and removal -----------------------------------------------------------------


def test_materials_change_places_as_far_as_there_are_places(lesson):
    first, second, third = (make_material(lesson, title=words(t)) for t in ("A", "B", "C"))

    def move(material: Material, by: int) -> list[str]:
        with unit_of_work():
            services.move_material(material, by)
        return [row.title.texts["en"] for row in materials_of_lesson(lesson.id)]

    assert move(third, -1) == ["A", "C", "B"]
    assert move(first, 1) == ["C", "A", "B"]
    assert move(second, 1) == ["C", "A", "B"], "it is the last already"
    assert move(third, -1) == ["C", "A", "B"], "it is the first already"


def test_a_draft_is_removed_with_its_files(lesson):
    material = make_material(lesson, state="draft")
    make_file(material, b"lighter", form=FileForm.LIGHT)
    keys = [file.storage_key for file in material_row(material.id).files.values()]
    with unit_of_work():
        services.remove_material(material)
    assert not materials_of_lesson(lesson.id)
    assert not db.session.scalar(select(func.count()).select_from(MaterialFile))
    assert not any(storage().exists(key) for key in keys)


def test_a_file_another_version_hands_out_outlives_the_draft(copied):
    material, copy = copied
    copy.state = DRAFT
    db.session.commit()
    with unit_of_work():
        services.remove_material(copy)
    assert storage().exists(material_row(material.id).file.storage_key)


@pytest.mark.parametrize("state", [SUBMITTED, APPROVED, RELEASED, WITHDRAWN])
def test_what_was_submitted_once_is_not_removed(lesson, state):
    material = make_material(lesson, state=state)
    with pytest.raises(Conflict), unit_of_work():
        services.remove_material(material)
    assert material_row(material.id).file is not None


# --- consents --------------------------------------------------------------------------


def test_a_consent_keeps_the_moment_it_was_given(app):
    course, person = make_course(), make_person("instructor")

    def consent(*, recording: bool, reuse: bool, now: datetime) -> CourseTeacher:
        with unit_of_work():
            give_teaching_consent(course, person, recording=recording, reuse=reuse, now=now)
        return db.session.get_one(CourseTeacher, (course.id, person.id))

    with unit_of_work():
        set_teachers(course, [person], actor=None, now=NOW)
    later = NOW + timedelta(days=1)
    consent(recording=True, reuse=False, now=NOW)
    row = consent(recording=True, reuse=True, now=later)
    assert (row.consents_to_recording_at, row.consents_to_reuse_at) == (NOW, later)
    row = consent(recording=False, reuse=True, now=later)
    assert (row.consents_to_recording_at, row.consents_to_reuse_at) == (None, later)
    told = [(e.old, e.new) for e in history_of(("course_teacher", course.id))][1:]
    assert told == [
        ("", f"recording consent of {person.id}"),
        ("", f"reuse consent of {person.id}"),
        (f"recording consent of {person.id}", ""),
    ]


def test_who_does_not_teach_a_course_has_nothing_to_consent_to(app):
    course, person = make_course(), make_person("instructor")
    with pytest.raises(NotFound), unit_of_work():
        give_teaching_consent(course, person, recording=True, reuse=True, now=NOW)


# --- two at once -----------------------------------------------------------------------


@pytest.fixture
def site(app_of_its_own: Flask) -> Iterator[Flask]:
    with app_of_its_own.app_context():
        yield app_of_its_own
        db.session.remove()


def at_once(app: Flask, *acts) -> list[str]:
    """Do these with the material in the same instant; return how it went for each."""
    barrier = Barrier(len(acts))

    def one(act) -> str:
        with app.test_request_context("/en/"):
            barrier.wait(30)
            try:
                with unit_of_work():
                    act()
            except Conflict:
                return "refused"
            finally:
                db.session.remove()
            return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def step(material_id: int, new: MaterialState, reason: str = ""):
    def act() -> None:
        services.change_material_state(
            queries.material_with_files(material_id),
            new,
            actor=None,
            is_staff=True,
            now=clock.now(),
            reason=reason,
        )

    return act


def test_two_who_approve_at_once_approve_once(site):
    material_id = make_material(
        make_lesson(make_module(make_course(modules=0))), state="submitted"
    ).id
    db.session.rollback()
    assert at_once(site, *[step(material_id, APPROVED)] * 4) == ["done"] * 4
    assert db.session.scalar(select(func.count()).select_from(StatusEvent)) == 1


def test_of_withdrawing_and_sending_back_at_once_only_one_order_is_possible(site):
    lesson = make_lesson(make_module(make_course(modules=0)))
    material_id = make_material(lesson, state="submitted").id
    db.session.rollback()
    outcome = at_once(
        site, step(material_id, DRAFT, "Mend it."), step(material_id, WITHDRAWN, "No rights.")
    )
    assert outcome in (["done", "done"], ["refused", "done"])
    assert db.session.get_one(Material, material_id).state == WITHDRAWN


def test_both_copies_withdrawn_at_once_end_withdrawn(site):
    lesson = make_lesson(make_module(make_course(modules=0)))
    first = make_material(lesson).id
    with unit_of_work():
        begin_version(queries.edited_lesson(lesson.id).course, actor=None, now=NOW)
    second = db.session.scalars(select(Material.id).where(Material.id != first)).one()
    db.session.rollback()
    outcome = at_once(site, step(first, WITHDRAWN, "No."), step(second, WITHDRAWN, "No."))
    assert outcome == ["done", "done"]
    assert set(db.session.scalars(select(Material.state))) == {WITHDRAWN}
    assert (
        db.session.scalar(
            select(func.count()).select_from(StatusEvent).where(StatusEvent.new == WITHDRAWN)
        )
        == 2
    )
