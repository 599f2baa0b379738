"""How campaigns stand: tasks, what was reported and with what outcome, by campaign, weapon, channel, firm and city.

Each figure carries the address of its rows in the list of tasks, and a rate is never given without its number.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import ColumnElement, func, select
from sqlmodel import col

from campaigns.campaigns import OUTCOMES, Campaign
from campaigns.tasks import Task
from core import clock
from core.i18n import _
from core.titles import titles

# Of whom something can come of: the client was met and wanted more.
GOOD = ("interested", "done")
MOST = 200
Filter = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Line:
    """One row of a table: whose, its counts by outcome (empty for open tasks), and what narrows the list to it.

    `cost` is what its results earn by the rates of their campaigns.
    """

    name: str
    filters: Filter
    counts: dict[str, int] = field(default_factory=dict)
    id: int = 0
    cost: int = 0

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def reported(self) -> int:
        return self.total - self.counts.get("", 0)

    @property
    def good(self) -> int:
        return sum(self.counts.get(code, 0) for code in GOOD)

    @property
    def percent(self) -> int:
        return self.reported * 100 // self.total if self.total else 0

    @property
    def rate(self) -> str:
        """Interested or done, of those reported: with its number, or nothing."""
        if not self.reported:
            return ""
        return _("{percent}% of {n}", percent=round(self.good * 100 / self.reported), n=self.reported)

    def href(self, *outcomes: str) -> str:
        """The rows: all, those of some outcomes, or with `-` the open ones."""
        pairs = [*self.filters, *(("outcome", code) for code in outcomes)]
        return f"/campaigns/task?{urlencode(pairs)}"


@dataclass(frozen=True)
class Table:
    """Lines of one kind, the largest first."""

    key: str
    title: str
    lines: list[Line]


@dataclass(frozen=True)
class Cell:
    """So many tasks of one campaign, firm, person, city, county and outcome."""

    campaign_id: int
    firm_id: int | None
    user_id: int | None
    city_id: int | None
    county_id: int | None
    outcome: str
    count: int
    cost: int = 0


def cells(session: Any, of: Iterable[Campaign]) -> list[Cell]:
    """One statement over the live tasks of these campaigns."""
    known = {one.id: one for one in of}
    keys: Any = (Task.campaign_id, Task.firm_id, Task.user_id, Task.seat_city_id, Task.seat_county_id, Task.outcome)
    statement = (
        select(*keys, func.count())
        .where(col(Task.archived_at).is_(None), col(Task.campaign_id).in_(list(known)))
        .group_by(*keys)
    )
    return [
        Cell(c, f, u, s, k, outcome or "", n, n * _earned(known[c], outcome))
        for c, f, u, s, k, outcome, n in session.execute(statement)
    ]


def _earned(campaign: Campaign, outcome: str | None) -> int:
    return campaign.rate_per_result or 0 if outcome in campaign.counts else 0


def campaigns(session: Any, state: str) -> list[Campaign]:
    """Of one state, or all; the newest first."""
    of_state: ColumnElement[bool] = col(Campaign.state) == state if state else col(Campaign.id).is_not(None)
    statement = select(Campaign).where(col(Campaign.archived_at).is_(None), of_state)
    return list(session.scalars(statement.order_by(col(Campaign.starts_on).desc(), col(Campaign.id)).limit(MOST)))


def total(name: str, found: list[Cell], filters: Filter) -> Line:
    return _line(name, filters, found)


def by_campaign(all_: list[Campaign], found: list[Cell]) -> dict[int, Line]:
    return {
        one.id: _line(one.name, (("campaign", str(one.id)),), [c for c in found if c.campaign_id == one.id], one.id)
        for one in all_
    }


def tables(session: Any, all_: list[Campaign], found: list[Cell], base: Filter) -> list[Table]:
    """By weapon, channel, firm and city: two statements for the names."""
    of = {one.id: one for one in all_}
    groups: tuple[tuple[str, str, str, str, Callable[[Cell], int | None]], ...] = (
        ("weapon", _("By weapon"), "crm_weapon", "campaign.weapon", lambda c: of[c.campaign_id].weapon_id),
        ("channel", _("By channel"), "crm_channel", "campaign.channel", lambda c: of[c.campaign_id].channel_id),
        ("firm", _("By firm"), "agents_firm", "firm", lambda c: c.firm_id),
        ("city", _("By city"), "crm_division", "seat_city", lambda c: c.city_id),
    )
    return _tables(session, groups, found, base)


def tables_of_one(session: Any, found: list[Cell], base: Filter) -> list[Table]:
    """By firm, person and county."""
    groups: tuple[tuple[str, str, str, str, Callable[[Cell], int | None]], ...] = (
        ("firm", _("By firm"), "agents_firm", "firm", lambda c: c.firm_id),
        ("person", _("By person"), "core_user", "user", lambda c: c.user_id),
        ("county", _("By county"), "crm_division", "seat_county", lambda c: c.county_id),
    )
    return _tables(session, groups, found, base)


def _tables(session: Any, groups: Any, found: list[Cell], base: Filter) -> list[Table]:
    wanted: dict[str, set[int]] = {}
    for _key, _title, table, _param, of in groups:
        wanted.setdefault(table, set()).update(value for cell in found if (value := of(cell)))
    names = titles(session, wanted)
    return [Table(key, title, _lines(found, of, table, param, base, names)) for key, title, table, param, of in groups]


def _lines(found: list[Cell], of: Any, table: str, param: str, base: Filter, names: Any) -> list[Line]:
    keys = list(dict.fromkeys(of(cell) for cell in found))
    lines = [
        _line(
            names.get((table, key), _("(not visible to you)")) if key else _("None"), (*base, (param, str(key or "-"))),
            [cell for cell in found if of(cell) == key], key or 0,
        )
        for key in keys
    ]  # fmt: skip
    return sorted(lines, key=lambda line: (-line.total, line.name))


def _line(name: str, filters: Filter, found: list[Cell], id_: int = 0) -> Line:
    counts: dict[str, int] = {}
    for cell in found:
        counts[cell.outcome] = counts.get(cell.outcome, 0) + cell.count
    return Line(name, filters, counts, id_, sum(cell.cost for cell in found))


def outcomes_shown(lines: Iterable[Line]) -> list[str]:
    """Outcomes that occur, in their order."""
    there = {code for line in lines for code in line.counts}
    return [code for code in OUTCOMES if code in there]


@dataclass(frozen=True)
class Batch:
    """A dispatch: how many tasks it made that still stand, and how many of them are reported."""

    id: int
    at: Any
    tasks: int
    reported: int


def batches(session: Any, campaign_id: int) -> list[Batch]:
    """The newest ten dispatches of a campaign."""
    statement = (
        select(col(Task.batch_id), func.min(col(Task.created_at)), func.count(), func.count(col(Task.outcome)))
        .where(col(Task.campaign_id) == campaign_id, col(Task.archived_at).is_(None), col(Task.batch_id).is_not(None))
        .group_by(col(Task.batch_id))
        .order_by(col(Task.batch_id).desc())
        .limit(10)
    )
    return [Batch(*row) for row in session.execute(statement)]


def days_left(campaign: Campaign) -> int:
    return (campaign.ends_on - clock.today()).days
