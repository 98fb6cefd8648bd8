"""What in a text looks like somebody's personal data, to warn its author before it is posted.

A warning that is often wrong is not read any more: few false alarms matter more than finding all.
What says who somebody is by law, a Korean resident registration number, is refused altogether
(Personal Information Protection Act, article 24-2); everything else the author may post after all.
"""

import re
import unicodedata
from bisect import bisect
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import islice

from lms.core.text import normal
from lms.core.untangled import untangled

MOST_FINDINGS = 20
_SHOWN = 2


class DataKind(StrEnum):
    """What kind of personal data it looks like."""

    RESIDENT_NUMBER = "resident_number"
    EMAIL = "email"
    PASSPORT = "passport"
    LONG_NUMBER = "long_number"  # of a card, a bank account, an identity card
    PHONE = "phone"
    PATIENT = "patient"


@dataclass(frozen=True)
class Finding:
    """What was found; the excerpt is masked, so that it can be shown and kept."""

    kind: DataKind
    excerpt: str

    @property
    def is_refused(self) -> bool:
        """Whether the text may not be posted while this stands in it."""
        return self.kind == DataKind.RESIDENT_NUMBER


_Span = tuple[int, int]


def has_resident_number(text: str) -> bool:
    """Tell whether a resident registration number stands in a text."""
    return any(each.is_refused for each in find(text))


def find(text: str) -> list[Finding]:
    """Return what looks like personal data, each excerpt once, the gravest kind first.

    Addresses of web pages are not looked at. What is one kind is not another as well: the digits
    of a passport are no telephone number.
    """
    left = _ADDRESS.sub(_blank, _plain(text))
    found: dict[Finding, None] = {}
    for kind, look in _LOOKS:
        spans = _apart(islice(look(left), MOST_FINDINGS))
        for start, end in spans:
            words = left[start:end]
            found[Finding(kind, words if kind == DataKind.PATIENT else _masked(words))] = None
        left = _without(left, spans)
    return list(found)[:MOST_FINDINGS]


def _apart(spans: Iterable[_Span]) -> list[_Span]:
    """Return spans in the order of the text, of those that overlap the first and longest."""
    apart: list[_Span] = []
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not apart or start >= apart[-1][1]:
            apart.append((start, end))
    return apart


def _without(text: str, spans: Iterable[_Span]) -> str:
    pieces, position = [], 0
    for start, end in spans:
        pieces += [text[position:start], " " * (end - start)]
        position = end
    return "".join([*pieces, text[position:]])


# --- the text as it is looked at -----------------------------------------------------------

_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>()]*", re.IGNORECASE)
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−﹣", "-"))


def _plain(text: str) -> str:
    """Return a text with ASCII digits and dashes, whatever script they were written in."""
    shown = untangled(normal("NFKC", text)).translate(_DASHES)
    if shown.isascii():
        return shown
    return "".join(
        str(unicodedata.decimal(char)) if char.isdecimal() else char for char in shown
    ).replace("\u00a0", " ")


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])


def _masked(words: str) -> str:
    """Return what was found with all but its beginning covered: "01•-••••-••••"."""
    return words[:_SHOWN] + re.sub(r"\w", "•", words[_SHOWN:])


def _is_day(digits: str, *, century: str = "") -> bool:
    """Tell whether digits are a day, "20261127", or "900101" with its century."""
    written = century + digits
    try:
        day = date(int(written[:4]), int(written[4:6]), int(written[6:8]))
    except ValueError:
        return False
    return 1900 <= day.year < 2100


def _digits(words: str) -> str:
    return re.sub(r"[^0-9]", "", words)


def _after(hint: re.Pattern[str], what: re.Pattern[str], text: str, reach: int) -> Iterator[_Span]:
    """Yield the first `what` that begins within reach behind each hint, on its line."""
    for said in hint.finditer(text):
        line_end = text.find("\n", said.end(), said.end() + reach)
        within = line_end if line_end >= 0 else said.end() + reach
        number = what.search(text, said.end(), within + _LONGEST_NUMBER)
        if number and number.start() <= within and "\n" not in number[0]:
            yield number.span()


_LONGEST_NUMBER = 44

# Not within a longer word or number, nor a part of one joined by a dash or a point.
_BEGIN = r"(?<![0-9A-Za-z])(?<![0-9][-.,:/+])(?<![A-Za-z][-/_])"
_END = r"(?![0-9A-Za-z])(?![-.,:/][0-9])"

