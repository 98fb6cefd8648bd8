"""What in a reading would shut readers out, said to whoever writes it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import takewhile

from flask_babel import gettext as _
from markdown_it.token import Token

from lms.web.markdown_parser import parse
from lms.web.markdown_words import BREAKS, alternative, plain, shallowest

AROUND_WORDS = re.compile(r"^\W+|\W+$")

# Links are also read out of their sentences, one after the other: these then say nothing.
SAY_NOTHING = {
    "here", "click", "click here", "this", "this link", "link", "more", "read more",
    "여기", "여기를 클릭", "여기 클릭", "이곳", "클릭", "링크", "더보기", "더 보기",
    "这里", "此处", "点击", "点击这里", "点击此处", "点这里", "链接", "更多",
}  # fmt: skip


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


def faults_of_reading(text: str) -> list[ReadingFault]:
    """Return what would shut readers out of a reading, in the order of its lines."""
    tokens = parse(text)
    found = [*_skipped_headings(tokens), *_unnamed_tables(tokens)]
    for token in tokens:
        found += _faults_within(token)
    return sorted(found, key=lambda fault: fault.line)


def _line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 1


def _skipped_headings(tokens: Sequence[Token]) -> Iterator[ReadingFault]:
    above = shallowest(tokens) - 1
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
        elif child.type == "image" and not alternative(child):
            yield ReadingFault(FaultKind.IMAGE_WITHOUT_TEXT, line)
        if child.type == "link_open":
            link = []
        elif child.type == "link_close" and link is not None:
            said = plain(link)
            if AROUND_WORDS.sub("", said).casefold() in SAY_NOTHING:
                yield ReadingFault(FaultKind.VAGUE_LINK, line, said)
            link = None
        elif link is not None:
            link.append(child)
