"""The pages of moderation: who sees what, what is refused where, and what they cost."""

import re
from datetime import timedelta

import pytest

from lms.boards.models import (
    BlockedWord,
    Post,
    PostAppeal,
    PostReport,
    PostState,
    ReportReason,
    ReportState,
)
from lms.boards.queries.moderation import count_reports, last_change
from lms.boards.rules.moderation import Hiding, Seen
from lms.boards.services import moderation
from lms.core import clock
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from lms.enrolment.models import RunInstructor
from tests.factories import save
from tests.factories.accounts import make_person
from tests.factories.boards import (
    board_of_site,
    first_post,
    make_answer,
    make_run_board,
    make_thread,
)
from tests.factories.enrolment import make_enrolment, make_run
from tests.forms import fill_in, token_on

QUEUE = "/en/manage/moderation"
WORDS = "/en/manage/words"
SEEN = re.compile(r'name="seen" value="([^"]*)"')


def case(post) -> str:
    return f"{QUEUE}/posts/{post.id}"


def report_page(post) -> str:
    return f"/en/posts/{post.id}/report"


def appeal_page(post) -> str:
    return f"/en/posts/{post.id}/appeal"


def seen(post) -> str:
    return str(Seen(last_change(post.id).id, post.revision, count_reports(post.id)))


@pytest.fixture
def staff(app):
    return make_person("staff", full_name="Kim Mod")


@pytest.fixture
def author(app):
    return make_person(full_name="Author Bold")


@pytest.fixture
def thread(author):
    return make_thread(board_of_site(), author, "How are drivers paid?")


def hide(post, person, words="It names Mrs Dorj."):
    with unit_of_work():
        moderation.hide_post(
            post,
            Hiding(ReportReason.PATIENT, words),
            moderator=person,
            seen=Seen(last_change(post.id).id, post.revision, count_reports(post.id)),
            now=clock.now(),
        )


def report(post, person, *, now=None, words="Look."):
    with unit_of_work():
        moderation.report_post(
            post, person, reason=ReportReason.INSULT, words=words, now=now or clock.now()
        )


# --- readers ---------------------------------------------------------------------------


def test_a_reader_reports_a_post_from_its_page(signed_in_as, thread, staff):
    post, reader = first_post(thread), make_person(full_name="Reader Hoa")
    browser = signed_in_as(reader)
    assert f'href="{report_page(post)}"' in browser.get(f"/en/threads/{thread.id}").text
    answer = fill_in(browser, report_page(post), reason="insult", words="It hurts.")
    assert answer.status_code == 303
    assert f"/threads/{thread.id}" in answer.location
    again = browser.get(report_page(post)).text
    for words in ("You have reported this post", "An insult or hatred", "It hurts."):
        assert words in again
    assert "<form" not in again[again.index("<main") : again.index("</main>")]
    assert "Reader Hoa" in signed_in_as(staff).get(case(post)).text


def test_what_is_wrong_in_a_report_stands_beside_it_and_nothing_is_lost(signed_in_as, thread):
    post = first_post(thread)
    browser = signed_in_as(make_person())
    none = fill_in(browser, report_page(post), words="It hurts.")
    assert none.status_code == 422
    assert 'id="reason-error"' in none.text
    assert "It hurts." in none.text
    long = fill_in(browser, report_page(post), reason="insult", words="x" * 1001)
    assert long.status_code == 422
    assert 'id="words-error"' in long.text
    odd = fill_in(browser, report_page(post), reason="none of these")
    assert odd.status_code == 422
    assert db.session.query(PostReport).count() == 0


def test_who_reports_is_never_named_to_the_author(signed_in_as, thread, author, outbox, run_jobs):
    post = first_post(thread)
    for number in range(3):
        reporter = make_person(
            full_name=f"Reporter {number}", created_at=clock.now() - timedelta(days=30)
        )
        report(post, reporter, words="Secret words.")
    run_jobs()
    browser = signed_in_as(author)
    pages = [browser.get(each).text for each in (appeal_page(post), f"/en/threads/{thread.id}")]
    mails = [m.body + m.alternatives[0][0] for m in outbox if author.email in m.to]
    assert len(mails) == 1
    for text in pages + mails:
        assert "Several people have reported it" in text
        assert "Reporter" not in text
        assert "Secret words." not in text


