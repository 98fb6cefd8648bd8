"""What people thought of a session: once each, without their names, told from five on."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from lms.core import clock
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from lms.enrolment.models import RunInstructor
from lms.seminars.models import Evaluation, EvaluationTurn
from lms.seminars.services import evaluations as services
from tests.factories import save
from tests.factories.accounts import make_person
from tests.factories.enrolment import make_enrolment, make_run
from tests.factories.seminars import make_holder, make_sitting
from tests.forms import fill_in, token_on

MARKS = {"content": "5", "instructor": "4", "materials": "3", "time_slot": "2", "connection": "1"}


def held(run=None, **values):
    return make_sitting(run, starts_at=clock.now() - timedelta(hours=5), **values)


def page(sitting):
    return f"/en/sessions/{sitting.id}/evaluate"


def enrolled(run):
    person = make_person()
    return person, make_enrolment(run, person)


def opinion(**marks):
    values = {"interpretation": None, "comment": "", "language": "en", **MARKS, **marks}
    numbers = {name: int(v) if str(v).isdecimal() else v for name, v in values.items()}
    return services.Opinion(**numbers)


def test_an_opinion_is_kept_apart_from_who_has_it(app, signed_in_as):
    run = make_run()
    sitting = held(run)
    person, enrolment = enrolled(run)
    browser = signed_in_as(person)
    assert "The interpretation" not in browser.get(page(sitting)).text
    answer = fill_in(browser, page(sitting), **MARKS, comment="More ports.\r\nFewer slides.")
    assert answer.location == f"/en/sessions/{sitting.id}"
    (row,) = db.session.query(Evaluation).all()
    kept = {name: getattr(row, name) for name in MARKS}
    assert kept == {name: int(mark) for name, mark in MARKS.items()}
    assert (row.interpretation, row.comment) == (None, "More ports.\nFewer slides.")
    (turn,) = db.session.query(EvaluationTurn).all()
    assert (turn.sitting_id, turn.enrolment_id) == (sitting.id, enrolment.id)
    # No column of the evaluation leads to a person.
    assert not [
        key
        for column in Evaluation.__table__.columns
        for key in column.foreign_keys
        if key.column.table.name != "sittings"
    ]


def test_the_order_of_turns_does_not_name_who_said_what(app):
    run = make_run()
    sitting = held(run)
    for mark in range(12):
        _person, enrolment = enrolled(run)
        with unit_of_work():
            services.evaluate(
                sitting.id, enrolment.id, opinion(comment=f"{mark:02}"), now=clock.now()
            )
    by_id = [row.comment for row in db.session.query(Evaluation).order_by(Evaluation.id)]
    assert sorted(by_id) != by_id


def test_whoever_has_answered_gives_no_others(app, signed_in_as):
    run = make_run()
    sitting = held(run)
    browser = signed_in_as(enrolled(run)[0])
    token = token_on(browser, page(sitting))
    for mark in ("5", "1"):
        data = {**MARKS, "content": mark, "csrf_token": token}
        assert browser.post(page(sitting), data=data).status_code == 303
    assert [row.content for row in db.session.query(Evaluation)] == [5]
    text = browser.get(page(sitting)).text
    assert "You have evaluated this session" in text
    assert 'name="content"' not in text


def test_interpretation_is_asked_of_where_there_was_any(app, signed_in_as):
    run = make_run()
    sitting = held(run)
    make_holder(sitting, make_person(), role="interpreter", language="vi", mode="consecutive")
    browser = signed_in_as(enrolled(run)[0])
    answer = fill_in(browser, page(sitting), **MARKS)
    assert answer.status_code == 422
    assert re.search(r'<a href="#interpretation-0">[^<]*Choose a mark', answer.text)
    assert re.search(
        r'name="content"[^>]*value="5"[^>]*checked|checked[^>]*name="content"[^>]*value="5"',
        answer.text,
    )
    assert fill_in(browser, page(sitting), **MARKS, interpretation="2").status_code == 303
    assert db.session.query(Evaluation).one().interpretation == 2


@pytest.mark.parametrize("mark", ["0", "6", "-1", "x", "5.0", ""])
def test_marks_are_one_to_five(app, signed_in_as, mark):
    run = make_run()
    sitting = held(run)
    answer = fill_in(signed_in_as(enrolled(run)[0]), page(sitting), **{**MARKS, "content": mark})
    assert answer.status_code == 422
    assert db.session.query(Evaluation).count() == 0


def test_only_those_enrolled_are_asked_and_only_afterwards(app, signed_in_as):
    run = make_run()
    person, _enrolment = enrolled(run)
    coming = make_sitting(run)
    called_off = held(run, state="cancelled")
    for sitting in (coming, called_off):
        assert signed_in_as(person).get(page(sitting)).status_code == 409
    sitting = held(run, state="attendance_final")
    assert signed_in_as(person).get(page(sitting)).status_code == 200
    for other in (make_person(), make_person("staff")):
        assert signed_in_as(other).get(page(sitting)).status_code == 404


def test_two_clicks_at_once_are_one_answer(app_of_its_own):
    with app_of_its_own.app_context():
        run = make_run()
        sitting = held(run)
        sitting_id, enrolment_id = sitting.id, enrolled(run)[1].id
        db.session.remove()
    barrier = Barrier(6)

    def one(_number):
        with app_of_its_own.test_request_context("/en/"):
            barrier.wait(30)
            try:
                with unit_of_work():
                    return services.evaluate(sitting_id, enrolment_id, opinion(), now=clock.now())
            finally:
                db.session.remove()

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(one, range(6))) == [False] * 5 + [True]
    with app_of_its_own.app_context():
        assert db.session.query(Evaluation).count() == 1


# --- what is told ----------------------------------------------------------------------


def answered_by(sitting, run, number, **marks):
    for each in range(number):
        _person, enrolment = enrolled(run)
        with unit_of_work():
            services.evaluate(
                sitting.id,
                enrolment.id,
                opinion(**{**marks, "comment": f"Remark {each}"}),
                now=clock.now(),
            )


def staff_page(sitting):
    return f"/en/manage/sessions/{sitting.id}/evaluations"


def test_of_four_nothing_is_told_of_five_the_means(app, signed_in_as):
    run = make_run()
    sitting = held(run)
    browser = signed_in_as(make_person("staff"))
    answered_by(sitting, run, 4, content=5, instructor=1)
    text = browser.get(staff_page(sitting)).text
    assert "4 people have answered" in text
    assert "Remark" not in text.replace("Means and remarks", "")
    assert "<table" not in text
    answered_by(sitting, run, 1, content=1, instructor=2)
    text = browser.get(staff_page(sitting)).text
    means = dict(re.findall(r'<th scope="row">([^<]+)</th><td class="number">([^<]+)</td>', text))
    assert means["The content"] == "4.2"
    assert means["The instructor"] == "1.2"
    # Nobody said anything of interpretation, so five answers are no five marks.
    assert means["The interpretation"] == "–"
    assert text.count("<blockquote") == 5


def test_five_answers_are_not_five_marks_of_interpretation(app, signed_in_as):
    run = make_run()
    sitting = held(run)
    answered_by(sitting, run, 5)
    answered_by(sitting, run, 4, interpretation=1)
    text = signed_in_as(make_person("staff")).get(staff_page(sitting)).text
    assert re.search(r'The interpretation</th><td class="number">–<', text)


def test_the_instructors_of_the_run_are_told_and_others_are_not(app, signed_in_as):
    run = make_run()
    sitting = held(run)
    instructor = make_person("instructor")
    save(RunInstructor(run_id=run.id, person_id=instructor.id))
    assert signed_in_as(instructor).get(staff_page(sitting)).status_code == 200
    assert signed_in_as(make_person("instructor")).get(staff_page(sitting)).status_code == 404
    assert signed_in_as(enrolled(run)[0]).get(staff_page(sitting)).status_code == 403


def test_the_page_takes_the_same_statements_for_any_number(app, signed_in_as, count_statements):
    run = make_run()
    sitting = held(run)
    browser, address = signed_in_as(make_person("staff")), staff_page(sitting)

    def cost():
        with count_statements() as statements:
            assert browser.get(address).status_code == 200
        return len(statements)

    answered_by(sitting, run, 5)
    cost()
    few = cost()
    answered_by(sitting, run, 5)
    assert cost() == few <= 8
