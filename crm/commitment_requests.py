"""The request for one use: what it holds for all its people is answered together, by superiors in order of amount."""

from datetime import date
from typing import Any

from core import clock
from core.actors import actor_by_id
from core.approvals import asking
from core.approvals.kinds import Kind, Outcome, Rows, Step, Superiors
from core.approvals.line import in_line, people, person_of, superiors
from core.approvals.rows import Approval
from core.db import ActorSession, reading
from core.errors import Conflict, Forbidden, Invalid
from core.history import may
from core.i18n import N_, _, pick
from core.placement import NOWHERE, places_of
from core.record import PLACE_COLUMNS
from crm.accounts import Account
from crm.activities import Activity
from crm.activity_links import persons_of
from crm.activity_verbs import ACTIVITY
from crm.asked_facts import facts_of
from crm.ceilings import BOUND, TIERS, ceilings
from crm.commitment_verbs import demand_open
from crm.commitments import Commitment, commitments_of
from crm.key_persons import KeyPerson
from crm.playbook.limits import limits
from crm.playbook.reserving import demand_room, uncount
from crm.weapons import Weapon
from web.kit.format import listed

NAME = "crm.commitment"
NAMED = 4


def ask_for(session: ActorSession, activity: Activity, *, reason: str, by: int | None = None) -> Approval:
    """Ask for all that the use's people are to get. Raises Invalid with the name of the rule that stands against it."""
    weapon = session.get(Weapon, activity.weapon_id or 0)
    if weapon is None or not needs_asking(weapon):
        raise Invalid(_("This activity needs no approval."))
    if by is None and not may(session, ACTIVITY, activity.id, "update"):
        raise Forbidden(_("You may see this record, but not change it."))
    _demand_planned(activity)
    asked = [each for each in commitments_of(session, activity.id) if each.state == "requested"]
    if weapon.compliance in BOUND and not asked:
        sentence = _("Say for whom, and how much for each.")
        raise Invalid(sentence, {"persons": sentence})
    for each in asked:
        _demand_day(activity, each, is_past=by is not None)
        each.asked = each.amount
    session.flush()
    demand_room(session, asked)
    facts = _facts(session, activity, weapon, asked)
    amount = sum(each.amount for each in asked) or activity.cost
    return asking.request(session, NAME, activity, reason=reason, amount=amount, facts=facts, by=by)


def needs_asking(weapon: Weapon) -> bool:
    return weapon.needs_approval or weapon.compliance in BOUND


def _demand_planned(activity: Activity) -> None:
    if activity.state != "planned" or activity.archived_at is not None:
        raise Conflict(_("This activity is not planned any more."))
    if activity.approval == "approved":
        raise Conflict(_("This was approved already."))


def _demand_day(activity: Activity, share: Commitment, *, is_past: bool) -> None:
    """The day of the use decides which ceiling holds, and whether a tender is open: it is to come, and one for all."""
    if share.occurs_on != activity.due_on:
        raise Invalid(_("The use and what is asked for take place on one day."), {"on": _("Choose one day for all.")})
    if share.occurs_on < clock.today() and not is_past:
        sentence = _("Ask before it takes place, not afterwards.")
        raise Invalid(sentence, {"on": sentence})


def _facts(session: ActorSession, activity: Activity, weapon: Weapon, asked: list[Commitment]) -> dict[str, Any]:
    """What is asked, as it was on the day: the request is read by people who may not see the client."""
    known = {each.person_id: session.get(KeyPerson, each.person_id) for each in asked}
    met = (session.get(KeyPerson, each) for each in (known or persons_of(session, activity)))
    account = session.get(Account, activity.account_id or 0)
    seen = {key: person for key, person in known.items() if person}
    return {
        **(facts_of(session, activity, asked, seen) if asked else {}),
        "weapon": {"zh": weapon.name_zh, "en": weapon.name_en}, "compliance": weapon.compliance,
        "people": [each.name for each in met if each], "client": account.name if account else "",
        "official": any(each.client_class == "official" for each in asked),
        "on": activity.due_on.isoformat() if activity.due_on else "",
    }  # fmt: skip


