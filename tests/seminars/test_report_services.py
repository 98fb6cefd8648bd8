"""Reports become presence: every line is kept, each counts once, and what is said can be unsaid."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from lms.accounts.models import Person
from lms.core import clock
from lms.core.audit import StatusEvent
from lms.core.db import db
from lms.core.errors import Conflict, Invalid
from lms.core.unit_of_work import unit_of_work
from lms.seminars.models import (
    Attendance,
    AttendanceReport,
    Guest,
    MatchedBy,
    PersonAlias,
    Presence,
    ReportLine,
    ReportPlatform,
    Sitting,
)
from lms.seminars.queries.reports import lines_with, names_in_report, reports_of
from lms.seminars.rules.matching import Who
from lms.seminars.services import reports
from tests.factories import save
from tests.factories.accounts import make_person
from tests.factories.enrolment import make_enrolment, make_run
from tests.factories.seminars import make_sitting
from tests.work import times_the_work

HEAD = "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),In Waiting Room"
BUSAN = "Asia/Seoul"


@pytest.fixture
def staff(app):
    return make_person("staff")


@pytest.fixture
def run(app):
    return make_run()


@pytest.fixture
def sitting(run):
    """Return a sitting of two hours that ended an hour ago."""
    starts_at = clock.now().replace(minute=0, second=0, microsecond=0) - timedelta(hours=3)
    return make_sitting(run, starts_at=starts_at, ends_at=starts_at + timedelta(hours=2))


def trainee(run, name, email):
    return make_enrolment(run, make_person(full_name=name, email=email))


@pytest.fixture
def batbayar(run):
    return trainee(run, "Batbayar Dorj", "b.dorj@example.mn")


@pytest.fixture
def hong(run):
    return trainee(run, "Hong Gildong", "hong@example.kr")


def line(sitting, name, email="", joined=0, left=120, *, waiting="No"):
    """Return a line of Zoom's; times in minutes from the start, None for no end."""

    def text(minutes):
        if minutes is None:
            return ""
        return f"{sitting.starts_at + timedelta(minutes=minutes, hours=9):%Y-%m-%d %H:%M:%S}"

    return f"{name},{email},{text(joined)},{text(left)},1,{waiting}"


def file(*lines):
    return "\n".join([HEAD, *lines]).encode()


def bring_in(sitting, raw, staff, zone=BUSAN, name="zoom.csv"):
    with unit_of_work():
        report = reports.import_report(sitting, raw, name, zone, actor=staff, now=clock.now())
        return report.id


def say(sitting, report_id, name, who, staff):
    found = next(n for n in names_in_report(report_id).names if n.name == name)
    with unit_of_work():
        row = lines_with(report_id, [found.line_id])[found.line_id]
        reports.match_lines(sitting, [(row, who)], actor=staff, now=clock.now())


def unsay(sitting, report_id, name, staff):
    found = next(n for n in names_in_report(report_id).names if n.name == name)
    with unit_of_work():
        row = lines_with(report_id, [found.line_id])[found.line_id]
        reports.unmatch_line(sitting, row, actor=staff, now=clock.now())


def counted(sitting):
    """Return the presences that count: whose, from and to in minutes."""
    db.session.expire_all()
    rows = db.session.scalars(
        select(Presence)
        .where(Presence.sitting_id == sitting.id, Presence.withdrawn_at.is_(None))
        .order_by(Presence.joined_at, Presence.id)
    )

    def minutes(moment):
        return moment and int((moment - sitting.starts_at).total_seconds()) // 60

    return [(row.enrolment_id, minutes(row.joined_at), minutes(row.left_at)) for row in rows]


def matches(report_id):
    db.session.expire_all()
    return {
        name.name or name.email: (name.matched_by, name.who.enrolment_id)
        for name in names_in_report(report_id).names
    }


# --- importing -------------------------------------------------------------------------


