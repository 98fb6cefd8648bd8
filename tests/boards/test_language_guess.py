"""The language of a post is guessed from a few words, and from the author's own alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.boards.rules.languages import LOOKED_AT, guess_language
from lms.i18n.languages import CONTENT_LANGUAGES
from tests.work import lines_run

# What people may write and no content of ours is in.
NO_CONTENT = {"de", "it", "he", "mr", "ur"}

SENTENCES = [
    ("ko", "버스 정보가 늦게 도착합니다"),
    ("ko", "항만 물류 시스템은 어떻게 연결하나요?"),
    ("ko", "BIS API를 JSON format으로 받으면 되나요?"),
    ("ko", "감사합니다!"),
    ("ko", "SDG 11.2 지표 연수 자료입니다 (Smart City Busan)"),
    ("en", "How do you measure the water level?"),
    ("en", "The port of Busan is connected to the city."),
    ("en", "Thank you for your answer"),
    ("en", "We tried this with buses in our city, and it works."),
    ("en", "Good morning"),
    ("zh", "你们的雨水系统怎么管理？"),
    ("zh", "我们的港口有三个码头"),
    ("zh", "谢谢老师"),
    ("zh", "公交"),
    ("zh", "上海的医院数据平台"),
    ("zh-Hant", "請問捷運的資料怎麼連接？"),
    ("zh-Hant", "高雄港的經驗"),
    ("zh-Hant", "謝謝老師"),
    ("zh-Hant", "我們的醫院與水資源管理"),
    ("ja", "福岡の港湾データを共有します"),
    ("ja", "ありがとうございます"),
    ("ja", "下水道の水位センサーはどこに設置しますか？"),
    ("vi", "Ngưỡng mực nước là bao nhiêu?"),
    ("vi", "Chúng tôi đã triển khai hệ thống xe buýt ở Đà Nẵng."),
    ("vi", "Cảm ơn thầy"),
    ("vi", "Chung toi muon biet muc nuoc cua song"),
    ("vi", "xin chao cac ban, he thong xe buyt cua thanh pho nhu the nao"),
    ("vi", "Benh vien o Hai Phong khong co du lieu"),
    ("id", "Bagaimana kota Surabaya mengelola banjir?"),
    ("id", "Terima kasih banyak"),
    ("id", "Kami sudah mencoba ini di pelabuhan, tetapi belum berhasil karena hujan"),
    ("ms", "Perkhidmatan bas di bandar kami boleh diperbaiki kerana ada data"),
    ("fil", "Paano po ninyo sinusukat ang tubig sa lungsod?"),
    ("fil", "Maraming salamat po"),
    ("th", "ท่าเรือของเราเชื่อมต่อข้อมูลอย่างไร"),
    ("th", "ขอบคุณครับ"),
    ("lo", "ລົດເມຢູ່ວຽງຈັນມາຊ້າ"),
    ("lo", "ຂອບໃຈ"),
    ("km", "តើកំពង់ផែព្រះសីហនុគ្រប់គ្រងទឹកដូចម្ដេច?"),
    ("km", "អរគុណ"),
    ("my", "ရန်ကုန်မြို့ ရေပေးဝေရေး"),
    ("my", "ကျေးဇူးတင်ပါတယ်"),
    ("mn", "Усны түвшинг хэрхэн хэмждэг вэ?"),
    ("mn", "Улаанбаатар хотын автобус хоцорч байна"),
    ("mn", "Баярлалаа"),
    ("ru", "Как вы измеряете уровень воды?"),
    ("ru", "Порт Владивосток"),
    ("ru", "Спасибо за ответ"),
    ("kk", "Алматы қаласының автобустары қалай жүреді?"),
    ("kk", "Рахмет, біз үшін өте керек"),
    ("uz", "Toshkent shahri suv bilan qanday ishlaydi?"),
    ("uz", "Шаҳар автобуслари қандай ишлайди?"),
    ("ar", "كيف تقيسون مستوى المياه في الميناء؟"),
    ("ar", "شكرا"),
    ("ar", "نَحْنُ مِنَ الدَّار البيضاء"),
    ("fa", "چگونه سطح آب را اندازه می\u200cگیرید؟"),
    ("fa", "ممنون از پاسخ شما"),
    ("ur", "پانی کی سطح کیسے ناپتے ہیں؟"),
    ("hi", "हम पानी का स्तर कैसे मापते हैं?"),
    ("hi", "धन्यवाद"),
    ("ne", "हामी पानीको सतह कसरी नाप्छौं? काठमाडौंमा गर्न सकिन्छ"),
    ("mr", "आम्ही मुंबई बंदर येथे काम करतो आणि पाणी मोजतो"),
    ("bn", "আমাদের শহরে পানি ব্যবস্থাপনা"),
    ("si", "කොළඹ වරාය"),
    ("am", "የአዲስ አበባ ውሃ"),
    ("es", "¿Cómo miden el nivel del agua en el puerto?"),
    ("es", "Gracias por la respuesta"),
    ("es", "Nuestra ciudad tiene tres hospitales y un puerto"),
    ("pt", "Como é que vocês medem o nível da água?"),
    ("pt", "Não temos dados do porto"),
    ("pt", "Muito obrigado"),
    ("fr", "Comment mesurez-vous le niveau de l'eau ?"),
    ("fr", "Merci pour votre réponse"),
    ("fr", "Les bus de la ville ne sont pas à l'heure"),
    ("tr", "İstanbul'da su seviyesini nasıl ölçüyorsunuz?"),
    ("tr", "Teşekkürler"),
    ("tr", "Bizim liman için bir soru var"),
    ("sw", "Tunapima maji ya mji wetu kwa njia gani?"),
    ("sw", "Asante sana kwa jibu"),
    ("sw", "Bandari ya Mombasa ina data nyingi"),
    ("de", "Wie messen Sie den Wasserstand im Hafen?"),
    ("de", "Das ist für unsere Stadt sehr gut"),
    ("it", "Come misurate il livello dell'acqua nel porto?"),
    ("it", "Grazie della risposta"),
    ("pl", "Jak mierzycie poziom wody w Gdańsku?"),
    ("pl", "Dziękuję za odpowiedź, to jest bardzo dobre"),
    ("el", "Πώς μετράτε τη στάθμη του νερού;"),
    ("en", "Smart port data platform"),
    ("en", "Has anyone tried smart meters?"),
    ("vi", "Kinh nghiệm chống ngập"),
    ("vi", "Ai da lam he thong canh bao lu chua?"),
    ("es", "Experiencia con sensores de inundación"),
    ("fr", "Gestion des eaux pluviales"),
    ("id", "Ada yang tahu cara memasang sensor?"),
    ("mn", "Үерийн мэдрэгч туршсан хүн байна уу"),
    ("ar", "إدارة مياه الأمطار"),
    ("zh-Hant", "有人試過感測器嗎？"),
    ("he", "איך מודדים את גובה המים?"),
]

TOO_LITTLE = [
    "", " \n ", "12,345", "2026-11-27 14:00", "🙂👍🏽", "https://busan.go.kr/eng/the/and",
    "<https://a.example/how-do-you>", "kim@busan.go.kr", "TRN-201", "BIS API 5.1", "Busan",
    "> How do you measure the water level?", "```\nif this then that and the other\n```",
    "~~~\nthe and of\n```\nthe and of", "`how do you`", "[@The Kim and You](person:12)",
    "![](https://the.and.of/you)", "###", "---", "\u200b\u200d\ufe0f",
]  # fmt: skip


@pytest.mark.parametrize("language, sentence", SENTENCES)
def test_a_sentence_is_enough(language, sentence):
    assert guess_language(sentence) == language
    assert language in CONTENT_LANGUAGES or language in NO_CONTENT


@pytest.mark.parametrize("language, sentence", SENTENCES)
def test_case_form_and_markdown_make_no_difference(language, sentence):
    assert guess_language(f"## {sentence.upper()}\n\n- **{sentence}**") == language


@pytest.mark.parametrize("text", TOO_LITTLE)
def test_too_little_is_not_guessed(text):
    assert guess_language(text) is None


@pytest.mark.parametrize(
    "language, text",
    [
        # an answer in another language than the question it quotes
        (
            "vi",
            "> 수위 기준은 얼마입니까? 언제 경보를 보내나요?\n\nChúng tôi dùng ngưỡng hai mét.",
        ),
        ("ko", "> Chúng tôi dùng ngưỡng hai mét ở sông Hàn\n> và năm mét\n\n저희도 같습니다"),
        ("en", "[@김민수](person:3): \n> 질문입니다 여러분\n\nYes, we do."),
        ("ko", "```python\nfor each in the_list: print(this, that, how, you)\n```\n오류가 납니다"),
        ("zh", "看这里 https://www.the-and-of.example/how/do/you/do/this"),
        ("ko", "[자료](https://the.and.of/you/are/not/here) 참고하세요"),
        # most words decide
        ("ko", "우리 항만에서는 물류 데이터를 이렇게 모읍니다. Thank you."),
        ("en", "In Korean this is called 교통카드 and we use it for all of our buses."),
        ("zh", "我们使用的系统叫 Bus Information System，数据都很好"),
        ("ja", "東京都水道局は漏水率を下げました。詳細は資料をご覧ください"),
        ("zh", "日本的の字很有意思，我们都觉得这个字在城市里到处都看得见，大家都喜欢使用这个"),
        ("fr", "Busan Port Authority: nous avons visité le terminal avec eux"),
    ],
)
def test_the_authors_own_words_decide(language, text):
    assert guess_language(text) == language


def test_a_long_quotation_before_the_answer_is_passed_over():
    quoted = "> How do you measure the water level in your city?\n" * 200
    assert guess_language(quoted + "\n저희는 센서를 씁니다") == "ko"


@given(
    st.one_of(
        st.text(max_size=200),
        st.text(st.sampled_from("`~> \n[]()@:/.a가的のéđışңп\u0301\u200dكاहे🙂#*"), max_size=200),
    )
)
def test_any_text_has_a_language_or_none(text):
    assert guess_language(text) in {None, *CONTENT_LANGUAGES, *NO_CONTENT}


@given(st.text(max_size=50), st.sampled_from(SENTENCES))
def test_what_is_quoted_decides_nothing(quoted, expected):
    language, sentence = expected
    lines = "".join(f"> {line}\n" for line in quoted.splitlines())
    assert guess_language(f"{lines}\n{sentence}") == language


PIECES = [
    "How do you ", "물 관리 ", "물", "[", "](", "`", "```\n", "> a\n", "@", "a@", "www.", "[@",
    "a\u0301", "的", "\u200b", "\n",
]  # fmt: skip


@pytest.mark.parametrize("piece", PIECES)
def test_guessing_takes_time_with_the_length(piece):
    steps = [_work(piece * (n // len(piece))) for n in (1100, 2200, 4400)]
    assert steps[1] < 2.2 * steps[0]
    assert steps[2] < 2.2 * steps[1]


@pytest.mark.parametrize("piece", PIECES)
def test_of_a_very_long_text_the_beginning_is_enough(piece):
    within = piece * (LOOKED_AT // len(piece) + 1)
    assert _work(within * 5) < 1.1 * _work(within) + 50
    assert guess_language(within * 5) == guess_language(within)


def _work(text: str) -> int:
    return lines_run(lambda: guess_language(text))