def test_who_reports_is_never_named_to_an_author_who_moderates(signed_in_as):
    run, teacher = make_run(), make_person("instructor")
    save(RunInstructor(run_id=run.id, person_id=teacher.id))
    post = first_post(make_thread(make_run_board(run), teacher))
    report(post, make_person(full_name="Reporter Hoa"), words="Secret words.")
    own = signed_in_as(teacher).get(case(post))
    assert own.status_code == 200
    other = signed_in_as(make_person("staff")).get(case(post)).text
    for words in ("Reporter Hoa", "Secret words."):
        assert words in other
        assert words not in own.text


def test_twenty_reports_an_hour_are_enough_and_the_next_is_not_lost(signed_in_as, thread):
    posts = [make_answer(thread, make_person()) for _each in range(21)]
    browser = signed_in_as(make_person())
    token = token_on(browser, report_page(posts[0]))
    data = {"csrf_token": token, "reason": "insult", "words": "It hurts."}
    for post in posts[:20]:
        assert browser.post(report_page(post), data=data).status_code == 303
    refused = browser.post(report_page(posts[20]), data=data)
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert "You have written a lot in a short time." in refused.text
    assert ">It hurts.</textarea>" in refused.text.replace("\r\n", "").replace("\n", "")
    assert db.session.query(PostReport).count() == 20
    again = browser.post(report_page(posts[0]), data=data)
    assert "You have reported this post" in again.text


def test_nobody_reports_their_own_or_what_they_cannot_read(signed_in_as, thread, author, client):
    post = first_post(thread)
    assert signed_in_as(author).get(report_page(post)).status_code == 403
    run = make_run()
    inside = first_post(make_thread(make_run_board(run), make_person()))
    assert signed_in_as(author).get(report_page(inside)).status_code == 404
    assert client.get(report_page(post)).status_code == 302


def test_the_third_reporter_is_led_on_though_the_thread_is_gone(signed_in_as, thread):
    post = first_post(thread)
    for _each in range(2):
        report(post, make_person(created_at=clock.now() - timedelta(days=30)))
    browser = signed_in_as(make_person(created_at=clock.now() - timedelta(days=30)))
    data = {"csrf_token": token_on(browser, report_page(post)), "reason": "insult"}
    answer = browser.post(report_page(post), data=data)
    assert browser.get(answer.location).status_code == 200
    assert browser.get(f"/en/threads/{thread.id}").status_code == 404
    twice = browser.post(report_page(post), data=data)
    assert twice.status_code == 200
    assert "You have reported this post" in twice.text
    assert "We would like to hear" not in twice.text


def test_others_read_the_reason_alone_and_the_author_the_words(signed_in_as, thread, staff):
    writer = make_person()
    post = make_answer(thread, writer, "Ask Mrs Dorj.")
    hide(post, staff)
    other = signed_in_as(make_person()).get(f"/en/threads/{thread.id}").text
    assert "A patient can be recognised" in other
    assert "Dorj" not in other
    own = signed_in_as(writer).get(f"/en/threads/{thread.id}").text
    assert "It names Mrs Dorj." in own
    assert f'href="{appeal_page(post)}"' in own


def test_an_author_appeals_once(signed_in_as, thread, staff, author):
    post = first_post(thread)
    browser = signed_in_as(author)
    assert browser.get(appeal_page(post)).status_code == 409
    hide(post, staff)
    assert "It names Mrs Dorj." in browser.get(appeal_page(post)).text
    empty = fill_in(browser, appeal_page(post), words=" ")
    assert empty.status_code == 422
    assert 'id="words-error"' in empty.text
    token = token_on(browser, appeal_page(post))
    for words in ("It is a quotation.", "Again."):
        browser.post(appeal_page(post), data={"csrf_token": token, "words": words})
    assert [a.words for a in db.session.query(PostAppeal)] == ["It is a quotation."]
    assert "It is a quotation." in browser.get(appeal_page(post)).text
    assert signed_in_as(make_person()).get(appeal_page(post)).status_code == 404
    assert signed_in_as(staff).get(appeal_page(post)).status_code == 403


# --- moderators ------------------------------------------------------------------------


