import pytest
from sqlalchemy import func, select

from lms.accounts import queries
from lms.accounts.models import LoginSession, Person, PersonState
from lms.accounts.tries import MAILS_TO_ACCOUNT
from lms.core.db import db
from tests.accounts.conftest import PASSWORD
from tests.factories.accounts import make_person
from tests.forms import fill_in, token_on


def people():
    return db.session.scalar(select(func.count(Person.id)))


def test_from_sign_up_to_profile(client, sign_up, mail_link, outbox):
    answer = sign_up("Bat@GOV.example", photo_and_recording="y")
    assert answer.location == "/en/check-your-mail"
    page = client.get(answer.location).text
    assert "bat@gov.example" in page

    link = mail_link()
    (mail,) = outbox
    assert mail.to == ["bat@gov.example"]
    assert "UTC" in mail.body
    assert "Batbayar" not in mail.body  # a stranger could have a mail of ours carry their words
    assert mail.alternatives[0][0].count(link)

    answer = fill_in(client, link)
    assert answer.location == "/en/profile"
    assert "Complete your profile" in client.get("/en/profile").text
    person = queries.person_by_email("bat@gov.example")
    assert person.state == PersonState.ACTIVE
    given = {str(item) for item in queries.consents_of(person.id)}
    assert given == {"collection_and_use", "photo_and_recording"}


def test_a_program_that_opens_every_link_of_a_mail_confirms_nothing(client, sign_up, mail_link):
    sign_up("bat@gov.example")
    link = mail_link()
    for _scan in range(3):
        assert client.get(link).status_code == 200
        assert client.head(link).status_code == 200
    assert queries.person_by_email("bat@gov.example").state == PersonState.REGISTERED
    assert fill_in(client, link).status_code == 302


def test_the_way_goes_on_to_the_page_one_came_from(app, client, sign_up, mail_link):
    sign_up("bat@gov.example", path="/en/sign-up?next=/en/cities/")
    elsewhere = app.test_client()  # the mail is read on the phone
    assert fill_in(elsewhere, mail_link()).location == "/en/cities/"


def test_the_way_never_leads_to_another_site(client, sign_up, mail_link):
    sign_up("bat@gov.example", path="/en/sign-up?next=//evil.example")
    link = mail_link()
    assert "evil" not in link
    assert fill_in(client, f"{link}?next=https://evil.example").location == "/en/profile"


def test_a_used_link_says_so_and_an_old_one_sends_another(client, app, sign_up, mail_link, outbox):
    sign_up("bat@gov.example")
    old = mail_link()
    sign_up("bat@gov.example")
    new = mail_link()
    stale = client.get(old)
    assert stale.status_code == 410
    assert "Send me a new link" in stale.text
    assert fill_in(client, old).location == "/en/check-your-mail"
    newest = mail_link()
    assert len({old, new, newest}) == len(outbox) == 3
    assert client.get(new).status_code == 410
    assert fill_in(client, newest).status_code == 302
    for link in (old, new, newest):
        used = app.test_client().get(link)
        assert used.status_code == 410
        assert "confirmed already" in used.text


def test_a_mangled_link_says_how_to_go_on(client):
    answer = client.get("/en/confirm-email/abc")
    assert answer.status_code == 404
    assert "/en/sign-in" in answer.text


def test_pages_behind_links_are_not_kept_by_browsers(client, sign_up, mail_link):
    sign_up("bat@gov.example")
    for path in (mail_link(), "/en/confirm-email/abc", "/en/reset/abc", "/en/check-your-mail"):
        assert client.get(path).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("state", ["active", "registered", "invited", "disabled"])
def test_a_taken_address_gets_the_same_answer_from_the_same_work_as_a_free_one(
    client, sign_up, state, count_statements
):
    make_person(email="taken@gov.example", state=state)

    def answer_to(email):
        token = token_on(client, "/en/sign-up")
        with count_statements() as statements:
            answer = client.post(
                "/en/sign-up",
                data={
                    "csrf_token": token,
                    "full_name": "Batbayar",
                    "email": email,
                    "password": PASSWORD,
                    "collection_and_use": "y",
                },
            )
        return answer.status_code, answer.location, answer.text, list(statements)

    assert answer_to("taken@gov.example") == answer_to("fresh@gov.example")
    sign_up("taken@gov.example")
    page_of_taken = client.get("/en/check-your-mail").text
    sign_up("fresh@gov.example")
    page_of_fresh = client.get("/en/check-your-mail").text
    assert page_of_taken == page_of_fresh.replace("fresh@", "taken@")


