"""Ways into the room: from the page, by a personal link, by the code shown on site."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from itsdangerous import URLSafeSerializer

from lms.core import clock
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from lms.lessons.models import Lesson
from lms.seminars import join_token
from lms.seminars.models import Presence, SittingPerson
from lms.seminars.rooms import bigbluebutton
from lms.seminars.rules.presence import Pass, PassKind
from lms.seminars.services.holders import remove_holder
from tests.factories import save, words
from tests.factories.accounts import make_person
from tests.factories.enrolment import make_enrolment, make_run
from tests.factories.seminars import make_guest, make_holder, make_sitting
from tests.factories.speakers import make_invitation
from tests.forms import fill_in, token_on
from tests.seminars.bbb_server import BBBServer, Mood, a_dead_address

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def now_running(run=None, **values):
    """Make a sitting that began ten minutes ago."""
    return make_sitting(run, starts_at=clock.now() - 10 * MINUTE, **values)


def enrolled(run, **values):
    person = make_person()
    return person, make_enrolment(run, person, **values)


def enter(browser, sitting, **entered):
    page = f"/en/sessions/{sitting.id}"
    return fill_in(browser, page, send_to=f"{page}/enter", **entered)


def place_of(answer):
    """Return where an answer leads at once."""
    (found,) = re.findall(r'http-equiv="refresh" content="0; url=([^"]+)"', answer.text)
    return unescape(found)


def presences():
    return db.session.query(Presence).order_by(Presence.id).all()


# --- from the page ---------------------------------------------------------------------


def test_an_entry_is_noted_and_leads_to_the_link(app, signed_in_as):
    run = make_run()
    sitting = now_running(
        run, room_address="https://meet.example/r?a=1&b=방#x", room_passcode="pc7"
    )
    person, enrolment = enrolled(run)
    answer = enter(signed_in_as(person), sitting, tab="tab-of-a-page")
    assert answer.status_code == 200
    assert place_of(answer) == "https://meet.example/r?a=1&b=방#x"
    assert "pc7" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    (row,) = presences()
    assert (row.enrolment_id, row.source, row.device) == (enrolment.id, "link", "tab-of-a-page")
    assert abs(row.joined_at - clock.now()) < MINUTE
    assert row.left_at is None


def test_two_clicks_are_one_entry_and_a_tab_that_lies_gets_another_name(app, signed_in_as):
    run = make_run()
    sitting = now_running(run)
    browser = signed_in_as(enrolled(run)[0])
    for _click in range(2):
        enter(browser, sitting, tab="tab-of-a-page")
    assert [row.device for row in presences()] == ["tab-of-a-page"]
    enter(browser, sitting, tab="<script>" * 40)
    assert re.fullmatch("[0-9a-f]{16}", presences()[-1].device)


@pytest.mark.parametrize(
    ("values", "words_of_it"),
    [
        ({"starts_at": clock.now() + HOUR}, "opens 15 minutes before"),
        ({"starts_at": clock.now() - 3 * HOUR}, "is over"),
        ({"state": "postponed"}, "The room is not open"),
        ({"state": "cancelled"}, "The room is not open"),
        ({"state": "ended"}, "is over"),
    ],
)
def test_a_room_that_is_not_open_lets_nobody_in(app, signed_in_as, values, words_of_it):
    run = make_run()
    sitting = make_sitting(run, **{"starts_at": clock.now() - 10 * MINUTE, **values})
    browser = signed_in_as(enrolled(run)[0])
    data = {"csrf_token": token_on(browser, "/en/account")}
    answer = browser.post(f"/en/sessions/{sitting.id}/enter", data=data)
    assert answer.status_code == 409
    assert words_of_it in answer.text
    assert "meet.example" not in answer.text
    assert presences() == []


def test_who_is_not_concerned_does_not_get_in(app, client, signed_in_as):
    run = make_run()
    sitting = now_running(run, is_public=True)
    for person in (make_person(), enrolled(run, state="withdrawn")[0], make_person("instructor")):
        browser = signed_in_as(person)
        data = {"csrf_token": token_on(browser, "/en/account")}
        answer = browser.post(f"/en/sessions/{sitting.id}/enter", data=data)
        assert answer.status_code == 404
    token = token_on(client, "/en/sign-in")
    answer = client.post(f"/en/sessions/{sitting.id}/enter", data={"csrf_token": token})
    assert "/sign-in" in answer.location
    assert presences() == []


def test_who_holds_it_gets_in_and_has_no_attendance(app, signed_in_as):
    sitting = now_running()
    holder = make_person()
    make_holder(sitting, holder, role="moderator")
    assert enter(signed_in_as(holder), sitting).status_code == 200
    assert enter(signed_in_as(make_person("staff")), sitting).status_code == 200
    assert presences() == []


def test_on_site_there_is_no_room_to_enter(app, signed_in_as):
    run = make_run()
    sitting = now_running(run, room_kind="venue", venue=words("Hall"))
    browser = signed_in_as(enrolled(run)[0])
    data = {"csrf_token": token_on(browser, "/en/account")}
    answer = browser.post(f"/en/sessions/{sitting.id}/enter", data=data)
    assert answer.status_code == 303
    assert answer.location == f"/en/sessions/{sitting.id}"
    assert presences() == []


# --- rooms by an API -------------------------------------------------------------------


@pytest.fixture
def room_server(app, monkeypatch, bbb_server: BBBServer) -> BBBServer:
    for name, value in bbb_server.settings.items():
        monkeypatch.setitem(app.config, name, value)
    return bbb_server


def test_a_room_is_opened_and_each_comes_as_who_they_are(app, signed_in_as, room_server):
    run = make_run()
    sitting = now_running(run, room_kind="bigbluebutton", recording_policy="trainees")
    person, enrolment = enrolled(run)
    staff = make_person("staff")
    for each in (person, staff):
        httpx.get(place_of(enter(signed_in_as(each), sitting)))
    attendees = room_server.meetings[sitting.uid].attendees
    assert {id_: each["role"] for id_, each in attendees.items()} == {
        f"e{enrolment.id}": "VIEWER",
        f"p{staff.id}": "MODERATOR",
    }
    assert attendees[f"e{enrolment.id}"]["fullName"] == person.full_name
    wishes = room_server.meetings[sitting.uid].wishes
    assert wishes["record"] == "true"
    assert wishes["logoutURL"] == f"http://127.0.0.1:8000/en/sessions/{sitting.id}"


def test_no_transaction_waits_for_the_server(app, signed_in_as, room_server, monkeypatch):
    run = make_run()
    sitting = now_running(run, room_kind="bigbluebutton")
    waiting = []
    asked = bigbluebutton.fetch

    def fetch(*args):
        waiting.append(db.session().in_transaction())
        return asked(*args)

    monkeypatch.setattr(bigbluebutton, "fetch", fetch)
    assert enter(signed_in_as(enrolled(run)[0]), sitting).status_code == 200
    assert waiting == [False]


@pytest.mark.parametrize("mood", [Mood.BROKEN, Mood.WRONG_SECRET, Mood.GARBAGE, "dead", "unset"])
def test_when_the_server_fails_the_page_says_so_and_the_entry_stays(
    app, signed_in_as, room_server, monkeypatch, mood
):
    run = make_run()
    sitting = now_running(run, room_kind="bigbluebutton")
    if mood == "dead":
        monkeypatch.setitem(app.config, "BBB_URL", a_dead_address())
    elif mood == "unset":
        monkeypatch.setitem(app.config, "BBB_URL", "")
    else:
        room_server.mood = mood
    answer = enter(signed_in_as(enrolled(run)[0]), sitting)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "60"
    assert "The room cannot be opened" in answer.text
    assert "again in a few minutes" in answer.text
    assert "Enter the room" in answer.text
    assert room_server.secret not in answer.text
    assert len(presences()) == 1
    # Who holds it is told something else: what to change.
    assert "link to another room" in re.sub(
        r"\s+", " ", enter(signed_in_as(make_person("staff")), sitting).text
    )


def test_a_jitsi_room_is_entered_with_a_token_of_ones_own(app, signed_in_as, monkeypatch):
    for name, value in {
        "JITSI_URL": "https://jitsi.example",
        "JITSI_APP_ID": "ieum",
        "JITSI_SECRET": "s" * 32,
    }.items():
        monkeypatch.setitem(app.config, name, value)
    run = make_run()
    sitting = now_running(run, room_kind="jitsi")
    ways = [urlsplit(place_of(enter(signed_in_as(enrolled(run)[0]), sitting))) for _ in range(2)]
    assert {way.netloc for way in ways} == {"jitsi.example"}
    assert len({way.path for way in ways}) == 1
    assert parse_qs(ways[0].query)["jwt"][0].count(".") == 2


def test_no_calendar_tells_the_name_of_a_room_that_lets_in_who_knows_it(
    app, client, signed_in_as, monkeypatch
):
    monkeypatch.setitem(app.config, "JITSI_URL", "https://jitsi.example")
    run = make_run()
    sitting = now_running(run, room_kind="jitsi", is_public=True)
    way = urlsplit(place_of(enter(signed_in_as(enrolled(run)[0]), sitting)))
    assert re.fullmatch("/[0-9a-f]{32}", way.path)
    assert sitting.uid not in way.path
    told = client.get(f"/en/sessions/{sitting.id}.ics").text
    assert sitting.uid in told
    assert way.path[1:] not in told


# --- by a personal link ----------------------------------------------------------------


def link_of(kind, id_, sitting):
    return f"/en/join/{join_token.make(Pass(kind, id_, sitting.id))}"


def join(browser, link, **entered):
    return fill_in(browser, link, **entered)


def test_a_link_shows_a_page_and_only_its_button_counts(app, client):
    run = make_run()
    sitting = now_running(run, room_passcode="pc7", dial_in="+82-51-000")
    person, enrolment = enrolled(run)
    link = link_of(PassKind.ENROLMENT, enrolment.id, sitting)
    for method in ("GET", "HEAD"):
        answer = client.open(link, method=method)
        assert answer.status_code == 200
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert answer.headers["Cache-Control"] == "no-store"
    page = client.get(link).text
    for told in (person.full_name, "(UTC+8) · Busan", "pc7", "+82-51-000", "Enter the room"):
        assert told in page, told
    assert "meet.example" not in page
    assert presences() == []
    assert place_of(join(client, link, tab="a-tab-by-link")) == "https://meet.example/room"
    (row,) = presences()
    assert (row.enrolment_id, row.device) == (enrolment.id, "a-tab-by-link")
    # Opened again, after a power cut, the page goes on by itself.
    assert "data-entered" not in page
    assert re.search(r"data-entered>[\s\S]*Present since \d\d:\d\d\.", client.get(link).text)


def test_a_link_of_a_guest_and_of_who_holds_it(app, client, room_server):
    sitting = now_running(is_public=True, room_kind="bigbluebutton")
    guest = make_guest(sitting, name="Ana Guest")
    holder = make_holder(sitting, make_person(full_name="Kim"), role="interpreter")
    for kind, id_ in ((PassKind.GUEST, guest.id), (PassKind.HOLDER, holder.id)):
        httpx.get(place_of(join(client, link_of(kind, id_, sitting))))
    attendees = room_server.meetings[sitting.uid].attendees
    assert {id_: (each["fullName"], each["role"]) for id_, each in attendees.items()} == {
        f"g{guest.id}": ("Ana Guest", "VIEWER"),
        f"h{holder.id}": ("Kim", "MODERATOR"),
    }
    (row,) = presences()
    assert row.guest_id == guest.id
    assert guest.confirmed_at is not None


def test_a_server_that_fails_is_told_on_the_page_behind_the_link_too(app, client, room_server):
    sitting = now_running(is_public=True, room_kind="bigbluebutton")
    guest = make_guest(sitting)
    room_server.mood = Mood.BROKEN
    answer = join(client, link_of(PassKind.GUEST, guest.id, sitting))
    assert answer.status_code == 503
    assert "The room cannot be opened" in answer.text
    assert len(presences()) == 1


def test_a_link_dies_with_what_it_stands_for(app, client):
    run = make_run()
    sitting = now_running(run, is_public=True)
    _person, enrolment = enrolled(run)
    guest = make_guest(sitting)
    holder = make_holder(sitting, make_person())
    links = {
        kind: link_of(kind, id_, sitting)
        for kind, id_ in (
            (PassKind.ENROLMENT, enrolment.id),
            (PassKind.GUEST, guest.id),
            (PassKind.HOLDER, holder.id),
        )
    }
    assert {client.get(link).status_code for link in links.values()} == {200}
    enrolment.state = "dropped_out"
    guest.cancelled_at = clock.now()
    staff = make_person("staff")
    with unit_of_work():
        remove_holder(holder, actor=staff, now=clock.now())
    assert {client.get(link).status_code for link in links.values()} == {404}
    # Whoever is named next must not be led in by the link of somebody else.
    old_id = holder.id
    again = save(SittingPerson(sitting_id=sitting.id, role="instructor", name="Lee"))
    assert again.id != old_id
    assert client.get(links[PassKind.HOLDER]).status_code == 404


def test_a_link_lets_nobody_in_whose_account_is_closed_or_invitation_taken_back(app, client):
    run = make_run()
    sitting = now_running(run)
    person, enrolment = enrolled(run)
    colleague = make_person()
    holder = make_holder(sitting, colleague)
    speaker, _token = make_invitation(db.session.get_one(Lesson, sitting.lesson_id))
    invited = save(SittingPerson(sitting_id=sitting.id, role="instructor", speaker_id=speaker.id))
    links = [
        link_of(PassKind.ENROLMENT, enrolment.id, sitting),
        link_of(PassKind.HOLDER, holder.id, sitting),
        link_of(PassKind.HOLDER, invited.id, sitting),
    ]
    assert [client.get(link).status_code for link in links] == [200, 200, 200]
    csrf = token_on(client, links[0])
    person.state = colleague.state = "disabled"
    speaker.state = "revoked"
    for link in links:
        assert client.get(link).status_code == 404
        assert client.post(link, data={"csrf_token": csrf}).status_code == 404
        beat = client.post(
            link.replace("/en/", "/api/v1/") + "/presence",
            json={"tab": "12345678"},
            headers={"X-CSRFToken": csrf},
        )
        assert beat.status_code == 404
    assert presences() == []


def test_a_link_follows_the_sitting_and_ends_two_hours_after_it(app, client):
    run = make_run()
    sitting = now_running(run)
    link = link_of(PassKind.ENROLMENT, enrolled(run)[1].id, sitting)
    token = token_on(client, link)

    def statuses():
        post = client.post(link, data={"csrf_token": token})
        return client.get(link).status_code, post.status_code

    def hold_at(begin):
        sitting.starts_at, sitting.ends_at = begin, begin + HOUR
        db.session.commit()

    hold_at(clock.now() - HOUR - 119 * MINUTE)
    assert statuses() == (200, 409)
    hold_at(clock.now() - HOUR - 121 * MINUTE)
    assert statuses() == (410, 410)
    hold_at(clock.now() + 24 * HOUR)
    assert statuses() == (200, 409)
    sitting.state, sitting.change_reason = "cancelled", "Typhoon"
    assert statuses() == (410, 410)
    assert "Typhoon" in client.get(link).text
    sitting.state = "planned"
    assert statuses() == (410, 410)


def test_a_link_says_when_what_it_leads_to_is_postponed(app, client):
    run = make_run()
    sitting = now_running(run, state="postponed", change_reason="Flood")
    page = client.get(link_of(PassKind.ENROLMENT, enrolled(run)[1].id, sitting)).text
    assert "A new time is to follow" in page
    assert "Flood" in page


def hostile_tokens(app, sitting, enrolment):
    good = join_token.make(Pass(PassKind.ENROLMENT, enrolment.id, sitting.id))
    other_salt = URLSafeSerializer(app.config["SECRET_KEY"], salt="progress.play")
    other_key = URLSafeSerializer("another key", salt=join_token.SALT)
    ours = URLSafeSerializer(app.config["SECRET_KEY"], salt=join_token.SALT)
    payload = ["e", enrolment.id, sitting.id]
    return [
        "x",
        good[:-1],
        good + "A",
        good.replace(".", "", 1),
        f"{good}.{good}",
        other_salt.dumps(payload),
        other_key.dumps(payload),
        ours.dumps(["x", enrolment.id, sitting.id]),
        ours.dumps([["e"], 1, 1]),
        ours.dumps({"kind": "e"}),
        ours.dumps("e"),
        ours.dumps(["e", enrolment.id]),
        ours.dumps(["e", 2**31 - 1, sitting.id]),
        ours.dumps(["e", enrolment.id, 2**31 - 1]),
        "%00",
        "%F0%9F%92%A9",
        "W10.." + "A" * 5000,
    ]


def test_what_we_never_signed_leads_nowhere(app, client):
    run = make_run()
    sitting = now_running(run)
    _person, enrolment = enrolled(run)
    csrf = token_on(client, "/en/sign-in")
    for token in hostile_tokens(app, sitting, enrolment):
        assert client.get(f"/en/join/{token}").status_code in {400, 404}, token
        answer = client.post(f"/en/join/{token}", data={"csrf_token": csrf})
        assert answer.status_code in {400, 404}, token
        beat = client.post(
            f"/api/v1/join/{token}/presence",
            json={"tab": "12345678"},
            headers={"X-CSRFToken": csrf},
        )
        assert beat.status_code in {400, 404}, token
    assert presences() == []


def test_a_seat_in_another_run_is_no_seat_here(app, client):
    sitting = now_running()
    _person, elsewhere = enrolled(make_run())
    link = link_of(PassKind.ENROLMENT, elsewhere.id, sitting)
    assert client.get(link).status_code == 404


# --- on site ---------------------------------------------------------------------------


def check_in(browser, sitting, code, query=""):
    return fill_in(browser, f"/en/sessions/{sitting.id}/check-in{query}", code=code)


def on_site(run, **values):
    return now_running(run, room_kind="venue", venue=words("Hall"), **values)


@pytest.mark.parametrize(
    ("code", "query", "source"),
    [("ACD347", "", "code"), (" acd 347 ", "", "code"), ("ACD347", "?code=ACD347", "qr")],
)
def test_the_code_on_site_counts_until_the_end(app, signed_in_as, code, query, source):
    run = make_run()
    sitting = on_site(run)
    person, enrolment = enrolled(run)
    browser = signed_in_as(person)
    page = browser.get(f"/en/sessions/{sitting.id}/check-in{query}").text
    assert ('value="ACD347"' in page) is bool(query)
    assert presences() == []
    for _again in range(2):
        assert check_in(browser, sitting, code, query).status_code == 303
    (row,) = presences()
    assert (row.enrolment_id, row.source, row.left_at) == (enrolment.id, source, sitting.ends_at)
    assert "Checked in since" in browser.get(f"/en/sessions/{sitting.id}").text


def test_a_wrong_code_is_told_beside_its_field_and_guessing_ends(app, signed_in_as):
    run = make_run()
    sitting = on_site(run)
    browser = signed_in_as(enrolled(run)[0])
    for _try in range(10):
        answer = check_in(browser, sitting, "AAAAAA")
        assert answer.status_code == 422
        assert "not the code of this session" in answer.text
        assert 'value="AAAAAA"' in answer.text
    answer = check_in(browser, sitting, "ACD347")
    assert answer.status_code == 429
    assert "Too many tries" in answer.text
    assert int(answer.headers["Retry-After"]) > 0
    # Nobody else is kept waiting by it.
    assert check_in(signed_in_as(enrolled(run)[0]), sitting, "ACD347").status_code == 303
    assert len(presences()) == 1


@pytest.mark.parametrize("delta", [20 * MINUTE, -121 * MINUTE])
def test_the_code_is_of_use_while_the_session_lasts(app, signed_in_as, delta):
    run = make_run()
    sitting = make_sitting(
        run, starts_at=clock.now() + delta, room_kind="venue", venue=words("Hall")
    )
    browser = signed_in_as(enrolled(run)[0])
    data = {"csrf_token": token_on(browser, "/en/account"), "code": "ACD347"}
    answer = browser.post(f"/en/sessions/{sitting.id}/check-in", data=data)
    assert answer.status_code == 409
    assert presences() == []


def test_without_a_seat_or_a_place_there_is_no_checking_in(app, signed_in_as):
    run = make_run()
    online = now_running(run)
    assert (
        signed_in_as(enrolled(run)[0]).get(f"/en/sessions/{online.id}/check-in").status_code == 404
    )
    place = on_site(run)
    for person in (make_person("staff"), make_person(), enrolled(run, state="withdrawn")[0]):
        answer = signed_in_as(person).get(f"/en/sessions/{place.id}/check-in")
        assert answer.status_code == 404


def test_a_sitting_without_a_code_takes_no_empty_one(app, signed_in_as):
    run = make_run()
    sitting = on_site(run, check_in_code="")
    assert check_in(signed_in_as(enrolled(run)[0]), sitting, "?").status_code == 422
    assert presences() == []