def test_each_list_holds_what_belongs_there(signed_in_as, staff):
    board = board_of_site()
    threads = {
        name: make_thread(board, make_person(), f"Thread {name}", is_held=name == "held")
        for name in ("held", "reported", "appealed", "hidden", "plain")
    }
    report(first_post(threads["reported"]), make_person())
    for name in ("appealed", "hidden"):
        hide(first_post(threads[name]), staff)
    appealed = first_post(threads["appealed"])
    with unit_of_work():
        moderation.appeal_hiding(appealed, "No.", author=staff, now=clock.now())
    browser = signed_in_as(staff)

    def listed(tab):
        page = browser.get(f"{QUEUE}?show={tab}").text
        return {name for name in threads if f"Thread {name}" in page}

    assert listed("held") == listed("") == listed("nonsense") == {"held"}
    assert listed("reported") == {"reported"}
    assert listed("appeals") == {"appealed"}
    assert listed("hidden") == {"appealed", "hidden"}


def test_instructors_find_what_is_on_the_boards_of_their_runs(signed_in_as):
    run, other = make_run(), make_run()
    teacher = make_person("instructor")
    save(RunInstructor(run_id=run.id, person_id=teacher.id))
    mine = make_thread(make_run_board(run), make_person(), "In my run", is_held=True)
    theirs = make_thread(make_run_board(other), make_person(), "In another", is_held=True)
    public = make_thread(board_of_site(), make_person(), "For all", is_held=True)
    browser = signed_in_as(teacher)
    page = browser.get(QUEUE).text
    assert "In my run" in page
    assert "In another" not in page
    assert "For all" not in page
    assert browser.get(case(first_post(mine))).status_code == 200
    assert browser.get(case(first_post(theirs))).status_code == 404
    assert browser.get(case(first_post(public))).status_code == 404
    trainee = make_person()
    make_enrolment(run=run, person=trainee)
    for page in (QUEUE, case(first_post(mine))):
        assert signed_in_as(trainee).get(page).status_code == 403


def test_what_waits_too_long_is_marked(signed_in_as, staff):
    now = clock.now()
    late = make_thread(board_of_site(), make_person(), "Late one", now=now - timedelta(days=15))
    new = make_thread(board_of_site(), make_person(), "New one")
    report(first_post(late), make_person(), now=now - timedelta(days=14))
    report(first_post(new), make_person(), now=now)
    page = signed_in_as(staff).get(f"{QUEUE}?show=reported").text
    assert page.count("Overdue") == 1
    assert page.index("Late one") < page.index("Overdue") < page.index("New one")


