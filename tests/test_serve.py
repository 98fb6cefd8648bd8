"""`make run`: web server and job worker come up together, and nothing of them stays behind."""

import http.client
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from lms import serve

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60


@dataclass
class Site:
    """A started site; `said` is what the person at the terminal has seen so far."""

    process: subprocess.Popen[str]
    port: int
    said: str = ""

    def children(self) -> dict[str, int]:
        """What runs under it, by the word that tells them apart."""
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        commands = {int(pid): Path(f"/proc/{pid}/cmdline").read_text() for pid in listed.split()}
        return {
            name: pid
            for pid, command in commands.items()
            for name in ("granian", "worker")
            if name in command.split("\0")
        }

    def end(self) -> int:
        """Wait for its end and return its exit code."""
        rest, _ = self.process.communicate(timeout=PATIENCE)
        self.said += rest
        return self.process.returncode

    def answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def start(instance: Path, port: int) -> subprocess.Popen[str]:
    environ = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("IEUM_") and name not in {"DEMO", "DEMO_PASSWORD", "HOST"}
    }
    environ |= {"IEUM_INSTANCE": str(instance), "PORT": str(port), "DEMO": "0"}
    return subprocess.Popen(
        [sys.executable, "-m", "lms.serve"],
        cwd=ROOT,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    port = free_port()
    site = Site(start(tmp_path / "instance", port), port)
    assert site.process.stdout
    for line in site.process.stdout:
        site.said += line
        if "stops with Ctrl-C" in line:
            break
    yield site
    if site.process.poll() is None:
        site.process.terminate()
        site.end()


def is_running(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rsplit(")", 1)[1].split()[0] != "Z"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_answers_until_told_to_stop(site: Site, number: signal.Signals):
    assert site.answers(), site.said
    children = site.children()
    assert set(children) == {"granian", "worker"}

    site.process.send_signal(number)

    assert site.end() == 0, site.said
    assert not site.answers()
    assert not [name for name, pid in children.items() if is_running(pid)]


@pytest.mark.parametrize(("victim", "name"), [("granian", "web server"), ("worker", "job worker")])
def test_when_one_dies_it_says_so_and_stops_the_other(site: Site, victim: str, name: str):
    children = site.children()

    os.kill(children[victim], signal.SIGKILL)

    assert site.end() == 1
    assert f"The {name} ended by itself by signal 9; stopping the rest." in site.said
    assert not site.answers()
    assert not [name for name, pid in children.items() if is_running(pid)]


def test_a_taken_port_is_one_plain_line(tmp_path: Path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        said, _ = start(tmp_path / "instance", port).communicate(timeout=PATIENCE)

    assert said == (
        f"Port {port} on 127.0.0.1 is already in use. Choose another: make run PORT={port + 1}\n"
    )


def test_the_environment_wins_over_the_file_and_both_over_the_defaults(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    file = "# one\nPORT=8100\nHOST = 0.0.0.0\nIEUM_MAIL_SENDER='Ieum <a=b@ieum.example>'\n\n"
    (tmp_path / ".env").write_text(file)
    monkeypatch.setattr(serve, "ROOT", tmp_path)

    settings = serve.settings({"PORT": "8200", "DEMO": "0"})

    assert settings["PORT"] == "8200"
    assert settings["HOST"] == "0.0.0.0"
    assert settings["IEUM_MAIL_SENDER"] == "Ieum <a=b@ieum.example>"
    assert settings["IEUM_BASE_URL"] == "http://127.0.0.1:8200"
    assert settings["IEUM_DEMO"] == "0"


@pytest.mark.parametrize(
    ("given", "demo"),
    [({}, "1"), ({"IEUM_ENV": "production"}, "0"), ({"IEUM_ENV": "production", "DEMO": "1"}, "1")],
)
def test_production_loads_no_demonstration_unless_told_to(
    given: dict[str, str], demo: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(serve, "ROOT", tmp_path)

    assert serve.settings(given)["IEUM_DEMO"] == demo
