"""The two commands, as somebody at a terminal meets them."""

import json

import pytest

from lms.courses.catalogue_file import STARTING_DATA


@pytest.fixture
def run(app):
    return lambda *args: app.test_cli_runner().invoke(args=["catalogue", *map(str, args)])


def test_import_then_export_gives_the_file_back(run, tmp_path):
    done = run("import")
    assert done.exit_code == 0
    assert "7 curricula, 29 courses, 145 modules: 29 courses new" in done.output
    assert "0 courses new, 0 changed, 0 retired." in run("import", STARTING_DATA).output
    run("export", tmp_path / "out.json")
    assert (tmp_path / "out.json").read_bytes() == STARTING_DATA.read_bytes()
    assert run("export").stdout_bytes == STARTING_DATA.read_bytes()


def test_a_faulty_file_changes_nothing_and_all_its_faults_are_listed(run, tmp_path):
    run("import")
    document = json.loads(STARTING_DATA.read_bytes())
    document["courses"][0]["title"]["en"] = "Taken over by mistake"
    document["courses"][3]["modules"][1]["hours"]["L"] = "2"
    document["courses"][4]["prereq"] = "NOPE"
    bad = tmp_path / "bad.json"
    bad.write_text(json.dumps(document))
    done = run("import", bad)
    assert done.exit_code == 1
    assert "courses[3].modules[1].hours.L: must be a number of hours, is text" in done.stderr
    assert "courses[4].prereq: no course has the code NOPE" in done.stderr
    assert "2 fault(s); nothing was changed" in done.stderr
    assert run("export").stdout_bytes == STARTING_DATA.read_bytes()


@pytest.mark.parametrize("name", ["missing.json", "folder"])
def test_what_cannot_be_read_is_said_in_a_sentence(run, tmp_path, name):
    (tmp_path / "folder").mkdir()
    done = run("import", tmp_path / name)
    assert done.exit_code in {1, 2}
    assert "Traceback" not in done.output
    assert name in done.stderr
