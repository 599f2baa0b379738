"""Fetches what the rules look at, as the actor sees it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlmodel import col

from core import clock
from core.record import PLACE_COLUMNS
from crm.activities import Activity, activities_of
from crm.activity_links import ActivityPerson, ActivityUser
from crm.ceilings import ceilings
from crm.commitments import Commitment
from crm.files import File
from crm.key_persons import KeyPerson
from crm.playbook.findings import Finding
from crm.playbook.limits import limits
from crm.playbook.locks import CONSENT, REQUEST, Paper, Situation
from crm.playbook.splitting import DAYS, Part, splits
from crm.playbook.uses import Reached, Use, done
from crm.tenders import Tender
from crm.weapons import weapons

MOST_USES, MOST_TENDERS, MOST_PARTS = 1000, 60, 300
USED = ("planned", "done")


def uses_of(session: Any, account_id: int) -> tuple[Use, ...]:
    """The client's uses, the newest first, those of campaigns and agents among them, with whom they reached.

    Of a deal they are those whose `deal_id` it is.
    """
    return tuple(each for each in contacts_of(session, account_id) if each.weapon_id)


def contacts_of(session: Any, account_id: int) -> tuple[Use, ...]:
    """All that was planned or done with the client or with people of it, with a weapon or without; one statement.

    People are those of this client, at their level of that day, else (for old rows) at today's. Read once per session,
    unless it writes.
    """
    kept: dict[int, tuple[Use, ...]] = session.info.setdefault("crm.contacts", {})
    if account_id not in kept or session.info["writes"]:
        kept[account_id] = _contacts(session, account_id)
    return kept[account_id]


def _contacts(session: Any, account_id: int) -> tuple[Use, ...]:
    use = _activities(account_id).subquery()
    tie = and_(col(ActivityPerson.activity_id) == use.c.id, col(ActivityPerson.archived_at).is_(None))
    met = and_(col(KeyPerson.id) == col(ActivityPerson.person_id), col(KeyPerson.account_id) == account_id)
    level = func.coalesce(col(ActivityPerson.level), col(KeyPerson.level))
    function = func.coalesce(col(ActivityPerson.function), col(KeyPerson.function))
    statement = select(use, col(KeyPerson.id), level, function).outerjoin(ActivityPerson, tie)
    order = use.c.id.desc(), col(ActivityPerson.id)
    found: dict[int, Use] = {}
    rows = session.execute(statement.outerjoin(KeyPerson, met).order_by(*order))
    for *facts, person_id, at_level, in_function in rows:
        made = found.get(facts[0]) or Use(*facts)
        one = (Reached(person_id, at_level, in_function),) if person_id else ()
        found[made.id] = replace(made, reached=(*made.reached, *one))
    return tuple(found.values())


def _activities(account_id: int) -> Any:
    """The columns in the order of a use's fields."""
    at = func.coalesce(col(Activity.done_at), col(Activity.starts_at))
    columns: tuple[Any, ...] = (
        Activity.id, func.coalesce(col(Activity.weapon_id), 0).label("weapon_id"), Activity.state,
        Activity.opportunity_id, Activity.step_id, at.label("at"), Activity.cost, Activity.due_on, Activity.subject,
    )  # fmt: skip
    people = select(col(KeyPerson.id)).where(col(KeyPerson.account_id) == account_id)
    with_them = select(col(ActivityPerson.activity_id)).where(
        col(ActivityPerson.person_id).in_(people), col(ActivityPerson.archived_at).is_(None)
    )
    live = (
        or_(activities_of(account_id), col(Activity.id).in_(with_them)), col(Activity.archived_at).is_(None),
        col(Activity.state).in_(USED),
    )  # fmt: skip
    return select(*columns).where(*live).order_by(col(Activity.id).desc()).limit(MOST_USES)


def last_met(contacts: Iterable[Use]) -> dict[int, datetime]:
    """When each person was last met or spoken with."""
    found: dict[int, datetime] = {}
    for each in done(contacts):
        for one in each.reached:
            if each.at is not None:
                found[one.person_id] = max(each.at, found.get(one.person_id, each.at))
    return found


# --- locks ----------------------------------------------------------------------------------------------------


def situation_of(
    session: Any, account_id: int, *, deal_id: int | None = None, activity_id: int | None = None
) -> Situation:
    """Tenders of the client, papers that open a lock, and what was given lately: three statements.

    A paper counts on the client's undecided tender, on the deal, on the activity; a consent on the person, too.
    """
    live = select(Tender).where(col(Tender.account_id) == account_id, col(Tender.archived_at).is_(None))
    tenders = tuple(session.scalars(live.order_by(col(Tender.noticed_on).desc()).limit(MOST_TENDERS)))
    columns = col(File.evidence), col(File.entity), col(File.record_id)
    rows = session.execute(select(*columns).where(papers(account_id, deal_id=deal_id, activity_id=activity_id)))
    return Situation(tenders, frozenset(paper(*row) for row in rows), given_lately(session, account_id))


