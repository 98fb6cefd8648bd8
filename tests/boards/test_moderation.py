"""Reports, hiding, releasing, appeals: what is seen and counted, who is told, who was first."""

from datetime import timedelta

import pytest

from lms.accounts.models import Person
from lms.boards.models import (
    AppealState,
    Audience,
    BlockedWord,
    BoardKind,
    Post,
    PostAppeal,
    PostReport,
    PostState,
    PostTerms,
    ReportReason,
    ReportState,
    Thread,
    WordAction,
)
from lms.boards.queries.moderation import count_reports, last_change, last_hiding
from lms.boards.rules.moderation import Hiding, Seen
from lms.boards.services import moderation
from lms.boards.services.blocked_words import add_word, remove_word
from lms.boards.services.changing import delete_post, edit_post
from lms.boards.services.telling_moderation import tell_of_held
from lms.boards.services.words import Words
from lms.core import clock
from lms.core.audit import StatusEvent, history_of
from lms.core.db import db
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.unit_of_work import unit_of_work
from lms.enrolment.models import RunInstructor
from lms.notifications.models import Notice
from tests.factories import save
from tests.factories.accounts import make_person
from tests.factories.boards import (
    board_of_site,
    first_post,
    make_answer,
    make_run_board,
    make_thread,
)
from tests.factories.enrolment import make_run

INSULT = Hiding(ReportReason.INSULT, "It calls people names.")


def old_hand(*roles):
    return make_person(*roles, created_at=clock.now() - timedelta(days=30))


@pytest.fixture
def staff(app):
    return make_person("staff", full_name="Kim Mod")


@pytest.fixture
def author(app):
    return make_person()


@pytest.fixture
def thread(author):
    return make_thread(board_of_site(), author)


def seen(post) -> Seen:
    return Seen(last_change(post.id).id, post.revision, count_reports(post.id))


def report(post, person, reason=ReportReason.INSULT, words="") -> PostReport:
    with unit_of_work():
        return moderation.report_post(post, person, reason=reason, words=words, now=clock.now())


def hide(post, person, hiding=INSULT, state=None) -> None:
    state = state or seen(post)
    with unit_of_work():
        moderation.hide_post(post, hiding, moderator=person, seen=state, now=clock.now())


def release(post, person, words="", state=None) -> None:
    state = state or seen(post)
    with unit_of_work():
        moderation.release_post(post, words, moderator=person, seen=state, now=clock.now())


def leave(post, person, state=None) -> None:
    state = state or seen(post)
    with unit_of_work():
        moderation.leave_post(post, moderator=person, seen=state, now=clock.now())


def appeal(post, words="It is a quotation.") -> PostAppeal:
    author = db.session.get_one(Person, post.author_id)
    with unit_of_work():
        return moderation.appeal_hiding(post, words, author=author, now=clock.now())


def decide(made, person, *, grants, answer="I read it again.") -> None:
    with unit_of_work():
        moderation.decide_appeal(made, answer, grants=grants, moderator=person, now=clock.now())


def kinds_told(person) -> list[str]:
    notices = db.session.query(Notice).filter_by(person_id=person.id).order_by(Notice.id)
    mine = ("held", "released", "hidden", "report", "appeal", "appeal_decided")
    return [n.kind for n in notices if n.kind.removeprefix("boards.") in mine]


def fresh(thread) -> Thread:
    db.session.expire_all()
    return db.session.get_one(Thread, thread.id)


def is_found(post) -> bool:
    return db.session.query(PostTerms).filter_by(post_id=post.id).count() == 1


# --- hiding and releasing --------------------------------------------------------------


def test_a_hidden_answer_is_neither_counted_nor_found_and_comes_back(thread, staff):
    answer = make_answer(thread, make_person())
    assert fresh(thread).answers == 1
    hide(answer, staff)
    assert (answer.state, fresh(thread).answers, is_found(answer)) == (PostState.HIDDEN, 0, False)
    assert fresh(thread).state == PostState.PUBLISHED
    release(answer, staff, "A quotation.")
    assert (answer.state, fresh(thread).answers, is_found(answer)) == (PostState.PUBLISHED, 1, True)
    assert [(e.new, e.actor_id, e.reason) for e in history_of(("post", answer.id))][1:] == [
        ("hidden", staff.id, "insult: It calls people names."),
        ("published", staff.id, "A quotation."),
    ]


def test_the_first_post_hides_its_thread_and_brings_it_back(thread, staff):
    make_answer(thread, make_person())
    post = first_post(thread)
    hide(post, staff)
    assert (fresh(thread).state, fresh(thread).answers) == (PostState.HIDDEN, 1)
    assert not is_found(post)
    release(post, staff)
    assert (fresh(thread).state, fresh(thread).answers) == (PostState.PUBLISHED, 1)
    assert is_found(post)


