"""Twenty at once: one person, one use of a link."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from lms.accounts import services
from lms.accounts.models import Consent, ConsentItem, LinkKind, LoginSession, MailLink, Person
from lms.core import clock
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from lms.jobs.queue import run_due_jobs
from tests.accounts.conftest import PASSWORD
from tests.factories.accounts import make_person
from tests.forms import fill_in

AT_ONCE = 20


@pytest.fixture
def site(app_of_its_own):
    """An application with a database of its own, which threads really share."""
    return app_of_its_own


def together(act):
    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(lambda _: act(), range(AT_ONCE)))


def test_twenty_sign_ups_of_one_address_make_one_person(site):
    def sign_up():
        return fill_in(
            site.test_client(),
            "/en/sign-up",
            full_name="Batbayar",
            email="bat@gov.example",
            password=PASSWORD,
            collection_and_use="y",
        ).status_code

    assert set(together(sign_up)) == {302, 429}  # the mails to one address are limited
    together(in_context(site, run_due_jobs))
    with site.app_context():
        assert_one_person_with_one_link()


def test_twenty_sign_ups_carried_out_at_once_make_one_person(site):
    def sign_up():
        with unit_of_work():
            services.sign_up(
                services.SignUp(
                    email="bat@gov.example",
                    full_name="Batbayar",
                    password_hash="hash",
                    language="en",
                    consents=[ConsentItem.COLLECTION_AND_USE],
                    consent_version="1",
                ),
                now=clock.now(),
            )

    together(in_context(site, sign_up))
    with site.app_context():
        assert_one_person_with_one_link()


def assert_one_person_with_one_link():
    assert db.session.scalar(select(func.count(Person.id))) == 1
    assert db.session.scalar(select(func.count(Consent.id))) == 1
    live = select(func.count(MailLink.id)).where(MailLink.expires_at > clock.now())
    assert db.session.scalar(live) == 1


def in_context(site, act):
    def in_its_own():
        with site.app_context():
            return act()

    return in_its_own


def test_a_link_pressed_twenty_times_at_once_is_used_once(site):
    with site.app_context():
        person = make_person(state="registered", email_confirmed_at=None)
        with unit_of_work():
            token = services.make_link(person, LinkKind.CONFIRM_EMAIL, now=clock.now())

    answers = together(lambda: fill_in_or_dead(site.test_client(), f"/en/confirm-email/{token}"))
    assert sorted(answers) == [302] + [410] * (AT_ONCE - 1)
    with site.app_context():
        assert db.session.scalar(select(func.count(LoginSession.id))) == 1


def fill_in_or_dead(browser, path):
    opened = browser.get(path)
    if opened.status_code == 410:
        return 410
    token = opened.text.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    return browser.post(path, data={"csrf_token": token}).status_code
