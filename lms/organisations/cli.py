"""`flask cities import|export` and `flask foundation import`."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click
from flask.cli import AppGroup

from lms.core import clock
from lms.core.fault_finding import LARGEST, FaultyFile
from lms.core.unit_of_work import unit_of_work
from lms.organisations import city_file, foundation_file, queries, services
from lms.organisations.services import ImportReport

Entries = TypeVar("Entries")

STARTING_DATA = Path(__file__).parent / "data"
PATH = click.Path(dir_okay=False, path_type=Path)

cities = AppGroup("cities", help="Bring the cities in from a file, or out to one.")
foundation = AppGroup("foundation", help="Bring in the foundation's names and signatories.")


@cities.command("import")
@click.argument("file", type=PATH, default=STARTING_DATA / "cities.json")
def import_cities(file: Path) -> None:
    """Make and change cities as FILE says (without FILE: the starting data).

    The file is checked first; when anything in it is wrong, all its faults are listed, nothing
    is changed, and the exit code is 1. Cities that are not in the file stay.
    """
    entries = _read(file, city_file.read)
    with unit_of_work():
        report = services.import_cities(entries, now=clock.now())
    click.echo(f"{len(entries)} cities: {_summary(report)}")


@cities.command("export")
@click.argument("file", type=PATH, required=False)
def export_cities(file: Path | None) -> None:
    """Write the cities to FILE, or to the terminal, in the form `import` takes."""
    content = city_file.to_bytes(queries.cities_as_entries())
    if file is None:
        click.echo(content, nl=False)
    else:
        file.write_bytes(content)


@foundation.command("import")
@click.argument("file", type=PATH, default=STARTING_DATA / "foundation.json")
def import_foundation(file: Path) -> None:
    """Make and change the foundation's profiles as FILE says (without FILE: the starting data)."""
    entries = _read(file, foundation_file.read)
    with unit_of_work():
        report = services.import_foundation(entries, now=clock.now())
    click.echo(f"{len(entries)} profiles: {_summary(report)}")


def _read(file: Path, read: Callable[[bytes], Entries]) -> Entries:
    """Return what a file holds; ends the command with every fault when it holds any."""
    try:
        with file.open("rb") as opened:
            return read(opened.read(LARGEST + 1))
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror}") from error
    except FaultyFile as error:
        for fault in error.faults:
            click.echo(str(fault), err=True)
        raise click.ClickException(
            f"{file} has {len(error.faults)} fault(s); nothing was changed."
        ) from error


def _summary(report: ImportReport) -> str:
    return f"{report.new} new, {report.changed} changed, {report.unchanged} as they were."
