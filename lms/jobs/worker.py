"""The worker process, started by `lms.serve` or `flask worker`.

Two threads do jobs as they are woken; every few seconds one sweep finds jobs whose waking was
lost or whose worker died, and asks for those that are to be done again and again.
"""

import logging
import threading

from flask import Flask

from lms.jobs.queue import run_due_jobs
from lms.jobs.schedule import enqueue_periodic
from lms.jobs.wake import WakeQueue

SWEEP_SECONDS = 5

log = logging.getLogger(__name__)


def work(app: Flask) -> None:
    """Run until the process is told to stop."""
    logging.getLogger("huey").setLevel(logging.WARNING)  # that it started is no news
    queue: WakeQueue = app.extensions["wake_queue"]
    stop = threading.Event()
    sweeper = threading.Thread(target=_sweep, args=(app, stop), daemon=True)
    sweeper.start()
    consumer = queue.huey.create_consumer(
        workers=2, periodic=False, initial_delay=0.1, backoff=1.15, max_delay=1.0
    )
    consumer.run()
    stop.set()


def _sweep(app: Flask, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            with app.app_context():
                enqueue_periodic()
                run_due_jobs()
        except Exception:
            log.exception("the sweep failed; it will be tried again")
        stop.wait(SWEEP_SECONDS)
