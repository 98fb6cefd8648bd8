from datetime import date

from lms.core import clock
from lms.core.audit import history_of
from lms.core.unit_of_work import unit_of_work
from lms.organisations import queries, services
from tests.factories.accounts import make_person
from tests.factories.organisations import make_city

NAMED, ENDED = date(2026, 3, 1), date(2026, 9, 30)


def test_the_right_to_speak_for_a_city_has_a_first_and_a_last_day(app):
    staff, person, city = make_person("staff"), make_person(), make_city()
    for _twice in range(2):
        with unit_of_work():
            focal_point = services.name_focal_point(
                person, city, valid_from=NAMED, actor_id=staff.id, now=clock.now()
            )
    with unit_of_work():
        services.end_focal_point(focal_point, valid_to=ENDED, actor_id=staff.id, now=clock.now())
    days = {
        date(2026, 2, 28): [],
        NAMED: [city.id],
        ENDED: [city.id],
        date(2026, 10, 1): [],
    }
    assert {day: queries.cities_spoken_for(person.id, on=day) for day in days} == days
    assert queries.cities_spoken_for(staff.id, on=NAMED) == []
    changes = [event.new for event in history_of(("focal_point", focal_point.id))]
    assert changes == ["named", "ended"]
