"""Every page of this release, by who reads it. A new page is one line more.

What stands in {braces} is one of the numbers `people.settle` leaves behind. Pages that come only
as an answer (a form with what is wrong in it) say what to do on the page before.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from playwright.sync_api import Page as Tab
from playwright.sync_api import Response

from tests.browser.attending import ask_for_link_again, enter_here, go_on_as_guest
from tests.browser.people import VISITOR, People
from tests.browser.rolls import certify_unexplained, tick_unexplained

LANGUAGES = {"ko": "ko", "en": "en", "zh": "zh-Hans"}


@dataclass(frozen=True)
class Page:
    """A page: its address after the language, who reads it, and how it answers.

    `kind` is its class in the table of weights; `act` what to do on the page before it.
    """

    name: str
    path: str
    reader: str = VISITOR
    status: int = 200
    kind: str = "form"
    act: Callable[[Tab, People], None] | None = None

    def address(self, people: People, language: str) -> str:
        """Return the address of the page in a language."""
        return f"/{language}{self.path}".format(**people.numbers)

    def open(self, tab: Tab, people: People, language: str) -> Response:
        """Go to the page, see that it is the one that is meant, and return its answer."""
        answer = tab.goto(self.address(people, language))
        if self.act is not None:
            with answer_to(tab) as answers:
                self.act(tab, people)
            answer = answers[-1]
        assert answer is not None
        assert answer.status == self.status, f"{answer.status} at {answer.url}"
        return answer


@contextmanager
def answer_to(tab: Tab) -> Iterator[list[Any]]:
    """Wait for the page that what is done inside leads to; give its answer."""
    answers: list[Any] = []

    def note(response: Any) -> None:
        if response.request.is_navigation_request() and response.frame == tab.main_frame:
            answers.append(response)

    tab.on("response", note)
    try:
        with tab.expect_navigation():
            yield answers
    finally:
        tab.remove_listener("response", note)


# --- what is done on a page before it is looked at -------------------------------------


def press(selector: str) -> Callable[[Tab, People], None]:
    """Press a button as the page offers it."""
    return lambda tab, _people: tab.locator(selector).first.click()


def ask_for_a_mail(tab: Tab, _people: People) -> None:
    """Ask for a link; each time for another address, because of each one may ask for few."""
    tab.locator("main [name=email]").fill(f"nobody-{uuid4().hex}@pages.example")
    tab.locator("main form button").click()


def enrol_too_late(tab: Tab, people: People) -> None:
    """Press "Enrol" on a page that is older than the last free place."""
    form = tab.locator("form[action*='/enrol']").first
    form.evaluate(
        "(form, id) => { form.action = form.action.replace(/runs\\/\\d+/, `runs/${id}`) }",
        people.numbers["full_run"],
    )
    form.locator("button").click()


def with_old_token(selector: str) -> Callable[[Tab, People], None]:
    """Send a form whose token no longer counts."""

    def act(tab: Tab, _people: People) -> None:
        tokens = tab.locator("[name=csrf_token]")
        tokens.evaluate_all("tokens => tokens.forEach((token) => { token.value = 'old' })")
        tab.locator(selector).first.click()

    return act


def send_signed_out(tab: Tab, _people: People) -> None:
    """Send a form after the session has ended, and sign in again as if nothing had been."""
    cookies = tab.context.cookies()
    tab.context.clear_cookies(name=re.compile("ieum$"))
    with tab.expect_navigation():
        tab.locator("main form button[type=submit]").first.click()
    tab.context.add_cookies([dict(cookie) for cookie in cookies])


def reissue_without_reason(tab: Tab, _people: People) -> None:
    tab.locator("details:has(form[action*='/reissue']) > summary").click()
    tab.locator("form[action*='/reissue'] button").click()


def revoke_without_reason(tab: Tab, _people: People) -> None:
    tab.locator("details:has(form[action*='/revoke']) > summary").click()
    tab.locator("form[action*='/revoke'] button").click()


def save_unreadable_time(tab: Tab, _people: People) -> None:
    tab.locator("[name=end]").nth(1).evaluate("field => { field.value = 'soon' }")
    tab.locator("button[value=save]").first.click()


def paste_faulty_captions(tab: Tab, _people: People) -> None:
    tab.locator("[name=pasted]").fill("WEBVTT\n\nsoon --> 00:02.000\n" + "Word " * 20)
    tab.locator("main form button").first.click()


def paste_other_captions(tab: Tab, _people: People) -> None:
    tab.locator("[name=language_code]").select_option("ko")
    tab.locator("[name=pasted]").fill("WEBVTT\n\n00:01.000 --> 00:02.000\nOther.\n")
    tab.locator("main form button").first.click()


def approve_none(tab: Tab, _people: People) -> None:
    tab.locator("main button[value=approved]").click()


def post_it(tab: Tab, _people: People) -> None:
    """Send the form without a touch of it, which would bring the tools for writing."""
    button = tab.locator("main form .actions button[value=post]").first
    button.evaluate("button => button.form.requestSubmit(button)")


def name_somebody(tab: Tab, people: People) -> None:
    """Post what looks like somebody's telephone number."""
    entered = {"title": "Whom to ask", "body": "Mr Bat knows: +976 9911 2345."}
    for name, words in entered.items():
        field = tab.locator(f"main [name={name}]")
        field.evaluate("(field, words) => { field.value = words }", words)
    post_it(tab, people)