def test_every_line_is_kept_and_what_is_plain_counts(sitting, batbayar, hong, staff):
    raw = file(
        line(sitting, "x", "B.Dorj@example.mn", 0, 50),
        line(sitting, "HONG gildong", "", 5, 120),
        line(sitting, "iPhone", "", 10, 60),
        line(sitting, "iPhone", "", 70, 90),
        line(sitting, "Nobody", "", 0, 3, waiting="Yes"),
        "garbage",
    )
    report_id = bring_in(sitting, raw, staff)

    assert counted(sitting) == [(batbayar.id, 0, 50), (hong.id, 5, 120)]
    assert matches(report_id) == {
        "x": (MatchedBy.EMAIL, batbayar.id),
        "HONG gildong": (MatchedBy.NAME, hong.id),
        "iPhone": (MatchedBy.NOBODY, None),
    }
    found = names_in_report(report_id)
    assert [(fault.number, fault.fault) for fault in found.faults] == [
        (6, "in_waiting_room"),
        (7, "unreadable"),
    ]
    report = db.session.get_one(AttendanceReport, report_id)
    assert report.platform == ReportPlatform.ZOOM
    assert (report.imported_by_id, report.line_count, report.file_name) == (staff.id, 6, "zoom.csv")
    assert (reports_of(sitting.id)[0].new_lines, reports_of(sitting.id)[0].open_lines) == (6, 2)


def test_the_same_file_again_is_the_same_report(sitting, batbayar, staff):
    raw = file(line(sitting, "Batbayar Dorj", "", 0, 50), "garbage")
    first = bring_in(sitting, raw, staff)
    again = bring_in(sitting, raw, staff, name="copy.csv")

    assert again == first
    assert counted(sitting) == [(batbayar.id, 0, 50)]
    assert len(db.session.scalars(select(ReportLine)).all()) == 2
    assert len(db.session.scalars(select(Presence)).all()) == 1


def test_a_line_in_two_reports_counts_once_and_a_fuller_one_adds(sitting, batbayar, staff):
    early = line(sitting, "Batbayar Dorj", "", 0, 50)
    first = bring_in(sitting, file(early, line(sitting, "Batbayar Dorj", "", 60, None)), staff)
    assert counted(sitting) == [(batbayar.id, 0, 50), (batbayar.id, 60, None)]

    fuller = bring_in(sitting, file(early, line(sitting, "Batbayar Dorj", "", 60, 120)), staff)

    assert fuller != first
    # What had no end counts nothing; its end comes beside it.
    assert counted(sitting) == [
        (batbayar.id, 0, 50),
        (batbayar.id, 60, None),
        (batbayar.id, 60, 120),
    ]
    assert [report.new_lines for report in reports_of(sitting.id)] == [2, 1]


def test_two_devices_that_join_at_one_moment_are_both_kept(sitting, batbayar, staff):
    raw = file(
        line(sitting, "Batbayar Dorj", "", 0, 50),
        line(sitting, "Batbayar Dorj (iPad)", "", 0, 110),
    )
    bring_in(sitting, raw, staff)

    assert sorted(counted(sitting)) == [(batbayar.id, 0, 50), (batbayar.id, 0, 110)]


def test_the_same_file_on_another_clock_takes_the_place_of_the_first(sitting, batbayar, staff):
    raw = file(line(sitting, "Batbayar Dorj", "", 0, 120))
    bring_in(sitting, raw, staff, zone="Asia/Shanghai")
    assert counted(sitting) == [(batbayar.id, 60, 180)]

    right = bring_in(sitting, raw, staff)

    assert counted(sitting) == [(batbayar.id, 0, 120)]
    assert [report.id for report in reports_of(sitting.id)] == [right]
    assert db.session.get_one(AttendanceReport, right).zone == BUSAN


