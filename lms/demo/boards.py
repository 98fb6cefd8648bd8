"""Talk on the boards, in many languages, with translations and accepted answers."""

from datetime import datetime, timedelta
from itertools import count

from sqlalchemy import exists, select

from lms.accounts.models import Person
from lms.boards.models import Board, BoardKind, Post, Thread
from lms.boards.queries.boards import BoardHead, board_head
from lms.boards.queries.reach import Reach
from lms.boards.services.changing import accept_answer, pin_thread
from lms.boards.services.expertise import save_expertise
from lms.boards.services.marks import set_like
from lms.boards.services.posting import NewThread, answer, open_thread
from lms.boards.services.translations import Basis, save_translation
from lms.boards.services.words import Words
from lms.core.db import db
from lms.demo.people import CLASS, STAFF, Account
from lms.demo.seasons import People, class_address
from lms.demo.talk import KNOWN, THREADS, Begun, Said
from lms.enrolment.models import CourseRun
from lms.enrolment.rules import busan_day

LATER = timedelta(hours=2)


def fill_boards(run: CourseRun, people: People, now: datetime) -> None:
    """Have the invented people talk on the boards of the site and of a run."""
    talk = _Talk(run, people, now)
    for begun in THREADS:
        talk.begin(begun)
    for account, known in KNOWN.items():
        save_expertise(people.account(account), known, revision=0, now=now)


def has_talk() -> bool:
    """Tell whether anybody has written on a board."""
    return db.session.scalar(select(exists().where(Thread.id.is_not(None)))) or False


class _Talk:
    """The boards, and who says what on them at which moment."""

    def __init__(self, run: CourseRun, people: People, now: datetime) -> None:
        self.run = run
        self.people = people
        self.now = now
        self.keys = count(1)

    def begin(self, begun: Begun) -> None:
        """Begin a thread, with its translations and answers."""
        board, at = self._board(begun.board), self._ago(begun.days_ago)
        author = self._person(begun.by)
        words = [
            Words(language, begun.texts.get(language, ""), title, begun.parts.get(language))
            for language, title in begun.titles.items()
        ]
        new = NewThread(begun.kind, words[0], frozenset(begun.tags), True, begun.audience)
        post = open_thread(board, author, new, key=self._key(), is_held=False, now=at)
        self._translate(post, words[1:], begun.translated_by or begun.by, at + LATER)
        thread = db.session.get_one(Thread, post.thread_id)
        for said in begun.answers:
            self._answer(board, thread, said)
        if begun.is_pinned:
            pin_thread(thread, is_pinned=True, actor=self._person(STAFF), now=at)

    def _answer(self, board: BoardHead, thread: Thread, said: Said) -> None:
        at = self._ago(said.days_ago)
        words = [Words(language, text) for language, text in said.texts.items()]
        author = self._person(said.by)
        post = answer(
            board,
            thread,
            author,
            words[0],
            key=self._key(),
            is_held=False,
            now=at,
            reply_to=1,
            may_be_reused=True,
        )
        self._translate(post, words[1:], said.translated_by or said.by, at + LATER)
        for place in said.helpful_to:
            set_like(post, self._person(place), likes=True, now=at + LATER)
        if said.is_accepted:
            asker = db.session.get_one(Person, thread.author_id)
            accept_answer(thread, post.number, actor=asker, now=at + LATER)

    def _translate(
        self, post: Post, translations: list[Words], by: Account | int, at: datetime
    ) -> None:
        translator = self._person(by)
        basis = Basis(0, post.revision)
        for words in translations:
            save_translation(post, words, basis, translator=translator, now=at)

    def _board(self, kind: BoardKind) -> BoardHead:
        wanted = Board.run_id == self.run.id if kind == BoardKind.RUN else Board.kind == kind
        board_id = db.session.scalars(select(Board.id).where(wanted)).one()
        head = board_head(board_id, Reach(None, busan_day(self.now), is_staff=True))
        assert head is not None
        return head

    def _person(self, who: Account | int) -> Person:
        if isinstance(who, Account):
            return self.people.account(who)
        return self.people.invented(class_address(who), CLASS[who])

    def _ago(self, days: float) -> datetime:
        return self.now - timedelta(days=days)

    def _key(self) -> str:
        return f"demonstration-thread-{next(self.keys):04}"
