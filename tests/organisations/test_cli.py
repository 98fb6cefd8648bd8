import json

from sqlalchemy import select

from lms.core.audit import history_of
from lms.core.db import db
from lms.organisations import queries
from lms.organisations.cli import STARTING_DATA
from lms.organisations.models import City, FoundationProfile


def run(app, *arguments):
    return app.test_cli_runner().invoke(args=list(map(str, arguments)))


def city_of(slug):
    db.session.expire_all()
    return db.session.scalars(select(City).where(City.slug == slug)).one()


def test_importing_twice_changes_nothing_the_second_time(app):
    assert "45 new" in run(app, "cities", "import").output
    version = queries.cities_version()
    again = run(app, "cities", "import")
    assert again.exit_code == 0
    assert "0 new, 0 changed, 45 as they were" in again.output
    assert queries.cities_version() == version


def test_what_comes_out_goes_in_again(app, tmp_path):
    run(app, "cities", "import")
    file = tmp_path / "cities.json"
    run(app, "cities", "export", file)
    assert file.read_bytes() == (STARTING_DATA / "cities.json").read_bytes()
    assert run(app, "cities", "export").output.encode() == file.read_bytes()


def test_a_change_of_tie_is_in_the_history_and_renews_the_page(app, tmp_path):
    run(app, "cities", "import")
    version = queries.cities_version()
    document = json.loads((STARTING_DATA / "cities.json").read_text())
    entry = next(entry for entry in document if entry["slug"] == "ulaanbaatar")
    entry["relation"] = "sister"
    file = tmp_path / "cities.json"
    file.write_text(json.dumps([entry]))
    assert "1 changed" in run(app, "cities", "import", file).output
    city = city_of("ulaanbaatar")
    changes = [(event.old, event.new) for event in history_of(("city", city.id))]
    assert changes == [("", "friendship"), ("friendship", "sister")]
    assert queries.cities_version() != version
    assert len(queries.cities()) == 45


def test_a_faulty_file_changes_nothing_and_ends_with_an_error(app, tmp_path):
    run(app, "cities", "import")
    document = json.loads((STARTING_DATA / "cities.json").read_text())
    document[0]["en"] = "Takao"
    document[44]["tz"] = "America/Nowhere"
    file = tmp_path / "cities.json"
    file.write_text(json.dumps(document))
    result = run(app, "cities", "import", file)
    assert result.exit_code == 1
    assert "cities[44].tz: must be a time zone" in result.stderr
    assert city_of("kaohsiung").name.texts["en"] == "Kaohsiung"
    missing = run(app, "cities", "import", tmp_path / "none.json")
    assert missing.exit_code == 1
    assert "Traceback" not in missing.output


def test_the_foundations_profiles_come_in_once(app):
    assert "2 new" in run(app, "foundation", "import").output
    assert "0 new, 0 changed, 2 as they were" in run(app, "foundation", "import").output
    assert len(db.session.scalars(select(FoundationProfile)).all()) == 2