def test_what_cannot_be_read_is_refused_beside_its_field_and_changes_nothing(sitting, staff):
    with pytest.raises(Invalid, match="no report of Zoom") as error:
        bring_in(sitting, b"shopping\nmilk\n", staff)
    assert error.value.field == "file"

    with pytest.raises(Invalid, match="On this clock nobody") as error:
        bring_in(sitting, file(line(sitting, "A B", "", 0, 9)), staff, zone="Pacific/Honolulu")
    assert error.value.field in {"zone", "file"}
    assert reports_of(sitting.id) == []


@pytest.mark.parametrize(
    ("state", "in_hours", "words"),
    [
        ("scheduled", 24, "not been held"),
        ("cancelled", -3, "not been held"),
        ("attendance_final", -3, "is final"),
    ],
)
def test_only_a_sitting_that_is_held_and_not_final_takes_reports(
    run, staff, state, in_hours, words
):
    starts_at = clock.now() + timedelta(hours=in_hours)
    sitting = make_sitting(
        run, state=state, starts_at=starts_at, ends_at=starts_at + timedelta(hours=2)
    )

    with pytest.raises(Conflict, match=words):
        bring_in(sitting, file(line(sitting, "A B")), staff)


def test_guests_of_a_public_sitting_are_matched_and_others_of_the_run_are_not(run, staff):
    starts_at = clock.now() - timedelta(hours=3)
    sitting = make_sitting(run, starts_at=starts_at, is_public=True)
    guest = save(
        Guest(
            sitting_id=sitting.id,
            name="Ana Reyes",
            email="ana@example.ph",
            language="en",
            time_zone="Asia/Manila",
            consent_version="1",
            consented_at=clock.now(),
            registered_at=clock.now(),
        )
    )
    make_enrolment(run, make_person(full_name="Gone Away"), state="withdrawn")
    report_id = bring_in(
        sitting, file(line(sitting, "Ana Reyes"), line(sitting, "Gone Away")), staff
    )

    assert matches(report_id)["Ana Reyes"] == (MatchedBy.NAME, None)
    assert matches(report_id)["Gone Away"] == (MatchedBy.NOBODY, None)
    presence = db.session.scalars(select(Presence)).one()
    assert (presence.guest_id, presence.enrolment_id) == (guest.id, None)


def test_attendance_is_counted_anew_after_each_step(sitting, batbayar, hong, staff):
    sitting.state = "ended"
    db.session.commit()

    def credited():
        db.session.expire_all()
        rows = db.session.scalars(select(Attendance).where(Attendance.sitting_id == sitting.id))
        return {row.enrolment_id: (row.status, row.credited_minutes) for row in rows}

    raw = file(line(sitting, "Batbayar Dorj", "", 0, 60), line(sitting, "Hongie", "", 0, 120))
    report_id = bring_in(sitting, raw, staff)
    assert credited() == {batbayar.id: ("partial", 60), hong.id: ("absent", 0)}

    say(sitting, report_id, "Hongie", Who(hong.id), staff)
    assert credited()[hong.id] == ("present", 120)

    unsay(sitting, report_id, "Hongie", staff)
    assert credited()[hong.id] == ("absent", 0)

    with unit_of_work():
        report = db.session.get_one(AttendanceReport, report_id)
        reports.discard_report(sitting, report, actor=staff, now=clock.now())
    assert credited() == {batbayar.id: ("absent", 0), hong.id: ("absent", 0)}


def test_one_file_sent_twice_at_once_is_one_report(app_of_its_own):
    app = app_of_its_own
    with app.app_context():
        run, person = make_run(), make_person("staff")
        enrolment = trainee(run, "Batbayar Dorj", "b.dorj@example.mn")
        starts_at = clock.now().replace(minute=0, second=0, microsecond=0) - timedelta(hours=3)
        sitting = make_sitting(run, starts_at=starts_at)
        raw = file(line(sitting, "Batbayar Dorj", "", 0, 50), "garbage")
        ids = sitting.id, person.id, enrolment.id

    def send(_attempt):
        with app.app_context():
            found, actor = db.session.get_one(Sitting, ids[0]), db.session.get_one(Person, ids[1])
            return bring_in(found, raw, actor)

    with ThreadPoolExecutor(4) as pool:
        sent = set(pool.map(send, range(8)))
    with app.app_context():
        assert len(sent) == 1
        assert counted(db.session.get_one(Sitting, ids[0])) == [(ids[2], 0, 50)]
        assert len(db.session.scalars(select(ReportLine)).all()) == 2
        (listed,) = reports_of(ids[0])
        assert (listed.new_lines, listed.open_lines) == (2, 0)
        assert [name.matched_by for name in names_in_report(listed.id).names] == [MatchedBy.NAME]


