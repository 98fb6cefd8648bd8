"""Private messages: begun once, read by two, ended by leaving, age or a block."""

import re
from datetime import timedelta

import pytest

from lms.boards.models import Conversation, ConversationPerson, Message
from lms.core import clock
from lms.core.audit import history_of
from lms.core.db import db
from lms.enrolment.models import RunInstructor
from lms.notifications.models import Notice
from tests.factories import save
from tests.factories.accounts import make_person
from tests.factories.boards import make_run_board, make_thread
from tests.factories.conversations import make_adult, make_conversation, make_question
from tests.factories.courses import make_course
from tests.factories.enrolment import make_enrolment, make_run
from tests.forms import fill_in, token_on

KEY = re.compile(r'name="form_key"[^>]*value="([^"]+)"')
LIST = "/en/messages"


def first(run, person):
    return f"/en/runs/{run.id}/people/{person.id}/write"


def of(conversation):
    return f"/en/messages/{conversation.id}"


@pytest.fixture
def run(app):
    return make_run(make_course(code="TRN-201"))


@pytest.fixture
def two(run):
    return make_adult(run, full_name="Batbayar"), make_adult(run, full_name="Nguyen Thi Hoa")


def only_conversation():
    (found,) = db.session.query(Conversation).all()
    return found


# --- writing and reading ---------------------------------------------------------------


def test_two_adults_of_a_run_write_to_each_other(signed_in_as, run, two):
    one, other = two
    mine, theirs = signed_in_as(one), signed_in_as(other)
    answer = fill_in(mine, first(run, other), body="Hello,\nhow is the port?")
    conversation = only_conversation()
    assert answer.location == of(conversation)
    inbox = theirs.get(LIST).text
    assert "Batbayar" in inbox
    assert "1 new message" in inbox
    page = theirs.get(of(conversation)).text
    assert '<div class="message-text" dir="auto">Hello,\nhow is the port?</div>' in page
    assert fill_in(theirs, of(conversation), body="Full.").status_code == 303
    assert "Full." in mine.get(of(conversation)).text
    # Later ones go on there, from whichever side.
    for browser, person in ((mine, other), (theirs, one)):
        assert browser.get(first(run, person)).location == of(conversation)
    assert [event.new for event in history_of(("conversation", conversation.id))] == ["open"]


def test_an_instructor_of_the_run_is_in_it(signed_in_as, run, two):
    teacher = make_adult()
    save(RunInstructor(run_id=run.id, person_id=teacher.id))
    assert fill_in(signed_in_as(teacher), first(run, two[0]), body="Hello.").status_code == 303
    assert fill_in(signed_in_as(two[1]), first(run, teacher), body="Hello.").status_code == 303


def test_what_somebody_of_a_run_has_written_on_its_board_leads_to_them(signed_in_as, run, two):
    one, other = two
    thread = make_thread(make_run_board(run), other)
    address, link = f"/en/threads/{thread.id}", f'href="{first(run, other)}"'
    assert link in signed_in_as(one).get(address).text
    assert "Write to" not in signed_in_as(other).get(address).text
    assert "Write to" not in signed_in_as(make_person("staff")).get(address).text


def test_the_same_form_sent_twice_is_one_message(signed_in_as, run, two, outbox, run_jobs):
    one, other = two
    browser = signed_in_as(one)
    page = browser.get(first(run, other)).text
    sent = {
        "csrf_token": token_on(browser, first(run, other)),
        "form_key": KEY.search(page)[1],
        "body": "Hello.",
    }
    answers = [browser.post(first(run, other), data=sent) for _ in range(3)]
    conversation = only_conversation()
    assert {answer.location for answer in answers} == {of(conversation)}
    browser.post(of(conversation), data=sent)
    (message,) = db.session.query(Message).all()
    assert (message.number, conversation.messages_count) == (1, 1)
    run_jobs()
    assert len(outbox) == 1


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("**no** <b>marks</b> [x](javascript:alert(1))", "**no** &lt;b&gt;marks&lt;/b&gt; [x]("),
        ("https://evil.example/", "https://evil.example/"),
        ("안녕하세요\nສະບາຍດີ\nمرحبا", "안녕하세요\nສະບາຍດີ\nمرحبا"),
        ("{{ 7*7 }}", "{{ 7*7 }}"),
    ],
)
def test_a_text_is_shown_as_it_was_typed(signed_in_as, run, two, body, shown):
    browser = signed_in_as(two[0])
    fill_in(browser, first(run, two[1]), body=body)
    page = browser.get(of(only_conversation())).text
    assert shown in page
    assert 'href="https://evil.example' not in page


