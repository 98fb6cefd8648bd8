"""What some tests need around them: Chromium, PostgreSQL, Redis.

A test asks by fixture (`chromium_path`, `postgres_url`, `redis_url`) or by mark (`browser`,
`postgres`, `redis`); either brings the other. What is not on this machine is skipped, and one
line at the end says so; with CI=true it is a failure, so that nothing goes untested unseen.

Registered by tests/conftest.py: pytest_plugins = ["tests.surroundings"].
"""

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
import redis
from sqlalchemy import make_url

from tests.tables import migrate

NOT_HERE = "not on this machine: "
EMPTY = "TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'"


@dataclass(frozen=True)
class Surrounding:
    """One thing around the tests: its mark, its fixture, and how to have it here."""

    mark: str
    fixture: str
    name: str
    remedy: str


SURROUNDINGS = (
    Surrounding(
        "browser", "chromium_path", "Chromium", "install chromium-headless-shell or set CHROMIUM"
    ),
    Surrounding(
        "postgres", "postgres_url", "PostgreSQL", "install postgresql or set IEUM_TEST_POSTGRES_URL"
    ),
    Surrounding("redis", "redis_url", "Redis", "install redis-server or set IEUM_TEST_REDIS_URL"),
)
BY_FIXTURE = {surrounding.fixture: surrounding for surrounding in SURROUNDINGS}


# --- marks, skips and the line at the end ----------------------------------------------


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        fixtures = getattr(item, "fixturenames", [])
        for surrounding in SURROUNDINGS:
            if surrounding.fixture in fixtures:
                item.add_marker(surrounding.mark)
            elif item.get_closest_marker(surrounding.mark):
                fixtures.insert(0, surrounding.fixture)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    missing = Counter(
        reason.split(NOT_HERE, 1)[1]
        for report in terminalreporter.stats.get("skipped", [])
        if NOT_HERE in (reason := _reason(report))
    )
    if missing:
        counts = "; ".join(f"{count} × {what}" for what, count in sorted(missing.items()))
        terminalreporter.write_line(f"Did not run here: {counts}", yellow=True, bold=True)


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    return report.longrepr[2] if isinstance(report.longrepr, tuple) else ""


def _missing(fixture: str) -> None:
    surrounding = BY_FIXTURE[fixture]
    reason = f"{NOT_HERE}{surrounding.name} ({surrounding.remedy})"
    if os.environ.get("CI") == "true":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


# --- Chromium --------------------------------------------------------------------------


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The browser's program; what drives it (Playwright) brings none of its own here."""
    names = (os.environ.get("CHROMIUM"), "chromium-headless-shell", "chromium", "google-chrome")
    path = next((found for name in names if name and (found := shutil.which(name))), None)
    if path is None:
        _missing("chromium_path")
    return str(path)


