"""Freezes the forecasts of every unit on the first of each month, and makes up for the firsts that nothing ran on."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from core import clock
from core.access import OPERATOR, table_of
from core.bulk import Values, create_ties
from core.db import ActorSession, reading, unit_of_work
from core.ids import new_ids
from core.record import PLACE_COLUMNS
from crm.standings import DealStanding
from reports.evidence.certainty import skill_of
from reports.evidence.rows import WinSkill
from reports.executive.period import moved
from reports.forecast.ask import EVERYTHING, eve
from reports.forecast.categories import categories
from reports.forecast.counted import ANYWHERE, Count, Group, Windows, Won, open_groups, won_groups
from reports.forecast.figures import Figures, figures
from reports.forecast.frozen import ForecastFreeze

NAME = "reports.forecast"
# How far back lost firsts are made up for.
MOST_MONTHS = 36


def freeze_due(_progress: Any) -> dict[str, int]:
    """The job, as the operator: the rows are the units', and nobody's own rights may decide what they hold.

    Safe to run twice, and in two processes at once: a first is written whole, by whoever comes first.
    """
    with reading(OPERATOR) as session:
        due = missing(session)
    return {"months": sum(_freeze_alone(first) for first in due)}


def _freeze_alone(first: date) -> bool:
    try:
        with unit_of_work(OPERATOR) as session:
            if first not in missing(session):
                return False
            freeze(session, first)
    except IntegrityError:
        return False  # another machine has frozen it meanwhile
    return True


def freeze_past(session: ActorSession) -> None:
    """For a world whose past was planted with it."""
    for first in missing(session):
        freeze(session, first)


def missing(session: ActorSession) -> list[date]:
    """The firsts that are not frozen, of all months since deals were written down, the oldest first."""
    began = session.scalar(select(func.min(col(DealStanding.from_at))))
    if began is None:
        return []
    this = clock.today().replace(day=1)
    known = {*session.scalars(select(col(ForecastFreeze.frozen_on)).where(col(ForecastFreeze.unit_id) == EVERYTHING))}
    firsts = [moved(this, -number) for number in range(MOST_MONTHS, -1, -1)]
    return [first for first in firsts if clock.start_of(first) > began and first not in known]


def freeze(session: ActorSession, first: date) -> None:
    """Two statements however many units; then all rows of the first in one go."""
    windows, held = months_of(first), categories(session)
    is_modelled = first == clock.today() and _has_skill(session)
    count = Count(session, eve(first), windows, held, ANYWHERE, PLACE_COLUMNS, is_modelled)
    is_open, won = open_groups(count), won_groups(count)
    rows: list[Values] = []
    for low, high in periods_of(first):
        places = range(windows.index(next(w for w in windows if w[0] == low)),
                       1 + windows.index(next(w for w in windows if w[1] == high)))  # fmt: skip
        for unit, own_open, own_won in _by_unit(is_open, won, places):
            found = figures(own_open, own_won, held, is_modelled=is_modelled)
            rows.append(_row(unit, first, (low, high), found))
    create_ties(session, table_of(ForecastFreeze.__tablename__), _with_ids(rows))


def periods_of(first: date) -> tuple[tuple[date, date], ...]:
    """This month and the next, this quarter and the next."""
    quarter = moved(first, -((first.month - 1) % 3))
    return (
        (first, moved(first, 1)), (moved(first, 1), moved(first, 2)),
        (quarter, moved(quarter, 3)), (moved(quarter, 3), moved(quarter, 6)),
    )  # fmt: skip


def months_of(first: date) -> Windows:
    """The months of both quarters: every period is made of some of them."""
    quarter = moved(first, -((first.month - 1) % 3))
    return tuple((moved(quarter, number), moved(quarter, number + 1)) for number in range(6))


def _by_unit(
    is_open: list[Group], won: list[Won], places: range
) -> Iterator[tuple[int, Iterable[Group], Iterable[Won]]]:
    """Each unit with the groups below it, and everything, which is written even where there is nothing."""
    below: dict[int, tuple[list[Group], list[Won]]] = {EVERYTHING: ([], [])}
    for group in is_open:
        if group.window in places:
            for unit in (EVERYTHING, *filter(None, group.places)):
                below.setdefault(unit, ([], []))[0].append(group)
    for each in won:
        if each.window in places:
            for unit in (EVERYTHING, *filter(None, each.places)):
                below.setdefault(unit, ([], []))[1].append(each)
    for unit, (groups, signed) in below.items():
        yield unit, groups, signed


def _row(unit: int, first: date, period: tuple[date, date], found: Figures) -> Values:
    return {
        "unit_id": unit, "frozen_on": first, "first_on": period[0], "after_on": period[1],
        "deals": found.open.count, "won_deals": found.won.count, "won": found.won.amount,
        "typed_deals": found.typed.count, "typed": found.typed.amount, "staged": found.staged.amount,
        "committed_deals": found.commit.count, "committed": found.commit.amount, "best": found.best.amount,
        "model_deals": found.model.count if found.model else 0,
        "model": found.model.amount if found.model else None, "at": clock.now(),
    }  # fmt: skip


def _with_ids(rows: list[Values]) -> list[Values]:
    return [{"id": fresh, **row} for row, fresh in zip(rows, new_ids(len(rows)), strict=True)]


def _has_skill(session: ActorSession) -> bool:
    row = session.scalars(select(WinSkill).limit(1)).first()
    return row is not None and bool(row.held) and skill_of(row).is_there
