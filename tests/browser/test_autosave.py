"""Forms that save themselves on a slow or broken line: nothing typed is lost or refused."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from tests.browser.people import People

LATE_ANSWERS = """() => {
  const real = fetch;
  window.fetch = async (...asked) => {
    const answer = await real(...asked);
    await new Promise((go) => { window.letAnswerCome = go; });
    return answer;
  };
}"""


def saved_itself(answer: Any) -> bool:
    """Tell whether an answer is to a form that saved itself."""
    return bool(answer.request.headers.get("x-autosave") == "1")


def test_what_is_typed_after_a_stopped_sending_is_kept_too(
    visit_as: Callable[..., Any], people: People
) -> None:
    page = visit_as("graduate").page()
    page.goto(f"/en/threads/{people.numbers['public_thread']}")
    field = page.locator("#answer textarea").first
    with page.expect_response(saved_itself):
        field.press_sequentially("By the kilometre.")
    sending = "**/answer"

    def stop(route: Any) -> None:
        """Answer the sent form with nothing, as when its reader presses the browser's stop."""
        is_own = route.request.headers.get("x-autosave")
        route.continue_() if is_own else route.fulfill(status=204)

    page.route(sending, stop)
    page.get_by_role("button", name="Post the answer").click()
    with page.expect_response(saved_itself) as kept:
        field.press_sequentially(" And by the hour.")
    assert kept.value.status == 200
    assert "hour" in kept.value.request.post_data


def test_what_is_typed_before_the_scripts_are_there_is_kept(
    visit_as: Callable[..., Any], people: People
) -> None:
    page = visit_as("graduate").page()
    page.goto(f"/en/threads/{people.numbers['public_thread']}")
    with page.expect_response(saved_itself) as kept:
        # In one step: the scripts are asked for when the field has the focus, and come later.
        page.locator("#answer textarea").first.evaluate(
            """field => {
              field.focus();
              field.value = "Written on a slow train.";
              field.dispatchEvent(new Event("input", { bubbles: true }));
            }"""
        )
    assert "slow train" in kept.value.request.post_data


def test_the_button_pressed_during_a_save_is_no_conflict_with_oneself(
    visit_as: Callable[..., Any], people: People
) -> None:
    page = visit_as("graduate").page()
    page.goto("/en/expertise/edit")
    page.evaluate(LATE_ANSWERS)
    about = page.locator("[name=about]")
    about.fill("Bus lanes")
    page.wait_for_function("() => window.letAnswerCome")  # it is saved, and the page has not heard
    about.fill("Bus lanes and fares")
    page.get_by_role("button", name="Save").click()
    page.evaluate("() => window.letAnswerCome()")
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    page.goto("/en/expertise/edit")
    expect(about).to_have_value("Bus lanes and fares")


def test_pressed_twice_during_a_save_it_is_sent_once(
    visit_as: Callable[..., Any], people: People
) -> None:
    page = visit_as("graduate").page()
    page.goto("/en/expertise/edit")
    sent: list[Any] = []

    def note(route: Any) -> None:
        if saved_itself(route):
            route.continue_()
        else:
            sent.append(route.request.post_data)
            route.fulfill(status=204)

    page.route("**/expertise/edit", note)
    page.evaluate(LATE_ANSWERS)
    page.locator("[name=about]").fill("Trams and trolleybuses")
    page.wait_for_function("() => window.letAnswerCome")
    save = page.get_by_role("button", name="Save")
    save.click()
    assert sent == []
    save.click()
    page.evaluate("() => window.letAnswerCome()")
    expect(page.locator("[data-save-line]")).to_contain_text("Saved at")
    assert len(sent) == 1
