"""The chance of an open deal on its page, with what moves it, or the plain word that nothing tells it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from core.db import ActorSession
from core.i18n import N_, _, pick
from core.module import Panel
from crm.opportunities import Opportunity
from crm.opportunity_verbs import OPPORTUNITY
from reports.evidence.certainty import skill_of
from reports.evidence.rows import PATH, READ, WinChance, WinSkill
from reports.evidence.texts import signed
from web.kit import format as texts
from web.kit.rendering import render

PERMISSION = "reports.win_chance.read"
FACTS = {
    "grade": N_("Grade of the client"), "size": N_("Size of the client"), "trade": N_("Trade"), "city": N_("City"),
    "product": N_("Main product"), "category": N_("Product category"), "source": N_("Source"), "amount": N_("Amount"),
    "competitor_known": N_("Rival known at the opening"),
}  # fmt: skip
SIZES = {
    "0": N_("under 50 staff"), "1": N_("50 to 299 staff"), "2": N_("300 to 999 staff"), "3": N_("1,000 staff or more"),
}  # fmt: skip
KNOWN = {"yes": N_("yes"), "no": N_("no")}


@dataclass(frozen=True, kw_only=True)
class Moved:
    fact: str
    value: str
    points: str
    tone: str


def panels() -> tuple[Panel, ...]:
    return (Panel(OPPORTUNITY.stem, chance, PERMISSION, place="side", order=20),)


def chance(session: ActorSession, deal: Opportunity) -> str:
    """One statement; none for a deal that is decided."""
    if deal.state not in ("open", "on_hold") or not session.actor.may(READ):
        return ""
    both = select(WinSkill, WinChance).outerjoin(WinChance, col(WinChance.opportunity_id) == deal.id).limit(1)
    found = session.execute(both).first()
    if found is None:
        return ""
    skill, own = found
    has_skill = bool(skill.held) and skill_of(skill).is_there
    return render(
        "reports/deal_chance.html",
        percent=round(own.chance / 100) if own is not None and has_skill else None,
        why=[_moved(reason) for reason in own.reasons] if own is not None else [],
        has_skill=has_skill, base=f"{100 * skill.base_rate:.0f}", deals=texts.number(skill.deals),
        when=texts.day_in_words(skill.at), all=f"{PATH}#calibration",
    )  # fmt: skip


def _moved(reason: dict[str, Any]) -> Moved:
    fact, points = str(reason["fact"]), float(reason["points"])
    return Moved(
        fact=_(FACTS.get(fact, fact)), value=_value(fact, reason), points=signed(points),
        tone="ok" if points > 0 else "bad",
    )  # fmt: skip


def _value(fact: str, reason: dict[str, Any]) -> str:
    if "zh" in reason:
        return pick(str(reason["zh"]), str(reason["en"]))
    value = str(reason.get("value", ""))
    if fact == "amount":
        return texts.money_short(int(float(value))) if value not in ("", "nan", "None") else _("not known")
    return _({**SIZES, **KNOWN}.get(value, value)) or _("not known")
