"""Talk on the boards, in many languages, with translations and accepted answers."""

from datetime import datetime, timedelta
from functools import partial
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
from lms.demo.agenda import Agenda
from lms.demo.people import CLASS, STAFF, Account
from lms.demo.seasons import People, class_address
from lms.demo.talk import KNOWN, THREADS, Begun, Said
from lms.enrolment.models import CourseRun
from lms.enrolment.rules import busan_day

LATER = timedelta(hours=2)


def plan_talk(run: CourseRun, people: People, agenda: Agenda, now: datetime) -> None:
    """Have the invented people talk on the boards of the site and of a run, each in their turn."""
    talk = _Talk(run, people, agenda, now)
    for begun in THREADS:
        agenda.add(talk.ago(begun.days_ago), partial(talk.begin, begun))
    for account, known in KNOWN.items():
        save_expertise(people.account(account), known, revision=0, now=now)


def has_talk() -> bool:
    """Tell whether anybody has written on a board."""
    return db.session.scalar(select(exists().where(Thread.id.is_not(None)))) or False


class _Talk:
    """The boards, and who says what on them at which moment."""

    def __init__(self, run: CourseRun, people: People, agenda: Agenda, now: datetime) -> None:
        self.run = run
        self.people = people
        self.agenda = agenda
        self.now = now
        self.keys = count(1)

    def begin(self, begun: Begun, at: datetime) -> None:
        """Begin a thread; its translations and answers come when it is their time."""
        board = self._board(begun.board)
        author = self._person(begun.by)
        words = [
            Words(language, begun.texts.get(language, ""), title, begun.parts.get(language))
            for language, title in begun.titles.items()
        ]
        new = NewThread(begun.kind, words[0], frozenset(begun.tags), True, begun.audience)
        post = open_thread(board, author, new, key=self._key(), is_held=False, now=at)
        thread = db.session.get_one(Thread, post.thread_id)
        if begun.is_pinned:
            pin_thread(thread, is_pinned=True, actor=self._person(STAFF), now=at)
        translate = partial(self._translate, post, words[1:], begun.translated_by or begun.by)
        self.agenda.add(at + LATER, translate)
        for said in begun.answers:
            self.agenda.add(self.ago(said.days_ago), partial(self._answer, board, thread, said))

    def ago(self, days: float) -> datetime:
        """Return the moment so many days before the demonstration is loaded."""
        return self.now - timedelta(days=days)

    def _answer(self, board: BoardHead, thread: Thread, said: Said, at: datetime) -> None:
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
        translate = partial(self._translate, post, words[1:], said.translated_by or said.by)
        self.agenda.add(at + LATER, translate)
        self.agenda.add(at + LATER, partial(self._thank, thread, post, said))

    def _translate(
        self, post: Post, translations: list[Words], by: Account | int, at: datetime
    ) -> None:
        translator = self._person(by)
        basis = Basis(0, post.revision)
        for words in translations:
            save_translation(post, words, basis, translator=translator, now=at)

    def _thank(self, thread: Thread, post: Post, said: Said, at: datetime) -> None:
        for place in said.helpful_to:
            set_like(post, self._person(place), likes=True, now=at)
        if said.is_accepted:
            asker = db.session.get_one(Person, thread.author_id)
            accept_answer(thread, post.number, actor=asker, now=at)

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

    def _key(self) -> str:
        return f"demonstration-thread-{next(self.keys):04}"