# --- Korean resident and foreigner registration numbers -------------------------------------

_RESIDENT = re.compile(rf"{_BEGIN}([0-9]{{6}})( ?- ?|)([1-8])([0-9]{{6}}){_END}")
_RESIDENT_HINT = re.compile(
    r"주민\s?(?:등록)?\s?번호|외국인\s?등록\s?번호|(?:resident|alien) registration", re.IGNORECASE
)
_CENTURIES = {
    "1": "19",
    "2": "19",
    "5": "19",
    "6": "19",
    "3": "20",
    "4": "20",
    "7": "20",
    "8": "20",
}
_WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)


def _resident_numbers(text: str) -> Iterator[_Span]:
    """Yield them: a day of birth, a dash, a digit that fits it; since 2020 without check digit.

    Without the dash it could be any long number: then the check digit has to fit, or a word before
    it to say so.
    """
    for found in _RESIDENT.finditer(text):
        birth, dash, first, rest = found.groups()
        if not _is_day(birth, century=_CENTURIES[first]):
            continue
        said = _RESIDENT_HINT.search(text, max(0, found.start() - 30), found.start())
        if dash or said or _fits_check_digit(birth + first + rest):
            yield found.span()


def _fits_check_digit(number: str) -> bool:
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number, strict=False))
    of_foreigner = number[6] in "5678"
    return int(number[12]) == ((13 if of_foreigner else 11) - total % 11) % 10


# --- e-mail addresses ----------------------------------------------------------------------

_EMAIL = re.compile(
    r"(?<![\w.+%-])([A-Za-z0-9][\w.+%-]{0,63})@((?:[A-Za-z0-9-]{1,63}\.){1,5})([A-Za-z]{2,20})(?![\w@])",
    re.ASCII,
)
# Of an office, not of a person; an example; a picture for fine screens ("map@2x.png").
_OFFICES = {
    "admin", "contact", "help", "helpdesk", "hello", "info", "mail", "no-reply", "noreply",
    "office", "press", "privacy", "secretariat", "support", "webmaster",
}  # fmt: skip
_NO_DOMAINS = {"png", "jpg", "jpeg", "gif", "svg", "webp", "example", "invalid", "test"}


def _emails(text: str) -> Iterator[_Span]:
    for found in _EMAIL.finditer(text):
        is_example = found[3].lower() in _NO_DOMAINS or found[2].lower().endswith("example.")
        if not is_example and found[1].lower() not in _OFFICES:
            yield found.span()


# --- passports -----------------------------------------------------------------------------

# As Korean ones are: a letter and eight digits, since 2021 with a letter among them.
_BARE_PASSPORT = re.compile(rf"{_BEGIN}[MSRGD](?:[0-9]{{8}}|[0-9]{{3}}[A-Z][0-9]{{4}}){_END}")
_PASSPORT_HINT = re.compile(
    "passport|passeport|pasaporte|passaporte|paspor|pasaport|reisepass|pasipoti|여권|护照|護照|旅券|"
    "パスポート|hộ chiếu|ho chieu|паспорт|หนังสือเดินทาง|ໜັງສືຜ່ານແດນ|លិខិតឆ្លងដែន|နိုင်ငံကူးလက်မှတ်|"
    "جواز السفر|جواز سفر|گذرنامه|पासपोर्ट|διαβατήριο",
    re.IGNORECASE,
)
_PASSPORT = re.compile(rf"{_BEGIN}(?:[A-Z]{{1,2}} ?[0-9]{{6,9}}|[0-9]{{9}}){_END}")


def _passports(text: str) -> Iterator[_Span]:
    for span in _BARE_PASSPORT.finditer(text):
        if not _is_day(_digits(span[0])[:8].ljust(8, "0")):
            yield span.span()
    yield from _after(_PASSPORT_HINT, _PASSPORT, text, reach=25)


# --- cards, accounts, identity cards --------------------------------------------------------

