"""Ways into the room of a sitting: from its page, by a personal link, and by the code on site.

A form cannot lead to another site: browsers hold `form-action 'self'` against the answer's
redirect too. So an entry is answered with a page that leads on at once.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lms.core import clock
from lms.core.errors import Invalid, NotFound, TooMany
from lms.core.unit_of_work import unit_of_work
from lms.i18n.formats import plain_in_language
from lms.i18n.languages import page_language
from lms.i18n.times import is_zone, use_zone
from lms.seminars import join_token
from lms.seminars.forms.presence import CheckInForm, tab_or_new
from lms.seminars.permissions import (
    Comer,
    Visit,
    get_comer,
    get_sitting_for_checking_in,
    get_sitting_for_entering,
)
from lms.seminars.queries import SittingRow
from lms.seminars.queries.presence import Sign, signs_of
from lms.seminars.queries.sitting_page import Room, details_of
from lms.seminars.room_servers import servers
from lms.seminars.rooms.entry import Entry, Visitor
from lms.seminars.rooms.unavailable import RoomUnavailable
from lms.seminars.rules.presence import Pass, PassKind, has_room, since_it_opened
from lms.seminars.services import presence
from lms.seminars.services.rooms import way_into
from lms.seminars.sitting_page import of_room, presence_of, refusal_of, sitting_page, words_of
from lms.seminars.views.pages import PAGE, bp
from lms.web.addresses import absolute_url
from lms.web.guards import public, signed_in
from lms.web.limits import check_limit, check_room

View = TypeVar("View", bound=Callable[..., Any])

ENTRIES = "30/10 minutes"
WRONG_CODES = "10/10 minutes"
RETRY_AFTER = {"Retry-After": "60"}


# --- from the page of the sitting ------------------------------------------------------


@bp.post(f"{PAGE}/sessions/<int:sitting_id>/enter")
@signed_in
def enter_room(sitting_id: int) -> Any:
    """Note that somebody comes and lead them into the room.

    What is noted stays when the room cannot be opened: that is not the reader's fault.
    """
    visit = get_sitting_for_entering(current_user, sitting_id)
    check_limit(ENTRIES, "enter", f"{sitting_id} {current_user.id}")
    now = clock.now()
    refusal = refusal_of(visit.sitting, now)
    if refusal:
        return sitting_page(visit, refusal=refusal), 409
    room = details_of(sitting_id, visit.seat, with_room=True).room
    if room is None or not has_room(room.kind):
        return redirect(url_for(".show_sitting", sitting_id=sitting_id), 303)
    who = _seat_of(visit)
    if who is not None:
        _note_entry(who)
    visitor = Visitor(
        id=who.code if who is not None else f"p{current_user.id}",
        name=current_user.full_name,
        is_host=visit.holds or visit.can_manage,
        language=page_language(),
    )
    try:
        return _lead_into(visit.sitting, room, visitor)
    except RoomUnavailable as error:
        return sitting_page(visit, trouble=error), 503, RETRY_AFTER


def _seat_of(visit: Visit) -> Pass | None:
    if visit.seat is None or not visit.seat.is_active:
        return None
    return Pass(PassKind.ENROLMENT, visit.seat.enrolment_id, visit.sitting.id)


def _note_entry(who: Pass) -> None:
    device = tab_or_new(request.form.get("tab", ""))
    with unit_of_work():
        presence.enter(who, device=device, now=clock.now())


def _lead_into(sitting: SittingRow, room: Room, visitor: Visitor) -> Any:
    """Answer with the way into a room; asks its server, so with no transaction open."""
    entry: Entry = way_into(
        sitting,
        room,
        visitor,
        servers=servers(),
        title=f"{sitting.course_code} {plain_in_language(sitting.title)}",
        afterwards=absolute_url(url_for(".show_sitting", sitting_id=sitting.id)),
        now=clock.now(),
    )
    page = render_template(
        "seminars/enter_room.html", sitting=sitting, room=room, address=entry.address
    )
    return make_response(page, 200, {"Cache-Control": "no-store"})


# --- by a personal link ----------------------------------------------------------------


def by_link(view: View) -> View:
    """Call a view with whoever comes by a link that works; answer any other with one page.

    What stands behind a link stays out of caches and search engines.
    """

    @wraps(view)
    def with_comer(token: str) -> Any:
        answer = make_response(_answer_to(view, token))
        answer.headers["Cache-Control"] = "no-store"
        answer.headers["X-Robots-Tag"] = "noindex, nofollow"
        return answer

    return public(with_comer)  # type: ignore[return-value]


def _answer_to(view: View, token: str) -> Any:
    try:
        comer = get_comer(join_token.read(token), clock.now())
    except NotFound:
        return render_template("seminars/_dead_link.html", sitting=None), 404
    if not comer.is_live:
        return render_template("seminars/_dead_link.html", sitting=comer.sitting), 410
    if is_zone(comer.time_zone):
        use_zone(comer.time_zone)
    return view(comer, token)


@bp.route(f"{PAGE}/join/<token>", methods=["GET", "POST"])
@by_link
def join(comer: Comer, token: str) -> Any:
    """Let somebody into a session by their own link, without an account.

    Only the button enters and is noted: programs that look through mails follow links.
    """
    if request.method != "POST":
        return _join_page(comer, token)
    check_limit(ENTRIES, "enter", f"{comer.sitting.id} {comer.who.code}")
    refusal = refusal_of(comer.sitting, clock.now())
    if refusal:
        return _join_page(comer, token, refusal=refusal), 409
    room = _room_of(comer)
    if not has_room(room.kind):
        return redirect(url_for(".join", token=token), 303)
    _note_entry(comer.who)
    visitor = Visitor(comer.who.code, comer.name, _is_host(comer), page_language())
    try:
        return _lead_into(comer.sitting, room, visitor)
    except RoomUnavailable as error:
        return _join_page(comer, token, trouble=error), 503, RETRY_AFTER


def _is_host(comer: Comer) -> bool:
    return comer.who.kind == PassKind.HOLDER


def _room_of(comer: Comer) -> Room:
    room = details_of(comer.sitting.id, None, with_room=True).room
    assert room is not None
    return room


def _join_page(
    comer: Comer, token: str, *, trouble: RoomUnavailable | None = None, refusal: str = ""
) -> str:
    is_counted = not _is_host(comer)
    return render_template(
        "seminars/join.html",
        comer=comer,
        token=token,
        sitting=comer.sitting,
        room=_room_of(comer),
        is_guest=comer.who.kind == PassKind.GUEST,
        is_counted=is_counted,
        trouble=words_of(trouble, is_host=_is_host(comer)),
        refusal=refusal,
        **presence_of(_signs_of(comer) if is_counted else [], comer.sitting),
        **of_room(comer.sitting, clock.now()),
    )


def _signs_of(comer: Comer) -> list[Sign]:
    return since_it_opened(signs_of(comer.who), comer.sitting.starts_at)


# --- on site ---------------------------------------------------------------------------


@bp.route(f"{PAGE}/sessions/<int:sitting_id>/check-in", methods=["GET", "POST"])
@signed_in
def check_in(sitting_id: int) -> Any:
    """Note by the code shown in the room that the reader is there; the QR code brings it along."""
    visit, sitting, enrolment = get_sitting_for_checking_in(current_user, sitting_id)
    brought = request.args.get("code", "")
    form = CheckInForm(data={"code": brought})
    if not form.validate_on_submit():
        return _check_in_page(visit, form), 422 if form.errors else 200
    tries = ("check-in", f"{sitting_id} {current_user.id}")
    code = form.code.data
    try:
        check_room(WRONG_CODES, *tries)
        with unit_of_work():
            presence.check_in(sitting, enrolment, code, from_qr=code == brought, now=clock.now())
    except Invalid as error:
        check_limit(WRONG_CODES, *tries)
        form.refuse(error)
        return _check_in_page(visit, form), 422
    except TooMany as error:
        form.refuse(Invalid("code", _too_many(error.retry_after)))
        return _check_in_page(visit, form), 429, {"Retry-After": str(error.retry_after)}
    flash(_("You are checked in until the end of the session."), "ok")
    return redirect(url_for(".show_sitting", sitting_id=sitting_id), 303)


def _too_many(seconds: int) -> str:
    return _(
        "Too many tries. Wait %(minutes)d min, or tell the instructor that you are here.",
        minutes=(seconds + 59) // 60,
    )


def _check_in_page(visit: Visit, form: CheckInForm) -> str:
    return render_template(
        "seminars/check_in.html",
        sitting=visit.sitting,
        form=form,
        **of_room(visit.sitting, clock.now()),
    )
