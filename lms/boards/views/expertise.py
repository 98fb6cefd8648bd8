"""What people know: a page of each who shows it, a list of them, and the form of one's own."""

from functools import partial
from typing import Any

from flask import render_template, request, url_for
from flask_login import current_user

from lms.boards.expertise_permissions import get_person_for_viewing
from lms.boards.forms.expertise import ExpertiseForm
from lms.boards.permissions import reach_of
from lms.boards.queries.composing import names_to_choose
from lms.boards.queries.expertise import expertise_of, shown_people, written_by
from lms.boards.rules.expertise import PEOPLE_ON_PAGE, POSTS_ON_PAGE, WantedPeople
from lms.boards.services.expertise import save_expertise
from lms.boards.views.pages import PAGE, bp, number_named
from lms.core import clock
from lms.core.unit_of_work import unit_of_work
from lms.i18n.languages import CONTENT_LANGUAGES
from lms.web.guards import signed_in
from lms.web.saving import Saving, answer_sent


@bp.get(f"{PAGE}/people")
@signed_in
def list_people() -> Any:
    """List those who show what they know, by field, city and language."""
    names = names_to_choose()
    wanted = WantedPeople(
        field=_one_of(request.args.get("field", ""), names.fields),
        city=_one_of(request.args.get("city", ""), names.cities),
        language=_one_of(request.args.get("lang", ""), CONTENT_LANGUAGES),
    )
    after = number_named("after")
    found = shown_people(wanted, after=after, limit=PEOPLE_ON_PAGE + 1)
    people = found[:PEOPLE_ON_PAGE]
    return render_template(
        "boards/list_people.html",
        people=people,
        wanted=wanted,
        fields=names.fields,
        cities=names.cities,
        content_languages=CONTENT_LANGUAGES,
        is_first=after is None,
        last=people[-1].id if len(found) > PEOPLE_ON_PAGE else None,
    )


@bp.get(f"{PAGE}/people/<int:person_id>")
@signed_in
def show_person(person_id: int) -> Any:
    """Show what somebody knows and has written, of which readers find what is theirs to read."""
    person = get_person_for_viewing(person_id)
    now, after = clock.now(), number_named("after")
    found = written_by(
        person.id, reach_of(current_user, now), now, after=after, limit=POSTS_ON_PAGE + 1
    )
    posts = found[:POSTS_ON_PAGE]
    fields = names_to_choose().fields
    return render_template(
        "boards/show_person.html",
        person=person,
        fields=[title for code, title in fields.items() if code in person.fields],
        posts=posts,
        is_first=after is None,
        last=posts[-1].id if len(found) > POSTS_ON_PAGE else None,
    )


@bp.route(f"{PAGE}/expertise/edit", methods=["GET", "POST"])
@signed_in
def edit_expertise() -> Any:
    """Say what one knows, and whether others see it; the form saves itself too."""
    row = expertise_of(current_user.id)
    form = ExpertiseForm(obj=row)
    form.offer(names_to_choose().fields)
    show = partial(_form_page, form)
    if request.method == "GET":
        form.made_from(row.revision if row else 0)
        return show()

    def save() -> tuple[bool, int]:
        with unit_of_work():
            return save_expertise(
                current_user.person, form.content, revision=form.shown_revision, now=clock.now()
            )

    def stored() -> dict[str, Any]:
        kept = expertise_of(current_user.id)
        return {name: getattr(kept, name) for name in form.content}

    def done() -> str:
        return url_for(".edit_expertise")

    return answer_sent(form, Saving(save, show, stored, done))


def _form_page(form: ExpertiseForm, **shown: Any) -> str:
    row = expertise_of(current_user.id)
    return render_template(
        "boards/edit_expertise.html", form=form, is_shown=row is not None and row.is_shown, **shown
    )


def _one_of(asked: str, known: Any) -> str:
    return asked if asked in known else ""
