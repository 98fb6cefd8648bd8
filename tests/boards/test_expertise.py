"""What people know: their own choice, nothing by which they are reached, and of their posts only
what each reader may read."""

from datetime import timedelta

import pytest

from lms.boards.models import BoardKind, Expertise, ThreadKind, WordAction
from lms.boards.queries.expertise import shown_people, written_by
from lms.boards.queries.reach import Reach
from lms.boards.rules.expertise import WantedPeople
from lms.boards.services.blocked_words import add_word
from lms.boards.services.changing import accept_answer, delete_post
from lms.boards.services.expertise import save_expertise
from lms.core import clock
from lms.core.audit import history_of
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from lms.enrolment.rules import busan_day
from tests.factories.accounts import make_person
from tests.factories.boards import (
    board_of_site,
    first_post,
    make_answer,
    make_board,
    make_expertise,
    make_run_board,
    make_thread,
)
from tests.factories.courses import make_curriculum
from tests.factories.enrolment import make_enrolment, make_run
from tests.factories.organisations import make_affiliation, make_city
from tests.forms import token_on

pytestmark = pytest.mark.usefixtures("app")

NOW = clock.now().replace(microsecond=0)
EDIT = "/en/expertise/edit"


def saying(**values):
    return {"is_shown": "y", "about": "Bus lanes", "language": "en", **values}


def reach(person=None, **values) -> Reach:
    return Reach(person.id if person else None, busan_day(NOW), **values)


# --- one's own page --------------------------------------------------------------------


def test_nobody_is_shown_who_has_not_said_so(signed_in_as):
    person, reader = make_person(), make_person("staff")
    browser = signed_in_as(reader)
    unknown = browser.get("/en/people/999999999")
    assert unknown.status_code == 404
    for row in (None, make_expertise(person, is_shown=False)):
        page = browser.get(f"/en/people/{person.id}")
        assert page.status_code == 404, row
        assert page.data.count(b"<h1") == unknown.data.count(b"<h1")
        assert person.full_name not in page.text
    assert person.full_name not in browser.get("/en/people").text


def test_a_person_says_what_they_know_and_hides_it_again(signed_in_as):
    field = make_curriculum(code="TRN")
    person = make_person()
    make_affiliation(person, make_city("hcmc"), organisation="Dept. of Transport", position="Chief")
    own, reader = signed_in_as(person), signed_in_as(make_person())
    data = saying(fields=field.code, languages=["vi", "en"], csrf_token=token_on(own, EDIT))
    answer = own.post(EDIT, data={**data, "revision": "0"})
    assert answer.status_code == 303
    page = reader.get(f"/en/people/{person.id}").text
    for words in (person.full_name, "Hcmc", "Dept. of Transport", "Chief", "Bus lanes"):
        assert words in page
    assert "Vietnamese" in page
    assert person.email not in page
    again = {"about": "Bus lanes", "language": "en", "csrf_token": data["csrf_token"]}
    assert own.post(EDIT, data={**again, "revision": "1"}).status_code == 303
    assert reader.get(f"/en/people/{person.id}").status_code == 404
    history = [(each.old, each.new) for each in history_of(("expertise", person.id))]
    assert history == [("hidden", "shown"), ("shown", "hidden")]


def test_who_cannot_sign_in_any_more_is_not_shown(signed_in_as):
    person = make_person(state="disabled")
    make_expertise(person)
    assert signed_in_as(make_person()).get(f"/en/people/{person.id}").status_code == 404


def test_visitors_are_asked_to_sign_in(client):
    person = make_person()
    make_expertise(person)
    for address in (f"/en/people/{person.id}", "/en/people", EDIT):
        assert client.get(address).status_code == 302


def test_two_tabs_notice_each_other_and_nothing_is_lost(signed_in_as):
    person = make_person()
    browser = signed_in_as(person)
    token = token_on(browser, EDIT)
    first = saying(csrf_token=token, revision="0")
    assert browser.post(EDIT, data=first).status_code == 303
    assert browser.post(EDIT, data=first).status_code == 303, "sent twice, it is the same"
    second = browser.post(EDIT, data={**first, "about": "Trams"})
    assert second.status_code == 409
    assert "Trams" in second.text
    assert "Bus lanes" in second.text
    assert db.session.get_one(Expertise, person.id).about == "Bus lanes"


def test_the_form_saves_itself(signed_in_as):
    person = make_person()
    browser = signed_in_as(person)
    sent = saying(csrf_token=token_on(browser, EDIT), revision="0")
    answer = browser.post(EDIT, data=sent, headers={"X-Autosave": "1"})
    assert answer.json["revision"] == 1
    stale = browser.post(EDIT, data={**sent, "about": "New"}, headers={"X-Autosave": "1"})
    assert stale.status_code == 409