def test_twenty_thousand_lines_are_imported_and_none_is_held_against_all_others(
    sitting, batbayar, staff
):
    def strangers(count, first=0):
        numbers = range(first, first + count)
        return [line(sitting, f"Stranger B{n}x", f"s{n}@example.org", 0, 60) for n in numbers]

    some = {count: file(*strangers(count, 50_000 + count)) for count in (250, 1000)}
    assert times_the_work(lambda count: bring_in(sitting, some[count], staff), of=250) < 8
    dorj = line(sitting, "Batbayar Dorj")
    report_id = bring_in(sitting, file(*strangers(20_000), dorj), staff)

    assert len(names_in_report(report_id).names) == 20_001
    assert counted(sitting) == [(batbayar.id, 0, 120)]


# --- matching --------------------------------------------------------------------------


def test_a_name_given_to_somebody_counts_and_is_remembered_for_the_run(
    run, sitting, batbayar, staff
):
    raw = file(line(sitting, "Bataa", "", 0, 50), line(sitting, "BATAA", "", 60, 90))
    report_id = bring_in(sitting, raw, staff)
    assert counted(sitting) == []

    say(sitting, report_id, "Bataa", Who(batbayar.id), staff)

    assert counted(sitting) == [(batbayar.id, 0, 50), (batbayar.id, 60, 90)]
    assert matches(report_id) == {"Bataa": (MatchedBy.HAND, batbayar.id)}

    other = make_sitting(run, starts_at=sitting.starts_at, ends_at=sitting.ends_at)
    later = bring_in(other, file(line(other, "bataa", "", 0, 30)), staff)
    assert matches(later) == {"bataa": (MatchedBy.ALIAS, batbayar.id)}
    elsewhere = make_sitting(starts_at=sitting.starts_at, ends_at=sitting.ends_at)
    assert matches(bring_in(elsewhere, file(line(elsewhere, "bataa")), staff)) == {
        "bataa": (MatchedBy.NOBODY, None)
    }


def test_what_a_device_is_called_is_asked_about_each_time(run, sitting, batbayar, staff):
    report_id = bring_in(sitting, file(line(sitting, "iPhone")), staff)
    say(sitting, report_id, "iPhone", Who(batbayar.id), staff)
    assert counted(sitting) == [(batbayar.id, 0, 120)]

    other = make_sitting(run, starts_at=sitting.starts_at, ends_at=sitting.ends_at)
    later = bring_in(other, file(line(other, "iPhone")), staff)

    assert matches(later) == {"iPhone": (MatchedBy.NOBODY, None)}


def test_who_is_nobody_taught_is_remembered_too(run, sitting, hong, staff):
    report_id = bring_in(sitting, file(line(sitting, "Interpreter Lee")), staff)
    say(sitting, report_id, "Interpreter Lee", None, staff)

    other = make_sitting(run, starts_at=sitting.starts_at, ends_at=sitting.ends_at)
    later = bring_in(other, file(line(other, "Interpreter Lee")), staff)

    assert matches(report_id)["Interpreter Lee"] == (MatchedBy.NOT_A_PARTICIPANT, None)
    assert matches(later)["Interpreter Lee"] == (MatchedBy.NOT_A_PARTICIPANT, None)
    assert counted(sitting) == counted(other) == []


