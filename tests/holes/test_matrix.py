"""Hole: somebody reaches what is not theirs, or learns that it exists.

Rule: each role gets where the matrix says and nowhere else; who is refused changes nothing, and
cannot tell an object out of reach from one that is not there.
"""

from typing import Any

import pytest
from flask import Flask

from tests.holes.ground import READERS, Ground, without_token
from tests.holes.matrix import ASKED, IN, ROWS, Try

CELLS = [
    pytest.param(endpoint, tried, reader, id=f"{endpoint}-{tried.method}-{number}-{reader}")
    for endpoint, tries in ROWS.items()
    for number, tried in enumerate(tries)
    for reader in READERS
]


def send(ground: Ground, tried: Try, reader: str, address: str) -> Any:
    browser = ground.browser_of(reader)
    if tried.headers:
        headers = {"X-CSRFToken": ground.tokens[reader], **filled(tried.headers, ground)}
        return browser.open(address, method=tried.method, headers=headers)
    if tried.method == "GET":
        return browser.get(address)
    data = filled(tried.data, ground)
    if tried.is_json:
        return browser.post(address, json=data, headers={"X-CSRFToken": ground.tokens[reader]})
    return browser.post(address, data={**data, "csrf_token": ground.tokens[reader]})


def filled(values: Any, ground: Ground) -> dict[str, Any]:
    return {
        name: ground.values[value[1:]] if str(value).startswith("$") else value
        for name, value in values.items()
    }


def outcome(answer: Any) -> Any:
    if answer.status_code == 302 and "/sign-in" in answer.location:
        return ASKED
    if answer.status_code == 401 and "You are no longer signed in" in answer.text:
        return ASKED  # and what was sent is kept on that page
    return IN if answer.status_code < 400 else answer.status_code


def anonymous(answer: Any, address: str) -> str:
    """Return the page without what was asked for: its own address, and the token."""
    return without_token(answer.text).replace(address.removeprefix("/en"), "")


@pytest.mark.parametrize("endpoint, tried, reader", CELLS)
def test_everybody_gets_where_they_may_and_no_further(
    ground: Ground, endpoint: str, tried: Try, reader: str
):
    expected = tried.who[reader]
    parts = filled(tried.parts, ground)
    address = ground.address(endpoint, **parts)
    before = ground.rows_written()
    answer = send(ground, tried, reader, address)
    assert outcome(answer) == expected
    if expected != IN:
        assert ground.rows_written() == before
    if expected == 404:
        elsewhere = ground.address_of_nothing(endpoint, **parts)
        nothing = send(ground, tried, reader, elsewhere)
        assert nothing.status_code == expected
        assert anonymous(nothing, elsewhere) == anonymous(answer, address)


@pytest.mark.parametrize("endpoint", ROWS)
def test_every_method_of_an_address_has_its_row(shared_app: Flask, endpoint: str):
    methods = {
        method for rule in shared_app.url_map.iter_rules(endpoint) for method in rule.methods
    }
    assert {tried.method for tried in ROWS[endpoint]} == methods - {"HEAD", "OPTIONS"}


def test_admins_pass_wherever_staff_do():
    tries = [tried for tries in ROWS.values() for tried in tries]
    assert [t for t in tries if t.who["staff"] == IN != t.who["admin"]] == []
