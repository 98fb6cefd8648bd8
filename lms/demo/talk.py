"""What the invented people say on the boards: texts by language, the author's own first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lms.boards.models import BoardKind, NoticeAudience, TagKind, ThreadKind
from lms.demo.people import GRADUATE, INSTRUCTOR, STAFF, TRAINEE, Account

Texts = Mapping[str, str]


@dataclass(frozen=True)
class Said:
    """An answer: by whom, how many days ago, in which languages; the first is the author's."""

    by: Account | int  # an account, or a place in the class
    days_ago: float
    texts: Texts
    translated_by: Account | None = None
    is_accepted: bool = False
    helpful_to: Sequence[int] = ()


@dataclass(frozen=True)
class Begun:
    """A thread: its first post, what it is about, the answers."""

    board: BoardKind
    kind: ThreadKind
    by: Account | int
    days_ago: float
    titles: Texts
    texts: Texts = field(default_factory=dict)
    parts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    translated_by: Account | None = None
    tags: Sequence[tuple[TagKind, str]] = ()
    audience: NoticeAudience = NoticeAudience.ALL
    is_pinned: bool = False
    answers: Sequence[Said] = ()


NOTICE = Begun(
    BoardKind.NOTICES,
    ThreadKind.NOTICE,
    STAFF,
    3,
    titles={
        "ko": "지식공유 게시판이 열렸습니다",
        "en": "The knowledge-sharing boards are open",
        "zh": "知识分享园地已开放",
    },
    texts={
        "ko": "질문과 사례를 **가장 편한 언어로** 써 주세요. 다른 도시의 연수생과 재단 담당자가 "
        "번역을 붙일 수 있고, 원문은 언제나 함께 보입니다.\n\n"
        "- 답을 찾았으면 ‘답변으로 채택’을 눌러 주세요.\n- 시민과 환자의 개인정보는 쓰지 마세요.",
        "en": "Ask and tell **in the language you write best**. Trainees of other cities and the "
        "foundation's staff can add a translation; the original always stands beside it.\n\n"
        "- When an answer has helped, press “Accept as answer”.\n"
        "- Leave out personal data of citizens and patients.",
        "zh": "请用**您最熟悉的语言**提问和分享。其他城市的研修学员和财团工作人员可以补充翻译,"
        "原文始终一并显示。\n\n- 得到帮助后,请点击“采纳为答案”。\n- 请勿写入市民或患者的个人信息。",
    },
    is_pinned=True,
)

TRANSFERS = Begun(
    BoardKind.QUESTIONS,
    ThreadKind.QUESTION,
    INSTRUCTOR,
    9,
    titles={
        "ko": "환승 할인으로 생긴 손실을 어떻게 메우나요?",
        "en": "How do you make up for what free transfers cost?",
        "zh": "换乘优惠造成的亏损如何弥补?",
    },
    texts={
        "ko": "환승 할인을 시작하면 운송 수입이 줄어듭니다. 다른 도시에서는 교통정책을 세울 때 "
        "그 손실을 누가, 어떤 기준으로 부담하는지 궁금합니다. 정산 주기와 검증 방법도 알려 주세요.",
        "en": "Free transfers lower the fare income. Who bears that loss in your city, and by "
        "which "
        "rule? How often do you settle accounts, and who checks them?",
        "zh": "实行换乘优惠后,票款收入会减少。制定交通政策时,贵市由谁、按什么标准承担这部分亏损?"
        "多久清分一次,由谁核对?",
    },
    tags=((TagKind.SDG, "11"), (TagKind.FIELD, "CTY")),
    translated_by=STAFF,
    answers=(
        Said(
            GRADUATE,
            8,
            {
                "vi": "Ở thành phố chúng tôi, **thành phố trợ giá theo số ki-lô-mét** xe đã chạy, "
                "không theo số vé. Mỗi tháng trung tâm quản lý giao thông công cộng đối chiếu "
                "ba nguồn: dữ liệu GPS, dữ liệu thẻ và sổ của doanh nghiệp.\n\n"
                "1. Lệch dưới 2 %: thanh toán ngay.\n2. Lệch trên 2 %: kiểm tra lại trong 10 ngày.",
                "ko": "우리 도시는 승객 수가 아니라 **실제 운행한 거리(km)에 따라 시가 "
                "보조**합니다. "
                "대중교통관리센터가 매달 GPS 자료, 카드 자료, 업체 장부 세 가지를 맞춰 봅니다.\n\n"
                "1. 차이가 2 % 미만이면 바로 지급합니다.\n2. 2 %를 넘으면 열흘 안에 다시 "
                "확인합니다.",
                "en": "In our city **the city pays by the kilometre driven**, not by the ticket. "
                "Each month the public transport centre compares three sources: GPS data, card "
                "data and the operator's books.\n\n1. Less than 2 % apart: paid at once.\n"
                "2. More: checked again within ten days.",
            },
            translated_by=STAFF,
            is_accepted=True,
            helpful_to=(0, 3, 7, 10),
        ),
        Said(
            19,
            7.5,
            {
                "zh": "我们按“基准票价 × 乘客数”核定补贴,清分每天一次,第二天公布。"
                "运营企业可以在七天内提出异议。",
                "en": "We fix the subsidy as base fare × passengers. Accounts are settled daily "
                "and "
                "published the next day; operators may object within seven days.",
            },
            helpful_to=(1,),
        ),
        Said(
            INSTRUCTOR,
            7,
            {"ko": "세 자료를 비교하는 방법이 큰 도움이 됩니다. 수업에서 함께 다뤄 보겠습니다."},
        ),
    ),
)

