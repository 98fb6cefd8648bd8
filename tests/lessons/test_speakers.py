"""Guest speakers answer by a link: invited, reminded, revoked; their time, words and consents."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine

from lms.core import clock
from lms.core.audit import history_of
from lms.core.db import db
from lms.core.errors import Conflict, Invalid
from lms.core.secrets import token_hash
from lms.core.unit_of_work import unit_of_work
from lms.lessons.models import Lesson, SpeakerInvitation, SpeakerState, TimeAnswer
from lms.lessons.queries import edited_lesson
from lms.lessons.rules.speakers import LIFE_OF_LINK
from lms.lessons.services import outline, speakers
from lms.lessons.services.speakers import ENTITY, Speaker, SpeakerAnswer
from lms.notifications.channels import render_mail
from tests.factories.accounts import make_person
from tests.factories.courses import make_course, make_module
from tests.factories.lessons import make_lesson
from tests.factories.speakers import make_invitation
from tests.forms import fill_in

HOSTILE = '"><svg onload=alert(1)>\u202eexe.pdf'
ANSWER = SpeakerAnswer(position="", bio=None, recording=False, reuse=False)


@pytest.fixture
def lesson(app) -> Lesson:
    return make_lesson(make_module(make_course(state="draft"), position=2), kind="live")


@pytest.fixture
def browser(signed_in_as):
    return signed_in_as(make_person("staff"))


def invite(lesson: Lesson, **values: Any) -> tuple[SpeakerInvitation, str]:
    speaker = {"name": "Ana", "email": "ana@example.org", "language": "en", **values}
    found = edited_lesson(lesson.id)
    assert found is not None
    with unit_of_work():
        return speakers.invite_speaker(
            found, Speaker(**speaker), actor=make_person("staff"), now=clock.now()
        )


def stored() -> SpeakerInvitation:
    return db.session.query(SpeakerInvitation).one()


# --- invited ---------------------------------------------------------------------------


def test_who_is_invited_gets_a_link_by_mail_that_leads_to_the_first_page(
    lesson, browser, client, outbox, run_jobs
):
    path = f"/en/manage/lessons/{lesson.id}/speakers/new"
    answer = fill_in(
        browser,
        path,
        name="Ana Pérez",
        email="Ana@Example.org",
        language="en",
        starts_at="2027-01-10T15:00",
        ends_at="2027-01-10T17:00",
    )
    assert answer.status_code == 303
    invitation = stored()
    assert invitation.starts_at == datetime(2027, 1, 10, 15, tzinfo=ZoneInfo("Asia/Seoul"))
    assert (invitation.email, invitation.state) == ("ana@example.org", SpeakerState.INVITED)
    page = browser.get(answer.location)
    shown = re.search(r'value="http[^"]*?(/en/speak/[^"]+)"', page.text)
    assert shown
    assert shown[1] not in browser.get(answer.location).text  # only once
    run_jobs()
    (mail,) = outbox
    assert mail.to == ["ana@example.org"]
    assert shown[1] in mail.body
    assert "Sun, 10 January 2027 15:00–17:00 (UTC+9)" in mail.body
    assert "2027-01-10 06:00 UTC" in mail.body
    first = client.get(shown[1])
    assert first.status_code == 200
    assert "Ana Pérez" in first.text
    assert first.headers["Cache-Control"] == "no-store"
    assert "noindex" in first.headers["X-Robots-Tag"]


@pytest.mark.parametrize("entered, said", [
    ({"email": "nobody"}, "Write an e-mail address"),
    ({"name": " "}, "Fill in this field."),
    ({"starts_at": "2020-01-01T10:00"}, "Give a time within the next two years."),
    ({"starts_at": "0001-01-01T00:00"}, "Give a day between 2000 and 2100."),
    ({"starts_at": "2027-01-10T15:00", "ends_at": "2027-01-10T15:00"}, "must end after"),
    ({"ends_at": "2027-01-10T15:00"}, "Say when the session begins, too."),
    ({"language": "xx"}, "Not a valid choice"),
])  # fmt: skip
def test_an_invitation_that_cannot_be_is_refused_and_what_was_typed_is_kept(
    lesson, browser, entered, said
):
    path = f"/en/manage/lessons/{lesson.id}/speakers/new"
    data = {"name": "Ana", "email": "ana@example.org", "language": "en", **entered}
    answer = fill_in(browser, path, **data)
    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="ana@example.org"' in answer.text or "email" in entered
    assert db.session.query(SpeakerInvitation).count() == 0


def test_an_address_has_one_working_link_to_a_session(lesson):
    first, _token = invite(lesson)
    with pytest.raises(Invalid) as caught:
        invite(lesson)
    assert caught.value.field == "email"
    with unit_of_work():
        speakers.revoke_invitation(first, actor=make_person("staff"), now=clock.now())
    invite(lesson)
    assert db.session.query(SpeakerInvitation).count() == 2


def test_of_five_who_invite_the_same_speaker_at_once_one_does(app_of_its_own):
    with app_of_its_own.app_context():
        lesson_id = make_lesson(make_module(make_course(), position=2)).id

    def try_one(_number: int) -> bool:
        with app_of_its_own.app_context():
            try:
                invite(db.session.get_one(Lesson, lesson_id))
            except Invalid:
                return False
            return True

    with ThreadPoolExecutor(5) as threads:
        assert list(threads.map(try_one, range(5))).count(True) == 1


def test_a_new_link_ends_the_old_one_and_keeps_the_answers(lesson, browser, client):
    invitation, old = make_invitation(lesson, time_note="After ten.", state="answered")
    answer = fill_in(
        browser, f"/en/manage/speakers/{invitation.id}",
        send_to=f"/en/manage/speakers/{invitation.id}/renew",
    )  # fmt: skip
    shown = re.search(r"/en/speak/[^\"]+", browser.get(answer.location).text)
    assert shown
    assert client.get(f"/en/speak/{old}").status_code == 404
    assert "After ten." in client.get(shown[0]).text
    assert stored().state == SpeakerState.ANSWERED


def test_of_two_new_links_at_once_only_the_later_works(lesson):
    invitation, _old = make_invitation(lesson)
    actor = make_person("staff")
    links = []
    for _ in range(2):
        with unit_of_work():
            links.append(speakers.renew_invitation(invitation, actor=actor, now=clock.now()))
    assert stored().token_hash == token_hash(links[1])


def test_a_revoked_link_leads_nowhere_and_is_not_renewed(lesson, browser, client):
    invitation, token = make_invitation(lesson)
    page = f"/en/manage/speakers/{invitation.id}"
    assert fill_in(browser, page, send_to=f"{page}/revoke").status_code == 303
    assert stored().state == SpeakerState.REVOKED
    assert client.get(f"/en/speak/{token}").status_code == 410
    with pytest.raises(Conflict), unit_of_work():
        speakers.renew_invitation(stored(), actor=make_person("staff"), now=clock.now())


def test_expired_and_unknown_links_are_answered_with_the_same_page(lesson, client):
    _invitation, token = make_invitation(lesson, name="Somebody")
    unknown = client.get(f"/en/speak/{'x' * 43}")
    with time_machine.travel(clock.now() + LIFE_OF_LINK, tick=False):
        expired = client.get(f"/en/speak/{token}")
        sent = client.post(f"/en/speak/{token}/materials")
    assert (unknown.status_code, expired.status_code, sent.status_code) == (404, 410, 400)
    heading = "This link no longer works"
    assert heading in unknown.text
    assert heading in expired.text
    assert "Somebody" not in expired.text


def test_a_link_that_dies_while_the_form_is_open_changes_nothing(lesson):
    invitation, _token = make_invitation(lesson)
    later = invitation.expires_at
    with pytest.raises(Conflict), unit_of_work():
        speakers.answer_time(
            invitation, TimeAnswer.FITS, note="", time_zone="Asia/Seoul", now=later
        )
    with pytest.raises(Conflict), unit_of_work():
        speakers.answer_about_speaker(invitation, ANSWER, language="en", now=later)
    assert stored().answered_at is None


def test_others_do_not_see_a_speaker(lesson, signed_in_as):
    invitation, _token = make_invitation(lesson)
    teacher = signed_in_as(make_person("instructor"))
    assert teacher.get(f"/en/manage/speakers/{invitation.id}").status_code == 404
    assert teacher.get(f"/en/manage/lessons/{lesson.id}/speakers/new").status_code == 404


def test_a_session_that_goes_takes_its_invitations_along(lesson, client):
    _invitation, token = make_invitation(lesson)
    with unit_of_work():
        outline.remove_lesson(lesson)
    assert client.get(f"/en/speak/{token}").status_code == 404


@pytest.mark.parametrize("language", ["ko", "en", "zh"])
def test_a_name_adds_neither_a_header_nor_markup_to_the_mail(app, language):
    mail = render_mail(
        "lessons.speaker_invited",
        to="ana@example.org",
        language=language,
        context={
            "name": "<b>X</b>\r\nBcc: all@example.org",
            "token": "abc",
            "lesson_title": "<b>T</b>\r\nBcc: all@example.org",
            "course_title": "Ports",
            "inviter": "<b>Y</b>",
            "inviter_email": "staff@example.org",
            "zone": "",
            "expires_at": clock.now().isoformat(),
        },
    )
    html = mail.alternatives[0][0]
    assert "\nBcc:" not in mail.message().as_string().partition("\n\n")[0]
    assert "<b>X" not in html
    assert "<b>T" not in html
    assert "<b>Y" not in html
    assert f"/{language}/speak/abc" in mail.body


# --- answered --------------------------------------------------------------------------


def test_the_time_is_shown_on_the_clock_the_speaker_chooses_before_they_answer(lesson, client):
    _invitation, token = make_invitation(
        lesson, starts_at=datetime(2027, 1, 10, 6, tzinfo=ZoneInfo("UTC")), ends_at=None
    )
    path = f"/en/speak/{token}"
    page = fill_in(
        client, path, time_zone="America/Santiago", note="Not before nine.", look="1"
    ).text
    assert "03:00 (UTC−3)" in page
    assert "Busan 15:00" in page
    assert "Not before nine." in page
    assert stored().state == SpeakerState.INVITED
    answer = fill_in(
        client, path, time_zone="America/Santiago", note="Not before nine.", answer="does_not_fit"
    )
    assert answer.status_code == 303
    kept = stored()
    assert (kept.state, kept.time_answer) == (SpeakerState.ANSWERED, TimeAnswer.DOES_NOT_FIT)
    assert (kept.time_zone, kept.time_note) == ("America/Santiago", "Not before nine.")
    assert "03:00 (UTC−3)" in client.get(path).text  # without having to choose again


@pytest.mark.parametrize("entered, said", [
    ({"answer": ""}, "Say whether the time suits you."),
    ({"time_zone": "Mars/Olympus"}, "Choose your time zone."),
    ({"time_zone": ""}, "Choose your time zone."),
    ({"note": "x" * 1001}, "Use at most 1000 characters."),
])  # fmt: skip
def test_a_time_that_is_not_answered_is_asked_again_and_the_note_kept(
    lesson, client, entered, said
):
    _invitation, token = make_invitation(lesson)
    data = {"time_zone": "Asia/Seoul", "answer": "fits", "note": "Mornings only.", **entered}
    answer = fill_in(client, f"/en/speak/{token}", **data)
    assert answer.status_code == 422
    assert said in answer.text
    assert data["note"] in answer.text
    assert stored().answered_at is None


def test_while_no_time_is_fixed_only_the_note_is_asked_for(lesson, client):
    _invitation, token = make_invitation(lesson, starts_at=None, ends_at=None)
    path = f"/en/speak/{token}"
    assert "The time is not fixed yet." in client.get(path).text
    answer = fill_in(client, path, time_zone="Asia/Seoul", note="Mondays.", answer="fits")
    assert answer.status_code == 303
    assert (stored().time_answer, stored().time_note) == (None, "Mondays.")


def test_each_consent_is_kept_with_its_moment_and_the_language_it_was_read_in(lesson, client):
    _invitation, token = make_invitation(lesson)
    path = f"speak/{token}/materials"
    with time_machine.travel("2026-12-01T00:00Z", tick=False):
        answer = fill_in(client, f"/ko/{path}", recording="y", bio_language="es", bio="Soy Ana.")
        assert answer.status_code == 303
        first = clock.now()
    kept = stored()
    assert (kept.consents_to_recording_at, kept.consents_to_reuse_at) == (first, None)
    assert kept.consent_language == "ko"
    assert (kept.bio.source, kept.bio.texts) == ("es", {"es": "Soy Ana."})
    assert "Refused" in client.get(f"/en/speak/{token}/thanks").text
    with time_machine.travel("2026-12-02T00:00Z", tick=False):
        fill_in(client, f"/en/{path}", recording="y", reuse="y", bio="")
        second = clock.now()
    kept = stored()
    assert (kept.consents_to_recording_at, kept.consents_to_reuse_at) == (first, second)
    assert (kept.consent_language, kept.bio) == ("en", None)
    fill_in(client, f"/en/{path}", reuse="y")
    assert stored().consents_to_recording_at is None
    changes = [
        (each.entity, each.old, each.new, each.reason.split()[-1])
        for each in history_of((f"{ENTITY}:recording", kept.id), (f"{ENTITY}:reuse", kept.id))
    ]
    assert sorted(changes) == sorted([
        (f"{ENTITY}:recording", "", "given", "ko"),
        (f"{ENTITY}:recording", "given", "refused", "en"),
        (f"{ENTITY}:reuse", "", "refused", "ko"),
        (f"{ENTITY}:reuse", "refused", "given", "en"),
    ])  # fmt: skip


def test_what_is_too_long_about_a_speaker_is_kept_in_the_form(lesson, client):
    _invitation, token = make_invitation(lesson)
    answer = fill_in(
        client, f"/en/speak/{token}/materials", bio="b" * 3001, position="Head", recording="y"
    )
    assert answer.status_code == 422
    assert "Use at most 3000 characters." in answer.text
    assert 'value="Head"' in answer.text
    ticked = re.search(r'<input[^>]*name="recording"[^>]*>', answer.text)
    assert ticked
    assert "checked" in ticked[0]
    assert stored().consent_language == ""


def test_who_has_answered_nothing_is_not_thanked(lesson, client):
    _invitation, token = make_invitation(lesson)
    answer = client.get(f"/en/speak/{token}/thanks")
    assert (answer.status_code, answer.location) == (302, f"/en/speak/{token}")


def test_staff_read_what_was_answered_and_take_the_text_as_a_file(lesson, browser, client):
    invitation, token = make_invitation(lesson, name=HOSTILE)
    fill_in(client, f"/en/speak/{token}", time_zone="Asia/Seoul", answer="fits", note=HOSTILE)
    fill_in(client, f"/en/speak/{token}/materials", bio=HOSTILE, position=HOSTILE)
    page = browser.get(f"/en/manage/speakers/{invitation.id}").text
    assert "<svg onload" not in page
    assert "This time suits me." in page
    bio = browser.get(f"/en/manage/speakers/{invitation.id}/bio")
    assert bio.mimetype == "text/plain"
    assert bio.headers["Content-Disposition"].startswith("attachment")
    assert "<svg onload" in bio.text


def test_the_pages_cost_no_more_than_a_page_may(lesson, browser, client, count_statements):
    invitation, token = make_invitation(lesson)
    client.get(f"/en/speak/{token}")
    for reader, path in (
        (client, f"/en/speak/{token}"),
        (client, f"/en/speak/{token}/materials"),
        (browser, f"/en/manage/speakers/{invitation.id}"),
    ):
        with count_statements() as statements:
            assert reader.get(path).status_code == 200
        assert len(statements) <= 8
