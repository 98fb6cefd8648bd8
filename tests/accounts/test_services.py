from datetime import timedelta

import pytest
from sqlalchemy import select

from lms.accounts import queries, services
from lms.accounts.models import (
    Consent,
    ConsentItem,
    LinkKind,
    LoginSession,
    MailLink,
    Person,
    PersonState,
    Role,
)
from lms.core import clock
from lms.core.audit import history_of
from lms.core.db import db
from lms.core.errors import Conflict, Invalid
from lms.core.secrets import token_hash
from lms.core.unit_of_work import unit_of_work
from tests.factories.accounts import make_person


def entered(email="new@gov.example", **values):
    given = {
        "full_name": "Somchai",
        "password_hash": "hash",
        "language": "en",
        "consents": [ConsentItem.COLLECTION_AND_USE],
        "consent_version": "2026-11",
    }
    return services.SignUp(email=email, **{**given, **values})


def sign_up(**values):
    with unit_of_work():
        return services.sign_up(entered(**values), now=clock.now()).id


def states(entity, entity_id):
    return [(event.old, event.new) for event in history_of((entity, entity_id))]


def test_a_sign_up_is_a_person_with_consents_and_a_history(app):
    items = [ConsentItem.COLLECTION_AND_USE, ConsentItem.ALUMNI_NEWS]
    person_id = sign_up(consents=items, language="zh", address="203.0.113.9")
    person = db.session.get(Person, person_id)
    assert person.state == PersonState.REGISTERED
    given = queries.consents_of(person_id)
    assert set(given) == set(items)
    consent = given[ConsentItem.COLLECTION_AND_USE]
    assert (consent.version, consent.language, consent.address) == ("2026-11", "zh", "203.0.113.9")
    assert states("person", person_id) == [("", "registered")]
    assert states("consent:alumni_news", person_id) == [("", "given")]


def test_without_the_required_consent_nobody_is_made(run_jobs):
    with pytest.raises(Invalid), unit_of_work():
        services.ask_sign_up(entered(consents=[ConsentItem.ALUMNI_NEWS]), now=clock.now())
    assert run_jobs() == 0


def test_signing_up_again_before_confirming_counts_anew(app):
    """Whoever was first must not be able to lie in wait with a password of their own."""
    first = sign_up(
        password_hash="of somebody else",
        consents=[ConsentItem.COLLECTION_AND_USE, ConsentItem.PHOTO_AND_RECORDING],
    )
    second = sign_up(full_name="Somchai Jaidee", password_hash="mine")
    assert first == second
    person = db.session.get(Person, first)
    assert (person.full_name, person.password_hash) == ("Somchai Jaidee", "mine")
    assert queries.consents_of(first)[ConsentItem.PHOTO_AND_RECORDING].withdrawn_at is not None
    now = clock.now()
    live = select(MailLink).where(MailLink.person_id == first, MailLink.expires_at > now)
    assert len(db.session.scalars(live).all()) == 1


@pytest.mark.parametrize("state", ["active", "invited", "disabled"])
def test_signing_up_with_a_taken_address_changes_nothing(app, state):
    person = make_person(email="taken@gov.example", state=state, password_hash="old")
    sign_up(email="taken@gov.example", full_name="Thief", password_hash="new")
    db.session.refresh(person)
    assert (person.full_name, person.password_hash, person.state) != ("Thief", "new", state)
    assert person.password_hash == "old"
    assert person.state == state
    assert db.session.scalars(select(MailLink)).all() == []


def make_link(person, kind=LinkKind.RESET_PASSWORD):
    with unit_of_work():
        return services.make_link(person, kind, now=clock.now())


def found(token):
    link, person = queries.mail_link(token)
    return link, person


def test_a_link_is_kept_only_as_a_hash(app):
    token = make_link(make_person())
    assert db.session.scalars(select(MailLink.token_hash)).one() == token_hash(token) != token


def test_a_link_dies_with_a_newer_one_of_its_kind_only(app):
    person = make_person(state="registered")
    old, confirm = make_link(person), make_link(person, LinkKind.CONFIRM_EMAIL)
    new = make_link(person)
    with pytest.raises(Conflict), unit_of_work():
        services.reset_password(*found(old), "hash", now=clock.now())
    for token in (new, confirm):
        assert found(token)[0].expires_at > clock.now()


