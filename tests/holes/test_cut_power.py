"""Hole: the process dies between a completion and its certificate, or before its job.

Rule: both exist or neither does; a job whose waking was lost is done all the same.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent

ENVIRON = {**os.environ, "PYTHONPATH": str(ROOT)}
STUDY = Path(__file__).with_name("die_while_completing.py")


@pytest.mark.parametrize(
    "moment, completions, certificates, drawn",
    [
        ("between the completion and its certificate", 0, 0, 0),
        ("after the commit", 1, 1, 1),
    ],
)
def test_killed(tmp_path, moment, completions, certificates, drawn):
    died = subprocess.run(
        [sys.executable, str(STUDY), str(tmp_path), moment], cwd=ROOT, env=ENVIRON, check=False
    )
    assert died.returncode == -signal.SIGKILL
    counted = subprocess.run(
        [sys.executable, str(STUDY), str(tmp_path), "count"],
        cwd=ROOT,
        env=ENVIRON,
        check=True,
        capture_output=True,
        text=True,
    )
    assert counted.stdout.split() == [str(n) for n in (completions, certificates, drawn)]
