"""What somebody asks for, by which tokens a post is found, and the piece of it that is shown."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.boards.rules.excerpts import LENGTH, best_excerpt, excerpt, marked, without_marks
from lms.boards.rules.search import (
    LONGEST_TERM,
    MOST_BYTES,
    MOST_TERMS,
    MOST_WORDS,
    folded_text,
    query_of,
    terms_of,
)

ANY_TEXT = st.text(
    st.sampled_from(
        "abAB가나은을\u1112\u1161교통水务ภาษาລາວđếe\u0301\u0302ｶﾞﬁß\u200b\u202e\"'-*^() \n12_#[]`|"
    )
    | st.characters(),
    max_size=200,
)


def is_found(query, *texts):
    """Tell whether a post with these texts is found, as an index would."""
    tokens = terms_of(texts)

    def has(term):
        if term.is_prefix:
            return any(token.startswith(term.token) for token in tokens)
        return term.token in tokens

    asked = query_of(query)
    folded = [folded_text([text]) for text in texts]
    return (
        not asked.is_empty
        and all(map(has, asked.wanted))
        and not any(set(excluded) <= set(tokens) for excluded in asked.excluded)
        and all(any(each.stands_in(text) for text in folded) for each in asked.phrases)
        and not any(each.stands_in(text) for each in asked.excluded_phrases for text in folded)
    )


@pytest.mark.parametrize(
    "query, text",
    [
        ("정책", "교통정책을 바꾸었다"),
        ("정책을", "교통정책이 바뀌었다"),
        ("공무원들에게는", "공무원 교육"),
        ("물", "깨끗한 물"),
        ("물", "물을 아끼자"),
        ("물", "빗물"),
        ("SDG를", "SDG 11"),
        ("安全", "数据安全管理"),
        ("数据安全", "数据安全管理"),
        ("水", "污水处理"),
        ("du lieu", "Dữ liệu giao thông"),
        ("DỮ LIỆU", "du lieu mo"),
        ("duong", "Đường phố"),
        ("ນ້ຳ", "ນ້ຳສະອາດ"),
        ("ສະອາດ", "ນ້ຳສະອາດ"),
        ("น้ำ", "น้ำสะอาด"),
        ("port", "The ports of Busan"),
        ("ｐｏｒｔ", "PORT"),
        ("порт", "Порты"),
        ("ガス", "ｶﾞｽ"),
        ("port", "p\u200bo\u00adrt"),
        ("p\u200bort", "port"),
        ('"water supply"', "the Water, supply of"),
        ('"교통 정책"', "교통정책을"),
        ('"sdg"', "우리 SDG를"),
        ("“스마트 시티”", "스마트시티"),
        ("port -air", "the port"),
        ("port -air", "airy port"),
        ("bus-stop", "stop the bus"),
        ("a" * 300, "a" * 10_000),
    ],
)
def test_what_is_found(query, text):
    assert is_found(query, text)


@pytest.mark.parametrize(
    "query, text",
    [
        ("정책", "정치와 책"),
        ("port", "airport"),
        ("port bus", "port"),
        ('"supply water"', "water supply"),
        ('"port"', "ports"),
        ('"교통 정책"', "정책과 교통"),
        ("port -air", "air port"),
        ("port -물", "port 빗물"),
        ('port -"clean air"', "port with clean air"),
        ("-port", "anything"),
        ("", "anything"),
        ("?! … ( ) * - \"\" ''", "?! … ( ) * - \"\" ''"),
    ],
)
def test_what_is_not_found(query, text):
    assert not is_found(query, text)


def test_a_word_of_a_translation_finds_the_post():
    assert is_found("bus fares", "버스 요금", "Bus fares")
    assert not is_found('"버스 fares"', "버스 요금", "Bus fares"), "a phrase is in one language"


def test_a_word_with_its_particle_is_exact_and_without_it_is_enough():
    query = query_of("정책을")
    assert [term.token for term in query.wanted] == ["정책"]
    assert query.exact == ("정책", "책을")
    assert query.can_be_inexact
    assert not query_of("안전 교육").can_be_inexact
    assert query_of("물을").exact == ("물을",), "of two syllables no particle is taken off"


@pytest.mark.parametrize("sign", [*"\"*^:()'\\&|!-+{}", "NEAR", "OR", "AND", "NOT", "<->", "\x00"])
def test_operators_of_databases_are_words_or_nothing(sign):
    for query in (f"port {sign}", f"{sign}port", f"port {sign} bus", f"port{sign}"):
        tokens = [term.token for term in query_of(query).wanted]
        assert set(tokens) <= {"port", "bus", "near", "or", "and", "not", f"{sign.lower()}port",
                               f"port{sign.lower()}"}  # fmt: skip


@given(ANY_TEXT)
def test_any_text_is_a_query_of_bounded_size_whose_tokens_are_bare(text):
    query = query_of(text * 50)
    assert len(query.words) <= MOST_WORDS
    assert len(query.wanted) <= MOST_TERMS
    for token in (*(term.token for term in query.wanted), *query.exact, *sum(query.excluded, ())):
        assert token
        assert not set(token) & set("\"'\\* \x00")
        assert len(token) <= LONGEST_TERM


@given(ANY_TEXT)
def test_a_text_is_found_by_itself(text):
    query = query_of(text.replace('"', " ").replace("-", " ").replace("－", " "))
    assert query.is_empty or is_found(" ".join(run.text for run in query.words), text)


def test_of_a_post_beyond_all_bounds_the_beginning_is_found():
    many = [" ".join(f"w{number:06}" for number in range(200_000))]
    terms = terms_of(many)
    assert sum(len(term) + 1 for term in terms) <= MOST_BYTES
    assert terms[0] == "w000000"


# --- excerpts --------------------------------------------------------------------------


def shown(pieces):
    return "".join(f"[{piece.text}]" if piece.is_hit else piece.text for piece in pieces)


def test_an_excerpt_shows_where_the_words_stand():
    text = "시작. " * 100 + "그래서 우리는 **교통정책**을 바꾸었습니다. " + "끝. " * 100
    words = query_of("정책을").words
    assert "그래서 우리는 교통[정책]을 바꾸었습니다." in shown(excerpt(text, words))
    assert shown(excerpt(text, words)).startswith("… ")
    assert shown(excerpt(text, words)).endswith(" …")


def test_an_excerpt_goes_where_most_of_the_words_are():
    text = "bus. " * 60 + "filler. " * 60 + "Here a bus meets the port. " + "filler. " * 60
    assert "Here a [bus] meets the [port]." in shown(excerpt(text, query_of("port bus").words))


@pytest.mark.parametrize(
    "query, text, expected",
    [
        ("duong pho", "Đường phố Hà Nội", "[Đường] [phố] Hà Nội"),
        ("PORT", "ｐｏｒｔ and Port", "[ｐｏｒｔ] and [Port]"),
        ("port", "po\u200brt", "[po\u200brt]"),
        ("cafe", "cafe\u0301 noir", "[cafe\u0301] noir"),
        ("strasse", "Straße", "[Straße]"),
        ("ガス", "ｶﾞｽ料金", "[ｶﾞｽ]料金"),
        ("한글", "\u1112\u1161\u11ab\u1100\u1173\u11af", "[\u1112\u1161\u11ab\u1100\u1173\u11af]"),
        ("ນ້ຳ", "ນ້ຳສະອາດ", "[ນ້ຳ]ສະອາດ"),
        ("port", "airport", "airport"),
        ("港口物流", "物流与港口", "[物流]与[港口]"),
        ('"port"', "<b>port</b> & co", "<b>[port]</b> & co"),
        ("zzz", "nothing of it", "nothing of it"),
        ("", "nothing of it", "nothing of it"),
    ],
)
def test_words_are_marked_as_they_are_found(query, text, expected):
    assert shown(marked(text, query_of(query).words)) == expected


def test_the_language_in_which_the_words_stand_is_shown():
    texts = {"ko": "버스 요금을 내렸다", "en": "Bus fares fell", "vi": "Giá vé xe buýt giảm"}
    assert best_excerpt(texts, query_of("xe buyt").words, ["en"]).language == "vi"
    assert best_excerpt(texts, query_of("fares").words, ["ko"]).language == "en"
    assert best_excerpt(texts, query_of("nothing").words, ["en"]).language == "en"
    assert best_excerpt(texts, query_of("nothing").words, ["fr"]).language == "ko"


def test_marks_of_markdown_are_no_words():
    text = (
        "# Head\n\n> said\n\n- **one** [link](https://a.b/c?d=1) ![a bus](file:12)\n"
        "```py\ncode_name\n```\n|a|b|\n|---|:-:|\n1. *two* \\* 3\n"
    )
    assert without_marks(text) == "Head said one link a bus code_name a b two 3"


@given(ANY_TEXT, ANY_TEXT)
def test_an_excerpt_is_of_the_text_and_short(text, query):
    plain = without_marks(text * 20)
    pieces = excerpt(text * 20, query_of(query).words)
    joined = "".join(piece.text for piece in pieces)
    assert joined.removeprefix("… ").removesuffix(" …").strip() in plain
    assert len(joined) <= 2 * LENGTH + 60
    assert all(piece.text for piece in pieces) or not plain


@pytest.mark.parametrize(
    "part",
    [
        *("[", "![](", "](", "[a](", "*", "`", "> ", "#", "|", "-", "\\", "_"),
        *("1. ", "~~~\n", " ", "\n"),
        *("a", "a ", "가", "가 a ", "e\u0301", "\u0301", "ﷺ", "\u1112\u1161", "\u200b", "ｶﾞ"),
    ],
)  # fmt: skip
def test_no_text_takes_longer_than_its_length(part):
    words = query_of("a 가나다 b").words
    text = f"a{part * (100_000 // len(part))}a"
    started = time.process_time()
    excerpt(text, words)
    # With the square of the length it is minutes.
    assert time.process_time() - started < 5
