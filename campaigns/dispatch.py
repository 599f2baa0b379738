"""Tasks for many clients at one press: spread over firms and staff, handed over where they are not, taken back."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from agents.firms import Firm, Staff
from agents.handovers import HANDOVER, Handover
from campaigns.campaigns import Campaign
from campaigns.consent import demand_consent
from campaigns.tasks import TASK, Task
from core import clock
from core.bulk import create_rows, update_rows
from core.dialects import id_slices
from core.errors import Conflict, Invalid, NotFound
from core.i18n import _
from core.ids import new_ids
from core.notices import notify_number
from core.people import User
from crm.accounts import Account
from crm.activities import Activity
from crm.activity_verbs import ACTIVITY
from crm.tables import base36
from crm.weapon_versions import current_versions

VERB = "dispatch"


@dataclass(frozen=True)
class Who:
    """A firm, or one member of its staff: what a task is given to. `code` is `f…` or `u…` with the id."""

    code: str
    firm_id: int
    name: str
    firm: str
    user_id: int | None = None


@dataclass(frozen=True)
class Order:
    """How the tasks are given out: to whom, by which rule, what for, by when, and what is handed over with them."""

    whos: tuple[Who, ...]
    spread: str
    due_on: date
    purpose: str
    batch: int
    by_hand: Mapping[int, str] = field(default_factory=dict)
    also: tuple[Who, ...] = ()
    hands_over: bool = False
    until: date | None = None


@dataclass(frozen=True)
class Given:
    """What a dispatch made."""

    tasks: int
    handovers: int


def targets(session: Any) -> list[Who]:
    """Firms whose agreement runs, each followed by its active staff."""
    runs = (col(Firm.ends_on).is_(None)) | (col(Firm.ends_on) >= clock.today())
    firms = select(Firm).where(col(Firm.archived_at).is_(None), runs).order_by(col(Firm.name), col(Firm.id)).limit(200)
    columns: Any = (Staff.firm_id, User.id, User.name)
    staff = (
        select(*columns)
        .join(User, col(User.id) == col(Staff.user_id))
        .where(col(Staff.archived_at).is_(None), col(User.archived_at).is_(None), col(User.is_active).is_(True))
        .order_by(col(User.name), col(User.id))
        .limit(1000)
    )
    people: dict[int, list[tuple[int, str]]] = {}
    for firm_id, user_id, name in session.execute(staff):
        people.setdefault(firm_id, []).append((user_id, name))
    found: list[Who] = []
    for firm in session.scalars(firms):
        found.append(Who(f"f{firm.id}", firm.id, firm.name, firm.name))
        found += [Who(f"u{user}", firm.id, name, firm.name, user) for user, name in people.get(firm.id, ())]
    return found


def spread(accounts: Sequence[Account], order: Order) -> dict[int, Who]:
    """Who goes to which client: by hand where a county has its own, else `even`ly along the way or by `county`."""
    by_code = {who.code: who for who in (*order.whos, *order.also)}
    fixed = {county: by_code[code] for county, code in order.by_hand.items() if code in by_code}
    given = {one.id: fixed[one.seat_county_id or 0] for one in accounts if (one.seat_county_id or 0) in fixed}
    rest = [one for one in accounts if one.id not in given]
    return given | (_by_county if order.spread == "county" else _evenly)(rest, order.whos, Counter(given.values()))


def _evenly(accounts: Sequence[Account], whos: Sequence[Who], _load: Counter[Who]) -> dict[int, Who]:
    return {one.id: whos[at * len(whos) // len(accounts)] for at, one in enumerate(accounts)}


def _by_county(accounts: Sequence[Account], whos: Sequence[Who], load: Counter[Who]) -> dict[int, Who]:
    sizes = Counter(one.seat_county_id or 0 for one in accounts)
    of_county: dict[int, Who] = {}
    for county, size in sorted(sizes.items(), key=lambda pair: (-pair[1], pair[0])):
        least = min(whos, key=lambda who: load[who])
        of_county[county] = least
        load[least] += size
    return {one.id: of_county[one.seat_county_id or 0] for one in accounts}


def give(session: Any, campaign: Campaign, accounts: Sequence[Account], order: Order) -> Given:
    """Write the tasks, their activities and the missing hand-overs, each as a set."""
    check(session, campaign, order)
    goes = spread(accounts, order)
    given = give_to(session, campaign, accounts, goes, order)
    tell(session, goes)
    return given


def give_to(
    session: Any, campaign: Campaign, accounts: Sequence[Account], goes: Mapping[int, Who], order: Order
) -> Given:
    """The same for a part of them, where it is settled who goes where."""
    if not accounts:
        return Given(0, 0)
    visits = _visits(session, campaign, accounts, order)
    create_rows(session, ACTIVITY, list(visits.values()), batch=order.batch, verb=VERB)
    create_rows(
        session, TASK, [_task(campaign, one, visits[one.id], goes[one.id], order) for one in accounts],
        batch=order.batch, verb=VERB,
    )  # fmt: skip
    handed = _hand_over(session, accounts, goes, order) if order.hands_over else 0
    return Given(len(accounts), handed)


def check(session: Any, campaign: Campaign, order: Order) -> None:
    demand_consent(session, campaign)
    problems = {}
    if campaign.state == "ended":
        problems["campaign"] = _("This campaign has ended.")
    if not order.whos:
        problems["who"] = _("Choose at least one firm or person.")
    if order.due_on < clock.today():
        problems["due_on"] = _("Choose a day to come.")
    if order.hands_over and (order.until is None or order.until < order.due_on):
        problems["until"] = _("The hand-over must last until the tasks are due.")
    if order.hands_over and not order.purpose.strip():
        problems["purpose"] = _("Say what the firm may use the clients for.")
    if problems:
        raise Invalid(next(iter(problems.values())), problems)


def _visits(session: Any, campaign: Campaign, accounts: Sequence[Account], order: Order) -> dict[int, dict[str, Any]]:
    shared = {
        "subject": campaign.name, "kind": "visit", "weapon_id": campaign.weapon_id, "due_on": order.due_on,
        "weapon_version_id": current_versions(session).get(campaign.weapon_id or 0),
        "owner_id": session.actor.user_id, "state": "planned", "purpose": order.purpose[:200] or None,
        # What was answered for the whole campaign holds for each of its tasks.
        "approval": "approved" if campaign.approval == "approved" else "none",
    }  # fmt: skip
    ids = new_ids(len(accounts))
    return {
        one.id: {**shared, "id": fresh, "code": f"A{base36(fresh)}", "account_id": one.id}
        for one, fresh in zip(accounts, ids, strict=True)
    }


def _task(campaign: Campaign, one: Account, visit: dict[str, Any], who: Who, order: Order) -> dict[str, Any]:
    return {
        "campaign_id": campaign.id, "activity_id": visit["id"], "account_id": one.id, "name": campaign.name,
        "seat_city_id": one.seat_city_id, "seat_county_id": one.seat_county_id, "firm_id": who.firm_id,
        "user_id": who.user_id, "products": [], "batch_id": order.batch,
    }  # fmt: skip


def _hand_over(session: Any, accounts: Sequence[Account], goes: Mapping[int, Who], order: Order) -> int:
    """Where the firm does not hold the client today. One that was revoked for the same day comes into force again."""
    wanted = {(one.id, goes[one.id].firm_id) for one in accounts}
    held, revoked = _handovers(session, {account for account, _firm in wanted}, order.until)
    again = {revoked[pair]: {"revoked_at": None, "revoked_by_id": None} for pair in wanted - held if pair in revoked}
    missing = sorted(wanted - held - revoked.keys())
    shared = {"purpose": order.purpose[:200], "until": order.until, "batch_id": order.batch}
    rows = [{"account_id": account, "firm_id": firm, **shared} for account, firm in missing]
    create_rows(session, HANDOVER, rows, batch=order.batch, verb=VERB)
    update_rows(session, HANDOVER, again, batch=order.batch, verb=VERB)
    return len(missing) + len(again)


def _handovers(session: Any, account_ids: set[int], until: date | None) -> tuple[set[Any], dict[Any, int]]:
    """Pairs of client and firm in force; and hand-overs until the same day that were revoked."""
    live = select(Handover).where(col(Handover.archived_at).is_(None), col(Handover.until) >= clock.today())
    held: set[tuple[int, int]] = set()
    revoked: dict[tuple[int, int], int] = {}
    for part in id_slices(sorted(account_ids)):
        for row in session.scalars(live.where(col(Handover.account_id).in_(part))):
            pair = (row.account_id, row.firm_id)
            if row.revoked_at is None:
                held.add(pair)
            elif row.until == until:
                revoked[pair] = row.id
    return held, revoked


def tell(session: Any, goes: Mapping[int, Who]) -> None:
    """One notice each, however many tasks: the member of staff, or everybody of the firm."""
    numbers: Counter[int] = Counter()
    firms: Counter[int] = Counter()
    for who in goes.values():
        if who.user_id is None:
            firms[who.firm_id] += 1
        else:
            numbers[who.user_id] += 1
    free = select(col(Staff.firm_id), col(Staff.user_id)).where(
        col(Staff.firm_id).in_(firms), col(Staff.archived_at).is_(None)
    )
    for firm_id, user_id in session.execute(free):
        numbers[user_id] += firms[firm_id]
    notify_number(session, "assignment", TASK.stem, numbers)


def tasks_of(session: Any, batch: int) -> int:
    """How many tasks a dispatch made that still stand."""
    live = select(func.count()).select_from(Task).where(col(Task.batch_id) == batch, col(Task.archived_at).is_(None))
    return session.scalar(live) or 0


def take_back(session: Any, batch: int) -> Given:
    """Archive what the dispatch made and nobody has reported or accepted since. Reported tasks stay.

    Raises NotFound for a dispatch that the actor sees nothing of, Conflict where all of it is settled.
    """
    if session.scalar(select(col(Task.id)).where(col(Task.batch_id) == batch).limit(1)) is None:
        raise NotFound(_("There is no such record, or it is not yours to see."))
    mine = (col(Task.batch_id) == batch, col(Task.archived_at).is_(None), col(Task.outcome).is_(None))
    tasks = {row[0]: row[1] for row in session.execute(select(col(Task.id), col(Task.activity_id)).where(*mine))}
    open_visits = select(col(Activity.id)).where(col(Activity.id).in_(select(col(Task.activity_id)).where(*mine)))
    visits = list(session.scalars(open_visits.where(col(Activity.state) == "planned")))
    made = (col(Handover.batch_id) == batch, col(Handover.archived_at).is_(None), col(Handover.accepted_at).is_(None))
    handovers = _free_of_results(session, batch, list(session.execute(_pairs(*made))))
    if not tasks and not handovers:
        raise Conflict(_("There is nothing left to take back."))
    gone = {"archived_at": clock.now()}
    update_rows(session, TASK, dict.fromkeys(tasks, gone), batch=batch, verb="undo")
    update_rows(session, ACTIVITY, dict.fromkeys(visits, gone), batch=batch, verb="undo")
    update_rows(session, HANDOVER, dict.fromkeys(handovers, gone), batch=batch, verb="undo")
    return Given(len(tasks), len(handovers))


def _pairs(*made: Any) -> Any:
    return select(col(Handover.id), col(Handover.account_id), col(Handover.firm_id)).where(*made)


def _free_of_results(session: Any, batch: int, rows: list[Any]) -> list[int]:
    """Without those that a reported task of the dispatch stands on: its reporter goes on seeing the client."""
    reported = select(col(Task.account_id), col(Task.firm_id)).where(
        col(Task.batch_id) == batch, col(Task.archived_at).is_(None), col(Task.outcome).is_not(None)
    )
    kept = {(account, firm) for account, firm in session.execute(reported)}
    return [row_id for row_id, account, firm in rows if (account, firm) not in kept]
