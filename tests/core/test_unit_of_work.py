"""All or nothing, and nothing noisy before the commit."""

import pytest
from sqlalchemy import text

from lms.app import create_app
from lms.core import clock
from lms.core.audit import history_of, record_change
from lms.core.db import db, execute
from lms.core.unit_of_work import after_commit, in_light_unit_of_work, must_last, unit_of_work
from lms.jobs.queue import enqueue, job, run_due_jobs
from tests.conftest import testing_settings
from tests.tables import give_tables

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


@pytest.fixture
def own_site(tmp_path):
    """An application on an SQLite file of its own: in the shared one a transaction is open."""
    app = create_app(testing_settings(tmp_path))
    with app.app_context():
        give_tables(db.engine)
        yield app
        db.session.remove()
        db.engine.dispose()


def waits_for_the_disk() -> bool:
    return execute(text("PRAGMA synchronous")).scalar_one() == 2


def test_what_is_written_is_on_disk_before_it_is_done(own_site):
    with unit_of_work():
        assert waits_for_the_disk()


def test_a_light_act_does_not_wait_for_the_disk_and_the_next_one_does(own_site):
    assert in_light_unit_of_work(waits_for_the_disk) is False
    with unit_of_work():
        assert waits_for_the_disk()


def test_a_light_act_that_decides_something_is_done_again_to_last(own_site):
    waited = []

    def decide() -> str:
        waited.append(waits_for_the_disk())
        change()
        must_last()
        return "decided"

    assert in_light_unit_of_work(decide) == "decided"
    assert waited == [False, True]
    assert len(history_of(("thing", 1))) == 1