def test_a_held_answer_counts_once_it_is_released_and_never_when_hidden(thread, staff):
    one = make_answer(thread, make_person(), is_held=True)
    two = make_answer(thread, make_person(), is_held=True)
    release(one, staff)
    hide(two, staff)
    assert fresh(thread).answers == 1
    assert one.published_at is not None
    assert two.published_at is None
    release(two, staff)
    assert fresh(thread).answers == 2
    assert two.published_at is not None


def test_an_accepted_answer_that_is_hidden_helps_nobody(thread, staff, author):
    from lms.boards.services.changing import accept_answer

    answer = make_answer(thread, make_person())
    with unit_of_work():
        accept_answer(fresh(thread), answer.number, actor=author, now=clock.now())
    hide(answer, staff)
    assert fresh(thread).accepted_number is None


def test_an_author_is_told_why_and_how_to_appeal(thread, staff, author, outbox, run_jobs):
    hide(first_post(thread), staff)
    run_jobs()
    assert kinds_told(author) == ["boards.hidden"]
    (mail,) = [m for m in outbox if author.email in m.to]
    for text in (mail.body, mail.alternatives[0][0]):
        assert "An insult or hatred" in text
        assert "It calls people names." in text
        assert f"/posts/{first_post(thread).id}/appeal" in text
        assert "Kim Mod" not in text


def test_the_same_decision_twice_is_one(thread, staff, author):
    post = first_post(thread)
    state = seen(post)
    for _twice in range(2):
        hide(post, staff, state=state)
    assert len(history_of(("post", post.id))) == 2
    assert kinds_told(author) == ["boards.hidden"]
    state = seen(post)
    for _twice in range(2):
        release(post, staff, state=state)
    assert len(history_of(("post", post.id))) == 3
    assert kinds_told(author) == ["boards.hidden", "boards.released"]


def test_of_two_moderators_the_second_learns_who_was_first(thread, staff):
    post = make_answer(thread, make_person(), is_held=True)
    other = make_person("staff", full_name="Lee Second")
    state = seen(post)
    hide(post, staff, state=state)
    with pytest.raises(Conflict, match="Kim Mod"):
        release(post, other, state=state)
    with pytest.raises(Conflict, match="Kim Mod"):
        hide(post, other, state=state)
    with pytest.raises(Conflict, match="Kim Mod"):
        hide(post, other)  # who has seen that it is hidden
    assert post.state == PostState.HIDDEN


def test_nothing_is_decided_on_words_a_moderator_has_not_seen(thread, staff):
    author = make_person()
    post = make_answer(thread, author, "Fine words", is_held=True)
    state = seen(post)
    with unit_of_work():
        edit_post(post, Words("en", "Others"), revision=1, editor=author, now=clock.now())
    with pytest.raises(Conflict, match="changed"):
        release(post, staff, state=state)
    assert post.state == PostState.HELD
    with unit_of_work():
        delete_post(post, author=author, now=clock.now())
    with pytest.raises(Conflict, match="taken this post back"):
        hide(post, staff)


# --- reports ---------------------------------------------------------------------------


def test_a_person_reports_once_and_the_first_stands(thread, staff):
    post, reader = first_post(thread), make_person()
    first = report(post, reader, words="Look.")
    again = report(post, reader, ReportReason.OTHER, "Again.")
    assert again.id == first.id
    assert (first.reason, first.words, first.state) == ("insult", "Look.", ReportState.OPEN)
    assert db.session.query(PostReport).count() == 1


def test_moderators_hear_of_a_post_once_until_they_have_decided(thread, staff, author):
    post = first_post(thread)
    for _each in range(2):
        report(post, make_person())
    assert kinds_told(staff) == ["boards.report"]
    assert kinds_told(author) == []
    leave(post, staff)
    assert {r.state for r in db.session.query(PostReport)} == {ReportState.DISMISSED}
    assert {r.decided_by_id for r in db.session.query(PostReport)} == {staff.id}
    report(post, make_person())
    assert kinds_told(staff) == ["boards.report"] * 2


def test_three_known_reporters_hide_a_post_until_a_moderator_looks(thread, staff, author):
    post = first_post(thread)
    for person in (old_hand(), make_person(), make_person(), old_hand()):
        report(post, person)
    assert post.state == PostState.PUBLISHED
    third = old_hand()
    report(post, third)
    assert (post.state, fresh(thread).state) == (PostState.HIDDEN, PostState.HIDDEN)
    hiding = last_hiding(post.id)
    assert (hiding.actor_id, Hiding.read(hiding.reason)) == (None, Hiding(None))
    assert kinds_told(author) == ["boards.hidden"]
    report(post, third)  # a double click
    with pytest.raises(Conflict):
        report(post, old_hand())
    assert db.session.query(PostReport).count() == 5
    release(post, staff)
    assert post.state == PostState.PUBLISHED
    assert {r.state for r in db.session.query(PostReport)} == {ReportState.DISMISSED}


