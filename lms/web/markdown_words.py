"""What the tokens of Markdown say as words alone."""

from collections.abc import Sequence

from markdown_it.token import Token

BREAKS = {"softbreak", "hardbreak"}


def plain(children: Sequence[Token]) -> str:
    """Return what inline tokens say, as words alone."""
    said = (
        alternative(each) if each.type == "image" else each.content or " " * (each.type in BREAKS)
        for each in children
    )
    return " ".join("".join(said).split())


def alternative(image: Token) -> str:
    """Return the words that stand for an image where it is not seen."""
    return plain(image.children or [])


def shallowest(tokens: Sequence[Token]) -> int:
    """Return the level of the highest headings, 1 where there are none."""
    return min((int(each.tag[1]) for each in tokens if each.type == "heading_open"), default=1)
