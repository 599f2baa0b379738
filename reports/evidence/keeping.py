"""Writes what was calculated, in one transaction: whoever reads meanwhile sees the old rows, then the new ones."""

from typing import Any

from sqlalchemy import select

from core import clock
from core.access import OPERATOR, table_of
from core.bulk import create_ties
from core.db import ActorSession, unit_of_work
from core.ids import new_ids
from core.record import Row
from crm.weapon_worths import WeaponWorth
from reports.evidence.findings import ALL, COMPARED, SEEN, UNSEEN
from reports.evidence.results import Results
from reports.evidence.rows import Basis, WinChance, WinSkill, Worth

Values = dict[str, Any]
# What the deal's page asks for: all deals, and those of the client's trade.
ON_DEALS = (ALL, "trade:")
STATES = {SEEN: "seen", UNSEEN: "none"}


def keep(results: Results) -> None:
    """As the operator: these rows are everybody's, and nobody's own rights may decide what they hold."""
    now = clock.now()
    with unit_of_work(OPERATOR) as session:
        _replace(session, Basis, [row | {"at": now} for row in results.basis])
        _replace(session, Worth, results.worth)
        _replace(session, WeaponWorth, [_on_deal(row) | {"at": now} for row in results.worth if _is_on_deals(row)])
        if results.forecast is not None:
            _replace(session, WinSkill, [WinSkill(**results.forecast.skill, at=now).model_dump()])
            _replace(session, WinChance, _known(session, results.forecast.chances))


def _replace(session: ActorSession, model: type[Row], rows: list[Values]) -> None:
    for row in session.scalars(select(model)):
        session.delete(row)
    session.flush()
    if rows:
        create_ties(session, model.__table__, _with_ids(rows))  # type: ignore[attr-defined]


def _with_ids(rows: list[Values]) -> list[Values]:
    return [{**row, "id": fresh} for row, fresh in zip(rows, new_ids(len(rows)), strict=True)]


def _known(session: ActorSession, chances: list[Values]) -> list[Values]:
    """A deal may have gone meanwhile, by an import that was taken back."""
    there = {*session.scalars(select(table_of("crm_opportunity").c.id))}
    return [row for row in chances if row["opportunity_id"] in there]


def _is_on_deals(row: Values) -> bool:
    return (row["kind"], row["period"]) == (COMPARED, ALL) and str(row["segment"]).startswith(ON_DEALS)


def _on_deal(row: Values) -> Values:
    hundredths = {name: None if row[name] is None else round(100 * row[name]) for name in ("points", "low", "high")}
    return {
        **hundredths, "weapon_id": row["weapon_id"], "segment": row["segment"],
        "state": STATES.get(row["state"], "few"), "deals_with": row["used"], "deals_without": row["unused"],
    }  # fmt: skip
