"""Nobody reaches a view by an oversight: each has a guard, and each has its row in the matrix."""

import importlib

from flask import Flask

from lms.web.guards import POLICY

# What visitors may call. A view marked @public that is missing here is one nobody decided about.
PUBLIC = {
    "accounts.ask_reset",
    "accounts.confirm_email",
    "accounts.reset_password",
    "accounts.show_mail_sent",
    "accounts.sign_in",
    "accounts.sign_up",
    "boards.list_boards",
    "boards.search_posts",
    "boards.serve_board_feed",
    "boards.serve_feed",
    "boards.serve_file",
    "boards.serve_site_map",
    "boards.serve_site_map_part",
    "boards.show_board",
    "boards.show_post",
    "boards.show_thread",
    "boards.show_translation",
    "certificates.find_certificate",
    "certificates.verify_certificate",
    "courses.show_curriculum",
    "enrolment.list_courses",
    "enrolment.show_course",
    "enrolment.show_home",
    "lessons.answer_materials",
    "lessons.answer_time",
    "lessons.remove_speaker_file",
    "lessons.send_speaker_files",
    "lessons.show_speaker_file",
    "lessons.thank_speaker",
    "lessons_api.cancel_speaker_upload",
    "lessons_api.create_speaker_upload",
    "lessons_api.receive_speaker_part",
    "lessons_api.show_speaker_upload",
    "notifications.resume_mails",
    "notifications.unsubscribe",
    "organisations.list_cities",
    "root.choose_language",
    "root.health",
    "root.robots_txt",
    "root.security_txt",
    "seminars.cancel_guest",
    "seminars.consent_as_guest",
    "seminars.download_sitting",
    "seminars.join",
    "seminars.register_guest",
    "seminars.send_guest_link",
    "seminars.serve_feed",
    "seminars.serve_recording",
    "seminars.serve_recording_captions",
    "seminars.show_recording",
    "seminars.show_sitting",
    "seminars.thank_guest",
    "seminars_api.note_presence_by_link",
    "seminars.list_seminars",
    "web.choose_zone",
    "web.set_display",
}

# Files under static/, served by WhiteNoise before the application is asked.
NOT_A_VIEW = {"static"}


def policies(app: Flask) -> dict[str, str]:
    return {
        endpoint: getattr(view, POLICY, "")
        for endpoint, view in app.view_functions.items()
        if endpoint not in NOT_A_VIEW
    }


def test_every_endpoint_is_guarded_or_meant_for_all(shared_app: Flask):
    unguarded = {endpoint for endpoint, policy in policies(shared_app).items() if not policy}
    assert not unguarded


def test_the_public_endpoints_are_these(shared_app: Flask):
    public = {endpoint for endpoint, policy in policies(shared_app).items() if policy == "public"}
    assert not public - PUBLIC, "open to all without having been decided"
    assert not PUBLIC - public, "named public, but gone or guarded: take the name away"


def test_every_endpoint_has_its_row_in_the_authorisation_matrix(shared_app: Flask):
    rows = set(importlib.import_module("tests.holes.matrix").ROWS)
    endpoints = set(policies(shared_app))
    assert not endpoints - rows, "endpoints nobody has tried as every role"
    assert not rows - endpoints, "rows of endpoints that are gone"
