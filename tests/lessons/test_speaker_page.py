"""A guest speaker sends slides from a real browser: in parts with the script, whole without it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from lms.core.db import db
from lms.lessons.models import Lesson
from tests.factories import next_number
from tests.factories.accounts import make_person
from tests.factories.speakers import make_invitation
from tests.media import corpus
from tests.site import Site, Watched, wait_for

pytestmark = pytest.mark.browser


@pytest.fixture
def address(site: Site) -> str:
    """The second page behind a link that works."""

    def invite() -> str:
        lesson = db.session.get_one(Lesson, site.ids["lesson"])
        staff = make_person("staff", email=f"inviter{next_number()}@speak.example")
        return make_invitation(lesson, invited_by_id=staff.id)[1]

    return f"/en/speak/{site.read(invite)}/materials"


@pytest.mark.parametrize("has_script", [True, False])
def test_slides_arrive(
    site: Site, visit: Callable[..., Watched], address: str, tmp_path: Path, has_script: bool
):
    path = tmp_path / f"harbour-{has_script}.pdf"
    path.write_bytes(corpus.pdf(b"", b"<<>>stream\n" + b"0" * 1_500_000 + b"\nendstream"))
    visitor = visit() if has_script else visit(java_script_enabled=False)
    page = visitor.page()
    page.goto(address)
    page.locator("input[type=file]").set_input_files(path)
    if not has_script:
        page.locator(".upload button[type=submit]").click()
        expect(page.locator(".flash")).to_contain_text("Your files have arrived.")
    row = page.locator(".intake[data-state=ready]", has_text=path.name)

    def is_ready() -> bool:
        if not has_script:
            page.reload()
        page.wait_for_timeout(200)
        return row.count() == 1

    wait_for(is_ready, "the slides to be ready")
    expect(row).to_contain_text("Ready")
    assert page.evaluate("Object.keys(localStorage)") == []
