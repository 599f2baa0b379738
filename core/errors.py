"""The errors that a user can cause. Each carries a sentence for the user; `web.errors` maps it to HTTP."""


class DomainError(Exception):
    """What was asked for cannot be done. The message is shown to the user as it is."""


class NotFound(DomainError):
    """No such record, or none that this actor may see. The two look the same on purpose."""


class Forbidden(DomainError):
    """The actor is known and the record is visible, but the act is not allowed."""


class Conflict(DomainError):
    """Somebody else changed the record first. `theirs` maps a field to the value that is stored now."""

    def __init__(self, message: str, theirs: dict[str, object] | None = None) -> None:
        super().__init__(message)
        self.theirs = theirs or {}


class Invalid(DomainError):
    """Input that fails validation. `problems` maps a field's name to a sentence."""

    def __init__(self, message: str, problems: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.problems = problems or {}


class Lacking(Invalid):
    """Something else has to come first. `at` is the page that says what is missing, and where it is added."""

    def __init__(self, message: str, *, at: str) -> None:
        super().__init__(message)
        self.at = at


class Unscoped(Exception):
    """A statement that the access wall cannot rule. Never the user's fault: a defect, refused."""
