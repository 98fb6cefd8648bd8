"""Captions beside the recording: their rows, page by page; each save keeps what was typed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lms.core import clock
from lms.core.errors import Invalid, NotFound
from lms.core.unit_of_work import unit_of_work
from lms.i18n.languages import CONTENT_LANGUAGES
from lms.lessons.forms.captions import CaptionRowsForm
from lms.lessons.manage.pages import TEACHING, bp
from lms.lessons.permissions import get_lesson_for_editing
from lms.lessons.queries import EditedLesson, media_of_lesson
from lms.lessons.queries.captions import CaptionTrack, tracks_of
from lms.lessons.rules.caption_files import parse_captions
from lms.lessons.rules.caption_rows import (
    ReadRows,
    Row,
    moment_of,
    page_at,
    place_after,
    read_rows,
    replace_span,
    rows_of,
    spans_of,
    with_new_row,
)
from lms.lessons.rules.captions import (
    FAULTS_OF_TEXT,
    CaptionFault,
    CaptionRefused,
    Captions,
    shift_all,
)
from lms.lessons.services import CAPTION_FAULTS, captions
from lms.web.guards import requires_role
from lms.web.saving import (
    Difference,
    conflict_answer,
    is_autosave,
    refused_answer,
    saved_answer,
)

CAPTIONS = "/lessons/<int:lesson_id>/captions"
TRACK = f"{CAPTIONS}/<language_code>"

# To look at beside the rows: small first, for who makes captions often has a poor line.
PREVIEWS = ("240p", "480p", "audio")


@dataclass(frozen=True)
class _Desk:
    """What somebody has before them: a session, a language of it, and what it translates."""

    found: EditedLesson
    language: str
    tracks: Mapping[str, CaptionTrack]
    source_language: str

    @property
    def revision(self) -> int:
        """Return the state of the captions; 0 while there are none."""
        return self.tracks[self.language].revision if self.language in self.tracks else 0

    @property
    def length_ms(self) -> int | None:
        """Return the length of the recording, when it is known."""
        return self.found.lesson.duration_seconds * 1000 or None

    @cached_property
    def captions(self) -> Captions:
        """Return what is kept."""
        track = self.tracks.get(self.language)
        return parse_captions(track.webvtt) if track else Captions()

    @cached_property
    def source(self) -> Captions | None:
        """Return what is translated."""
        track = self.tracks.get(self.source_language)
        return parse_captions(track.webvtt) if track else None

    def read(self, form: CaptionRowsForm) -> ReadRows:
        """Return what the rows of the form say."""
        return read_rows(form.rows.data, self.captions, form.span, length_ms=self.length_ms)

    def address(self, **query: Any) -> str:
        """Return the address of the editor, at a page or a new row."""
        query["from"] = self.source_language or None
        return url_for(
            ".edit_captions",
            lesson_id=self.found.lesson.id,
            language_code=self.language,
            **query,
        )


def _desk(lesson_id: int, language: str) -> _Desk:
    found = get_lesson_for_editing(current_user, lesson_id)
    tracks = tracks_of(lesson_id)
    if language not in tracks and language not in CONTENT_LANGUAGES:
        raise NotFound
    source = request.args.get("from", "")
    return _Desk(found, language, tracks, source if source in tracks and source != language else "")


@bp.route(TRACK, methods=["GET", "POST"])
@requires_role(*TEACHING)
def edit_captions(lesson_id: int, language_code: str) -> Any:
    """Show a page of captions beside the recording, and keep what was typed; it saves itself."""
    desk = _desk(lesson_id, language_code)
    form = CaptionRowsForm()
    if request.method == "GET":
        _lay_out(desk, form)
        return _page(desk, form)
    return _save(desk, form)


def _lay_out(desk: _Desk, form: CaptionRowsForm) -> None:
    """Fill the form with a page of what is kept, and an empty row where one was asked for."""
    spans = spans_of(desk.source or desk.captions)
    span = spans[min(max(1, request.args.get("page", 1, type=int)), len(spans)) - 1]
    rows = rows_of(desk.captions, span, desk.source)
    moment = request.args.get("new", type=int)
    if moment is not None or not rows:
        rows = with_new_row(rows, place_after(rows, -1 if moment is None else moment))
    form.made_from(desk.revision)
    form.stand_for(span)
    form.rows.data = rows


# --- saving ----------------------------------------------------------------------------


def _save(desk: _Desk, form: CaptionRowsForm) -> Any:
    act, place = form.wish
    is_filled = form.validate()
    if act == "remove":
        del form.rows.data[place : place + 1]
    read = desk.read(form)
    if not read.is_sound and form.shown_revision != desk.revision:
        return _conflict(desk, form)
    if not is_filled or not read.is_sound:
        return _refused(desk, form)
    lesson_id = desk.found.lesson.id
    try:
        changed = _changed(desk, form, read)
        revision = _keep(desk, changed, form.shown_revision)
    except Invalid as error:
        form.refuse(error)
        return _refused(_desk(lesson_id, desk.language), form)
    if revision is None:
        return _conflict(_desk(lesson_id, desk.language), form)
    if is_autosave():
        return saved_answer(revision) | {"rows": _notes(read)}
    return redirect(_way_on(_desk(lesson_id, desk.language), form, changed), 303)


def _keep(desk: _Desk, changed: Captions, revision: int) -> int | None:
    with unit_of_work():
        return captions.change_captions(
            desk.found.lesson,
            desk.language,
            changed,
            revision=revision,
            actor=current_user.person,
            now=clock.now(),
        )


def _changed(desk: _Desk, form: CaptionRowsForm, read: ReadRows) -> Captions:
    """Return the captions as they are to be; raises Invalid for what no row can be blamed for."""
    is_shift = form.wish[0] == "shift"
    try:
        changed = replace_span(desk.captions, form.span, read.cues)
        return shift_all(changed, form.shift_ms, length_ms=desk.length_ms) if is_shift else changed
    except CaptionRefused as refusal:
        field = "shift" if is_shift else "rows"
        raise Invalid(field, str(CAPTION_FAULTS[refusal.code])) from refusal


def _way_on(desk: _Desk, form: CaptionRowsForm, changed: Captions) -> str:
    """Say what was done, and return where to go on: the page of the same moment, or another."""
    act, place = form.wish
    if act == "page":
        return desk.address(page=max(1, place))
    spans = spans_of(desk.source or changed)
    starts = [moment_of(row.start) for row in form.rows.data] or [0]
    if act == "add":
        here = starts[min(max(1, place), len(starts)) - 1]
        return desk.address(page=page_at(spans, here), new=here if place else form.span.after_ms)
    said = {"remove": _("The caption is removed."), "shift": _("All captions are moved.")}
    flash(said.get(act, _("Saved.")), "ok")
    return desk.address(page=page_at(spans, starts[0] + (form.shift_ms if act == "shift" else 0)))


def _refused(desk: _Desk, form: CaptionRowsForm) -> Any:
    """Give back all that was typed, each fault beside its caption."""
    read = desk.read(form)
    if not read.is_sound:
        words = _("Not saved yet: look at the captions that are marked.")
        form.rows.errors = [*form.rows.errors, words]
    if is_autosave():
        told, status = refused_answer(form)
        said = [*form.rows.errors, told["words"]]
        return told | {"rows": _notes(read), "words": said[0]}, status
    act, place = form.wish
    if act == "add":
        form.rows.data = with_new_row(form.rows.data, place)
    return _page(desk, form), 422


def _conflict(desk: _Desk, form: CaptionRowsForm) -> Any:
    if is_autosave():
        return conflict_answer()
    form.made_from(desk.revision)
    mine = _lines(form.rows.data)
    theirs = _lines(rows_of(desk.captions, form.span))
    differing = Difference(
        "rows",
        _("Captions"),
        "\n".join(line for line in mine if line not in theirs),
        "\n".join(line for line in theirs if line not in mine),
    )
    return _page(desk, form, differing=[differing]), 409


def _lines(rows: Sequence[Row]) -> list[str]:
    return [f"{row.start} → {row.end} {' '.join(row.text.split())}" for row in rows if row.text]


# --- the page --------------------------------------------------------------------------


def _page(desk: _Desk, form: CaptionRowsForm, **shown: Any) -> str:
    spans = spans_of(desk.source or desk.captions)
    media = media_of_lesson(desk.found.lesson.id)
    by_name = {str(name): row for name, row in media.items()}
    return render_template(
        "lessons/manage/edit_captions.html",
        desk=desk,
        found=desk.found,
        form=form,
        rows=list(zip(form.rows.data, _notes(desk.read(form)), strict=True)),
        page=max(1, sum(span.after_ms <= form.span.after_ms for span in spans)),
        pages=len(spans),
        rendition=next((name for name in PREVIEWS if name in by_name), ""),
        **shown,
    )


def _notes(read: ReadRows) -> list[list[dict[str, Any]]]:
    """Return what is said beside each row, in words."""
    return [[_note(code) for code in codes] for codes in read.faults]


def _note(code: CaptionFault) -> dict[str, Any]:
    return {
        "words": str(CAPTION_FAULTS[code]),
        "warning": code.is_warning,
        "is_of_times": code not in FAULTS_OF_TEXT,
    }
