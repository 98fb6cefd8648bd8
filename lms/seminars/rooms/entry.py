"""What a room elsewhere is told of somebody who comes, and what it gives back."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Visitor:
    """Who comes in, and all the room learns of them.

    `id` is what attendance finds them by again; it says nothing to anybody else. `language` is
    the code of the page they come from.
    """

    id: str
    name: str
    is_host: bool
    language: str


@dataclass(frozen=True)
class Entry:
    """The way in for one person. It lets in whoever holds it: not for logs, mails or rows."""

    address: str
