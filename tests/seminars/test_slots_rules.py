from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.seminars.rules.slots import DaysOff, Grade, Place, Reason, advise, judge
from tests.factories import words

BUSAN = Place("busan", "Asia/Seoul", "KR")
PLACES = {
    "hcmc": ("Asia/Ho_Chi_Minh", "VN"),
    "phnompenh": ("Asia/Phnom_Penh", "KH"),
    "yangon": ("Asia/Yangon", "MM"),
    "ulaanbaatar": ("Asia/Ulaanbaatar", "MN"),
    "mumbai": ("Asia/Kolkata", "IN"),
    "istanbul": ("Europe/Istanbul", "TR"),
    "casablanca": ("Africa/Casablanca", "MA"),
    "guayaquil": ("America/Guayaquil", "EC"),
    "losangeles": ("America/Los_Angeles", "US"),
    "auckland": ("Pacific/Auckland", "NZ"),
    "almaty": ("Asia/Almaty", "KZ"),
    "dubai": ("Asia/Dubai", "AE"),
    "bandarabbas": ("Asia/Tehran", "IR"),
    "dhaka": ("Asia/Dhaka", "BD"),
    "kathmandu": ("Asia/Kathmandu", "NP"),
    "surabaya": ("Asia/Jakarta", "ID"),
}
WEDNESDAY = date(2026, 9, 9)  # eleven days before Morocco went back to UTC+0
NOTHING = DaysOff()


def place(slug):
    return Place(slug, *PLACES[slug])


def advice(*slugs, day=WEDNESDAY, minutes=120, days_off=NOTHING):
    return advise(BUSAN, [place(slug) for slug in slugs], day, minutes, days_off)


def slot_at(found, hour, minute=0):
    return next(
        slot
        for slot in found.slots
        if (slot.host.starts_at.hour, slot.host.starts_at.minute) == (hour, minute)
    )


def fit_at(slug, hour, minute=0, **asked):
    return slot_at(advice(slug, **asked), hour, minute).fits[0]


def local(slug, moment):
    """Judge a moment written on the clock of a place."""
    zone = ZoneInfo(PLACES[slug][0])
    return judge(place(slug), datetime.fromisoformat(moment).replace(tzinfo=zone), NOTHING)


# --- the worked example (DOMAIN 3.3) ---------------------------------------------------

EIGHT = [
    "hcmc",
    "phnompenh",
    "yangon",
    "ulaanbaatar",
    "mumbai",
    "istanbul",
    "casablanca",
    "guayaquil",
]


def test_three_in_the_afternoon_as_the_domain_reckons_it():
    slot = slot_at(advice(*EIGHT), 15)
    assert [f"{fit.starts_at:%H:%M}–{fit.ends_at:%H:%M}" for fit in slot.fits] == [
        "13:00–15:00",
        "13:00–15:00",
        "12:30–14:30",
        "14:00–16:00",
        "11:30–13:30",
        "09:00–11:00",
        "07:00–09:00",
        "01:00–03:00",
    ]
    green, amber, red = Grade
    assert [fit.grade for fit in slot.fits] == [
        green,
        green,
        amber,
        green,
        amber,
        green,
        red,
        red,
    ]
    assert [fit.verdict.reason for fit in slot.fits[-2:]] == [Reason.NIGHT, Reason.NIGHT]
    assert (slot.good, slot.fair, slot.poor) == (5, 2, 2)  # with Busan


def test_no_hour_suits_all_eight_so_two_sessions_are_proposed():
    found = advice(*EIGHT)
    assert found.best[0].poor == 1
    assert f"{found.best[0].host.starts_at:%H:%M}" == "16:00"
    pair = found.pair
    assert pair.left_out == ()
    assert [each.key for each in pair.of_first] == ["guayaquil"]
    assert [each.key for each in pair.of_second] == EIGHT[:-1]
    # The evening before in Guayaquil, not its night; and Busan is at work for both.
    assert f"{pair.first.host.starts_at:%H:%M}" == "08:00"
    assert f"{pair.first.fits[-1].starts_at:%a %H:%M}" == "Tue 18:00"
    assert Grade.RED not in (pair.first.host.grade, pair.second.host.grade)


def test_where_one_time_suits_everybody_no_pair_is_proposed():
    found = advice("hcmc", "ulaanbaatar", "istanbul")
    assert found.best[0].poor == 0
    assert found.pair is None
    assert all(slot.poor == 0 for slot in found.best)


def test_of_equally_good_times_the_earlier_in_office_hours_comes_first():
    found = advice("ulaanbaatar", minutes=60)
    assert [f"{slot.host.starts_at:%H:%M}" for slot in found.best] == ["10:00", "10:30", "11:00"]


