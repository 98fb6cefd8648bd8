"""Opens uploaded files in processes of their own, so that a hostile one ends only its own.

The child has limits on memory, time and what it writes, its own temporary folder, and nothing
of the site's environment. What it answers is checked: it may no longer be ours.
"""

import json
import logging
import os
import selectors
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

from lms.media.inspection import Inspected
from lms.media.kinds import ACCEPTED, GIB, MIB
from lms.media.outcomes import ImageForms, Renditions
from lms.media.refusals import Refusal, Refused

ANSWER_LIMIT = 1 * MIB  # of all lines together
BEAT_SECONDS = 15  # whoever holds a job for the work has to say so in time
SILENCE_SECONDS = 300  # a conversion tells each percent; one that stands still is ended

_LOOKING = {
    "RLIMIT_AS": 2 * GIB,
    "RLIMIT_CPU": 30,
    "RLIMIT_FSIZE": 256 * MIB,
}
_PICTURES = {**_LOOKING, "RLIMIT_FSIZE": 64 * MIB}
_MAKING = {
    "RLIMIT_AS": 4 * GIB,
    "RLIMIT_CPU": 4 * 60 * 60,
    "RLIMIT_FSIZE": 4 * GIB,
}
_LOOKING_SECONDS = 60

_PACKAGES = Path(__file__).resolve().parents[2]

log = logging.getLogger(__name__)


class ChildFailed(RuntimeError):
    """The work failed for no fault of the file (no room on the disk, say): try it again."""


def inspect_safely(path: Path, file_name: str) -> Inspected:
    """Return what the file is; raises Refused, with DAMAGED for one that no child survived."""
    asked = {"act": "inspect", "path": str(path), "file_name": file_name}
    found = _ask(asked, _LOOKING, silence=_LOOKING_SECONDS)
    accepted = ACCEPTED.get(str(found.get("extension")))
    if accepted is None:
        raise Refused(Refusal.DAMAGED)
    return Inspected(accepted.kind, accepted.mimetype, str(found["extension"]))


def convert_safely(
    path: Path, out_dir: Path, *, on_progress: Callable[[int], object] = lambda _percent: None
) -> Renditions:
    """Write the forms of a recording into `out_dir`, which must be empty.

    `on_progress` is called here with whole percents, and with the last one again when the next
    takes longer than some seconds. What it raises ends the child and is passed on. Raises
    Refused, or ChildFailed when it is worth another try.
    """
    asked = {"act": "convert", "path": str(path), "out_dir": str(out_dir)}
    made = _ask(asked, _MAKING, silence=SILENCE_SECONDS, on_progress=on_progress)
    files = {str(name): _made(out_dir, file) for name, file in made["files"].items()}
    poster = _made(out_dir, made["poster"]) if made["poster"] else None
    return Renditions(files, float(made["duration_seconds"]), poster)


def reencode_safely(path: Path, out_dir: Path) -> ImageForms:
    """Write the picture and its thumbnail into `out_dir`; raises Refused or ChildFailed."""
    asked = {"act": "reencode", "path": str(path), "out_dir": str(out_dir)}
    made = _ask(asked, _PICTURES, silence=_LOOKING_SECONDS)
    full, thumbnail = _made(out_dir, made["full"]), _made(out_dir, made["thumbnail"])
    return ImageForms(full, thumbnail, int(made["width"]), int(made["height"]))


def _made(out_dir: Path, name: str) -> Path:
    """Return a file the child says it wrote, if it is one and lies where it should."""
    path = out_dir / Path(name).name
    if path.is_symlink() or not path.is_file():
        raise Refused(Refusal.DAMAGED)
    return path


def _ask(
    asked: dict[str, Any],
    limits: dict[str, int],
    *,
    silence: float,
    on_progress: Callable[[int], object] = lambda _percent: None,
) -> dict[str, Any]:
    """Return what the child found; raises Refused when it refused, died or fell silent."""
    with tempfile.TemporaryDirectory(prefix="ieum-") as folder, _child(folder) as child:
        percent = 0
        try:
            for answer in _answers(child, {**asked, "limits": limits}, silence):
                if "percent" in answer or not answer:
                    percent = int(answer.get("percent", percent))
                    on_progress(percent)
                elif "refused" in answer:
                    raise Refused(Refusal(answer["refused"]))
                elif isinstance(answer.get("done"), dict):
                    found: dict[str, Any] = answer["done"]
                    return found
            raise _failure(child, Path(folder))
        finally:
            child.kill()


def _child(folder: str) -> subprocess.Popen[bytes]:
    with (Path(folder) / "said").open("wb") as said:
        return subprocess.Popen(
            [sys.executable, "-m", "lms.media.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            cwd=folder,
            env={
                "PYTHONPATH": str(_PACKAGES),
                "TMPDIR": folder,
                "LANG": "C.UTF-8",
                "MALLOC_ARENA_MAX": "2",  # each costs address space, which is limited
            },
            start_new_session=True,
        )


def _answers(
    child: subprocess.Popen[bytes], asked: dict[str, Any], silence: float
) -> Iterator[dict[str, Any]]:
    assert child.stdin
    assert child.stdout
    try:
        child.stdin.write(json.dumps(asked).encode() + b"\n")
        child.stdin.flush()
    except BrokenPipeError:
        return
    for line in _lines(child.stdout, silence):
        try:
            answer = json.loads(line or b"{}")
        except ValueError:
            return
        if isinstance(answer, dict):
            yield answer


def _lines(pipe: IO[bytes], silence: float) -> Iterator[bytes]:
    """Yield lines until the end, until nothing came for so many seconds, or until too much did.

    While it waits it yields an empty one now and then.
    """
    received, rest = 0, b""
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        deadline = time.monotonic() + silence
        while received < ANSWER_LIMIT:
            left = deadline - time.monotonic()
            if not selector.select(min(BEAT_SECONDS, max(0.0, left))):
                if left <= BEAT_SECONDS:
                    return
                yield b""
                continue
            part = os.read(pipe.fileno(), 1 << 16)
            if not part:
                return
            received += len(part)
            *lines, rest = (rest + part).split(b"\n")
            if lines:
                deadline = time.monotonic() + silence
            yield from lines


def _failure(child: subprocess.Popen[bytes], folder: Path) -> Exception:
    """Return what to raise for a child that gave no answer."""
    try:
        code = child.wait(timeout=1)
    except subprocess.TimeoutExpired:
        child.kill()
        code = child.wait()
    said = (folder / "said").read_bytes()[-2000:].decode("utf-8", "replace")
    log.warning("a file ended its process (%s): %s", code, said)
    # It ended itself by an exception nobody foresaw: the surroundings, rather than the file.
    return ChildFailed(said) if code == 1 else Refused(Refusal.DAMAGED)
