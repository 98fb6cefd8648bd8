from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from lms.jobs.queue import run_due_jobs
from tests.conftest import rolled_back
from tests.holes.ground import Ground, lay_out


@pytest.fixture(scope="module")
def laid_out(shared_app: Flask) -> Iterator[Ground]:
    # A machine that translates is set up, which nobody asks here: only jobs do.
    shared_app.config["TRANSLATOR_URL"] = "http://127.0.0.1:9"
    with rolled_back(shared_app):
        yield lay_out(shared_app)
    shared_app.config["TRANSLATOR_URL"] = ""


@pytest.fixture
def ground(laid_out: Ground) -> Iterator[Ground]:
    """The site as it was made, whatever tests before this one did to it."""
    with laid_out.undone():
        yield laid_out


@pytest.fixture
def run_due() -> Callable[[], int]:
    """Do everything that is due, as the worker would."""
    return run_due_jobs
