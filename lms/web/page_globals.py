"""What every template may use."""

from typing import Any
from urllib.parse import urlencode

from flask import Flask, current_app, request, url_for
from werkzeug.routing import BuildError

from lms.i18n import formats, times
from lms.i18n.languages import BY_CODE, PAGE_LANGUAGES, page_language
from lms.web.display import TEXT_SIZES, display
from lms.web.markdown import markdown


def init_app(app: Flask) -> None:
    """Register the names of the design with Jinja."""
    env = app.jinja_env
    env.trim_blocks = True
    env.lstrip_blocks = True
    env.add_extension("jinja2.ext.i18n")
    env.globals.update(
        alternate_url=alternate_url,
        absolute_url=absolute_url,
        block_in_language=formats.block_in_language,
        clock_length=formats.clock_length,
        day=times.day,
        file_size=formats.file_size,
        hours=formats.hours,
        in_language=formats.in_language,
        language_name=formats.language_name,
        languages=PAGE_LANGUAGES,
        markdown=markdown,
        number=formats.number,
        percent=formats.percent,
        plain_in_language=formats.plain_in_language,
        text_sizes=TEXT_SIZES,
        two_clocks=times.two_clocks,
    )
    app.context_processor(_of_this_page)


def _of_this_page() -> dict[str, Any]:
    language = page_language()
    return {
        "lang": language,
        "html_lang": BY_CODE[language].html_lang,
        "display": display(),
        "zone": times.reader_zone(),
        "demo_mode": current_app.config["DEMO"],
        "here": request.full_path.rstrip("?"),
    }


def alternate_url(language: str) -> str:
    """Return the address of this same page in another language (its home page on error pages)."""
    endpoint = request.endpoint
    if endpoint is None or not current_app.url_map.is_endpoint_expecting(endpoint, "language"):
        return url_for("enrolment.show_home", language=language)
    try:
        path = url_for(endpoint, **{**(request.view_args or {}), "language": language})
    except BuildError:
        return url_for("enrolment.show_home", language=language)
    # Never handed to url_for: readers write the query, and `_scheme` would be obeyed.
    query = urlencode(list(request.args.items(multi=True)))
    return f"{path}?{query}" if query else path


def absolute_url(path: str) -> str:
    """Return a path as an address of this site, whatever Host the request claimed."""
    return str(current_app.config["BASE_URL"]) + path


def is_demo_site() -> bool:
    """Tell whether everything here is a demonstration."""
    return bool(current_app.config["DEMO"])