@pytest.mark.parametrize(
    "wrong", [{"language": "xx"}, {"fields": "NOPE"}, {"languages": "xx"}, {"about": "x" * 2001}]
)
def test_what_is_not_offered_is_refused_and_kept_in_the_form(signed_in_as, wrong):
    person = make_person()
    browser = signed_in_as(person)
    sent = saying(csrf_token=token_on(browser, EDIT), revision="0") | wrong
    answer = browser.post(EDIT, data=sent)
    assert answer.status_code == 422
    assert sent["about"] in answer.text
    assert db.session.get(Expertise, person.id) is None


@pytest.mark.parametrize(
    "about, told",
    [
        ("My number is 900101-1234567.", "resident registration number"),
        ("I play in the CASINO.", "look at these words: casino"),
        ("Buy viagra here.", "not taken here: viagra"),
    ],
)
def test_what_no_post_may_say_is_refused_beside_the_words(signed_in_as, about, told):
    staff, person = make_person("staff"), make_person()
    with unit_of_work():
        add_word("casino", WordAction.HOLD, actor=staff, now=NOW)
        add_word("viagra", WordAction.REFUSE, actor=staff, now=NOW)
    browser = signed_in_as(person)
    sent = saying(about=about, csrf_token=token_on(browser, EDIT), revision="0")
    answer = browser.post(EDIT, data=sent)
    assert answer.status_code == 422
    assert 'id="about-error"' in answer.text
    assert told in answer.text
    assert about in answer.text
    itself = browser.post(EDIT, data=sent, headers={"X-Autosave": "1"})
    assert (itself.status_code, itself.json["fields"]) == (422, ["about"])
    assert db.session.get(Expertise, person.id) is None


def test_a_page_can_be_hidden_whatever_was_listed_since(signed_in_as):
    person = make_person()
    browser = signed_in_as(person)
    sent = saying(about="Our casino", csrf_token=token_on(browser, EDIT), revision="0")
    assert browser.post(EDIT, data=sent).status_code == 303
    with unit_of_work():
        add_word("casino", WordAction.REFUSE, actor=make_person("staff"), now=NOW)
    hidden = {name: value for name, value in sent.items() if name != "is_shown"}
    assert browser.post(EDIT, data={**hidden, "revision": "1"}).status_code == 303
    assert browser.post(EDIT, data={**sent, "revision": "2"}).status_code == 422
    assert not db.session.get_one(Expertise, person.id).is_shown


def test_words_that_would_hide_others_are_cleaned(signed_in_as):
    person = make_person()
    browser = signed_in_as(person)
    about = "<script>alert(1)</script> \u202etxt"
    sent = saying(about=about, csrf_token=token_on(browser, EDIT), revision="0")
    browser.post(EDIT, data=sent)
    page = signed_in_as(make_person()).get(f"/en/people/{person.id}").text
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page
    assert "\u202e" not in page


def test_the_row_is_made_once_by_the_first_change():
    person = make_person()
    content = {
        "is_shown": False, "about": "", "language": "en", "fields": [], "languages": [],
    }  # fmt: skip
    with unit_of_work():
        assert save_expertise(person, content, revision=0, now=NOW) == (True, 1)
    with unit_of_work():
        assert save_expertise(person, content, revision=0, now=NOW) == (True, 1)


# --- the list --------------------------------------------------------------------------


def test_the_list_is_by_name_in_pages_and_by_field_city_and_language(signed_in_as):
    city = make_city("hanoi")
    field = make_curriculum(code="TRN")
    make_curriculum(code="TRN-2")
    people = [make_person(full_name=name) for name in ("Binh", "An", "An", "Chi")]
    for person in people:
        make_expertise(person)
    make_affiliation(people[0], city)
    row = db.session.get_one(Expertise, people[3].id)
    row.fields, row.languages = [field.code], ["vi"]
    row = db.session.get_one(Expertise, people[0].id)
    row.fields = ["TRN-2"]
    db.session.commit()

    def ids(after=None, limit=9, **wanted) -> list[int]:
        found = shown_people(WantedPeople(**wanted), after=after, limit=limit)
        return [each.id for each in found]

    order = [people[1].id, people[2].id, people[0].id, people[3].id]
    assert ids() == order
    pages, after = [], None
    while page := ids(after, limit=1):
        pages += page
        after = page[-1]
    assert pages == order
    assert ids(field="TRN") == [people[3].id], "a code is not the beginning of another"
    assert ids(language="vi") == [people[3].id]
    assert ids(city="hanoi") == [people[0].id]
    assert ids(city="hanoi", language="vi") == []
    text = signed_in_as(people[0]).get("/en/people?field=TRN&city=nowhere").text
    assert "Chi" in text
    assert "Binh" not in text.split("<main")[1]


