"""What may stay in a text that others read: scripts as they are written, and nothing that hides."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.core.text import clean_line, clean_post
from lms.core.untangled import untangled
from tests.work import lines_run

# Each as people write it, with the invisible characters and marks its script needs.
AS_WRITTEN = [
    "Cảng biển Hải Phòng đã nối dữ liệu tàu vào; ngưỡng nước là bao nhiêu?",
    "부산항의 물 관리 사례를 공유합니다.\n\n둘째 줄",
    "雨水管理：我们的做法",
    "高雄港的經驗，禰󠄀󠄁"[:-2],  # an ideograph with its variation selector
    "می\u200cخواهم بدانم که اتوبوس\u200cها چگونه رسیدند",
    "نظام النقل في المدينة بِسْمِ اللَّهِ الرَّحْمَٰنِ",
    "الميناء (BIS)\u200f يعمل منذ 2019\u200e, شكرًا",
    "יוֹם שִׁשִּׁי בְּרֵאשִׁית, נמל \u2066Busan\u2069 בקוריאה",
    "ท่าเรือที่ปลอดภัย น้ำดื่มเพื่อผู้ป่วย ปั๊ม",
    "ทาง\u200bรถไฟ",
    "ນ້ຳປະປາ ເຊື່ອມຕໍ່ ຕົວຢ່າງຂອງພວກເຮົາ",
    "ကျွန်ုပ်တို့၏ ရေပေးဝေရေး စီမံကိန်း ဖြန့်ဖြူးသည်",
    "ខ្ញុំ\u200bចង់\u200bដឹង\u200bអំពី\u200bកំពង់ផែ ស្ត្រី",
    "क्\u200dष और क्\u200cष, पानी की आपूर्ति हिन्दी में",
    "বিশ্ববিদ্যালয় র\u200d্যাব",
    "ශ්\u200dරී ලංකාව, ක්\u200dරමය",
    "Улаанбаатар хотын усны түвшин өчигдөр",
    "Её ещё не пришёл, й",
    "ọ̀rọ̀ ẹ̀kọ́",
    "👩\u200d💻 👨\u200d👩\u200d👧 ❤\ufe0f 1\ufe0f\u20e3 🏳\ufe0f\u200d🌈 👍🏽 👩🏽\u200d⚕\ufe0f",
    "ᠮᠣᠩᠭᠣᠯ ᠬᠡᠯᠡ\u180b",
    "།བོད་སྐད་ཀྱི་རྒྱུད།",
]


@pytest.mark.parametrize("text", AS_WRITTEN)
def test_every_script_stays_exactly_as_it_is_written(text):
    assert clean_post(text) == text


@pytest.mark.parametrize(
    "written, shown",
    [
        # an override would show what follows backwards, in the post and behind it
        ("file\u202egpj.exe", "filegpj.exe"),
        ("\u202e\u202cabc\u202c", "abc"),
        ("\u202dشكر\u202c", "شكر"),
        # an isolate or embedding ends where it was opened: on its own line
        ("a \u2067b", "a b"),
        ("a \u2067b\nc\u2069 d", "a b\nc d"),
        ("a \u2067b\u2028c\u2069 d", "a b\nc d"),
        ("a \u202bb\u2069", "a b"),
        ("\u2067a \u202bb\u2069 c\u202c", "\u2067a b\u2069 c"),
        ("\u202ba\u202c b\u202c", "\u202ba\u202c b"),
        ("\u2068a \u202eb\u202c\u2069", "\u2068a b\u2069"),
    ],
)
def test_no_reading_direction_reaches_past_its_line(written, shown):
    assert clean_post(written) == shown


@pytest.mark.parametrize(
    "hidden",
    [
        "po\u200brt", "po\u200crt", "po\u200drt", "po\u2060rt", "po\ufeffrt", "po\u00adrt",
        "po\u200ert", "po\u200frt", "po\u061crt", "po\u034frt", "po\ufe0frt", "po\U000e0100rt",
        "po\u3164rt", "po\uffa0rt", "po\u115frt", "po\u2063rt", "po\ufff9rt", "\u200bport\u200b",
        "po\u200b\u200c\u200d\u2060rt", "po\U000e0041rt", "po\x00rt", "po\u180ert",
    ],
)  # fmt: skip
def test_no_unseen_character_breaks_a_word_apart(hidden):
    assert clean_post(hidden) == clean_line(hidden) == "port"


def test_the_same_in_scripts_that_need_no_such_character():
    assert clean_post("정\u200b책 政\u200d策 поли\u200cтика") == "정책 政策 политика"
    assert clean_post("ខ្ញុំ\u200b\u200bចង់") == "ខ្ញុំ\u200bចង់"
    assert clean_post("می\u200c\u200cخواهم") == "می\u200cخواهم"


ZALGO = "".join(map(chr, range(0x0300, 0x0330)))


@pytest.mark.parametrize(
    "letter, marks, most",
    [
        ("q", ZALGO, 3),
        ("q", "\u0301" * 50, 1),
        ("ก", "".join(map(chr, range(0x0E47, 0x0E4F))), 3),
        ("ก", "\u0e49" * 40, 1),
        ("ب", "".join(map(chr, range(0x064B, 0x0660))), 4),
        ("ש", "".join(map(chr, range(0x0591, 0x05A8))), 5),
        ("က", "ိီုူဲံ့္်", 6),
        ("가", ZALGO, 3),
        ("က", "ိီုူဲံ့္်" + ZALGO + "\u0e49\u0e4a", 6),
        ("q", "\u200c".join(ZALGO), 3),
    ],
)
def test_no_tower_of_marks_paints_over_other_lines(letter, marks, most):
    shown = clean_post(letter + marks + " end")
    assert shown.startswith(letter)
    assert len(shown) == len(letter) + most + len(" end")
    assert len(clean_line(letter + marks)) == len(letter) + most


def test_a_text_of_towers_stays_readable():
    written = "".join(letter + ZALGO for letter in "port safety")
    assert "".join(c for c in clean_post(written) if c.isalpha() and c < "\u0300") != ""
    assert len(clean_post(written)) <= 4 * len("port safety")


def test_long_words_are_not_cut_and_line_breaks_stay():
    assert clean_post("x" * 10_000) == "x" * 10_000
    assert clean_post("a\r\nb\rc") == "a\nb\nc"
    assert clean_line("a\u202egpj\nb") == "agpj b"


HOSTILE = st.text(
    st.one_of(
        st.sampled_from(
            "ab q\n가정政กีลົກຳ\u0e49\u0e38کمی\u064b\u0651शक्ि្ខុကျိ်👩❤🏽שִ\u05b8"
            "\u0300\u0301\u0323\u0327\u200b\u200c\u200d\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e"
            "\u2066\u2067\u2068\u2069\u2060\ufe0f\u034f\u3164\u180b\u20e3\u0600\u2028"
        ),
        st.characters(),
    ),
    max_size=60,
)


@given(HOSTILE)
def test_what_was_cleaned_is_clean(text):
    once = clean_post(text)
    assert clean_post(once) == once
    line = clean_line(text)
    assert clean_line(line) == line
    assert "\n" not in line


@given(HOSTILE)
def test_every_direction_is_ended_on_its_line(text):
    for line in clean_post(text).split("\n"):
        opened = []
        for char in line:
            assert char not in "\u202d\u202e"
            if char in "\u202a\u202b\u2066\u2067\u2068":
                opened.append("\u202c" if char < "\u2066" else "\u2069")
            elif char in "\u202c\u2069":
                assert opened.pop() == char
        assert not opened


@pytest.mark.parametrize(
    "piece",
    [
        "q" + ZALGO,
        "\u2067",
        "\u2067a\u2069",
        "\u202b\u2069",
        "\u200b",
        "ก\u0e49\u0e38",
        "a\u200d",
        "မြ",
    ],
)
def test_cleaning_takes_time_with_the_length(piece):
    steps = [
        lines_run(lambda n=n: clean_post(piece * (n // len(piece)))) for n in (1500, 3000, 6000)
    ]
    assert steps[1] < 2.2 * steps[0]
    assert steps[2] < 2.2 * steps[1]


def test_plain_text_costs_nothing():
    assert lines_run(lambda: untangled("a" * 10_000)) < 5
