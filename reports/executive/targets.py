"""Targets of what is to be signed, by month: of the units that the figures are about, and of their parts."""

from datetime import date
from typing import Any

from sqlalchemy import func, or_, select

from crm.targets import TARGET
from crm.users import USER
from reports.executive.ask import Ask
from reports.executive.data import Target
from reports.executive.reach import OWNER

AIM = TARGET.table.c
MEASURE = "won_amount"
ByMonth = dict[date, int]


class Targets:
    """Fen by unit or person and month. No target is set by trade: with one chosen there are none."""

    def __init__(self, ask: Ask) -> None:
        self.ask = ask
        self.of_units: dict[int, ByMonth] = {}
        self.of_people: dict[int, ByMonth] = {}
        if ask.scope.trade is None:
            self._read()

    def _read(self) -> None:
        for unit_id, user_id, month, amount in self.ask.session.execute(_statement(self.ask)):
            known = self.of_units if unit_id else self.of_people
            known.setdefault(unit_id or user_id, {})[month] = int(amount)

    def of_part(self, part_id: int | None) -> int | None:
        """Of the months that have begun; None where there is none."""
        known = self.of_people if self.ask.reach.level == OWNER else self.of_units
        return _added([known.get(part_id or 0, {})], self.ask.period.begun(self.ask.scope.on))

    def of_month(self, month: date) -> int | None:
        return _added(self._whole, (month,))

    def of_all(self) -> Target | None:
        whole = _added(self._whole, self.ask.period.months)
        begun = _added(self._whole, self.ask.period.begun(self.ask.scope.on))
        return None if whole is None else Target(whole, begun or 0, is_summed=not self._tops)

    @property
    def _whole(self) -> list[ByMonth]:
        """The targets of the units themselves; where they have none, those of their parts."""
        return self._tops or self._parts

    @property
    def _tops(self) -> list[ByMonth]:
        return [self.of_units[top.id] for top in self.ask.reach.tops if top.id in self.of_units]

    @property
    def _parts(self) -> list[ByMonth]:
        if self.ask.reach.level == OWNER:
            return list(self.of_people.values())
        return [self.of_units[part.id] for part in self.ask.reach.parts if part.id in self.of_units]


def _added(found: list[ByMonth], months: tuple[date, ...]) -> int | None:
    amounts = [known[month] for known in found for month in months if month in known]
    return sum(amounts) if amounts else None


def _statement(ask: Ask) -> Any:
    months = {*ask.period.months, *ask.period.last_months}
    ids = {unit.id for unit in (*ask.reach.tops, *ask.reach.parts)}
    wanted = AIM.for_unit_id.in_(ids)
    if ask.reach.level == OWNER:
        wanted = or_(wanted, AIM.for_user_id.in_(_people(ask)))
    return (
        select(AIM.for_unit_id, AIM.for_user_id, AIM.month, func.sum(AIM.amount))
        .where(wanted, AIM.measure == MEASURE, AIM.archived_at.is_(None), AIM.amount.is_not(None))
        .where(AIM.month >= min(months), AIM.month < ask.period.after)
        .group_by(AIM.for_unit_id, AIM.for_user_id, AIM.month)
    )


def _people(ask: Ask) -> Any:
    """Those of the units; without a unit only the reader."""
    user = USER.table
    units = [unit.id for unit in ask.reach.offered if any(unit.is_within(top) for top in ask.reach.tops)]
    if not units:
        return [ask.session.actor.user_id]
    return select(user.c.id).where(user.c.unit_id.in_(units))