def test_what_reports_have_hidden_a_moderator_hides_with_a_reason(thread, staff, author):
    post = first_post(thread)
    state = seen(post)
    for _each in range(3):
        report(post, old_hand())
    with pytest.raises(Conflict, match="Several people"):
        hide(post, staff, state=state)
    hide(post, staff)
    assert last_hiding(post.id).actor_id == staff.id
    assert {r.state for r in db.session.query(PostReport)} == {ReportState.UPHELD}
    assert kinds_told(author) == ["boards.hidden"] * 2


def test_hiding_upholds_the_reports(thread, staff):
    post = first_post(thread)
    made = report(post, make_person())
    hide(post, staff)
    assert made.state == ReportState.UPHELD
    events = history_of(("post_report", made.id))
    assert [(e.new, e.actor_id) for e in events] == [
        ("open", made.reporter_id),
        ("upheld", staff.id),
    ]


def test_leaving_a_post_is_one_decision_and_stands_in_its_history(thread, staff):
    post = first_post(thread)
    report(post, make_person())
    state = seen(post)
    for _twice in range(2):
        leave(post, staff, state=state)
    with pytest.raises(Conflict, match="Kim Mod"):
        hide(post, make_person("staff"), state=state)
    assert [(e.old, e.new) for e in history_of(("post", post.id))] == [
        ("", "published"),
        ("published", "published"),
    ]


def test_reports_a_moderator_has_not_seen_are_not_decided(thread, staff):
    post = first_post(thread)
    report(post, make_person())
    state = seen(post)
    late = report(post, make_person(), ReportReason.PATIENT)
    for decide_so in (hide, leave):
        with pytest.raises(Conflict, match="Somebody else has reported"):
            decide_so(post, staff, state=state)
    assert (post.state, late.state) == (PostState.PUBLISHED, ReportState.OPEN)
    state = seen(post)
    for _twice in range(2):
        hide(post, staff, state=state)
    assert late.state == ReportState.UPHELD
    assert [e.new for e in history_of(("post", post.id))] == ["published", "hidden"]


# --- appeals ---------------------------------------------------------------------------


def test_an_appeal_is_decided_by_somebody_else_and_granted_restores(thread, staff, author):
    post, other = first_post(thread), make_person("admin")
    hide(post, staff)
    made = appeal(post)
    assert appeal(post, "Once more.").id == made.id
    assert made.words == "It is a quotation."
    assert kinds_told(other) == ["boards.appeal"]
    assert "boards.appeal" not in kinds_told(staff)
    for grants in (True, False):
        with pytest.raises(Conflict, match="somebody else"):
            decide(made, staff, grants=grants)
    with pytest.raises(Conflict, match="appealed"):
        release(post, staff)
    for _twice in range(2):
        decide(made, other, grants=True)
    assert (made.state, made.decided_by_id) == (AppealState.GRANTED, other.id)
    assert (post.state, fresh(thread).state) == (PostState.PUBLISHED, PostState.PUBLISHED)
    assert kinds_told(author) == ["boards.hidden", "boards.appeal_decided"]


def test_a_refused_appeal_is_the_last_of_that_hiding(thread, staff, author):
    post, other = first_post(thread), make_person("staff", full_name="Lee Second")
    hide(post, staff)
    made = appeal(post)
    decide(made, other, grants=False)
    assert (made.state, made.answer, post.state) == (
        AppealState.REFUSED,
        "I read it again.",
        PostState.HIDDEN,
    )
    assert appeal(post, "Please.").id == made.id
    with pytest.raises(Conflict, match="Lee Second"):
        decide(made, make_person("staff"), grants=True)
    release(post, staff)
    hide(post, staff)
    assert appeal(post, "Again hidden, again I ask.").id != made.id


def test_anybody_decides_where_reports_have_hidden(thread, staff):
    post = first_post(thread)
    for _each in range(3):
        report(post, old_hand())
    made = appeal(post)
    assert made.hidden_by_id is None
    decide(made, staff, grants=False)
    assert {r.state for r in db.session.query(PostReport)} == {ReportState.UPHELD}


def test_what_stays_hidden_after_an_appeal_is_not_hidden_once_more(thread, staff):
    post = first_post(thread)
    for _each in range(3):
        report(post, old_hand())
    made = appeal(post)
    decide(made, staff, grants=False)
    for person in (staff, make_person("staff")):
        with pytest.raises(Conflict, match="Kim Mod has decided on this appeal"):
            hide(post, person)
    assert appeal(post, "Please.").id == made.id
    release(post, staff)
    hide(post, staff)
    assert last_hiding(post.id).actor_id == staff.id


