"""Markdown as readings are written: CommonMark with tables, and emphasis that fits our scripts."""

import re
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.common.utils import isWhiteSpace
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Scanned
from markdown_it.token import Token
from markdown_it.utils import EnvType

# Characters; a longer text is cut. The longest hand-out of the courses has a tenth of it.
LONGEST = 200_000

# Scripts in which a word goes on straight after a bracket or a quotation mark: Thai, Lao, Burmese,
# Khmer, Hangul, Kana, Bopomofo, Han.
RUNS_ON = re.compile(
    "[\u0e01-\u0eff\u1000-\u109f\u1780-\u17ff\u1100-\u11ff\ua960-\ua97f\uac00-\ud7ff\uffa1-\uffdc"
    "\u3005-\u3007\u3041-\u318f\u31a0-\u31bf\u31f0-\u31ff\uff66-\uff9f"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)


def parse(text: str) -> list[Token]:
    """Return the tokens of a reading, for any text within bounded time; raw HTML stays text."""
    return parser().parse(text[:LONGEST])


@cache
def parser() -> MarkdownIt:
    """Return the parser. It judges no address: whoever renders must."""
    return _Parser()


class _Parser(MarkdownIt):
    def __init__(self) -> None:
        super().__init__("commonmark", {"html": False})
        self.inline = _InlineParser()
        self.configure("commonmark", {"html": False}).enable("table")

    def validateLink(self, url: str) -> bool:  # noqa: N802
        return True


class _InlineState(StateInline):
    """Lets `*` open and close where CommonMark, made for words between spaces, sees neither.

    By its rule `**강조(A)**입니다` is not bold: the closing stars stand between a bracket and a
    letter, where in English a word would begin.
    """

    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:  # noqa: N802, N803
        found = super().scanDelims(start, canSplitWord)
        if not canSplitWord:
            return found
        end = start + found.length
        before = self.src[start - 1] if start else " "
        after = self.src[end] if end < self.posMax else " "
        opens = RUNS_ON.match(before) and not isWhiteSpace(ord(after))
        closes = RUNS_ON.match(after) and not isWhiteSpace(ord(before))
        return Scanned(found.can_open or bool(opens), found.can_close or bool(closes), found.length)


class _InlineParser(ParserInline):
    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        state = _InlineState(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens
