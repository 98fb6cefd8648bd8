"""The pages of attendance reports: bringing a file in, and saying whose its names are."""

import re
from io import BytesIO

import pytest
from sqlalchemy import func, select

from lms.core.access_log import AccessEntry
from lms.core.db import db
from lms.enrolment.models import CourseRun
from lms.seminars.models import MatchedBy, Presence, ReportLine
from lms.seminars.queries.reports import names_in_report
from tests.factories.accounts import make_person
from tests.factories.seminars import make_sitting
from tests.forms import fill_in, token_on
from tests.seminars.test_report_services import (
    batbayar,
    bring_in,
    counted,
    file,
    hong,
    line,
    run,
    sitting,
    staff,
    trainee,
)

__all__ = ["batbayar", "hong", "run", "sitting", "staff"]


@pytest.fixture
def browser(staff, signed_in_as):
    return signed_in_as(staff)


def upload_page(sitting):
    return f"/en/manage/sessions/{sitting.id}/reports"


def match_page(report_id):
    return f"/en/manage/reports/{report_id}"


def upload(browser, sitting, raw, name="report.csv", zone="Asia/Seoul"):
    return fill_in(browser, upload_page(sitting), file=(BytesIO(raw), name), zone=zone)


def line_id(report_id, name):
    return next(n.line_id for n in names_in_report(report_id).names if n.name == name)


def rows(page, caption):
    table = page.split(caption)[1].split("<tbody>")[1].split("</tbody>")[0]
    texts = [re.sub("<[^>]*>", " ", row) for row in table.split("<tr>")[1:]]
    return [" ".join(text.split()) for text in texts]


def matched_by(report_id):
    db.session.expire_all()
    return {name.name: name.matched_by for name in names_in_report(report_id).names}


# --- bringing it in --------------------------------------------------------------------


def test_a_report_is_brought_in_and_leads_to_its_names(browser, sitting, batbayar, staff):
    raw = file(
        line(sitting, "Batbayar Dorj", "", 0, 50),
        line(sitting, "iPhone", "", 0, 20),
        line(sitting, "<b>Waiting</b>", "", 0, 5, waiting="Yes"),
    )
    answer = upload(browser, sitting, raw)
    assert answer.status_code == 303

    page = browser.get(answer.location).text
    assert "The report is imported." in page
    assert "1 name is nobody" in page
    assert rows(page, "Settled names")[0].startswith("Batbayar Dorj Batbayar Dorj by the name")
    assert "waiting room" in rows(page, "Lines to look at")[0]
    assert "<b>Waiting" not in page
    assert counted(sitting) == [(batbayar.id, 0, 50)]
    listed = rows(browser.get(upload_page(sitting)).text, "Imported reports")
    assert listed[0].startswith("report.csv Zoom Person")
    assert "3 new of 3" in listed[0]
    assert "1 line is nobody" in listed[0]


def test_a_teams_report_as_it_is_saved(browser, sitting, batbayar):
    begin, end = (f"{at:%-m/%-d/%y, %-I:%M:%S %p}" for at in (sitting.starts_at, sitting.ends_at))
    text = "\r\n".join(
        [
            "1. Summary",
            "Meeting title\tSmart ports",
            "",
            "2. Participants",
            "Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tParticipant ID (UPN)\tRole",
            "",
            "3. In-Meeting Activities",
            "Name\tJoin Time\tLeave Time\tDuration\tEmail\tRole",
            f"Bataa\t{begin}\t{end}\t2h\tb.dorj@example.mn\tAttendee",
        ]
    )
    assert upload(browser, sitting, text.encode("utf-16"), zone="UTC").status_code == 303

    assert counted(sitting) == [(batbayar.id, 0, 120)]


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "Choose the file of the report|The file is empty"),
        (b"PK\x03\x04", "This is a workbook"),
        (b"shopping\nmilk\n", "no report of Zoom"),
        (b"Name,Email,Total Duration (Minutes)\nA,a@x.org,9\n", "does not say when"),
        (b"x\n" * 30_001, "too many lines"),
    ],
)
def test_what_cannot_be_read_is_told_beside_the_file(browser, sitting, raw, words):
    answer = upload(browser, sitting, raw, zone="Asia/Manila")

    assert answer.status_code == 422
    assert re.search(words, answer.text)
    # What was chosen stays chosen.
    assert re.search(r'<option selected value="Asia/Manila"', answer.text)
    assert db.session.scalar(select(func.count(ReportLine.id))) == 0


def test_a_report_on_the_wrong_clock_asks_for_the_zone(browser, sitting):
    raw = file(line(sitting, "A B", "", 0, 120))
    answer = upload(browser, sitting, raw, zone="Asia/Dubai")

    assert answer.status_code == 422
    assert "Choose the time zone the report was saved in" in answer.text
    assert upload(browser, sitting, raw, zone="Nowhere/Town").status_code == 422