def test_a_list_goes_on_where_it_stopped(signed_in_as, staff, monkeypatch):
    from lms.boards.manage import moderation as page_of

    monkeypatch.setattr(page_of, "ON_A_PAGE", 2)
    now = clock.now()
    for number in range(5):
        make_thread(
            board_of_site(),
            make_person(),
            f"Thread {number}",
            now=now - timedelta(hours=5 - number // 2),
            is_held=True,
        )
    browser, address, found = signed_in_as(staff), QUEUE, []
    while address:
        page = browser.get(address).text
        found += [n for n in range(5) if f"Thread {n}<" in page]
        _head, _more, tail = page.partition('rel="next" href="')
        address = tail.partition('"')[0].replace("&amp;", "&")
    assert found == [0, 1, 2, 3, 4]


def test_a_moderator_releases_and_hides_from_the_page(signed_in_as, thread, staff):
    browser = signed_in_as(staff)
    post = make_answer(thread, make_person(), "Buy a bus.", is_held=True)
    assert "Buy a bus." in browser.get(case(post)).text
    fill_in(browser, case(post), send_to=f"{case(post)}/release", seen=seen(post), note="Fine.")
    assert db.session.get(Post, post.id).state == PostState.PUBLISHED
    page = browser.get(case(post)).text
    assert "Fine." in page
    assert "Seen by its readers" in page
    wrong = fill_in(browser, case(post), send_to=f"{case(post)}/hide", seen=seen(post), words="Ad.")
    assert wrong.status_code == 422
    assert 'id="reason-error"' in wrong.text
    assert "Ad." in wrong.text
    fill_in(
        browser,
        case(post),
        send_to=f"{case(post)}/hide",
        seen=seen(post),
        reason="advertising",
        words="Ad.",
    )
    page = browser.get(case(post)).text
    assert "Advertising or fraud – Ad." in page
    assert db.session.get(Post, post.id).state == PostState.HIDDEN


def test_the_second_moderator_is_told_who_was_first(signed_in_as, thread, staff):
    post = make_answer(thread, make_person(), is_held=True)
    browser = signed_in_as(make_person("admin"))
    token, state = token_on(browser, case(post)), seen(post)
    hide(post, staff)
    data = {"csrf_token": token, "seen": state, "note": ""}
    answer = browser.post(f"{case(post)}/release", data=data)
    assert "Kim Mod has decided on this post meanwhile." in browser.get(answer.location).text
    assert db.session.get(Post, post.id).state == PostState.HIDDEN


def test_a_form_that_says_no_state_decides_nothing(signed_in_as, thread, staff):
    post = first_post(thread)
    browser = signed_in_as(staff)
    for state in ("", "0.0.0", "x", "9999999999.1.0"):
        data = {"seen": state, "reason": "other"}
        fill_in(browser, case(post), send_to=f"{case(post)}/hide", **data)
    assert db.session.get(Post, post.id).state == PostState.PUBLISHED


def test_reports_are_settled_by_leaving_the_post(signed_in_as, thread, staff):
    post, reader = first_post(thread), make_person()
    report(post, reader)
    browser = signed_in_as(staff)
    assert "1 report" in browser.get(f"{QUEUE}?show=reported").text
    fill_in(browser, case(post), send_to=f"{case(post)}/leave", seen=seen(post))
    assert db.session.query(PostReport).one().state == ReportState.DISMISSED
    assert "Left as it is" in browser.get(case(post)).text
    assert "The post stays as it is" in signed_in_as(reader).get(report_page(post)).text


def test_a_report_that_came_after_the_page_is_looked_at_first(signed_in_as, thread, staff):
    post = first_post(thread)
    report(post, make_person())
    browser = signed_in_as(staff)
    token, state = token_on(browser, case(post)), SEEN.search(browser.get(case(post)).text)[1]
    report(post, make_person(), words="It names a patient.")
    data = {"csrf_token": token, "seen": state}
    answer = browser.post(f"{case(post)}/leave", data=data)
    page = browser.get(answer.location).text
    assert "Somebody else has reported this post meanwhile." in page
    assert {each.state for each in db.session.query(PostReport)} == {ReportState.OPEN}
    browser.post(f"{case(post)}/leave", data={**data, "seen": SEEN.search(page)[1]})
    assert {each.state for each in db.session.query(PostReport)} == {ReportState.DISMISSED}


def test_what_stays_hidden_after_an_appeal_waits_for_nobody(signed_in_as, thread, staff, author):
    post = first_post(thread)
    for _each in range(3):
        report(post, make_person(created_at=clock.now() - timedelta(days=30)))
    browser = signed_in_as(staff)
    waits = "hidden until a moderator looks at it"
    page = browser.get(case(post)).text
    assert waits in page
    assert "Leave it hidden" in page
    fill_in(signed_in_as(author), appeal_page(post), words="It is a quotation.")
    made = db.session.query(PostAppeal).one()
    url = f"{case(post)}/appeals/{made.id}"
    fill_in(browser, case(post), send_to=url, decision="refuse", answer="It is none.")
    page = browser.get(case(post)).text
    assert waits not in page
    assert "Leave it hidden" not in page
    assert "Show the post again" in page


def test_an_appeal_is_decided_on_the_page_by_another(signed_in_as, thread, staff, author):
    post = first_post(thread)
    hide(post, staff)
    fill_in(signed_in_as(author), appeal_page(post), words="It is a quotation.")
    made = db.session.query(PostAppeal).one()
    url = f"{case(post)}/appeals/{made.id}"
    own = signed_in_as(staff).get(case(post)).text
    assert "It is a quotation." in own
    assert "somebody else decides" in own
    assert f'action="{url}"' not in own
    other = signed_in_as(make_person("staff", full_name="Lee Second"))
    wrong = fill_in(other, case(post), send_to=url, decision="grant")
    assert wrong.status_code == 422
    assert 'id="answer-error"' in wrong.text
    fill_in(other, case(post), send_to=url, decision="refuse", answer="It is none.")
    text = signed_in_as(author).get(appeal_page(post)).text
    assert "It is none." in text
    assert "Lee Second" not in text
    elsewhere = make_answer(make_thread(board_of_site(), author), make_person())
    odd = f"{case(elsewhere)}/appeals/{made.id}"
    assert fill_in(other, case(post), send_to=odd, decision="grant").status_code == 404


def test_nobody_decides_on_their_own_post(signed_in_as, staff):
    post = first_post(make_thread(board_of_site(), staff))
    browser = signed_in_as(staff)
    assert "another moderator decides" in browser.get(case(post)).text
    token = token_on(browser, "/en/ask")
    for act in ("hide", "release", "leave"):
        data = {"csrf_token": token, "seen": seen(post), "reason": "other"}
        assert browser.post(f"{case(post)}/{act}", data=data).status_code == 403
    assert db.session.get(Post, post.id).state == PostState.PUBLISHED


def test_hostile_words_of_a_post_and_a_report_are_words(signed_in_as, staff):
    bad = "<script>alert(1)</script>"
    post = first_post(make_thread(board_of_site(), make_person(), f"T {bad}", bad, is_held=False))
    report(post, make_person(full_name=bad), words=bad)
    browser = signed_in_as(staff)
    for page in (case(post), f"{QUEUE}?show=reported"):
        assert bad not in browser.get(page).text


@pytest.mark.parametrize("tab", ["held", "reported", "appeals", "hidden"])
def test_a_list_costs_the_same_for_many_rows(signed_in_as, staff, count_statements, tab):
    browser = signed_in_as(staff)

    def fill(number):
        for _each in range(number):
            thread = make_thread(board_of_site(), make_person(), is_held=tab == "held")
            post = first_post(thread)
            if tab == "reported":
                report(post, make_person())
            elif tab in {"appeals", "hidden"}:
                hide(post, staff)
            if tab == "appeals":
                with unit_of_work():
                    moderation.appeal_hiding(post, "No.", author=staff, now=clock.now())

    def statements():
        with count_statements() as found:
            assert browser.get(f"{QUEUE}?show={tab}").status_code == 200
        return len(found)

    fill(1)
    statements()
    few = statements()
    fill(6)
    assert statements() == few <= 8


def test_a_case_costs_the_same_for_many_reports(signed_in_as, thread, staff, count_statements):
    post = make_answer(thread, make_person(), "Words")
    browser, address = signed_in_as(staff), case(post)

    def statements():
        with count_statements() as found:
            assert browser.get(address).status_code == 200
        return len(found)

    statements()
    few = statements()
    for _each in range(7):
        report(post, make_person())
    hide(post, staff)
    with unit_of_work():
        moderation.appeal_hiding(post, "No.", author=staff, now=clock.now())
    assert statements() == few <= 8


# --- the list of words -----------------------------------------------------------------


def test_staff_keep_a_list_of_words(signed_in_as, staff):
    browser = signed_in_as(staff)
    wrong = fill_in(browser, WORDS, word="Casino")
    assert wrong.status_code == 422
    assert 'id="action-error"' in wrong.text
    assert 'value="Casino"' in wrong.text
    for _twice in range(2):
        assert fill_in(browser, WORDS, word="Casino", action="hold").status_code == 303
    other = fill_in(browser, WORDS, word="CASINO", action="refuse")
    assert other.status_code == 422
    assert "on the list already" in other.text
    word_id = db.session.query(BlockedWord).one().id
    assert "casino" in browser.get(WORDS).text
    for _twice in range(2):
        gone = fill_in(browser, WORDS, send_to=f"{WORDS}/{word_id}/remove")
        assert gone.status_code == 303
    assert db.session.query(BlockedWord).count() == 0
    assert signed_in_as(make_person("instructor")).get(WORDS).status_code == 403


def test_the_list_of_words_costs_the_same_for_many(signed_in_as, staff, count_statements):
    browser = signed_in_as(staff)

    def statements():
        with count_statements() as found:
            browser.get(WORDS)
        return len(found)

    statements()
    few = statements()
    for number in range(20):
        save(
            BlockedWord(
                word=f"w{number}", action="hold", created_by_id=staff.id, created_at=clock.now()
            )
        )
    assert statements() == few <= 8
