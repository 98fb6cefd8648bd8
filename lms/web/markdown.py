"""Readings written in Markdown, shown as safe HTML."""

from functools import cache

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

TAGS = {
    "p", "br", "hr", "h2", "h3", "h4", "ul", "ol", "li", "strong", "em", "code", "pre",
    "blockquote", "a", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table")


def markdown(text: str) -> Markup:
    """Return Markdown as sanitised HTML: no images from elsewhere, no scripts, no raw HTML."""
    html = nh3.clean(_parser().render(text), tags=TAGS, attributes={"a": {"href"}})
    return Markup(html)