def test_the_noon_rest_is_spared_where_two_times_are_as_good_otherwise():
    # 11:00 rests nobody but is lunch in Mongolia; 14:00 is the noon rest of Vietnam.
    found = advice("hcmc", "ulaanbaatar", minutes=60)
    noon = slot_at(found, 14).fits[0].verdict
    assert (noon.grade, noon.reason) == (Grade.AMBER, Reason.NOON_REST)
    assert slot_at(found, 13).fits[1].verdict.reason is Reason.LUNCH
    assert noon.reason not in {fit.verdict.reason for slot in found.best for fit in slot.fits}


# --- hours -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("clock", "grade", "reason"),
    [
        ("07:59", Grade.RED, Reason.NIGHT),
        ("08:00", Grade.AMBER, Reason.EARLY),
        ("08:59", Grade.AMBER, Reason.EARLY),
        ("09:00", Grade.GREEN, Reason.OFFICE_HOURS),
        ("11:59", Grade.GREEN, Reason.OFFICE_HOURS),
        ("12:00", Grade.AMBER, Reason.LUNCH),
        ("13:00", Grade.GREEN, Reason.OFFICE_HOURS),
        ("16:59", Grade.GREEN, Reason.OFFICE_HOURS),
        ("17:00", Grade.AMBER, Reason.EVENING),
        ("19:59", Grade.AMBER, Reason.EVENING),
        ("20:00", Grade.RED, Reason.NIGHT),
        ("00:00", Grade.RED, Reason.NIGHT),
    ],
)
def test_the_bands_of_a_day(clock, grade, reason):
    verdict = local("ulaanbaatar", f"2026-10-14T{clock}")
    assert (verdict.grade, verdict.reason) == (grade, reason)


def test_a_session_is_as_good_as_its_worst_part():
    assert fit_at("ulaanbaatar", 10, minutes=180).grade is Grade.GREEN
    assert fit_at("ulaanbaatar", 10, minutes=181).verdict.reason is Reason.LUNCH
    assert fit_at("ulaanbaatar", 18, minutes=240).verdict.reason is Reason.NIGHT
    # Lunch at noon and the evening at five: the worse of a long day, or the first of equals.
    assert fit_at("ulaanbaatar", 12, 30, minutes=480).verdict.reason is Reason.LUNCH


@settings(max_examples=60)
@given(
    slug=st.sampled_from(sorted(PLACES)),
    day=st.dates(date(2026, 1, 1), date(2028, 12, 31)),
    minutes=st.integers(15, 480),
    number=st.integers(0, 47),
)
def test_quarters_judge_as_minutes_would(slug, day, minutes, number):
    fit = advice(slug, day=day, minutes=minutes).slots[number].fits[0]
    start = fit.starts_at.astimezone(UTC)
    each = [judge(place(slug), start + timedelta(minutes=at), NOTHING) for at in range(minutes)]
    assert fit.grade == max(verdict.grade for verdict in each)
    assert fit.ends_at - fit.starts_at.astimezone(UTC) == timedelta(minutes=minutes)


@settings(max_examples=40)
@given(
    slugs=st.lists(st.sampled_from(sorted(PLACES)), min_size=1, max_size=6, unique=True),
    day=st.dates(date(2026, 1, 1), date(2028, 12, 31)),
    minutes=st.sampled_from([50, 90, 120, 240]),
)
def test_a_pair_leaves_out_fewer_than_any_single_time_and_nobody_who_could_come(
    slugs, day, minutes
):
    found = advice(*slugs, day=day, minutes=minutes)
    assert found.best[0].poor == min(slot.poor for slot in found.slots)
    pair = found.pair
    if pair is None:
        return
    assert pair.first.ends_at <= pair.second.starts_at
    keys = [each.key for each in (*pair.of_first, *pair.of_second, *pair.left_out)]
    assert sorted(keys) == sorted(slugs)
    for slot, come in ((pair.first, pair.of_first), (pair.second, pair.of_second)):
        assert all(fit.grade is not Grade.RED for fit in slot.fits if fit.place in come)
    assert len(pair.left_out) < found.best[0].poor


# --- zones -----------------------------------------------------------------------------


def test_summer_time_is_that_of_the_day():
    # Los Angeles sets its clocks back on 1 November 2026, Auckland forward on 27 September.
    assert f"{fit_at('losangeles', 9, day=date(2026, 10, 30)).starts_at:%a %H:%M}" == "Thu 17:00"
    assert f"{fit_at('losangeles', 9, day=date(2026, 11, 6)).starts_at:%a %H:%M}" == "Thu 16:00"
    assert fit_at("auckland", 9, day=date(2026, 9, 25)).starts_at.hour == 12
    assert fit_at("auckland", 9, day=date(2026, 9, 29)).starts_at.hour == 13


