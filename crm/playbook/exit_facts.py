"""Reads what may prove the exit tests of a deal, as the actor sees it: one statement and the client's people."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    DateTime,
    String,
    and_,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)  # fmt: skip
from sqlmodel import col

from core import clock
from core.people import User
from crm.activities import Activity
from crm.activity_links import ActivityPerson
from crm.contracts import Contract
from crm.exit_proofs import ExitProof
from crm.exit_tests import ExitTest
from crm.files import File
from crm.key_persons import KeyPerson, people_of
from crm.opportunities import Opportunity
from crm.opportunity_lines import OpportunityLine
from crm.opportunity_rivals import OpportunityRival
from crm.playbook.exits import Evidence, Facts
from crm.quotes.quotes import Quote
from crm.tenders import Tender
from web.kit.format import money_short

MOST = 60
ON_PAPER = {"said", "inside", "file", "contract", "renewal", "lines", "rival", "price"}
IN_PERSON = {"weapon", "decider", "decision_met", "technical_met"}
OF_PEOPLE = {"contact", "decider"}


def facts_of(session: Any, deal: Opportunity, tests: Iterable[ExitTest]) -> Facts:
    """What these tests ask for; the rest stays unread."""
    asked = {test.proof for test in tests}
    found = _read(session, deal, asked)
    people = people_of(session, deal.account_id) if deal.account_id and asked & OF_PEOPLE else ()
    return Facts(
        proofs=_of(found, "proof"), files=_of(found, "file"), lines=_of(found, "line"), rivals=_of(found, "rival"),
        quotes=_of(found, "quote"),
        contracts=tuple(each for each in _of(found, "contract") if each.on),
        renewals=tuple(each for each in _of(found, "contract") if each.code),
        uses=_of(found, "use"), met_decision=_of(found, "decision"), met_technical=_of(found, "technical"),
        people=tuple(_person(each) for each in people),
        deciders=tuple(_person(each) for each in people if each.level == "decision" or "decider" in (each.roles or [])),
        deal=_of_deal(deal),
    )  # fmt: skip


def _of(found: dict[str, list[Evidence]], kind: str) -> tuple[Evidence, ...]:
    return tuple(found.get(kind, ()))


def _person(person: KeyPerson) -> Evidence:
    return Evidence("person", person.id, person.name, clock.local(person.created_at).date())


def _of_deal(deal: Opportunity) -> tuple[Evidence, ...]:
    if deal.amount is None or deal.expected_close_on is None:
        return ()
    return (Evidence("deal", deal.id, f"{money_short(deal.amount)} · {deal.expected_close_on.isoformat()}"),)


# --- one statement for all ------------------------------------------------------------------------------------


def _read(session: Any, deal: Opportunity, asked: set[str]) -> dict[str, list[Evidence]]:
    on_paper = _proofs(deal.id), _files(deal), _contracts(deal.id), _lines(deal.id), _rivals(deal.id), _quotes(deal.id)
    kinds = [*(on_paper if asked & ON_PAPER else ()), *(_in_person(deal) if asked & IN_PERSON else ())]
    if not kinds:
        return {}
    found: dict[str, list[Evidence]] = {}
    for row in session.execute(union_all(*(select(kind.limit(MOST).subquery()) for kind in kinds))):
        made = _evidence(row)
        if made not in found.setdefault(row.kind, []):
            found[row.kind].append(made)
    return found


def _evidence(row: Any) -> Evidence:
    kind: Any = "activity" if row.kind in ("use", "decision", "technical") else row.kind
    on = row.on or (clock.local(row.at).date() if row.at else None)
    return Evidence(kind, row.id, row.text, on, row.by or "", row.code or "", row.ref, row.step)


def _row(kind: str, key: Any, name: Any, **values: Any) -> Any:
    """The columns that all kinds share."""
    return select(
        literal(kind).label("kind"), key.label("id"), cast(name, String).label("text"),
        values.get("on", cast(null(), Date)).label("on"), values.get("at", cast(null(), DateTime)).label("at"),
        cast(values.get("by", null()), String).label("by"), cast(values.get("code", null()), String).label("code"),
        cast(values.get("ref", null()), BigInteger).label("ref"),
        cast(values.get("step", null()), BigInteger).label("step"),
    )  # fmt: skip


def _proofs(deal_id: int) -> Any:
    made = _row(
        "proof", col(ExitProof.id), col(ExitProof.said), on=col(ExitProof.proved_on), by=col(User.name),
        code=col(ExitProof.source), ref=col(ExitProof.test_id),
    )  # fmt: skip
    live = col(ExitProof.opportunity_id) == deal_id, col(ExitProof.archived_at).is_(None)
    joined = made.select_from(ExitProof).outerjoin(User, col(User.id) == col(ExitProof.by_id))
    return joined.where(*live).order_by(col(ExitProof.id))


def _files(deal: Opportunity) -> Any:
    """Those that prove something: on the deal, its activities, its contracts, its tenders."""
    made = _row(
        "file", col(File.id), col(File.name), at=col(File.created_at), by=col(User.name), code=col(File.evidence)
    )
    joined = made.select_from(File).outerjoin(User, col(User.id) == col(File.uploaded_by_id))
    live = col(File.evidence).is_not(None), col(File.archived_at).is_(None)
    return joined.where(_hangs_on(deal.id), *live).order_by(col(File.id).desc())


def _hangs_on(deal_id: int) -> ColumnElement[bool]:
    places = [and_(col(File.entity) == "crm.opportunity", col(File.record_id) == deal_id)]
    below: tuple[Any, ...] = (Activity, Contract, Tender)
    for model in below:
        own = select(model.id).where(model.opportunity_id == deal_id, model.archived_at.is_(None))
        stem = model.__tablename__.replace("_", ".", 1)
        places.append(and_(col(File.entity) == stem, col(File.record_id).in_(own)))
    return or_(*places)


def _contracts(deal_id: int) -> Any:
    """Ours for this deal, with the day of signature and (`code`) its end, where these are known."""
    made = _row(
        "contract", col(Contract.id), col(Contract.name), on=col(Contract.signed_on), code=col(Contract.ends_on)
    )
    live = col(Contract.supplier) == "ours", col(Contract.archived_at).is_(None)
    return made.where(col(Contract.opportunity_id) == deal_id, *live).order_by(col(Contract.id))


def _lines(deal_id: int) -> Any:
    line = OpportunityLine
    made = _row("line", col(line.id), col(line.name), at=col(line.created_at))
    priced = or_(col(line.one_off) > 0, col(line.monthly) > 0)
    live = col(line.opportunity_id) == deal_id, col(line.archived_at).is_(None)
    return made.where(*live, priced).order_by(col(line.id))


def _rivals(deal_id: int) -> Any:
    tie = OpportunityRival
    made = _row("rival", col(tie.id), col(tie.offer), at=col(tie.created_at))
    return made.where(col(tie.opportunity_id) == deal_id, col(tie.archived_at).is_(None)).order_by(col(tie.id))


def _quotes(deal_id: int) -> Any:
    """Those whose price stands: approved, or within the own limit, and what follows; by whom it was made."""
    made = _row("quote", col(Quote.id), col(Quote.name), on=col(Quote.priced_on), by=col(User.name))
    joined = made.select_from(Quote).outerjoin(User, col(User.id) == col(Quote.by_id))
    live = col(Quote.state).in_(("approved", "sent", "accepted")), col(Quote.archived_at).is_(None)
    return joined.where(col(Quote.opportunity_id) == deal_id, *live).order_by(col(Quote.id).desc())


# --- in person: uses of the deal, meetings with the client ----------------------------------------------------


def _in_person(deal: Opportunity) -> list[Any]:
    if not deal.account_id:
        return [_uses(deal.id)]
    level = func.coalesce(col(ActivityPerson.level), col(KeyPerson.level))
    function = func.coalesce(col(ActivityPerson.function), col(KeyPerson.function))
    return [
        _uses(deal.id), _met("decision", deal.account_id, level == "decision"),
        _met("technical", deal.account_id, function == "technical"),
    ]  # fmt: skip


def _activity(kind: str) -> Any:
    made = _row(
        kind, col(Activity.id), col(Activity.subject), at=col(Activity.done_at), by=col(User.name),
        ref=col(Activity.weapon_id), step=col(Activity.step_id),
    )  # fmt: skip
    return made.select_from(Activity).outerjoin(User, col(User.id) == col(Activity.owner_id))


def _uses(deal_id: int) -> Any:
    done = col(Activity.state) == "done", col(Activity.archived_at).is_(None), col(Activity.weapon_id).is_not(None)
    own = col(Activity.opportunity_id) == deal_id
    return _activity("use").where(own, *done).order_by(col(Activity.done_at).desc(), col(Activity.id))


def _met(kind: str, account_id: int, who: ColumnElement[bool]) -> Any:
    """Done activities that reached such a person of the client, as the person stood on that day."""
    done = col(Activity.state) == "done", col(Activity.archived_at).is_(None)
    tied = and_(col(ActivityPerson.activity_id) == col(Activity.id), col(ActivityPerson.archived_at).is_(None))
    joined = _activity(kind).join(ActivityPerson, tied).join(KeyPerson, col(KeyPerson.id) == ActivityPerson.person_id)
    own = col(KeyPerson.account_id) == account_id
    return joined.where(own, who, *done).order_by(col(Activity.done_at).desc(), col(Activity.id))
