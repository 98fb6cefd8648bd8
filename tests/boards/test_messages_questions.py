"""Questions to the staff: asked once, queued, taken, answered, closed and opened again."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from lms.accounts.models import Person
from lms.boards.models import Conversation, ConversationPerson, Message
from lms.boards.services import conversations, questions
from lms.core import clock
from lms.core.access_log import AccessEntry
from lms.core.audit import history_of
from lms.core.db import db
from lms.core.errors import Conflict
from lms.core.unit_of_work import unit_of_work
from lms.jobs.models import Job
from lms.notifications.models import Notice
from tests.factories.accounts import make_person
from tests.factories.conversations import make_adult, make_conversation, make_question
from tests.factories.enrolment import make_run
from tests.forms import fill_in, token_on

ASK = "/en/ask"
QUEUE = "/en/manage/questions"
KEY = re.compile(r'name="form_key"[^>]*value="([^"]+)"')


def of(question):
    return f"/en/messages/{question.id}"


def desk(question):
    return f"{QUEUE}/{question.id}"


def the_question():
    (found,) = db.session.query(Conversation).all()
    return found


def notes(question):
    return [event.new for event in history_of(("conversation", question.id))]


def told(person):
    return [n.context["what"] for n in db.session.query(Notice).filter_by(person_id=person.id)]


# --- from asking to closing ------------------------------------------------------------


def test_a_question_goes_its_way_and_each_side_is_told(signed_in_as, outbox, run_jobs):
    asker = make_person(full_name="Batbayar")
    staff = make_person("staff", full_name="Kim Haeun")
    admin = make_person("admin")
    teacher = make_person("instructor")
    mine, theirs = signed_in_as(asker), signed_in_as(staff)

    answer = fill_in(mine, ASK, subject="My visa", body="When does it come?")
    question = the_question()
    assert answer.location == of(question)
    assert (told(staff), told(admin), told(teacher)) == (["question"], ["question"], [])

    assert "My visa" in theirs.get(QUEUE).text
    fill_in(theirs, desk(question), send_to=f"{desk(question)}/take")
    fill_in(theirs, desk(question), body="Next week.")
    assert told(asker) == ["answer"]
    page = mine.get("/en/messages").text
    assert "Answered by the staff" in page
    assert "1 new message" in page
    assert "Next week." in mine.get(of(question)).text

    fill_in(mine, of(question), body="Thank you. And the flight?")
    assert told(staff) == ["question", "added"]  # it is theirs now
    assert told(admin) == ["question"]
    fill_in(theirs, desk(question), body="Monday. Good bye.", close="1")
    assert told(asker) == ["answer", "closed"]

    fill_in(mine, of(question), send_to=f"{of(question)}/reopen")
    assert told(staff)[-1] == "reopened"
    fill_in(theirs, desk(question), send_to=f"{desk(question)}/close")
    fill_in(theirs, desk(question), send_to=f"{desk(question)}/reopen")
    assert told(asker) == ["answer", "closed", "closed", "reopened"]
    assert notes(question) == [
        "open",
        "taken",
        "answered",
        "open",
        "closed",
        "open",
        "closed",
        "open",
    ]
    run_jobs()
    subjects = [mail.subject for mail in outbox if mail.to == [asker.email]]
    assert subjects[:2] == ["Answer to your question: My visa", "Your question is closed: My visa"]
    whole = "".join(mail.body + mail.alternatives[0][0] for mail in outbox)
    assert "Next week." not in whole
    assert "When does it come?" not in whole
    assert desk(question) in whole
    assert of(question) in whole


def test_writing_on_a_closed_question_opens_it_again(signed_in_as):
    asker = make_person()
    question = make_question(asker, state="closed")
    browser = signed_in_as(asker)
    assert "Writing opens the question again." in browser.get(of(question)).text
    fill_in(browser, of(question), body="One more thing.")
    db.session.refresh(question)
    assert question.state == "open"
    assert notes(question)[-1] == "open"


def test_a_form_sent_again_is_one_question(signed_in_as):
    asker, staff = make_person(), make_person("staff")
    browser = signed_in_as(asker)
    sent = {
        "csrf_token": token_on(browser, ASK),
        "form_key": KEY.search(browser.get(ASK).text)[1],
        "subject": "My visa",
        "body": "When?",
    }
    answers = {browser.post(ASK, data=sent).location for _ in range(3)}
    assert answers == {of(the_question())}
    assert db.session.query(Message).count() == 1
    assert told(staff) == ["question"]
    # Another's key is no key: everybody has their own.
    other = signed_in_as(make_person())
    assert other.post(ASK, data={**sent, "csrf_token": token_on(other, ASK)}).location != of(
        db.session.query(Conversation).order_by(Conversation.id).first()
    )
    assert db.session.query(Conversation).count() == 2


def test_an_answer_sent_again_is_one_answer(signed_in_as):
    asker, staff = make_person(), make_person("staff")
    question = make_question(asker)
    browser = signed_in_as(staff)
    sent = {
        "csrf_token": token_on(browser, desk(question)),
        "form_key": KEY.search(browser.get(desk(question)).text)[1],
        "body": "Next week.",
    }
    for _twice in range(2):
        assert browser.post(desk(question), data=sent).status_code == 303
    assert db.session.query(Message).count() == 2
    assert told(asker) == ["answer"]
    for _twice in range(2):
        fill_in(browser, desk(question), send_to=f"{desk(question)}/close")
    assert told(asker) == ["answer", "closed"]


@pytest.mark.parametrize(
    ("entered", "field"),
    [
        ({"subject": "", "body": "Typed text"}, "subject"),
        ({"subject": "x" * 201, "body": "Typed text"}, "subject"),
        ({"subject": "Typed text", "body": " \n "}, "body"),
        ({"subject": "Typed text", "body": "x" * 2001}, "body"),
    ],
)
def test_what_cannot_be_taken_is_said_beside_its_field(signed_in_as, entered, field):
    refused = fill_in(signed_in_as(make_person()), ASK, **entered)
    assert refused.status_code == 422
    assert f'id="{field}-error"' in refused.text
    assert "Typed text" in refused.text
    assert db.session.query(Conversation).count() == 0


def test_ten_questions_a_day_are_enough_and_the_next_is_not_lost(signed_in_as):
    browser = signed_in_as(make_person())
    token = token_on(browser, ASK)
    for number in range(10):
        data = {"csrf_token": token, "subject": f"No. {number}", "body": "?"}
        assert browser.post(ASK, data=data).status_code == 303
    refused = browser.post(
        ASK, data={"csrf_token": token, "subject": "No. 10", "body": "A long question"}
    )
    assert refused.status_code == 429
    assert "A long question" in refused.text
    assert 'value="No. 10"' in refused.text
    assert db.session.query(Conversation).count() == 10


# --- who sees it -----------------------------------------------------------------------


def test_a_question_is_its_askers_and_the_staffs_alone(signed_in_as):
    question = make_question(make_person(), body="A word to the staff.")
    for role in ((), ("instructor",)):
        browser = signed_in_as(make_person(*role))
        assert browser.get(of(question)).status_code == 404
        assert browser.get(desk(question)).status_code == 403
        assert browser.get(QUEUE).status_code == 403
    for role in ("staff", "admin"):
        browser = signed_in_as(make_person(role))
        assert "A word to the staff." in browser.get(desk(question)).text
        assert browser.get(of(question)).status_code == 404


def test_staff_find_no_conversation_of_two_among_the_questions(signed_in_as):
    run = make_run()
    two = make_conversation(run, make_adult(run), make_adult(run), "Between us.")
    browser = signed_in_as(make_person("staff"))
    token = token_on(browser, ASK)
    assert browser.get(desk(two)).status_code == 404
    for act in ("", "/take", "/close", "/reopen"):
        data = {"csrf_token": token, "body": "x"}
        assert browser.post(f"{desk(two)}{act}", data=data).status_code == 404
    assert db.session.query(Message).count() == 1


def test_that_a_question_was_read_is_kept(signed_in_as):
    question, staff = make_question(make_person()), make_person("staff")
    signed_in_as(staff).get(desk(question))
    (entry,) = db.session.query(AccessEntry).all()
    assert (entry.actor_id, entry.subject) == (staff.id, f"conversation {question.id}")


def test_the_queue_begins_with_the_longest_wait_and_goes_on_without_gaps(signed_in_as):
    asker, at = make_person(), clock.now()
    states = ["closed", "answered", "open"]
    for number in range(70):
        question = make_question(asker, f"question no. {number}.", state=states[number % 3])
        question.last_message_at = at + timedelta(minutes=number // 6)
    db.session.commit()
    browser = signed_in_as(make_person("staff"))

    def walk(address):
        seen = []
        while address:
            page = browser.get(address).text
            seen += [int(number) for number in re.findall(r"question no\. (\d+)\.", page)]
            further = re.search(r'rel="next" href="([^"]+)"', page)
            address = further[1].replace("&amp;", "&") if further else ""
        return seen

    wanted = [n for rest in (2, 1, 0) for n in range(70) if n % 3 == rest]
    assert walk(QUEUE) == wanted
    assert walk(f"{QUEUE}?state=answered") == [n for n in range(70) if n % 3 == 1]
    assert walk(f"{QUEUE}?state=nonsense") == wanted


def test_pages_of_the_staff_cost_the_same_however_much_there_is(signed_in_as, count_statements):
    browser, costs = signed_in_as(make_person("staff")), []
    for bodies, more in ((1, 0), (500, 40)):
        asker = make_person()
        for number in range(more):
            make_question(asker, f"No. {number}")
        question = make_question(asker)
        question.messages_count = bodies
        db.session.add_all(
            Message(
                conversation_id=question.id,
                number=number,
                author_id=asker.id,
                body="x",
                form_key=f"{question.id}-{number}",
                created_at=clock.now(),
            )
            for number in range(2, bodies + 1)
        )
        db.session.commit()
        counts = []
        for path in (QUEUE, desk(question), "/en/manage/reported-messages"):
            with count_statements() as statements:
                assert browser.get(path).status_code == 200
            counts.append(len(statements))
        costs.append(counts)
    assert costs[0] == costs[1]
    assert max(costs[0]) <= 8


# --- at once ---------------------------------------------------------------------------


def together(app, act, things):
    """Do the act on each thing in a thread of its own; return what came out, Conflicts included."""
    db.session.remove()  # or the test would go on reading what was true before
    barrier = Barrier(len(things))

    def one(thing):
        with app.app_context():
            barrier.wait()
            try:
                with unit_of_work():
                    return act(thing)
            except Conflict as conflict:
                return conflict

    with ThreadPoolExecutor(len(things)) as pool:
        return list(pool.map(one, things))


@pytest.fixture
def desk_of_two(app_of_its_own):
    """Return an application with a question and two of the staff."""
    with app_of_its_own.app_context():
        asker = make_person()
        staff = [make_person("staff", full_name=name).id for name in ("Kim", "Lee")]
        yield app_of_its_own, make_question(asker).id, staff
        db.session.remove()


def question_of(question_id):
    return db.session.get_one(Conversation, question_id)


def test_two_of_the_staff_who_answer_at_once_both_answer(desk_of_two):
    app, question_id, staff = desk_of_two

    def answer(person_id):
        questions.answer_question(
            question_of(question_id),
            f"From {person_id}",
            form_key=f"answer-of-{person_id}",
            actor=db.session.get_one(Person, person_id),
            now=clock.now(),
        )

    together(app, answer, staff)
    rows = db.session.query(Message).order_by(Message.number).all()
    assert [row.number for row in rows] == [1, 2, 3]
    assert {row.author_id for row in rows[1:]} == set(staff)
    assert question_of(question_id).messages_count == 3


def test_who_takes_a_question_second_is_told_who_was_first(desk_of_two):
    app, question_id, staff = desk_of_two

    def take(person_id):
        questions.take_question(
            question_of(question_id),
            actor=db.session.get_one(Person, person_id),
            now=clock.now(),
        )

    outcomes = together(app, take, staff)
    (refusal,) = [each for each in outcomes if each is not None]
    taker = db.session.get_one(Person, question_of(question_id).taken_by_id)
    assert taker.full_name in refusal.message
    assert notes(question_of(question_id)) == ["open", "taken"]


def test_one_form_sent_twice_at_once_is_one_question(app_of_its_own):
    with app_of_its_own.app_context():
        asker_id = make_person().id

        def ask(_number):
            return questions.ask_staff(
                "My visa",
                "When?",
                form_key="the-same-form-key-of-both",
                actor=db.session.get_one(Person, asker_id),
                now=clock.now(),
            ).id

        assert len(set(together(app_of_its_own, ask, [1, 2, 3]))) == 1
        assert db.session.query(Message).count() == 1
        db.session.remove()


def test_two_who_write_to_each_other_first_at_once_have_one_conversation(app_of_its_own):
    with app_of_its_own.app_context():
        run = make_run()
        run_id, ids = run.id, [make_adult(run).id, make_adult(run).id]

        def write(person_id):
            (other_id,) = set(ids) - {person_id}
            return conversations.write_to(
                run_id,
                db.session.get_one(Person, other_id),
                "Hello.",
                form_key=f"first-message-of-{person_id}",
                actor=db.session.get_one(Person, person_id),
                now=clock.now(),
            ).id

        assert len(set(together(app_of_its_own, write, ids))) == 1
        numbers = [row.number for row in db.session.query(Message).order_by(Message.number)]
        assert numbers == [1, 2]
        assert db.session.query(ConversationPerson).count() == 2
        assert db.session.query(Job).count() == 2  # a mail to each
        db.session.remove()
