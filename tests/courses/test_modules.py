"""The modules of a draft: added, changed, moved and taken out, and of nothing else."""

import pytest

from lms.core.errors import Conflict
from lms.core.unit_of_work import unit_of_work
from lms.courses import queries
from lms.courses.services import modules
from tests.factories import words
from tests.factories.courses import make_course, make_module
from tests.factories.lessons import make_lesson


@pytest.fixture
def draft(app):
    """A draft with the modules A, B and C."""
    course = make_course(modules=0, state="draft")
    for position, title in enumerate("ABC", 1):
        make_module(course, position=position, title=words(title))
    return queries.newest_version(course.id)


def act_on(draft, at, act, *more, **named):
    module = queries.modules_of(draft.id)[at]
    with unit_of_work():
        return act(module, *more, **named)


def titles(version):
    return [module.title.texts["en"] for module in queries.modules_of(version.id)]


def test_a_module_is_added_last(draft):
    with unit_of_work():
        modules.add_module(draft, words("D"))
    assert titles(draft) == ["A", "B", "C", "D"]


def test_there_is_a_last_module(draft):
    for position in range(4, modules.MOST_MODULES + 1):
        make_module(draft, position=position)
    with pytest.raises(Conflict), unit_of_work():
        modules.add_module(draft, words("One more"))


@pytest.mark.parametrize("at, position, order", [
    (0, 2, "BAC"), (0, 3, "BCA"), (0, 99, "BCA"), (2, 1, "CAB"), (1, 0, "BAC"), (1, 2, "ABC"),
])  # fmt: skip
def test_a_module_goes_to_its_place(draft, at, position, order):
    act_on(draft, at, modules.move_module, position)
    assert titles(draft) == list(order)
    assert [module.position for module in queries.modules_of(draft.id)] == [1, 2, 3]


def test_a_module_is_changed_once(draft):
    assert act_on(draft, 0, modules.change_module, {"live_minutes": 30}, revision=1)
    assert act_on(draft, 0, modules.change_module, {"live_minutes": 30}, revision=1)
    assert not act_on(draft, 0, modules.change_module, {"live_minutes": 60}, revision=1)
    module = queries.modules_of(draft.id)[0]
    assert (module.live_minutes, module.revision) == (30, 2)


def test_an_empty_module_is_removed_and_the_others_close_up(draft):
    act_on(draft, 1, modules.remove_module)
    assert titles(draft) == ["A", "C"]
    assert [module.position for module in queries.modules_of(draft.id)] == [1, 2]


def test_a_module_with_sessions_stays(draft):
    make_lesson(queries.modules_of(draft.id)[1])
    with pytest.raises(Conflict):
        act_on(draft, 1, modules.remove_module)
    assert titles(draft) == ["A", "B", "C"]
