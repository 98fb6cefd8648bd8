"""All or nothing, and nothing noisy before the commit."""

import pytest

from lms.core import clock
from lms.core.audit import history_of, record_change
from lms.core.unit_of_work import after_commit, unit_of_work
from lms.jobs.queue import enqueue, job, run_due_jobs

done: list[str] = []


@job("test.note")
def note(word: str) -> None:
    done.append(word)


def change() -> None:
    record_change("thing", 1, old="a", new="b", actor_id=None, now=clock.now())


def test_a_failure_leaves_nothing_behind(app):
    started = []

    def fail_half_way() -> None:
        with unit_of_work():
            change()
            after_commit(lambda: started.append(1))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_half_way()
    assert (list(history_of(("thing", 1))), started) == ([], [])


def test_what_waits_for_the_commit_starts_after_it(app):
    seen = []
    with unit_of_work():
        change()
        after_commit(lambda: seen.append(len(history_of(("thing", 1)))))
        assert seen == []
    assert seen == [1]


def test_a_job_asked_for_twice_by_key_is_done_once(app):
    done.clear()
    with unit_of_work():
        first = enqueue("test.note", key="k", word="hello")
        assert enqueue("test.note", key="k", word="hello") is first
    assert (run_due_jobs(), done) == (1, ["hello"])
    assert run_due_jobs() == 0
