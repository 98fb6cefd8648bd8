"""The huey queue that wakes the worker: its own SQLite file, or Redis by setting."""

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app
from huey import Huey, RedisHuey, SqliteHuey
from huey.registry import Message
from huey.serializer import Serializer

log = logging.getLogger(__name__)


class JSONSerializer(Serializer):
    """Messages as JSON: whoever can write to the queue must not thereby run code (no pickle)."""

    def _serialize(self, data: Any) -> bytes:
        return json.dumps(data).encode()

    def _deserialize(self, data: bytes) -> Any:
        stored = json.loads(data)
        return Message(*stored) if isinstance(stored, list) else stored


@dataclass(frozen=True)
class WakeQueue:
    """The queue and its one task, which does the job of the id it is given."""

    huey: Huey
    task: Any


def init_app(app: Flask, run_job: Callable[[int], object]) -> None:
    """Open the queue named by QUEUE_URL (sqlite:///path, redis://…, or "" for no waking)."""
    url: str = app.config["QUEUE_URL"]
    app.extensions["wake_queue"] = _open(url, app, run_job) if url else None


def _open(url: str, app: Flask, run_job: Callable[[int], object]) -> WakeQueue:
    settings: dict[str, Any] = {"results": False, "serializer": JSONSerializer()}
    if url.startswith(("redis://", "rediss://", "unix://")):
        huey: Huey = RedisHuey("ieum", url=url, **settings)
    else:
        # Its own file: the queue's writes must never wait for the platform's (huey#445).
        huey = SqliteHuey("ieum", filename=url.removeprefix("sqlite:///"), **settings)

    def run(job_id: int) -> None:
        with app.app_context():
            run_job(job_id)

    return WakeQueue(huey, huey.task(name="run_job")(run))


def wake_worker(job_id: int) -> None:
    """Tell the worker that a job is there. A failure costs seconds, not the job."""
    queue: WakeQueue | None = current_app.extensions["wake_queue"]
    if queue is None:
        return
    try:
        queue.task(job_id)
    except Exception:
        log.warning("could not wake the worker; the sweep will find job %s", job_id, exc_info=True)