def papers(account_id: int, *, deal_id: int | None = None, activity_id: int | None = None) -> Any:
    """The condition that a file opens a lock for the client, the deal or the activity."""
    people = select(col(KeyPerson.id)).where(col(KeyPerson.account_id) == account_id)
    undecided = select(col(Tender.id)).where(
        col(Tender.account_id) == account_id, col(Tender.archived_at).is_(None), col(Tender.awarded_on).is_(None),
        col(Tender.is_cancelled).is_(False),
    )  # fmt: skip
    places = or_(
        and_(col(File.entity) == "crm.tender", col(File.record_id).in_(undecided)),
        and_(col(File.entity) == "crm.opportunity", col(File.record_id) == deal_id),
        and_(col(File.entity) == "crm.activity", col(File.record_id) == activity_id),
        and_(col(File.entity) == "crm.key_person", col(File.record_id).in_(people)),
    )
    return and_(col(File.evidence).in_((REQUEST, CONSENT)), col(File.archived_at).is_(None), places)


def paper(evidence: str, entity: str, record_id: int) -> Paper:
    return Paper(evidence, record_id if entity == "crm.key_person" else None)


def given_lately(session: Any, account_id: int) -> dict[tuple[int, int], date]:
    """When each person of the client last got a weapon that is not to be repeated soon."""
    once = [weapon.id for weapon in weapons(session) if weapon.repeat_days]
    if not once:
        return {}
    last = (
        select(col(Activity.weapon_id), col(ActivityPerson.person_id), func.max(col(Activity.done_at)))
        .join(ActivityPerson, col(ActivityPerson.activity_id) == col(Activity.id))
        .join(KeyPerson, col(KeyPerson.id) == col(ActivityPerson.person_id))
        .where(
            col(KeyPerson.account_id) == account_id, col(Activity.weapon_id).in_(once), col(Activity.state) == "done",
            col(Activity.archived_at).is_(None), col(ActivityPerson.archived_at).is_(None),
        )
        .group_by(col(Activity.weapon_id), col(ActivityPerson.person_id))
    )  # fmt: skip
    return {(weapon, person): clock.local(at).date() for weapon, person, at in session.execute(last) if at}


# --- splitting ------------------------------------------------------------------------------------------------


def split_findings(session: Any, asked: list[Commitment]) -> tuple[Finding, ...]:
    """For the approver of one use's commitments: signs that one occasion was split, among what the approver may see."""
    if not asked:
        return ()
    first, last = min(each.occurs_on for each in asked), max(each.occurs_on for each in asked)
    days = range(-DAYS, (last - first).days + DAYS + 1)
    around = [date.fromordinal(first.toordinal() + step) for step in days]
    near = (col(Commitment.occurs_on).in_(around), col(Commitment.compliance) == asked[0].compliance)
    others = _commitments(session, *near, col(Commitment.activity_id) != asked[0].activity_id)
    if not others:
        return ()
    parts = _parts(session, (*asked, *others))
    own, rest = parts[: len(asked)], parts[len(asked) :]
    return splits(own, rest, per_occasion=_per_occasion(session, asked))


def _commitments(session: Any, *conditions: Any) -> list[Commitment]:
    live = (col(Commitment.archived_at).is_(None), col(Commitment.state) != "released")
    statement = select(Commitment).where(*conditions, *live).order_by(col(Commitment.id)).limit(MOST_PARTS)
    return list(session.scalars(statement))


def _parts(session: Any, commitments: tuple[Commitment, ...]) -> list[Part]:
    uses = {each.activity_id for each in commitments}
    ties = select(col(ActivityUser.activity_id), col(ActivityUser.user_id)).where(
        col(ActivityUser.activity_id).in_(uses), col(ActivityUser.archived_at).is_(None)
    )
    ours: dict[int, set[int]] = {}
    for activity_id, user_id in session.execute(ties):
        ours.setdefault(activity_id, set()).add(user_id)
    return [
        Part(
            each.activity_id, each.account_id, each.person_id, each.occurs_on, each.amount, each.supplier,
            frozenset(ours.get(each.activity_id, set()) | ({each.owner_id} if each.owner_id else set())),
        ) for each in commitments
    ]  # fmt: skip


def _per_occasion(session: Any, asked: list[Commitment]) -> int | None:
    """The lowest ceiling of one occasion among the people asked for."""
    found = [_limit(session, each) for each in asked]
    return min((amount for amount in found if amount is not None), default=None)


def _limit(session: Any, each: Commitment) -> int | None:
    units = [getattr(each, name) for name in PLACE_COLUMNS]
    held = limits(
        ceilings(session), compliance=each.compliance, is_official=each.client_class == "official", units=units,
        on=each.occurs_on,
    )  # fmt: skip
    return held["per_occasion"].amount if "per_occasion" in held else None
