"""The queue wakes a worker, on its own SQLite file and on Redis."""

import pytest

from lms.app import create_app
from lms.core.db import db
from lms.core.unit_of_work import unit_of_work
from lms.jobs.models import Job, JobState
from lms.jobs.queue import enqueue, job
from tests.conftest import testing_settings
from tests.tables import give_tables


@job("test.woken")
def woken() -> None:
    pass


def wake_once(tmp_path, **environ) -> str:
    """Ask for a job, take what the queue holds as the consumer would, return the job's state."""
    app = create_app(testing_settings(tmp_path, **environ))
    with app.app_context():
        give_tables(db.engine)
        queue = app.extensions["wake_queue"].huey
        queue.flush()
        with unit_of_work():
            job_id = enqueue("test.woken").id
        queue.execute(queue.dequeue())
        state = str(db.session.get(Job, job_id).state)
        db.session.remove()
        db.engine.dispose()
    return state


def test_by_its_own_sqlite_file(tmp_path):
    url = f"sqlite:///{tmp_path / 'queue.sqlite'}"
    assert wake_once(tmp_path, IEUM_QUEUE_URL=url) == JobState.DONE


@pytest.mark.redis
def test_by_redis(tmp_path, redis_url):
    assert wake_once(tmp_path, IEUM_QUEUE_URL=redis_url) == JobState.DONE


def test_a_broken_queue_costs_no_job(tmp_path):
    app = create_app(testing_settings(tmp_path, IEUM_QUEUE_URL="redis://127.0.0.1:1/0"))
    with app.app_context():
        give_tables(db.engine)
        with unit_of_work():
            enqueue("test.woken")
        assert db.session.query(Job).count() == 1
        db.session.remove()
        db.engine.dispose()
