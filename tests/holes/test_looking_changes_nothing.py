"""Hole: a link, a picture's address or a program that opens every link changes something.

Rule: GET, HEAD and OPTIONS leave every row as it was; only who looked is kept.
"""

import pytest

from tests.holes.ground import CHANGES_BY_LOOKING, Ground
from tests.holes.matrix import ROWS


@pytest.mark.parametrize("reader", ["admin", "trainee"])
def test_looking_changes_nothing(ground: Ground, reader: str):
    before = ground.everything(apart_from=CHANGES_BY_LOOKING)
    browser = ground.browser_of(reader)
    for endpoint in ROWS:
        for method in ("GET", "HEAD", "OPTIONS"):
            answer = browser.open(ground.address(endpoint), method=method)
            assert answer.status_code < 500, (method, endpoint)
    assert ground.everything(apart_from=CHANGES_BY_LOOKING) == before
