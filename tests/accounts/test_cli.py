import re
from datetime import timedelta

import pytest
import time_machine

from lms.accounts import queries
from lms.core import clock
from tests.forms import fill_in


def create_admin(app, *arguments):
    return app.test_cli_runner().invoke(args=["create-admin", *arguments])


def link_in(result):
    assert result.exit_code == 0, result.output
    return re.search(r"http://127\.0\.0\.1:8000(/\S+)", result.output)[1]


def test_the_first_admin_comes_in_by_a_link_that_works_once_within_an_hour(app, client):
    link = link_in(create_admin(app, "Chief@Office.example", "--language", "en"))
    with time_machine.travel(clock.now() + timedelta(minutes=61)):
        assert client.get(link).status_code == 410
    assert fill_in(client, link, password="eleven lett").status_code == 422
    assert fill_in(client, link, password="twelve letters").location == "/en/profile"
    assert app.test_client().get(link).status_code == 410
    person = queries.person_by_email("chief@office.example")
    assert [role.role for role in person.roles] == ["admin"]
    assert person.state == "active"
    assert person.email_confirmed_at is not None


def test_doing_it_again_prints_another_link_for_the_same_person(app, client):
    first, second = (link_in(create_admin(app, "chief@office.example")) for _ in range(2))
    assert client.get(first).status_code == 410
    assert client.get(second).status_code == 200


@pytest.mark.parametrize("address", ["", "chief", "a@b", "a@b.example\nx"])
def test_what_is_no_address_is_refused(app, address):
    assert create_admin(app, address).exit_code != 0


def test_somebody_with_an_account_becomes_admin_and_keeps_their_name(app, client, sign_up):
    sign_up("bat@gov.example")
    link_in(create_admin(app, "bat@gov.example"))
    person = queries.person_by_email("bat@gov.example")
    assert person.full_name == "Batbayar Oyunchimeg"
    assert [role.role for role in person.roles] == ["admin"]
