"""Names say what a thing holds, and every folder belongs to a package."""

from tests.architecture.source import (
    LMS,
    ROOT,
    STATIC,
    TEMPLATES,
    at,
    floors,
    packages,
    python_files,
)

SAYS_NOTHING = {"util", "utils", "helper", "helpers", "common", "misc", "stuff"}
SHARED_TEMPLATES = {"layouts", "macros", "errors", "vendor"}
SHARED_STATIC = {"base", "vendor"}

# "About 400": past it a room becomes a folder, split by noun.
LONGEST_FILE = 420


def test_no_module_or_folder_is_a_drawer_for_anything():
    named = [
        str(path.relative_to(ROOT))
        for top in (LMS, TEMPLATES, STATIC, ROOT / "tests")
        for path in top.rglob("*")
        if path.stem in SAYS_NOTHING
    ]
    assert not named


def test_every_package_has_a_floor():
    assert not packages() - set(floors())


def test_every_template_and_static_folder_belongs_to_a_package():
    strangers = [
        str(path.relative_to(ROOT))
        for top, shared in ((TEMPLATES, SHARED_TEMPLATES), (STATIC, SHARED_STATIC))
        for path in top.iterdir()
        if path.is_dir() and path.name not in packages() | shared
    ]
    assert not strangers


def test_templates_and_static_files_stand_in_a_folder():
    loose = [path.name for top in (TEMPLATES, STATIC) for path in top.iterdir() if path.is_file()]
    assert not loose


def test_no_file_is_too_long_to_read_at_once():
    long = {
        at(path, lines)
        for path in python_files()
        if (lines := len(path.read_text().splitlines())) > LONGEST_FILE
    }
    assert not long
