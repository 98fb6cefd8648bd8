"""What holds on every page, in every language: policy, markup, languages, nobody else's server."""

from html.parser import HTMLParser

from tests.browser.pages import LANGUAGES, PAGES
from tests.browser.people import People
from tests.browser.tabs import Opened
from tests.browser.thorough import THOROUGH
from tests.site import Site

# Addresses that are a secret, somebody's own or no page at all are not offered to search engines,
# and so not as translations of each other either; their language switch is there as everywhere.
UNLISTED = (
    "/reset/", "/confirm-email/", "/verify/", "/certificates/{", "/speak/", "/join/",
    "/notifications/unsubscribe/",
)  # fmt: skip
ERRORS = {400, 401, 403, 404, 405, 500}
# Answers that show no page of their own: files, settings, detours; one page follows from an act.
SHOW_NO_PAGE = {
    "accounts.show_mail_sent",
    "boards.board_of_run",
    "boards.choose_translation",
    "boards.related_threads",
    "boards.serve_board_feed",
    "boards.serve_feed",
    "boards.serve_file",
    "boards.serve_site_map",
    "boards.serve_site_map_part",
    "boards.show_file",
    "boards.show_post",
    "boards_uploads.show_post_file",
    "certificates_manage.reissue",
    "certificates_manage.revoke",
    "lessons.show_speaker_file",
    "lessons_api.show_speaker_upload",
    "lessons_api.show_upload",
    "lessons_manage.download_bio",
    "lessons_manage.download_captions",
    "lessons_manage.download_pack",
    "lessons_manage.serve_captions",
    "lessons_manage.serve_material",
    "lessons_manage.serve_media",
    "lessons_manage.start_captions",
    "progress.answer_catch_up",
    "progress.answer_question",
    "progress.serve_captions",
    "progress.serve_material",
    "progress.serve_media",
    "root.choose_language",
    "root.health",
    "root.robots_txt",
    "root.security_txt",
    "seminars.download_sitting",
    "seminars.download_timetable",
    "seminars.serve_feed",
    "seminars.serve_recording",
    "seminars.serve_recording_captions",
    "seminars_manage.show_recording_file",
    "seminars_uploads.show_recording_upload",
    "seminars.serve_material",
    "seminars.download_programme",
    "seminars.download_timetable_csv",
    "static",
    "web.set_display",
}
# An address that leads nowhere has no other languages: the switch leads home.
LEADS_NOWHERE = {"not-found", "not-allowed"}


class Markup(HTMLParser):
    """What is looked for in a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.language: str | None = None
        self.inline: list[str] = []
        self.links: dict[str, str] = {}
        self.switch: dict[str, str] = {}
        self._in_script = False
        self.feed(html)

    def handle_starttag(self, tag: str, pairs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in pairs}
        self._in_script = tag == "script"
        if tag == "html":
            self.language = attributes.get("lang")
        if tag == "style" or any(name == "style" or name[:2] == "on" for name in attributes):
            self.inline.append(self.get_starttag_text() or tag)
        if any(value.strip().lower().startswith("javascript:") for value in attributes.values()):
            self.inline.append(self.get_starttag_text() or tag)
        if attributes.get("rel") == "alternate" and "hreflang" in attributes:
            found = self.links if tag == "link" else self.switch
            found[attributes["hreflang"]] = attributes["href"]

    def handle_data(self, data: str) -> None:
        if self._in_script and data.strip():
            self.inline.append(data)

    def handle_endtag(self, tag: str) -> None:
        self._in_script = False


def test_a_page_keeps_to_the_house_in_each_language(opened: Opened) -> None:
    check(opened, opened.language, opened.answer.headers, opened.html)
    # An answer to a form is made by the same templates as its page, and costs a form each.
    for language in LANGUAGES if THOROUGH or opened.page.act is None else ():
        if language != opened.language:
            check(opened, language, *again_in(opened, language))


def test_a_page_asks_nobody_else_and_raises_no_error(opened: Opened) -> None:
    assert opened.strangers == []
    assert opened.faults == []


def test_no_page_is_forgotten(site: Site, people: People) -> None:
    addresses = site.app.url_map.bind("localhost")
    looked_at = {
        addresses.match(page.address(people, "en").partition("?")[0], method="GET")[0]
        for page in PAGES
        if page.name not in LEADS_NOWHERE
    }
    rules = site.app.url_map.iter_rules()
    assert {rule.endpoint for rule in rules if "GET" in rule.methods} - looked_at == SHOW_NO_PAGE


def again_in(opened: Opened, language: str) -> tuple[dict[str, str], str]:
    """Return headers and text of the page in a language, without drawing it where that will do."""
    if opened.page.act is not None:
        return opened.reader.open_bare(opened.page, language)
    answer = opened.get(opened.page.address(opened.people, language))
    assert answer.status == opened.page.status
    return answer.headers, answer.text()


def check(opened: Opened, language: str, headers: dict[str, str], html: str) -> None:
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "http:" not in policy
    markup = Markup(html)
    assert markup.inline == []
    assert markup.language == LANGUAGES[language]
    check_languages(opened, language, markup)


def check_languages(opened: Opened, language: str, markup: Markup) -> None:
    page, place = opened.page, opened.place
    others = {code: tag for code, tag in LANGUAGES.items() if code != language}
    assert markup.switch.keys() == set(others.values())
    for code, tag in others.items():
        there = f"/{code}/" if page.name in LEADS_NOWHERE else f"/{code}{place}"
        if markup.switch[tag] != there:  # a form that came back leads to its page by a detour
            there = opened.people.site.address + there
            assert opened.get(markup.switch[tag]).url.partition("#")[0] == there
    site = opened.people.site.address
    is_listed = page.status not in ERRORS and not page.path.startswith(UNLISTED)
    listed = [*LANGUAGES.items(), ("en", "x-default")] if is_listed else []
    assert markup.links.keys() == {tag for _code, tag in listed}
    if opened.answer.request.method == "GET":
        assert markup.links == {tag: f"{site}/{code}{place}" for code, tag in listed}
