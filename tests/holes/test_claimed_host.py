"""Hole: a request claims another host, and the link in a mail, or the way on, leads there.

Rule: addresses are made from the site's own setting; what proxies say counts only from proxies
that are trusted, and none is by default.
"""

from tests.forms import fill_in
from tests.holes.ground import Ground
from tests.holes.matrix import ROWS

EVIL = "evil.example"
CLAIMS = {
    "X-Forwarded-Host": EVIL,
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Prefix": f"//{EVIL}",
    "X-Forwarded-For": "203.0.113.9",
    "X-Original-URL": f"https://{EVIL}/",
    "X-Rewrite-URL": f"https://{EVIL}/",
    "Forwarded": f"host={EVIL};proto=https",
}


def test_mails_lead_here(ground: Ground, run_due):
    run_due()  # what the ground itself has to tell
    ground.app.extensions["mailman"].outbox = []
    browser = ground.browser_of("visitor")
    data = {"email": ground.emails["stranger"], "csrf_token": ground.tokens["visitor"]}
    page = ground.address("accounts.ask_reset")
    assert browser.post(page, data=data, headers=CLAIMS).status_code == 302
    run_due()
    (mail,) = ground.app.extensions["mailman"].outbox
    assert EVIL not in mail.body
    assert f"{ground.app.config['BASE_URL']}/" in mail.body


def test_a_mail_asked_for_at_another_host_leads_here(ground: Ground, run_due):
    """The form and its token come from the claimed host too: only its own cookie fits them."""
    run_due()
    ground.app.extensions["mailman"].outbox = []
    browser = ground.app.test_client()
    browser.environ_base["HTTP_HOST"] = EVIL
    page = ground.address("accounts.ask_reset")
    assert fill_in(browser, page, email=ground.emails["stranger"]).status_code == 302
    run_due()
    (mail,) = ground.app.extensions["mailman"].outbox
    assert EVIL not in mail.body


def test_no_page_and_no_way_on_names_a_claimed_host(ground: Ground):
    for endpoint, tries in ROWS.items():
        if any(tried.method == "GET" for tried in tries):
            for reader in ("visitor", "staff"):
                browser = ground.browser_of(reader)
                answer = browser.get(ground.address(endpoint), headers=CLAIMS)
                assert EVIL.encode() not in answer.data, endpoint
                assert EVIL not in str(answer.headers), endpoint
                assert not answer.headers.get("Location", "").startswith("https"), endpoint
