"""The page on which somebody makes up for a session with its recording."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import render_template, request
from flask_babel import gettext as _

from lms.i18n.formats import in_language, set_content_preferences
from lms.i18n.languages import content_preferences
from lms.lessons.player import Player, player_of
from lms.lessons.transcript import Cue
from lms.progress import play_token, rules
from lms.progress.forms import ThreeAnswersForm
from lms.progress.queries.catch_up import CatchingUp, Part, made_up_by, parts_of, share_of
from lms.progress.services.catch_up import BARS
from lms.seminars.queries.recordings import (
    Question,
    captions_of_sitting,
    media_of_sitting,
    questions_of,
)
from lms.seminars.rules.recordings import Bar, MakeUp, bar_to_making_up

PLAYS_ON = 5  # a sentence that has begun is shown, though it began before the part did


def catch_up_page(known: CatchingUp, now: datetime, form: ThreeAnswersForm | None = None) -> str:
    """Return the page: what was missed, part by part, the player, the questions."""
    row = known.recording.sitting
    set_content_preferences(
        content_preferences(city=known.city_languages, working=row.working_language)
    )
    if not known.can_be_watched(now):
        return render_template("progress/catch_up.html", known=known, sitting=row, player=None)
    facts = known.make_up()
    bar = bar_to_making_up(facts, now)
    counts = known.record.completed_at is None and bar is None and known.is_open
    questions = questions_of(row.id) if counts else []
    return render_template(
        "progress/catch_up.html",
        known=known,
        sitting=row,
        until=facts.until,
        is_too_late=bar == Bar.TOO_LATE,
        why_not=_why_not(known, bar),
        counts=counts,
        made_up=made_up_by(known.enrolment_id),
        questions=questions,
        form=form or (form_of(questions) if questions else None),
        is_answered=known.record.answered_at is not None,
        token=_token(known, now) if counts else "",
        fastest=rules.FASTEST_RATE,
        files=f"/media/sessions/{row.id}/",
        **_player(known, facts),
    )


def _why_not(known: CatchingUp, bar: Bar | None) -> str:
    """Return why watching makes up for nothing (any more), "" where it does or has done so."""
    if known.record.completed_at is not None:
        return ""
    if not known.is_open:
        return _("This course run is over: what you study now is no longer recorded.")
    return str(BARS[bar]) if bar is not None else ""


def _token(known: CatchingUp, now: datetime) -> str:
    sitting_id = known.recording.sitting.id
    return play_token.make_token(known.enrolment_id, sitting_id, now, play_token.SITTING)


def _player(known: CatchingUp, facts: MakeUp) -> dict[str, Any]:
    sitting_id = known.recording.sitting.id
    parts = parts_of(facts.missed, known.watched)
    player = player_of(
        media_of_sitting(sitting_id), captions_of_sitting(sitting_id), known.recording.seconds
    )
    watched, length = share_of(parts)
    return {
        "player": player,
        "parts": parts,
        "watched": watched,
        "length": length,
        "fragment": _fragment(player, parts),
        "cues": [cue for cue in player.cues if _is_said_in(cue, parts)],
    }


def _fragment(player: Player, parts: Sequence[Part]) -> str:
    """Return where to start: where a link asks to, else the first part that is still to watch.

    Without a script the browser stops at the end of the part by itself.
    """
    if player.start_at is not None:
        return str(player.start_at)
    number = request.args.get("part", type=int) or 0
    if 0 < number <= len(parts):
        chosen = parts[number - 1]
    else:
        chosen = next((part for part in parts if not part.is_watched), None) or Part(0, 0, 0)
    return f"{chosen.start},{chosen.end}" if chosen.end else ""


def _is_said_in(cue: Cue, parts: Sequence[Part]) -> bool:
    return any(part.start - PLAYS_ON <= cue.second < part.end for part in parts)


def form_of(questions: Sequence[Question]) -> ThreeAnswersForm:
    """Return the form with the answers to choose from, in the reader's words."""
    form = ThreeAnswersForm()
    for question in questions:
        form.of(question.position).choices = [
            (at, in_language(text, quiet=True)) for at, text in enumerate(question.choices)
        ]
    return form