_CARD = re.compile(rf"{_BEGIN}[3-6][0-9]{{3}}([ -]?)[0-9]{{4}}\1[0-9]{{4}}\1[0-9]{{4}}{_END}")
_ACCOUNT_HINT = re.compile(
    "계좌|입금|account n|bank account|iban|账号|帐号|賬號|账户|帳戶|银行卡|口座|số tài khoản|"
    "so tai khoan|\\bSTK\\b|номер счета|номер счёта|дансны дугаар|rekening|cuenta bancaria|"
    "conta bancária|compte bancaire|เลขที่บัญชี|เลขบัญชี|حساب",
    re.IGNORECASE,
)
_ACCOUNT = re.compile(rf"{_BEGIN}[0-9]{{2,6}}(?:[ -]?[0-9]{{2,6}}){{1,4}}{_END}")
_IDENTITY_OF_CHINA = re.compile(
    rf"{_BEGIN}[1-9][0-9]{{5}}((?:19|20)[0-9]{{6}})[0-9]{{3}}[0-9Xx]{_END}"
)


def _long_numbers(text: str) -> Iterator[_Span]:
    for found in _CARD.finditer(text):
        if found[1] == "-" or _fits_luhn(_digits(found[0])):
            yield found.span()
    for found in _IDENTITY_OF_CHINA.finditer(text):
        if _is_day(found[1]):
            yield found.span()
    for start, end in _after(_ACCOUNT_HINT, _ACCOUNT, text, reach=20):
        digits = _digits(text[start:end])
        if len(digits) >= 10 and not _is_day(digits[:8]):
            yield start, end


def _fits_luhn(number: str) -> bool:
    doubled = [int(digit) * (1 + at % 2) for at, digit in enumerate(reversed(number))]
    return sum(each - 9 if each > 9 else each for each in doubled) % 10 == 0


# --- telephones ----------------------------------------------------------------------------

_PHONES = (
    re.compile(rf"{_BEGIN}01[016-9][-. ]?[0-9]{{3,4}}[-. ]?[0-9]{{4}}{_END}"),  # Korean mobiles
    re.compile(rf"{_BEGIN}\(?0(?:2|[3-6][1-5]|70)(?:-|\) ?)[0-9]{{3,4}}[-. ][0-9]{{4}}{_END}"),
    re.compile(rf"{_BEGIN}1[3-9][0-9](?:[0-9]{{8}}|([- ])[0-9]{{4}}\1[0-9]{{4}}){_END}"),  # China
    re.compile(rf"{_BEGIN}0[35789][0-9]{{2}}([. -]?)[0-9]{{3}}\1[0-9]{{3}}{_END}"),  # Viet Nam
)
_ABROAD = re.compile(
    r"(?<![0-9A-Za-z+])(?<![0-9][-.,:/])(?:\+|00)[1-9](?:[ .()-]{0,2}[0-9]){7,14}(?![0-9])"
)
# "+12 345 678 won" and "+35.179554" are none.
_AMOUNT = re.compile(r"\+[0-9]{1,3}(?:(?:[ .][0-9]{3}){1,2}|\.[0-9]+)")
_ROUND = re.compile(r"0{5}$")
_HINTED = re.compile(
    r"(?:\b(?:tel|phone|mobile|cell|call me|whatsapp|viber|telegram|zalo|wechat|line id|hotline|"
    r"sđt|điện thoại|dien thoai|telp|no\.? hp|celular|teléfono|telefono|telefone|téléphone|"
    r"portable|телефон|утас|simu)\b|전화|연락처|휴대폰|휴대전화|핸드폰|카톡|电话|電話|手机|手機|微信|携帯|"
    r"โทร|เบอร์|ໂທ|ទូរស័ព្ទ|ဖုန်း|هاتف|جوال|تلفن|موبایل|फ़ोन|फोन|मोबाइल|τηλέφωνο)"
    r"[^0-9A-Za-z\n]{0,8}(?:(?:no|number|num|is|me|us|at)\b[^0-9A-Za-z\n]{0,3}){0,3}"
    rf"(?P<number>{_BEGIN}\(?[0-9](?:[ .()-]{{0,2}}[0-9]){{6,14}}){_END}",
    re.IGNORECASE,
)


def _phones(text: str) -> Iterator[_Span]:
    for pattern in _PHONES:
        for found in pattern.finditer(text):
            if not _ROUND.search(found[0]):
                yield found.span()
    for found in _ABROAD.finditer(text):
        if not (_AMOUNT.fullmatch(found[0]) or _ROUND.search(_digits(found[0]))):
            yield found.span()
    for found in _HINTED.finditer(text):
        start, end = found.span("number")
        digits = _digits(found["number"])
        if not (_is_day(digits[:8]) or _ROUND.search(digits)):
            yield start, end


# --- patients ------------------------------------------------------------------------------

