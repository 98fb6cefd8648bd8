"""What those who teach do with the recording of a session: send it, and ask about it."""

from pathlib import Path

from playwright.sync_api import Page, expect

QUESTIONS = 3
RIGHT = 1  # of the answers below, counted from 0


def send_recording(page: Page, language: str, sitting_id: int, film: Path) -> None:
    """Send a film in parts and wait until it is prepared."""
    address = f"/{language}/manage/sessions/{sitting_id}/recording"
    page.goto(address)
    page.locator("form[data-upload] input[type=file]").set_input_files(film)
    expect(page.locator("[data-intake][data-state=ready]")).to_be_visible(timeout=60_000)
    page.goto(address)
    expect(page.locator("#file video")).to_be_visible()


def write_questions(page: Page, language: str, sitting_id: int) -> None:
    """Write what is asked of those who make up for the session."""
    for position in range(1, QUESTIONS + 1):
        page.goto(f"/{language}/manage/sessions/{sitting_id}/questions/{position}")
        page.locator(f"[name=prompt-{language}]").fill(f"? {position}")
        page.locator(f"[name=choices-{language}]").fill("A\nB")
        page.locator(f"[name=correct_choice][value='{RIGHT}']").check()
        with page.expect_navigation():
            page.locator("main form .actions button[type=submit]").click()


def publish(page: Page, language: str, sitting_id: int) -> None:
    """Let the trainees of the run watch it."""
    page.goto(f"/{language}/manage/sessions/{sitting_id}/recording")
    with page.expect_navigation():
        page.locator("form[action$='/recording/publish'] button[type=submit]").click()
    expect(page.locator("form[action$='/recording/withdraw']")).to_be_visible()


def catch_up(page: Page, link: str) -> None:
    """Watch at real speed all that was missed, and answer, wrong at first."""
    page.goto(link)
    expect(page.locator("[data-part]")).to_have_count(1)
    for answer in (0, RIGHT):
        for position in range(1, QUESTIONS + 1):
            page.locator(f"[name=question_{position}][value='{answer}']").check()
        with page.expect_navigation():
            page.locator("form[action*='/catch-up/answers'] button[type=submit]").click()
        wrong = page.locator(".field-wrong")
        expect(wrong).to_have_count(0 if answer == RIGHT else QUESTIONS)
    expect(page.locator("[data-done]")).to_be_hidden()
    page.locator("video").evaluate("video => { video.muted = true; return video.play() }")
    expect(page.locator("[data-done]")).to_be_visible(timeout=30_000)
