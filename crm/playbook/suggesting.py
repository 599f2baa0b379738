"""Suggestions of a deal: drawing the next one, keeping it in the log, and what became of it.

A suggestion is drawn when somebody who works the deal first looks at it in a step, and then stands for everybody until
it is answered. It is written by a post, never by the reading of a page.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlmodel import col

from core import clock
from core.db import ActorSession, get
from core.errors import Conflict, Invalid, NotFound
from core.i18n import _, pick
from crm.activities import Activity
from crm.activity_joining import add_person
from crm.activity_verbs import ACTIVITY
from crm.key_persons import KeyPerson
from crm.opportunities import Opportunity
from crm.pipelines import NEAR, Pipeline
from crm.playbook.deals import Played, played
from crm.playbook.drawing import Candidate, candidates, drawn
from crm.playbook.hints import Hint
from crm.playbook.locks import blocked
from crm.suggestions import REASONS, WHOLE, Suggestion, slot_of
from crm.weapons import Weapon

MOST = 100


def suggest(
    session: ActorSession, deal: Opportunity, *, ticket: int | None = None, more: bool = False
) -> Suggestion | None:
    """The open suggestion of the deal's present step, drawn now where there is none.

    None where the deal is not open, nothing suits the step, or what was suggested is planned and no `more` is wanted.
    Two who ask at once are told apart by the slot: the second insert is refused, and a new try finds the first.
    """
    seen = played(session, deal)
    past = _past(session, deal)
    for each in past:
        if each.slot is not None:
            _settle(session, each, seen)
    if seen.step is None or deal.state != "open":
        return None
    here = [each for each in past if each.step_id == seen.step.id]
    standing = next((each for each in here if each.slot is not None), None)
    if standing is not None or (waits(seen, [each.activity_id for each in here]) and not more):
        return standing
    return _draw(session, deal, seen, here, secrets.randbelow(WHOLE) if ticket is None else ticket)


def _past(session: ActorSession, deal: Opportunity) -> list[Suggestion]:
    """The newest first."""
    own = select(Suggestion).where(col(Suggestion.opportunity_id) == deal.id)
    return list(session.scalars(own.order_by(col(Suggestion.id).desc()).limit(MOST)))


def waits(seen: Played, activities: Sequence[int | None]) -> bool:
    """Whether what was planned from a suggestion is still to be carried out."""
    return any(use.id in activities and not use.is_done for use in seen.uses)


def is_standing(seen: Played, weapon_id: int, step_id: int, suggestion_id: int) -> bool:
    """Whether an open suggestion may still be shown: nothing was done about it, and nothing forbids it meanwhile."""
    is_here = seen.step is not None and seen.step.id == step_id
    return is_here and seen.ranking.hint(weapon_id) is not None and followed(seen, weapon_id, suggestion_id) is None


def followed(seen: Played, weapon_id: int, suggestion_id: int) -> int | None:
    """The use of the weapon in the deal that came after the suggestion, if any: ids follow time."""
    later = (use for use in seen.uses if use.weapon_id == weapon_id and use.id > suggestion_id)
    return next((use.id for use in later), None)


def _settle(session: ActorSession, each: Suggestion, seen: Played) -> None:
    """Close what was followed without a word, and what can no longer be followed."""
    if is_standing(seen, each.weapon_id, each.step_id, each.id):
        return
    use_id = followed(seen, each.weapon_id, each.id)
    _close(session, each, "used" if use_id else "overtaken", activity_id=use_id)


def _close(session: ActorSession, each: Suggestion, answer: str, *, activity_id: int | None = None) -> None:
    each.answer, each.slot, each.activity_id = answer, None, activity_id
    each.answered_at, each.answered_by_id = clock.now(), session.actor.user_id
    session.flush()


# --- the draw -------------------------------------------------------------------------------------------------


def _draw(
    session: ActorSession, deal: Opportunity, seen: Played, here: Sequence[Suggestion], ticket: int
) -> Suggestion | None:
    assert seen.step is not None
    hints = open_hints(seen, here)
    if not hints:
        return None
    band = _band(session, deal)
    found = candidates([(hint.weapon.id, hint.score) for hint in hints], band=band)
    one = drawn(found, ticket)
    made = _made(deal, seen, one, found)
    made.turn, made.ticket, made.band, made.shown_to_id = len(here) + 1, ticket, band, session.actor.user_id
    session.add(made)
    session.flush()
    return made


def open_hints(seen: Played, here: Sequence[Suggestion]) -> list[Hint]:
    """The candidates, without what is planned and what was passed over. Once all were passed, those only passed over
    come back, the last one last."""
    planned = {use.weapon_id for use in seen.uses if not use.is_done}
    never = {each.weapon_id for each in here if each.answer == "unsuitable"}
    passed = [each.weapon_id for each in here if each.answer == "another"]
    free = [hint for hint in seen.ranking.hints if hint.weapon.id not in planned | never]
    return (
        [hint for hint in free if hint.weapon.id not in passed]
        or [hint for hint in free if hint.weapon.id != passed[0]]
        or free
    )


def _band(session: ActorSession, deal: Opportunity) -> int:
    pipeline = session.get(Pipeline, deal.pipeline_id) if deal.pipeline_id else None
    return NEAR if pipeline is None or pipeline.nearly_equal is None else pipeline.nearly_equal


def _made(deal: Opportunity, seen: Played, one: Candidate, found: Sequence[Candidate]) -> Suggestion:
    hint = seen.ranking.hint(one.weapon_id)
    assert hint is not None
    assert seen.step is not None
    who = whom(seen, hint)
    return Suggestion(
        opportunity_id=deal.id, step_id=seen.step.id, weapon_id=one.weapon_id, turn=0, ticket=0, band=0,
        candidates=[each.kept for each in found], probability=one.probability, level=hint.level,
        person_id=who.id if who else None, seller_id=deal.owner_id, slot=slot_of(deal.id, seen.step.id),
    )  # fmt: skip


def whom(seen: Played, hint: Hint) -> KeyPerson | None:
    """Whom to reach: somebody of the level whom nobody has met, where every level was met somebody of another one whom
    nobody has; of these, the function that the weapon suits best."""
    never, is_met = seen.coverage.never_met, not seen.coverage.levels_unmet
    here = [person for person in never if person.level == hint.level] or (never if is_met else ())
    known = here or [person for person in seen.people if person.level == hint.level]
    free = [person for person in known if not blocked(hint.weapon, (person,), seen.situation, clock.today())]
    return max(free, key=lambda each: seen.strengths.with_function(hint.weapon.id, each.function), default=None)


# --- answers --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Plan:
    """What is planned of a suggestion: on which day, with whom, in which words."""

    due_on: date
    person_id: int | None = None
    subject: str = ""


def of_deal(session: ActorSession, deal: Opportunity, suggestion_id: int) -> Suggestion:
    found: Suggestion = get(session, Suggestion, suggestion_id)
    if found.opportunity_id != deal.id:
        raise NotFound(_("There is no such record, or it is not yours to see."))
    return found


def _demand_open(each: Suggestion) -> None:
    if each.slot is None:
        raise Conflict(_("Somebody has answered this suggestion already."))


def pass_over(session: ActorSession, each: Suggestion) -> None:
    _demand_open(each)
    _close(session, each, "another")


def refuse(session: ActorSession, each: Suggestion, *, reason: str, text: str = "") -> None:
    """Not suitable in this step of the deal, and why."""
    _demand_open(each)
    if reason not in REASONS:
        raise Invalid(_("Say why it does not suit."), {"play_reason": _("Say why it does not suit.")})
    if reason == "other" and not text.strip():
        raise Invalid(_("Say why it does not suit."), {"play_text": _("A few words, please.")})
    each.reason, each.reason_text = reason, text.strip()[:200] or None
    _close(session, each, "unsuitable")


def plan(session: ActorSession, deal: Opportunity, each: Suggestion, wanted: Plan) -> Activity:
    """A planned activity with the weapon in this deal and step."""
    _demand_open(each)
    weapon: Weapon = get(session, Weapon, each.weapon_id)
    person = _person(session, deal, wanted.person_id)
    made = Activity(
        subject=(wanted.subject.strip() or subject_of(weapon, person))[:200], kind=KINDS.get(weapon.code, "other"),
        weapon_id=weapon.id, opportunity_id=deal.id, account_id=deal.account_id, due_on=wanted.due_on,
        step_id=each.step_id, owner_id=session.actor.user_id,
    )  # fmt: skip
    ACTIVITY.complete(session, made)
    session.add(made)
    session.flush()
    if person is not None:
        add_person(session, made, person_id=person.id)
    _close(session, each, "planned", activity_id=made.id)
    return made


# What an activity with the weapon is called in lists, where it is one of the usual kinds.
KINDS = {"W03_CALL": "call", "W04_VISIT": "visit", "W02_TECH": "meeting"}


def subject_of(weapon: Weapon, person: KeyPerson | None) -> str:
    name = pick(weapon.name_zh, weapon.name_en)
    return _("{weapon}: {person}", weapon=name, person=person.name) if person else name


def _person(session: ActorSession, deal: Opportunity, person_id: int | None) -> KeyPerson | None:
    """Somebody of this deal's client, or nobody."""
    person = session.get(KeyPerson, person_id) if person_id else None
    return person if person is not None and person.account_id == deal.account_id else None


def take_back(session: ActorSession, deal: Opportunity, each: Suggestion) -> None:
    """Undo the answer: it stands open again, and what was planned of it is archived."""
    if each.answer not in ("planned", "another", "unsuitable"):
        raise Conflict(_("This is not possible any more: the record was changed meanwhile."))
    for other in _past(session, deal):
        if other.slot is not None and other.step_id == each.step_id:
            _close(session, other, "overtaken")
    activity = session.get(Activity, each.activity_id) if each.activity_id else None
    if activity is not None and activity.state == "planned":
        activity.archived_at = clock.now()
    each.slot, each.answer, each.activity_id = slot_of(deal.id, each.step_id), None, None
    each.reason = each.reason_text = each.answered_at = each.answered_by_id = None
    session.flush()
