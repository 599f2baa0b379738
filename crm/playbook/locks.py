"""Which weapon is locked towards whom: while a tender is open, towards public officials; and what was given lately."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from core.i18n import N_
from crm.key_persons import KeyPerson
from crm.playbook.findings import Both, Finding, Refusal
from crm.tenders import Tender
from crm.weapons import Weapon
from web.kit.format import day

# What a paper must prove to open a lock.
REQUEST, CONSENT = "written_request", "unit_consent"


@dataclass(frozen=True)
class Paper:
    """A file that proves something: about one person, or (`person_id` empty) about the client or the deal."""

    evidence: str
    person_id: int | None = None


@dataclass(frozen=True)
class Situation:
    """What the locks look at beside the people. `given` is when a person last got the same, by weapon and person."""

    tenders: tuple[Tender, ...] = ()
    papers: frozenset[Paper] = frozenset()
    given: Mapping[tuple[int, int], date] = field(default_factory=dict)


def blocked(weapon: Weapon, persons: Iterable[KeyPerson], situation: Situation, on: date) -> Refusal | None:
    """The rule by which the weapon may not be used towards these people of a client on that day; None where it may.

    The tender lock comes first: from a tender's notice to its award a locked weapon cannot be used at all, and one
    that is free on request only with the tender side's written request. Then the official lock: a public official
    never gets a locked weapon, and another one only with the written consent of the official's unit.
    """
    return tender_lock(weapon, situation, on) or official_lock(weapon, persons, situation)


def tender_lock(weapon: Weapon, situation: Situation, on: date) -> Refusal | None:
    tender = next((each for each in situation.tenders if each.is_open(on)), None)
    if tender is None or weapon.tender_lock == "free":
        return None
    slots = (("weapon", named(weapon)), ("tender", tender.name))
    if weapon.tender_lock == "locked":
        return Refusal("tender_lock", N_("Tender lock: no {weapon} while the tender “{tender}” is open."), slots)
    if Paper(REQUEST) in situation.papers:
        return None
    message = N_("Tender lock: {weapon} during the tender “{tender}” only on its side’s written request, as a file.")
    return Refusal("tender_request", message, slots)


def official_lock(weapon: Weapon, persons: Iterable[KeyPerson], situation: Situation) -> Refusal | None:
    officials = [person for person in persons if person.is_official]
    if not officials or weapon.official_lock == "free":
        return None
    if weapon.official_lock == "locked":
        slots = (("weapon", named(weapon)), ("person", officials[0].name))
        return Refusal("official_lock", N_("Official lock: {person} is a public official and gets no {weapon}."), slots)
    bare = next((each for each in officials if not _has_consent(each, situation)), None)
    if bare is None:
        return None
    message = N_(
        "Official lock: {weapon} for {person} only with the written consent of the official’s unit, as a file."
    )
    return Refusal("official_consent", message, (("weapon", named(weapon)), ("person", bare.name)))


def _has_consent(person: KeyPerson, situation: Situation) -> bool:
    return not situation.papers.isdisjoint({Paper(CONSENT), Paper(CONSENT, person.id)})


def repeated(weapon: Weapon, persons: Sequence[KeyPerson], situation: Situation, on: date) -> tuple[Finding, ...]:
    """Warnings, one a person: the same person got the same within the weapon's `repeat_days`."""
    found = ((person, situation.given.get((weapon.id, person.id))) for person in persons)
    return tuple(
        Finding(
            "repeated", N_("Repeated: {person} had {weapon} on {day} already, within {n} days."),
            (("person", person.name), ("weapon", named(weapon)), ("day", day(last)), ("n", weapon.repeat_days)),
        ) for person, last in found if last and weapon.repeat_days and 0 <= (on - last).days < weapon.repeat_days
    )  # fmt: skip


def named(weapon: Weapon) -> Both:
    return Both(weapon.name_zh, weapon.name_en)
