"""Who is unfolded on the page of the weekly meeting, and of which deals the reader may plan the next step."""

from core.db import ActorSession
from core.errors import NotFound
from core.history import may_each
from core.i18n import _
from crm.activity_verbs import ACTIVITY
from crm.opportunity_verbs import OPPORTUNITY
from reports.meeting.ask import Ask
from reports.meeting.data import Person
from reports.meeting.gather import Want, lines, people
from reports.meeting.view import MeetingPage, Open, Told, meeting_page


def whole(ask: Ask, wanted: str, skip: int, told: Told) -> MeetingPage:
    found = people(ask)
    flagged = [person for person in found if person.flagged]
    person = next((each for each in flagged if str(each.id) == wanted), flagged[0] if flagged and not wanted else None)
    opened = opened_of(ask, person, skip, told) if person else Open(person=-1)
    return meeting_page(ask, found, opened)


def one(found: list[Person], wanted: int) -> Person:
    for person in found:
        if person.id == wanted:
            return person
    raise NotFound(_("There is no such record, or it is not yours to see."))


def opened_of(ask: Ask, person: Person, skip: int, told: Told) -> Open:
    found = tuple(lines(ask, Want((person.id,), skip=skip)).get(person.id, ()))
    ids = [line.id for line in found]
    return Open(person=person.id, lines=found, plannable=plannable(ask.session, ids), skip=skip, told=told)


def plannable(session: ActorSession, ids: list[int]) -> frozenset[int]:
    """Of these deals, those whose next step the reader may plan: activities are written, and the deal is worked."""
    is_planner = session.actor.may(ACTIVITY.permission("create"))
    return frozenset(may_each(session, OPPORTUNITY, ids, "update")) if is_planner else frozenset()
