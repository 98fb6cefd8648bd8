"""Draw a certificate as a PDF: facts in, bytes out.

The layout is `faces/completion.typ`, the fixed words are `faces/completion.toml`. Nothing here
reads the database or the request, so the same face always gives the same bytes.
"""

import functools
import io
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import segno

from lms.core.typesetting import UndrawableTextError, typeset

_FACES = Path(__file__).parent / "faces"

# Archival and readable aloud by screen readers; both refuse a letter that no font can draw.
_STANDARDS = ["a-2a", "ua-1"]

_TAGS = {"ko": "ko", "en": "en", "zh": "zh-Hans"}


@dataclass(frozen=True)
class CertificateFace:
    """Everything a certificate shows, frozen on the day it was issued.

    `languages` is ("ko", "en"), ("zh", "en") or ("en",), the first one leading. Texts by language
    may lack a language: English stands in, then whatever there is. `holder_language` (BCP 47) is
    only needed to tell Chinese, Taiwanese, Korean and Japanese forms of one character apart.
    """

    number: str
    verification_code: str
    verify_url: str
    holder_name: str
    course_titles: Mapping[str, str]
    languages: tuple[str, ...]
    recognised_minutes: int
    starts_on: date
    ends_on: date
    issued_on: date
    foundation_names: Mapping[str, str]
    signatory_name: Mapping[str, str]
    signatory_title: Mapping[str, str]
    holder_name_own_script: str = ""
    holder_language: str = ""
    is_sample: bool = False
    supersedes_number: str = ""


def render_certificate(face: CertificateFace) -> bytes:
    """Return the certificate as a one-page A4 landscape PDF (PDF/A-2a, PDF/UA-1).

    A name in its own script that the fonts lack (Tibetan) is left out, since the passport
    name identifies the person; anything else undrawable raises UndrawableTextError, because an
    empty box in a name must never be signed.
    """
    try:
        return _compile(face)
    except UndrawableTextError:
        if face.holder_name_own_script:
            return render_certificate(replace(face, holder_name_own_script=""))
        raise


def _compile(face: CertificateFace, **options: Any) -> bytes:
    settings: dict[str, Any] = {
        "format": "pdf",
        "pdf_standards": _STANDARDS,
        # The day of issue, not the day of printing: a second print has the same hash.
        "timestamp": datetime.combine(face.issued_on, datetime.min.time(), UTC),
    }
    settings.update(options)
    return typeset(_FACES / "completion.typ", _sheet(face), **settings)


@functools.cache
def _fixed_words() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads((_FACES / "completion.toml").read_text(encoding="utf-8"))


# ---- What the sheet says ------------------------------------------------------------------------


def _sheet(face: CertificateFace) -> dict[str, Any]:
    """Return the finished texts, so that the template only sets type."""
    own = face.holder_name_own_script
    return {
        "blocks": [_block(face, language) for language in face.languages],
        "passport_name": _name(face.holder_name, face),
        "own_name": _name(own, face) if own and not _is_same(own, face.holder_name) else None,
        "number": face.number,
        "code": face.verification_code,
        "url": face.verify_url,
        "qr": _qr_code(face.verify_url),
        "is_sample": face.is_sample,
    }


def _block(face: CertificateFace, language: str) -> dict[str, Any]:
    """Return all that is said in one of the languages of the sheet."""
    words = _fixed_words()[language]
    foundation, foundation_tag = _pick(face.foundation_names, language)
    course, course_tag = _pick(face.course_titles, language)
    start, end = day(face.starts_on, language), day(face.ends_on, language)
    reissue = words["reissue"].format(number=face.supersedes_number)
    return {
        "tag": _TAGS[language],
        "title": words["title"],
        "sentence": words["sentence"].format(foundation=foundation),
        "course": {"text": course, "tag": course_tag},
        "period_label": words["period_label"],
        "period": start if start == end else words["period"].format(start=start, end=end),
        "hours_label": words["hours_label"],
        "hours": hours(face.recognised_minutes, language),
        "number_label": words["number_label"],
        "issued": day(face.issued_on, language),
        "foundation": {"text": foundation, "tag": foundation_tag},
        "signatory": _signatory(face, language),
        "verify": words["verify"],
        "sample": words["sample"] if face.is_sample else "",
        "reissue": reissue if face.supersedes_number else "",
    }


