from datetime import UTC, datetime

import pytest

from lms.notifications.channels import render_mail

MOMENT = datetime(2026, 11, 24, 20, 30, tzinfo=UTC).isoformat()
CONTEXT = {
    "full_name": "Nguyễn Thị Hồng Vân",
    "token": "abc",
    "next_path": "",
    "expires_at": MOMENT,
    "changed_at": MOMENT,
    "zone": "Asia/Ho_Chi_Minh",
}
KINDS = ["confirm_email", "reset_password", "already_registered", "password_changed"]


def mail_of(kind, language="en", **values):
    context = {**CONTEXT, **values}
    return render_mail(f"accounts.{kind}", to="bat@gov.example", language=language, context=context)


def html_of(mail):
    return mail.alternatives[0][0]


@pytest.mark.parametrize(("language", "tag"), [("ko", "ko"), ("en", "en"), ("zh", "zh-Hans")])
@pytest.mark.parametrize("kind", KINDS)
def test_every_mail_speaks_the_language_of_its_receiver(app, kind, language, tag):
    mail = mail_of(kind, language)
    assert f'<html lang="{tag}">' in html_of(mail)
    links = [word for word in mail.body.split() if word.startswith("http")]
    assert links
    for link in links:
        assert link.startswith(f"http://127.0.0.1:8000/{language}/")
        assert link in html_of(mail)
    assert "\n" not in mail.subject
    assert mail.subject


@pytest.mark.parametrize("kind", ["confirm_email", "reset_password", "password_changed"])
def test_moments_are_on_the_clocks_of_the_reader_of_busan_and_of_everybody(app, kind):
    for body in (mail_of(kind).body, html_of(mail_of(kind))):
        assert "Wed, 25 November 2026 03:30 (UTC+7)" in body
        assert "Busan 05:30" in body
        assert "2026-11-24 20:30 UTC" in body
    assert "05:30 (UTC+9)" in mail_of(kind, zone="").body
    assert "05:30 (UTC+9)" in mail_of(kind, zone="Mars/Olympus").body


@pytest.mark.parametrize("kind", KINDS)
def test_a_name_adds_neither_a_header_nor_markup(app, kind):
    mail = mail_of(kind, full_name="<b>X</b>\r\nBcc: all@gov.example")
    message = mail.message().as_string()
    assert "\nBcc:" not in message.partition("\n\n")[0]
    assert "<b>X" not in html_of(mail)
    assert mail.recipients() == ["bat@gov.example"]


def test_the_way_on_is_kept_in_the_link(app):
    body = mail_of("confirm_email", next_path="/en/courses/?q=항만&x=1").body
    assert "/en/confirm-email/abc?next=/en/courses/?q%3D%ED%95%AD%EB%A7%8C%26x%3D1" in body