@pytest.mark.parametrize("body", ["", "  \n ", "x" * 2001])
def test_what_cannot_be_taken_is_said_and_kept(signed_in_as, run, two, body):
    browser = signed_in_as(two[0])
    refused = fill_in(browser, first(run, two[1]), body=body)
    assert refused.status_code == 422
    assert 'id="body-error"' in refused.text
    assert body.strip() in refused.text
    assert db.session.query(Conversation).count() == 0
    conversation = make_conversation(run, *two, "Hello.")
    refused = fill_in(browser, of(conversation), body=body)
    assert refused.status_code == 422
    assert 'id="body-error"' in refused.text


def test_twenty_messages_an_hour_are_enough_and_the_next_is_not_lost(signed_in_as, run, two):
    conversation = make_conversation(run, *two, "Hello.")
    browser = signed_in_as(two[0])
    token = token_on(browser, of(conversation))
    for number in range(20):
        sent = browser.post(of(conversation), data={"csrf_token": token, "body": f"No. {number}"})
        assert sent.status_code == 303
    refused = browser.post(of(conversation), data={"csrf_token": token, "body": "One more"})
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert ">One more</textarea>" in refused.text.replace("\r\n", "")
    assert "No. 19" in refused.text
    assert "You have written a lot in a short time." in refused.text
    assert db.session.query(Message).count() == 21


def test_what_is_read_is_noted_by_a_button_and_never_by_looking(signed_in_as, run, two):
    conversation = make_conversation(run, *two, "a", "b", "c")
    browser = signed_in_as(two[1])

    def read():
        part = db.session.get(ConversationPerson, (conversation.id, two[1].id))
        return part.last_read

    browser.get(of(conversation))
    assert read() == 0
    for up_to, then in ((2, 2), (1, 2), (99, 3), ("x", 3), (-5, 3)):
        token = token_on(browser, of(conversation))
        answer = browser.post(
            f"{of(conversation)}/read", data={"csrf_token": token, "up_to": up_to}
        )
        assert answer.status_code == 303
        assert read() == then
    assert "Mark as read" not in browser.get(of(conversation)).text
    assert "new message" not in browser.get(LIST).text


def test_a_long_conversation_shows_its_newest_part_and_the_way_back(signed_in_as, run, two):
    bodies = [f"message no. {number}." for number in range(1, 66)]
    conversation = make_conversation(run, *two, *bodies)
    browser = signed_in_as(two[0])
    seen, address = [], of(conversation)
    while address:
        page = browser.get(address).text
        part = re.findall(r"message no\. (\d+)\.", page)
        assert part == sorted(part, key=int)
        seen = part + seen
        earlier = re.search(r'rel="prev" href="([^"]+)"', page)
        address = earlier[1] if earlier else ""
    assert seen == [str(number) for number in range(1, 66)]