def _signatory(face: CertificateFace, language: str) -> dict[str, str]:
    name, tag = _pick(face.signatory_name, language)
    title, title_tag = _pick(face.signatory_title, language)
    if not (name and title):
        return {"text": name or title, "tag": tag if name else title_tag}
    return {
        "text": _fixed_words()[language]["signatory"].format(name=name, title=title),
        "tag": tag,
    }


def _pick(texts: Mapping[str, str], language: str) -> tuple[str, str]:
    """Return the text for a language with its tag: English stands in, then any."""
    for candidate in (language, "en", *texts):
        if texts.get(candidate):
            return texts[candidate], _TAGS.get(candidate, candidate)
    return "", _TAGS[language]


def day(on: date, language: str) -> str:
    """Return a date as an official document of that language writes it."""
    if language == "ko":
        return f"{on.year}년 {on.month}월 {on.day}일"
    if language == "zh":
        return f"{on.year}年{on.month}月{on.day}日"
    # Not strftime: the machine's locale has no say in an English certificate.
    return f"{on.day} {_ENGLISH_MONTHS[on.month - 1]} {on.year}"


_ENGLISH_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip


def hours(minutes: int, language: str) -> str:
    """Return recognised minutes as hours with one decimal, rounded down as on the pages."""
    whole, tenth = divmod(minutes * 10 // 60, 10)
    amount = f"{whole}.{tenth}" if tenth else str(whole)
    words = _fixed_words()[language]
    return words["hour" if amount == "1" else "hours"].format(hours=amount)


# ---- Names and their letters --------------------------------------------------------------------

_LANGUAGE_OF_SCRIPT = {
    "HANGUL": "ko",
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "CJK": "zh-Hans",
    "CYRILLIC": "mn",
    "MONGOLIAN": "mn",
    "ARABIC": "ar",
    "HEBREW": "he",
    "LAO": "lo",
    "THAI": "th",
    "KHMER": "km",
    "MYANMAR": "my",
    "DEVANAGARI": "hi",
    "BENGALI": "bn",
    "TAMIL": "ta",
    "GREEK": "el",
    "LATIN": "en",
}
_EAST_ASIAN = {"ko", "ja", "zh"}


def _name(name: str, face: CertificateFace) -> dict[str, Any]:
    scripts = _scripts(name)
    return {
        "text": name,
        "tag": _tag(scripts, face.holder_language),
        "is_rtl": any(unicodedata.bidirectional(char) in ("R", "AL") for char in name),
        # Traditional Mongolian runs downwards, its columns from left to right.
        "is_vertical": scripts == ["MONGOLIAN"],
    }


def _tag(scripts: list[str], holder_language: str) -> str:
    """Return the language whose letter forms suit the name.

    The script decides; the holder's language only where several languages share one.
    """
    for script in ("HANGUL", "HIRAGANA", "KATAKANA"):
        if script in scripts:
            return _LANGUAGE_OF_SCRIPT[script]
    first = scripts[0] if scripts else "LATIN"
    is_east_asian = holder_language.partition("-")[0] in _EAST_ASIAN
    if holder_language and is_east_asian == (first == "CJK"):
        return holder_language
    return _LANGUAGE_OF_SCRIPT.get(first, "en")


def _is_same(one: str, other: str) -> bool:
    """Return whether two names differ at most in capitals."""
    return one.casefold() == other.casefold()


def _scripts(name: str) -> list[str]:
    """Return the scripts of the letters, each once, in order of appearance."""
    found = (unicodedata.name(char, "").split(" ")[0] for char in name if char.isalpha())
    return list(dict.fromkeys(found))


def _qr_code(url: str) -> str:
    drawing = io.BytesIO()
    segno.make(url, error="m", micro=False).save(
        drawing, kind="svg", border=0, dark="#10242B", svgns=True, xmldecl=False, omitsize=True
    )
    return drawing.getvalue().decode()