def test_a_page_of_people_goes_on_where_it_ended(signed_in_as):
    for number in range(31):
        make_expertise(make_person(full_name=f"Person {number:02}"))
    browser = signed_in_as(make_person())
    first = browser.get("/en/people").text
    assert "Person 29" in first
    assert "Person 30" not in first
    following = first.split('rel="next" href="')[1].split('"')[0]
    assert "Person 30" in browser.get(following).text
    assert browser.get("/en/people?after=-4").status_code == 200
    assert browser.get("/en/people?after=99999999999999999999").status_code == 200


# --- what they have written ------------------------------------------------------------


def test_readers_find_only_what_they_may_read():
    author, member, stranger = make_person(), make_person(), make_person()
    run = make_run()
    for person in (author, member):
        make_enrolment(run, person)
    secret = make_thread(make_run_board(run), author, "Of the run")
    public = make_thread(board_of_site(BoardKind.QUESTIONS), author, "For all")
    hidden = make_thread(board_of_site(BoardKind.QUESTIONS), author, "Taken back")
    held = make_thread(board_of_site(BoardKind.QUESTIONS), author, "Waits", is_held=True)
    with unit_of_work():
        delete_post(first_post(hidden), author=author, now=NOW)

    def threads(reader, **values) -> set[int]:
        found = written_by(author.id, reach(reader, **values), NOW, after=None, limit=20)
        return {post.thread_id for post in found}

    assert threads(member) == {secret.id, public.id}
    assert threads(stranger) == {public.id}
    assert threads(stranger, is_staff=True) == {secret.id, public.id}
    assert held.id not in threads(author)


def test_an_answer_that_is_seen_in_a_hidden_thread_is_not_listed():
    asker, author = make_person(), make_person()
    thread = make_thread(board_of_site(), asker)
    make_answer(thread, author)
    thread.state = "hidden"
    db.session.commit()
    assert not written_by(author.id, reach(author), NOW, after=None, limit=20)


def test_what_has_helped_comes_first_and_pages_go_on():
    author = make_person()
    board = make_board(BoardKind.IDEAS)
    days = [NOW - timedelta(days=number) for number in range(5)]
    asked = [make_thread(board, make_person(), now=day) for day in days]
    posts = [make_answer(thread, author, now=day) for thread, day in zip(asked, days, strict=True)]
    with unit_of_work():
        accept_answer(asked[3], 2, actor=author, now=NOW)
    own = make_thread(board, author, "My own", kind=ThreadKind.DISCUSSION, now=days[4])
    order, after = [], None
    while page := written_by(author.id, reach(author), NOW, after=after, limit=2):
        order += [post.id for post in page]
        after = page[-1].id
    wanted = [posts[3], posts[0], posts[1], posts[2], first_post(own), posts[4]]
    assert order == [post.id for post in wanted]
    assert not written_by(author.id, reach(author), NOW, after=first_post(asked[0]).id, limit=2)
    titles = {post.title.texts["en"] for post in written_by(
        author.id, reach(author), NOW, after=None, limit=20
    )}  # fmt: skip
    assert titles == {"My own", "How do you pay drivers of small buses?"}


def test_the_page_shows_posts_and_costs_the_same_for_one_or_many(signed_in_as, count_statements):
    author = make_person()
    make_expertise(author)
    board = board_of_site(BoardKind.QUESTIONS)
    browser = signed_in_as(make_person())
    costs = []
    for number in range(2):
        for each in range(1 + 20 * number):
            make_thread(board, author, f"Question {number}-{each}")
        with count_statements() as statements:
            page = browser.get(f"/en/people/{author.id}")
        assert "Question" in page.text
        costs.append(len(statements))
    assert costs[0] == costs[1] <= 8
    with count_statements() as statements:
        browser.get(page.text.split('rel="next" href="')[1].split('"')[0])
    assert len(statements) <= 8
    for number in range(40):
        make_expertise(make_person(full_name=f"Somebody {number}"))
    with count_statements() as statements:
        browser.get("/en/people?lang=en")
    assert len(statements) <= 8


def test_a_thread_leads_to_the_pages_of_who_shows_theirs(signed_in_as):
    shown, hidden = make_person(), make_person()
    make_expertise(shown)
    make_expertise(hidden, is_shown=False)
    thread = make_thread(board_of_site(), shown)
    make_answer(thread, hidden)
    page = signed_in_as(make_person()).get(f"/en/threads/{thread.id}").text
    assert f"/en/people/{shown.id}" in page
    assert f"/en/people/{hidden.id}" not in page