def test_a_name_matched_anew_takes_back_what_it_said(sitting, batbayar, hong, staff):
    report_id = bring_in(sitting, file(line(sitting, "Hong Gildong", "", 0, 60)), staff)
    assert counted(sitting) == [(hong.id, 0, 60)]

    say(sitting, report_id, "Hong Gildong", Who(batbayar.id), staff)
    assert counted(sitting) == [(batbayar.id, 0, 60)]
    # What was said before stays to be seen.
    assert len(db.session.scalars(select(Presence)).all()) == 2

    say(sitting, report_id, "Hong Gildong", Who(hong.id), staff)
    assert counted(sitting) == [(hong.id, 0, 60)]
    assert len(db.session.scalars(select(Presence)).all()) == 2
    history = db.session.scalars(
        select(StatusEvent).where(StatusEvent.entity == "report_line").order_by(StatusEvent.id)
    )
    assert [(event.old, event.new, event.actor_id) for event in history] == [
        (f"name, enrolment {hong.id}", f"hand, enrolment {batbayar.id}", staff.id),
        (f"hand, enrolment {batbayar.id}", f"hand, enrolment {hong.id}", staff.id),
    ]


def test_what_was_said_can_be_unsaid_and_is_then_forgotten(run, sitting, batbayar, staff):
    report_id = bring_in(sitting, file(line(sitting, "Bataa")), staff)
    say(sitting, report_id, "Bataa", Who(batbayar.id), staff)

    unsay(sitting, report_id, "Bataa", staff)
    unsay(sitting, report_id, "Bataa", staff)

    assert counted(sitting) == []
    assert matches(report_id) == {"Bataa": (MatchedBy.NOBODY, None)}
    assert db.session.scalars(select(PersonAlias)).all() == []


def test_saying_the_same_again_changes_nothing(sitting, batbayar, staff):
    report_id = bring_in(sitting, file(line(sitting, "Bataa")), staff)
    say(sitting, report_id, "Bataa", Who(batbayar.id), staff)
    say(sitting, report_id, "Bataa", Who(batbayar.id), staff)

    events = select(StatusEvent).where(StatusEvent.entity == "report_line")
    assert len(db.session.scalars(events).all()) == 1
    assert counted(sitting) == [(batbayar.id, 0, 120)]


def test_nobody_from_elsewhere_can_have_been_there(sitting, staff):
    report_id = bring_in(sitting, file(line(sitting, "Bataa")), staff)
    stranger = make_enrolment(make_run(), make_person())

    with pytest.raises(Invalid):
        say(sitting, report_id, "Bataa", Who(stranger.id), staff)
    with pytest.raises(Invalid):
        say(sitting, report_id, "Bataa", Who(guest_id=1), staff)
    assert matches(report_id) == {"Bataa": (MatchedBy.NOBODY, None)}


def test_names_alike_in_name_and_not_in_address_are_two(sitting, batbayar, staff):
    raw = file(
        line(sitting, "Bataa", "one@mail.example", 0, 30),
        line(sitting, "Bataa", "two@mail.example", 0, 90),
    )
    report_id = bring_in(sitting, raw, staff)
    say(sitting, report_id, "Bataa", Who(batbayar.id), staff)

    assert counted(sitting) == [(batbayar.id, 0, 30)]


