"""How the reader wants pages shown: text size, colours, zone. Kept in cookies, set by links."""

from dataclasses import dataclass

from flask import request
from werkzeug import Response

TEXT_SIZES = (100, 115, 130, 150)
THEMES = ("light", "dark", "contrast")
YEAR = 31_536_000


@dataclass(frozen=True)
class Display:
    """Text size in percent of the browser's own, and the theme ("" follows the system)."""

    text_size: int
    theme: str


def display() -> Display:
    """Return the reader's choice from the cookies; anything else in them is ignored."""
    size = request.cookies.get("text", "100")
    theme = request.cookies.get("theme", "")
    return Display(
        text_size=int(size) if size in map(str, TEXT_SIZES) else 100,
        theme=theme if theme in THEMES else "",
    )


def keep(response: Response, name: str, value: str) -> None:
    """Keep a choice for a year, or forget it when it is empty."""
    if value:
        response.set_cookie(
            name, value, max_age=YEAR, samesite="Lax", secure=request.is_secure, path="/"
        )
    else:
        response.delete_cookie(name, path="/")
