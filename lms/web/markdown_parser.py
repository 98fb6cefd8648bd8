"""Markdown as readings and posts are written: CommonMark with tables, and emphasis that fits our
scripts.

What costs the writer a few characters costs the reader and the server a bounded number of them:
references, empty cells and nested emphasis, which CommonMark lets grow, have their limits here.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import isWhiteSpace
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_block import StateBlock, table
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


# Marks above and below a letter; no script of ours sets more than this many of them on one.
TOWER = re.compile(
    "([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{4})"
    "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)

PERSON = re.compile(r"person:([0-9]{1,9})")

EMPHASIS = {"em_open", "em_close", "strong_open", "strong_close"}
DEEPEST_EMPHASIS = 8
# Characters of addresses and titles that references may repeat; a longer text may repeat its own
# length.
REPEATED = 20_000


def parse(text: str) -> list[Token]:
    """Return the tokens of a text, in time that grows with its length; raw HTML stays text."""
    text = TOWER.sub(r"\1", text[:LONGEST])
    return parser().parse(text, {"references": _References(max(REPEATED, len(text)))})


@cache
def parser() -> MarkdownIt:
    """Return the parser. It judges no address: whoever renders must."""
    return _Parser()


class _References(dict[str, dict[str, str]]):
    """The definitions of a text, told until what they say has been repeated too often.

    One long address and many short references to it would else become a page of megabytes.
    """

    def __init__(self, room: int) -> None:
        super().__init__()
        self._room = room

    def get(self, label: str, default: Any = None) -> Any:
        found = super().get(label)
        if found is None:
            return default
        self._room -= len(found["href"]) + len(found["title"])
        return found if self._room >= 0 else default


class _Parser(MarkdownIt):
    def __init__(self) -> None:
        super().__init__("commonmark", {"html": False})
        self.inline = _InlineParser()
        self.configure("commonmark", {"html": False}).enable("table")
        self.block.ruler.at("table", _table, {"alt": ["paragraph", "reference"]})

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
        state.tokens[:] = _shallow(state.tokens)
        return state.tokens


def _shallow(tokens: Sequence[Token]) -> Iterator[Token]:
    """Leave out emphasis within so much emphasis that nothing would look different."""
    depth = 0
    for token in tokens:
        if token.type not in EMPHASIS:
            yield token
            continue
        depth += max(0, token.nesting)
        if depth <= DEEPEST_EMPHASIS:
            yield token
        depth += min(0, token.nesting)


def _table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read a table as far as it is written: rows are filled up with empty cells.

    A wide header with many short rows below it would else become a thousandfold of itself.
    """
    if silent or not table(state, start, end, True):
        return table(state, start, end, silent)
    return table(state, start, _end_of_written_rows(state, start, end), False)


def _end_of_written_rows(state: StateBlock, start: int, end: int) -> int:
    """Return the line from which on more cells would be empty than characters were written."""
    columns = _line(state, start + 1).strip("|").count("|") + 1
    written = state.eMarks[start + 1] - state.bMarks[start]
    empty = 0
    endings = state.md.block.ruler.getRules("blockquote")
    for line in range(start + 2, end):
        row = _line(state, line)
        if not row or state.sCount[line] < state.blkIndent:
            break
        if any(rule(state, line, end, True) for rule in endings):
            break
        written += len(row) + 1
        empty += max(0, columns - row.strip("|").count("|") - 1)
        if empty > written:
            return line
    return end


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].strip()
