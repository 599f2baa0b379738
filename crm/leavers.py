"""A leaver's clients go to colleagues: planned without writing, then written as one set, and taken back as one."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import func, or_, select
from sqlmodel import col

from core import clock
from core.bulk import bare_entity, update_rows
from core.db import ActorSession, get
from core.entity import Entity
from core.errors import Conflict, Forbidden, Invalid
from core.i18n import _
from core.people import User
from core.transfer.undo import take_back
from crm.accounts import ACCOUNT, Account
from crm.activities import Activity
from crm.activity_verbs import ACTIVITY
from crm.contracts import CONTRACT, Contract
from crm.coowners import AccountCoowner
from crm.opportunities import Opportunity
from crm.opportunity_verbs import OPPORTUNITY
from crm.reassignments import Reassignment
from crm.whose import in_team

MOST = 20_000
UNDECIDED = ("open", "on_hold")


@dataclass(frozen=True)
class Piece:
    """One record that moves, and the client that it follows."""

    id: int
    account_id: int | None
    name: str = ""
    amount: int = 0


@dataclass(frozen=True)
class Estate:
    """All that goes over when somebody leaves: what is decided or done stays whose work it was."""

    accounts: tuple[Piece, ...] = ()
    deals: tuple[Piece, ...] = ()
    activities: tuple[Piece, ...] = ()
    contracts: tuple[Piece, ...] = ()
    ties: tuple[Piece, ...] = ()

    @property
    def amount(self) -> int:
        return sum(deal.amount for deal in self.deals)

    @property
    def is_empty(self) -> bool:
        return not any((self.accounts, self.deals, self.activities, self.contracts, self.ties))


@dataclass(frozen=True)
class Plan:
    """Who gets which client (`heirs`: account id to user id), and by it what follows the client."""

    leaver_id: int
    receivers: tuple[int, ...]
    estate: Estate
    heirs: dict[int, int]

    def heir(self, piece: Piece) -> int:
        """A record without a client of the leaver's goes by its own number, always to the same one."""
        return self.heirs.get(piece.account_id or 0) or self.receivers[piece.id % len(self.receivers)]

    def share(self, receiver: int) -> Estate:
        kinds = ("accounts", "deals", "activities", "contracts", "ties")
        return Estate(**{k: tuple(p for p in getattr(self.estate, k) if self.heir(p) == receiver) for k in kinds})

    @property
    def mark(self) -> str:
        """Tells whether what is pressed is still what was shown."""
        all_of = self.estate
        kinds = (all_of.accounts, all_of.deals, all_of.activities, all_of.contracts, all_of.ties)
        moved = [(n, p.id, self.heir(p)) for n, pieces in enumerate(kinds) for p in pieces]
        return sha256(repr((self.leaver_id, moved)).encode()).hexdigest()[:24]


# --- what there is ---------------------------------------------------------------------------------------------


def estate_of(session: ActorSession, user_id: int) -> Estate:
    """Five statements. Raises Invalid where there is more than one press should move."""
    today = clock.today()
    return Estate(
        accounts=_pieces(session, Account, user_id, account=col(Account.id), name=col(Account.name)),
        deals=_pieces(
            session,
            Opportunity,
            user_id,
            col(Opportunity.state).in_(UNDECIDED),
            name=col(Opportunity.name),
            amount=col(Opportunity.amount),
        ),
        activities=_pieces(session, Activity, user_id, col(Activity.state) == "planned", name=col(Activity.subject)),
        contracts=_pieces(
            session,
            Contract,
            user_id,
            or_(col(Contract.ends_on).is_(None), col(Contract.ends_on) >= today),
            name=col(Contract.name),
        ),
        ties=_ties(session, user_id),
    )


def _pieces(
    session: ActorSession, model: Any, user_id: int, *where: Any, name: Any, account: Any = None, amount: Any = None
) -> tuple[Piece, ...]:
    columns = (col(model.id), col(model.account_id) if account is None else account, name)
    zero = func.coalesce(amount, 0) if amount is not None else None
    statement = (
        select(*columns, *([zero] if zero is not None else []))
        .where(col(model.owner_id) == user_id, col(model.archived_at).is_(None), *where)
        .order_by(name, col(model.id))
        .limit(MOST + 1)
    )
    rows = session.execute(statement).all()
    if len(rows) > MOST:
        raise Invalid(_("This is more than {n} records. Reassign them by an import instead.", n=MOST))
    return tuple(Piece(*row) for row in rows)


