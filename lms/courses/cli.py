"""`flask catalogue import FILE` and `flask catalogue export [FILE]`."""

from pathlib import Path

import click
from flask.cli import AppGroup

from lms.core import clock
from lms.core.fault_finding import LARGEST, FaultyFile
from lms.core.unit_of_work import unit_of_work
from lms.courses import queries
from lms.courses.catalogue_file import STARTING_DATA, CatalogueFile, to_bytes
from lms.courses.catalogue_reading import read
from lms.courses.services.catalogue import ImportReport, import_catalogue

catalogue = AppGroup("catalogue", help="Bring the catalogue in from a file, or out to one.")

PATH = click.Path(dir_okay=False, path_type=Path)


@catalogue.command("import")
@click.argument("file", type=PATH, default=STARTING_DATA)
def import_file(file: Path) -> None:
    """Make the catalogue what FILE says (without FILE: the starting data).

    The file is checked first; when anything in it is wrong, all its faults are listed, nothing
    is changed, and the exit code is 1. Courses that are not in the file are retired.
    """
    try:
        with file.open("rb") as opened:
            entries = read(opened.read(LARGEST + 1))
        with unit_of_work():
            report = import_catalogue(entries, now=clock.now())
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror}") from error
    except FaultyFile as error:
        for fault in error.faults:
            click.echo(str(fault), err=True)
        raise click.ClickException(
            f"{file} has {len(error.faults)} fault(s); nothing was changed."
        ) from error
    click.echo(_summary(entries, report))


def _summary(entries: CatalogueFile, report: ImportReport) -> str:
    modules = sum(len(course.modules) for course in entries.courses)
    return (
        f"{len(entries.curricula)} curricula, {len(entries.courses)} courses, {modules} modules: "
        f"{len(report.new)} courses new, {len(report.changed)} changed, "
        f"{len(report.retired)} retired{_codes(report.retired)}."
    )


def _codes(codes: list[str]) -> str:
    return f" ({', '.join(codes)})" if codes else ""


@catalogue.command("export")
@click.argument("file", type=PATH, required=False)
def export_file(file: Path | None) -> None:
    """Write the published catalogue to FILE, or to the terminal, in the form `import` takes."""
    content = to_bytes(queries.catalogue_as_file())
    if file is None:
        click.echo(content, nl=False)
    else:
        file.write_bytes(content)
