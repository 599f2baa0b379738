"""Which ceiling holds: for this kind of weapon, towards this kind of person, in this unit, on this day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from crm.ceilings import AMOUNTS, Ceiling


@dataclass(frozen=True)
class Limit:
    """An amount in fen, and the row that sets it."""

    amount: int
    ceiling: Ceiling


def limits(
    rows: Iterable[Ceiling], *, compliance: str, is_official: bool, units: Sequence[int | None], on: date
) -> dict[str, Limit]:
    """The limit of each kind (`per_occasion`, `per_person_year`, `per_client_year`, `per_deal`) that has one.

    `units` go from the widest to the nearest. For each amount the most special row that states it wins: one for public
    officials before one for anybody, then the nearest unit, then the newest; of equals the lowest amount.
    """
    fitting = [row for row in rows if _fits(row, compliance, is_official, units, on)]
    found = {}
    for name in AMOUNTS:
        stated = [row for row in fitting if getattr(row, name) is not None]
        if stated:
            best = max(stated, key=lambda row: (*_rank(row, units), -getattr(row, name)))
            found[name] = Limit(getattr(best, name), best)
    return found


def _fits(row: Ceiling, compliance: str, is_official: bool, units: Sequence[int | None], on: date) -> bool:
    return (
        row.compliance == compliance
        and (row.client_class == "any" or is_official)
        and (row.unit_id is None or row.unit_id in units)
        and row.valid_from <= on
        and (row.valid_to is None or on <= row.valid_to)
    )


def _rank(row: Ceiling, units: Sequence[int | None]) -> tuple[bool, int, date]:
    nearness = -1 if row.unit_id is None else units.index(row.unit_id)
    return row.client_class == "official", nearness, row.valid_from
