"""The printed certificate: every name as its owner writes it, one page, nothing executed."""

import io
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest
from PIL import Image
from pypdf import PdfReader

from lms.certificates import render
from lms.certificates.render import CertificateFace, render_certificate
from lms.core.fonts import font_folders
from lms.core.typesetting import UndrawableTextError

FACE = CertificateFace(
    number="BGCF-2026-TRN201-3-0007",
    verification_code="ABCD-EFGH-JKMN-PQRS-TVWX",
    verify_url="https://learn.example.org/ko/verify/ABCD-EFGH-JKMN-PQRS-TVWX",
    holder_name="HONG GILDONG",
    holder_name_own_script="홍길동",
    course_titles={
        "ko": "도시 교통과 지능형 교통체계",
        "en": "Urban Transport and Intelligent Transport Systems",
        "zh": "城市交通与智能交通系统",
    },
    languages=("ko", "en"),
    recognised_minutes=1440,
    starts_on=date(2026, 11, 3),
    ends_on=date(2026, 11, 20),
    issued_on=date(2026, 12, 4),
    foundation_names={
        "ko": "부산글로벌도시재단",
        "en": "Busan Global City Foundation",
        "zh": "釜山全球城市财团",
    },
    signatory_name={"ko": "김도연", "en": "Kim Doyeon", "zh": "金度延"},
    signatory_title={"ko": "대표이사", "en": "President", "zh": "代表理事"},
)


def page_of(face):
    document = PdfReader(io.BytesIO(render_certificate(face)))
    assert len(document.pages) == 1
    return document.pages[0]


def text_of(face):
    """Return the text layer on one line: where a long text wraps is not the question."""
    return " ".join(page_of(face).extract_text().split())


def fonts_of(face):
    fonts = page_of(face)["/Resources"]["/Font"].values()
    return {font.get_object()["/BaseFont"].partition("+")[2] for font in fonts}


def test_the_sheet_is_one_a4_page_lying_down():
    box = page_of(FACE).mediabox

    assert (round(box.width), round(box.height)) == (842, 595)


@pytest.mark.parametrize(
    "languages, expected",
    [
        (
            ("ko", "en"),
            [
                "수료증", "도시 교통과 지능형 교통체계", "24시간",
                "2026년 11월 3일 ~ 2026년 11월 20일", "2026년 12월 4일",
                "부산글로벌도시재단에서 운영한", "대표이사 김도연",
                "Certificate of Completion", "has completed", "4 December 2026",
                "3 November 2026 – 20 November 2026", "24 hours", "Kim Doyeon, President",
            ],
        ),
        (
            ("zh", "en"),
            [
                "结业证书", "城市交通与智能交通系统", "24学时", "2026年11月3日至2026年11月20日",
                "2026年12月4日", "准予结业", "代表理事 金度延", "4 December 2026",
            ],
        ),
        (
            ("en",),
            ["Certificate of Completion", "Urban Transport", "24 hours", "4 December 2026"],
        ),
    ],
)  # fmt: skip
def test_the_sheet_says_all_in_its_languages_and_no_other(languages, expected):
    text = text_of(replace(FACE, languages=languages, holder_name_own_script=""))

    assert [words for words in expected if words not in text] == []
    assert FACE.number in text
    assert FACE.verification_code in text
    assert FACE.verify_url in text
    has_hangul = any("HANGUL" in unicodedata.name(char, "") for char in text)
    assert has_hangul == ("ko" in languages)


@pytest.mark.parametrize(
    "passport, own",
    [
        ("HONG GILDONG", "홍길동"),
        ("CHEN ZHIYUAN", "陈志远"),
        ("BATBAYAR ENKHTUYA", "Батбаярын Энхтуяа Өүлэн"),
        ("NGUYEN THI PHUONG THAO", "Nguyễn Thị Phương Thảo Đặng"),
        ("ELENI PAPADOPOULOU", "Ελένη Παπαδοπούλου"),
    ],
)
def test_both_names_stand_in_the_text_layer(passport, own):
    text = text_of(replace(FACE, holder_name=passport, holder_name_own_script=own))

    assert passport in text
    assert own in text


@pytest.mark.parametrize("own", ["", "Suharto", "SUHARTO"])
def test_a_single_name_is_printed_once(own):
    text = text_of(replace(FACE, holder_name="Suharto", holder_name_own_script=own))

    assert text.casefold().count("suharto") == 1


