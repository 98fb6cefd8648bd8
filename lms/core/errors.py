"""What can go wrong, in the domain's words. The web layer turns these into pages."""


class DomainError(Exception):
    """A refusal the reader can understand and act on; its text is already in their language."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message)
        self.message = message


class NotFound(DomainError):
    """The object does not exist, or exists out of this person's reach (the answer is the same)."""


class NotAllowed(DomainError):
    """The object is in reach, this act on it is not."""


class Conflict(DomainError):
    """The act does not fit the present state (already done, closed, full)."""


class TooMany(DomainError):
    """The act was tried too often; `retry_after` says in how many seconds it is open again."""

    def __init__(self, retry_after: int, message: str = "") -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Invalid(DomainError):
    """One field of what was sent cannot be taken; shown beside that field."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