def test_a_link_works_once_and_in_time(app):
    person = make_person(state="registered", email_confirmed_at=None)
    token = make_link(person, LinkKind.CONFIRM_EMAIL)
    late = clock.now() + timedelta(hours=24, seconds=1)
    with pytest.raises(Conflict), unit_of_work():
        services.confirm_email(*found(token), now=late)
    with unit_of_work():
        services.confirm_email(*found(token), now=clock.now())
    with pytest.raises(Conflict), unit_of_work():
        services.confirm_email(*found(token), now=clock.now())
    db.session.refresh(person)
    assert person.state == PersonState.ACTIVE
    assert person.email_confirmed_at is not None
    assert states("person", person.id) == [("registered", "active")]


def test_a_new_password_by_mail_ends_every_session_and_link_and_confirms_the_address(app):
    person = make_person(state="registered", email_confirmed_at=None, password_hash="old")
    confirm = make_link(person, LinkKind.CONFIRM_EMAIL)
    token = make_link(person)
    with unit_of_work():
        for _ in range(2):
            services.start_session(person, user_agent="", address="", now=clock.now())
    with unit_of_work():
        services.reset_password(*found(token), "new", now=clock.now())
    db.session.refresh(person)
    assert (person.password_hash, person.state) == ("new", PersonState.ACTIVE)
    ended = select(LoginSession.ended_at).where(LoginSession.person_id == person.id)
    assert None not in db.session.scalars(ended).all()
    with pytest.raises(Conflict), unit_of_work():
        services.confirm_email(*found(confirm), now=clock.now())


def test_nobody_enters_with_a_password_that_was_just_replaced_or_a_closed_account(app):
    person = make_person(password_hash="old")
    with pytest.raises(Conflict):
        services.check_may_enter(person, proved_hash="older")
    closed = make_person(state="disabled", password_hash="old")
    with pytest.raises(Conflict):
        services.check_may_enter(closed, proved_hash="old")


def test_optional_consents_are_withdrawn_and_given_again_and_all_of_it_stays_known(app):
    person = make_person()
    item = ConsentItem.ALUMNI_NEWS
    start = clock.now()
    for step in range(2):
        for _twice in range(2):
            with unit_of_work():
                services.give_consent(
                    person,
                    item,
                    version="1",
                    language="ko",
                    address="",
                    now=start + timedelta(hours=step),
                )
        for _twice in range(2):
            with unit_of_work():
                now = start + timedelta(hours=step, minutes=1)
                services.withdraw_consent(person, item, now=now)
    rows = db.session.scalars(select(Consent).where(Consent.person_id == person.id)).all()
    assert [row.withdrawn_at is not None for row in rows] == [True, True]
    assert len(states("consent:alumni_news", person.id)) == 4


def test_the_required_consent_cannot_be_withdrawn_alone(app):
    with pytest.raises(Conflict), unit_of_work():
        services.withdraw_consent(make_person(), ConsentItem.COLLECTION_AND_USE, now=clock.now())


def test_a_role_given_or_taken_ends_the_sessions_that_had_another(app):
    admin, person = make_person("admin"), make_person()
    with unit_of_work():
        services.start_session(person, user_agent="", address="", now=clock.now())
    for change in (services.grant_role, services.revoke_role):
        with unit_of_work():
            services.start_session(person, user_agent="", address="", now=clock.now())
        for _twice in range(2):
            with unit_of_work():
                change(person, Role.STAFF, actor_id=admin.id, now=clock.now())
        open_ones = select(LoginSession).where(
            LoginSession.person_id == person.id, LoginSession.ended_at.is_(None)
        )
        assert db.session.scalars(open_ones).all() == []
    assert states("role:staff", person.id) == [("", "granted"), ("granted", "revoked")]


def test_the_last_admin_stays(app):
    first, second = make_person("admin"), make_person("admin")
    with unit_of_work():
        services.revoke_role(first, Role.ADMIN, actor_id=second.id, now=clock.now())
    with pytest.raises(Conflict), unit_of_work():
        services.revoke_role(second, Role.ADMIN, actor_id=second.id, now=clock.now())


def test_the_history_of_a_profile_says_which_fields_changed_and_not_what_they_held(app):
    person = make_person(full_name="Old Name")
    for _twice in range(2):
        with unit_of_work():
            services.change_person(
                person, full_name="New Name", actor_id=person.id, now=clock.now()
            )
    (event,) = history_of(("profile", person.id))
    assert event.reason == "full_name"
    with pytest.raises(TypeError):
        services.change_person(person, email="x@y.example", actor_id=person.id, now=clock.now())
