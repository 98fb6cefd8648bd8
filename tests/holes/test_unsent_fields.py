"""Hole: a form arrives without its fields, as no browser sends it, and the view falls over.

Rule: what is missing counts as empty; the answer is a refusal or an act, never a failure.
"""

import pytest

from tests.holes.ground import Ground
from tests.holes.matrix import ROWS

ACTS = [endpoint for endpoint, tries in ROWS.items() if any(t.method == "POST" for t in tries)]


@pytest.mark.parametrize("endpoint", ACTS)
def test_a_form_without_fields_is_no_failure(ground: Ground, endpoint: str):
    for reader in ("visitor", "trainee", "staff"):
        with ground.undone():
            data = {"csrf_token": ground.tokens[reader]}
            answer = ground.browser_of(reader).post(ground.address(endpoint), data=data)
            assert answer.status_code < 500


def test_the_optional_name_of_a_reissue_may_be_left_out(ground: Ground):
    data = {
        "csrf_token": ground.tokens["staff"],
        "reissue-holder_name": "BOLD",
        "reissue-languages": "en",
        "reissue-reason": "Misspelt.",
    }
    address = ground.address("certificates_manage.reissue")
    assert ground.browser_of("staff").post(address, data=data).status_code == 303
