"""Reports of platforms: what they say becomes presence, once it is settled whose each name is.

Every line is kept. Presence follows from the lines that have a person, so the same line in two
reports is one presence, and what is matched anew takes back what it said before.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, insert, select, update

from lms.accounts.models import Person
from lms.core.audit import record_change
from lms.core.db import db, execute, lock
from lms.core.errors import Conflict, Invalid
from lms.media.names import clean_file_name
from lms.seminars.models import (
    AttendanceReport,
    MatchedBy,
    PersonAlias,
    Presence,
    PresenceSource,
    ReportLine,
    Sitting,
    SittingState,
)
from lms.seminars.queries.reports import people_of, roster_of
from lms.seminars.rules.matching import Match, Roster, Who, alias_of, key_of
from lms.seminars.rules.reports import read_report
from lms.seminars.rules.reports.report import (
    LONGEST_EMAIL,
    Refusal,
    Report,
    ReportRefused,
    fingerprint,
    fingerprint_of_fault,
)
from lms.seminars.rules.sittings import Phase, phase
from lms.seminars.services.attendance import recount

REPORT, LINE = "attendance_report", "report_line"

TAKES_REPORTS = frozenset({Phase.LIVE, Phase.ENDED, Phase.PROVISIONAL})
DEVICE_LENGTH = 32

REFUSALS: Mapping[Refusal, LazyString] = {
    Refusal.EMPTY: _l("The file is empty."),
    Refusal.TOO_LARGE: _l("The file is too large. At most 10 MB are read."),
    Refusal.TOO_MANY_LINES: _l("The file has too many lines. At most 30,000 are read."),
    Refusal.WORKBOOK: _l("This is a workbook. Save it as CSV and send that file."),
    Refusal.UNREADABLE_ENCODING: _l(
        "The letters of this file cannot be read. Save it as CSV in UTF-8 and send it again."
    ),
    Refusal.UNKNOWN: _l(
        "This is no report of Zoom, Microsoft Teams or BigBlueButton that can be read."
    ),
    Refusal.NO_TIMES: _l(
        "This report does not say when each person joined and left. In Zoom, save it without "
        "“Show unique users”; in Teams, save the whole attendance report."
    ),
    Refusal.NO_LINES: _l("No line of this report could be read."),
    Refusal.AMBIGUOUS_DATES: _l(
        "The dates in this report can be read in two ways. Save it with dates such as "
        "2026-11-24 and send it again."
    ),
    Refusal.OTHER_DAY: _l("This report is of another day than the session."),
    Refusal.OTHER_TIME: _l(
        "On this clock nobody in the report was there while the session was held. Choose the "
        "time zone the report was saved in."
    ),
}


def takes_reports(sitting: Sitting, now: datetime) -> bool:
    """Tell whether a sitting has begun, and its attendance is not final yet."""
    return phase(sitting.state, sitting.starts_at, sitting.ends_at, now) in TAKES_REPORTS


def import_report(
    sitting: Sitting, raw: bytes, file_name: str, zone: str, *, actor: Person, now: datetime
) -> AttendanceReport:
    """Keep every line of a report, and count as presence what is plainly somebody's.

    A line is kept once, however many reports of the sitting hold it. The same file again is the
    same report, and brings only what was taken back with another; in another zone it takes the
    place of the first. Raises Invalid, with the reason beside the file or the zone, and Conflict
    when the sitting takes no report.
    """
    _open(sitting, now)
    content_hash = sha256(raw).hexdigest()
    before = db.session.scalar(
        select(AttendanceReport).where(
            AttendanceReport.sitting_id == sitting.id,
            AttendanceReport.content_hash == content_hash,
        )
    )
    said = _read(sitting, raw, zone)
    if before is not None and before.zone != zone:
        _remove(before, actor, now)
        before = None
    report = before or AttendanceReport(
        sitting_id=sitting.id,
        platform=said.platform,
        file_name=clean_file_name(file_name),
        content_hash=content_hash,
        zone=zone,
        line_count=len(said.lines) + sum(not fault.reason.is_warning for fault in said.faults),
        imported_by_id=actor.id,
        imported_at=now,
    )
    if before is None:
        db.session.add(report)
        db.session.flush()
        record_change(REPORT, report.id, old="", new="imported", actor_id=actor.id, now=now)
    _keep_lines(sitting, report, said)
    _settle(sitting, now)
    return report


def match_lines(
    sitting: Sitting,
    said: Sequence[tuple[ReportLine, Who | None]],
    *,
    actor: Person,
    now: datetime,
) -> None:
    """Give names to people: all lines of a name in its report, of which one is named here.

    With None a name is nobody's who is taught. Addresses are remembered for the run, and names
    without one, though what a device is called only as a proposal. Saying the same again changes
    nothing. Raises Invalid when somebody cannot have been there, and Conflict when attendance
    is final.
    """
    _open(sitting, now)
    people = {person.who for person in people_of(sitting)}
    for line, who in said:
        lock(line)
        if who is not None and who not in people:
            raise Invalid(f"who-{line.id}", _("Choose somebody of this run."))
        _say(sitting, line, who, actor, now)
    _settle(sitting, now)


def _say(sitting: Sitting, line: ReportLine, who: Who | None, actor: Person, now: datetime) -> None:
    match = Match(MatchedBy.HAND, who) if who else Match(MatchedBy.NOT_A_PARTICIPANT)
    if match == _match_of(line):
        return
    _assign(line, match, actor, now)
    if match.who.guest_id is None:
        _remember(sitting, line, match.who.enrolment_id, actor, now)


def unmatch_line(sitting: Sitting, line: ReportLine, *, actor: Person, now: datetime) -> None:
    """Take back whose a name is: its lines are nobody's, and the run no longer remembers it.

    Harmless on a name that is nobody's. Raises Conflict when attendance is final.
    """
    _open(sitting, now)
    lock(line)
    if line.matched_by == MatchedBy.NOBODY:
        return
    _assign(line, Match(MatchedBy.NOBODY), actor, now)
    db.session.execute(
        delete(PersonAlias).where(
            PersonAlias.run_id == sitting.run_id,
            PersonAlias.name_key.in_({line.name_key, alias_of(line.name, line.email)}),
        )
    )
    _settle(sitting, now)


def discard_report(
    sitting: Sitting, report: AttendanceReport, *, actor: Person, now: datetime
) -> None:
    """Take a report back with all its lines: it was of something else.

    What it said of presence counts no more. Names it taught the run stay remembered. Raises
    Conflict when attendance is final.
    """
    _open(sitting, now)
    _remove(report, actor, now)
    _settle(sitting, now)


def _open(sitting: Sitting, now: datetime) -> None:
    """Lock a sitting whose attendance is still open; raises Conflict when it is not."""
    lock(sitting)
    if sitting.state == SittingState.FINAL:
        raise Conflict(_("Attendance of this session is final. Propose a correction instead."))
    if not takes_reports(sitting, now):
        raise Conflict(_("This session has not been held yet."))


def _read(sitting: Sitting, raw: bytes, zone: str) -> Report:
    try:
        return read_report(
            raw, zone=ZoneInfo(zone), starts_at=sitting.starts_at, ends_at=sitting.ends_at
        )
    except ReportRefused as refusal:
        field = "zone" if refusal.reason == Refusal.OTHER_TIME else "file"
        raise Invalid(field, str(REFUSALS[refusal.reason])) from refusal


# --- lines -----------------------------------------------------------------------------


def _keep_lines(sitting: Sitting, report: AttendanceReport, said: Report) -> None:
    known = set(
        db.session.scalars(
            select(ReportLine.fingerprint).where(ReportLine.sitting_id == sitting.id)
        )
    )
    rows = {row["fingerprint"]: row for row in reversed(_rows(sitting, said))}
    place = {"report_id": report.id, "sitting_id": sitting.id}
    new = [{**row, **place} for print_, row in reversed(rows.items()) if print_ not in known]
    if new:
        execute(insert(ReportLine), new)


def _rows(sitting: Sitting, said: Report) -> list[dict[str, Any]]:
    matches = _Matches(roster_of(sitting, people_of(sitting)))
    warnings = {fault.number: fault.reason for fault in said.faults if fault.reason.is_warning}
    rows = []
    for line in said.lines:
        email = line.email.lower()[:LONGEST_EMAIL]  # some letters become two
        match = matches.of(line.name, email)
        rows.append(
            {
                "number": line.number,
                "fingerprint": fingerprint(said.platform, line),
                "name": line.name,
                "email": email,
                "name_key": key_of(line.name),
                "joined_at": line.joined_at,
                "left_at": line.left_at,
                "raw": line.raw,
                "fault": warnings.get(line.number, ""),
                "matched_by": match.matched_by,
                **match.who._asdict(),
            }
        )
    return rows + [
        {
            "number": fault.number,
            "fingerprint": fingerprint_of_fault(said.platform, fault),
            "name": "",
            "email": "",
            "name_key": "",
            "joined_at": None,
            "left_at": None,
            "raw": fault.raw,
            "fault": fault.reason,
            "matched_by": MatchedBy.NOBODY,
            **Who()._asdict(),
        }
        for fault in said.faults
        if not fault.reason.is_warning
    ]


class _Matches:
    """Whose the names of one report are; a name with its address is asked about once."""

    def __init__(self, roster: Roster) -> None:
        self._roster = roster
        self._found: dict[tuple[str, str], Match] = {}

    def of(self, name: str, email: str) -> Match:
        """Return whose a name is."""
        key = (key_of(name), email)
        if key not in self._found:
            self._found[key] = self._roster.match(name, email)
        return self._found[key]


def _remove(report: AttendanceReport, actor: Person, now: datetime) -> None:
    lines = select(ReportLine.id).where(ReportLine.report_id == report.id)
    db.session.execute(
        update(Presence).where(Presence.line_id.in_(lines)).values(line_id=None, withdrawn_at=now)
    )
    db.session.execute(delete(ReportLine).where(ReportLine.report_id == report.id))
    record_change(REPORT, report.id, old="imported", new="discarded", actor_id=actor.id, now=now)
    db.session.delete(report)
    db.session.flush()


# --- whose they are --------------------------------------------------------------------


def _match_of(line: ReportLine) -> Match:
    return Match(MatchedBy(line.matched_by), Who(line.enrolment_id, line.guest_id))


def _assign(line: ReportLine, match: Match, actor: Person, now: datetime) -> None:
    old = _in_words(_match_of(line))
    db.session.execute(
        update(ReportLine)
        .where(
            ReportLine.report_id == line.report_id,
            ReportLine.name_key == line.name_key,
            ReportLine.email == line.email,
            ReportLine.joined_at.is_not(None),
        )
        .values(matched_by=match.matched_by, **match.who._asdict())
    )
    record_change(LINE, line.id, old=old, new=_in_words(match), actor_id=actor.id, now=now)


def _in_words(match: Match) -> str:
    """Return a match as the history of a line has it: "hand, enrolment 12"."""
    enrolment_id, guest_id = match.who
    if enrolment_id is not None:
        return f"{match.matched_by}, enrolment {enrolment_id}"
    return f"{match.matched_by}, guest {guest_id}" if guest_id else str(match.matched_by)


def _remember(
    sitting: Sitting, line: ReportLine, enrolment_id: int | None, actor: Person, now: datetime
) -> None:
    key = alias_of(line.name, line.email)
    alias = db.session.scalar(
        select(PersonAlias).where(PersonAlias.run_id == sitting.run_id, PersonAlias.name_key == key)
    )
    if alias is None:
        alias = PersonAlias(run_id=sitting.run_id, name_key=key)
        db.session.add(alias)
    alias.enrolment_id, alias.said_by_id, alias.said_at = enrolment_id, actor.id, now
    db.session.flush()


# --- presence --------------------------------------------------------------------------

_Key = tuple[int | None, int | None, str]


def _settle(sitting: Sitting, now: datetime) -> None:
    """Let presence by reports be what the lines with a person say, and count attendance anew."""
    wanted = _presences_said(sitting)
    kept = {
        _key(presence): presence
        for presence in db.session.scalars(
            select(Presence).where(
                Presence.sitting_id == sitting.id, Presence.source == PresenceSource.REPORT
            )
        )
    }
    for key, presence in kept.items():
        if key not in wanted and presence.withdrawn_at is None:
            presence.line_id, presence.withdrawn_at = None, now
    db.session.flush()  # a line leaves one presence before another takes it
    for key in kept.keys() & wanted.keys():
        kept[key].line_id, kept[key].withdrawn_at = wanted[key]["line_id"], None
    db.session.flush()
    new = [said for key, said in wanted.items() if key not in kept]
    if new:
        execute(insert(Presence), new)
    recount(sitting, now)


def _key(presence: Presence) -> _Key:
    return presence.enrolment_id, presence.guest_id, presence.device


def _presences_said(sitting: Sitting) -> dict[_Key, dict[str, Any]]:
    """Return the presences that follow from the lines, each line on a device of its own."""
    lines: Sequence[Any] = execute(
        select(
            ReportLine.id,
            ReportLine.fingerprint,
            ReportLine.enrolment_id,
            ReportLine.guest_id,
            ReportLine.joined_at,
            ReportLine.left_at,
        ).where(
            ReportLine.sitting_id == sitting.id,
            ReportLine.enrolment_id.is_not(None) | ReportLine.guest_id.is_not(None),
        )
    ).all()
    return {
        (line.enrolment_id, line.guest_id, line.fingerprint[:DEVICE_LENGTH]): {
            "sitting_id": sitting.id,
            "enrolment_id": line.enrolment_id,
            "guest_id": line.guest_id,
            "source": PresenceSource.REPORT,
            "device": line.fingerprint[:DEVICE_LENGTH],
            "joined_at": line.joined_at,
            "left_at": line.left_at,
            "line_id": line.id,
            "reason": "",
        }
        for line in lines
    }