def test_the_owner_of_a_taken_address_is_told(sign_up, outbox, run_jobs):
    make_person(email="taken@gov.example", full_name="Dorj", preferred_language="en")
    sign_up("taken@gov.example", full_name="Somebody Else")
    run_jobs()
    (mail,) = outbox
    assert "Dorj" in mail.body
    assert "Somebody Else" not in mail.body
    assert "/en/sign-in" in mail.body


def test_what_is_wrong_stands_beside_its_field_and_what_was_entered_stays(client, sign_up):
    answer = sign_up("bat@gov", password="short", collection_and_use="")
    assert answer.status_code == 422
    assert 'id="email-error"' in answer.text
    assert 'value="bat@gov"' in answer.text
    assert "Batbayar Oyunchimeg" in answer.text
    assert "short" not in answer.text
    assert "<title>Error:" in answer.text
    assert people() == 0


@pytest.mark.parametrize(
    ("entered", "field"),
    [
        ({"full_name": "   "}, "full_name"),
        ({"full_name": "123 456"}, "full_name"),
        ({"full_name": "가" * 2_000_000}, ""),
        ({"full_name": "x" * 2_000_000}, "full_name"),
        ({"full_name": "\u202e\x00\u200b"}, "full_name"),
        ({"email": "x" * 1_900_000}, "email"),
        ({"password": "busan2026!"}, "password"),
        ({"password": "q7!x" * 65}, "password"),
        ({"password": "x" * 1_900_000}, "password"),
        ({"collection_and_use": "false"}, "collection_and_use"),
        ({"collection_and_use": ""}, "collection_and_use"),
    ],
)
def test_hostile_or_careless_entries_are_refused_with_words(client, sign_up, entered, field):
    answer = sign_up(**{"email": "bat@gov.example", **entered})
    assert answer.status_code == (422 if field else 413)
    assert not field or f'id="{field}-error"' in answer.text
    assert people() == 0


def test_a_name_is_kept_as_people_write_it_without_what_would_disguise_it(client, sign_up):
    sign_up("bat@gov.example", full_name=" Nguye\u0302\u0303n\u202e  Va\u0306n\x00\nB ")
    assert queries.person_by_email("bat@gov.example").full_name == "Nguyễn Văn B"


def test_fields_that_are_not_on_the_page_do_nothing(sign_up):
    sign_up("bat@gov.example", state="active", roles="admin", is_demo="1", email_confirmed_at="1")
    person = queries.person_by_email("bat@gov.example")
    assert (person.state, person.roles, person.is_demo) == (PersonState.REGISTERED, [], False)
    assert person.email_confirmed_at is None


def test_a_program_that_fills_in_every_field_gets_the_usual_answer_and_no_account(
    client, sign_up, outbox, run_jobs
):
    answer = sign_up("bot@gov.example", leave_empty="http://buy.example")
    assert answer.location == "/en/check-your-mail"
    run_jobs()
    assert people() == len(outbox) == 0


def test_mails_to_one_address_are_limited_whoever_asks_for_them(
    app, sign_up, outbox, run_jobs, on_the_hour
):
    allowed = int(MAILS_TO_ACCOUNT[0].partition("/")[0])
    for _ in range(allowed):
        assert sign_up("bat@gov.example", app.test_client()).status_code == 302
    refused = sign_up("bat@gov.example", app.test_client())
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    asked = fill_in(app.test_client(), "/en/reset", email="bat@gov.example")
    assert asked.status_code == 429
    assert sign_up("other@gov.example", app.test_client()).status_code == 302
    run_jobs()
    assert len(outbox) == allowed + 1


def test_mistakes_in_the_form_cost_none_of_the_mails(sign_up):
    for _ in range(8):
        assert sign_up("bat@gov.example", password="password").status_code == 422
    assert sign_up("bat@gov.example").status_code == 302


def test_who_is_signed_in_has_nothing_to_sign_up_for(signed_in_as):
    browser = signed_in_as(make_person())
    assert browser.get("/en/sign-up").location == "/en/my-learning"


def test_confirming_ends_the_session_of_whoever_else_used_this_browser(
    signed_in_as, app, sign_up, mail_link
):
    other = make_person()
    browser = signed_in_as(other)
    sign_up("bat@gov.example", app.test_client())
    fill_in(browser, mail_link())
    assert "Batbayar" in browser.get("/en/profile").text
    ended = select(LoginSession.ended_at).where(LoginSession.person_id == other.id)
    assert db.session.scalars(ended).one() is not None


def test_the_page_asks_the_database_for_nothing(client, count_statements):
    token_on(client, "/en/sign-up")
    with count_statements() as statements:
        client.get("/en/sign-up")
    assert len(statements) == 0
