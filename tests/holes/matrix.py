"""Who gets where: every endpoint, every method, everybody.

`Try.who` maps each reader to what the answer must be: IN (the view did its work), ASKED (led to
the sign-in page), or the status of the refusal. What a role must never do is 403 for any object;
what somebody may do to some objects only is 404 for the others, as if they were not there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.holes.ground import READERS

IN = "in"
ASKED = "asked to sign in"

Outcome = str | int


@dataclass(frozen=True)
class Try:
    """One request, tried as everybody. Parts, data and headers may name values of the ground: "$x".

    What says its part in headers is sent without a form.
    """

    who: Mapping[str, Outcome]
    method: str = "GET"
    parts: Mapping[str, Any] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)
    is_json: bool = False
    headers: Mapping[str, Any] = field(default_factory=dict)


def everybody() -> dict[str, Outcome]:
    return dict.fromkeys(READERS, IN)


def signed_in() -> dict[str, Outcome]:
    return {**everybody(), "visitor": ASKED}


def only(*readers: str, others: Outcome = 404, visitor: Outcome = ASKED) -> dict[str, Outcome]:
    rest: dict[str, Outcome] = dict.fromkeys(READERS, others)
    return {**rest, "visitor": visitor, **dict.fromkeys(readers, IN)}


STAFF = ("staff", "admin")
# The staff pages: trainees never, instructors only those of their own runs.
TEACHING = {**only("instructor", *STAFF, others=403), "other instructor": 404}
MAKERS = only("instructor", "other instructor", *STAFF, others=403)
# Nobody speaks for those who teach, staff neither.
TAUGHT = {**TEACHING, **dict.fromkeys(STAFF, 404)}
STAFF_ONLY = only(*STAFF, others=403)
# An upload is its sender's alone; and scripts are told 401.
SENDER = {**TEACHING, **dict.fromkeys(STAFF, 404), "visitor": 401}
SENDING = {**TEACHING, "visitor": 401}
TUS = {"Tus-Resumable": "1.0.0"}


def told(status: int) -> dict[str, Outcome]:
    """Who manages the run is told what is missing; others get where they get otherwise."""
    return {**TEACHING, **dict.fromkeys(("instructor", *STAFF), status)}


TRAINEE = only("trainee")
# Two of the run who write to each other, which is nobody else's matter.
OF_TWO = only("trainee", "instructor")
# Of a session of the run: who is in it, and who manages it.
CONCERNED = only("trainee", "instructor", *STAFF)
# Of a hidden post of the trainee: moderators see it, and leave it to its author to appeal.
OWN_HIDDEN = {**TRAINEE, **dict.fromkeys(("instructor", *STAFF), 403)}

# Staff know of a draft, but nobody can be in it.
DRAFT = {**only(), "staff": 409, "admin": 409}

PASSWORD = "a long and unguessed one"
# When and how a session is held that somebody plans.
AT_THREE = {
    "day": "2090-01-16",
    "begins": "15:00",
    "ends": "17:00",
    "room_kind": "link",
    "room_address": "https://meet.example/room",
    "recording_policy": "none",
}

ROWS: dict[str, tuple[Try, ...]] = {
    # --- for all
    "root.choose_language": (Try(everybody()),),
    "root.health": (Try(everybody()),),
    "root.robots_txt": (Try(everybody()),),
    "root.security_txt": (Try(everybody()),),
    "web.set_display": (Try(everybody()),),
    "web.choose_zone": (Try(everybody()),),
    "enrolment.show_home": (Try(everybody()),),
    "enrolment.list_courses": (Try(everybody()),),
    "enrolment.show_course": (
        Try(everybody()),
        Try(only(*STAFF, visitor=404), parts={"code": "$draft"}),
    ),
    "courses.show_curriculum": (Try(everybody()),),
    "organisations.list_cities": (Try(everybody()),),
    "certificates.find_certificate": (Try(everybody()),),
    "certificates.verify_certificate": (Try(everybody()),),
    # --- having an account
    "accounts.sign_up": (
        Try(everybody()),
        Try(
            everybody(),
            "POST",
            data={
                "full_name": "Bold",
                "email": "new@example.org",
                "password": PASSWORD,
                "collection_and_use": "y",
            },
        ),
    ),
    # Without having asked for a mail there is none to speak of.
    "accounts.show_mail_sent": (Try(dict.fromkeys(READERS, ASKED)),),
    "accounts.sign_in": (
        Try(everybody()),
        Try(
            {**everybody(), "visitor": 422},
            "POST",
            data={"email": "nobody@example.org", "password": PASSWORD},
        ),
    ),
    "accounts.ask_reset": (
        Try(everybody()),
        Try(everybody(), "POST", data={"email": "new@example.org"}),
    ),
    "accounts.confirm_email": (
        Try(everybody()),
        Try(everybody(), "POST"),
    ),
    "accounts.reset_password": (
        Try(everybody()),
        Try(everybody(), "POST", data={"password": PASSWORD}),
    ),
    "accounts.sign_out": (Try(signed_in(), "POST"),),
    "accounts.show_account": (
        Try(signed_in()),
        Try(
            {**dict.fromkeys(READERS, 422), "visitor": ASKED},
            "POST",
            data={"old_password": "not mine", "password": PASSWORD},
        ),
    ),
    "accounts.set_language": (Try(signed_in(), "POST", data={"preferred_language": "zh"}),),
    "accounts.change_consent": (Try(signed_in(), "POST", data={"give": "1"}),),
    "accounts.end_other_sessions": (Try(signed_in(), "POST"),),
    "accounts.end_session": (Try(TRAINEE, "POST"),),
    "organisations.edit_profile": (
        Try(signed_in()),
        Try(
            signed_in(),
            "POST",
            data={"full_name": "Bold", "preferred_language": "en", "time_zone": "Asia/Seoul"},
        ),
    ),
    # --- what one was told: nobody reads another's, staff neither
    "notifications.list_notices": (Try(signed_in()),),
    "notifications.open_notice": (Try(TRAINEE, "POST"),),
    "notifications.mark_all_read": (Try(signed_in(), "POST", data={"up_to": "$notice_id"}),),
    "notifications.edit_choices": (
        Try(signed_in()),
        Try(signed_in(), "POST", data={"replies": "weekly", "hour": "9", "weekday": "4"}),
    ),
    # Whoever holds the link of a mail stops mails of its kind, and nothing else.
    "notifications.unsubscribe": (Try(everybody()), Try(everybody(), "POST")),
    "notifications.resume_mails": (Try(everybody(), "POST"),),
    # --- one's timetable in a calendar: whoever has the address of a feed fetches it
    "seminars.show_feeds": (Try(signed_in()),),
    "seminars.make_feed": (
        Try(signed_in(), "POST"),
        Try(only("trainee", "instructor"), "POST", data={"run_id": "$run_id"}),
    ),
    "seminars.revoke_feed": (Try(TRAINEE, "POST"),),
    "seminars.serve_feed": (Try(everybody()),),
    "seminars.download_sitting": (Try(only("trainee", "instructor", *STAFF, visitor=404)),),
    "seminars.download_timetable": (Try(only("trainee", "instructor", *STAFF)),),
    # --- studying
    "enrolment.enrol": (
        Try(signed_in(), "POST"),
        Try(DRAFT, "POST", parts={"run_id": "$draft_run_id"}),
    ),
    "enrolment.leave": (Try(TRAINEE), Try(TRAINEE, "POST")),
    "progress.show_my_learning": (Try(signed_in()),),
    "progress.show_run": (Try(TRAINEE),),
    "progress.show_lesson": (Try(TRAINEE),),
    "progress.answer_question": (
        Try(TRAINEE),
        Try(TRAINEE, "POST", data={"choice": "0"}),
    ),
    "progress.mark_read": (Try(TRAINEE, "POST"),),
    "progress.serve_media": (Try(TRAINEE),),
    "progress.serve_captions": (Try(TRAINEE),),
    "progress.serve_material": (
        Try(TRAINEE),
        Try(only(), parts={"material_id": "$submitted_material_id"}),
    ),
    "progress.search_transcripts": (Try(TRAINEE),),
    "progress.catch_up": (Try(TRAINEE),),
    "progress.answer_catch_up": (
        Try(TRAINEE),
        Try(TRAINEE, "POST", data={"question_1": 1, "question_2": 1, "question_3": 1}),
    ),
    "progress_api.record_catch_up": (
        Try(
            {**TRAINEE, "visitor": 401},
            "POST",
            data={"token": "$catch_up_token", "intervals": [[0, 1]], "position": 1},
            is_json=True,
        ),
    ),
    "progress_api.record_watch": (
        Try(
            only("trainee", visitor=401),
            "POST",
            data={"token": "$play_token", "intervals": [[0, 1]], "position": 1},
            is_json=True,
        ),
    ),
    # --- timetables: of a run for those in it and those who manage it
    "seminars.show_my_timetable": (Try(signed_in()),),
    "seminars.show_run_timetable": (Try(only("trainee", "instructor", *STAFF)),),
    "seminars.download_programme": (Try(only("trainee", "instructor", *STAFF)),),
    "seminars.download_timetable_csv": (Try(only("trainee", "instructor", *STAFF)),),
    "seminars.list_seminars": (Try(everybody()),),
    # --- a session: its page, its room, its people
    "seminars.show_sitting": (
        Try(CONCERNED),
        Try(everybody(), parts={"sitting_id": "$public_sitting_id"}),
    ),
    "seminars.serve_material": (Try(CONCERNED),),
    "seminars.enter_room": (Try(CONCERNED, "POST", data={"tab": "tab-of-ground"}),),
    "seminars.check_in": (Try(TRAINEE), Try(TRAINEE, "POST", data={"code": "ACD347"})),
    "seminars.evaluate": (
        Try(TRAINEE),
        Try(
            TRAINEE,
            "POST",
            data={
                "content": "5",
                "instructor": "4",
                "materials": "3",
                "time_slot": "2",
                "connection": "1",
                "comment": "Good.",
            },
        ),
    ),
    "seminars_api.note_presence": (
        Try(only("trainee", visitor=401), "POST", data={"tab": "tab-of-ground"}, is_json=True),
    ),
    # Whoever holds a link, signed in or not.
    "seminars.join": (
        Try(everybody()),
        Try(everybody(), "POST", data={"tab": "tab-of-ground"}),
    ),
    "seminars_api.note_presence_by_link": (
        Try(everybody(), "POST", data={"tab": "tab-of-ground"}, is_json=True),
    ),
    "seminars.cancel_guest": (Try(everybody()), Try(everybody(), "POST")),
    "seminars.register_guest": (
        Try(everybody()),
        Try(only(visitor=404), parts={"sitting_id": "$live_sitting_id"}),
        Try(
            everybody(),
            "POST",
            data={"name": "Ana", "email": "ana@example.org", "time_zone": "Asia/Seoul"},
        ),
    ),
    # Without the first page the second leads back to it.
    "seminars.consent_as_guest": (
        Try(everybody()),
        Try(everybody(), "POST", data={"agrees": "y"}),
    ),
    "seminars.send_guest_link": (
        Try(everybody()),
        Try(everybody(), "POST", data={"email": "ana@example.org"}),
    ),
    "seminars.thank_guest": (Try(everybody()),),
    # An outage is certified by who speaks for the city, and nobody for them.
    "seminars.list_outages": (
        Try(only("focal point")),
        Try(
            only("focal point"),
            "POST",
            data={"attendance_id": "$attendance_id", "reason": "Power cut."},
        ),
    ),
    # --- certificates
    "certificates.list_certificates": (Try(signed_in()),),
    "certificates.show_certificate": (Try(only("trainee", *STAFF)),),
    "certificates.download_certificate": (Try(only("trainee", *STAFF)),),
    # --- staff pages
    "enrolment_manage.list_runs": (Try(MAKERS),),
    "enrolment_manage.create_run": (
        Try(STAFF_ONLY),
        Try(
            STAFF_ONLY,
            "POST",
            parts={"course": "$course"},
            data={
                "cohort_no": "7",
                "starts_on": "2090-01-10",
                "ends_on": "2090-02-10",
                "enrolment_closes_on": "2090-01-05",
                "working_language": "en",
            },
        ),
    ),
    "enrolment_manage.change_run_state": (
        Try(STAFF_ONLY),
        Try(STAFF_ONLY, "POST", data={"state": "judging", "version": "1"}),
    ),
    # --- courses, curricula, versions
    "courses_manage.list_courses": (Try(MAKERS),),
    "courses_manage.create_course": (
        Try(STAFF_ONLY),
        Try(
            STAFF_ONLY,
            "POST",
            data={
                "code": "NEW-101",
                "curriculum_id": "$curriculum_id",
                "title-en": "New",
                "level": "basic",
                "delivery": "online",
            },
        ),
    ),
    "courses_manage.begin_draft": (Try(TEACHING, "POST"),),
    "courses_manage.edit_course": (
        Try(TEACHING),
        Try(
            TEACHING,
            "POST",
            data={
                "title-en": "New",
                "level": "basic",
                "delivery": "online",
                "languages": "en",
                "completion_percent": "80",
                "prerequisite_code": "",
                "revision": "1",
            },
        ),
    ),
    "courses_manage.edit_teachers": (Try(STAFF_ONLY), Try(STAFF_ONLY, "POST")),
    "courses_manage.list_curricula": (Try(STAFF_ONLY),),
    "courses_manage.create_curriculum": (
        Try(STAFF_ONLY),
        Try(
            STAFF_ONLY, "POST", data={"code": "NEW", "title-en": "New", "summary-en": "It is new."}
        ),
    ),
    "courses_manage.edit_curriculum": (
        Try(STAFF_ONLY),
        Try(
            STAFF_ONLY,
            "POST",
            data={"title-en": "New", "summary-en": "It is new.", "revision": "1"},
        ),
    ),
    # Its course is on offer.
    "courses_manage.change_curriculum_state": (
        Try({**STAFF_ONLY, **dict.fromkeys(STAFF, 409)}, "POST", data={"state": "retired"}),
        Try(STAFF_ONLY, "POST", data={"state": "published"}),
    ),
    "courses_manage.place_course": (Try(STAFF_ONLY, "POST", data={"step": "up"}),),
    "lessons_manage.show_outline": (Try(TEACHING),),
    "lessons_manage.compare_versions": (Try(TEACHING),),
    "lessons_manage.change_version_state": (
        Try(TEACHING, "POST", data={"state": "in_review"}),
        Try(
            {**TEACHING, "instructor": 409, **dict.fromkeys(STAFF, 409)},
            "POST",
            data={"state": "published"},
        ),
    ),
    "lessons_manage.add_module": (Try(TEACHING, "POST", data={"title-en": "New"}),),
    "lessons_manage.edit_module": (
        Try(TEACHING),
        Try(TEACHING, "POST", data={"title-en": "New", "revision": "1"}),
    ),
    "lessons_manage.move_module": (Try(TEACHING, "POST", data={"step": "down"}),),
    "lessons_manage.remove_module": (Try(TEACHING, "POST"),),
    # --- sessions
    "lessons_manage.add_session": (
        Try(TEACHING, "POST", data={"kind": "reading", "title-en": "New"}),
    ),
    "lessons_manage.edit_lesson": (
        Try(TEACHING),
        Try(
            TEACHING,
            "POST",
            data={
                "title-en": "New",
                "kind": "recorded",
                "recognised_minutes": "30",
                "revision": "1",
            },
        ),
    ),
    "lessons_manage.move_lesson": (Try(TEACHING, "POST", data={"step": "down"}),),
    "lessons_manage.remove_lesson": (Try(TEACHING), Try(TEACHING, "POST")),
    "lessons_manage.edit_text": (
        Try(TEACHING),
        Try(TEACHING, "POST", data={"body": "Read on.", "revision": "1"}),
    ),
    "lessons_manage.preview_text": (Try(TEACHING, "POST", data={"text": "Read on."}),),
    "lessons_manage.edit_question": (
        Try(TEACHING),
        Try(
            TEACHING,
            "POST",
            data={"prompt-en": "Which?", "choices-en": "This\nThat", "correct_choice": "1"},
        ),
    ),
    "lessons_manage.remove_question": (Try(TEACHING, "POST"),),
    # --- captions
    "lessons_manage.serve_media": (Try(TEACHING),),
    "lessons_manage.serve_captions": (Try(TEACHING),),
    "lessons_manage.send_captions": (Try(TEACHING, "POST"),),
    "lessons_manage.edit_captions": (
        Try(TEACHING),
        Try(
            TEACHING,
            "POST",
            data={"revision": "1", "start": "00:01.000", "end": "00:05.000", "text": "There."},
        ),
    ),
    "lessons_manage.add_captions": (
        Try(TEACHING),
        Try(
            TEACHING,
            "POST",
            data={"language_code": "vi", "pasted": "WEBVTT\n\n00:01.000 --> 00:02.000\nHai.\n"},
        ),
    ),
    "lessons_manage.start_captions": (Try(TEACHING),),
    "lessons_manage.download_captions": (Try(TEACHING), Try(TEACHING, parts={"kind": "srt"})),
    "lessons_manage.remove_captions": (Try(TEACHING, "POST"),),
    # --- materials
    "lessons_manage.list_materials": (Try(MAKERS),),
    "lessons_manage.change_materials": (
        Try(STAFF_ONLY, "POST", data={"state": "approved", "chosen": "$submitted_material_id"}),
    ),
    "lessons_manage.edit_material": (
        Try(TEACHING),
        Try(
            TEACHING,
            "POST",
            data={
                "title-en": "Slides",
                "language": "en",
                "kind": "slides",
                "licence": "cc-by-4.0",
                "revision": "1",
            },
        ),
    ),
    "lessons_manage.change_material_state": (
        Try(TEACHING, "POST", data={"state": "submitted"}),
        Try(
            {**TEACHING, "instructor": 403},
            "POST",
            parts={"material_id": "$submitted_material_id"},
            data={"state": "approved"},
        ),
    ),
    "lessons_manage.move_material": (Try(TEACHING, "POST", data={"step": "up"}),),
    "lessons_manage.remove_material": (Try(TEACHING), Try(TEACHING, "POST")),
    "lessons_manage.add_link": (
        Try(TEACHING),
        Try(
            TEACHING,
            "POST",
            data={"address": "https://example.org/", "title-en": "Data", "language": "en"},
        ),
    ),
    "lessons_manage.serve_material": (Try(TEACHING),),
    "lessons_manage.download_pack": (Try(TEACHING),),
    "lessons_manage.edit_consent": (Try(TAUGHT), Try(TAUGHT, "POST", data={"reuse": "y"})),
    # --- files on their way in
    "lessons_api.describe_uploads": (),
    "lessons_api.create_upload": (
        Try(
            SENDING,
            "POST",
            headers={**TUS, "Upload-Length": "9", "Upload-Metadata": "$upload_metadata"},
        ),
    ),
    "lessons_api.show_upload": (Try(SENDER, headers=TUS),),
    "lessons_api.receive_part": (
        Try(
            SENDER,
            "PATCH",
            headers={
                **TUS,
                "Content-Type": "application/offset+octet-stream",
                "Upload-Offset": "0",
            },
        ),
    ),
    "lessons_api.cancel_upload": (Try(SENDER, "DELETE", headers=TUS),),
    # Who may send files is told that there is none.
    "lessons_manage.send_files": (
        Try(
            {**TEACHING, **dict.fromkeys(("instructor", *STAFF), 422)},
            "POST",
            data={"purpose": "material", "language": "en"},
        ),
    ),
    "lessons_manage.show_intake": (Try(TEACHING),),
    "lessons_manage.retry_intake": (Try(TEACHING, "POST"),),
    "lessons_manage.remove_intake": (Try(TEACHING, "POST"),),
    # --- speakers: whoever holds the link, signed in or not
    "lessons.answer_time": (
        Try(everybody()),
        Try(everybody(), "POST", data={"time_zone": "Asia/Seoul", "answer": "fits", "note": "Yes"}),
    ),
    "lessons.answer_materials": (
        Try(everybody()),
        Try(everybody(), "POST", data={"bio": "Ports.", "bio_language": "en", "recording": "y"}),
    ),
    "lessons.thank_speaker": (Try(everybody()),),
    "lessons.send_speaker_files": (Try(dict.fromkeys(READERS, 422), "POST"),),
    "lessons.show_speaker_file": (Try(everybody()),),
    "lessons.remove_speaker_file": (Try(everybody(), "POST"),),
    "lessons_api.create_speaker_upload": (
        Try(
            everybody(),
            "POST",
            headers={**TUS, "Upload-Length": "9", "Upload-Metadata": "$upload_metadata"},
        ),
    ),
    "lessons_api.show_speaker_upload": (Try(everybody(), headers=TUS),),
    "lessons_api.receive_speaker_part": (
        Try(
            everybody(),
            "PATCH",
            headers={
                **TUS,
                "Content-Type": "application/offset+octet-stream",
                "Upload-Offset": "0",
            },
        ),
    ),
    "lessons_api.cancel_speaker_upload": (Try(everybody(), "DELETE", headers=TUS),),
    "lessons_manage.invite_speaker": (
        Try(TEACHING),
        Try(
            TEACHING,
            "POST",
            data={"name": "Ana", "email": "ana@example.org", "language": "en"},
        ),
    ),
    "lessons_manage.show_speaker": (Try(TEACHING),),
    "lessons_manage.download_bio": (Try(TEACHING),),
    "lessons_manage.revoke_speaker": (Try(TEACHING, "POST"),),
    "lessons_manage.renew_speaker": (Try(TEACHING, "POST"),),
    # --- runs and records
    "progress_manage.preview_lesson": (Try(TEACHING),),
    "progress_manage.show_run": (Try(TEACHING),),
    "progress_manage.export_run": (
        Try(TEACHING),
        Try(TEACHING, "POST", data={"reason": "Asked for by the audit."}),
    ),
    # --- when a session is held
    "seminars_manage.advise_slots": (
        Try(MAKERS),
        Try(TEACHING, parts={"run": "$run_id"}),
    ),
    "seminars_manage.list_holidays": (Try(STAFF_ONLY),),
    "seminars_manage.add_holiday": (
        Try(
            STAFF_ONLY,
            "POST",
            data={"region": "KR", "first_on": "2027-06-01", "name-en": "Festival"},
        ),
    ),
    "seminars_manage.remove_holiday": (Try(STAFF_ONLY, "POST"),),
    # --- planning sessions
    "seminars_manage.list_sittings": (Try(TEACHING),),
    "seminars_manage.create_sitting": (
        Try(STAFF_ONLY),
        Try(
            STAFF_ONLY,
            "POST",
            data={**AT_THREE, "lesson_id": "", "title-en": "Tech check", "kind": "live"},
        ),
    ),
    "seminars_manage.plan_series": (
        Try(STAFF_ONLY),
        Try(STAFF_ONLY, "POST", data={**AT_THREE, "lessons": "$held_lesson_id"}),
    ),
    "seminars_manage.show_sitting": (Try(TEACHING),),
    "seminars_manage.edit_sitting": (
        Try(STAFF_ONLY),
        Try(STAFF_ONLY, "POST", data={**AT_THREE, "revision": "1", "reason": "A holiday."}),
    ),
    "seminars_manage.change_sitting_state": (
        Try(
            STAFF_ONLY,
            "POST",
            data={"step": "postponed", "revision": "1", "reason": "A typhoon."},
        ),
    ),
    "seminars_manage.remove_sitting": (Try(STAFF_ONLY, "POST"),),
    "seminars_manage.edit_holders": (
        Try(STAFF_ONLY),
        Try(STAFF_ONLY, "POST", data={"role": "moderator", "person": "", "name": "Kim"}),
    ),
    "seminars_manage.confirm_holder": (Try(TEACHING, "POST"),),
    "seminars_manage.remove_holder": (Try(STAFF_ONLY, "POST"),),
    "seminars_manage.show_check_in_code": (Try(TEACHING),),
    "seminars_manage.show_evaluations": (Try(TEACHING),),
    "seminars_manage.count_heads": (
        Try(TEACHING),
        Try(TEACHING, "POST", data={"boarding": "Bus", "expected": "20", "counted": "20"}),
    ),
    "seminars_manage.add_day_item": (
        Try(STAFF_ONLY),
        Try(STAFF_ONLY, "POST", data={"title-en": "Holiday", "first_on": "2090-01-20"}),
    ),
    "seminars_manage.edit_day_item": (
        Try(STAFF_ONLY),
        Try(
            STAFF_ONLY,
            "POST",
            data={"title-en": "Feast", "first_on": "2090-01-21", "last_on": "", "revision": "0"},
        ),
    ),
    "seminars_manage.remove_day_item": (Try(STAFF_ONLY, "POST"),),
    # --- who was there
    # --- recordings: instructors of the run send them, staff publish them
    "seminars.show_recording": (Try(CONCERNED),),
    "seminars.serve_recording": (Try({**CONCERNED, "visitor": 404}),),
    "seminars.serve_recording_captions": (Try({**CONCERNED, "visitor": 404}),),
    "seminars_manage.show_recording": (Try(TEACHING),),
    "seminars_manage.send_recording": (Try(told(422), "POST"),),
    "seminars_manage.show_recording_file": (Try(TEACHING),),
    "seminars_manage.retry_recording_file": (Try(TEACHING, "POST"),),
    "seminars_manage.remove_recording_file": (Try(TEACHING, "POST"),),
    "seminars_manage.set_recording_start": (
        Try(TEACHING, "POST", data={"begins": "$recording_begins"}),
    ),
    "seminars_manage.add_recording_captions": (
        Try(told(422), "POST", data={"language_code": "en"}),
    ),
    "seminars_manage.remove_recording_captions": (Try(TEACHING, "POST"),),
    "seminars_manage.publish_recording": (Try(STAFF_ONLY, "POST"),),
    "seminars_manage.withdraw_recording": (Try(STAFF_ONLY, "POST"),),
    "seminars_manage.remove_recording": (Try(STAFF_ONLY, "POST"),),
    # There is no server of rooms here.
    "seminars_manage.take_room_recording": (Try(told(409), "POST"),),
    "seminars_manage.list_questions": (Try(TEACHING),),
    "seminars_manage.edit_question": (
        Try(TEACHING),
        Try(
            TEACHING,
            "POST",
            data={"prompt-en": "Which?", "choices-en": "One\nTwo", "correct_choice": 0},
        ),
    ),
    "seminars_manage.remove_question": (Try(TEACHING, "POST"),),
    "seminars_uploads.create_recording_upload": (
        Try(
            SENDING,
            "POST",
            headers={**TUS, "Upload-Length": "9", "Upload-Metadata": "$recording_metadata"},
        ),
    ),
    "seminars_uploads.show_recording_upload": (Try(SENDER, headers=TUS),),
    "seminars_uploads.receive_recording_part": (
        Try(
            SENDER,
            "PATCH",
            headers={
                **TUS,
                "Content-Type": "application/offset+octet-stream",
                "Upload-Offset": "0",
            },
        ),
    ),
    "seminars_uploads.cancel_recording_upload": (Try(SENDER, "DELETE", headers=TUS),),
    "seminars_manage.import_report": (
        Try(TEACHING),
        Try({**TEACHING, **dict.fromkeys(("instructor", *STAFF), 422)}, "POST"),
    ),
    "seminars_manage.list_attendance": (
        Try(TEACHING),
        Try(
            TEACHING,
            "POST",
            data={"ticked": "$enrolment_id", "before": "", "reason": "Signed the sheet."},
        ),
    ),
    "seminars_manage.make_attendance_final": (Try(STAFF_ONLY, "POST"),),
    "seminars_manage.show_attendance": (Try(TEACHING),),
    "seminars_manage.excuse": (Try(STAFF_ONLY, "POST", data={"excuse-reason": "Summoned."}),),
    "seminars_manage.withdraw_excuse": (Try(STAFF_ONLY, "POST"),),
    "seminars_manage.propose_correction": (
        Try(
            TEACHING,
            "POST",
            data={"correction-status": "present", "correction-reason": "Was there."},
        ),
    ),
    "seminars_manage.list_corrections": (Try(STAFF_ONLY),),
    "seminars_manage.decide_correction": (Try(STAFF_ONLY, "POST", data={"decision": "approve"}),),
    "seminars_manage.show_sheet": (Try(TEACHING),),
    "seminars_manage.export_sheet": (
        Try(TEACHING),
        Try(TEACHING, "POST", data={"kind": "xlsx", "reason": "Asked for by the audit."}),
    ),
    "seminars_manage.match_report": (Try(TEACHING), Try(TEACHING, "POST")),
    "seminars_manage.unmatch_line": (Try(TEACHING, "POST"),),
    "seminars_manage.discard_report": (Try(TEACHING, "POST"),),
    "certificates_manage.show_record": (Try(TEACHING),),
    "certificates_manage.revoke": (
        Try(STAFF_ONLY),
        Try(
            STAFF_ONLY,
            "POST",
            data={
                "revoke-reason": "Issued in error.",
                "revoke-confirmation": "$number",
            },
        ),
    ),
    "certificates_manage.reissue": (
        Try(STAFF_ONLY),
        Try(
            STAFF_ONLY,
            "POST",
            data={
                "reissue-holder_name": "BOLD",
                "reissue-languages": "en",
                "reissue-reason": "Misspelt.",
            },
        ),
    ),
    # --- questions to the staff, and what two people of a run write to each other
    "boards.list_boards": (Try(everybody()),),
    "boards.list_mine": (Try(signed_in()),),
    "boards.search_posts": (Try(everybody()),),
    "boards.related_threads": (Try(signed_in()),),
    "boards.show_board": (
        Try(CONCERNED),
        Try(everybody(), parts={"board_id": "$public_board_id"}),
    ),
    "boards.board_of_run": (Try(CONCERNED),),
    # What programs fetch is what visitors may read, whoever asks.
    "boards.serve_board_feed": (
        Try(dict.fromkeys(READERS, 404)),
        Try(everybody(), parts={"board_id": "$public_board_id"}),
    ),
    "boards.serve_feed": (Try(everybody()),),
    "boards.serve_site_map": (Try(everybody()),),
    "boards.serve_site_map_part": (Try(everybody()),),
    "boards.show_thread": (
        Try(CONCERNED),
        Try(everybody(), parts={"thread_id": "$public_thread_id"}),
    ),
    # What waits or is hidden is for its author, here the trainee, and the moderators.
    "boards.show_post": (
        Try(CONCERNED),
        Try(CONCERNED, parts={"post_id": "$held_post_id"}),
        Try(CONCERNED, parts={"post_id": "$hidden_post_id"}),
        Try(everybody(), parts={"post_id": "$public_post_id"}),
    ),
    "boards.show_history": (
        Try(CONCERNED),
        Try(CONCERNED, parts={"post_id": "$hidden_post_id"}),
        Try(signed_in(), parts={"post_id": "$public_post_id"}),
    ),
    # Who may write there begins threads and answers; a post is changed by its author alone.
    "boards.new_thread": (
        Try(CONCERNED),
        Try(CONCERNED, "POST", data={"title": "Fares", "body": "How much?", "act": "post"}),
    ),
    "boards.answer_thread": (
        Try(CONCERNED),
        Try(CONCERNED, "POST", data={"body": "Two coins.", "act": "post"}),
    ),
    "boards.edit_post": (
        Try(OWN_HIDDEN),
        Try(OWN_HIDDEN, "POST", data={"title": "Who pays?", "body": "Who?", "revision": "1"}),
    ),
    "boards.delete_post": (Try(OWN_HIDDEN), Try(OWN_HIDDEN, "POST")),
    "boards.preview_post": (Try(signed_in(), "POST", data={"text": "**Bus**"}),),
    # Files go as far as their post; what is being written is its writer's alone.
    "boards.serve_file": (
        Try({**CONCERNED, "visitor": 404}),
        Try(everybody(), parts={"file_id": "$public_file_id"}),
        Try(dict.fromkeys(READERS, 404), parts={"file_id": "$draft_file_id"}),
    ),
    "boards.show_file": (Try(TRAINEE),),
    "boards_uploads.create_post_file": (
        Try(
            {**CONCERNED, "visitor": 401},
            "POST",
            headers={**TUS, "Upload-Length": "9", "Upload-Metadata": "$post_file_metadata"},
        ),
    ),
    "boards_uploads.show_post_file": (Try({**TRAINEE, "visitor": 401}, headers=TUS),),
    "boards_uploads.receive_post_file_part": (
        Try(
            {**TRAINEE, "visitor": 401},
            "PATCH",
            headers={
                **TUS,
                "Content-Type": "application/offset+octet-stream",
                "Upload-Offset": "0",
            },
        ),
    ),
    "boards_uploads.cancel_post_file": (Try({**TRAINEE, "visitor": 401}, "DELETE", headers=TUS),),
    # Who may write where it stands translates; who may read it reads that.
    "boards.show_translation": (
        Try(CONCERNED),
        Try(everybody(), parts={"post_id": "$public_post_id"}),
    ),
    "boards.ask_for_draft": (
        Try(CONCERNED, "POST"),
        Try(signed_in(), "POST", parts={"post_id": "$public_post_id"}),
    ),
    "boards.choose_translation": (
        Try(CONCERNED),
        Try(
            {**only(), **dict.fromkeys(("trainee", "instructor", *STAFF), 409)},
            parts={"post_id": "$held_post_id"},
        ),
    ),
    "boards.translate_post": (
        Try(CONCERNED),
        Try(CONCERNED, "POST", data={"title": "Хэн?", "body": "Хот."}),
    ),
    "boards.note_read": (Try(CONCERNED, "POST", data={"up_to": "1"}),),
    "boards.follow_thread": (Try(CONCERNED, "POST", data={"following": "muted"}),),
    "boards.follow_board": (Try(CONCERNED, "POST", data={"following": "followed"}),),
    "boards.like": (Try(CONCERNED, "POST", data={"on": "1"}),),
    "boards.bookmark": (Try(CONCERNED, "POST", data={"on": "1"}),),
    # Whoever asked, and the moderators.
    "boards.accept": (
        Try(CONCERNED, "POST", data={"on": "1"}),
        Try(
            {
                **dict.fromkeys(READERS, 403),
                **dict.fromkeys(STAFF, 409),
                "visitor": ASKED,
                "stranger": 409,
            },
            "POST",
            parts={"post_id": "$public_post_id"},
            data={"on": "1"},
        ),
    ),
    "boards_manage.pin_thread": (Try(TEACHING, "POST", data={"on": "1"}),),
    "boards_manage.lock_thread": (Try(TEACHING, "POST", data={"on": "1"}),),
    # What people know, what counts as a task, what becomes a reading.
    "boards.list_people": (Try(signed_in()),),
    "boards.show_person": (
        Try(signed_in()),
        Try(only(), parts={"person_id": "$hidden_person_id"}),
    ),
    "boards.edit_expertise": (
        Try(signed_in()),
        Try(
            signed_in(),
            "POST",
            data={"is_shown": "y", "about": "Buses.", "language": "en", "revision": "0"},
        ),
    ),
    "boards.allow_reuse": (
        Try({**TRAINEE, **dict.fromkeys(("instructor", *STAFF), 403)}),
        Try({**TRAINEE, **dict.fromkeys(("instructor", *STAFF), 403)}, "POST"),
    ),
    "boards_manage.edit_task": (
        Try(TEACHING),
        Try(TEACHING, "POST", data={"lesson": "$discussion_id"}),
    ),
    "boards_manage.list_contributions": (Try(TEACHING),),
    "boards_manage.count_post": (Try(TEACHING, "POST"),),
    "boards_manage.withdraw_contribution": (
        Try(TEACHING),
        Try(TEACHING, "POST", data={"reason": "It was another's."}),
    ),
    "boards_manage.choose_reading": (Try(TEACHING),),
    "boards_manage.use_as_reading": (
        Try(TEACHING),
        Try(TEACHING, "POST", data={"revision": "1"}),
    ),
    "boards_manage.ask_for_reuse": (Try(TEACHING, "POST"),),
    # --- moderation; nobody reports their own post, and of a hidden one its author appeals
    "boards.report_post": (
        Try({**CONCERNED, "trainee": 403}),
        Try({**CONCERNED, "trainee": 403}, "POST", data={"reason": "insult", "words": "It hurts."}),
    ),
    "boards.appeal_hiding": (
        Try(OWN_HIDDEN),
        Try(OWN_HIDDEN, "POST", data={"words": "It is a quotation."}),
    ),
    "boards_manage.list_moderation": (Try(MAKERS),),
    "boards_manage.show_case": (Try(TEACHING),),
    "boards_manage.hide_post": (
        Try(TEACHING, "POST", data={"seen": "$held_seen", "reason": "insult"}),
    ),
    "boards_manage.release_post": (Try(TEACHING, "POST", data={"seen": "$held_seen"}),),
    "boards_manage.leave_post": (Try(TEACHING, "POST", data={"seen": "$reported_seen"}),),
    "boards_manage.decide_appeal": (
        Try(TEACHING, "POST", data={"decision": "grant", "answer": "It is fine."}),
    ),
    "boards_manage.list_words": (
        Try(STAFF_ONLY),
        Try(STAFF_ONLY, "POST", data={"word": "viagra", "action": "refuse"}),
    ),
    "boards_manage.remove_word": (Try(STAFF_ONLY, "POST"),),
    "boards.list_conversations": (Try(signed_in()),),
    "boards.ask_staff": (
        Try(signed_in()),
        Try(signed_in(), "POST", data={"subject": "My visa", "body": "When does it come?"}),
    ),
    "boards.show_conversation": (
        Try(OF_TWO),
        Try(OF_TWO, "POST", data={"body": "Good morning."}),
    ),
    "boards.mark_conversation_read": (Try(OF_TWO, "POST", data={"up_to": "1"}),),
    "boards.block": (Try(OF_TWO, "POST"),),
    "boards.unblock": (Try(OF_TWO, "POST"),),
    "boards.reopen_question": (Try(TRAINEE, "POST"),),
    # Who has written it does not report it.
    "boards.report_message": (
        Try({**TRAINEE, "instructor": 403}),
        Try({**TRAINEE, "instructor": 403}, "POST", data={"words": "It is not true."}),
    ),
    "boards.write_to": (
        Try(OF_TWO),
        Try(OF_TWO, "POST", data={"body": "Good morning."}),
    ),
    "boards_manage.list_boards": (Try(STAFF_ONLY),),
    "boards_manage.edit_notice": (
        Try(TEACHING),
        Try(TEACHING, "POST", data={"revision": "1", "audience": "trainees", "expires_on": ""}),
        # A question is no notice.
        Try(
            {**MAKERS, **dict.fromkeys(("instructor", "other instructor", *STAFF), 404)},
            parts={"thread_id": "$thread_id"},
        ),
    ),
    "boards_manage.create_board": (
        Try(STAFF_ONLY),
        Try(
            STAFF_ONLY,
            "POST",
            data={
                "kind": "ideas",
                "title-en": "Water and waste",
                "readable_by": "signed_in",
                "writable_by": "signed_in",
                "moderation": "post",
                "position": "5",
            },
        ),
    ),
    "boards_manage.edit_board": (
        Try(STAFF_ONLY),
        Try(
            STAFF_ONLY,
            "POST",
            data={
                "revision": "1",
                "readable_by": "members",
                "writable_by": "members",
                "moderation": "pre",
                "position": "5",
            },
        ),
    ),
    "boards_manage.list_questions": (Try(STAFF_ONLY),),
    "boards_manage.show_question": (
        Try(STAFF_ONLY),
        Try(STAFF_ONLY, "POST", data={"body": "Next week."}),
    ),
    "boards_manage.take_question": (Try(STAFF_ONLY, "POST"),),
    "boards_manage.close_question": (Try(STAFF_ONLY, "POST"),),
    "boards_manage.reopen_question": (Try(STAFF_ONLY, "POST"),),
    "boards_manage.list_message_reports": (Try(STAFF_ONLY),),
    "boards_manage.show_message_report": (Try(STAFF_ONLY),),
    "boards_manage.settle_message_report": (Try(STAFF_ONLY, "POST", data={"decision": "hide"}),),
}
