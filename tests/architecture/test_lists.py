"""Lists that people and programs trust: locked packages, settings, ignored files."""

import re
import subprocess

import pytest

from tests.architecture.source import ROOT, pyproject

PIN = re.compile(r"^([A-Za-z0-9_.\-]+(?:\[[^\]]*\])?)==([^\s;\\]+)", re.MULTILINE)
LOCKS = ("run", "dev")

# Where packages come from is each machine's own setting; a lock that records it works on one only.
REGISTRY = re.compile(
    r"\b(?:pypi|pythonhosted|npmjs|yarnpkg)\.(?:org|com)\b"
    r"|^\s*(?:-i|--index-url|--extra-index-url|-f|--find-links)\b.*",
    re.MULTILINE,
)
RECORDS_REGISTRY = ("uv.lock", "poetry.lock", "pdm.lock", "package-lock.json", "yarn.lock")


def pins(text: str) -> dict[str, str]:
    return {_normal(name): version for name, version in PIN.findall(text)}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name.partition("[")[0]).lower()


def locked(which: str) -> dict[str, str]:
    return pins((ROOT / "requirements" / f"{which}.txt").read_text())


def tracked() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def test_the_development_list_holds_the_running_list():
    """`make test` counts its environment as good enough for `make run`."""
    assert locked("run").items() <= locked("dev").items()


def test_the_lists_are_of_this_project_file():
    project = pyproject()["project"]
    asked = {
        "run": project["dependencies"],
        "dev": project["dependencies"] + project["optional-dependencies"]["dev"],
    }
    for which in LOCKS:
        exact = pins("\n".join(asked[which]))
        names = {_normal(re.split(r"[=<>~\[ ]", entry)[0]) for entry in asked[which]}
        assert exact.items() <= locked(which).items(), f"make lock: {which}.txt is behind"
        assert names <= set(locked(which)), f"make lock: {which}.txt is behind"


@pytest.mark.parametrize("which", LOCKS)
def test_every_locked_package_has_hashes(which: str):
    text = (ROOT / "requirements" / f"{which}.txt").read_text()
    without = [entry.split()[0] for entry in re.split(r"\n(?=\w)", text) if _lacks_hash(entry)]
    assert not without


def _lacks_hash(entry: str) -> bool:
    return bool(PIN.match(entry)) and "--hash=sha256:" not in entry


def test_no_file_names_a_registry():
    named = [name for name in tracked() if name.endswith(RECORDS_REGISTRY)]
    for name in tracked():
        content = (ROOT / name).read_bytes()
        if b"\0" not in content:
            named += [f"{name}: {hit[0]}" for hit in REGISTRY.finditer(content.decode())]
    assert not named


def test_every_setting_is_explained_in_the_example():
    read = set(re.findall(r"IEUM_[A-Z_]+[A-Z]", (ROOT / "config.py").read_text()))
    explained = (ROOT / ".env.example").read_text()
    assert not {name for name in read if name not in explained}


def test_nothing_that_is_made_again_is_tracked():
    made = (".mo", ".pyc", ".gz", ".br", ".sqlite", ".log")
    assert not [name for name in tracked() if name.endswith(made) or name.startswith("instance/")]