# Rendering itself refuses a letter without a shape, so a page made is a page without empty boxes.
# Lao and Arabic cannot be compared as text: viewers take their clusters apart in different ways.
@pytest.mark.parametrize(
    "own, font",
    [
        ("ສົມພອນ ແກ້ວມະນີ", "KurintoSans-Rg"),
        ("محمد عبد الرحمن الزهراني", "KurintoSans-Rg"),
        ("ᠪᠠᠲᠤ ᠡᠷᠳᠡᠨᠢ", "KurintoSans-Rg"),
        ("สมชาย ใจดี", "KurintoSans-Rg"),
        ("प्रिया शर्मा", "KurintoSans-Rg"),
        ("សុខ ចាន់ធី", "NotoSansKhmer-Regular"),
        ("မောင် ဥပမာ", "NotoSansMyanmar-Regular"),
        ("홍길동", "NotoSansCJKkr-Regular-Identity-H"),
        ("陈志远", "NotoSansCJKsc-Regular-Identity-H"),
        ("さくら", "NotoSansCJKjp-Regular-Identity-H"),
    ],
)
def test_every_script_is_drawn_with_its_own_letters(own, font):
    face = replace(FACE, languages=("en",), holder_name_own_script=own)

    assert font in fonts_of(face)
    assert font not in fonts_of(replace(face, holder_name_own_script=""))


def test_a_taiwanese_name_keeps_its_own_forms_of_the_characters():
    face = replace(
        FACE, languages=("en",), holder_name_own_script="骨直", holder_language="zh-Hant"
    )

    assert "NotoSansCJKtc-Regular-Identity-H" in fonts_of(face)


def test_a_name_in_a_script_without_font_is_left_out_for_the_passport_name():
    text = text_of(replace(FACE, holder_name="TENZIN", holder_name_own_script="བསྟན་འཛིན"))

    assert "TENZIN" in text
    assert not any("TIBETAN" in unicodedata.name(char, "") for char in text)


def test_an_empty_box_is_never_printed_instead_of_a_name():
    with pytest.raises(UndrawableTextError):
        render_certificate(replace(FACE, holder_name="བསྟན", holder_name_own_script=""))


@pytest.mark.parametrize(
    "name",
    [
        '#eval("1")',
        "*x* _y_ `z` $a$ <b> @c",
        "\\u{41}ndrea // not a comment",
        '"]); #panic("out") #([',
        "{foundation} {0} %s {{7*7}}",
        "#read(/etc/passwd)",
    ],
)
def test_markup_in_a_name_is_only_letters(name):
    assert name in text_of(replace(FACE, holder_name=name, holder_name_own_script=""))
    assert name in text_of(replace(FACE, course_titles={"ko": name, "en": name}))
    assert name in text_of(replace(FACE, foundation_names={"ko": name, "en": name}))


@pytest.mark.parametrize(
    "name",
    [
        ("Maria Fernanda de los Ángeles " * 7)[:200],
        "W" * 200,
        "홍" * 200,
        ("ᠡᠷᠳᠡᠨᠢ " * 30)[:200].strip(),
        ("محمد " * 40).strip(),
        "ກ" * 200,
    ],
    ids=["words", "one word", "hangul", "columns", "arabic", "lao"],
)
def test_a_very_long_name_stays_inside_the_frame(name):
    face = replace(
        FACE,
        verify_url="https://learn.example.org/" + "long/" * 25,
        course_titles={language: title * 6 for language, title in FACE.course_titles.items()},
        foundation_names={language: title * 3 for language, title in FACE.foundation_names.items()},
        is_sample=True,
        supersedes_number="BGCF-2026-TRN201-3-0003",
    )
    alone = replace(face, holder_name=name, holder_name_own_script="")
    beside = replace(face, holder_name="B" * 200, holder_name_own_script=name)

    assert "B" * 200 in text_of(beside).replace(" ", "")
    assert FACE.verification_code in text_of(alone)
    assert is_clear_beside_the_text(alone)
    assert is_clear_beside_the_text(beside)