WINTER = Begun(
    BoardKind.QUESTIONS,
    ThreadKind.QUESTION,
    TRAINEE,
    6,
    titles={
        "mn": "Өвөл автобус хоцрох мэдээллийг хэрхэн өгдөг вэ?",
        "en": "How do you tell passengers that buses are late in winter?",
    },
    texts={
        "mn": "Манай хотод −30 хэмд зогсоол дээр хүлээх хэцүү. Автобус хоцрох үед зорчигчдод "
        "мэдээллийг ямар сувгаар хүргэдэг вэ? Утасны аппгүй хүмүүс олон бий.",
        "en": "At −30 °C nobody should wait at a stop. By which channel do you tell passengers "
        "that a bus is late? Many have no app.",
    },
    tags=((TagKind.CITY, "ulaanbaatar"), (TagKind.SDG, "11")),
    answers=(
        Said(
            INSTRUCTOR,
            5,
            {
                "ko": "부산은 정류소 안내기와 전화 자동응답(ARS)을 같이 씁니다. 정류소 번호를 "
                "누르면 "
                "다음 버스의 도착 예정 시간을 음성으로 알려 줍니다. 앱이 없어도 쓸 수 있습니다.",
                "en": "Busan uses displays at stops and an automatic telephone line: dial the "
                "number of the stop and a voice tells when the next bus comes. No app is needed.",
            },
            translated_by=STAFF,
            helpful_to=(0, 1),
        ),
    ),
)

UNANSWERED = Begun(
    BoardKind.QUESTIONS,
    ThreadKind.QUESTION,
    13,
    2,
    titles={"id": "Berapa biaya perawatan detektor lalu lintas per tahun?"},
    texts={
        "id": "Kami akan memasang 120 detektor di persimpangan. Berapa persen dari harga beli yang "
        "kota lain siapkan untuk perawatan setiap tahun?"
    },
    tags=((TagKind.CITY, "surabaya"), (TagKind.FIELD, "CTY")),
)

