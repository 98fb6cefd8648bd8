"""Guests of a public seminar: two pages, one mail, one place each, and nothing about others."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from lms.core import clock
from lms.core.audit import StatusEvent
from lms.core.db import db
from lms.core.errors import Conflict
from lms.core.unit_of_work import unit_of_work
from lms.seminars import guest_consent, join_token
from lms.seminars.models import Guest, Presence, Reminder, ReportLine, Sitting
from lms.seminars.rules.presence import Pass, PassKind
from lms.seminars.services import guests as services
from tests.factories import save
from tests.factories.accounts import make_person
from tests.factories.enrolment import make_enrolment, make_run
from tests.factories.seminars import make_guest, make_holder, make_report, make_sitting
from tests.forms import fill_in, token_on

ENTERED = {
    "name": "Ana Torres",
    "email": "Ana@Example.org",
    "organisation": "Port of Manta",
    "time_zone": "America/Guayaquil",
}


@pytest.fixture
def seminar(app):
    return make_sitting(is_public=True, guest_capacity=2)


def page(sitting, more=""):
    return f"/en/sessions/{sitting.id}/register{more}"


def register(browser, sitting, **entered):
    """Go through both pages; return the answer to the second."""
    answer = fill_in(browser, page(sitting), **{**ENTERED, **entered})
    assert answer.status_code == 303, answer.text
    assert answer.location == page(sitting, "/consent")
    return fill_in(browser, page(sitting, "/consent"), agrees="y")


def guests():
    return db.session.query(Guest).order_by(Guest.id).all()


def link_in(mail, containing):
    found = re.search(rf"http://127\.0\.0\.1:8000(/\S*{containing}\S*)", mail.body)
    assert found, mail.body
    return found[1]


# --- registering -----------------------------------------------------------------------


def test_two_pages_and_a_mail_with_a_link_of_ones_own(app, client, seminar, outbox, run_jobs):
    assert "Register as a guest" in client.get(f"/en/sessions/{seminar.id}").text
    fill_in(client, page(seminar), **ENTERED)
    assert guests() == []
    consent = client.get(page(seminar, "/consent")).text
    assert "Ana Torres" in consent
    assert "180 days" in consent
    answer = fill_in(client, page(seminar, "/consent"), agrees="y")
    assert answer.location == page(seminar, "/sent")
    assert "ana@example.org" in client.get(answer.location).text
    (guest,) = guests()
    assert (guest.name, guest.email, guest.organisation, guest.time_zone, guest.language) == (
        "Ana Torres",
        "ana@example.org",
        "Port of Manta",
        "America/Guayaquil",
        "en",
    )
    assert guest.consent_version == guest_consent.VERSION
    assert guest.confirmed_at is None
    assert seminar.guests_taken == 1
    run_jobs()
    (mail,) = outbox
    assert mail.to == ["ana@example.org"]
    assert "Ana Torres" in mail.body
    assert "(UTC−5) · Busan" in mail.body
    link = link_in(mail, "/join/")
    assert "Ana Torres" in client.get(link).text
    assert f"/en/sessions/{seminar.id}" in mail.body


def test_the_consent_can_be_read_in_another_language_and_that_is_kept(app, client, seminar):
    fill_in(client, page(seminar), **ENTERED)
    address = page(seminar, "/consent").replace("/en/", "/ko/")
    assert client.get(address).status_code == 200
    fill_in(client, address, agrees="y")
    assert [guest.language for guest in guests()] == ["ko"]


def test_without_consent_nothing_is_kept(app, client, seminar, outbox, run_jobs):
    fill_in(client, page(seminar), **ENTERED)
    answer = fill_in(client, page(seminar, "/consent"))
    assert answer.status_code == 422
    assert "Without this consent" in answer.text
    assert guests() == []
    run_jobs()
    assert outbox == []


def test_the_second_page_alone_leads_to_the_first(app, client, seminar):
    def led_to(which):
        return client.get(page(which, "/consent"), follow_redirects=True).request.path

    for other in (seminar, make_sitting(is_public=True)):
        assert led_to(other) == page(other)
    fill_in(client, page(seminar), **ENTERED)
    assert led_to(other) == page(other)
    assert client.get(page(seminar, "/consent")).status_code == 200


def test_pushed_twice_both_answers_say_where_the_mail_went(app, client, seminar):
    fill_in(client, page(seminar), **ENTERED)
    consent = page(seminar, "/consent")
    data = {"csrf_token": token_on(client, consent), "agrees": "y"}
    for _push in range(2):
        answer = client.post(consent, data=data, follow_redirects=True)
        assert answer.request.path == page(seminar, "/sent")
        assert "ana@example.org" in answer.text
    assert seminar.guests_taken == 1
    # Of another seminar nothing was sent.
    other = make_sitting(is_public=True)
    assert client.get(page(other, "/sent")).location == page(other)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "12345"),
        ("name", "You won: https://buy.example"),
        ("name", "Look at www.buy.example"),
        ("name", "me@buy.example"),
        ("name", "x" * 201),
        ("email", "nobody"),
        ("email", ""),
        ("email", "a@b.org\nBcc: c@d.org"),
        ("time_zone", ""),
        ("time_zone", "Mars/Olympus"),
        ("time_zone", "../../etc/passwd"),
        ("organisation", "x" * 201),
    ],
)
def test_what_cannot_be_is_told_beside_its_field_and_the_rest_is_kept(
    app, client, seminar, field, value
):
    answer = fill_in(client, page(seminar), **{**ENTERED, field: value})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    for name, typed in ENTERED.items():
        if name not in {field, "time_zone"}:
            assert f'value="{typed}"' in answer.text


def test_who_is_signed_in_need_not_type_it_again(app, signed_in_as, seminar):
    person = make_person()
    text = signed_in_as(person).get(page(seminar)).text
    assert f'value="{person.email}"' in text
    assert f'value="{person.full_name}"' in text


def test_programs_that_fill_in_every_field_are_told_that_all_is_well(
    app, client, seminar, outbox, run_jobs
):
    answer = fill_in(client, page(seminar), leave_empty="http://buy.example", **ENTERED)
    assert answer.location == page(seminar, "/sent")
    run_jobs()
    assert (guests(), outbox) == ([], [])


# --- who is registered is nobody's business --------------------------------------------


def test_registering_twice_is_harmless_and_looks_the_same(app, seminar, outbox, run_jobs):
    first, again, other = (app.test_client() for _each in range(3))
    answers = [
        register(first, seminar),
        register(again, seminar, name="Somebody Else", organisation=""),
        register(other, seminar, email="bo@example.org"),
    ]
    pages = [
        re.sub(r"(ana|bo)@example\.org", "…", browser.get(answer.location).text)
        for browser, answer in zip((first, again, other), answers, strict=True)
    ]
    pages = [re.sub(r'value="[^"]{60,}"|content="[^"]{60,}"', "", text) for text in pages]
    assert len(set(pages)) == 1
    assert [guest.name for guest in guests()] == ["Ana Torres", "Ana Torres"]
    assert seminar.guests_taken == 2
    run_jobs()
    sent = sorted(mail.to[0] for mail in outbox)
    assert sent == ["ana@example.org", "ana@example.org", "bo@example.org"]
    # The mail goes to who registered first, under the name they gave.
    assert not [mail for mail in outbox if "Somebody Else" in mail.body]
    assert len({link_in(mail, "/join/") for mail in outbox if mail.to == ["ana@example.org"]}) == 1


def test_who_is_in_the_run_or_holds_it_is_sent_their_own_way_in(app, client, outbox, run_jobs):
    run = make_run()
    seminar = make_sitting(run, is_public=True, guest_capacity=1)
    trainee, instructor = make_person(), make_person()
    enrolment = make_enrolment(run, trainee)
    holder = make_holder(seminar, instructor)
    left = make_person()
    make_enrolment(run, left, state="withdrawn")
    for person in (trainee, instructor):
        answer = register(client, seminar, email=person.email.upper())
        assert answer.location == page(seminar, "/sent")
        assert "A mail with your link is on its way" in client.get(answer.location).text
        assert fill_in(client, page(seminar, "/again"), email=person.email).status_code == 303
    assert guests() == []
    assert seminar.guests_taken == 0
    run_jobs()
    own = [
        join_token.make(Pass(PassKind.ENROLMENT, enrolment.id, seminar.id)),
        join_token.make(Pass(PassKind.HOLDER, holder.id, seminar.id)),
    ]
    assert [mail.to[0] for mail in outbox] == [trainee.email] * 2 + [instructor.email] * 2
    for mail, token in zip(outbox, [own[0], own[0], own[1], own[1]], strict=True):
        assert link_in(mail, "/join/") == f"/{trainee.preferred_language}/join/{token}"
        assert "/cancel" not in mail.body
    # Who has left the run comes as a guest, like everybody.
    register(client, seminar, email=left.email)
    assert [guest.email for guest in guests()] == [left.email]
    assert client_sees_full(app, seminar)


def test_when_all_places_are_taken_everybody_is_told_the_same(app, seminar, outbox, run_jobs):
    browsers = [app.test_client() for _each in range(2)]
    for browser in browsers:
        fill_in(browser, page(seminar), **{**ENTERED, "email": "ana@example.org"})
    fill_in(browsers[1], page(seminar), **{**ENTERED, "email": "cy@example.org"})
    make_guest(seminar, email="ana@example.org")
    make_guest(seminar)
    seminar.guests_taken = 2
    answers = []
    for browser in browsers:
        token = token_on(browser, page(seminar, "/consent"))
        data = {"csrf_token": token, "agrees": "y"}
        answers.append(browser.post(page(seminar, "/consent"), data=data))
    assert [answer.status_code for answer in answers] == [409, 409]
    texts = {re.sub(r'content="[^"]{60,}"', "", answer.text) for answer in answers}
    assert len(texts) == 1
    assert "All places for guests are taken" in texts.pop()
    run_jobs()
    assert [mail.to for mail in outbox] == [["ana@example.org"]]
    assert len(guests()) == 2
    assert client_sees_full(app, seminar)


def client_sees_full(app, sitting):
    text = app.test_client().get(page(sitting)).text
    return "All places for guests are taken" in text and "<form method" not in text


def test_the_link_is_sent_again_and_nothing_told(app, client, seminar, outbox, run_jobs):
    make_guest(seminar, email="ana@example.org")
    make_guest(seminar, email="gone@example.org", cancelled_at=clock.now())
    for address in ("ana@example.org", "gone@example.org", "nobody@example.org"):
        answer = fill_in(client, page(seminar, "/again"), email=address)
        assert answer.location == page(seminar, "/sent")
        assert f'<bdi dir="ltr">{address}</bdi> is registered' in client.get(answer.location).text
    run_jobs()
    assert [mail.to for mail in outbox] == [["ana@example.org"]]
    assert fill_in(client, page(seminar, "/again"), email="x").status_code == 422


def test_nobody_is_flooded_with_mails(app, client, seminar, outbox, run_jobs):
    make_guest(seminar, email="ana@example.org")
    codes = [
        fill_in(client, page(seminar, "/again"), email="ana@example.org").status_code
        for _each in range(7)
    ]
    assert codes == [303] * 5 + [429] * 2
    run_jobs()
    assert len(outbox) == 5


def test_guests_see_nothing_of_each_other(app, client, seminar):
    make_guest(seminar, name="Secret Name", email="secret@example.org", organisation="Secret Org")
    make_guest(seminar)
    seminar.guests_taken = 2
    for address in (
        f"/en/sessions/{seminar.id}",
        page(seminar),
        page(seminar, "/again"),
    ):
        text = client.get(address).text
        assert "Secret" not in text
        assert "secret@" not in text


# --- when it is open -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({"starts_at": clock.now() - timedelta(hours=1)}, 303),  # it has begun, and takes on
        ({"starts_at": clock.now() - timedelta(hours=3)}, 409),
        ({"state": "postponed"}, 409),
        ({"state": "cancelled"}, 409),
        ({"state": "attendance_final"}, 409),
        ({"state": "planned"}, 404),
        ({"is_public": False}, 404),
    ],
)
def test_registration_is_open_until_the_end(app, client, values, status):
    sitting = make_sitting(**{"is_public": True, **values})
    data = {"csrf_token": token_on(client, "/en/sign-in"), **ENTERED}
    assert client.post(page(sitting), data=data).status_code == status
    assert client.get(page(sitting)).status_code == (404 if status == 404 else 200)
    assert client.get(page(sitting, "/again")).status_code == (404 if status == 404 else 200)


def test_a_run_that_is_a_draft_has_no_seminars_yet(app, client):
    sitting = make_sitting(make_run(state="draft"), is_public=True)
    assert client.get(page(sitting)).status_code == 404


def test_what_ends_between_the_two_pages_registers_nobody(app, client, seminar):
    fill_in(client, page(seminar), **ENTERED)
    token = token_on(client, page(seminar, "/consent"))
    seminar.state = "cancelled"
    answer = client.post(page(seminar, "/consent"), data={"csrf_token": token, "agrees": "y"})
    assert answer.status_code == 409
    assert guests() == []


# --- giving the place back -------------------------------------------------------------


def test_a_guest_gives_the_place_back_and_may_come_again(app, client, seminar, outbox, run_jobs):
    register(client, seminar)
    run_jobs()
    link = link_in(outbox[0], "/cancel")
    assert client.get(link).status_code == 200
    assert client.open(link, method="HEAD").status_code == 200
    assert seminar.guests_taken == 1
    token = token_on(client, link)
    answer = client.post(link, data={"csrf_token": token})
    assert answer.location == f"/en/sessions/{seminar.id}"
    assert seminar.guests_taken == 0
    assert guests()[0].cancelled_at is not None
    assert client.get(link).status_code == 404
    assert client.post(link, data={"csrf_token": token}).status_code == 404
    assert seminar.guests_taken == 0
    register(client, seminar, organisation="Elsewhere")
    (guest,) = guests()
    assert (guest.cancelled_at, guest.organisation, seminar.guests_taken) == (None, "Elsewhere", 1)
    assert client.get(link).status_code == 200
    changes = db.session.query(StatusEvent).filter_by(entity="guest").order_by(StatusEvent.id)
    assert [event.new for event in changes] == ["registered", "cancelled", "registered"]


def test_only_guests_give_a_place_back(app, client, seminar):
    holder = make_holder(seminar, make_person())
    token = join_token.make(Pass(PassKind.HOLDER, holder.id, seminar.id))
    assert client.get(f"/en/join/{token}/cancel").status_code == 404


# --- forgetting ------------------------------------------------------------------------


def test_half_a_year_later_nothing_names_a_guest(app, run_jobs):
    long_ago = clock.now() - timedelta(days=181)
    old = make_sitting(is_public=True, starts_at=long_ago, guests_taken=1)
    newer = make_sitting(is_public=True, starts_at=long_ago + timedelta(days=2))
    gone, stays = make_guest(old, name="Ana"), make_guest(newer, name="Bo")
    for sitting, guest in ((old, gone), (newer, stays)):
        save(Presence(sitting_id=sitting.id, guest_id=guest.id, source="link", joined_at=long_ago))
        save(
            Reminder(
                sitting_id=sitting.id,
                guest_id=guest.id,
                kind="day",
                sequence=0,
                zone="Asia/Seoul",
                sent_at=long_ago,
            )
        )
    make_report(old, make_person("staff"), "Ana", "Trainee")
    line = db.session.query(ReportLine).filter_by(name="Ana").one()
    line.guest_id = gone.id
    db.session.commit()
    for _twice in range(2):
        with unit_of_work():
            services.forget_guests(clock.now())
    assert [guest.name for guest in guests()] == ["Bo"]
    assert [row.guest_id for row in db.session.query(Presence)] == [stays.id]
    assert [row.guest_id for row in db.session.query(Reminder)] == [stays.id]
    lines = db.session.query(ReportLine).order_by(ReportLine.id)
    assert [(row.name, row.raw, row.guest_id) for row in lines] == [
        ("", "", None),
        ("Trainee", "Trainee", None),
    ]
    assert old.guests_taken == 1


# --- two at once -----------------------------------------------------------------------


def register_at_once(app, sitting_id, emails):
    barrier = Barrier(len(emails))

    def one(email):
        with app.test_request_context("/en/"):
            sitting = db.session.get_one(Sitting, sitting_id)
            entered = services.Registration("Ana", email, "", "Asia/Seoul", "en", "1")
            barrier.wait(30)
            try:
                with unit_of_work():
                    return services.register(sitting, entered, now=clock.now())
            except Conflict:
                return "closed"
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(emails)) as pool:
        return list(pool.map(one, emails))


def test_the_last_place_is_given_once(app_of_its_own):
    with app_of_its_own.app_context():
        sitting_id = make_sitting(is_public=True, guest_capacity=1).id
        db.session.remove()
    emails = [f"guest{number}@example.org" for number in range(12)]
    outcomes = register_at_once(app_of_its_own, sitting_id, emails)
    assert sorted(outcomes) == [False] * 11 + [True]
    with app_of_its_own.app_context():
        assert db.session.get_one(Sitting, sitting_id).guests_taken == 1
        assert len(guests()) == 1


def test_one_address_many_times_at_once_is_one_guest(app_of_its_own):
    with app_of_its_own.app_context():
        sitting_id = make_sitting(is_public=True).id
        db.session.remove()
    outcomes = register_at_once(app_of_its_own, sitting_id, ["ana@example.org"] * 8)
    assert outcomes == [True] * 8
    with app_of_its_own.app_context():
        assert db.session.get_one(Sitting, sitting_id).guests_taken == 1
        assert len(guests()) == 1
