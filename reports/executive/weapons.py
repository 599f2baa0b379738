"""What weapons are worth, as the evidence job found it for the whole province: on the executive's page and paper."""

from dataclasses import dataclass
from datetime import date

from markupsafe import Markup
from sqlalchemy import and_, select
from sqlmodel import col

from core.i18n import _, pick
from crm.weapons import Weapon
from reports.evidence import forest
from reports.evidence.behind import WITH, WITHOUT, deals
from reports.evidence.findings import ALL, COMPARED, SEEN
from reports.evidence.rows import PATH, READ, Basis, Worth
from reports.evidence.texts import signed
from reports.executive.ask import Ask
from reports.executive.data import WeaponWorth
from web.kit import format as texts
from web.kit.views import Link


@dataclass(frozen=True, kw_only=True)
class Row:
    """A weapon with its interval as a picture, and the deals on each side."""

    name: str
    picture: Markup
    points: str
    interval: str
    used: Link
    unused: Link


@dataclass(frozen=True, kw_only=True)
class Weapons:
    rows: tuple[Row, ...]
    axis: Markup
    hint: str
    href: str = PATH


def gathered(ask: Ask) -> tuple[WeaponWorth, ...]:
    """One statement; nothing for whoever may not read the evidence. What shows an effect first, the refused last."""
    if not ask.session.actor.may(READ):
        return ()
    statement = (
        select(Worth, Weapon, Basis)
        .join(Weapon, col(Weapon.id) == col(Worth.weapon_id))
        .join(Basis, and_(col(Basis.segment) == col(Worth.segment), col(Basis.period) == col(Worth.period)))
        .where(col(Worth.segment) == ALL, col(Worth.period) == ALL, col(Worth.kind) == COMPARED)
        .order_by(col(Weapon.position), col(Weapon.code))
    )
    found = [_worth(row, weapon, basis) for row, weapon, basis in ask.session.execute(statement)]
    return tuple(
        sorted((each for each in found if each.used), key=lambda each: (each.points is None, -(each.points or 0)))
    )


def _worth(row: Worth, weapon: Weapon, basis: Basis) -> WeaponWorth:
    return WeaponWorth(
        code=weapon.code, name=pick(weapon.name_zh, weapon.name_en or weapon.name_zh), state=row.state,
        points=row.points, low=row.low, high=row.high, used=row.used, unused=row.unused,
        since=basis.first_on, until=basis.last_on,
    )  # fmt: skip


def weapons(found: tuple[WeaponWorth, ...]) -> Weapons:
    most = forest.reach(value for each in found for value in (each.points, each.low, each.high))
    hint = _("percentage points of win rate against comparable deals, with the 95% interval")
    return Weapons(rows=tuple(_row(each, most) for each in found), axis=forest.scale(most), hint=hint)


def _row(each: WeaponWorth, most: int) -> Row:
    days = (each.since, each.until)
    said = f"{each.name}: {points_of(each)} {interval_of(each)}"
    tone = "ok" if each.state == SEEN else "quiet"
    return Row(
        name=each.name,
        picture=forest.interval(each.points, each.low, each.high, None, most, label=said, tone=tone),
        points=points_of(each),
        interval=interval_of(each),
        used=_deals(each.used, WITH, each.code, days),
        unused=_deals(each.unused, WITHOUT, each.code, days),
    )


def _deals(number: int, side: str, code: str, days: tuple[date | None, date | None]) -> Link:
    return Link(text=texts.number(number), href=deals(ALL, days, f"{side}:{code}") if number else "")


def points_of(each: WeaponWorth) -> str:
    """The difference, or in words why there is none."""
    return signed(each.points) if each.points is not None else _(each.state)


def interval_of(each: WeaponWorth) -> str:
    if each.low is None or each.high is None:
        return ""
    return _("{low} to {high}", low=signed(each.low), high=signed(each.high))
