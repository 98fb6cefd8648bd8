"""Hole: an entry of megabytes is cleaned, stored or shown, and holds everybody else up.

Rule: a body past the limit is refused before it is read (413), a long entry within it at once by
its form, and neither comes back in the answer.
"""

import time

import pytest

from tests.holes.ground import Ground
from tests.holes.matrix import IN, ROWS, Try
from tests.holes.test_matrix import filled

READERS_TRIED = ("trainee", "staff", "instructor", "focal point", "visitor")

ACTS = [
    pytest.param(endpoint, tried, id=endpoint)
    for endpoint, tries in ROWS.items()
    for tried in tries
    if tried.method == "POST" and tried.data and IN in tried.who.values()
]


@pytest.mark.parametrize("endpoint, tried", ACTS)
def test_a_body_past_the_limit_is_refused(ground: Ground, endpoint: str, tried: Try):
    reader = next(who for who in READERS_TRIED if tried.who[who] == IN)
    address = ground.address(endpoint, **filled(tried.parts, ground))
    written = ground.rows_written()
    data = dict.fromkeys(tried.data, "x" * 2_200_000)
    answer = ground.browser_of(reader).post(
        address,
        data={**data, "csrf_token": ground.tokens[reader]},
        headers={"X-CSRFToken": ground.tokens[reader]},
    )
    assert answer.status_code in {413, 422}
    assert ground.rows_written() == written


def test_a_name_of_almost_two_megabytes_is_refused_by_its_form(ground: Ground):
    written = ground.rows_written()
    data = {
        "csrf_token": ground.tokens["trainee"],
        "full_name": "x" * 450_000,
        "preferred_language": "en",
        "time_zone": "Asia/Seoul",
    }
    answer = ground.browser_of("trainee").post("/en/profile", data=data)
    assert answer.status_code in {413, 422}
    assert ground.rows_written() == written


@pytest.mark.parametrize("field", ["email", "password"])
def test_letters_under_towers_of_marks_hold_nobody_up(ground: Ground, field: str):
    """Putting the marks in order takes time with the square of their number: here a minute."""
    data = {
        "csrf_token": ground.tokens["visitor"],
        "email": "a@example.org",
        "password": "x",
        field: "a" + "\u0315\u0300" * 150_000,
    }
    began = time.process_time()
    answer = ground.browser_of("visitor").post("/en/sign-in", data=data)
    assert answer.status_code in {413, 422}
    assert time.process_time() - began < 10
