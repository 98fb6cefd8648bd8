import json

import pytest

from lms.core.fault_finding import FaultyFile
from lms.organisations import city_file, foundation_file
from lms.organisations.cli import STARTING_DATA

CITIES = (STARTING_DATA / "cities.json").read_bytes()


def city(**values):
    given = {
        "slug": "ulaanbaatar",
        "en": "Ulaanbaatar",
        "ko": "울란바토르",
        "zh": "乌兰巴托",
        "iso": "MN",
        "tz": "Asia/Ulaanbaatar",
        "lang": "mn-MN",
        "fallback": "en",
        "relation": "friendship",
        "since": "2016-08-03",
        "evidence": "S",
        "oda": "yes",
    }
    return {name: value for name, value in {**given, **values}.items() if value is not ...}


def faults(*cities):
    with pytest.raises(FaultyFile) as caught:
        city_file.read(json.dumps(cities).encode())
    return {fault.place for fault in caught.value.faults}


def test_the_starting_data_holds_the_cities_of_busan_in_canonical_form():
    entries = city_file.read(CITIES)
    assert len(entries) == 45
    kinds = [entry.relation for entry in entries]
    counts = [kinds.count(kind) for kind in ("sister", "friendship", "partner")]
    assert counts == [28, 13, 4]
    assert city_file.to_bytes(entries) == CITIES


def test_training_languages_begin_with_the_citys_own():
    by_slug = {entry.slug: entry.training_languages for entry in city_file.read(CITIES)}
    assert by_slug["ulaanbaatar"] == ["mn", "en"]
    assert by_slug["casablanca"] == ["ar", "fr", "en"]
    assert by_slug["shanghai"] == ["zh"]
    assert by_slug["kaohsiung"] == ["zh-Hant", "zh"]
    assert by_slug["auckland"] == ["en"]


@pytest.mark.parametrize(
    ("values", "place"),
    [
        ({"slug": "Ulaan Baatar"}, "slug"),
        ({"en": ""}, "en"),
        ({"ko": "울란\u202e바토르"}, "ko"),
        ({"zh": ...}, "zh"),
        ({"iso": "ZZ9"}, "iso"),
        ({"iso": "XQ"}, "iso"),
        ({"iso": "419"}, "iso"),
        ({"tz": "Asia/Nowhere"}, "tz"),
        ({"tz": "../../etc/passwd"}, "tz"),
        ({"lang": "Mongolian"}, "lang"),
        ({"fallback": "en>>fr"}, "fallback"),
        ({"relation": "suspended"}, "relation"),
        ({"since": "2016-02-30"}, "since"),
        ({"since": "-"}, "since"),
        ({"since": 2016}, "since"),
        ({"oda": "maybe"}, "oda"),
        ({"evidence": None}, "evidence"),
        ({"mayor": "x"}, "mayor"),
    ],
)
def test_every_fault_is_named_with_its_place(values, place):
    assert faults(city(slug="first"), city(**values)) == {f"cities[1].{place}"}


def test_all_faults_are_named_at_once():
    assert faults(city(tz="x"), city(iso="x", oda="x"), 7) == {
        "cities[0].tz",
        "cities[1].iso",
        "cities[1].oda",
        "cities[1].slug",
        "cities[2]",
    }


@pytest.mark.parametrize("since", ["2024", "2024-05", "2024-05-31"])
def test_a_tie_may_be_known_to_the_year_or_month(since):
    (entry,) = city_file.read(json.dumps([city(since=since)]).encode())
    assert entry.relation_since == since


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"{}", b"\xff", b"[" * 100_000, b"[NaN]"])
def test_a_file_that_is_none_is_refused_with_words(raw):
    for read in (city_file.read, foundation_file.read):
        with pytest.raises(FaultyFile):
            read(raw)


def test_the_foundations_names_begin_on_different_days():
    raw = (STARTING_DATA / "foundation.json").read_bytes()
    assert [entry.code for entry in foundation_file.read(raw)] == ["BFIC", "BGCF"]
    document = json.loads(raw)
    document[1]["valid_from"] = document[0]["valid_from"]
    document[0]["name"].pop("ko")
    with pytest.raises(FaultyFile) as caught:
        foundation_file.read(json.dumps(document).encode())
    assert {fault.place for fault in caught.value.faults} == {
        "profiles[0].name.ko",
        "profiles[1].valid_from",
    }