def save_without_title(tab: Tab, _people: People) -> None:
    """Send a material's form without a title, before it saves itself."""
    form = tab.locator("form[data-autosave]")
    form.locator("[name^=title-]").evaluate_all("all => all.forEach((one) => { one.value = '' })")
    form.locator("button[type=submit]").click()


def withdraw_without_reason(tab: Tab, _people: People) -> None:
    tab.locator("details:has(button[value=withdrawn]) > summary").click()
    tab.locator("button[value=withdrawn]").click()


def send_no_file(tab: Tab, _people: People) -> None:
    """Send the form as a browser without scripts does, before a file was chosen."""
    tab.locator("#materials form[data-upload]").evaluate("form => form.submit()")


def name_nobody(tab: Tab, _people: People) -> None:
    """Say of a name that it is somebody else's, and not whose."""
    tab.locator("main input[value=another]").first.check()
    tab.locator("main form button[type=submit]").first.click()


def choose_the_dates(tab: Tab, _people: People) -> None:
    tab.locator("[name=lessons]").first.check()
    for name, value in (("day", "2030-11-04"), ("begins", "15:00"), ("ends", "17:00")):
        tab.locator(f"[name={name}]").fill(value)
    tab.locator(".sitting-form button[type=submit]").click()


def cancel_unexplained(tab: Tab, _people: People) -> None:
    tab.locator("button[value=cancelled]").click()


def move_unexplained(tab: Tab, _people: People) -> None:
    tab.locator("[name=day]").fill("2030-11-05")
    tab.locator(".sitting-form button[type=submit]").click()


SEND = press("main form button[type=submit]")
NAME_NOBODY = press(".holder-form form:not(.post-button) button[type=submit]")
PLAN = "/manage/runs/{crowded_run}/sessions"
ROLL = "/manage/sessions/{counted_sitting}/attendance"
LESSON = "/runs/{run}/lessons/{lesson}"
CAPTIONS = "/manage/lessons/{lesson}/captions"
MATERIAL = "/manage/materials/{draft_material}"
NOT_COUNTED = "/manage/threads/{task_thread}/contributions/{contributor}/withdraw"
READING = "/runs/{run}/lessons/{reading}"
SPEAK = "/speak/{asked_speaker_token}"
STATE = "/manage/runs/{draft_run}/state"
MADE = "/manage/courses/TRY-101"
SESSION = "/manage/lessons/{draft_lesson}"

