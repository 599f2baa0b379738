"""What whoever answers a request has to weigh: its ceilings with what is left, and what looks odd about it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from core import clock
from core.i18n import N_
from core.record import PLACE_COLUMNS
from core.tallies import tallies
from crm.activities import Activity
from crm.ceilings import Ceiling, ceilings
from crm.commitments import Commitment
from crm.key_persons import KeyPerson
from crm.playbook.findings import Both, Finding
from crm.playbook.limits import Limit, limits
from crm.playbook.locks import Situation, blocked, repeated
from crm.playbook.reading import situation_of, split_findings
from crm.playbook.reserving import claims, values_of
from crm.weapons import Weapon, weapons
from web.kit.format import money

# From which share of a ceiling on whoever answers is told, in percent.
NEARLY = 80


@dataclass(frozen=True)
class Held:
    """A ceiling as one use meets it: `used` is all that is requested, approved and spent; `own` is of this use."""

    kind: str
    ceiling: Ceiling
    person_id: int | None
    limit: int
    used: int
    own: int
    tally: str = ""

    @property
    def left(self) -> int:
        return max(0, self.limit - self.used)

    @property
    def percent(self) -> int:
        return 100 if self.limit <= 0 else min(100, self.used * 100 // self.limit)


def held(session: Any, commitments: Sequence[Commitment]) -> tuple[Held, ...]:
    """Every ceiling that binds these commitments of one use, each once: two statements."""
    own: dict[str, int] = {}
    bound: dict[str, tuple[str, Limit, int | None]] = {}
    for row in commitments:
        binding = _limits(session, row)
        for claim in claims(values_of(row)):
            own[claim.name] = own.get(claim.name, 0) + claim.amount
            limit = binding.get(claim.kind)
            if limit and (claim.name not in bound or limit.amount < bound[claim.name][1].amount):
                is_persons = claim.kind in ("per_occasion", "per_person_year")
                bound[claim.name] = claim.kind, limit, row.person_id if is_persons else None
    used = tallies(session, bound)
    found = [
        Held(kind, limit.ceiling, person_id, limit.amount, used.get(name, 0), own[name], name)
        for name, (kind, limit, person_id) in bound.items()
    ]
    return tuple(sorted(found, key=lambda each: each.person_id is None))


def _limits(session: Any, row: Commitment) -> dict[str, Limit]:
    return limits(
        ceilings(session), compliance=row.compliance, is_official=row.client_class == "official",
        units=[getattr(row, name) for name in PLACE_COLUMNS], on=row.occurs_on,
    )  # fmt: skip


def people_of(session: Any, commitments: Iterable[Commitment]) -> dict[int, KeyPerson]:
    ids = {each.person_id for each in commitments}
    found = select(KeyPerson).where(col(KeyPerson.id).in_(ids)).order_by(col(KeyPerson.id))
    return {person.id: person for person in session.scalars(found)} if ids else {}


# --- findings -------------------------------------------------------------------------------------------------


def findings(
    session: Any, activity: Activity, live: list[Commitment], people: dict[int, KeyPerson], shown: Sequence[Held]
) -> tuple[Finding, ...]:
    """What stands against it first (a `Refusal`), then what is to be known, among what the reader sees."""
    weapon = next((each for each in weapons(session) if each.id == activity.weapon_id), None)
    if weapon is None or not activity.account_id:
        return ()
    situation = situation_of(session, activity.account_id, deal_id=activity.opportunity_id, activity_id=activity.id)
    on = activity.due_on or clock.today()
    refusal = blocked(weapon, people.values(), situation, on)
    return (
        *([refusal] if refusal else _opened(weapon, people.values(), situation)),
        *split_findings(session, live), *repeated(weapon, list(people.values()), situation, on),
        *_nearly(shown, people),
    )  # fmt: skip


def _opened(weapon: Weapon, people: Iterable[KeyPerson], situation: Situation) -> Iterable[Finding]:
    """Locks that a paper has opened."""
    on = clock.today()
    tender = next((each for each in situation.tenders if each.is_open(on)), None)
    if tender is not None and weapon.tender_lock != "free":
        message = N_("The tender “{tender}” is open. Its side’s written request is attached: read it.")
        yield Finding("tender_opened", message, (("tender", tender.name),))
    for person in people if weapon.official_lock == "consent" else ():
        if person.is_official:
            message = N_("{person} is a public official. The written consent of the unit is attached: read it.")
            yield Finding("official_opened", message, (("person", person.name),))


def _nearly(shown: Iterable[Held], people: dict[int, KeyPerson]) -> Iterable[Finding]:
    for each in shown:
        if each.percent >= NEARLY:
            person = people.get(each.person_id or 0)
            slots = (
                ("ceiling", Both(each.ceiling.name_zh, each.ceiling.name_en)), ("limit", money(each.limit)),
                ("left", money(each.left)), ("person", person.name if person else ""),
            )  # fmt: skip
            yield Finding(f"nearly_{each.kind}", NEAR[each.kind], slots)


NEAR = {
    "per_occasion": N_("Near the ceiling “{ceiling}”: {left} of {limit} on this occasion is left for {person}."),
    "per_person_year": N_("Near the ceiling “{ceiling}”: {left} of {limit} this year is left for {person}."),
    "per_client_year": N_("Near the ceiling “{ceiling}”: {left} of {limit} this year is left for this client."),
    "per_deal": N_("Near the ceiling “{ceiling}”: {left} of {limit} is left for this deal."),
}
