"""The inbox: one's own notices, in the language and on the clocks of the moment of reading."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from lms.core import clock
from lms.core.unit_of_work import unit_of_work
from lms.notifications import services
from lms.notifications.views import ON_A_PAGE
from tests.factories import words
from tests.factories.accounts import make_person
from tests.factories.courses import make_course
from tests.factories.notifications import make_notice
from tests.forms import token_on

INBOX = "/en/notifications"


@pytest.fixture
def person(app):
    return make_person(time_zone="Asia/Ulaanbaatar")


@pytest.fixture
def browser(person, signed_in_as):
    return signed_in_as(person)


def post(browser, path, **data):
    return browser.post(path, data={"csrf_token": token_on(browser, INBOX), **data})


def bell_of(page):
    found = re.search(r'<a class="bell"[^>]*>.*?</a>', page, re.DOTALL)
    return found and re.sub(r"<svg.*?</svg>|<[^>]+>", " ", found[0]).split()


def numbers_on(page):
    """The numbers of the certificates that the notices on a page speak of."""
    return re.findall(r"BGCF-2026-TST1-1-\d+", page)


def test_each_reads_their_own(browser, person, signed_in_as):
    mine = make_notice(person)
    theirs = make_notice(make_person())
    page = browser.get(INBOX).text
    assert mine.context["number"] in page
    assert theirs.context["number"] not in page
    for path in (f"{INBOX}/{theirs.id}/open", f"{INBOX}/999999/open"):
        assert post(browser, path).status_code == 404
    staff = signed_in_as(make_person("staff", "admin"))
    assert mine.context["number"] not in staff.get(INBOX).text
    assert post(staff, f"{INBOX}/{mine.id}/open").status_code == 404
    assert theirs.read_at is None
    assert mine.read_at is None


@pytest.mark.parametrize(
    ("language", "title"), [("ko", "Urban Transport (한)"), ("zh", "Urban Transport (中)")]
)
def test_it_speaks_the_language_of_the_page(browser, person, language, title):
    make_notice(person)
    page = browser.get(f"/{language}/notifications").text
    words = re.search(r'<div class="inbox-words"[^>]*>(.*?)</div>', page, re.DOTALL)[1]
    assert title in words


def test_a_changed_zone_shows_at_once(browser, person):
    make_notice(person, created_at=datetime(2026, 11, 24, 15, 30, tzinfo=UTC))
    page = browser.get(INBOX).text
    assert "Tue, 24 November 2026 23:30 (UTC+8) · Busan" in page
    person.time_zone = "Asia/Seoul"
    page = browser.get(INBOX).text
    assert "Wed, 25 November 2026 00:30 (UTC+9)" in page


def test_it_is_grouped_by_course_the_newest_first_and_what_is_of_none_last(browser, person):
    numbers = [
        make_notice(person, group=group).context["number"]
        for group in ("TST-1", "", "TST-2", "TST-1")
    ]
    page = browser.get(INBOX).text
    parts = re.findall(r"<section class=\"inbox-group\".*?</section>", page, re.DOTALL)
    names = [re.search(r"<h2[^>]*><bdi>(.*?)</bdi>", part)[1] for part in parts]
    assert names == ["TST-1", "TST-2", "Not about one course"]
    assert [numbers_on(part) for part in parts] == [
        [numbers[3], numbers[0]],
        [numbers[2]],
        [numbers[1]],
    ]


def test_what_a_name_holds_is_no_markup(browser, person):
    title = words("<script>x</script>").to_json()
    make_notice(person, context={"course_title": title, "number": "<b>1</b>"})
    page = browser.get(INBOX).text
    assert "&lt;script&gt;x" in page
    assert "<script>x" not in page
    assert "<b>1" not in page


def test_opening_marks_as_read_and_leads_there(browser, person):
    notice = make_notice(
        person, endpoint="certificates.show_certificate", values={"certificate_id": 41}
    )
    other = make_notice(person)
    assert browser.get(INBOX).text.count("Unread") == 2

    answer = post(browser, f"/ko/notifications/{notice.id}/open")
    assert (answer.status_code, answer.location) == (303, "/ko/certificates/41")
    assert notice.read_at is not None
    assert other.read_at is None
    assert browser.get(INBOX).text.count("Unread") == 1

    first = notice.read_at
    assert post(browser, f"{INBOX}/{notice.id}/open").location == "/en/certificates/41"
    assert notice.read_at == first


def test_looking_at_the_inbox_or_its_address_reads_nothing(browser, person):
    notice = make_notice(person)
    browser.get(INBOX)
    assert browser.get(f"{INBOX}/{notice.id}/open").status_code == 405
    assert notice.read_at is None


def test_what_leads_to_a_page_that_is_no_more_is_read_and_not_found(browser, person):
    notice = make_notice(person, endpoint="seminars.no_longer_there")
    assert post(browser, f"{INBOX}/{notice.id}/open").status_code == 404
    assert notice.read_at is not None


def test_a_kind_that_is_no_more_does_not_take_the_inbox_along(browser, person):
    make_notice(person, kind="certificates.no_longer_told")
    known = make_notice(person)
    page = browser.get(INBOX)
    assert page.status_code == 200
    assert known.context["number"] in page.text
    assert "an earlier version of the site" in page.text


def test_all_that_was_seen_is_marked_at_once(browser, person):
    seen = make_notice(person)
    page = browser.get(INBOX).text
    up_to = re.search(r'name="up_to" value="(\d+)"', page)[1]
    since = make_notice(person)

    answer = post(browser, f"{INBOX}/read", up_to=up_to)
    assert (answer.status_code, answer.location) == (303, INBOX)
    assert seen.read_at is not None
    assert since.read_at is None
    assert "All notifications are marked as read." in browser.get(INBOX).text

    post(browser, f"{INBOX}/read", up_to=since.id)
    page = browser.get(INBOX).text
    assert "Unread" not in page
    assert "Mark all as read" not in page


@pytest.mark.parametrize("up_to", ["", "0", "-1", "soon", "9" * 5000, str(2**31)])
def test_up_to_nothing_nothing_is_marked(browser, person, up_to):
    notice = make_notice(person)
    assert post(browser, f"{INBOX}/read", up_to=up_to).status_code == 422
    assert notice.read_at is None


def test_older_pages_are_reached_and_none_is_left_out(browser, person):
    for _ in range(2 * ON_A_PAGE + 1):
        make_notice(person)
        make_notice(make_person())
    seen, path = [], INBOX
    for _ in range(3):
        page = browser.get(path).text
        seen.append(numbers_on(page))
        older = re.search(r'rel="next" href="([^"]+)"', page)
        path = older and older[1]
    assert path is None
    assert [len(numbers) for numbers in seen] == [ON_A_PAGE, ON_A_PAGE, 1]
    together = [number for numbers in seen for number in numbers]
    assert len(set(together)) == 2 * ON_A_PAGE + 1
    assert together == sorted(together, key=lambda number: -int(number.rpartition("-")[2]))
    assert "Newest notifications" in page
    assert "Mark all as read" not in page


def test_an_empty_inbox_says_what_will_be_there(browser):
    assert "You have no notifications yet." in browser.get(INBOX).text
    past_the_end = browser.get(f"{INBOX}?before=1").text
    assert "There are no older notifications." in past_the_end
    assert "You have no notifications yet." not in past_the_end


def test_the_bell_counts_what_is_unread_on_every_page(browser, person):
    make_course()
    make_notice(make_person())
    make_notice(person, read_at=clock.now())
    kept = ("/en/", "/en/courses/", "/en/certificates")  # whole, whole, head and foot alone
    for path in kept:
        assert bell_of(browser.get(path).text) == ["Notifications"]
    notice = make_notice(person)
    make_notice(person)
    for path in kept:
        assert bell_of(browser.get(path).text) == ["2", "Notifications:", "2", "unread"]
    assert bell_of(browser.get("/ko/").text)[0] == "2"
    with unit_of_work():
        services.mark_read(notice, now=clock.now())
    for path in kept:
        assert bell_of(browser.get(path).text) == ["1", "Notifications:", "1", "unread"]


def test_one_bell_is_not_anothers(browser, person, signed_in_as, client):
    make_notice(person)
    other = signed_in_as(make_person())
    for path in ("/en/", "/en/courses/"):
        assert bell_of(browser.get(path).text)[0] == "1"
        assert bell_of(other.get(path).text) == ["Notifications"]
        assert bell_of(client.get(path).text) is None


def test_roles_do_not_count_a_notice_twice(signed_in_as):
    person = make_person("staff", "admin", "instructor")
    make_notice(person)
    assert bell_of(signed_in_as(person).get("/en/account").text)[0] == "1"


def test_it_costs_the_same_however_much_there_is(browser, person, count_statements):
    def cost():
        with count_statements() as statements:
            assert browser.get(INBOX).status_code == 200
        return len(statements)

    make_notice(person)
    few = cost()
    for days in range(ON_A_PAGE + 5):
        make_notice(person, created_at=clock.now() - timedelta(days=days), group=f"TST-{days}")
    assert cost() == few == 2


def test_the_bell_costs_no_statement_of_its_own(browser, person, count_statements):
    with count_statements() as statements:
        browser.get("/en/account")
    assert sum("notices" in statement for statement in statements) == 1
    assert sum("login_sessions" in statement for statement in statements[:1]) == 1
    assert "notices" in statements[0]
