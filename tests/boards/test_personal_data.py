"""What an author is warned of before posting, and what they are left in peace with."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.boards.rules.personal_data import MOST_FINDINGS, DataKind, find
from tests.work import lines_run

PHONE, EMAIL, PASSPORT, RESIDENT, LONG, PATIENT = (
    DataKind.PHONE, DataKind.EMAIL, DataKind.PASSPORT, DataKind.RESIDENT_NUMBER,
    DataKind.LONG_NUMBER, DataKind.PATIENT,
)  # fmt: skip

FOUND = [
    # telephones
    ("Call 010-1234-5678 please", PHONE),
    ("제 번호는 01012345678입니다", PHONE),
    ("010 1234 5678", PHONE),
    ("010.1234.5678", PHONE),
    ("０１０－１２３４－５６７８", PHONE),
    ("010\u200b-1234-\u200b5678", PHONE),
    ("사무실 051-123-4567", PHONE),
    ("서울 (02) 123-4567", PHONE),
    ("TEL:02-1234-5678", PHONE),
    ("+82 10 1234 5678", PHONE),
    ("+82-10-1234-5678", PHONE),
    ("+84 912 345 678", PHONE),
    ("+976 9911 2233", PHONE),
    ("+1 (213) 555-0142", PHONE),
    ("+8613812345678", PHONE),
    ("0082 10 1234 5678", PHONE),
    ("我的手机13812345678", PHONE),
    ("138-1234-5678", PHONE),
    ("Gọi 0912345678 nhé", PHONE),
    ("0912.345.678", PHONE),
    ("Утас: 99112233", PHONE),
    ("My phone number is 7123 4567", PHONE),
    ("WhatsApp me at 0712 345 678", PHONE),
    ("تلفن: ۰۲۱۸۸۸۸۱۲۳۴", PHONE),
    ("เบอร์ ๐๘๑-๒๓๔-๕๖๗๘", PHONE),
    # e-mail
    ("write to minsu.kim@busan.go.kr", EMAIL),
    ("<bat.erdene+lms@ub.gov.mn>", EMAIL),
    ("[me](mailto:lan@danang.gov.vn)", EMAIL),
    ("메일은 kim_ms@naver.com으로", EMAIL),
    # passports
    ("여권번호 M12345678", PASSPORT),
    ("M12345678", PASSPORT),
    ("M123A4567", PASSPORT),
    ("My passport no. is C1234567", PASSPORT),
    ("Passport: 123456789", PASSPORT),
    ("护照号码：E12345678", PASSPORT),
    ("số hộ chiếu: B1234567", PASSPORT),
    ("パスポート TK1234567", PASSPORT),
    ("Гадаад паспорт E1234567", PASSPORT),
    # resident registration numbers
    ("900101-1234568", RESIDENT),  # the check digit fits
    ("900101-1234560", RESIDENT),  # it does not: those since 2020 have none
    ("900101 - 1234560", RESIDENT),
    ("900101–1234560", RESIDENT),
    ("9001011234568", RESIDENT),
    ("주민등록번호 9001011234560", RESIDENT),
    ("200229-3123456", RESIDENT),
    ("외국인등록번호: 850615-5123456", RESIDENT),
    ("９００１０１－１２３４５６０", RESIDENT),
    # cards, accounts, identity cards
    ("4111-1111-1111-1112", LONG),
    ("4111 1111 1111 1111", LONG),
    ("4111111111111111", LONG),
    ("계좌 110-123-456789 신한", LONG),
    ("Account no: 123456789012", LONG),
    ("số tài khoản 0123456789012", LONG),
    ("银行卡 6222021234567890123", LONG),
    ("110101199003077758", LONG),
    # patients
    ("환자 김영희 씨는 어제 입원했습니다", PATIENT),
    ("45세 여성 환자를 이송했습니다", PATIENT),
    ("환자(45세, 남)는 회복 중", PATIENT),
    ("환자명: 홍길동", PATIENT),
    ("차트번호 20231234 환자", PATIENT),
    ("A 45-year-old male patient arrived", PATIENT),
    ("The patient, Mrs Nguyen, waited two hours", PATIENT),
    ("Patient ID: 448812", PATIENT),
    ("patient, date of birth: 1 May 1980", PATIENT),
    ("患者，男，45岁", PATIENT),
    ("患者姓名：王小明", PATIENT),
    ("Bệnh nhân nam, 45 tuổi", PATIENT),
    ("Bệnh nhân họ tên: Trần Văn A", PATIENT),
    ("Pasien perempuan 30 tahun", PATIENT),
    ("Өвчтөн эмэгтэй, 45 настай", PATIENT),
    ("Пациент, мужчина 45 лет", PATIENT),
    ("ผู้ป่วยหญิง อายุ 45 ปี", PATIENT),
    ("Paciente: mujer de 45 años", PATIENT),
]

IN_PEACE = [
    "2026년 11월 27일(금) 14:00~16:00",
    "2026-11-27T09:00:00+09:00",
    "2026-11-27 10:30 - 2026-12-04 18:00",
    "20261127",
    "Course TRN-201, CRS 21020 and 14030",
    "SDG 11.2, SDG 6 and SDG 3",
    "1,234,567,890 won or 12.5 million",
    "5 000 000 000원, 15000000000원",
    "+12 345 678 people, +12.5%",
    "lat +35.179554, lon +129.075642",
    "35.1795543, 129.0756416",
    "epoch 1700000000 and 1701234567890 ms",
    "Stop 12345, route 1001, bus 77-1234",
    "ISBN 978-89-364-7340-5",
    "https://data.busan.go.kr/file/01012345678?x=900101-1234568",
    "www.busan.go.kr/4111111111111111",
    "RFC 2119, ISO 14001:2015, 802.11",
    "192.168.10.12:8080",
    "sensor-010-1234-5678",
    "IMEI 352099001761481",
    "3000 4000 5000 6000 passengers",
    "map@2x.png",
    "info@busan.go.kr or helpdesk@un.org",
    "name@example.com, a@b.example",
    "@Kim and [@Kim](person:12)",
    "Passport holders from 28 cities arrived in 2026",
    "passport valid until 20301231",
    "여권 사본 3부를 2026-12-01까지",
    "D20261127",
    "M1234567, M123456789",
    "version 900101",
    "901301-1234567",  # no such month
    "900101-9234567",  # no such seventh digit
    "Phone survey of 1200 households in 2025",
    "phone coverage 98.5 2020 2021",
    "전화 상담은 119, 1339, 120",
    "입금 마감 2026-11-27 18",
    "계좌 이체",
    "환자 안전과 병원 정보 시스템",
    "환자 이송 시간이 45분에서 30분으로",
    "환자 65세 이상 여성 비율은 12%",
    "65-74세 여성 환자가 늘었습니다",
    "Patients over 65 years old",
    "patients aged 65 years old and over, female",
    "Patient Safety Day in Busan",
    "patient flow in 3 hospitals, 450 beds",
    "患者等待时间缩短到45分钟",
    "Bệnh nhân chờ 45 phút",
    "ผู้ป่วย 450 คน",
    "The response took 5 ms a patient",
    "김영희 씨가 발표합니다",
    "45세 남성 연수생",
    "Project name: patient transfer",
    "",
]


@pytest.mark.parametrize("text, kind", FOUND)
def test_personal_data_is_found(text, kind):
    assert [finding.kind for finding in find(text)] == [kind]


@pytest.mark.parametrize("text", IN_PEACE)
def test_what_is_nobodys_is_left_in_peace(text):
    assert find(text) == []


def test_only_what_the_law_protects_most_is_refused():
    refused = {kind for text, kind in FOUND if any(each.is_refused for each in find(text))}
    assert refused == {RESIDENT}


@pytest.mark.parametrize("text, kind", FOUND)
def test_an_excerpt_says_where_to_look_and_nothing_more(text, kind):
    (finding,) = find(text)
    assert finding.excerpt.strip()
    if kind != PATIENT:
        assert sum(char.isalnum() for char in finding.excerpt) <= 2
        assert "•" in finding.excerpt


def test_what_is_found_is_named_once_for_each_kind():
    text = "010-1234-5678, again 010-1234-5678, 900101-1234568, kim@busan.go.kr, 010-9999-5678"
    assert [(found.kind, found.excerpt) for found in find(text)] == [
        (RESIDENT, "90••••-•••••••"),
        (EMAIL, "ki•@•••••.••.••"),
        (PHONE, "01•-••••-••••"),
    ]


def test_a_list_of_people_is_not_shown_in_full_and_its_gravest_kind_is_not_lost():
    rows = [f"010-{number}-5678 name{number}@busan.go.kr" for number in range(1000, 1100)]
    found = find("\n".join([*rows, "900101-1234560"]))
    assert len(found) <= MOST_FINDINGS
    assert found[0].kind == RESIDENT
    assert {PHONE, EMAIL} < {each.kind for each in found}


DIGITS = st.text(st.sampled_from("0123456789-+. ()@:\nMabc환자세여phone: 여권"), max_size=80)


@given(st.one_of(DIGITS, st.text(max_size=60)))
def test_no_text_makes_it_fall_over_or_shows_what_it_hides(text):
    for finding in find(text):
        assert finding.kind == PATIENT or sum(map(str.isalnum, finding.excerpt)) <= 2


@pytest.mark.parametrize(
    "piece",
    [
        "환자 ",
        "1",
        "1-",
        "a",
        "a@",
        "a@b.",
        "+1 ",
        "passport ",
        "환자\n",
        "phone 1",
        "010-1234-5678 ",
    ],
)
def test_looking_takes_time_with_the_length(piece):
    steps = [lines_run(lambda n=n: find(piece * (n // len(piece)))) for n in (4000, 8000, 16_000)]
    assert steps[1] < 2.3 * steps[0]
    assert steps[2] < 2.3 * steps[1]
