"""From the catalogue to a certificate anyone can check, in each language of the pages."""

import io

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader
from sqlalchemy import select

from lms.certificates.models import Certificate
from lms.core.db import db
from tests.browser.thorough import THOROUGH
from tests.site import CLIP_SECONDS, wait_for

PASSWORD = "harbour-lantern-42"
NAMES = {"ko": "홍보기", "en": "Bat-Erdene Example", "zh": "范例"}


@pytest.mark.parametrize("language", ["ko", "en", "zh"] if THOROUGH else ["ko"])
def test_a_visitor_becomes_a_trainee_with_a_certificate(site, visit, language):
    page = visit().page()
    page.set_default_timeout(20_000)
    mail, name = f"journey-{language}@example.org", NAMES[language]

    # A visitor finds the course by a word of their language, and wants to join.
    page.goto(f"/{language}/")
    page.goto(f"/{language}/courses/?q={ {'ko': '버스', 'en': 'bus', 'zh': '公交'}[language] }")
    page.locator("article a[href*='/courses/TRY-101']").click()
    page.locator(f"a[href*='/{language}/sign-up']").first.click()

    # Signing up, with a link by mail.
    page.locator("[name=full_name]").fill(name)
    page.locator("[name=email]").fill(mail)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=collection_and_use]").check()
    page.locator("main form button[type=submit]").click()
    page.goto(site.link_in_mail(mail, "confirm-email"))
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(lambda url: "confirm-email" not in url)

    # Enrolling: one click on the course page, and the run is there.
    page.goto(f"/{language}/courses/TRY-101")
    page.locator("form[action*='/enrol'] button").click()
    page.wait_for_url(f"**/{language}/runs/{site.ids['run']}")
    page.goto(f"/{language}/my-learning")
    page.locator(
        f"main a[href*='/runs/{site.ids['run']}/lessons/{site.ids['lesson']}']"
    ).first.click()

    # Watching to the end at real speed; the server, not the page, says what was watched.
    video = page.locator("video")
    video.evaluate("video => { video.muted = true; return video.play() }")
    expect(video).to_have_js_property("ended", True, timeout=60_000)
    assert video.evaluate("video => video.duration") >= CLIP_SECONDS - 1
    expect(page.locator("[data-bar]")).to_have_js_property("value", CLIP_SECONDS)

    # The check question: wrong first, then right, and the course is complete.
    page.locator("input[name=choice][value='1']").check()
    page.locator("form[action*='/answer'] button").click()
    expect(page.locator(".field-wrong").first).to_be_visible()
    page.locator("input[name=choice][value='0']").check()
    page.locator("form[action*='/answer'] button").click()
    expect(page.locator("form[action*='/answer']")).to_have_count(0)

    # The certificate: drawn by the worker, its text holds the name, anyone can check it.
    page.goto(f"/{language}/certificates")
    page.locator("main a[href*='/certificates/']").first.click()
    certificate = wait_for(lambda: drawn_for(site, name), "the drawn certificate")
    pdf = page.context.request.get(f"/{language}/certificates/{certificate.id}/pdf")
    text = "".join(PdfReader(io.BytesIO(pdf.body())).pages[0].extract_text().split())
    assert "".join(name.split()) in text
    assert certificate.number in text

    stranger = visit().page()
    stranger.goto(f"/{language}/verify/{certificate.verification_code}")
    expect(stranger.locator("[data-state]")).to_have_attribute("data-state", "valid")
    shown = stranger.locator("main").inner_text()
    assert name not in shown
    assert certificate.number in shown


def drawn_for(site, name):
    """Return the certificate of a holder once its PDF has been drawn."""
    return site.read(
        lambda: db.session.scalar(
            select(Certificate).where(Certificate.holder_name == name, Certificate.pdf_key != "")
        )
    )