def is_clear_beside_the_text(face):
    """Return whether nothing is drawn at the sides between the edge, the frame and the text."""
    picture = render._compile(face, format="png", ppi=50, pdf_standards=[])
    sheet = Image.open(io.BytesIO(picture)).convert("L")
    strips_mm = [(0, 30, 8, 180), (12, 30, 25, 180), (272, 30, 285, 180), (289, 30, 297, 180)]
    strips = [[round(mm * 50 / 25.4) for mm in strip] for strip in strips_mm]
    return all(sheet.crop(tuple(strip)).getextrema() == (255, 255) for strip in strips)


def test_a_long_name_is_copied_without_invisible_characters():
    name = "W" * 200
    text = page_of(replace(FACE, holder_name=name, holder_name_own_script="")).extract_text()

    assert name in "".join(text.split())
    assert "\u200b" not in text


def test_a_sample_says_so_and_a_certificate_does_not():
    sample, real = text_of(replace(FACE, is_sample=True)), text_of(FACE)

    assert "어떠한 수료 사실도 증명하지 않습니다" in sample
    assert "does not certify anything" in sample
    assert all(mark in "".join(sample.split()) for mark in "견본样")
    assert not any(mark in real for mark in ("견본", "SAMPLE", "Sample", "样本"))


def test_a_reissue_names_the_certificate_it_replaces():
    text = text_of(replace(FACE, supersedes_number="BGCF-2026-TRN201-3-0003"))

    assert "Reissued in place of certificate no. BGCF-2026-TRN201-3-0003." in text
    assert "기존 수료증(번호 BGCF-2026-TRN201-3-0003)을 대체하여" in text
    assert "Reissued" not in text_of(FACE)


def test_english_stands_in_once_for_a_missing_title():
    face = replace(
        FACE, course_titles={"en": "Port Operations"}, signatory_name={}, signatory_title={}
    )

    text = text_of(face)

    assert text.count("Port Operations") == 1
    assert "President" not in text


def test_the_same_certificate_has_the_same_bytes_whoever_prints_it():
    first = render_certificate(FACE)
    others = [
        FACE,
        replace(FACE, holder_name="KIM MINSU"),
        replace(FACE, languages=("zh", "en")),
    ] * 4
    with ThreadPoolExecutor(4) as printers:
        printed = list(printers.map(render_certificate, others))

    assert {printed[i] for i in range(0, len(printed), 3)} == {first}
    assert len(set(printed)) == 3


def test_the_document_can_be_read_aloud_and_archived():
    document = PdfReader(io.BytesIO(render_certificate(FACE)))
    root = document.trailer["/Root"]

    assert root["/Lang"] == "ko"
    assert root["/MarkInfo"]["/Marked"]
    assert document.metadata.title == "수료증 / Certificate of Completion BGCF-2026-TRN201-3-0007"
    assert document.metadata.author == "부산글로벌도시재단 / Busan Global City Foundation"
    assert document.metadata.creation_date.date() == FACE.issued_on
    facts = root["/Metadata"].get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in facts
    assert "<pdfuaid:part>1</pdfuaid:part>" in facts


@pytest.mark.parametrize(
    "minutes, korean, english, chinese",
    [
        (1440, "24시간", "24 hours", "24学时"),
        (90, "1.5시간", "1.5 hours", "1.5学时"),
        (60, "1시간", "1 hour", "1学时"),
        (1199, "19.9시간", "19.9 hours", "19.9学时"),
        (0, "0시간", "0 hours", "0学时"),
    ],
)
def test_hours_are_rounded_down_to_one_decimal(minutes, korean, english, chinese):
    said = [render.hours(minutes, language) for language in ("ko", "en", "zh")]

    assert said == [korean, english, chinese]


def test_a_course_of_one_day_shows_one_day():
    text = text_of(replace(FACE, ends_on=FACE.starts_on))

    assert "2026년 11월 3일" in text
    assert "~" not in text


def test_the_fixed_words_are_complete_in_every_language():
    words = render._fixed_words()

    assert set(words) == {"ko", "en", "zh"}
    assert words["ko"].keys() == words["en"].keys() == words["zh"].keys()
    assert all(text for texts in words.values() for text in texts.values())


def test_the_fonts_come_from_installed_packages():
    for folder in font_folders():
        assert any(file.suffix in (".ttf", ".ttc", ".otf") for file in folder.iterdir())
