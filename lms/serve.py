"""Start the site on one machine: prepare its data, then run web server and job worker together.

`make run` ends here. This process only watches over the two: the application is loaded by the
processes it starts, so it stays small and needs nothing but the standard library.
"""

import contextlib
import errno
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DEFAULTS = {"HOST": "127.0.0.1", "PORT": "8000", "PYTHONUNBUFFERED": "1"}
# What to listen on every interface is called, and where to reach it from here.
EVERY_INTERFACE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104
THREADS = "64"
START_SECONDS = 60
STOP_SECONDS = 15
LOOK_SECONDS = 0.2


class CannotStart(Exception):
    """Carries the one line that tells the person at the terminal what to do."""


def main() -> int:
    """Run the site until it is told to stop; return 0 then, and 1 when part of it died."""
    _listen_for_the_end()
    children: dict[str, subprocess.Popen[bytes]] = {}
    try:
        environ = settings(os.environ)
        host, port = environ["HOST"], _port(environ["PORT"])
        _refuse_taken_port(host, port)
        instructions = _prepare(environ)
        for name, command in _commands(host, port).items():
            children[name] = _start(command, environ)
        _wait_for_health(children, EVERY_INTERFACE.get(host, host), port)
        _say(f"\nIeum runs at {environ['IEUM_BASE_URL']}/ and stops with Ctrl-C.\n\n{instructions}")
        return _watch(children)
    except CannotStart as reason:
        _say(str(reason))
        return 1
    except KeyboardInterrupt:
        _say("\nStopping …")
        return 0
    finally:
        _stop(children)


def _listen_for_the_end() -> None:
    """Let Ctrl-C, SIGTERM and a closed terminal end the site.

    Ctrl-C also where a shell started this in the background and so had it ignored; a closed
    terminal not under nohup, whose very wish that is.
    """
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler)


def settings(given: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of the site: what is given, then .env, then fit for a first try."""
    environ = {**DEFAULTS, **_env_file(ROOT / ".env"), **given}
    host = EVERY_INTERFACE.get(environ["HOST"], environ["HOST"])
    address = f"[{host}]" if ":" in host else host
    production = environ.get("IEUM_ENV") == "production"
    environ.setdefault("IEUM_BASE_URL", f"http://{address}:{environ['PORT']}")
    environ.setdefault("IEUM_DEMO", environ.get("DEMO", "0" if production else "1"))
    return environ


def _env_file(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    lines = (line.strip() for line in path.read_text().splitlines())
    pairs = (line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    return {name.strip(): value.strip().strip("'\"") for name, value in pairs}


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        raise CannotStart(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)


def _refuse_taken_port(host: str, port: int) -> None:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            reason = f"is already in use. Choose another: make run PORT={port + 1}"
        else:
            reason = f"cannot be listened on: {error.strerror}."
        raise CannotStart(f"Port {port} on {host} {reason}") from error


def _prepare(environ: Mapping[str, str]) -> str:
    """Bring tables and first data up to date; return what to tell the person about them."""
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi:app", "prepare"],
        cwd=ROOT,
        env=environ,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise CannotStart("The data could not be prepared; the lines above say why.")
    return done.stdout


def _commands(host: str, port: int) -> dict[str, list[str]]:
    web = ["granian", "--interface", "wsgi", "--host", host, "--port", str(port), "--workers", "1"]
    web += ["--blocking-threads", THREADS, "--no-ws", "--workers-kill-timeout", "10"]
    # What granian says at start and stop, this process says in its own words.
    web += ["--log-level", "error", "wsgi:app"]
    return {"web server": web, "job worker": ["flask", "--app", "wsgi:app", "worker"]}


def _start(command: list[str], environ: Mapping[str, str]) -> subprocess.Popen[bytes]:
    # A process group of its own: Ctrl-C reaches this process alone, which then stops both in
    # order. Where the system can, they also stop when this process is killed outright.
    leash = ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []
    return subprocess.Popen(
        [*leash, sys.executable, "-m", *command], cwd=ROOT, env=environ, start_new_session=True
    )


def _wait_for_health(children: Mapping[str, subprocess.Popen[bytes]], host: str, port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not _is_healthy(host, port):
        dead = _first_dead(children)
        if dead:
            raise CannotStart(f"{dead}; the lines above say why.")
        if time.monotonic() > deadline:
            raise CannotStart(f"The web server did not answer within {START_SECONDS} seconds.")
        time.sleep(LOOK_SECONDS)


def _is_healthy(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _watch(children: Mapping[str, subprocess.Popen[bytes]]) -> int:
    while True:
        dead = _first_dead(children)
        if dead:
            _say(f"{dead}; stopping the rest.")
            return 1
        time.sleep(LOOK_SECONDS)


def _first_dead(children: Mapping[str, subprocess.Popen[bytes]]) -> str:
    for name, child in children.items():
        code = child.poll()
        if code is not None:
            how = f"by signal {-code}" if code < 0 else f"with code {code}"
            return f"The {name} ended by itself {how}"
    return ""


def _stop(children: Mapping[str, subprocess.Popen[bytes]]) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    for child in children.values():
        child.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for child in children.values():
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(max(0.1, deadline - time.monotonic()))
        # Whatever is left of its group: a web server killed outright leaves its worker behind,
        # which would keep the port.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
