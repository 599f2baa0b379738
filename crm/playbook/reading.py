"""Fetches what the rules look at, as the actor sees it."""

from datetime import date
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
from crm.playbook.uses import Reached, Use
from crm.tenders import Tender
from crm.weapons import weapons

MOST_USES, MOST_TENDERS, MOST_PARTS = 1000, 60, 300
USED = ("planned", "done")


def uses_of(session: Any, account_id: int) -> tuple[Use, ...]:
    """The client's uses, the newest first, those of campaigns and agents among them, with whom they reached.

    Two statements. Of a deal they are those whose `deal_id` it is.
    """
    statement = select(Activity).where(
        activities_of(account_id), col(Activity.weapon_id).is_not(None), col(Activity.archived_at).is_(None),
        col(Activity.state).in_(USED),
    )  # fmt: skip
    found = list(session.scalars(statement.order_by(col(Activity.id).desc()).limit(MOST_USES)))
    reached = _reached(session, account_id) if found else {}
    return tuple(_use(activity, reached.get(activity.id, ())) for activity in found)


def _use(activity: Activity, reached: tuple[Reached, ...]) -> Use:
    return Use(
        id=activity.id, weapon_id=activity.weapon_id or 0, state=activity.state, deal_id=activity.opportunity_id,
        step_id=activity.step_id, at=activity.done_at or activity.starts_at, cost=activity.cost, reached=reached,
    )  # fmt: skip


def _reached(session: Any, account_id: int) -> dict[int, tuple[Reached, ...]]:
    """By activity: people of this client, at their level of that day, else (for old rows) at today's."""
    columns: tuple[Any, ...] = (ActivityPerson.activity_id, ActivityPerson.person_id)
    level = func.coalesce(col(ActivityPerson.level), col(KeyPerson.level))
    function = func.coalesce(col(ActivityPerson.function), col(KeyPerson.function))
    statement = (
        select(*columns, level, function)
        .join(KeyPerson, col(KeyPerson.id) == col(ActivityPerson.person_id))
        .where(col(KeyPerson.account_id) == account_id, col(ActivityPerson.archived_at).is_(None))
        .order_by(col(ActivityPerson.id))
    )
    found: dict[int, tuple[Reached, ...]] = {}
    for activity_id, *one in session.execute(statement):
        found[activity_id] = (*found.get(activity_id, ()), Reached(*one))
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
    open_ids = [tender.id for tender in tenders if not tender.awarded_on and not tender.is_cancelled]
    return Situation(
        tenders, _papers(session, account_id, open_ids, deal_id, activity_id), given_lately(session, account_id)
    )


def _papers(
    session: Any, account_id: int, tenders: list[int], deal_id: int | None, activity_id: int | None
) -> frozenset[Paper]:
    people = select(col(KeyPerson.id)).where(col(KeyPerson.account_id) == account_id)
    places = or_(
        and_(col(File.entity) == "crm.tender", col(File.record_id).in_(tenders)),
        and_(col(File.entity) == "crm.opportunity", col(File.record_id) == deal_id),
        and_(col(File.entity) == "crm.activity", col(File.record_id) == activity_id),
        and_(col(File.entity) == "crm.key_person", col(File.record_id).in_(people)),
    )
    proving = (col(File.evidence).in_((REQUEST, CONSENT)), col(File.archived_at).is_(None))
    rows = session.execute(select(col(File.evidence), col(File.entity), col(File.record_id)).where(*proving, places))
    return frozenset(Paper(evidence, i if entity == "crm.key_person" else None) for evidence, entity, i in rows)


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


def split_findings(session: Any, activity: Activity) -> tuple[Finding, ...]:
    """For the approver of a use: signs that one occasion was split, among what the approver may see."""
    asked = _commitments(session, col(Commitment.activity_id) == activity.id)
    if not asked:
        return ()
    first, last = min(each.occurs_on for each in asked), max(each.occurs_on for each in asked)
    days = range(-DAYS, (last - first).days + DAYS + 1)
    around = [date.fromordinal(first.toordinal() + step) for step in days]
    near = (col(Commitment.occurs_on).in_(around), col(Commitment.compliance) == asked[0].compliance)
    others = _commitments(session, *near, col(Commitment.activity_id) != activity.id)
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