def test_there_is_no_appeal_for_what_is_not_hidden(thread, staff):
    post = first_post(thread)
    with pytest.raises(Conflict):
        appeal(post)
    hide(post, staff)
    release(post, staff)
    with pytest.raises(Conflict):
        appeal(post)
    assert db.session.query(PostAppeal).count() == 0


# --- what waits ------------------------------------------------------------------------


def test_those_in_charge_hear_once_that_a_post_waits(staff, run_jobs):
    run = make_run()
    teacher, other = make_person("instructor"), make_person("instructor")
    save(RunInstructor(run_id=run.id, person_id=teacher.id))
    make_thread(make_run_board(run), make_person(), is_held=True)
    run_jobs()
    post = db.session.query(Post).filter_by(state=PostState.HELD).one()
    with unit_of_work():
        tell_of_held(post.id, now=clock.now())
    told = {person.id: kinds_told(person) for person in (staff, teacher, other)}
    assert told == {staff.id: ["boards.held"], teacher.id: ["boards.held"], other.id: []}


@pytest.mark.parametrize(
    ("roles", "readers"), [((), Audience.MEMBERS), (("instructor",), Audience.STAFF)]
)
def test_who_teaches_no_more_or_may_not_read_the_board_hears_of_nothing(
    staff, run_jobs, roles, readers
):
    run, teacher = make_run(), make_person(*roles)
    save(RunInstructor(run_id=run.id, person_id=teacher.id))
    board = make_run_board(run, readable_by=readers)
    report(first_post(make_thread(board, make_person())), make_person())
    make_thread(board, make_person(), is_held=True)
    run_jobs()
    assert kinds_told(staff) == ["boards.report", "boards.held"]
    assert kinds_told(teacher) == []


def test_of_a_board_of_all_the_staff_are_in_charge(staff, run_jobs):
    teacher = make_person("instructor")
    make_thread(board_of_site(BoardKind.IDEAS), make_person(), is_held=True)
    run_jobs()
    assert (kinds_told(staff), kinds_told(teacher)) == (["boards.held"], [])


def test_what_was_released_before_the_job_ran_is_told_to_nobody(thread, staff):
    post = make_answer(thread, make_person(), is_held=True)
    release(post, staff)
    with unit_of_work():
        tell_of_held(post.id, now=clock.now())
    assert "boards.held" not in kinds_told(staff)


def test_a_released_post_is_told_of_like_a_new_one(author, staff, run_jobs):
    thread = make_thread(board_of_site(), author)
    answer = make_answer(thread, make_person(), is_held=True)
    run_jobs()
    before = db.session.query(Notice).filter_by(person_id=author.id).count()
    release(answer, staff)
    run_jobs()
    assert db.session.query(Notice).filter_by(person_id=author.id).count() == before + 1


# --- the list of words -----------------------------------------------------------------


def add(word, action=WordAction.HOLD, by=None):
    with unit_of_work():
        return add_word(word, action, actor=by or make_person("staff"), now=clock.now())


@pytest.mark.parametrize("again", ["casino", "CASINO", " Casino ", "Ｃａｓｉｎｏ", "cásino"])
def test_a_word_is_listed_once_whatever_its_case(app, again):
    first = add("Casino").id
    assert add(again).id == first
    with pytest.raises(Invalid) as caught:
        add(again, WordAction.REFUSE)
    assert caught.value.field == "word"
    assert [row.word for row in db.session.query(BlockedWord)] == ["casino"]


@pytest.mark.parametrize("word", ["a", "\u200b", "\u200ba\u200b", "ﷺ" * 60])
def test_what_is_no_word_is_not_listed(app, word):
    with pytest.raises(Invalid):
        add(word)


def test_the_list_is_kept_in_the_audit(app, staff):
    word = add("casino", WordAction.REFUSE, by=staff)
    word_id = word.id
    with unit_of_work():
        remove_word(word, actor=staff, now=clock.now())
    events = db.session.query(StatusEvent).filter_by(entity="blocked_word", entity_id=word_id)
    assert [(e.old, e.new, e.reason) for e in events.order_by(StatusEvent.id)] == [
        ("", "refuse", "casino"),
        ("refuse", "removed", "casino"),
    ]
    assert db.session.query(BlockedWord).count() == 0


def test_two_who_remove_a_word_remove_it_once(app, staff):
    word = add("casino")
    with unit_of_work():
        remove_word(word, actor=staff, now=clock.now())
    with pytest.raises(NotFound), unit_of_work():
        remove_word(db.session.merge(word, load=False), actor=staff, now=clock.now())
