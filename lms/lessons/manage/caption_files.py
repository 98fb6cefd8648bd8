"""Captions as files: brought in, begun in another language, taken along, removed."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from lms.core import clock
from lms.core.errors import Invalid, NotFound
from lms.core.unit_of_work import unit_of_work
from lms.i18n.formats import language_name
from lms.i18n.languages import CONTENT_LANGUAGES
from lms.lessons.forms.captions import CaptionFileForm
from lms.lessons.manage.captions import CAPTIONS, TRACK
from lms.lessons.manage.pages import TEACHING, bp
from lms.lessons.permissions import get_lesson_for_editing
from lms.lessons.queries import EditedLesson
from lms.lessons.queries.captions import CaptionTrack, tracks_of
from lms.lessons.rules.caption_encoding import decode
from lms.lessons.rules.caption_files import MOST_BYTES, FoundFault, faults_of, parse_captions
from lms.lessons.rules.caption_names import language_in_name
from lms.lessons.rules.captions import to_subrip, to_webvtt
from lms.lessons.services import CAPTION_FAULTS, captions
from lms.media.names import clean_file_name
from lms.web.guards import requires_role

MOST_FILES = 20

# --- bringing them in ------------------------------------------------------------------


@bp.route(CAPTIONS, methods=["GET", "POST"])
@requires_role(*TEACHING)
def add_captions(lesson_id: int) -> Any:
    """Take a caption file or pasted captions; with a fault nothing is kept and all is told."""
    found = get_lesson_for_editing(current_user, lesson_id)
    tracks = tracks_of(lesson_id)
    form = _file_form(found, tracks)
    if request.method == "GET":
        return _file_page(found, tracks, form)
    sent = _sent(form)
    if not form.validate() or not sent:
        form.file.errors = [] if sent else [_("Choose a file, or paste the captions below.")]
        return _file_page(found, tracks, form), 422
    faults = faults_of(sent, length_ms=found.lesson.duration_seconds * 1000 or None)
    if not all(fault.code.is_warning for fault in faults):
        form.pasted.errors = [_("Nothing was kept. Mend what the list names, then send it again.")]
        return _file_page(found, tracks, form, faults), 422
    language = form.language_code.data
    count = len(parse_captions(sent).cues)
    if _would_replace(tracks.get(language), sent) and not form.replaces.data:
        form.replaces.errors = [_("Tick this to replace them.")]
        return _file_page(found, tracks, form, faults, count=count), 422
    try:
        with unit_of_work():
            captions.keep_captions(
                found.lesson, language, sent, actor=current_user.person, now=clock.now()
            )
    except Invalid as error:
        form.refuse(Invalid("pasted", error.message))
        return _file_page(get_lesson_for_editing(current_user, lesson_id), tracks, form), 422
    flash(ngettext("%(num)s caption is kept.", "%(num)s captions are kept.", count), "ok")
    return redirect(url_for(".edit_captions", lesson_id=lesson_id, language_code=language), 303)


@bp.post(f"{CAPTIONS}/files")
@requires_role(*TEACHING)
def send_captions(lesson_id: int) -> Any:
    """Keep several caption files at once, each in the language its name ends with.

    What cannot be kept without a word more is named, and the others are kept all the same.
    """
    found = get_lesson_for_editing(current_user, lesson_id)
    tracks = tracks_of(lesson_id)
    kept, refused = 0, []
    for file in request.files.getlist("file")[:MOST_FILES]:
        language = language_in_name(file.filename or "", CONTENT_LANGUAGES)
        raw = file.read(MOST_BYTES + 1)
        faults = faults_of(raw, length_ms=found.lesson.duration_seconds * 1000 or None)
        is_sound = language and all(fault.code.is_warning for fault in faults)
        if not is_sound or language is None or _would_replace(tracks.get(language), raw):
            refused.append(clean_file_name(file.filename or ""))
            continue
        with unit_of_work():
            captions.keep_captions(
                found.lesson, language, raw, actor=current_user.person, now=clock.now()
            )
        kept += 1
    if kept:
        flash(ngettext("%(num)s file is kept.", "%(num)s files are kept.", kept), "ok")
    if refused:
        flash(
            _(
                "Not kept: %(names)s. Bring each in by itself to see why.",
                names=", ".join(filter(None, refused)) or "–",
            ),
            "warn",
        )
    if not kept and not refused:
        flash(_("Choose one or more caption files first."), "warn")
    return redirect(url_for(".edit_lesson", lesson_id=lesson_id, _anchor="captions"), 303)


def _file_form(found: EditedLesson, tracks: Mapping[str, CaptionTrack]) -> CaptionFileForm:
    form = CaptionFileForm()
    codes = list(dict.fromkeys([*found.version.languages, *CONTENT_LANGUAGES, *tracks]))
    form.language_code.choices = [(code, language_name(code)) for code in codes]
    if request.method == "GET":
        form.language_code.data = next((code for code in codes if code not in tracks), codes[0])
    return form


def _sent(form: CaptionFileForm) -> bytes | str:
    """Return the file, or what was pasted; the file's text then stands in the box, to be mended.

    A browser forgets which file was chosen once the page comes back.
    """
    file = form.file.data
    raw: bytes = file.read(MOST_BYTES + 1) if file else b""
    if not raw:
        pasted: str = form.pasted.data or ""
        return pasted if pasted.strip() else ""
    if len(raw) <= MOST_BYTES:
        try:
            form.pasted.data = decode(raw)
        except UnicodeDecodeError:
            form.pasted.data = ""
    return raw


def _would_replace(track: CaptionTrack | None, sent: bytes | str) -> bool:
    return track is not None and track.webvtt != to_webvtt(parse_captions(sent))


def _file_page(
    found: EditedLesson,
    tracks: Mapping[str, CaptionTrack],
    form: CaptionFileForm,
    faults: Sequence[FoundFault] = (),
    count: int | None = None,
) -> str:
    if len(form.pasted.data or "") > MOST_BYTES:
        form.pasted.data = ""
    return render_template(
        "lessons/manage/add_captions.html",
        found=found,
        tracks=tracks,
        form=form,
        faults=faults,
        words=CAPTION_FAULTS,
        count=count,
        in_place_of=tracks.get(form.language_code.data),
    )


@bp.get(f"{CAPTIONS}/start")
@requires_role(*TEACHING)
def start_captions(lesson_id: int) -> Any:
    """Lead to the editor of a language, empty or beside what it translates; else to the choice."""
    get_lesson_for_editing(current_user, lesson_id)
    language, source = request.args.get("to", ""), request.args.get("from", "")
    if language not in CONTENT_LANGUAGES:
        return redirect(url_for(".add_captions", lesson_id=lesson_id))
    query: dict[str, Any] = {"from": source} if source in tracks_of(lesson_id) else {}
    return redirect(url_for(".edit_captions", lesson_id=lesson_id, language_code=language, **query))


# --- taking them along, and away -------------------------------------------------------


@bp.get(f"{TRACK}.<any(vtt, srt):kind>")
@requires_role(*TEACHING)
def download_captions(lesson_id: int, language_code: str, kind: str) -> Any:
    """Send captions as WebVTT or SubRip."""
    found, track = _track(lesson_id, language_code)
    name = f"{found.course.code}-{lesson_id}-{language_code}.{kind}"
    if kind == "srt":
        # Players on Windows take a file without this mark for one in the encoding of the country.
        text = to_subrip(parse_captions(track.webvtt)).encode("utf-8-sig")
        response = Response(text, mimetype="application/x-subrip")
    else:
        response = Response(track.webvtt, mimetype="text/vtt")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@bp.post(f"{TRACK}/remove")
@requires_role(*TEACHING)
def remove_captions(lesson_id: int, language_code: str) -> Any:
    """Take the captions of a language away."""
    found, _found_track = _track(lesson_id, language_code)
    with unit_of_work():
        captions.remove_captions(
            found.lesson, language_code, actor=current_user.person, now=clock.now()
        )
    flash(_("The captions are removed."), "ok")
    return redirect(url_for(".edit_lesson", lesson_id=lesson_id, _anchor="captions"), 303)


def _track(lesson_id: int, language: str) -> tuple[EditedLesson, CaptionTrack]:
    found = get_lesson_for_editing(current_user, lesson_id)
    track = tracks_of(lesson_id).get(language)
    if track is None:
        raise NotFound
    return found, track
