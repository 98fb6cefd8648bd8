"""How much of what people know is shown at once, and in which order."""

from dataclasses import dataclass

PEOPLE_ON_PAGE = 30
POSTS_ON_PAGE = 20
LONGEST_ABOUT = 2000


@dataclass(frozen=True)
class WantedPeople:
    """Which people a list shows; an empty word leaves that open."""

    field: str = ""  # the code of a curriculum
    city: str = ""  # the slug of a city
    language: str = ""

    @property
    def is_filtered(self) -> bool:
        """Tell whether anything was asked for."""
        return bool(self.field or self.city or self.language)

    @property
    def address(self) -> dict[str, str]:
        """Return the parts of an address that ask for the same."""
        parts = {"field": self.field, "city": self.city, "lang": self.language}
        return {name: value for name, value in parts.items() if value}