def _ties(session: ActorSession, user_id: int) -> tuple[Piece, ...]:
    """Co-ownerships of clients that stand within the actor's reach."""
    statement = (
        select(col(AccountCoowner.id), col(AccountCoowner.account_id), col(Account.name))
        .join(Account, col(Account.id) == col(AccountCoowner.account_id))
        .where(col(AccountCoowner.user_id) == user_id, col(AccountCoowner.archived_at).is_(None))
        .order_by(col(AccountCoowner.id))
        .limit(MOST)
    )
    return tuple(Piece(*row) for row in session.execute(statement))


# --- who gets what ---------------------------------------------------------------------------------------------


def plan_of(session: ActorSession, leaver_id: int, receivers: Iterable[int]) -> Plan:
    """Each gets as many clients, the largest dealt first to whoever has least; what belongs to a client follows it."""
    chosen = tuple(sorted(set(receivers) - {leaver_id}))
    _demand_team(session, {leaver_id, *chosen})
    estate = estate_of(session, leaver_id)
    return Plan(leaver_id, chosen, estate, _heirs(estate, chosen) if chosen else {})


def _demand_team(session: ActorSession, ids: set[int]) -> None:
    known = set(session.scalars(select(col(User.id)).where(col(User.id).in_(ids), in_team(session.actor))))
    if known != ids:
        raise Forbidden(_("Clients are reassigned among people of your own team."))


def _heirs(estate: Estate, receivers: tuple[int, ...]) -> dict[int, int]:
    amounts: dict[int, int] = {}
    for deal in estate.deals:
        amounts[deal.account_id or 0] = amounts.get(deal.account_id or 0, 0) + deal.amount
    load = {receiver: [0, 0] for receiver in receivers}
    found = {}
    for account in sorted(estate.accounts, key=lambda piece: (-amounts.get(piece.id, 0), piece.name, piece.id)):
        heir = min(receivers, key=lambda receiver: (*load[receiver], receiver))
        load[heir][0] += 1
        load[heir][1] += amounts.get(account.id, 0)
        found[account.id] = heir
    return found


# --- writing ---------------------------------------------------------------------------------------------------


def reassign(session: ActorSession, plan: Plan, *, mark: str) -> Reassignment:
    """Raises Conflict where something changed since the plan was shown."""
    if not plan.receivers:
        raise Invalid(_("Choose at least one colleague."))
    if plan.mark != mark:
        raise Conflict(_("Something changed since this was shown. Look again, then press once more."))
    estate = plan.estate
    kept = Reassignment(
        from_id=plan.leaver_id,
        by_id=session.actor.user_id,
        receivers=len(plan.receivers),
        accounts=len(estate.accounts),
        deals=len(estate.deals),
        activities=len(estate.activities),
        contracts=len(estate.contracts),
        ties=len(estate.ties),
        amount=estate.amount,
    )
    session.add(kept)
    session.flush()
    for entity, pieces in _sets(estate):
        changes = {piece.id: {"owner_id": plan.heir(piece)} for piece in pieces}
        update_rows(session, entity, changes, batch=kept.id, verb="reassign")
    update_rows(session, bare_entity(AccountCoowner), _tied(session, plan), batch=kept.id, verb="reassign")
    return kept


def _sets(estate: Estate) -> Iterable[tuple[Entity, tuple[Piece, ...]]]:
    """Clients last: until then the leaver's records are reached by them too."""
    return (
        (OPPORTUNITY, estate.deals),
        (ACTIVITY, estate.activities),
        (CONTRACT, estate.contracts),
        (ACCOUNT, estate.accounts),
    )


def _tied(session: ActorSession, plan: Plan) -> dict[int, dict[str, Any]]:
    """The heir becomes co-owner; whoever owns or co-owns the client already needs no tie, and this one ends."""
    accounts = {piece.account_id for piece in plan.estate.ties}
    if not accounts:
        return {}
    owners = select(col(Account.id), col(Account.owner_id)).where(col(Account.id).in_(accounts))
    others = select(col(AccountCoowner.account_id), col(AccountCoowner.user_id)).where(
        col(AccountCoowner.account_id).in_(accounts), col(AccountCoowner.archived_at).is_(None)
    )
    held = {tuple(row) for statement in (owners, others) for row in session.execute(statement)}
    return {
        tie.id: {"archived_at": clock.now()}
        if (tie.account_id, plan.heir(tie)) in held
        else {"user_id": plan.heir(tie)}
        for tie in plan.estate.ties
    }


def undo(session: ActorSession, reassignment_id: int) -> None:
    """All of it goes back, or nothing where somebody changed a part of it since."""
    kept = get(session, Reassignment, reassignment_id)
    if kept.undone_at is not None:
        raise Conflict(_("This was taken back before."))
    kept.undone_at = clock.now()
    session.flush()
    take_back(session, kept.id)
