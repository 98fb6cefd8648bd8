"""Texts as templates ask for them."""

from flask import g

from lms.web.words import once


def test_what_rows_have_in_common_is_made_once_a_page_and_language(app):
    made = []

    def say(*given) -> str:
        made.append((g.page_language, *given))
        return str(given)

    for language in ("en", "ko", "en"):
        with app.app_context():  # a page
            g.page_language = language
            said = [once(say, *given) for given in (("live", 1), ("live", 2), ("live", 1))]
            assert said == ["('live', 1)", "('live', 2)", "('live', 1)"]
    assert made == [(at, "live", n) for at in ("en", "ko", "en") for n in (1, 2)]
    with app.app_context():
        for g.page_language in ("en", "ko"):
            once(say, "live", 1)
    assert made[-2:] == [("en", "live", 1), ("ko", "live", 1)]