def test_a_file_of_ten_megabytes_is_read_and_a_larger_one_refused(browser, sitting):
    most = file(line(sitting, "A B"), "x" * 18_000)
    padded = most + b"\n" + b"\n".join([b"y" * 19_000] * ((10_000_000 - len(most)) // 19_001))
    assert 9_900_000 < len(padded) <= 10_000_000
    for raw, status in (
        (padded, 303),
        (b"z" * 10_000_001, 422),
        (b"z" * 10_200_000, 413),
    ):
        answer = upload(browser, sitting, raw)
        assert answer.status_code == status
        answer.request.input_stream.close()  # the test client keeps what is large in a file


def test_before_a_session_is_held_no_report_is_taken(browser, run):
    sitting = make_sitting(run)
    page = browser.get(upload_page(sitting)).text
    assert "No report can be imported now" in page
    assert 'type="file"' not in page

    token = token_on(browser, "/en/manage/holidays")
    data = {"csrf_token": token, "zone": "UTC", "file": (BytesIO(b"x"), "x.csv")}
    assert browser.post(upload_page(sitting), data=data).status_code == 409


# --- saying whose they are -------------------------------------------------------------


@pytest.fixture
def report_id(sitting, batbayar, hong, staff):
    return bring_in(
        sitting,
        file(
            line(sitting, "Dorj Batbayar", "", 0, 50),
            line(sitting, "iPhone", "", 0, 20),
            line(sitting, "Interpreter Lee", "", 0, 120),
            line(sitting, "user 2", "", 0, 9),
            line(sitting, "Hong Gildong", "", 0, 120),
        ),
        staff,
    )


def test_whose_names_are_is_said_in_one_go_and_some_is_left_open(
    browser, sitting, report_id, batbayar, hong
):
    page = browser.get(match_page(report_id)).text
    likely = page.split("Dorj Batbayar")[1].split("Somebody else:")[0]
    assert f'value="enrolment-{batbayar.id}"' in likely
    assert "4 names are nobody" in page

    said = {
        f"who-{line_id(report_id, 'Dorj Batbayar')}": f"enrolment-{batbayar.id}",
        f"who-{line_id(report_id, 'iPhone')}": "another",
        f"other-{line_id(report_id, 'iPhone')}": f"enrolment-{hong.id}",
        f"who-{line_id(report_id, 'Interpreter Lee')}": "nobody",
        f"who-{line_id(report_id, 'user 2')}": "",
    }
    answer = fill_in(browser, match_page(report_id), **said)

    assert answer.status_code == 303
    page = browser.get(answer.location).text
    assert "3 names are settled." in page
    assert "1 name is nobody" in page
    assert matched_by(report_id) == {
        "Dorj Batbayar": MatchedBy.HAND,
        "iPhone": MatchedBy.HAND,
        "Interpreter Lee": MatchedBy.NOT_A_PARTICIPANT,
        "user 2": MatchedBy.NOBODY,
        "Hong Gildong": MatchedBy.NAME,
    }
    assert sorted(counted(sitting)) == [
        (batbayar.id, 0, 50),
        (hong.id, 0, 20),
        (hong.id, 0, 120),
    ]


def test_somebody_picked_without_pushing_the_button_beside_it_is_meant(
    browser, sitting, report_id, hong
):
    iphone = line_id(report_id, "iPhone")
    said = {f"who-{iphone}": "", f"other-{iphone}": f"enrolment-{hong.id}"}
    assert fill_in(browser, match_page(report_id), **said).status_code == 303

    assert matched_by(report_id)["iPhone"] == MatchedBy.HAND


def test_somebody_else_without_a_name_is_asked_for_and_the_rest_kept(browser, report_id, batbayar):
    iphone, dorj = line_id(report_id, "iPhone"), line_id(report_id, "Dorj Batbayar")
    said = {f"who-{iphone}": "another", f"who-{dorj}": f"enrolment-{batbayar.id}"}
    answer = fill_in(browser, match_page(report_id), **said)

    assert answer.status_code == 422
    assert "Choose who it was." in answer.text
    kept = rf'<input[^>]*checked[^>]*name="who-{dorj}"[^>]*value="enrolment-{batbayar.id}"'
    assert re.search(kept, answer.text)
    assert matched_by(report_id)["Dorj Batbayar"] == MatchedBy.NOBODY


@pytest.mark.parametrize("value", ["enrolment-999999", "guest-1", "person-1", "enrolment-x"])
def test_nobody_from_elsewhere_can_be_chosen(browser, report_id, value):
    iphone = line_id(report_id, "iPhone")
    for said in ({f"who-{iphone}": value}, {f"other-{iphone}": value}):
        assert fill_in(browser, match_page(report_id), **said).status_code == 422
    assert matched_by(report_id)["iPhone"] == MatchedBy.NOBODY


def test_people_of_one_name_are_told_apart_by_their_address(browser, run, sitting, staff):
    for address in ("one@example.kr", "two@example.kr"):
        trainee(run, "Kim Minsu", address)
    trainee(run, "Lee Jia", "jia@example.kr")
    report_id = bring_in(sitting, file(line(sitting, "Kim Minsu")), staff)
    page = browser.get(match_page(report_id)).text
    for told in ("Kim Minsu · one@example.kr", "Kim Minsu · two@example.kr"):
        assert page.count(told) == 2  # as proposals, and in the list of all
    assert "jia@example.kr" not in page


def test_a_line_that_cannot_be_is_none(browser, report_id):
    for number in ("9" * 5000, "-1", "1e3", "٣", ""):
        answer = fill_in(browser, match_page(report_id), **{f"who-{number}": "nobody"})
        assert answer.status_code in {200, 303}


def test_what_somebody_else_has_settled_meanwhile_stays(browser, report_id, batbayar, hong):
    iphone = line_id(report_id, "iPhone")
    said = {f"who-{iphone}": "another", f"other-{iphone}": f"enrolment-{hong.id}"}
    assert fill_in(browser, match_page(report_id), **said).status_code == 303

    late = {f"who-{iphone}": "another", f"other-{iphone}": f"enrolment-{batbayar.id}"}
    fill_in(browser, match_page(report_id), **late)

    owners = db.session.scalars(select(ReportLine.enrolment_id).where(ReportLine.name == "iPhone"))
    assert owners.all() == [hong.id]


def test_a_wrong_match_is_taken_back(browser, sitting, report_id):
    hong_line = line_id(report_id, "Hong Gildong")
    address = f"{match_page(report_id)}/names/{hong_line}/unmatch"
    answer = fill_in(browser, match_page(report_id), send_to=address)

    assert answer.status_code == 303
    assert "The name is open again." in browser.get(answer.location).text
    assert matched_by(report_id)["Hong Gildong"] == MatchedBy.NOBODY
    assert counted(sitting) == []
    nowhere = f"{match_page(report_id)}/names/999999/unmatch"
    assert fill_in(browser, match_page(report_id), send_to=nowhere).status_code == 404


def test_a_report_is_taken_back(browser, sitting, report_id):
    answer = fill_in(browser, match_page(report_id), send_to=f"{match_page(report_id)}/discard")

    assert answer.status_code == 303
    assert "The report is taken back." in browser.get(answer.location).text
    assert browser.get(match_page(report_id)).status_code == 404
    assert counted(sitting) == []
    assert db.session.scalar(select(func.count(Presence.id))) == 1  # stays to be seen


def test_once_attendance_is_final_names_are_only_shown(browser, sitting, report_id):
    sitting.state = "attendance_final"
    db.session.commit()
    page = browser.get(match_page(report_id)).text

    assert "iPhone" in page
    assert "Not this person" not in page
    assert "Take the report back" not in page
    token = token_on(browser, "/en/manage/holidays")
    said = {f"who-{line_id(report_id, 'iPhone')}": "nobody", "csrf_token": token}
    answer = browser.post(match_page(report_id), data=said)
    assert answer.status_code == 409
    assert "is final" in answer.text
    discard = f"{match_page(report_id)}/discard"
    assert browser.post(discard, data={"csrf_token": token}).status_code == 409


def test_who_looks_at_names_is_noted(browser, report_id, staff):
    browser.get(match_page(report_id))

    entry = db.session.scalars(select(AccessEntry)).one()
    assert (entry.actor_id, entry.action) == (staff.id, "seminars_manage.match_report")
    assert entry.subject == f"attendance report {report_id}"


def test_names_beyond_a_page_have_pages_of_their_own(browser, sitting, run, staff):
    names = [f"Stranger {letter}{other}" for letter in "BCDF" for other in "GHJK"]
    report_id = bring_in(sitting, file(*(line(sitting, name) for name in names)), staff)

    first = browser.get(match_page(report_id)).text
    second = browser.get(match_page(report_id) + "?page=2").text
    assert names[14] in first
    assert names[15] not in first
    assert names[15] in second
    for odd in ("0", "-1", "x", "99999999999999"):
        assert browser.get(f"{match_page(report_id)}?page={odd}").status_code == 200


def test_more_people_and_names_take_no_more_statements(
    browser, sitting, report_id, staff, count_statements
):
    run = db.session.get_one(CourseRun, sitting.run_id)
    with count_statements() as few:
        browser.get(match_page(report_id))
    with count_statements() as few_reports:
        browser.get(upload_page(sitting))
    lines = []
    for number in range(12):
        trainee(run, f"Trainee Number{number}", f"t{number}@example.org")
        lines += [line(sitting, f"Trainee Number{number}"), line(sitting, f"Stranger X{number}x")]
    bring_in(sitting, file(*lines), staff)
    other = bring_in(sitting, file(*lines, line(sitting, "One more")), staff)
    with count_statements() as many:
        browser.get(match_page(other))
    with count_statements() as many_reports:
        browser.get(upload_page(sitting))

    assert len(many) == len(few) <= 8
    assert len(many_reports) == len(few_reports) <= 8


def test_only_who_manages_the_run_reaches_its_reports(
    client, sitting, report_id, batbayar, signed_in_as
):
    trainee_browser = signed_in_as(make_person())
    other_instructor = signed_in_as(make_person("instructor"))
    for address in (upload_page(sitting), match_page(report_id)):
        assert client.get(address).status_code == 302
        assert trainee_browser.get(address).status_code == 403
        assert other_instructor.get(address).status_code == 404
