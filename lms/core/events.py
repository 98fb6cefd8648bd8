"""Facts announced by a lower package and heard by higher ones, in the same transaction.

Who hears what is written in one table, `lms/wiring.py`. A handler is an ordinary service:
when it raises, the fact itself is undone. What may fail without undoing the fact is a job.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

Handler = Callable[[Any], object]

_handlers: dict[type, tuple[Handler, ...]] = {}


def wire(table: Mapping[type, Sequence[Handler]]) -> None:
    """Replace the whole table of handlers."""
    _handlers.clear()
    _handlers.update({event: tuple(handlers) for event, handlers in table.items()})


def publish(event: object) -> None:
    """Hand the fact to each of its handlers, in the order of the table."""
    for handler in _handlers.get(type(event), ()):
        handler(event)
