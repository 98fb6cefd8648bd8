"""Forms as a browser sends them: opened first, then sent with the token that stood in them."""

import re
from typing import Any

from flask.testing import FlaskClient

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


def token_on(browser: FlaskClient, path: str) -> str:
    """Return the token of the first form on a page."""
    found = TOKEN.search(browser.get(path).text)
    assert found, f"no form on {path}"
    return found[1]


def fill_in(browser: FlaskClient, path: str, *, send_to: str = "", **entered: Any) -> Any:
    """Open a page, enter something and send the form (to another address, if one is named)."""
    data = {"csrf_token": token_on(browser, path), **entered}
    return browser.post(send_to or path, data=data)
