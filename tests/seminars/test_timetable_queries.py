"""The reads of timetables answer the same on both databases."""

from datetime import timedelta

from lms.core import clock
from lms.seminars.queries import timetable as queries
from lms.seminars.rules.sittings import Phase
from tests.factories.accounts import make_person
from tests.factories.enrolment import make_enrolment, make_run
from tests.factories.seminars import make_day_item, make_held_lesson, make_holder, make_sitting

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def test_whose_sittings_there_are_and_what_comes_next(app_of_its_own):
    with app_of_its_own.app_context():
        now = clock.now()
        run, other = make_run(), make_run()
        person, staff = make_person(), make_person("staff")
        make_enrolment(run, person)
        lesson = make_held_lesson(run)
        begin = now + HOUR
        first = make_sitting(run, lesson, starts_at=begin, ends_at=begin + HOUR, is_public=True)
        repeat = make_sitting(run, lesson, starts_at=begin + 60 * DAY)
        far = make_sitting(run, starts_at=begin + 60 * DAY)
        put_off = make_sitting(
            run,
            starts_at=begin + 90 * DAY,
            state="postponed",
            previous_starts_at=begin,
            previous_ends_at=begin + HOUR,
        )
        plan = make_sitting(other, starts_at=begin, state="planned")
        held = make_sitting(other, starts_at=begin + HOUR / 2)
        for sitting in (plan, held):
            for holder in (person, staff):
                make_holder(sitting, holder, role="moderator")
        make_day_item(run, "Study alone", now.date(), now.date() + 2 * DAY)
        shown = (now, now + 7 * DAY)

        def ids(person, *, sees_plans=False):
            rows = queries.my_sittings(person.id, shown, sees_plans=sees_plans)
            return {row.id for row in rows}

        assert ids(person) == {first.id, repeat.id, put_off.id, held.id}
        assert far.id not in ids(person)
        assert ids(staff, sees_plans=True) == {plan.id, held.id}
        assert [row.id for row in queries.public_sittings(shown)] == [first.id]
        coming = queries.my_next_sittings(person.id, now, most=2)
        assert [(row.id, phase) for row, phase in coming] == [
            (first.id, Phase.SCHEDULED),
            (held.id, Phase.SCHEDULED),
        ]
        following = queries.next_sitting_of_run(run.id, now + 2 * HOUR)
        assert following is not None
        assert following[0].id in {repeat.id, far.id}
        assert queries.next_public_sitting(now) is not None
        assert queries.next_public_sitting(now + 30 * DAY) is None
        (item,) = queries.my_day_items(person.id, now.date() + DAY, now.date() + DAY)
        assert item.course_code
        assert queries.my_day_items(person.id, now.date() + 3 * DAY, now.date() + 9 * DAY) == []


def test_the_version_of_what_is_public_changes_with_the_clock_and_with_each_change(app_of_its_own):
    with app_of_its_own.app_context():
        now = clock.now()
        run = make_run()
        lesson = make_held_lesson(run)
        empty = queries.public_version(now)
        begin = now + DAY
        values = {"is_public": True, "starts_at": begin, "ends_at": begin + HOUR}
        sitting = make_sitting(run, lesson, **values)
        moments = (now, begin - HOUR / 4, begin, begin + HOUR)
        versions = [empty, *(queries.public_version(moment) for moment in moments)]
        assert len(set(versions)) == 5
        assert queries.public_version(now + HOUR) == versions[1], "nothing has happened"
        make_holder(sitting, make_person())
        after = queries.public_version(now)
        assert after != versions[1]
        make_holder(make_sitting(run, lesson), make_person())
        assert queries.public_version(now) == after, "what is not public is nobody's matter"