LANES = Begun(
    BoardKind.GOOD_PRACTICE,
    ThreadKind.CASE,
    GRADUATE,
    12,
    titles={
        "vi": "Làn xe buýt giờ cao điểm bằng cọc mềm, làm trong sáu tuần",
        "en": "A peak-hour bus lane made of flexible posts, in six weeks",
        "ko": "유연한 봉으로 6주 만에 만든 출퇴근 버스전용차로",
    },
    parts={
        "vi": {
            "situation": "Trên tuyến 6 km vào trung tâm, xe buýt giờ cao điểm chỉ chạy 9 km/h.",
            "tried": "Dùng cọc mềm và sơn đường thay cho dải phân cách bê tông; cảnh sát giao "
            "thông trực hai tuần đầu; thông báo cho cửa hàng trước một tháng.",
            "result": "Tốc độ tăng lên 14 km/h. Hai cửa hàng phản đối vì thiếu chỗ giao hàng, nên "
            "chúng tôi cho giao hàng trước 6 giờ sáng.",
            "ask": "Busan xử phạt xe máy đi vào làn này như thế nào?",
        },
        "en": {
            "situation": "On the 6 km into the centre, buses at peak hours drove at 9 km/h.",
            "tried": "Flexible posts and paint instead of concrete; traffic police for the first "
            "two weeks; shops were told a month before.",
            "result": "Speed rose to 14 km/h. Two shops objected for want of loading space, so "
            "deliveries are allowed before six in the morning.",
            "ask": "How does Busan fine motorcycles that use such a lane?",
        },
        "ko": {
            "situation": "도심으로 들어오는 6 km 구간에서 출퇴근 시간 버스 속도가 시속 9 "
            "km였습니다.",
            "tried": "콘크리트 대신 유연한 봉과 노면 도색을 썼습니다. 처음 2주는 교통경찰이 "
            "지켰고, "
            "상점에는 한 달 전에 알렸습니다.",
            "result": "속도가 시속 14 km로 올랐습니다. 짐 내릴 곳이 없다는 상점 두 곳의 반대가 "
            "있어 "
            "오전 6시 전 하역을 허용했습니다.",
            "ask": "부산은 전용차로로 들어온 오토바이를 어떻게 단속하나요?",
        },
    },
    tags=((TagKind.CITY, "hcmc"), (TagKind.SDG, "11.2"), (TagKind.FIELD, "CTY")),
    translated_by=STAFF,
    answers=(
        Said(
            STAFF,
            11,
            {
                "ko": "무인단속 카메라와 시민 신고를 함께 씁니다. 신고 앱의 화면 예시를 다음 주에 "
                "올리겠습니다.",
                "en": "By cameras and by reports of citizens. I will post screens of the reporting "
                "app next week.",
            },
            helpful_to=(2, 3),
        ),
    ),
)

IDEA = Begun(
    BoardKind.IDEAS,
    ThreadKind.DISCUSSION,
    21,
    4,
    titles={"en": "One open timetable for all ferries between our islands and ports"},
    texts={
        "en": "Ferries of three provinces publish their times in three formats. Could two cities "
        "try one shared file, updated daily, before we ask for money?"
    },
    tags=((TagKind.CITY, "cebu"), (TagKind.SDG, "17")),
    answers=(
        Said(17, 3.5, {"fr": "Nous avons le même problème à Casablanca; nous participerions."}),
        Said(STAFF, 3, {"en": "Good. I will bring the port authority into this thread."}),
    ),
)

OF_RUN = Begun(
    BoardKind.RUN,
    ThreadKind.QUESTION,
    3,
    1.5,
    titles={"en": "Slides of the second session: is the checklist part of the action plan?"},
    texts={
        "en": "On slide 14 there is a checklist of detectors. Do we have to hand it in with the "
        "action plan, or is it only for our own city?"
    },
    answers=(
        Said(
            INSTRUCTOR,
            1,
            {"en": "Only for your own city. In the plan, three sentences on it are enough."},
            is_accepted=True,
        ),
    ),
)

THREADS = (NOTICE, LANES, TRANSFERS, WINTER, IDEA, UNANSWERED, OF_RUN)

# Who can be asked about what, as they say themselves.
KNOWN: Mapping[Account, Mapping[str, Any]] = {
    GRADUATE: {
        "is_shown": True,
        "about": "Ask me about subsidies by the kilometre, and about comparing GPS with card data.",
        "language": "en",
        "fields": ["CTY"],
        "languages": ["vi", "en"],
    },
    INSTRUCTOR: {
        "is_shown": True,
        "about": "버스정보시스템을 처음 만드는 도시의 질문을 환영합니다.",
        "language": "ko",
        "fields": ["CTY", "GOV"],
        "languages": ["ko", "en"],
    },
}
