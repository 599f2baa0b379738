"""What outside firms may see and do: only what was handed over to the firm and is in force today."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, false, or_, select

from core.access import Asker, Contribution, Me, Predicate, Rule
from core.record import METADATA

Condition = Callable[[Any], ColumnElement[bool]]


def for_firms(rule: Rule) -> Rule:
    """A rule for people of outside firms; for everybody else it adds nothing."""
    return lambda ask, table: rule(ask, table) if ask.profile.is_outside else false()


def own_firm() -> Any:
    """The id of the actor's firm, while its agreement runs and the actor is on its staff."""
    firm, staff = METADATA.tables["agents_firm"].alias(), METADATA.tables["agents_staff"].alias()
    employed = select(staff.c.firm_id).where(staff.c.user_id == Me.user_id, staff.c.archived_at.is_(None))
    runs = or_(firm.c.ends_on.is_(None), firm.c.ends_on >= Me.today)
    own = (firm.c.id == Me.firm_id, firm.c.id.in_(employed))
    return select(firm.c.id).where(*own, firm.c.archived_at.is_(None), runs)


def _in_force(handover: Any) -> ColumnElement[bool]:
    return and_(
        handover.c.firm_id.in_(own_firm()),
        handover.c.until >= Me.today,
        handover.c.revoked_at.is_(None),
        handover.c.archived_at.is_(None),
    )


def handed_accounts(*more: str) -> Any:
    """Ids of the accounts in the firm's hands; `more` names flags of the hand-over that must be set."""
    handover = METADATA.tables["agents_handover"].alias()
    flags = [handover.c[flag].is_(True) for flag in more]
    return select(handover.c.account_id).where(_in_force(handover), *flags)


def _accounts(_ask: Asker, table: FromClause) -> Predicate:
    return table.c.id.in_(handed_accounts())


def _ticked(*, accepted: bool) -> Rule:
    """A tick counts for the handed account's own people: somebody who changed to another client is not shown there."""

    def rule(_ask: Asker, table: FromClause) -> Predicate:
        names = ("agents_handover_person", "agents_handover", "crm_key_person")
        tick, handover, person = (METADATA.tables[name].alias() for name in names)
        agreed = [handover.c.accepted_at.is_not(None)] if accepted else []
        people = (
            select(tick.c.person_id)
            .join(handover, handover.c.id == tick.c.handover_id)
            .join(person, and_(person.c.id == tick.c.person_id, person.c.account_id == handover.c.account_id))
        )
        return table.c.id.in_(people.where(tick.c.archived_at.is_(None), _in_force(handover), *agreed))

    return rule


def _of_handed_accounts(flag: str) -> Rule:
    return lambda _ask, table: table.c.account_id.in_(handed_accounts(flag))


def _handovers(_ask: Asker, table: FromClause) -> Predicate:
    return _in_force(table)


def _ticks(_ask: Asker, table: FromClause) -> Predicate:
    handover = METADATA.tables["agents_handover"].alias()
    return table.c.handover_id.in_(select(handover.c.id).where(_in_force(handover)))


def _firm(_ask: Asker, table: FromClause) -> Predicate:
    return table.c.id.in_(own_firm())


def _by_firm(_ask: Asker, table: FromClause) -> Predicate:
    """Rows that carry the firm's id: its staff, its users."""
    return table.c.firm_id.in_(own_firm())


RULES = (
    Contribution("crm.account.read", for_firms(_accounts)),
    Contribution("crm.key_person.read", for_firms(_ticked(accepted=False))),
    Contribution("crm.key_person.unmask", for_firms(_ticked(accepted=True))),
    Contribution("crm.contract.read", for_firms(_of_handed_accounts("shares_contracts"))),
    Contribution("crm.tender.read", for_firms(_of_handed_accounts("shares_tenders"))),
    Contribution("crm.user.read", for_firms(_by_firm)),
    Contribution("agents.firm.read", for_firms(_firm)),
    Contribution("agents.staff.read", for_firms(_by_firm)),
    Contribution("agents.handover.read", for_firms(_handovers)),
    Contribution("agents.handover_person.read", for_firms(_ticks)),
)
