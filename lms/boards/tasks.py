"""Jobs of this package."""

from lms.boards.queries.escalation import open_boards, unanswered
from lms.boards.services import telling, telling_moderation
from lms.boards.services.escalation import escalate
from lms.core import clock
from lms.core.unit_of_work import unit_of_work
from lms.enrolment.rules import busan_day
from lms.jobs.queue import job, keep_lease


@job("boards.escalate_questions")
def escalate_questions() -> None:
    """Tell those responsible of questions nobody has answered, each in a unit of its own."""
    now = clock.now()
    with unit_of_work():
        waiting = unanswered(open_boards(busan_day(now)), now)
    for thread_id in waiting:
        keep_lease()
        with unit_of_work():
            escalate(thread_id, now=now)


@job("boards.tell_of_post")
def tell_of_post(*, post_id: int) -> None:
    """Tell those a post concerns, some at a time, each time whoever may still read it then."""
    after: int | None = 0
    while after is not None:
        with unit_of_work():
            after = telling.tell_of_post(post_id, now=clock.now(), after=after)
        keep_lease()


@job("boards.tell_of_held")
def tell_of_held(*, post_id: int) -> None:
    """Tell the moderators in charge that a post waits for them."""
    with unit_of_work():
        telling_moderation.tell_of_held(post_id, now=clock.now())
