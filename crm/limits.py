"""Ranges of numbers, said to the user before the database would refuse them."""

from core.errors import Invalid
from core.i18n import _

RATE = (0, 10_000)
COUNT = (0, 2**53)


def keep_within(record: object, **limits: tuple[int, int]) -> None:
    """Each named column is empty or within its limits, both included. Raises Invalid by field."""
    problems = {name: _problem(getattr(record, name), *limit) for name, limit in limits.items()}
    if found := {name: sentence for name, sentence in problems.items() if sentence}:
        raise Invalid(next(iter(found.values())), found)


def _problem(value: int | None, low: int, high: int) -> str:
    if value is None or low <= value <= high:
        return ""
    if (low, high) == RATE:
        return _("A rate goes from 0 to 100 percent.")
    return _("Not below {low}, please.", low=low) if value < low else _("Not above {high}, please.", high=high)
