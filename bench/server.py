"""Servers to measure: granian as `make run` starts it, one process, 64 threads."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Server:
    """A running server: where it listens, and the process whose family does its work."""

    port: int
    pid: int

    def cpu_seconds(self) -> float:
        """Return the CPU time the server's processes have used until now."""
        return sum(_cpu(pid) for pid in _family(self.pid))


def environ(folder: Path) -> dict[str, str]:
    """Return the environment of a fresh instance in a folder."""
    return {
        **os.environ,
        "IEUM_ENV": "testing",
        "IEUM_INSTANCE": str(folder),
        "IEUM_QUEUE_URL": "",
        "FLOOR_DATABASE": str(folder / "ieum.sqlite"),
    }


@contextmanager
def platform(environ: dict[str, str]) -> Iterator[Server]:
    """Run the platform."""
    with _granian("wsgi:app", environ) as server:
        yield server


@contextmanager
def floor(environ: dict[str, str]) -> Iterator[Server]:
    """Run the bare page."""
    with _granian("bench.floor:app", environ) as server:
        yield server


@contextmanager
def _granian(target: str, environ: dict[str, str]) -> Iterator[Server]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"),
        *("--port", str(port), "--workers", "1", "--blocking-threads", "64"),
        *("--no-access-log", "--log-level", "error", target),
    ]
    process = subprocess.Popen(command, cwd=ROOT, env=environ)
    try:
        _wait(port, process)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait(20)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if process.poll() is not None:
            raise RuntimeError("the server ended before it answered")
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
            connection.request("GET", "/")
            connection.getresponse().read()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server did not answer")


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(member for child in children for member in _family(int(child)))]


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS
