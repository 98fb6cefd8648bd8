"""Numbers, codes, languages, dates and masked names. Pure: facts in, verdict out."""

import re
import unicodedata
from datetime import date, datetime, timedelta

from lms.core.text import normal
from lms.enrolment.rules import busan_day

# Crockford's letters: no I, L, O that look like digits, no U that makes words.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LOOKS_LIKE = str.maketrans({"O": "0", "I": "1", "L": "1"})
CODE_LENGTH = 20
CODE_BITS = CODE_LENGTH * 5

# The first one leads on the sheet.
LANGUAGES = (("ko", "en"), ("zh", "en"), ("en",))

# Drawing takes seconds; after this something is wrong, and looking again does not help.
DRAWING_TIME = timedelta(minutes=10)

MASK = "***"
VIRAMA = 9  # its combining class, the same in every script

_NUMBER = re.compile(r"[A-Z]+-\d{4}-[A-Z0-9]+-\d+-\d+")


def certificate_number(
    foundation_code: str, year: int, course_code: str, cohort_no: int, serial: int
) -> str:
    """Return the number printed on a certificate, as in BGCF-2026-TRN201-3-0007."""
    course = course_code.replace("-", "")
    return f"{foundation_code}-{year}-{course}-{cohort_no}-{serial:04}"


def verification_code(bits: int) -> str:
    """Write random bits as a code people can read aloud: five groups of four."""
    letters = [ALPHABET[bits >> shift & 31] for shift in range(0, CODE_BITS, 5)]
    return grouped("".join(reversed(letters)))


def grouped(letters: str) -> str:
    """Put a dash after every four letters."""
    return "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def read_code(typed: str) -> str:
    """Return the code somebody meant, or "" for what cannot be one.

    Case, spaces, dashes of any kind and full-width letters do not matter, O is zero, I and L are
    one, and a whole address is read up to its last part.
    """
    plain = normal("NFKC", typed).strip()
    last = re.split(r"[?#]", plain)[0].rstrip("/").rpartition("/")[2]
    letters = "".join(char for char in last.upper() if char.isalnum()).translate(LOOKS_LIKE)
    is_code = len(letters) == CODE_LENGTH and set(letters) <= set(ALPHABET)
    return grouped(letters) if is_code else ""


def is_number(typed: str) -> bool:
    """Tell whether somebody typed a certificate number where the code is asked for."""
    return bool(_NUMBER.fullmatch(normal("NFKC", typed).strip().upper()))


def is_same_number(typed: str, number: str) -> bool:
    """Tell whether the number was typed, whatever its case and spaces."""
    plain = "".join(normal("NFKC", typed).split()).upper()
    return plain == number.upper()


def languages_for(preferred: str) -> list[str]:
    """Return the languages of the sheet for a holder who reads `preferred`: always with English."""
    leading = preferred.partition("-")[0]
    return [leading, "en"] if leading in {"ko", "zh"} else ["en"]


def training_period(
    starts_on: date, ends_on: date, *, enrolled_at: datetime, completed_at: datetime
) -> tuple[date, date]:
    """Return from which to which day the holder trained, by Busan's calendar.

    That is the run's own period, less the days before they joined an open run and after they had
    completed it: a certificate must not name days that are still to come.
    """
    last = min(ends_on, busan_day(completed_at))
    first = max(starts_on, busan_day(enrolled_at))
    return min(first, last), last


def drawing_is_late(issued_at: datetime, *, now: datetime) -> bool:
    """Tell whether a PDF should have been there by now."""
    return now - issued_at > DRAWING_TIME


def masked(name: str) -> str:
    """Return the first letter of each part of a name; how long the parts are is not told."""
    parts = (_first_letter(part) for part in name.split())
    return " ".join(letter + MASK for letter in parts if letter) or MASK


def _first_letter(part: str) -> str:
    """Return the first letter with its vowel signs and accents, as far as they are its own.

    A virama ties it to the next letter, which is not shown.
    """
    for at, char in enumerate(part):
        if char.isalnum():
            end = at + 1
            while end < len(part) and _belongs_to_letter_before(part[end]):
                end += 1
            return part[at:end]
    return ""


def _belongs_to_letter_before(char: str) -> bool:
    return unicodedata.category(char).startswith("M") and unicodedata.combining(char) != VIRAMA
