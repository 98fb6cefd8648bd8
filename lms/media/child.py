"""The process in which an uploaded file is opened: started by `lms.media.sandbox`, one per file.

Reads one line of JSON from its input, limits itself, and writes lines of JSON: how far it is,
then what it found. It knows nothing of the site, so a file that takes it over gains nothing.
"""

import json
import os
import resource
import sys
from pathlib import Path
from typing import Any

POLITENESS = 10  # pages come first


def main() -> None:
    """Do what the input asks for."""
    asked = json.loads(sys.stdin.readline())
    answers = os.fdopen(os.dup(1), "w", buffering=1, encoding="utf-8")
    os.dup2(2, 1)  # whatever a library prints is no answer
    _limit(asked["limits"])

    from lms.media.refusals import Refusal, Refused

    answer: dict[str, Any]
    try:
        answer = {"done": _ACTS[asked["act"]](asked, answers)}
    except Refused as refused:
        answer = {"refused": refused.reason}
    except MemoryError:
        answer = {"refused": Refusal.DAMAGED}
    answers.write(json.dumps(answer) + "\n")


def _limit(limits: dict[str, int]) -> None:
    os.nice(POLITENESS)
    for name, value in {**limits, "RLIMIT_CORE": 0, "RLIMIT_NOFILE": 64}.items():
        _soft, hard = resource.getrlimit(getattr(resource, name))
        allowed = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(getattr(resource, name), (allowed, allowed))


def _inspect(asked: dict[str, Any], _answers: Any) -> dict[str, Any]:
    from lms.media.inspection import inspect

    found = inspect(Path(asked["path"]), asked["file_name"])
    return {"kind": found.kind, "mimetype": found.mimetype, "extension": found.extension}


def _convert(asked: dict[str, Any], answers: Any) -> dict[str, Any]:
    from lms.media.video import convert

    def tell(percent: int) -> None:
        answers.write(json.dumps({"percent": percent}) + "\n")

    made = convert(Path(asked["path"]), Path(asked["out_dir"]), on_progress=tell)
    return {
        "files": {name: path.name for name, path in made.files.items()},
        "duration_seconds": made.duration_seconds,
        "poster": made.poster.name if made.poster else None,
    }


def _reencode(asked: dict[str, Any], _answers: Any) -> dict[str, Any]:
    from lms.media.images import reencode

    made = reencode(Path(asked["path"]), Path(asked["out_dir"]))
    return {
        "full": made.full.name,
        "thumbnail": made.thumbnail.name,
        "width": made.width,
        "height": made.height,
    }


_ACTS = {"inspect": _inspect, "convert": _convert, "reencode": _reencode}

if __name__ == "__main__":
    main()
