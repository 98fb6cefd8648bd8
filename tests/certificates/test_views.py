"""The holder's certificates, and the public page on which anybody checks one."""

import gzip
import re
from datetime import timedelta
from urllib.parse import unquote

import pytest
from sqlalchemy import select

from lms.core import clock
from lms.core.access_log import AccessEntry
from lms.core.db import db
from lms.media.storage import storage
from tests.factories import words
from tests.factories.accounts import make_person
from tests.factories.certificates import make_certificate
from tests.factories.enrolment import make_enrolment, make_run

CODE = "ABCD-EFGH-JKMN-PQRS-0001"


def drawn(**values):
    """Return a certificate whose file is there."""
    certificate = make_certificate(**values)
    key = f"certificates/{certificate.id:064x}.pdf"
    storage().put(key, b"%PDF-1.7 not really")
    certificate.pdf_key = key
    certificate.pdf_sha256 = "ab" * 32
    db.session.commit()
    return certificate


def page(response):
    """Return the text of a page without its tags, on one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.text).split())


# --- the holder's own ------------------------------------------------------------------


def test_the_list_shows_the_readers_own_and_nobody_elses(client, signed_in_as):
    holder = make_person()
    empty = signed_in_as(holder).get("/en/certificates")
    assert "You have no certificate yet" in empty.text
    mine = make_certificate(person=holder, course_title=words("Ports"))
    revoked = make_certificate(person=holder, state="revoked")
    other = make_certificate()

    response = signed_in_as(holder).get("/en/certificates")

    assert "Ports" in response.text
    assert mine.number in response.text
    assert revoked.number in response.text
    assert "Revoked" in response.text
    assert other.number not in response.text
    assert client.get("/en/certificates").status_code == 302


def test_the_number_of_certificates_does_not_change_the_number_of_statements(
    signed_in_as, count_statements
):
    holder = make_person()
    browser = signed_in_as(holder)
    make_certificate(person=holder)
    browser.get("/en/certificates")
    with count_statements() as few:
        browser.get("/en/certificates")
    for _ in range(5):
        make_certificate(person=holder)
    with count_statements() as many:
        response = browser.get("/en/certificates")

    assert response.text.count("BGCF-2026") == 6
    assert len(few) == len(many) <= 3
    certificate = make_certificate(person=holder)
    with count_statements() as single:
        browser.get(f"/en/certificates/{certificate.id}")
    assert len(single) <= 4


def readers():
    """Return who may read a certificate, and who must not learn that there is one."""
    holder, instructor = make_person(), make_person("instructor")
    run = make_run()
    certificate = drawn(enrolment=make_enrolment(run, holder, state="completed"))
    classmate = make_person()
    make_enrolment(run, classmate, state="completed")
    make_certificate(person=classmate)
    return certificate, {
        "holder": (holder, 200),
        "staff": (make_person("staff"), 200),
        "admin": (make_person("admin"), 200),
        "classmate with a certificate of their own": (classmate, 404),
        "trainee": (make_person(), 404),
        "instructor": (instructor, 404),
    }


@pytest.mark.parametrize("address", ["/en/certificates/{}", "/en/certificates/{}/pdf"])
def test_a_certificate_is_its_holders_and_the_staffs(client, signed_in_as, address):
    certificate, people = readers()
    found = {
        name: signed_in_as(person).get(address.format(certificate.id)).status_code
        for name, (person, _) in people.items()
    }

    assert found == {name: status for name, (_, status) in people.items()}
    assert client.get(address.format(certificate.id)).status_code == 302
    missing = signed_in_as(people["trainee"][0]).get(address.format(10**9))
    assert missing.status_code == 404
    assert signed_in_as(people["holder"][0]).get(address.format(2**63)).status_code == 404


def test_that_staff_looked_is_kept_and_that_the_holder_did_is_not(signed_in_as):
    certificate, people = readers()
    signed_in_as(people["holder"][0]).get(f"/en/certificates/{certificate.id}")
    assert db.session.scalar(select(AccessEntry)) is None
    staff = people["staff"][0]

    signed_in_as(staff).get(f"/en/certificates/{certificate.id}")
    signed_in_as(staff).get(f"/en/certificates/{certificate.id}/pdf")

    entries = db.session.scalars(select(AccessEntry)).all()
    assert [entry.action for entry in entries] == [
        "certificates.show_certificate",
        "certificates.download_certificate",
    ]
    assert {(entry.actor_id, entry.subject) for entry in entries} == {
        (staff.id, f"enrolment {certificate.enrolment_id}")
    }


def test_a_certificate_that_is_being_drawn_says_so_and_looks_again(signed_in_as):
    holder = make_person()
    certificate = make_certificate(person=holder, state="queued")
    browser = signed_in_as(holder)

    waiting = browser.get(f"/en/certificates/{certificate.id}")
    download = browser.get(f"/en/certificates/{certificate.id}/pdf")

    assert 'http-equiv="refresh"' in waiting.text
    assert "Your PDF is being made" in waiting.text
    assert f"/en/certificates/{certificate.id}/pdf" not in waiting.text
    assert (download.status_code, download.location) == (303, f"/en/certificates/{certificate.id}")
    certificate.issued_at = clock.now() - timedelta(minutes=11)
    late = browser.get(f"/en/certificates/{certificate.id}")
    assert "takes longer than usual" in late.text
    assert "http-equiv" not in late.text, "a page that reloads for ever helps nobody"


def test_the_holder_learns_why_a_certificate_ended_and_what_stands_now(signed_in_as):
    holder = make_person()
    enrolment = make_enrolment(make_run(), holder, state="completed")
    old = make_certificate(enrolment, state="reissued", closing_reason="One <b>letter</b>")
    new = make_certificate(enrolment, supersedes_id=old.id)
    revoked = drawn(person=holder, state="revoked", closing_reason="A colleague watched")
    browser = signed_in_as(holder)

    replaced = browser.get(f"/en/certificates/{old.id}")
    ended = browser.get(f"/en/certificates/{revoked.id}")

    assert "One &lt;b&gt;letter" in replaced.text
    assert f"/en/certificates/{new.id}" in replaced.text
    assert "A colleague watched" in ended.text
    assert "This certificate was revoked" in ended.text
    for page_of_ended in (replaced, ended):
        assert "Let others check it" not in page_of_ended.text
        assert "/pdf" not in page_of_ended.text


@pytest.mark.parametrize(
    "name, in_file",
    [
        ("BATBAYAR ENKHTUYA", "BATBAYAR ENKHTUYA.pdf"),
        ("Nguyễn Thị Hoa", "Nguyễn Thị Hoa.pdf"),
        ("محمد", "محمد.pdf"),
        ('A/B\\C:"D"*?<E>|F', "A B C D E F.pdf"),
        ("..", ".pdf"),
        ("W" * 200, None),
    ],
)
def test_the_file_has_a_name_that_every_system_keeps(signed_in_as, name, in_file):
    holder = make_person()
    certificate = drawn(person=holder, holder_name=name)

    response = signed_in_as(holder).get(f"/en/certificates/{certificate.id}/pdf")

    assert response.status_code == 200
    assert response.mimetype == "application/pdf"
    assert response.headers["Cache-Control"] == "no-store"
    header = response.headers["Content-Disposition"]
    assert header.startswith("attachment; filename")
    assert "\n" not in header
    if name.isascii():
        sent = re.search(r'filename="?([^"]+)"?$', header)[1]
    else:
        sent = unquote(re.search(r"filename\*=UTF-8''(.+)$", header)[1])
    assert sent.startswith(f"Certificate {certificate.number}")
    assert sent.endswith(in_file or "W.pdf")
    assert len(sent) <= 124
    assert not set(sent) & set('/\\:*?"<>|')


# --- checking --------------------------------------------------------------------------


def test_a_valid_certificate_tells_everything_but_the_name(client, count_statements):
    certificate = make_certificate(
        verification_code=CODE,
        holder_name="BATBAYAR ENKHTUYA",
        holder_name_in_own_script="Батбаяр",
        course_title=words("Urban Transport", ko="도시 교통", zh="城市交通"),
    )

    with count_statements() as statements:
        response = client.get(f"/ko/verify/{CODE}")

    text = page(response)
    assert response.status_code == 200
    assert "도시 교통" in text
    assert "B*** E***" in text
    assert certificate.number in text
    for secret in ("BATBAYAR", "ENKHTUYA", "Батбаяр", "Urban Transport"):
        assert secret not in response.text
    assert len(statements) == 1
    assert "noindex" in response.headers["X-Robots-Tag"]
    assert 'name="robots" content="noindex' in response.text
    assert "Set-Cookie" not in response.headers
    assert "城市交通" in client.get(f"/zh/verify/{CODE}").text
    assert len(gzip.compress(response.data)) < 6_000


@pytest.mark.parametrize(
    "state, verdict, other",
    [
        ("queued", "This certificate is valid", "revoked"),
        ("issued", "This certificate is valid", "revoked"),
        ("revoked", "This certificate was revoked", "is valid"),
        ("reissued", "This certificate was replaced by a newer one", "is valid"),
    ],
)
def test_the_verdict_follows_the_state(client, state, verdict, other):
    closed_at = clock.now() if state in {"revoked", "reissued"} else None
    old = make_certificate(
        verification_code=CODE, state=state, closed_at=closed_at, closing_reason="Secret reason"
    )
    newer = make_certificate(supersedes_id=old.id)

    response = client.get(f"/en/verify/{CODE}")

    text = page(response)
    short = {"queued": "valid", "issued": "valid", "reissued": "superseded"}.get(state, state)
    assert f'data-state="{short}"' in response.text

    assert verdict in text
    assert other not in text
    assert "Secret reason" not in text
    assert newer.verification_code not in text, "who has the old paper may not get the new one"
    assert newer.number not in text


def test_a_sample_is_called_one_before_anything_else(client):
    make_certificate(verification_code=CODE, is_sample=True)

    text = page(client.get(f"/en/verify/{CODE}"))

    assert "This certificate is valid (Sample)" in text
    assert text.index("It does not certify anything") < text.index("This certificate is valid (")


@pytest.mark.parametrize(
    "typed",
    [CODE.lower(), CODE.replace("-", ""), CODE.replace("-", "%20"), CODE.replace("0", "O")],
)
def test_a_code_is_found_however_it_is_typed(client, typed):
    make_certificate(verification_code=CODE)

    assert client.get(f"/en/verify/{typed}").status_code == 200
    sent = client.get(f"/en/verify/?code={typed}")
    assert (sent.status_code, sent.location) == (303, f"/en/verify/{CODE}")


def test_a_whole_address_can_be_pasted(client):
    sent = client.get("/en/verify/", query_string={"code": f"https://x.example/ko/verify/{CODE}"})

    assert sent.location == f"/en/verify/{CODE}"


@pytest.mark.parametrize(
    "typed, told",
    [
        ("", "Type the code that stands on the certificate"),
        ("  ", "Type the code that stands on the certificate"),
        ("ABCD", "A code has 20 letters and digits"),
        ("BGCF-2026-TST1-1-0001", "This is the certificate number"),
        ('"><script>alert(1)</script>', "A code has 20 letters and digits"),
    ],
)
def test_what_is_no_code_is_answered_beside_the_field(client, typed, told):
    response = client.get("/en/verify/", query_string={"code": typed})

    assert response.status_code == 422
    assert told in response.text
    assert "<script>alert" not in response.text


@pytest.mark.parametrize(
    "typed",
    [
        "ABCD-EFGH-JKMN-PQRS-9999",
        "nonsense",
        "' OR '1'='1",
        "%F0%9F%98%80",
        "%E2%80%AEABCD",
        "<svg onload=alert(1)>",
        "A" * 3000,
    ],
)
def test_an_unknown_code_is_not_found_and_can_be_tried_again(client, typed):
    make_certificate(verification_code=CODE)

    response = client.get(f"/en/verify/{typed}")

    assert response.status_code == 404
    assert "No certificate has this code" in response.text
    assert 'data-state="unknown"' in response.text
    assert "<svg onload" not in response.text
    assert 'action="/en/verify/"' in response.text


def test_guessing_is_slowed_down_for_one_address_only(client):
    make_certificate(verification_code=CODE)
    answers = [client.get(f"/en/verify/ABCD-EFGH-JKMN-PQRS-{n:04}").status_code for n in range(31)]

    assert answers[:30].count(429) == 0
    assert answers[30] == 429
    refused = client.get(f"/ko/verify/{CODE}")
    assert refused.status_code == 429, "also in another language, also for the right code"
    assert int(refused.headers["Retry-After"]) <= 60
    elsewhere = client.get(f"/en/verify/{CODE}", environ_base={"REMOTE_ADDR": "203.0.113.9"})
    assert elsewhere.status_code == 200
    forged = client.get(f"/en/verify/{CODE}", headers={"X-Forwarded-For": "203.0.113.10"})
    assert forged.status_code == 429
    assert client.get("/en/verify/").status_code == 200, "the form itself is free"


@pytest.mark.parametrize(
    "name",
    ['"><svg onload=alert(1)>', "{{7*7}} {config}", "\u202eEVIL", "X" * 200, "م" * 200, "%s%n"],
)
def test_a_hostile_name_is_shown_as_text_and_masked(client, signed_in_as, name):
    holder = make_person()
    certificate = drawn(person=holder, verification_code=CODE, holder_name=name)

    public = client.get(f"/en/verify/{CODE}")
    own = signed_in_as(holder).get(f"/en/certificates/{certificate.id}")

    assert public.status_code == own.status_code == 200
    assert "<svg onload" not in public.text + own.text
    assert name not in public.text
    assert "49" not in re.findall(r"<bdi>(.*?)</bdi>", own.text)