def test_a_session_over_the_change_of_clocks_keeps_its_length():
    # On Sunday 1 November 2026 at 02:00 it is 01:00 again in Los Angeles: 18:00 in Busan.
    fit = fit_at("losangeles", 17, 30, day=date(2026, 11, 1), minutes=120)
    assert f"{fit.starts_at:%H:%M}–{fit.ends_at:%H:%M}" == "01:30–02:30"


def test_the_weekday_is_that_of_the_place():
    # Monday morning in Busan is Sunday afternoon in Los Angeles, Saturday's is still its Friday.
    monday = fit_at("losangeles", 9, day=date(2026, 10, 12), minutes=60)
    assert monday.starts_at.strftime("%A %H:%M") == "Sunday 17:00"
    assert monday.verdict.reason is Reason.WEEKEND
    friday = fit_at("losangeles", 9, day=date(2026, 10, 17), minutes=60)
    assert friday.verdict.reason is Reason.EVENING


def test_a_quarter_zone_is_judged_on_its_quarters():
    fit = fit_at("kathmandu", 15, minutes=45)
    assert f"{fit.starts_at:%H:%M}–{fit.ends_at:%H:%M}" == "11:45–12:30"
    assert fit.verdict.reason is Reason.LUNCH


# --- days ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("slug", "off", "on"),
    [
        ("dhaka", ["2026-10-16", "2026-10-17"], ["2026-10-18"]),
        ("kathmandu", ["2026-10-17"], ["2026-10-16", "2026-10-18"]),
        ("bandarabbas", ["2026-10-15", "2026-10-16"], ["2026-10-17", "2026-10-18"]),
        ("dubai", ["2026-10-17", "2026-10-18"], ["2026-10-16"]),
        ("hcmc", ["2026-10-17", "2026-10-18"], ["2026-10-16"]),
    ],
)
def test_weekends_are_those_of_the_region(slug, off, on):
    assert {local(slug, f"{day}T10:00").reason for day in off} == {Reason.WEEKEND}
    assert {local(slug, f"{day}T10:00").reason for day in on} == {Reason.OFFICE_HOURS}


def test_the_friday_prayer_is_kept_free_where_offices_go():
    for slug in ("istanbul", "dubai", "surabaya", "casablanca"):
        assert local(slug, "2026-10-16T13:30").reason is Reason.FRIDAY_PRAYER
        assert local(slug, "2026-10-16T13:30").grade is Grade.RED
        assert local(slug, "2026-10-16T11:59").grade is Grade.GREEN
        assert local(slug, "2026-10-16T14:00").grade is Grade.GREEN
        assert local(slug, "2026-10-15T13:30").grade is Grade.GREEN
    assert local("almaty", "2026-10-16T13:30").reason is Reason.SOME_PRAY
    assert local("almaty", "2026-10-16T13:30").grade is Grade.AMBER
    assert local("mumbai", "2026-10-16T13:30").grade is Grade.GREEN


def test_a_holiday_is_red_all_day_by_its_name_there_and_nowhere_else():
    tet = words("Tet", vi="Tết")
    days_off = DaysOff({("VN", date(2027, 2, 5)): tet})
    found = advice("hcmc", "phnompenh", day=date(2027, 2, 5), days_off=days_off)
    # Busan's day begins on the evening before in Vietnam.
    reasons = [slot.fits[0].verdict.reason for slot in found.slots]
    assert reasons[0] is Reason.NIGHT
    assert set(reasons[4:]) == {Reason.HOLIDAY}
    afternoon = slot_at(found, 15)
    assert afternoon.fits[0].verdict.holiday == tet
    assert afternoon.fits[0].grade is Grade.RED
    assert afternoon.fits[1].grade is Grade.GREEN
    # Not even two times reach Vietnam on that day.
    assert found.best[0].poor == 1
    assert found.pair is None


def test_a_day_that_is_worked_is_neither_holiday_nor_weekend():
    saturday = date(2026, 10, 17)
    days_off = DaysOff(
        {("VN", saturday): words("A holiday")}, frozenset({("VN", saturday), ("KR", saturday)})
    )
    slot = slot_at(advice("hcmc", day=saturday, days_off=days_off), 15)
    assert slot.fits[0].grade is Grade.GREEN
    assert slot.host.grade is Grade.GREEN


def test_the_host_rests_too():
    chuseok = {("KR", date(2026, 9, 25)): words("Chuseok")}
    found = advice("hcmc", day=date(2026, 9, 25), days_off=DaysOff(chuseok))
    assert all(slot.host.grade is Grade.RED for slot in found.slots)
    assert found.best[0].poor == 1
