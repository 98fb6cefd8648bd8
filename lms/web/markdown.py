"""Readings written in Markdown, shown as safe HTML, and what in them would shut readers out."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import count, groupby, takewhile
from pathlib import PurePath

import nh3
from flask_babel import gettext as _
from markdown_it.token import Token
from markupsafe import Markup

from lms.i18n.formats import file_size
from lms.web.markdown_parser import parse, parser

TAGS = {
    "p", "br", "hr", "h2", "h3", "h4", "ul", "ol", "li", "strong", "em", "small", "code", "pre",
    "blockquote", "a", "div", "table", "thead", "tbody", "tr", "th", "td", "figure", "img",
    "figcaption",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href", "download"},
    "h2": {"id"}, "h3": {"id"}, "h4": {"id"},
    "ol": {"start"},
    "div": {"aria-label"},
    "img": {"src", "alt", "width", "height"},
}  # fmt: skip
EXTERNAL_REL = "noreferrer noopener"
FIXED_ATTRIBUTES = {
    "a": {"rel": {EXTERNAL_REL}},
    "div": {"role": {"region"}, "tabindex": {"0"}},
    "img": {"loading": {"lazy"}},
    "th": {"scope": {"col"}},
}
CLASSES = {"div": {"table-scroll"}, "table": {"table"}, "th": {"number"}, "td": {"number"}}

FILE = re.compile(r"file:([0-9]{1,9})")
EXTERNAL = re.compile(r"https?://[^/]|mailto:", re.IGNORECASE)
OF_THIS_SITE = re.compile(r"/(?![/\\])|#")

BREAKS = {"softbreak", "hardbreak"}
AROUND_WORDS = re.compile(r"^\W+|\W+$")

# Links are also read out of their sentences, one after the other: these then say nothing.
SAY_NOTHING = {
    "here", "click", "click here", "this", "this link", "link", "more", "read more",
    "여기", "여기를 클릭", "여기 클릭", "이곳", "클릭", "링크", "더보기", "더 보기",
    "这里", "此处", "点击", "点击这里", "点击此处", "点这里", "链接", "更多",
}  # fmt: skip


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


Files = Callable[[int], LinkedFile | None]
Attributes = dict[str, str | int | float]


class FaultKind(StrEnum):
    """What shuts readers out of a reading."""

    IMAGE_WITHOUT_TEXT = "image_without_text"
    SKIPPED_HEADING = "skipped_heading"
    VAGUE_LINK = "vague_link"
    TABLE_WITHOUT_HEADER = "table_without_header"


@dataclass(frozen=True)
class ReadingFault:
    """A fault and the line of the text it stands in, from 1; `about` is what a link says."""

    kind: FaultKind
    line: int
    about: str = ""

    @property
    def message(self) -> str:
        """The sentence for whoever writes the reading, in the language of the page."""
        match self.kind:
            case FaultKind.IMAGE_WITHOUT_TEXT:
                return _("Line %(line)s: say in words what the image shows.", line=self.line)
            case FaultKind.SKIPPED_HEADING:
                return _("Line %(line)s: this heading skips a level.", line=self.line)
            case FaultKind.VAGUE_LINK:
                return _(
                    "Line %(line)s: say where the link “%(link)s” leads.",
                    line=self.line,
                    link=self.about,
                )
            case FaultKind.TABLE_WITHOUT_HEADER:
                return _("Line %(line)s: name the columns of the table.", line=self.line)


def markdown(text: str, files: Files | None = None) -> Markup:
    """Return Markdown as sanitised HTML: no scripts, no raw HTML, no images from elsewhere.

    The shallowest headings of the text become h2, none is deeper than h4; they bear the ids s-1,
    s-2, … in their order. `files` is asked for each `file:123` by its number; what it does not
    know stays as words. Text past `markdown_parser.LONGEST` is left out.
    """
    tokens = list(_filled(_framed(_headed(parse(text))), files or _no_file))
    html = parser().renderer.render(tokens, parser().options, {})
    return Markup(_cleaner().clean(html))


def faults_of_reading(text: str) -> list[ReadingFault]:
    """Return what would shut readers out of a reading, in the order of its lines."""
    tokens = parse(text)
    found = [*_skipped_headings(tokens), *_unnamed_tables(tokens)]
    for token in tokens:
        found += _faults_within(token)
    return sorted(found, key=lambda fault: fault.line)


def _no_file(_number: int) -> None:
    return None


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


def _headed(tokens: Sequence[Token]) -> Sequence[Token]:
    """Move the headings below that of the page and number them."""
    deeper = 2 - _shallowest(tokens)
    numbers = count(1)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(4, int(token.tag[1]) + deeper)}"
        if token.type == "heading_open":
            token.attrSet("id", f"s-{next(numbers)}")
    return tokens


def _shallowest(tokens: Sequence[Token]) -> int:
    return min((int(each.tag[1]) for each in tokens if each.type == "heading_open"), default=1)


def _framed(tokens: Sequence[Token]) -> Iterator[Token]:
    """Yield each table in a frame that scrolls: a phone is narrower than most tables."""
    numbers = count(1)
    for token in tokens:
        if token.type == "table_open":
            yield _frame(next(numbers))
            token.attrSet("class", "table")
        elif token.type in {"th_open", "td_open"}:
            _dress_cell(token)
        yield token
        if token.type == "table_close":
            yield Token("frame_close", "div", -1, block=True)


def _frame(number: int) -> Token:
    name = _("Table %(number)s", number=number)
    attributes: Attributes = {
        "class": "table-scroll",
        "role": "region",
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


def _filled(tokens: Iterator[Token], files: Files) -> Iterator[Token]:
    """Yield the tokens with every link and image judged, images beside their paragraphs."""
    for token in tokens:
        if token.type == "paragraph_open":
            yield from _paragraph(token, next(tokens), next(tokens), files)
        elif token.type == "inline":
            token.children = list(_words(token.children or [], files))
            yield token
        else:
            yield token


def _paragraph(opening: Token, inline: Token, closing: Token, files: Files) -> Iterator[Token]:
    """Yield the words as paragraphs and images between them: HTML allows no figure within."""
    children = inline.children or []
    for is_figure, part in groupby(children, lambda child: _stands_alone(child, files)):
        if is_figure:
            for image in part:
                yield from _figure(image, files)
            continue
        words = list(_words(list(part), files))
        if any(each.type not in BREAKS and (each.tag or each.content.strip()) for each in words):
            yield from (opening, inline.copy(children=words), closing)


def _stands_alone(child: Token, files: Files) -> bool:
    if child.type != "image" or child.level:
        return False
    file = _file(child, "src", files)
    return file is not None and file.is_image


def _figure(image: Token, files: Files) -> Iterator[Token]:
    file = _file(image, "src", files)
    assert file is not None
    yield Token("figure_open", "figure", 1, block=True)
    yield _picture(image, file)
    if caption := _caption(image):
        yield Token("figcaption_open", "figcaption", 1)
        yield _text(caption)
        yield Token("figcaption_close", "figcaption", -1)
    yield Token("figure_close", "figure", -1, block=True)


def _words(children: Sequence[Token], files: Files, *, is_linked: bool = False) -> Iterator[Token]:
    """Yield what stands within a line; nothing in it leads to an address that may not be."""
    coming = iter(children)
    for child in coming:
        if child.type == "link_open":
            within = list(takewhile(lambda each: each.type != "link_close", coming))
            address, file = str(child.attrs["href"]), _file(child, "href", files)
            can_lead = _opening(address, file) is not None
            said = list(_words(within, files, is_linked=can_lead))
            yield from _link(address, file, said)
        elif child.type == "image":
            yield from _image(child, files, is_linked=is_linked)
        else:
            yield child


def _image(image: Token, files: Files, *, is_linked: bool) -> Iterator[Token]:
    """Yield an image among words; one that is not ours is a link, or words within a link."""
    file = _file(image, "src", files)
    said = [_text(words)] if (words := _alternative(image)) else []
    if file and file.is_image:
        yield _picture(image, file)
        if caption := _caption(image):
            yield from _small(caption)
    elif is_linked:
        yield from said
    else:
        yield from _link(str(image.attrs["src"]), file, said)


def _link(address: str, file: LinkedFile | None, said: list[Token]) -> Iterator[Token]:
    opening = _opening(address, file)
    if opening is None:
        yield from said
        return
    yield opening
    yield from said or [_text(file.name if file else address)]
    if file:
        yield from _small(file.facts)
    yield Token("link_close", "a", -1)


def _opening(address: str, file: LinkedFile | None) -> Token | None:
    if file:
        return Token("link_open", "a", 1, attrs={"href": file.address, "download": file.name})
    if EXTERNAL.match(address):
        return Token("link_open", "a", 1, attrs={"href": address, "rel": EXTERNAL_REL})
    if OF_THIS_SITE.match(address):
        return Token("link_open", "a", 1, attrs={"href": address})
    return None


def _file(token: Token, attribute: str, files: Files) -> LinkedFile | None:
    named = FILE.fullmatch(str(token.attrs.get(attribute, "")))
    return files(int(named[1])) if named else None


def _picture(image: Token, file: LinkedFile) -> Token:
    attributes: Attributes = {"src": file.address, "alt": _alternative(image), "loading": "lazy"}
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


def _alternative(image: Token) -> str:
    return _plain(image.children or [])


def _caption(image: Token) -> str:
    return str(image.attrs.get("title", "")).strip()


def _plain(children: Sequence[Token]) -> str:
    """Return what inline tokens say, as words alone."""
    said = (
        _alternative(each) if each.type == "image" else each.content or " " * (each.type in BREAKS)
        for each in children
    )
    return " ".join("".join(said).split())


# --- faults ------------------------------------------------------------------------------


def _line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 1


def _skipped_headings(tokens: Sequence[Token]) -> Iterator[ReadingFault]:
    above = _shallowest(tokens) - 1
    for token in tokens:
        if token.type == "heading_open":
            level = int(token.tag[1])
            if level > above + 1:
                yield ReadingFault(FaultKind.SKIPPED_HEADING, _line(token))
            above = level


def _unnamed_tables(tokens: Sequence[Token]) -> Iterator[ReadingFault]:
    coming = iter(tokens)
    for token in coming:
        if token.type == "thead_open":
            row = takewhile(lambda each: each.type != "thead_close", coming)
            if not all(cell.content for cell in row if cell.type == "inline"):
                yield ReadingFault(FaultKind.TABLE_WITHOUT_HEADER, _line(token))


def _faults_within(inline: Token) -> Iterator[ReadingFault]:
    line = _line(inline)
    link: list[Token] | None = None
    for child in inline.children or []:
        if child.type in BREAKS:
            line += 1
        elif child.type == "image" and not _alternative(child):
            yield ReadingFault(FaultKind.IMAGE_WITHOUT_TEXT, line)
        if child.type == "link_open":
            link = []
        elif child.type == "link_close" and link is not None:
            said = _plain(link)
            if AROUND_WORDS.sub("", said).casefold() in SAY_NOTHING:
                yield ReadingFault(FaultKind.VAGUE_LINK, line, said)
            link = None
        elif link is not None:
            link.append(child)
