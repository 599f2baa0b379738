"""The deals behind a figure of the evidence: a condition on the list of deals, and the address that asks for it."""

from datetime import date

from sqlalchemy import ColumnElement, and_, exists, func, not_

from core.clauses import days_between
from core.i18n import N_, _
from core.module import Case, Condition
from crm.activity_verbs import ACTIVITY
from crm.opportunity_verbs import OPPORTUNITY
from crm.weapons import WEAPON
from reports.evidence.findings import ALL, LANDMARK
from web.kit.requests import address

DEAL, USE, ARMS = OPPORTUNITY.table, ACTIVITY.table, WEAPON.table
NAME, WITH, WITHOUT, AT_LANDMARK = "evidence", "with", "without", "open"
# The fields of a deal by which segments are cut; several at once narrow each other.
FIELDS = {"trade": "account.trade", "grade": "account.grade", "category": "product.category"}


def deals(segment: str, days: tuple[date | None, date | None], *cases: str) -> str:
    """The address of the decided deals of a segment that were decided between two days, both included."""
    pairs = [("state", "won"), ("state", "lost"), *((NAME, case) for case in cases)]
    kind, _sep, code = segment.partition(":")
    if segment != ALL and kind in FIELDS:
        pairs.append((FIELDS[kind], code))
    first, last = days
    if first and last:
        pairs.append(("closed_on", f"{first.isoformat()}..{date.fromordinal(last.toordinal() + 1).isoformat()}"))
    return address(OPPORTUNITY.path, pairs)


def read(code: str) -> Case | None:
    """`with:CODE`, `without:CODE`, `open`: of the deals that were decided after the landmark."""
    if code == AT_LANDMARK:
        return Case(code, _("Open for {days} days or more", days=LANDMARK), _reached)
    side, found, weapon = code.partition(":")
    if not (found and weapon and side in (WITH, WITHOUT)):
        return None
    slots = {"weapon": weapon, "days": LANDMARK}
    if side == WITH:
        label = _("With {weapon} in the first {days} days", **slots)
        return Case(code, label, lambda: and_(_reached(), _used(weapon)))
    label = _("Without {weapon} in the first {days} days", **slots)
    return Case(code, label, lambda: and_(_reached(), not_(_used(weapon))))


CONDITION = Condition(OPPORTUNITY.stem, NAME, N_("Evidence"), read=read)


def _opened() -> ColumnElement[date]:
    return func.coalesce(DEAL.c.engaged_on, DEAL.c.created_at)


def _reached() -> ColumnElement[bool]:
    return days_between(_opened(), DEAL.c.closed_on) >= LANDMARK


def _used(code: str) -> ColumnElement[bool]:
    """Asked deal by deal, in the index that begins with the deal."""
    return exists().where(
        USE.c.opportunity_id == DEAL.c.id, USE.c.state == "done", USE.c.archived_at.is_(None),
        USE.c.weapon_id == ARMS.c.id, ARMS.c.code == code,
        days_between(_opened(), func.coalesce(USE.c.done_at, USE.c.due_on)) < LANDMARK,
    )  # fmt: skip
