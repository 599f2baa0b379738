"""Which deals lack the evidence that leaving their stage demands, in SQL and as of a moment.

What `crm.playbook.exits.checked` says of one deal, for any number of them. Evidence counts from the moment at which it
was written down, or done, until it is taken back.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal, or_, select, union_all
from sqlmodel import col

from core import clock
from core.clauses import lists_code
from crm.activities import Activity
from crm.activity_links import ActivityPerson
from crm.contracts import Contract
from crm.exit_proofs import ExitProof
from crm.exit_tests import INSIDE, SAID, ExitTest
from crm.files import File
from crm.key_persons import KeyPerson
from crm.opportunity_lines import OpportunityLine
from crm.opportunity_rivals import OpportunityRival
from crm.playbook.strengths import ENOUGH, Strengths
from crm.quotes.quotes import Quote
from crm.stages import Stage
from crm.tenders import Tender

Clause = ColumnElement[bool]


@dataclass(frozen=True)
class Deal:
    """The columns of deals, or of how they stood."""

    id: Any
    account_id: Any
    stage_id: Any
    amount: Any
    close_on: Any


@dataclass(frozen=True)
class _Asked:
    deal: Deal
    test: ExitTest
    stage: Stage
    moment: datetime
    strengths: Strengths


def lacks(
    deal: Deal, stages: Iterable[Stage], tests: Mapping[int, tuple[ExitTest, ...]], moment: datetime, held: Strengths
) -> ColumnElement[int]:
    """1 for a deal in one of the stages of whose tests any is not met, else 0."""
    whens = [
        (deal.stage_id == stage.id, _unmet([_Asked(deal, test, stage, moment, held) for test in tests[stage.id]]))
        for stage in stages
        if tests.get(stage.id)
    ]
    return case(*whens, else_=0) if whens else literal(0)


def _unmet(asked: list[_Asked]) -> ColumnElement[int]:
    """An unknown client or amount meets no test."""
    return case((and_(*(MET[each.test.proof](each) for each in asked)), 0), else_=1)


def _there(model: Any, moment: datetime) -> Clause:
    """Written down before the moment, and not taken back by then."""
    return and_(model.created_at < moment, _kept(model, moment))


def _kept(model: Any, moment: datetime) -> Clause:
    return or_(model.archived_at.is_(None), model.archived_at >= moment)


# --- on paper -------------------------------------------------------------------------------------------------


def _said(asked: _Asked) -> Clause:
    own = col(ExitProof.test_id) == asked.test.id, _there(ExitProof, asked.moment)
    return _has(asked, select(col(ExitProof.opportunity_id)).where(*own))


def _file(asked: _Asked) -> Clause:
    return _has(asked, *_files(asked, asked.test.files or ()))


def _contract(asked: _Asked) -> Clause:
    signed = _contracts(asked).where(col(Contract.signed_on).is_not(None))
    return _has(asked, signed, *_files(asked, ("contract",)))


def _renewal(asked: _Asked) -> Clause:
    return _has(asked, _contracts(asked).where(col(Contract.ends_on).is_not(None)))


def _lines(asked: _Asked) -> Clause:
    line = OpportunityLine
    priced = or_(col(line.one_off) > 0, col(line.monthly) > 0)
    return _has(asked, select(col(line.opportunity_id)).where(_there(line, asked.moment), priced))


def _rival(asked: _Asked) -> Clause:
    tie = OpportunityRival
    return _has(asked, select(col(tie.opportunity_id)).where(_there(tie, asked.moment)))


def _price(asked: _Asked) -> Clause:
    """A quote whose price stands: approved, or within the own limit, and what follows."""
    stands = col(Quote.state).in_(("approved", "sent", "accepted")), _kept(Quote, asked.moment)
    priced = col(Quote.priced_on) < clock.local(asked.moment).date()
    return _has(asked, select(col(Quote.opportunity_id)).where(*stands, priced))


def _amount_close(asked: _Asked) -> Clause:
    return and_(asked.deal.amount.is_not(None), asked.deal.close_on.is_not(None))


def _has(asked: _Asked, *deals: Any) -> Clause:
    found: Any = deals[0] if len(deals) == 1 else union_all(*deals)
    return asked.deal.id.in_(found)  # type: ignore[no-any-return]


def _contracts(asked: _Asked) -> Any:
    own = col(Contract.supplier) == "ours", col(Contract.opportunity_id).is_not(None), _there(Contract, asked.moment)
    return select(col(Contract.opportunity_id)).where(*own)


def _files(asked: _Asked, kinds: Iterable[str]) -> list[Any]:
    """The deals of files of these kinds: on the deal, its activities, its contracts, its tenders."""
    proving = col(File.evidence).in_(tuple(kinds)), _there(File, asked.moment)
    found = [select(col(File.record_id)).where(col(File.entity) == "crm.opportunity", *proving)]
    below: tuple[Any, ...] = (Activity, Contract, Tender)
    for model in below:
        hung = and_(col(File.record_id) == model.id, col(File.entity) == model.__tablename__.replace("_", ".", 1))
        own = model.opportunity_id.is_not(None), _kept(model, asked.moment)
        found.append(select(model.opportunity_id).join_from(File, model, hung).where(*proving, *own))
    return found


# --- in person ------------------------------------------------------------------------------------------------


def _weapon(asked: _Asked) -> Clause:
    """A weapon that is strong in the stage's purchase step was used in that step."""
    step = asked.stage.step_id
    weapons = {weapon for weapon, kind, _code in asked.strengths.rows if kind == "step"}
    strong = [weapon for weapon in sorted(weapons) if asked.strengths.in_step(weapon, step) >= ENOUGH]
    used = col(Activity.weapon_id).in_(strong), col(Activity.step_id) == step, *_done(asked.moment)
    return _has(asked, select(col(Activity.opportunity_id)).where(*used, col(Activity.opportunity_id).is_not(None)))


