"""What posts take from one another: whom one mentions, and the words of one quoted in another."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from markdown_it.token import Token

from lms.web.markdown_parser import PERSON, parse
from lms.web.markdown_words import BREAKS, alternative, plain

# More names in one post are a list of people, and nobody on it is spoken to.
MOST_MENTIONED = 20
LONGEST_QUOTE = 600

SENTENCE_END = re.compile(r"[.!?…][\"'”’)»」』]*(?=\s)|[。！？][”’）」』]*")
# What would begin or end something within a line, and what would make a line another block.
MARKS = re.compile(r"[\\`*\[\]]|<(?=[A-Za-z/!?])|&(?=#?\w+;)|(?<![^\W_])_|_(?![^\W_])")
LINE_MARKS = re.compile(
    r"^(?:-(?=[-:|\s]|$)|\+(?=\s|$)|:(?=-)|=|#(?=[#\s]|$)|[>~|]|[0-9]{1,9}(?=[.)](?:\s|$)))"
)
FENCES = re.compile(r"`{3,}")


def mentioned(text: str) -> list[int]:
    """Return the numbers of the people a post speaks to, each once, in their order.

    Whoever is named in words quoted from another post has been told by that one.
    """
    found: dict[int, None] = {}
    for token in _outside_quotes(parse(text)):
        for child in token.children or []:
            if child.type == "link_open" and (number := _person(child)) is not None:
                found[number] = None
    return list(found)[:MOST_MENTIONED]


def quote(text: str, name: str, person_id: int) -> str:
    """Return the Markdown of a quotation of a post, for a reply to begin with.

    It holds the words of the post and the people it mentions, up to `LONGEST_QUOTE` characters,
    without what the post itself quotes.
    """
    room = LONGEST_QUOTE
    blocks = []
    for block in _blocks(parse(text)):
        blocks.append(block.cut(room))
        room -= block.length
        if room <= 0:
            break
    quoted = "\n".join(_spaced(blocks))
    lead = f"[@{_written(' '.join(name.split()))}](person:{person_id}):"
    return "\n".join(
        [lead, *(f"> {line}".rstrip() for line in quoted.split("\n") if quoted), "", ""]
    )


def _outside_quotes(tokens: Sequence[Token]) -> Iterator[Token]:
    depth = 0
    for token in tokens:
        if token.type in {"blockquote_open", "blockquote_close"}:
            depth += token.nesting
        elif not depth:
            yield token


def _person(link: Token) -> int | None:
    named = PERSON.fullmatch(str(link.attrs["href"]))
    return int(named[1]) if named else None


# --- the words of a post, block by block --------------------------------------------------


@dataclass(frozen=True)
class _Run:
    """Words of a line, or the mention of somebody, which is kept whole."""

    said: str
    person: int | None = None

    @property
    def written(self) -> str:
        words = _written(self.said)
        return words if self.person is None else f"[{words}](person:{self.person})"


@dataclass
class _Block:
    """A paragraph, an item of a list, a row of a table, or code."""

    runs: list[_Run] = field(default_factory=list)
    mark: str = ""
    is_code: bool = False

    @property
    def length(self) -> int:
        return sum(len(run.said) for run in self.runs)

    def cut(self, room: int) -> "_Block":
        """Return as much of the block as there is room for."""
        kept: list[_Run] = []
        for run in self.runs:
            if len(run.said) > room:
                kept.append(_Run("…" if run.person is not None else _cut(run.said, room)))
                break
            kept.append(run)
            room -= len(run.said)
        return _Block(kept, self.mark, self.is_code)

    @property
    def written(self) -> str:
        if self.is_code:
            said = "".join(run.said for run in self.runs).strip("\n")
            fence = max(FENCES.findall(said), key=len, default="``") + "`"
            return f"{fence}\n{said}\n{fence}"
        lines = "".join(run.written for run in self.runs).split("\n")
        safe = [LINE_MARKS.sub(_escaped_line, line.strip()) for line in lines]
        indent = "\n" + " " * len(self.mark)
        return self.mark + indent.join(line for line in safe if line)


def _blocks(tokens: Sequence[Token]) -> Iterator[_Block]:
    coming = _outside_quotes(tokens)
    mark = ""
    for token in coming:
        if token.type == "list_item_open":
            mark = f"{token.info}. " if token.info else "- "
        elif token.type == "list_item_close":
            mark = ""
        elif token.type == "tr_open":
            row = takewhile(lambda each: each.type != "tr_close", coming)
            cells = [plain(each.children or []) for each in row if each.type == "inline"]
            if said := " / ".join(cell for cell in cells if cell):
                yield _Block([_Run(said)])
        elif token.type in {"fence", "code_block"} and token.content.strip():
            yield _Block([_Run(token.content)], is_code=True)
        elif token.type == "inline" and (runs := list(_runs(token.children or []))):
            yield _Block(runs, mark)
            mark = ""


def _runs(children: Sequence[Token]) -> Iterator[_Run]:
    """Yield the words of a line without their marks; neighbouring words as one run."""
    words = ""
    coming = iter(children)
    for child in coming:
        if child.type == "link_open" and (number := _person(child)) is not None:
            within = list(takewhile(lambda each: each.type != "link_close", coming))
            if words:
                yield _Run(words)
            words = ""
            yield _Run(plain(within) or "@", number)
        elif child.type in BREAKS:
            words += "\n"
        else:
            words += alternative(child) if child.type == "image" else child.content
    if words.strip():
        yield _Run(words)


def _spaced(blocks: Sequence[_Block]) -> Iterator[str]:
    """Yield the blocks with an empty line between them, items of a list close together."""
    last = None
    for block in blocks:
        if last and not (block.mark and last.mark):
            yield ""
        yield block.written
        last = block


def _cut(words: str, room: int) -> str:
    """Return the beginning of words: up to a sentence's end where one is near, else a word's."""
    head = words[:room]
    ends = [found.end() for found in SENTENCE_END.finditer(words, 0, room + 1)]
    if ends and room // 2 < ends[-1] <= room:
        return f"{head[: ends[-1]]} …"
    start, space, _rest = head.rpartition(" ")
    return f"{start if space and len(start) > room // 2 else head} …"


def _written(words: str) -> str:
    return MARKS.sub(r"\\\g<0>", words)


def _escaped_line(mark: re.Match[str]) -> str:
    return f"{mark[0]}\\" if mark[0].isdigit() else f"\\{mark[0]}"
