"""Readings and posts written in Markdown, shown as safe HTML."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import count, dropwhile, groupby, takewhile
from pathlib import PurePath

import nh3
from flask_babel import gettext as _
from markdown_it.token import Token
from markupsafe import Markup

from lms.i18n.formats import file_size
from lms.web.markdown_parser import PERSON, parse, parser
from lms.web.markdown_words import BREAKS, alternative, shallowest

TAGS = {
    "p", "br", "hr", "h2", "h3", "h4", "ul", "ol", "li", "strong", "em", "small", "code", "pre",
    "blockquote", "a", "div", "table", "thead", "tbody", "tr", "th", "td", "figure", "img",
    "figcaption", "span",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href", "download"},
    "h2": {"id"}, "h3": {"id"}, "h4": {"id"},
    "ol": {"start"},
    "div": {"aria-label"},
    "img": {"src", "alt", "width", "height"},
}  # fmt: skip
EXTERNAL_REL = "noreferrer noopener"
POSTED_REL = f"{EXTERNAL_REL} nofollow ugc"  # search engines give a post's links no weight
FIXED_ATTRIBUTES = {
    "a": {"rel": {EXTERNAL_REL, POSTED_REL}},
    "div": {"role": {"region", "group"}, "tabindex": {"0"}},
    "img": {"loading": {"lazy"}},
    "th": {"scope": {"col"}},
}
CLASSES = {
    "a": {"mention"}, "span": {"mention"},
    "div": {"table-scroll"}, "table": {"table"}, "th": {"number"}, "td": {"number"},
}  # fmt: skip

FILE = re.compile(r"file:([0-9]{1,9})")
# In a post, as it was pasted; what ends the sentence around it is not of the address.
BARE_ADDRESS = re.compile(r"\bhttps?://[!-~]+", re.IGNORECASE)
ENDS_SENTENCE = ".,;:!?'\"]"

EXTERNAL = re.compile(r"https?://[^/]|mailto:", re.IGNORECASE)
OF_THIS_SITE = re.compile(r"/(?![/\\])|#")


@dataclass(frozen=True)
class LinkedFile:
    """A file of ours that a reading names: sizes in bytes and pixels, none where not an image."""

    address: str
    name: str
    mimetype: str
    size: int
    width: int | None = None
    height: int | None = None

    @property
    def is_image(self) -> bool:
        return self.mimetype.startswith("image/")

    @property
    def facts(self) -> str:
        """What somebody on a poor line wants to know first: "(PDF, 2.3 MB)"."""
        kind = PurePath(self.name).suffix[1:] or self.mimetype.rpartition("/")[2]
        return f"({kind.upper()}, {file_size(self.size)})"


@dataclass(frozen=True)
class LinkedPerson:
    """Somebody a text mentions, by their name of today; an address where they have a page."""

    name: str
    address: str | None = None


Files = Callable[[int], LinkedFile | None]
People = Callable[[int], LinkedPerson | None]
Attributes = dict[str, str | int | float]


def markdown(
    text: str, files: Files | None = None, people: People | None = None, *, is_post: bool = False
) -> Markup:
    """Return Markdown as sanitised HTML: no scripts, no raw HTML, no images from elsewhere.

    The shallowest headings of the text become h2, none is deeper than h4; they bear the ids s-1,
    s-2, … in their order. `files` is asked for each `file:123` by its number and `people` for
    each `person:12`; what they do not know stays as words. Text past `markdown_parser.LONGEST`
    is left out.

    A post stands among others: its headings begin at h3 and bear no ids, its lines end where its
    author ended them, and search engines are told not to follow its links.
    """
    around = _Around(files or _nothing, people or _nothing, is_post)
    tokens = list(_filled(_framed(_headed(parse(text), around), around), around))
    html = parser().renderer.render(tokens, parser().options, {})
    return Markup(_cleaner().clean(html))


def _nothing(_number: int) -> None:
    return None


@dataclass(frozen=True)
class _Around:
    """What is known about where a text stands."""

    files: Files
    people: People
    is_post: bool

    def file(self, token: Token, attribute: str) -> LinkedFile | None:
        named = FILE.fullmatch(str(token.attrs.get(attribute, "")))
        return self.files(int(named[1])) if named else None

    def person(self, address: str) -> LinkedPerson | None:
        named = PERSON.fullmatch(address)
        return self.people(int(named[1])) if named else None

    def opening(self, address: str, file: LinkedFile | None) -> Token | None:
        """Return what opens a link to an address, nothing where it may not lead there."""
        if file:
            return _opening(href=file.address, download=file.name)
        if EXTERNAL.match(address):
            return _opening(href=address, rel=POSTED_REL if self.is_post else EXTERNAL_REL)
        return _opening(href=address) if OF_THIS_SITE.match(address) else None


@cache
def _cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=TAGS,
        attributes=ATTRIBUTES,
        tag_attribute_values=FIXED_ATTRIBUTES,
        allowed_classes=CLASSES,
        url_schemes={"http", "https", "mailto"},
        url_relative=lambda address: address if OF_THIS_SITE.match(address) else None,
        link_rel=None,
    )


# --- from what was written to what is shown ----------------------------------------------


def _headed(tokens: Sequence[Token], around: _Around) -> Sequence[Token]:
    """Move the headings below that of the page or the post; number those of a reading."""
    deeper = (3 if around.is_post else 2) - shallowest(tokens)
    numbers = count(1)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(4, int(token.tag[1]) + deeper)}"
        if token.type == "heading_open" and not around.is_post:
            token.attrSet("id", f"s-{next(numbers)}")
    return tokens


def _framed(tokens: Sequence[Token], around: _Around) -> Iterator[Token]:
    """Yield each table in a frame that scrolls: a phone is narrower than most tables."""
    numbers = count(1)
    for token in tokens:
        if token.type == "table_open":
            yield _frame(next(numbers), around)
            token.attrSet("class", "table")
        elif token.type in {"th_open", "td_open"}:
            _dress_cell(token)
        yield token
        if token.type == "table_close":
            yield Token("frame_close", "div", -1, block=True)


def _frame(number: int, around: _Around) -> Token:
    name = _("Table %(number)s", number=number)
    attributes: Attributes = {
        "class": "table-scroll",
        # a page has one region of a name, and every post may have a first table
        "role": "group" if around.is_post else "region",
        "tabindex": "0",
        "aria-label": name,
    }
    return Token("frame_open", "div", 1, attrs=attributes, block=True)


def _dress_cell(token: Token) -> None:
    """Columns set to the right hold numbers; the security policy knows no `style` attribute."""
    if token.attrs.pop("style", "") == "text-align:right":
        token.attrSet("class", "number")
    if token.type == "th_open":
        token.attrSet("scope", "col")


def _filled(tokens: Iterator[Token], around: _Around) -> Iterator[Token]:
    """Yield the tokens with every link and image judged, images beside their paragraphs."""
    for token in tokens:
        if token.type == "paragraph_open":
            yield from _paragraph(token, next(tokens), next(tokens), around)
        elif token.type == "inline":
            token.children = list(_words(token.children or [], around))
            yield token
        else:
            yield token


def _paragraph(opening: Token, inline: Token, closing: Token, around: _Around) -> Iterator[Token]:
    """Yield the words as paragraphs and images between them: HTML allows no figure within."""
    children = inline.children or []
    for is_figure, part in groupby(children, lambda child: _stands_alone(child, around)):
        if is_figure:
            for image in part:
                yield from _figure(image, around)
            continue
        words = _without_outer_breaks(list(_words(list(part), around)))
        if any(each.tag or each.content.strip() for each in words):
            yield from (opening, inline.copy(children=words), closing)


def _without_outer_breaks(words: list[Token]) -> list[Token]:
    while words and words[-1].type in BREAKS:
        words.pop()
    return list(dropwhile(lambda each: each.type in BREAKS, words))


def _stands_alone(child: Token, around: _Around) -> bool:
    if child.type != "image" or child.level:
        return False
    file = around.file(child, "src")
    return file is not None and file.is_image


def _figure(image: Token, around: _Around) -> Iterator[Token]:
    file = around.file(image, "src")
    assert file is not None
    yield Token("figure_open", "figure", 1, block=True)
    yield _picture(image, file)
    if caption := _caption(image):
        yield Token("figcaption_open", "figcaption", 1)
        yield _text(caption)
        yield Token("figcaption_close", "figcaption", -1)
    yield Token("figure_close", "figure", -1, block=True)


def _words(
    children: Sequence[Token], around: _Around, *, is_linked: bool = False
) -> Iterator[Token]:
    """Yield what stands within a line; nothing in it leads to an address that may not be."""
    coming = iter(children)
    for child in coming:
        if child.type == "link_open":
            within = list(takewhile(lambda each: each.type != "link_close", coming))
            address, file = str(child.attrs["href"]), around.file(child, "href")
            if person := around.person(address):
                yield from _mention(person)
                continue
            opening = around.opening(address, file)
            said = list(_words(within, around, is_linked=opening is not None))
            yield from _link(opening, address, file, said)
        elif child.type == "image":
            yield from _image(child, around, is_linked=is_linked)
        elif child.type == "softbreak" and around.is_post:
            yield Token("hardbreak", "br", 0)
        elif child.type == "text" and around.is_post and not is_linked:
            yield from _with_links(child.content, around)
        else:
            yield child


def _with_links(words: str, around: _Around) -> Iterator[Token]:
    """Yield words with the addresses that stand in them as links: people paste them as they are.

    An address ends before the first letter that is not ASCII: Korean particles follow at once.
    """
    position = 0
    for found in BARE_ADDRESS.finditer(words):
        address = found[0].rstrip(ENDS_SENTENCE)
        if address.endswith(")") and "(" not in address:
            address = address.rstrip(")").rstrip(ENDS_SENTENCE)
        opening = around.opening(address, None)
        if opening is None:
            continue
        yield _text(words[position : found.start()])
        yield from _link(opening, address, None, [_text(address)])
        position = found.start() + len(address)
    yield _text(words[position:])


def _image(image: Token, around: _Around, *, is_linked: bool) -> Iterator[Token]:
    """Yield an image among words; one that is not ours is a link, or words within a link."""
    file = around.file(image, "src")
    said = [_text(words)] if (words := alternative(image)) else []
    if file and file.is_image:
        yield _picture(image, file)
        if caption := _caption(image):
            yield from _small(caption)
    elif is_linked:
        yield from said
    else:
        address = str(image.attrs["src"])
        yield from _link(around.opening(address, file), address, file, said)


def _link(
    opening: Token | None, address: str, file: LinkedFile | None, said: list[Token]
) -> Iterator[Token]:
    if opening is None:
        yield from said
        return
    yield opening
    yield from said or [_text(file.name if file else address)]
    if file:
        yield from _small(file.facts)
    yield Token("link_close", "a", -1)


def _opening(**attributes: str) -> Token:
    return Token("link_open", "a", 1, attrs=dict(attributes))


def _mention(person: LinkedPerson) -> Iterator[Token]:
    """Yield the present name: what was written could put words into somebody else's mouth."""
    tag, target = ("a", {"href": person.address}) if person.address else ("span", {})
    yield Token("mention_open", tag, 1, attrs={"class": "mention", **target})
    yield _text(f"@{person.name}")
    yield Token("mention_close", tag, -1)


def _picture(image: Token, file: LinkedFile) -> Token:
    attributes: Attributes = {"src": file.address, "alt": alternative(image), "loading": "lazy"}
    if file.width and file.height:
        attributes |= {"width": file.width, "height": file.height}
    return Token("picture", "img", 0, attrs=attributes)


def _small(words: str) -> Iterator[Token]:
    yield _text(" ")
    yield Token("small_open", "small", 1)
    yield _text(words)
    yield Token("small_close", "small", -1)


def _text(words: str) -> Token:
    return Token("text", "", 0, content=words)


def _caption(image: Token) -> str:
    return str(image.attrs.get("title", "")).strip()