def test_two_of_one_name_are_told_apart_by_their_addresses_another_day(run, sitting, staff):
    one, two = (trainee(run, "Kim Minsu", f"{which}@example.kr") for which in ("a", "b"))

    def lines_of(which):
        return [
            line(which, "Kim Minsu", "first@mail.example", 0, 30),
            line(which, "Kim Minsu", "second@mail.example", 0, 90),
            line(which, "Kim Minsu", "", 0, 100),
        ]

    report_id = bring_in(sitting, file(*lines_of(sitting)), staff)
    names = names_in_report(report_id).names
    assert [name.matched_by for name in names] == [MatchedBy.NOBODY] * 3
    with unit_of_work():
        rows = list(lines_with(report_id, [name.line_id for name in names]).values())
        said = list(zip(rows, [Who(one.id), Who(two.id), Who(two.id)], strict=True))
        reports.match_lines(sitting, said, actor=staff, now=clock.now())

    other = make_sitting(run, starts_at=sitting.starts_at, ends_at=sitting.ends_at)
    later = bring_in(other, file(*lines_of(other)), staff)

    assert sorted(counted(other)) == [(one.id, 0, 30), (two.id, 0, 90)]
    assert [name.matched_by for name in names_in_report(later).names] == [
        MatchedBy.ALIAS,
        MatchedBy.ALIAS,
        MatchedBy.NOBODY,
    ]
    with unit_of_work():
        (row,) = lines_with(later, [names_in_report(later).names[1].line_id]).values()
        reports.unmatch_line(other, row, actor=staff, now=clock.now())
    kept = set(db.session.scalars(select(PersonAlias.name_key)))
    assert "second@mail.example" not in kept
    assert "first@mail.example" in kept


def test_an_address_of_letters_that_grow_is_kept(app_of_its_own):
    with app_of_its_own.app_context():
        held = make_sitting(starts_at=clock.now() - timedelta(hours=1))
        report_id = bring_in(held, file(line(held, "Bataa", "İ" * 300)), make_person("staff"))
        assert names_in_report(report_id).names[0].name == "Bataa"


def test_a_final_attendance_is_not_changed_by_matching(sitting, batbayar, staff):
    report_id = bring_in(sitting, file(line(sitting, "Bataa")), staff)
    sitting.state = "attendance_final"
    db.session.commit()

    with pytest.raises(Conflict):
        say(sitting, report_id, "Bataa", Who(batbayar.id), staff)
    with pytest.raises(Conflict):
        unsay(sitting, report_id, "Bataa", staff)
    assert counted(sitting) == []


# --- taking back -----------------------------------------------------------------------


def test_a_report_taken_back_counts_no_more_and_may_come_again(sitting, batbayar, staff):
    raw = file(line(sitting, "Batbayar Dorj", "", 0, 50))
    report_id = bring_in(sitting, raw, staff)
    with unit_of_work():
        report = db.session.get_one(AttendanceReport, report_id)
        reports.discard_report(sitting, report, actor=staff, now=clock.now())

    assert counted(sitting) == []
    assert reports_of(sitting.id) == []

    bring_in(sitting, raw, staff)
    assert counted(sitting) == [(batbayar.id, 0, 50)]


def test_lines_a_later_report_repeats_come_back_with_it(sitting, batbayar, staff):
    early = line(sitting, "Batbayar Dorj", "", 0, 50)
    fuller = file(early, line(sitting, "Batbayar Dorj", "", 60, 120))
    first = bring_in(sitting, file(early), staff)
    second = bring_in(sitting, fuller, staff)
    with unit_of_work():
        report = db.session.get_one(AttendanceReport, first)
        reports.discard_report(sitting, report, actor=staff, now=clock.now())
    assert counted(sitting) == [(batbayar.id, 60, 120)]

    assert bring_in(sitting, fuller, staff) == second
    assert counted(sitting) == [(batbayar.id, 0, 50), (batbayar.id, 60, 120)]


# --- names -----------------------------------------------------------------------------


def test_two_under_one_name_at_once_are_pointed_out(sitting, staff):
    raw = file(
        line(sitting, "iPhone", "", 0, 60),
        line(sitting, "iPhone", "", 30, 90),
        line(sitting, "user 2", "", 0, 30),
        line(sitting, "user 2", "", 30, None),
    )
    names = {name.name: name for name in names_in_report(bring_in(sitting, raw, staff)).names}

    assert names["iPhone"].was_twice_at_once
    assert not names["user 2"].was_twice_at_once
    assert names["user 2"].has_open_end
    assert names["iPhone"].first_joined_at == sitting.starts_at
    assert names["iPhone"].last_left_at == sitting.starts_at + timedelta(minutes=90)
