"""Doors to what people know, and to posts that go on into courses. `reader` is `current_user`."""

from lms.boards.queries.expertise import ShownPerson, shown_person
from lms.core.errors import NotFound


def get_person_for_viewing(person_id: int) -> ShownPerson:
    """Return somebody who shows what they know to all who have signed in.

    NotFound for who does not, as for who is not there: staff too see no page they did not open.
    """
    person = shown_person(person_id)
    if person is None:
        raise NotFound
    return person