PAGES = (
    # Anybody's.
    Page("home", "/", kind="home"),
    Page("catalogue", "/courses/", kind="home"),
    Page("catalogue-found", "/courses/?q=port&lang=en", kind="home"),
    Page("catalogue-nothing", "/courses/?q=zzzzzz", kind="home"),
    Page("course", "/courses/TRY-101", kind="home"),
    Page("course-without-run", "/courses/{course_without_run}", kind="home"),
    Page("curriculum", "/curricula/CTY", kind="home"),
    Page("cities", "/cities/", kind="home"),
    Page("time-zones", "/time-zone", kind="home"),
    Page("seminars", "/seminars", kind="home"),
    Page("seminars-none", "/seminars?from=2050-01-01", kind="home"),
    Page("boards", "/boards"),
    Page("board", "/boards/{public_board}"),
    Page("board-cut-down", "/boards/{public_board}?show=questions&sdg=11"),
    Page("board-nothing", "/boards/{public_board}?field=ZZZ"),
    Page("board-notices", "/boards/{notices_board}"),
    Page("thread", "/threads/{public_thread}"),
    Page("thread-notice", "/threads/{board_notice}"),
    Page("post-search", "/boards/search"),
    Page("post-search-found", "/boards/search?q=bus&kinds=questions"),
    Page("post-search-nothing", "/boards/search?q=zzzzzz"),
    Page("post-search-wrong", "/boards/search?q=bus&since=1066-01-01", status=422),
    Page("seminar", "/sessions/{public_sitting}", kind="home"),
    Page("guest", "/sessions/{public_sitting}/register"),
    Page("guest-wrong", "/sessions/{public_sitting}/register", status=422, act=SEND),
    Page("guest-full", "/sessions/{full_sitting}/register"),
    Page("guest-consent", "/sessions/{public_sitting}/register/consent", act=go_on_as_guest),
    Page("guest-again", "/sessions/{public_sitting}/register/again"),
    Page("guest-sent", "/sessions/{public_sitting}/register/sent", act=ask_for_link_again),
    Page("guest-cancel", "/join/{guest_token}/cancel"),
    Page("join-guest", "/join/{guest_token}"),
    Page("join", "/join/{join_token}"),
    Page("join-no-room", "/join/{join_token}", status=503, act=enter_here),
    Page("join-dead", "/join/no-such-link", status=404),
    Page("sign-up", "/sign-up"),
    Page("sign-up-wrong", "/sign-up", status=422, act=SEND),
    Page("sign-in", "/sign-in"),
    Page("sign-in-wrong", "/sign-in", status=422, act=SEND),
    Page("sign-in-expired", "/sign-in", status=400, act=with_old_token("main form button")),
    Page("ask-reset", "/reset"),
    Page("ask-reset-wrong", "/reset", status=422, act=SEND),
    Page("mail-sent", "/reset", act=ask_for_a_mail),
    Page("reset", "/reset/{reset_token}"),
    Page("reset-wrong", "/reset/{reset_token}", status=422, act=SEND),
    Page("reset-dead", "/reset/no-such-token", status=404),
    Page("confirm-email", "/confirm-email/{confirm_token}"),
    Page("confirm-email-dead", "/confirm-email/no-such-token", status=404),
    Page("verify", "/verify/", kind="verify"),
    Page("verify-mistyped", "/verify/?code=ABC", status=422, kind="verify"),
    Page("verify-valid", "/verify/{code}", kind="verify"),
    Page("verify-revoked", "/verify/{revoked_code}", kind="verify"),
    Page("verify-replaced", "/verify/{replaced_code}", kind="verify"),
    Page("verify-unknown", "/verify/ABCD-EFGH-JKMN-PQRS-TVWX", status=404, kind="verify"),
    Page("speak-time", SPEAK),
    Page("speak-time-wrong", SPEAK, status=422, act=press(".actions .button-primary")),
    Page("speak-time-again", "/speak/{speaker_token}"),
    Page("speak-materials", "/speak/{speaker_token}/materials"),
    Page("speak-thanks", "/speak/{speaker_token}/thanks"),
    Page("speak-dead", "/speak/no-such-link", status=404),
    Page("unsubscribe", "/notifications/unsubscribe/{stop_token}"),
    Page("unsubscribed", "/notifications/unsubscribe/{stopped_token}"),
    Page("not-found", "/no-such-page", status=404),
    # Theirs who study.
    Page("empty-learning", "/my-learning", "newcomer"),
    Page("no-certificates", "/certificates", "newcomer"),
    Page("no-notifications", "/notifications", "newcomer"),
    Page("how-i-am-told", "/notifications/choices", "trainee"),
    Page("enrolled-too-late", "/courses/TRY-101", "newcomer", 409, "home", enrol_too_late),
    Page("home-signed-in", "/", "trainee", kind="home"),
    Page("course-enrolled", "/courses/TRY-101", "trainee", kind="home"),
    Page("my-learning", "/my-learning", "trainee"),
    Page("run", "/runs/{run}", "trainee"),
    Page("lesson", LESSON, "trainee", kind="lesson"),
    Page("lesson-unanswered", LESSON, "trainee", 422, "lesson", press("#question button")),
    Page("reading", READING, "trainee", kind="lesson"),
    Page("transcripts", "/runs/{run}/search?q=bus", "trainee"),
    Page("transcripts-nothing", "/runs/{run}/search?q=zzzz", "trainee"),
    Page("leave", "/runs/{run}/leave", "trainee"),
    Page("sitting-coming", "/sessions/{coming_sitting}", "trainee"),
    Page("sitting-live", "/sessions/{live_sitting}", "trainee"),
    Page("sitting-no-room", "/sessions/{live_sitting}", "trainee", 503, act=enter_here),
    Page("sitting-on-site", "/sessions/{place_sitting}", "trainee"),
    Page("sitting-over", "/sessions/{after_sitting}", "trainee"),
    Page("sitting-called-off", "/sessions/{called_off_sitting}", "trainee"),
    Page("check-in", "/sessions/{place_sitting}/check-in?code=ACD347", "trainee"),
    Page("check-in-wrong", "/sessions/{place_sitting}/check-in", "trainee", 422, act=SEND),
    Page("outages", "/sessions/{after_sitting}/outages", "newcomer"),
    Page(
        "outages-wrong",
        "/sessions/{after_sitting}/outages",
        "newcomer",
        422,
        act=certify_unexplained,
    ),
    Page("evaluate", "/sessions/{after_sitting}/evaluate", "trainee"),
    Page("evaluate-wrong", "/sessions/{after_sitting}/evaluate", "trainee", 422, act=SEND),
    Page("evaluated", "/sessions/{evaluated_sitting}/evaluate", "trainee"),
    Page("recording", "/sessions/{filmed_sitting}/recording", "trainee", kind="lesson"),
    Page("catch-up", "/sessions/{filmed_sitting}/catch-up", "trainee", kind="lesson"),
    Page(
        "catch-up-unanswered",
        "/sessions/{filmed_sitting}/catch-up",
        "trainee",
        422,
        "lesson",
        press("#questions button"),
    ),
    Page("catch-up-nothing", "/sessions/{after_sitting}/catch-up", "trainee"),
    Page("my-timetable", "/timetable", "trainee"),
    Page("my-timetable-week", "/timetable?view=week&zone=America/Guayaquil", "trainee"),
    Page("my-timetable-empty", "/timetable", "newcomer"),
    Page("run-timetable", "/runs/{run}/timetable", "trainee"),
    Page("run-timetable-month", "/runs/{run}/timetable?view=month", "trainee"),
    Page("taught-timetable", "/runs/{run}/timetable?mine=1&view=week", "instructor"),
    Page("feeds", "/timetable/feeds", "trainee"),
    Page("feed-made", "/timetable/feeds", "trainee", act=press("main form button")),
    Page("profile", "/profile", "trainee"),
    Page("profile-signed-out", "/profile", "trainee", 401, act=send_signed_out),
    Page("profile-expired", "/profile", "trainee", 400, act=with_old_token("main form button")),
    Page("boards-signed-in", "/boards", "trainee"),
    Page("boards-staff", "/boards", "staff"),
    Page("board-signed-in", "/boards/{public_board}", "trainee"),
    Page("board-empty", "/boards/{empty_board}", "newcomer"),
    Page("board-of-run", "/boards/{run_board}", "trainee"),
    Page("thread-own", "/threads/{public_thread}", "trainee"),
    Page("thread-last-page", "/threads/{public_thread}?from=21", "trainee"),
    Page("thread-moderated", "/threads/{public_thread}", "staff"),
    Page("thread-of-run", "/threads/{run_thread}", "trainee"),
    Page("post-history", "/posts/{changed_post}/history", "trainee"),
    Page("post-in-language", "/posts/{translated_post}/in/ko"),
    Page("post-in-no-such-language", "/posts/{translated_post}/in/mn", "trainee"),
    Page("translate-post", "/posts/{translated_post}/translate/ko", "trainee"),
    Page(
        "translate-post-wrong",
        "/posts/{translated_post}/translate/mn",
        "trainee",
        422,
        act=press("form.writing button[value=post]"),
    ),
    Page("post-new", "/boards/{public_board}/new/question", "trainee"),
    Page("post-new-wrong", "/boards/{public_board}/new/question", "trainee", 422, act=post_it),
    Page("post-case", "/boards/{public_board}/new/case", "trainee"),
    Page("post-notice", "/boards/{notices_board}/new/notice", "staff"),
    Page("post-doubted", "/boards/{public_board}/new/question", "trainee", 422, act=name_somebody),
    Page("post-answer", "/threads/{public_thread}/answer?to=2&quote=1", "trainee"),
    Page("post-changed", "/posts/{changed_post}/edit", "trainee"),
    Page("post-taken-back", "/posts/{changed_post}/delete", "trainee"),
    Page("my-threads", "/boards/mine", "trainee"),
    Page("my-bookmarks", "/boards/mine?list=bookmarks", "trainee"),
    Page("my-drafts", "/boards/mine?list=drafts", "newcomer"),
    Page("messages", "/messages", "trainee"),
    Page("messages-none", "/messages", "newcomer"),
    Page("ask-staff", "/ask", "trainee"),
    Page("ask-staff-wrong", "/ask", "trainee", 422, act=SEND),
    Page("own-question", "/messages/{question}", "trainee"),
    Page("conversation", "/messages/{conversation}", "trainee"),
    Page("conversation-wrong", "/messages/{conversation}", "trainee", 422, act=SEND),
    Page("report-post", "/posts/{plain_post}/report", "trainee"),
    Page("report-post-wrong", "/posts/{plain_post}/report", "trainee", 422, act=SEND),
    Page("report-post-again", "/posts/{reported_post}/report", "former"),
    Page("appeal", "/posts/{hidden_post}/appeal", "trainee"),
    Page("appeal-wrong", "/posts/{hidden_post}/appeal", "trainee", 422, act=SEND),
    Page("appeal-sent", "/posts/{appealed_post}/appeal", "trainee"),
    Page("report-message", "/messages/reports/{message}", "trainee"),
    Page("report-message-wrong", "/messages/reports/{message}", "trainee", 422, act=SEND),
    Page("write-to", "/runs/{run}/people/{addressee}/write", "trainee"),
    Page("write-to-barred", "/runs/{run}/people/{addressee}/write", "graduate"),
    Page("people", "/people", "trainee"),
    Page("people-nobody", "/people?lang=am", "trainee"),
    Page("person", "/people/{expert}", "newcomer"),
    Page("expertise", "/expertise/edit", "trainee"),
    Page("expertise-first-time", "/expertise/edit", "newcomer"),
    Page("allow-reuse", "/posts/{changed_post}/reuse", "trainee"),
    Page("account", "/account", "trainee"),
    Page("account-wrong", "/account", "trainee", 422, act=SEND),
    Page("forbidden", "/manage/runs", "trainee", 403),
    Page("not-allowed", "/runs/{run}/enrol", "trainee", 405),
    Page("completed-learning", "/my-learning", "graduate"),
    Page("completed-run", "/runs/{run}", "graduate"),
    Page("completed-lesson", LESSON, "graduate", kind="lesson"),
    Page("completed-reading", READING, "graduate", kind="lesson"),
    Page("certificates", "/certificates", "graduate"),
    Page("notifications", "/notifications", "graduate"),
    Page("certificate", "/certificates/{certificate}", "graduate"),
    Page("revoked-certificate", "/certificates/{revoked_certificate}", "former"),
    Page("failure", "/certificates/{revoked_certificate}/pdf", "former", 500),
    # Theirs who teach and manage.
    Page("taught-runs", "/manage/runs", "instructor"),
    Page("taught-run", "/manage/runs/{run}", "instructor"),
    Page("taught-record", "/manage/enrolments/{enrolment}", "instructor"),
    Page("captions", CAPTIONS + "/ko", "staff", kind="lesson"),
    Page("captions-wrong", CAPTIONS + "/ko?page=1", "staff", 422, "lesson", save_unreadable_time),
    Page("captions-beside", CAPTIONS + "/vi?from=ko", "staff", kind="lesson"),
    Page("captions-new", CAPTIONS, "staff"),
    Page("captions-refused", CAPTIONS, "staff", 422, act=paste_faulty_captions),
    Page("captions-to-replace", CAPTIONS, "staff", 422, act=paste_other_captions),
    Page("evaluations", "/manage/sessions/{evaluated_sitting}/evaluations", "instructor"),
    Page("evaluations-few", "/manage/sessions/{after_sitting}/evaluations", "instructor"),
    Page("taught-materials", "/manage/materials", "instructor"),
    Page("taught-material", MATERIAL, "instructor"),
    Page("consent", "/manage/courses/TRY-101/consent", "instructor"),
    Page("slots", "/manage/slots", "instructor"),
    Page("slots-wrong", "/manage/slots?day=&minutes=5", "staff", 422),
    Page("slots-found", "/manage/slots?run={crowded_run}", "staff", kind="matrix"),
    Page("holidays", "/manage/holidays?region=VN&year=2027", "staff"),
    Page("holidays-wrong", "/manage/holidays", "staff", 422, act=press(".enter-days button")),
    Page("taught-sessions", "/manage/runs/{run}/sessions", "instructor"),
    Page("planned-sessions", "/manage/runs/{crowded_run}/sessions", "staff"),
    Page("plan-session", PLAN + "/new?lesson={held_lesson}&at=2030-11-04T15:00", "staff"),
    Page("plan-session-wrong", PLAN + "/new", "staff", 422, act=SEND),
    Page("plan-series", PLAN + "/series", "staff"),
    Page("plan-series-dates", PLAN + "/series", "staff", act=choose_the_dates),
    Page("plan-series-wrong", PLAN + "/series", "staff", 422, act=SEND),
    Page("planned-session", "/manage/sessions/{bare_sitting}", "staff"),
    Page("planned-visit", "/manage/sessions/{visit}", "staff"),
    Page("cancel-wrong-session", "/manage/sessions/{visit}", "staff", 422, act=cancel_unexplained),
    Page("change-session", "/manage/sessions/{visit}/edit", "staff"),
    Page(
        "change-session-wrong", "/manage/sessions/{visit}/edit", "staff", 422, act=move_unexplained
    ),
    Page("session-holders", "/manage/sessions/{visit}/people", "staff"),
    Page("session-holders-wrong", "/manage/sessions/{visit}/people", "staff", 422, act=NAME_NOBODY),
    Page("head-count", "/manage/sessions/{visit}/head-count", "staff"),
    Page("head-count-wrong", "/manage/sessions/{visit}/head-count", "staff", 422, act=SEND),
    Page("check-in-code", "/manage/sessions/{visit}/check-in-code", "staff"),
    Page("days-new", "/manage/runs/{crowded_run}/days/new", "staff"),
    Page("days-wrong", "/manage/runs/{crowded_run}/days/new", "staff", 422, act=SEND),
    Page("days-edited", "/manage/days/{day_item}", "staff"),
    Page("roll", ROLL, "staff", kind="matrix"),
    Page("roll-wrong", ROLL, "staff", 422, "matrix", tick_unexplained),
    Page("roll-final", "/manage/sessions/{final_sitting}/attendance", "staff", kind="matrix"),
    Page("verdict", "/manage/attendance/{absent_verdict}", "staff"),
    Page("verdict-wrong", "/manage/attendance/{absent_verdict}", "staff", 422, act=SEND),
    Page("verdict-waiting", "/manage/attendance/{waiting_verdict}", "staff"),
    Page("verdict-final", "/manage/attendance/{final_verdict}", "staff"),
    Page("task", "/manage/threads/{task_thread}/task", "staff"),
    Page("task-none", "/manage/threads/{run_thread}/task", "staff"),
    Page("contributions", "/manage/threads/{task_thread}/contributions", "staff", kind="matrix"),
    Page("contributions-none", "/manage/threads/{run_thread}/contributions", "staff"),
    Page("contribution-back", NOT_COUNTED, "staff"),
    Page("contribution-back-wrong", NOT_COUNTED, "staff", 422, act=SEND),
    Page("choose-reading", "/manage/posts/{reusable_post}/reading?course=TRY-101", "staff"),
    Page("choose-reading-ask", "/manage/posts/{unasked_post}/reading", "staff"),
    Page("use-as-reading", "/manage/posts/{reusable_post}/reading/{draft_reading}", "staff"),
    Page("corrections", "/manage/corrections", "staff"),
    Page("sheet", "/manage/runs/{crowded_run}/attendance", "staff", kind="matrix"),
    Page("sheet-export", "/manage/runs/{crowded_run}/attendance/export", "staff"),
    Page(
        "sheet-export-wrong",
        "/manage/runs/{crowded_run}/attendance/export",
        "staff",
        422,
        act=SEND,
    ),
    Page("film", "/manage/sessions/{unpublished_sitting}/recording", "staff"),
    Page(
        "film-wrong",
        "/manage/sessions/{unpublished_sitting}/recording",
        "staff",
        422,
        act=press("#captions > form button[type=submit]"),
    ),
    Page("film-published", "/manage/sessions/{filmed_sitting}/recording", "instructor"),
    Page("film-questions", "/manage/sessions/{filmed_sitting}/questions", "instructor"),
    Page("film-question", "/manage/sessions/{filmed_sitting}/questions/1", "instructor"),
    Page("reports", "/manage/sessions/{held_sitting}/reports", "staff"),
    Page("reports-wrong", "/manage/sessions/{held_sitting}/reports", "staff", 422, act=SEND),
    Page("report-names", "/manage/reports/{report}", "staff", kind="matrix"),
    Page("report-names-wrong", "/manage/reports/{report}", "staff", 422, "matrix", name_nobody),
    Page("managed-boards", "/manage/boards", "staff"),
    Page("board-new", "/manage/boards/new", "staff"),
    Page("board-new-wrong", "/manage/boards/new", "staff", 422, act=SEND),
    Page("board-edited", "/manage/boards/{public_board}", "staff"),
    Page("notice-reach", "/manage/threads/{board_notice}/notice", "staff"),
    Page("questions", "/manage/questions", "staff"),
    Page("questions-nothing", "/manage/questions?state=closed", "staff"),
    Page("question", "/manage/questions/{question}", "staff"),
    Page("question-wrong", "/manage/questions/{question}", "staff", 422, act=SEND),
    Page("moderation", "/manage/moderation", "staff"),
    Page("moderation-reported", "/manage/moderation?show=reported", "staff"),
    Page("moderation-appeals", "/manage/moderation?show=appeals", "staff"),
    Page("moderation-hidden", "/manage/moderation?show=hidden", "staff"),
    Page("moderation-nothing", "/manage/moderation?show=appeals", "instructor"),
    Page("held-post", "/manage/moderation/posts/{held_post}", "staff"),
    Page(
        "held-post-wrong",
        "/manage/moderation/posts/{held_post}",
        "staff",
        422,
        act=press("form[action$='/hide'] button"),
    ),
    Page("reported-post", "/manage/moderation/posts/{reported_post}", "staff"),
    Page("appealed-post", "/manage/moderation/posts/{appealed_post}", "staff"),
    Page("words", "/manage/words", "staff"),
    Page("words-wrong", "/manage/words", "staff", 422, act=press("section.form form button")),
    Page("reported-messages", "/manage/reported-messages", "staff"),
    Page("reported-message", "/manage/reported-messages/{reported_message}", "staff"),
    Page("materials", "/manage/materials", "staff"),
    Page("materials-none-chosen", "/manage/materials", "staff", 422, act=approve_none),
    Page("materials-nothing", "/manage/materials?state=withdrawn", "staff"),
    Page("material", MATERIAL, "staff"),
    Page("material-wrong", MATERIAL, "staff", 422, act=save_without_title),
    Page("material-released", "/manage/materials/{released_material}", "staff"),
    Page("withdraw-wrong", MATERIAL, "staff", 422, act=withdraw_without_reason),
    Page("material-remove", MATERIAL + "/remove", "staff"),
    Page("link-new", "/manage/lessons/{lesson}/links/new", "staff"),
    Page("link-wrong", "/manage/lessons/{lesson}/links/new", "staff", 422, act=SEND),
    Page("speaker-new", "/manage/lessons/{lesson}/speakers/new", "staff"),
    Page("speaker-wrong", "/manage/lessons/{lesson}/speakers/new", "staff", 422, act=SEND),
    Page("speaker", "/manage/speakers/{speaker}", "staff"),
    Page("file-refused", "/manage/intakes/{refused_intake}", "staff"),
    Page("file-begun", "/manage/intakes/{begun_intake}", "staff"),
    Page("files-none-chosen", "/manage/lessons/{lesson}", "staff", 422, act=send_no_file),
    # Theirs who make courses.
    Page("taught-courses", "/manage/courses", "instructor"),
    Page("taught-outline", MADE, "instructor"),
    Page("courses-to-edit", "/manage/courses", "staff"),
    Page("course-new", "/manage/courses/new", "staff"),
    Page("course-wrong", "/manage/courses/new", "staff", 422, act=SEND),
    Page("course-details", f"{MADE}/edit", "staff"),
    Page("course-details-wrong", f"{MADE}/edit", "staff", 422, act=save_without_title),
    Page("course-teachers", f"{MADE}/teachers", "staff"),
    Page("outline", MADE, "staff"),
    Page("outline-wrong", MADE, "staff", 422, act=press("#new-module ~ form button")),
    Page("outline-published", f"{MADE}?version=1", "staff"),
    Page("module", "/manage/modules/{draft_module}", "staff"),
    Page("module-wrong", "/manage/modules/{draft_module}", "staff", 422, act=save_without_title),
    Page("versions-compared", f"{MADE}/compare", "staff"),
    Page("versions-the-same", f"{MADE}/compare?old=1&new=1", "staff"),
    Page("session", SESSION, "staff", kind="lesson"),
    Page("session-wrong", SESSION, "staff", 422, "lesson", save_without_title),
    Page("session-read", "/manage/lessons/{draft_reading}", "staff"),
    Page(
        "session-previewed", "/manage/preview/lessons/{lesson}?in=ko", "instructor", kind="lesson"
    ),
    Page("session-published", "/manage/lessons/{lesson}", "staff", kind="lesson"),
    Page("session-removed", f"{SESSION}/remove", "staff"),
    Page("session-text", "/manage/lessons/{draft_reading}/text/ko", "staff", kind="lesson"),
    Page("session-text-new", "/manage/lessons/{draft_reading}/text/vi", "staff", kind="lesson"),
    Page("session-question", f"{SESSION}/question", "staff"),
    Page("curricula", "/manage/curricula", "staff"),
    Page("curriculum-new", "/manage/curricula/new", "staff"),
    Page("curriculum-wrong", "/manage/curricula/new", "staff", 422, act=SEND),
    Page("curriculum-edited", "/manage/curricula/CTY", "staff"),
    Page("curriculum-draft", "/manage/curricula/NEW", "staff"),
    Page("curriculum-draft-wrong", "/manage/curricula/NEW", "staff", 422, act=save_without_title),
    Page("managed-runs", "/manage/runs", "staff"),
    Page("choose-course", "/manage/runs/new", "staff"),
    Page("plan-run", "/manage/runs/new?course=TRY-101", "staff"),
    Page("plan-run-wrong", "/manage/runs/new?course=TRY-101", "staff", 422, act=SEND),
    Page("state", STATE, "staff"),
    Page("cancel-wrong", STATE, "staff", 422, act=press(".form form button")),
    Page("managed-run", "/manage/runs/{run}", "staff"),
    Page("crowded-run", "/manage/runs/{crowded_run}", "staff", kind="matrix"),
    Page("export", "/manage/runs/{run}/export?state=started", "staff"),
    Page("export-wrong", "/manage/runs/{run}/export", "staff", 422, act=SEND),
    Page("record", "/manage/enrolments/{enrolment}", "staff"),
    Page("record-corrected", "/manage/enrolments/{corrected_enrolment}", "staff"),
    Page("revoke-wrong", "/manage/enrolments/{enrolment}", "staff", 422, act=revoke_without_reason),
    Page(
        "reissue-wrong", "/manage/enrolments/{enrolment}", "staff", 422, act=reissue_without_reason
    ),
)
NAMED = {page.name: page for page in PAGES}


def language_of(page: Page) -> str:
    """Return the language a page is looked at in where one must do: they take turns."""
    return list(LANGUAGES)[PAGES.index(page) % len(LANGUAGES)]
