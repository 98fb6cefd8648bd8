import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient

from lms.accounts import passwords
from tests.factories.accounts import make_person
from tests.forms import fill_in

PASSWORD = "three ferries at dawn"


@pytest.fixture
def on_the_hour() -> Iterator[Any]:
    """Stop the clock on a full hour: there limits begin to count anew, and not within the test."""
    with time_machine.travel(datetime(2026, 11, 24, 2, tzinfo=UTC), tick=False) as at:
        yield at


@pytest.fixture
def person_with_password(app: Any) -> Callable[..., Any]:
    """Return a function that makes a person who can sign in with PASSWORD."""

    def make(*roles: str, **values: Any) -> Any:
        return make_person(*roles, password_hash=passwords.hash_password(PASSWORD), **values)

    return make


@pytest.fixture
def mail_link(outbox: list[Any], run_jobs: Callable[[], int]) -> Callable[[], str]:
    """Return a function that gives the path of the link in the newest mail."""

    def newest() -> str:
        run_jobs()
        found = re.search(r"https?://[^/]+(/\S+)", outbox[-1].body)
        assert found
        return found[1]

    return newest


@pytest.fixture
def sign_up(client: FlaskClient, run_jobs: Callable[[], int]) -> Callable[..., Any]:
    """Return a function that fills in the sign-up page, and has it carried out."""

    def send(email: str, browser: Any = None, *, path: str = "/en/sign-up", **other: Any) -> Any:
        entered = {
            "full_name": "Batbayar Oyunchimeg",
            "email": email,
            "password": PASSWORD,
            "collection_and_use": "y",
        }
        entered.update(other)
        answer = fill_in(browser or client, path, **entered)
        run_jobs()
        return answer

    return send


@pytest.fixture
def sign_in(client: FlaskClient) -> Callable[..., Any]:
    """Return a function that fills in the sign-in page."""

    def send(email: str, password: str = PASSWORD, browser: Any = None, query: str = "") -> Any:
        path = f"/en/sign-in{query}"
        return fill_in(browser or client, path, email=email, password=password)

    return send
