"""Why an uploaded file is not taken."""

from enum import StrEnum


class Refusal(StrEnum):
    """One reason; the pages turn it into a sentence."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    NOT_ACCEPTED = "not_accepted"  # no file of this type is taken, whatever is in it
    WRONG_TYPE = "wrong_type"  # the content is not what the name says
    DAMAGED = "damaged"
    ENCRYPTED = "encrypted"
    MACROS = "macros"
    ACTIVE_CONTENT = "active_content"  # something in it would run or open by itself
    POLYGLOT = "polyglot"  # another file stands before or behind it
    REFERS_OUTSIDE = "refers_outside"  # what it shows would be fetched from elsewhere
    TOO_LARGE_INSIDE = "too_large_inside"  # small as it is, it unpacks without measure
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_MANY_TRACKS = "too_many_tracks"
    TOO_LONG = "too_long"
    NO_PICTURE = "no_picture"  # a video without moving pictures


class Refused(Exception):
    """The file is not taken; `reason` says why."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason.value)
        self.reason = reason