_PATIENT = re.compile(
    r"환자|患者|病人|bệnh nhân|benh nhan|\bpatients?\b|\bpacientes?\b|\bpasien\b|пациент|өвчтөн|"
    r"науқас|ผู้ป่วย|คนไข้|ຄົນເຈັບ|អ្នកជំងឺ|လူနာ|المريض|مريض|بیمار|रोगी|मरीज|\bhasta\b|\bmgonjwa\b|ασθεν",
    re.IGNORECASE,
)
_AROUND = 60
_AGE = (
    r"(?<![0-9~-])(?<![~-] )[0-9]{1,3} ?(?:세|살|岁|歲|歳|tuổi|tuoi|years? old|-?years?-old|"
    r"y/?o\b|настай|лет|года?\b|жаста|tahun|ans\b|años|anos|ปี|ປີ|ឆ្នាំ|နှစ်|سنة|ساله|साल)"
    r"(?! ?(?:이상|이하|미만|초과|부터|까지|以上|以下|及以上|trở lên|and over|and older|or older|"
    r"or over|and above|и старше|y más|et plus|ke atas|ขึ้นไป))"
)
_SEX = (
    r"남성|여성|남자|여자|(?<![가-힣])[남여](?![가-힣])|男|女|\bnam\b|\bnữ\b|\b(?:fe)?male\b|\b(?:wo)?man\b|"
    r"эрэгтэй|эмэгтэй|мужчина|женщина|ชาย|หญิง|ຊາຍ|ຍິງ|\bhombre\b|\bmujer\b|\bhomme\b|\bfemme\b|"
    r"\blaki-laki\b|\bperempuan\b|رجل|امرأة|مرد|زن\b"
)
_SOMEBODY = re.compile(
    # somebody's age and sex, close together
    rf"(?:{_AGE})[^\n]{{0,15}}(?:{_SEX})|(?:{_SEX})[^\n]{{0,8}}(?:{_AGE})|"
    # a number in the books of a hospital
    r"(?:(?:차트|병록|등록|환자) ?번호|\bMRN\b|"
    r"\b(?:chart|record|patient|hospital) (?:no\b|number|id\b)|病历号|病歷號|住院号|门诊号|"
    r"mã bệnh nhân|số hồ sơ|номер карты|картын дугаар)[^\n0-9]{0,10}[0-9]{3}|"
    # a name under its label
    r"(?:환자명|환자 ?이름|성명|姓名|họ (?:và )?tên|patient(?:'s)? name|имя пациента|өвчтөний нэр|"
    r"ชื่อผู้ป่วย|nama pasien|nombre del paciente|nom du patient) ?: ?\w|"
    # a name with its title
    r"(?<![가-힣])[가-힣]{2,4} ?씨(?=[는가의를께와도]|[^가-힣]|$)|"
    r"(?-i:\b(?:Mr|Mrs|Ms|Mme|Sra?|Bapak|Ibu)\.? [A-Z]\w)|"
    # a day of birth
    r"(?:생년월일|생일|\bdate of birth|\bDOB\b|\bborn on\b|出生日期|ngày sinh|дата рождения|төрсөн)"
    r"[^\n0-9]{0,10}[0-9]",
    re.IGNORECASE,
)


def _patients(text: str) -> Iterator[_Span]:
    """Yield the words for a patient near which, on their line, something says which patient.

    That is an age with a sex ("45세 여성"), but not a group ("65세 이상 여성"); a number of the
    books of a hospital, a name under its label or with its title, or a day of birth. A disease or
    an age alone says nothing of somebody, and names without a title are not recognised: too many
    other words look like them.
    """
    somebody = [found.span() for found in _SOMEBODY.finditer(text)]
    for said in _PATIENT.finditer(text):
        at = bisect(somebody, said.span())
        if any(_is_near(text, said.span(), span) for span in somebody[max(0, at - 1) : at + 1]):
            yield said.span()


def _is_near(text: str, one: _Span, other: _Span) -> bool:
    begin, end = min(one[1], other[1]), max(one[0], other[0])
    return end - begin <= _AROUND and "\n" not in text[begin:end]


_LOOKS: tuple[tuple[DataKind, Callable[[str], Iterator[_Span]]], ...] = (
    (DataKind.RESIDENT_NUMBER, _resident_numbers),
    (DataKind.EMAIL, _emails),
    (DataKind.PASSPORT, _passports),
    (DataKind.LONG_NUMBER, _long_numbers),
    (DataKind.PHONE, _phones),
    (DataKind.PATIENT, _patients),
)