def test_a_list_goes_on_without_gaps_and_repeats(signed_in_as, run):
    one = make_adult(run)
    at = clock.now()
    for number in range(65):
        question = make_question(one, f"question no. {number}.")
        question.last_message_at = at - timedelta(minutes=number // 2)  # of some the same moment
    db.session.commit()
    browser, seen, address = signed_in_as(one), [], LIST
    while address:
        page = browser.get(address).text
        seen += re.findall(r"question no\. (\d+)\.", page)
        further = re.search(r'rel="next" href="([^"]+)"', page)
        address = further[1] if further else ""
    assert len(seen) == 65
    assert set(seen) == {str(number) for number in range(65)}


@pytest.mark.parametrize("language", ["ko", "en", "zh"])
def test_pages_cost_the_same_with_one_message_as_with_five_hundred(
    signed_in_as, run, count_statements, language
):
    costs = []
    for bodies in (["x"], ["x"] * 500):
        one, other = make_adult(run), make_adult(run)
        conversation = make_conversation(run, one, other, *bodies)
        browser = signed_in_as(one)
        counts = []
        to_third = f"runs/{run.id}/people/{make_adult(run).id}/write"
        for path in (f"messages/{conversation.id}", "messages", "ask", to_third):
            with count_statements() as statements:
                assert browser.get(f"/{language}/{path}").status_code == 200
            counts.append(len(statements))
        costs.append(counts)
    assert costs[0] == costs[1]
    assert max(costs[0]) <= 8


# --- who may ---------------------------------------------------------------------------


def test_others_of_the_same_run_and_staff_find_nothing(signed_in_as, run, two):
    conversation = make_conversation(run, *two, "Between us.")
    message = db.session.query(Message).one()
    paths = (of(conversation), f"/en/messages/reports/{message.id}")
    for stranger in (make_adult(run), make_person("staff", birth_year=1980), make_person("admin")):
        browser = signed_in_as(stranger)
        token = token_on(browser, "/en/ask")
        for path in paths:
            assert browser.get(path).status_code == 404
            assert browser.post(path, data={"csrf_token": token, "body": "x"}).status_code == 404
        for act in ("read", "block", "unblock", "reopen"):
            answer = browser.post(f"{of(conversation)}/{act}", data={"csrf_token": token})
            assert answer.status_code == 404
        assert "Between us." not in browser.get(LIST).text
    assert db.session.query(Message).count() == 1


def test_nobody_writes_to_people_they_do_not_meet(signed_in_as, run, two):
    elsewhere = make_adult(make_run())
    browser = signed_in_as(two[0])
    assert browser.get(first(run, elsewhere)).status_code == 404
    assert browser.get(first(run, two[0])).status_code == 404  # oneself
    assert browser.get(f"/en/runs/{run.id}/people/2000000000/write").status_code == 404
    assert signed_in_as(elsewhere).get(first(run, two[0])).status_code == 404
    left = make_adult()
    make_enrolment(run, left, state="withdrawn")
    assert signed_in_as(left).get(first(run, two[0])).status_code == 404


def change(person, **values):
    for name, value in values.items():
        setattr(person, name, value)
    db.session.commit()


@pytest.mark.parametrize(
    ("own", "words"),
    [
        (None, "Say in your profile in which year you were born"),
        (2015, "from the year in which you turn 19"),
    ],
)
def test_who_is_no_adult_is_told_why(signed_in_as, run, two, own, words):
    one, other = two
    change(one, birth_year=own)
    browser = signed_in_as(one)
    page = browser.get(first(run, other))
    assert page.status_code == 200
    assert words in page.text
    assert "<textarea" not in page.text
    token = token_on(browser, "/en/ask")
    refused = browser.post(first(run, other), data={"csrf_token": token, "body": "My long text"})
    assert refused.status_code == 409
    assert "My long text" in refused.text
    assert db.session.query(Conversation).count() == 0


def test_of_the_other_it_is_said_only_that_one_cannot_write(signed_in_as, run):
    reader = make_adult(run)
    browser = signed_in_as(reader)
    others = {
        "young": make_adult(run, birth_year=2015, full_name="Somebody"),
        "unknown": make_adult(run, birth_year=None, full_name="Somebody"),
        "disabled": make_adult(run, state="disabled", full_name="Somebody"),
        "left": make_adult(full_name="Somebody"),
    }
    make_enrolment(run, others["left"], state="dropped_out")
    pages = set()
    for person in others.values():
        page = browser.get(first(run, person)).text
        assert "You cannot write to this person." in page
        page = page.replace(f"/people/{person.id}/", "/people/0/").replace(
            f"%2Fpeople%2F{person.id}%2F", "%2Fpeople%2F0%2F"
        )
        pages.add(re.sub(r'name="csrf_token" value="[^"]+"', "", page))
    assert len(pages) == 1


@pytest.mark.parametrize("who", [0, 1])
@pytest.mark.parametrize("what", ["left", "no adult"])
def test_reading_stays_when_writing_ends(signed_in_as, run, who, what):
    two = make_adult(), make_adult()
    enrolments = [make_enrolment(run, person) for person in two]
    conversation = make_conversation(run, *two, "What was written", "An answer")
    if what == "left":
        change(enrolments[who], state="withdrawn")
    else:
        change(two[who], birth_year=2015)
    for person in two:
        browser = signed_in_as(person)
        page = browser.get(of(conversation)).text
        assert "What was written" in page
        assert "<textarea" not in page
        data = {"csrf_token": token_on(browser, of(conversation)), "body": "Typed meanwhile"}
        refused = browser.post(of(conversation), data=data)
        assert refused.status_code == 409
        assert "Typed meanwhile" in refused.text
    assert db.session.query(Message).count() == 2


def test_a_block_holds_in_every_run_both_are_in_until_it_is_taken_back(signed_in_as, run, two):
    one, other = two
    second_run = make_run()
    for person in two:
        make_enrolment(second_run, person)
    conversation = make_conversation(run, *two, "Hello.")
    blocker, blocked = signed_in_as(other), signed_in_as(one)
    for _twice in range(2):
        assert fill_in(blocker, of(conversation), send_to=f"{of(conversation)}/block").location
    assert "You have blocked this person" in blocker.get(of(conversation)).text
    for path in (of(conversation), first(second_run, other)):
        page = blocked.get(path).text
        assert "You cannot write to this person." in page
        assert "blocked" not in page.lower()
    assert "You have blocked this person" in blocker.get(first(second_run, one)).text
    fill_in(blocker, of(conversation), send_to=f"{of(conversation)}/unblock")
    assert fill_in(blocked, first(second_run, other), body="Again.").status_code == 303
    changes = [event.new for event in history_of(("conversation", conversation.id))]
    assert changes == ["blocked", ""]


# --- being told ------------------------------------------------------------------------


def test_a_mail_names_who_wrote_and_never_what(signed_in_as, run, two, outbox, run_jobs):
    one, other = two
    fill_in(signed_in_as(one), first(run, other), body="A secret of the harbour")
    run_jobs()
    (mail,) = outbox
    assert mail.to == [other.email]
    assert mail.subject == "Batbayar has written to you"
    whole = mail.body + mail.alternatives[0][0]
    assert "A secret of the harbour" not in whole
    for text in (mail.body, mail.alternatives[0][0]):
        assert "Batbayar" in text
        assert of(only_conversation()) in text
    (notice,) = db.session.query(Notice).all()
    assert (notice.person_id, notice.kind, notice.group) == (other.id, "boards.message", "TRN-201")
    assert "A secret" not in repr(notice.context)
    page = signed_in_as(other).get("/en/notifications").text
    assert "<bdi>Batbayar</bdi> has written to you." in page


def test_many_messages_of_one_day_are_one_mail_until_they_are_read(
    signed_in_as, run, two, outbox, run_jobs
):
    one, other = two
    writer, reader = signed_in_as(one), signed_in_as(other)
    fill_in(writer, first(run, other), body="One")
    conversation = only_conversation()
    for body in ("Two", "Three"):
        fill_in(writer, of(conversation), body=body)
    run_jobs()
    assert len(outbox) == 1
    fill_in(reader, of(conversation), send_to=f"{of(conversation)}/read", up_to=3)
    fill_in(writer, of(conversation), body="Four")
    run_jobs()
    assert len(outbox) == 2


def test_a_visitor_is_asked_to_sign_in(client, run, two):
    conversation = make_conversation(run, *two, "Hello.")
    for path in (LIST, "/en/ask", of(conversation), first(run, two[0])):
        answer = client.get(path)
        assert answer.status_code == 302
        assert "/sign-in" in answer.location
