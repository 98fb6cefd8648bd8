"""A database of its own on a PostgreSQL server that runs already."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import psycopg

RUNNING = (
    "postgresql:///postgres?host=/var/run/postgresql&port=5432",
    "postgresql://postgres@127.0.0.1:5432/postgres",
)


@contextmanager
def database() -> Iterator[str | None]:
    """Give the address of a fresh database, dropped afterwards; None where no server answers.

    IEUM_BENCH_POSTGRES_URL names another server than the one that runs here.
    """
    named = os.environ.get("IEUM_BENCH_POSTGRES_URL")
    server = next(filter(_answers, [named] if named else RUNNING), None)
    if server is None:
        yield None
        return
    name = f"ieum_bench_{uuid4().hex}"
    _run(
        server,
        f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' "
        "LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'",
    )
    address, _, options = server.partition("?")
    base = address.rsplit("/", 1)[0].replace("postgresql://", "postgresql+psycopg://", 1)
    try:
        yield f"{base}/{name}" + (f"?{options}" if options else "")
    finally:
        _run(server, f"DROP DATABASE {name} WITH (FORCE)")


def _answers(server: str) -> bool:
    try:
        with psycopg.connect(server, connect_timeout=2):
            return True
    except psycopg.OperationalError:
        return False


def _run(server: str, statement: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement)