def _contact(asked: _Asked) -> Clause:
    return _of_client(asked, _people(asked))


def _decider(asked: _Asked) -> Clause:
    named = or_(col(KeyPerson.level) == "decision", lists_code(col(KeyPerson.roles), "decider"))
    return or_(_decision_met(asked), _of_client(asked, _people(asked).where(named)))


def _decision_met(asked: _Asked) -> Clause:
    return _met(asked, func.coalesce(col(ActivityPerson.level), col(KeyPerson.level)) == "decision")


def _technical_met(asked: _Asked) -> Clause:
    return _met(asked, func.coalesce(col(ActivityPerson.function), col(KeyPerson.function)) == "technical")


def _met(asked: _Asked, who: Clause) -> Clause:
    """Done activities that reached such a person of the client, as the person stood on that day."""
    tie = ActivityPerson
    tied = and_(col(tie.activity_id) == col(Activity.id), _kept(tie, asked.moment))
    met = select(col(KeyPerson.account_id)).join_from(Activity, tie, tied)
    met = met.join(KeyPerson, col(KeyPerson.id) == col(tie.person_id))
    return _of_client(asked, met.where(who, *_done(asked.moment)))


def _people(asked: _Asked) -> Any:
    """Who is there at the moment."""
    day = clock.local(asked.moment).date()
    here = or_(col(KeyPerson.left_on).is_(None), col(KeyPerson.left_on) >= day)
    return select(col(KeyPerson.account_id)).where(_there(KeyPerson, asked.moment), here)


def _of_client(asked: _Asked, clients: Any) -> Clause:
    return asked.deal.account_id.in_(clients)  # type: ignore[no-any-return]


def _done(moment: datetime) -> tuple[Clause, ...]:
    return col(Activity.state) == "done", _kept(Activity, moment), col(Activity.done_at) < moment


MET: Mapping[str, Callable[[_Asked], Clause]] = {
    SAID: _said,
    INSIDE: _said,
    "file": _file,
    "weapon": _weapon,
    "contact": _contact,
    "decider": _decider,
    "decision_met": _decision_met,
    "technical_met": _technical_met,
    "amount_close": _amount_close,
    "lines": _lines,
    "rival": _rival,
    "price": _price,
    "contract": _contract,
    "renewal": _renewal,
}
