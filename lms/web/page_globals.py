"""What every template may use."""

from typing import Any

from flask import Flask, current_app

from lms.i18n import formats, times
from lms.i18n.languages import BY_CODE, PAGE_LANGUAGES, direction, html_lang, page_language
from lms.web.addresses import absolute_url, alternate_url, readable_path
from lms.web.display import TEXT_SIZES, display
from lms.web.frame import frame
from lms.web.markdown import markdown
from lms.web.page_cache import form_token, reader_name
from lms.web.pieces import piece


def init_app(app: Flask) -> None:
    """Register the names of the design with Jinja."""
    env = app.jinja_env
    env.trim_blocks = True
    env.lstrip_blocks = True
    env.globals.update(
        alternate_url=alternate_url,
        absolute_url=absolute_url,
        block_in_language=formats.block_in_language,
        clock_length=formats.clock_length,
        day=times.day,
        csrf_token=form_token,  # for macros, which do not see what is of this page
        direction=direction,
        file_size=formats.file_size,
        frame=frame,
        hours=formats.hours,
        language_tag=html_lang,
        in_language=formats.in_language,
        language_name=formats.language_name,
        languages=PAGE_LANGUAGES,
        markdown=markdown,
        number=formats.number,
        percent=formats.percent,
        piece=piece,
        reader_name=reader_name,
        plain_in_language=formats.plain_in_language,
        text_sizes=TEXT_SIZES,
        two_clocks=times.two_clocks,
    )
    app.context_processor(_of_this_page)


def _of_this_page() -> dict[str, Any]:
    language = page_language()
    return {
        "csrf_token": form_token,  # over Flask-WTF's own, which would stand in what is kept
        "lang": language,
        "html_lang": BY_CODE[language].html_lang,
        "display": display(),
        "zone": times.reader_zone(),
        "demo_mode": current_app.config["DEMO"],
        "here": readable_path(),
    }


def is_demo_site() -> bool:
    """Tell whether everything here is a demonstration."""
    return bool(current_app.config["DEMO"])
