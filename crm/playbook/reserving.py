"""Reserving within the ceilings: what is requested, approved and spent counts together, and no two pass it at once.

Whatever way a commitment is written (a request, a form, a verb, the undoing of a change), it is counted in the same
transaction, before it is stored. Each sum is a tally of the kernel, taken in the order of the names.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event, inspect

from core import clock
from core.access import demand
from core.db import ActorSession
from core.errors import Invalid
from core.i18n import N_
from core.placement import NOWHERE, places_of
from core.record import PLACE_COLUMNS
from core.tallies import raise_tally, tally
from crm.activities import Activity
from crm.ceilings import CEILING, ceilings
from crm.commitment_verbs import complete, demand_course
from crm.commitments import Commitment
from crm.key_persons import KeyPerson
from crm.playbook.findings import Both, Refusal
from crm.playbook.limits import Limit, limits
from web.kit.format import money

# The sentence of each kind of ceiling.
PASSED = {
    "per_occasion": N_("Ceiling “{ceiling}”: {limit} for one person on one occasion; {used} is committed already."),
    "per_person_year": N_("Ceiling “{ceiling}”: {limit} for one person in a year; {used} is committed already."),
    "per_client_year": N_("Ceiling “{ceiling}”: {limit} for one client in a year; {used} is committed already."),
    "per_deal": N_("Ceiling “{ceiling}”: {limit} for one deal; {used} is committed already."),
}


def reserve(
    session: ActorSession, activity: Activity, shares: Sequence[tuple[KeyPerson, int]], *, supplier: str | None = None
) -> list[Commitment]:
    """Request these amounts (in fen) for these people, or nothing at all.

    Raises Invalid with the refusal's sentence where a lock or a ceiling stands against one of them; the session is
    then of no more use. Two requests at once never pass a ceiling together: the second waits for the first.
    """
    made = [_request(session, activity, person, amount, supplier) for person, amount in shares]
    session.add_all(made)
    session.flush()
    return made


def _request(
    session: ActorSession, activity: Activity, person: KeyPerson, amount: int, supplier: str | None
) -> Commitment:
    commitment = Commitment(
        activity_id=activity.id, person_id=person.id, occurs_on=activity.due_on or clock.today(),
        amount=amount, supplier=supplier, purpose=activity.purpose, owner_id=session.actor.user_id,
    )  # fmt: skip
    complete(session, commitment)
    return commitment


def shared(people: Sequence[KeyPerson], whole: int) -> list[tuple[KeyPerson, int]]:
    """The whole in equal shares of fen; the first ones carry what does not divide."""
    each, rest = divmod(whole, len(people))
    return [(person, each + (index < rest)) for index, person in enumerate(people)]


# --- counting -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Claim:
    """What a commitment adds to one tally: `kind` is the kind of ceiling that binds it."""

    name: str
    kind: str
    amount: int


@event.listens_for(ActorSession, "before_flush")
def _count(session: ActorSession, _context: Any, _instances: Any) -> None:
    written = [row for row in (*session.new, *session.dirty) if isinstance(row, Commitment)]
    removed = [row for row in session.deleted if isinstance(row, Commitment)]
    if not written and not removed:
        return
    # Whoever does not see the ceilings would meet none: so nothing can be asked for without this right.
    demand(session.actor, CEILING.permission("read"))
    for row in written:
        demand_course(session, row)
    _take(session, written, removed)


def _take(session: ActorSession, written: Sequence[Commitment], removed: Iterable[Commitment]) -> None:
    """The differences of all tallies together, so that what moves from one row to another needs no room twice."""
    more: dict[str, int] = {}
    bound: dict[str, tuple[str, Limit | None]] = {}
    for row in (*written, *removed):
        for claim in claims(_before(row)):
            more[claim.name] = more.get(claim.name, 0) - claim.amount
    for row in written:
        held = _limits(session, row)
        for claim in claims(values_of(row)):
            more[claim.name] = more.get(claim.name, 0) + claim.amount
            bound[claim.name] = _stricter(bound.get(claim.name), claim.kind, held.get(claim.kind))
    for name in sorted(name for name, by in more.items() if by):
        kind, limit = bound.get(name, ("", None))
        if not raise_tally(session, name, more[name], limit=limit.amount if limit else None):
            assert limit is not None
            raise _refused(session, name, kind, limit)


def uncount(session: ActorSession, before: Iterable[dict[str, Any]], after: Iterable[dict[str, Any]]) -> None:
    """What the kernel has released leaves room again."""
    less: dict[str, int] = {}
    for sign, rows in ((-1, before), (1, after)):
        for claim in (claim for row in rows for claim in claims(row)):
            less[claim.name] = less.get(claim.name, 0) + sign * claim.amount
    for name in sorted(name for name, by in less.items() if by):
        raise_tally(session, name, less[name], limit=None)


def _stricter(known: tuple[str, Limit | None] | None, kind: str, limit: Limit | None) -> tuple[str, Limit | None]:
    others = [each for each in (known[1] if known else None, limit) if each]
    return kind, min(others, key=lambda each: each.amount, default=None)


def demand_room(session: ActorSession, rows: Iterable[Commitment]) -> None:
    """Once more when it is asked for: since it was counted, its day, its person or the ceiling may be another."""
    for row in rows:
        held = _limits(session, row)
        for claim in claims(values_of(row)):
            limit = held.get(claim.kind)
            if limit is not None and tally(session, claim.name) > limit.amount:
                raise _refused(session, claim.name, claim.kind, limit)


def _limits(session: ActorSession, row: Commitment) -> dict[str, Limit]:
    """By the unit of who asks, looked up here: a form has not placed the row yet."""
    places = places_of(session, {row.owner_id}).get(row.owner_id, NOWHERE) if row.owner_id else NOWHERE
    return limits(
        ceilings(session), compliance=row.compliance, is_official=row.client_class == "official",
        units=[places[name] for name in PLACE_COLUMNS], on=row.occurs_on,
    )  # fmt: skip


def claims(values: dict[str, Any] | None) -> Iterator[Claim]:
    """The tallies of a commitment's values: by occasion and person, person and year, client and year, and deal."""
    if values is None or values["state"] == "released" or values["archived_at"] is not None:
        return
    what, amount, year = values["compliance"], values["amount"], values["occurs_on"].year
    person, account, deal = values["person_id"], values["account_id"], values["opportunity_id"]
    yield Claim(f"{what}/occasion/{values['activity_id']}/{person}", "per_occasion", amount)
    yield Claim(f"{what}/person/{person}/{year}", "per_person_year", amount)
    if account is not None:
        yield Claim(f"{what}/client/{account}/{year}", "per_client_year", amount)
    if deal is not None:
        yield Claim(f"{what}/deal/{deal}", "per_deal", amount)


COUNTED = (
    "state", "archived_at", "compliance", "amount", "occurs_on", "person_id", "account_id", "opportunity_id",
    "activity_id",
)  # fmt: skip


def values_of(row: Commitment) -> dict[str, Any]:
    return {name: getattr(row, name) for name in COUNTED}


def _before(row: Commitment) -> dict[str, Any] | None:
    """The values as they are stored; none for a new row."""
    if not inspect(row).persistent:
        return None
    histories = {name: inspect(row).attrs[name].history for name in COUNTED}
    return {name: past.deleted[0] if past.deleted else getattr(row, name) for name, past in histories.items()}


def _refused(session: ActorSession, name: str, kind: str, limit: Limit) -> Invalid:
    refusal = refused(limit, kind, used=tally(session, name))
    return Invalid(refusal.sentence, {"amount": refusal.sentence})


def refused(limit: Limit, kind: str, *, used: int) -> Refusal:
    """The refusal by a ceiling, with what is committed to it already."""
    name = Both(limit.ceiling.name_zh, limit.ceiling.name_en)
    slots = (("ceiling", name), ("limit", money(limit.amount)), ("used", money(used)))
    return Refusal(kind, PASSED[kind], slots)