# --- the kind -------------------------------------------------------------------------------------------------


def say(approval: Approval) -> str:
    weapon, names = approval.facts.get("weapon", {}), approval.facts.get("people", [])
    words = {"weapon": pick(weapon.get("zh"), weapon.get("en")), "client": approval.facts.get("client", "")}
    if len(names) > NAMED:
        return _("{weapon} for {n} people, {client}", n=len(names), **words)
    return _("{weapon} for {people}, {client}", people=listed(names), **words) if names else words["weapon"]


def steps(session: ActorSession, approval: Approval) -> tuple[Step, ...]:
    """The next superior always; those above from the amounts that the ceiling of the place and day sets.

    Where the line is shorter than the steps, its last one has the last word.
    """
    floors = [0, *(floor for name in TIERS if (floor := _tiers(session, approval).get(name)) is not None)]
    requester = person_of(session, approval.owner_id)
    height = len(superiors(requester, people(session, in_line(requester)))) if requester else 0
    return tuple(Step(who=Superiors(n), since=since) for n, since in enumerate(floors[: max(height, 1)], 1))


def _tiers(session: ActorSession, approval: Approval) -> dict[str, int]:
    facts, owner = approval.facts, approval.owner_id or 0
    if not facts.get("on"):
        return {}
    places = places_of(session, {owner}).get(owner, NOWHERE)
    held = limits(
        ceilings(session), compliance=facts["compliance"], is_official=facts["official"],
        units=[places[name] for name in PLACE_COLUMNS], on=date.fromisoformat(facts["on"]),
    )  # fmt: skip
    return {name: held[name].amount for name in TIERS if name in held}


def _settled(session: ActorSession, approval: Approval, before: Rows, after: Rows) -> None:
    """Nobody approves what is theirs, though another asked; and nothing but what was asked."""
    uncount(session, before, after)
    if approval.state != "approved":
        return
    if session.actor.user_id in {row["owner_id"] for row in before}:
        raise Forbidden(_("Nobody approves a request of their own."))
    if sum(row["amount"] for row in after) != approval.amount:
        raise Conflict(_("What is asked for has changed since. It has to be asked for anew."))


def _own(session: ActorSession, approval: Approval, before: Rows, _after: Rows) -> None:
    if approval.state == "approved" and session.actor.user_id in {row["owner_id"] for row in before}:
        raise Forbidden(_("Nobody approves a request of their own."))


def _demand_still_open(session: ActorSession, approval: Approval) -> None:
    """A tender may have opened since it was asked for. Who answers need not see the client: then as who asked does."""
    if session.get(Activity, approval.record_id) is not None:
        _demand_all_open(session, approval.record_id)
        return
    with reading(actor_by_id(approval.owner_id or 0, "")) as theirs:
        _demand_all_open(theirs, approval.record_id)


def _demand_all_open(session: ActorSession, activity_id: int) -> None:
    for commitment in commitments_of(session, activity_id):
        demand_open(session, commitment)


USE = Outcome(
    "crm_activity", "id", "approval",
    {
        "open": {"none": "asked", "refused": "asked"},
        "approved": {"none": "approved", "refused": "approved", "asked": "approved"},
        "refused": {"asked": "refused"}, "timed_out": {"asked": "refused"}, "recalled": {"asked": "none"},
    },
    _own,
)  # fmt: skip
SHARES = Outcome(
    "crm_commitment", "activity_id", "state",
    {
        "approved": {"requested": "approved"}, "refused": {"requested": "released"},
        "timed_out": {"requested": "released"}, "recalled": {"requested": "released"},
    },
    _settled,
)  # fmt: skip

COMMITMENT_REQUEST = Kind(
    name=NAME, label=N_("Gift, hospitality or trip"), entity=ACTIVITY.stem, say=say, steps=steps,
    outcomes=(USE, SHARES), on_approved=_demand_still_open, days=3,
)  # fmt: skip
