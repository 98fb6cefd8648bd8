"""What somebody is writing, between its form, its draft and the post it becomes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup

from lms.boards.attaching import attach
from lms.boards.forms.posting import (
    GOALS,
    LONGEST_BODY,
    PART_WORDS,
    CaseForm,
    NoticeForm,
    PostForm,
    ThreadForm,
)
from lms.boards.models import (
    CASE_PARTS,
    Draft,
    NoticeAudience,
    Post,
    PostState,
    PostText,
    TagKind,
    ThreadKind,
)
from lms.boards.permissions import ThreadView
from lms.boards.queries.composing import names_to_choose, newest_draft, wordings_of
from lms.boards.rules.languages import guess_language
from lms.boards.services.drafts import Written
from lms.boards.services.posting import NewThread
from lms.boards.services.words import Words
from lms.core.secrets import new_token
from lms.core.text import TextInLanguages
from lms.courses.forms import choices_of
from lms.enrolment.rules import end_of_day
from lms.i18n.formats import plain_in_language
from lms.i18n.languages import page_language
from lms.web.markdown import Files, markdown

FORMS: Mapping[ThreadKind, type[ThreadForm]] = {
    ThreadKind.QUESTION: ThreadForm,
    ThreadKind.DISCUSSION: ThreadForm,
    ThreadKind.CASE: CaseForm,
    ThreadKind.NOTICE: NoticeForm,
}

# What a draft keeps besides title and text.
_KEPT = (
    "language", "reply_to", "sdg", "field", "city", "audience", "expires_on", "may_be_reused",
    *CASE_PARTS,
)  # fmt: skip


# Characters of a draft: twice what a post holds at most.
LARGEST_DRAFT = 2 * LONGEST_BODY


def thread_form(kind: ThreadKind, draft: Draft | None = None, **data: Any) -> ThreadForm:
    """Return the form of a thread, with what its draft holds."""
    form = FORMS[kind](data={**data, **_stored(draft)})
    choose_tags(form)
    return _keyed(form, draft)


def answer_form(draft: Draft | None = None, **data: Any) -> PostForm:
    """Return the form of an answer, with what its draft holds."""
    return _keyed(PostForm(data={**data, **_stored(draft)}), draft)


def answer_form_of_reader(place: ThreadView, person_id: int) -> PostForm:
    """Return the form of an answer: somebody goes on where they left theirs."""
    return begun_answer(place, person_id) or blank_answer(place.thread.id)


def begun_answer(place: ThreadView, person_id: int) -> PostForm | None:
    """Return the form of the answer somebody has begun in a thread, None where they have not."""
    begun = newest_draft(person_id, place.thread.id)
    if begun is None:
        return None
    draft, files = begun
    form = answer_form(draft)
    attach(form, "thread", place.thread.id, files=files)
    return form


def blank_answer(thread_id: int, key: str = "") -> PostForm:
    """Return the form of an answer nobody has begun."""
    form = answer_form()
    form.key.data = key or form.key.data
    attach(form, "thread", thread_id)
    return form


def choose_tags(form: ThreadForm) -> None:
    """Offer the goals, fields and cities a thread can be about."""
    names = names_to_choose()
    none = {"": _("None in particular")}
    goals = {str(goal): _("Goal %(goal)s", goal=goal) for goal in GOALS}
    form.sdg.choices = choices_of(none | goals)
    form.field.choices = choices_of(none | _named(names.fields))
    form.city.choices = choices_of(none | _named(names.cities))


def _named(names: Mapping[str, TextInLanguages]) -> dict[str, str]:
    return {code: plain_in_language(name) for code, name in names.items()}


def _keyed(form: Any, draft: Draft | None) -> Any:
    if draft is not None:
        form.key.data = draft.key
    elif not form.is_submitted():
        form.key.data = new_token()
    form.made_from(draft.revision if draft else 0)
    return form


def _stored(draft: Draft | None) -> dict[str, Any]:
    if draft is None:
        return {}
    content = dict(draft.content)
    day = content.get("expires_on")
    content["expires_on"] = datetime.fromisoformat(day).date() if day else None
    return {**content, "title": draft.title, "body": draft.body}


def fits_draft(form: PostForm) -> bool:
    """Tell whether a form is small enough to be kept: what is a little too long can be cut."""
    texts = [form[name].data or "" for name in ("title", "body", *CASE_PARTS) if name in form]
    return sum(map(len, texts)) <= LARGEST_DRAFT


def written_of(form: PostForm, kind: ThreadKind) -> Written:
    """Return what a form holds, to be kept as its draft; too long texts are cut for that."""
    content = {name: _plain(form[name].data) for name in _KEPT if name in form}
    title = (form["title"].data or "") if "title" in form else ""
    return Written(kind, title[:200], form.body.data or "", content)


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, (bool, str)):
        return value
    return value.isoformat()


def words_of(form: PostForm) -> Words:
    """Return what was written, in the language its author named, or in which it seems to be."""
    parts = form.parts if isinstance(form, CaseForm) else None
    title = form.title.data if isinstance(form, ThreadForm) else ""
    words = Words("", form.body.data or "", title or "", parts or None)
    language = form.language.data or guess_language(words.everything) or page_language()
    return Words(language, words.body, words.title, words.parts)


def is_said_in(post: Post, words: Words) -> bool:
    """Tell whether nothing of these words is lost, since a post bears them or has borne them."""
    if not words.everything.strip():
        return True
    written = (words.title, words.body, dict(words.parts) if words.parts else None)
    return post.state != PostState.DELETED and written in wordings_of(post.id)


@dataclass(frozen=True)
class Preview:
    """How something will be read: the parts of its text with their headings, most have none."""

    language: str
    title: str
    parts: Sequence[tuple[str, Markup]]


def preview_of(form: PostForm, files: Files) -> Preview:
    """Return what a form holds as it will be read, with the files it names."""
    return preview_of_words(words_of(form), files)


def preview_of_words(words: Words, files: Files | None = None) -> Preview:
    """Return words as they will be read, with the files they name."""
    parts = [
        (str(PART_WORDS[name]), markdown(text, files, is_post=True))
        for name, text in (words.parts or {}).items()
    ]
    if words.body:
        parts.append(("", markdown(words.body, files, is_post=True)))
    return Preview(words.language, words.title, parts)


def new_thread_of(form: ThreadForm, kind: ThreadKind, words: Words) -> NewThread:
    """Return the thread a form describes, with the words that were read from it."""
    audience, expires_at = NoticeAudience.ALL, None
    if isinstance(form, NoticeForm):
        audience = NoticeAudience(form.audience.data)
        expires_at = end_of_day(form.expires_on.data) if form.expires_on.data else None
    return NewThread(kind, words, form.tags, bool(form.may_be_reused.data), audience, expires_at)


def content_of(
    text: PostText, tags: Mapping[TagKind, str], *, may_be_reused: bool
) -> dict[str, Any]:
    """Return what is stored of a post as the fields of its form."""
    return {
        "title": text.title,
        "body": text.body,
        "language": text.language,
        "may_be_reused": may_be_reused,
        "sdg": tags.get(TagKind.SDG, ""),
        "field": tags.get(TagKind.FIELD, ""),
        "city": tags.get(TagKind.CITY, ""),
        **(text.parts or {}),
    }
