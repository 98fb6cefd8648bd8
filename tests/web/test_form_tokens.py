"""Nothing is changed by a request that another site could have sent in somebody's name."""

import pytest
from sqlalchemy import func, select

from lms.core.db import db
from tests.factories.accounts import make_person
from tests.forms import token_on

SAFE = {"GET", "HEAD", "OPTIONS"}
# One value for each kind of part an address may have; the token is asked for before all of them.
PARTS = {"IntegerConverter": 1, "RowNumber": 1}
# Called by mail programs, which open no page first; a signed word in the address stands for it.
ASKS_FOR_NONE = {"notifications.unsubscribe"}


def changing_addresses(app):
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if rule.endpoint in ASKS_FOR_NONE:
            continue
        parts = {
            name: "en" if name == "language" else PARTS.get(type(converter).__name__, "x")
            for name, converter in rule._converters.items()
        }
        for method in sorted(rule.methods - SAFE):
            yield method, adapter.build(rule.endpoint, parts, method=method)


def row_counts():
    return {
        table.name: db.session.scalar(select(func.count()).select_from(table))
        for table in db.metadata.sorted_tables
    }


@pytest.fixture
def somebody_elses_token(app):
    return token_on(app.test_client(), "/en/sign-in")


def test_every_changing_address_asks_for_the_token_of_this_session(
    app, signed_in_as, somebody_elses_token
):
    staff = signed_in_as(make_person("staff", "admin", "instructor"))
    token_on(staff, "/en/account")
    visitor = app.test_client()
    before = row_counts()
    addresses = list(changing_addresses(app))
    assert len(addresses) > 10
    let_through = [
        (who, method, path, given)
        for method, path in addresses
        for who, browser in (("staff", staff), ("visitor", visitor))
        for given in ({}, {"csrf_token": ""}, {"csrf_token": somebody_elses_token})
        if browser.open(path, method=method, data=given).status_code != 400
    ]
    assert not let_through
    assert row_counts() == before


def test_a_token_in_the_address_does_not_count(client):
    token = token_on(client, "/en/sign-in")
    answer = client.post(f"/en/sign-in?csrf_token={token}", data={})
    assert answer.status_code == 400


def test_the_page_says_what_happened(client):
    answer = client.post("/en/sign-in", data={"email": "a@b.example"})
    assert answer.status_code == 400
    assert "This page has expired" in answer.text
