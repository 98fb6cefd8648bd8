"""What happens to courses."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class VersionBegun:
    """A draft was begun from another version; what hangs on its modules is to be copied.

    `modules` gives the id of the new module for each old one; both are in the database.
    """

    version_id: int
    modules: Mapping[int, int]
    at: datetime