# --- PostgreSQL ------------------------------------------------------------------------


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a server in which databases may be made."""
    with contextlib.ExitStack() as afterwards:
        server = _postgres_server(afterwards)
        if server is None:
            _missing("postgres_url")
            return
        yield server


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """An empty database of this test alone, UTF-8 in content and ctype, dropped after it."""
    with postgres_database(postgres_server) as url:
        yield url


@pytest.fixture
def postgres_with_tables(postgres_server: str, migrated_postgres: str) -> Iterator[str]:
    """A database of this test alone, with the tables of the migrations."""
    with postgres_database(postgres_server, like=migrated_postgres) as url:
        yield url


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server: str) -> Iterator[str]:
    """The database others are copied from. Nobody stays connected to it."""
    with postgres_database(postgres_server) as url:
        migrate(url)
        yield url


@contextlib.contextmanager
def postgres_database(server: str, *, like: str | None = None) -> Iterator[str]:
    """Give the address of a database for a while: an empty one, or with all that another holds."""
    name = f"ieum_test_{uuid4().hex}"
    model = f"TEMPLATE {make_url(like).database}" if like else EMPTY
    _in_postgres(server, f"CREATE DATABASE {name} {model}")
    yield _with_database(server, name)
    _in_postgres(server, f"DROP DATABASE {name} WITH (FORCE)")


def _postgres_server(afterwards: contextlib.ExitStack) -> str | None:
    """Return the address of a server in which databases may be made: named, started, or running.

    One of our own comes before one that runs already: it need not wait for the disk.
    """
    named = os.environ.get("IEUM_TEST_POSTGRES_URL")
    if named:
        return named.replace("postgresql+psycopg://", "postgresql://")
    running = (
        "postgresql:///postgres?host=/var/run/postgresql&port=5432",
        "postgresql://postgres@127.0.0.1:5432/postgres",
    )
    return _start_postgres(afterwards) or next(filter(_makes_databases, running), None)


def _makes_databases(server: str) -> bool:
    try:
        with psycopg.connect(server, connect_timeout=2) as connection:
            row = connection.execute(
                "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
            ).fetchone()
    except psycopg.OperationalError:
        return False
    return bool(row and row[0])


def _start_postgres(afterwards: contextlib.ExitStack) -> str | None:
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    initdb = str(installed[-1]) if installed else shutil.which("initdb")
    if initdb is None:
        return None
    programs = Path(initdb).parent
    folder = Path(tempfile.mkdtemp(prefix="ieum-pg-"))
    afterwards.callback(shutil.rmtree, folder, ignore_errors=True)
    account = _unprivileged_account(folder)

    def run(*command: str) -> None:
        subprocess.run(
            command, user=account, cwd=folder, check=True, stdout=subprocess.DEVNULL, timeout=60
        )

    data = str(folder / "data")
    settings = (
        f"-c listen_addresses='' -c unix_socket_directories='{folder}' "
        "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    )
    pg_ctl = (str(programs / "pg_ctl"), "-D", data, "-s", "-w")
    run(initdb, "-D", data, "-A", "trust", "-U", "ieum", "-E", "UTF8", "--locale=C.UTF-8", "-N")
    run(*pg_ctl, "-l", str(folder / "log"), "-o", settings, "start")
    afterwards.callback(run, *pg_ctl, "-m", "immediate", "stop")
    return f"postgresql://ieum@/postgres?host={folder}"


def _unprivileged_account(folder: Path) -> str | None:
    """PostgreSQL refuses to run as root: lend the folder to another account then."""
    if os.geteuid() != 0:
        return None
    accounts = {entry.pw_name for entry in pwd.getpwall()}
    account = "postgres" if "postgres" in accounts else "nobody"
    shutil.chown(folder, account)
    return account


def _in_postgres(server: str, statement: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement)


def _with_database(server: str, name: str) -> str:
    address, _, options = server.partition("?")
    base = address.rsplit("/", 1)[0].replace("postgresql://", "postgresql+psycopg://", 1)
    return f"{base}/{name}" + (f"?{options}" if options else "")


# --- Redis -----------------------------------------------------------------------------


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """An empty Redis of this test process alone.

    A server of our own comes before one that runs already: that one may hold somebody's data,
    so of it only an empty database is taken.
    """
    with contextlib.ExitStack() as afterwards:
        url = (
            os.environ.get("IEUM_TEST_REDIS_URL")
            or _start_redis(afterwards)
            or _empty_database_of_running_redis()
        )
        if url is None:
            _missing("redis_url")
            return
        client = redis.Redis.from_url(url)
        afterwards.callback(client.close)
        client.flushdb()
        yield url
        client.flushdb()


def _start_redis(afterwards: contextlib.ExitStack) -> str | None:
    program = shutil.which("redis-server")
    if program is None:
        return None
    folder = tempfile.mkdtemp(prefix="ieum-redis-")
    afterwards.callback(shutil.rmtree, folder, ignore_errors=True)
    port = _free_port()
    server = subprocess.Popen(
        [program, "--bind", "127.0.0.1", "--port", str(port), "--dir", folder, "--save", ""],
        stdout=subprocess.DEVNULL,
    )
    afterwards.callback(server.wait, timeout=10)
    afterwards.callback(server.terminate)
    url = f"redis://127.0.0.1:{port}/0"
    _wait_until(lambda: _answers(url), "Redis")
    return url


def _empty_database_of_running_redis() -> str | None:
    for number in range(15, 0, -1):
        url = f"redis://127.0.0.1:6379/{number}"
        if not _answers(url):
            return None
        with redis.Redis.from_url(url) as client:
            if client.dbsize() == 0:
                return url
    return None


def _answers(url: str) -> bool:
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=1) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until(is_ready: Callable[[], bool], what: str) -> None:
    for _ in range(100):
        if is_ready():
            return
        time.sleep(0.05)
    raise TimeoutError(f"{what} did not start")
