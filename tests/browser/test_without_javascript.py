"""The first journey without JavaScript, up to the video itself, in each language of the pages."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.pages import LANGUAGES
from tests.browser.people import People
from tests.browser.tabs import NARROW
from tests.browser.thorough import THOROUGH

PASSWORD = "harbour-lantern-42"
WORDS = {"ko": "버스", "en": "bus", "zh": "公交"}
SAID = {"ko": "정류장", "en": "stop", "zh": "站"}
NEXT = {"ko": "en", "en": "zh", "zh": "ko"}


@pytest.fixture
def tab(visit: Any) -> Any:
    """A tab on a phone, with JavaScript switched off."""
    page = visit(java_script_enabled=False, viewport=NARROW).page()
    page.set_default_timeout(20_000)
    return page


@pytest.mark.parametrize("language", LANGUAGES if THOROUGH else ["ko"])
def test_a_visitor_becomes_a_trainee_who_studies(site, people, tab, language):
    run = people.numbers["run"]
    choose_display_and_language(tab, language)
    open_the_menu(tab, language)
    find_the_course(tab, language)
    sign_up(site, tab, language)

    tab.goto(f"/{language}/courses/TRY-101")
    tab.locator("form[action*='/enrol'] button").click()
    expect(tab).to_have_url(re.compile(rf"/{language}/runs/{run}$"))
    tab.goto(f"/{language}/my-learning")
    lesson = f"/{language}/runs/{run}/lessons/{people.numbers['lesson']}"
    tab.locator(f"main a[href*='{lesson}']").first.click()

    look_at_the_player(tab, language)
    answer_the_question(tab)
    read_the_reading(tab, people, language)
    leave(tab, run, language)
    check_certificates(tab, people, language)


# --- the steps of the journey ----------------------------------------------------------


def choose_display_and_language(tab: Any, language: str) -> None:
    tab.goto(f"/{language}/courses/TRY-101")
    html = tab.locator("html")
    for theme in ("dark", "light"):
        open_settings(tab)
        tab.locator(f"#display-settings a[href*='theme={theme}']").click()
        expect(html).to_have_attribute("data-theme", theme)
    open_settings(tab)
    tab.locator("#display-settings a[href*='text=150']").click()
    expect(html).to_have_attribute("data-text", "150")

    other = NEXT[language]
    tab.locator(f".language-switch a[hreflang='{LANGUAGES[other]}']").click()
    expect(tab).to_have_url(re.compile(rf"/{other}/courses/TRY-101$"))
    expect(html).to_have_attribute("lang", LANGUAGES[other])
    expect(html).to_have_attribute("data-theme", "light")
    expect(html).to_have_attribute("data-text", "150")


def open_settings(tab: Any) -> None:
    """Open the display settings where they are folded away; popovers need no script."""
    if not tab.locator("#display-settings").is_visible():
        tab.locator("button[popovertarget=display-settings]").click()


def open_the_menu(tab: Any, language: str) -> None:
    tab.goto(f"/{language}/")
    tab.locator(".menu-button:visible, .menu-link:visible").first.click()
    tab.locator(
        "#site-nav a[href$='/cities/']:visible, #footer-nav a[href$='/cities/']"
    ).first.click()
    expect(tab).to_have_url(re.compile(rf"/{language}/cities/$"))


def find_the_course(tab: Any, language: str) -> None:
    tab.goto(f"/{language}/courses/")
    tab.locator("main [name=q]").fill(WORDS[language])
    tab.locator("main [role=search] button").first.click()
    tab.locator("article a[href*='/courses/TRY-101']").click()


def sign_up(site: Any, tab: Any, language: str) -> None:
    mail = f"no-script-{language}@pages.example"
    tab.locator(f"a[href*='/{language}/sign-up']").first.click()
    tab.locator("[name=full_name]").fill("Bat-Erdene Example")
    tab.locator("[name=email]").fill(mail)
    tab.locator("[name=password]").fill(PASSWORD)
    tab.locator("main form button[type=submit]").click()
    # The consent was forgotten: what was typed is still there.
    expect(tab.locator(".error-summary")).to_be_visible()
    expect(tab.locator("[name=email]")).to_have_value(mail)
    tab.locator("[name=password]").fill(PASSWORD)
    tab.locator("[name=collection_and_use]").check()
    tab.locator("main form button[type=submit]").click()
    tab.goto(site.link_in_mail(mail, "confirm-email"))
    tab.locator("main form button[type=submit]").click()
    expect(tab.locator(".account-button")).to_contain_text("Bat-Erdene Example")


def look_at_the_player(tab: Any, language: str) -> None:
    """See what there is to play, in which sizes, and every word of it to read."""
    video = tab.locator("video[controls]")
    expect(video).to_be_visible()
    # Others on the site may have written captions in more languages meanwhile.
    for each in LANGUAGES:
        expect(video.locator(f"track[srclang={each}]")).to_have_count(1)
    expect(tab.locator(".qualities a")).to_have_count(3)
    tab.locator(".qualities a[data-quality='240p']").click()
    expect(video).to_have_attribute("src", re.compile("/240p"))
    expect(tab.locator("[data-transcript]")).to_have_attribute("lang", language)
    expect(tab.locator("[data-transcript]")).to_contain_text(SAID[language])
    tab.locator(f"a[href*='transcript={NEXT[language]}']").click()
    expect(tab.locator("[data-transcript]")).to_contain_text(SAID[NEXT[language]])
    # What would need a script is not offered.
    expect(tab.locator("[data-needs-script]:visible")).to_have_count(0)


def answer_the_question(tab: Any) -> None:
    tab.locator("input[name=choice][value='1']").check()
    tab.locator("form[action*='/answer'] button").click()
    expect(tab.locator(".field-wrong").first).to_be_visible()
    tab.locator("input[name=choice][value='0']").check()
    tab.locator("form[action*='/answer'] button").click()
    expect(tab.locator("form[action*='/answer']")).to_have_count(0)


def read_the_reading(tab: Any, people: People, language: str) -> None:
    tab.locator("nav.lesson-step a[rel=next]").click()
    reading = f"/{language}/runs/{people.numbers['run']}/lessons/{people.numbers['reading']}"
    expect(tab).to_have_url(re.compile(f"{reading}$"))
    tab.locator("form[action*='/read'] button").click()
    expect(tab.locator("#done .is-done")).to_be_visible()


def leave(tab: Any, run: int, language: str) -> None:
    tab.goto(f"/{language}/runs/{run}")
    tab.locator("main a[href$='/leave']").click()
    tab.locator("main form button[type=submit]").click()
    tab.goto(f"/{language}/my-learning")
    expect(tab.locator(f"main a[href*='/runs/{run}/lessons/']")).to_have_count(0)


def check_certificates(tab: Any, people: People, language: str) -> None:
    """Check a good and a revoked one, by codes as people type them."""
    for code, state in (("code", "valid"), ("revoked_code", "revoked")):
        tab.goto(f"/{language}/verify/")
        tab.locator("main [name=code]").fill(people.numbers[code].lower().replace("-", " "))
        tab.locator("main form button").click()
        expect(tab.locator("[data-state]")).to_have_attribute("data-state", state)
