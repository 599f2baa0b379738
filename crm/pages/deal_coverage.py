"""Who of the client has been met, by level and department, on a deal's page."""

from dataclasses import dataclass

from core.db import ActorSession
from core.i18n import N_
from core.module import Panel
from crm.key_persons import KEY_PERSON, KeyPerson
from crm.opportunities import Opportunity
from crm.opportunity_verbs import OPPORTUNITY
from crm.pages.deal import people
from crm.pages.deal_part import unfolding
from crm.pages.way_back import add_person
from crm.playbook.coverage import Seat
from crm.playbook.deals import Played, played
from web.kit.rendering import render
from web.kit.requests import Routes

READ = KEY_PERSON.permission("read")


@dataclass(frozen=True, kw_only=True)
class Sitter:
    name: str
    href: str
    is_met: bool


@dataclass(frozen=True, kw_only=True)
class Place:
    """A seat: who sits there; where nobody is known, the address at which to add somebody."""

    function: str
    people: tuple[Sitter, ...]
    add: str = ""


@dataclass(frozen=True, kw_only=True)
class LevelRow:
    level: str
    is_met: bool
    places: tuple[Place, ...]


def panels() -> tuple[Panel, ...]:
    return (Panel(OPPORTUNITY.stem, covered, READ, order=25),)


def add_routes(made: Routes) -> None:
    path = f"{OPPORTUNITY.path}/{{id:int}}"
    made.get(f"{path}/coverage", READ, unfolding(N_("Coverage"), covered))
    made.get(f"{path}/people", READ, unfolding(N_("People of the client"), people))


def covered(session: ActorSession, deal: Opportunity, *, is_open: bool = False) -> str:
    if not deal.account_id:
        return ""
    seen = played(session, deal)
    may_add = session.actor.may(KEY_PERSON.permission("create")) and deal.archived_at is None
    seats, labels = seen.coverage.seats, KEY_PERSON.fields
    levels = list(dict.fromkeys(seat.level for seat in seats))
    rows = tuple(
        LevelRow(
            level=labels["level"].choice_label(level), is_met=level in seen.coverage.levels_met,
            places=tuple(place(seat, seen, deal, may_add=may_add) for seat in seats if seat.level == level),
        ) for level in levels
    )  # fmt: skip
    unplaced = [person for person in seen.people if not (person.level and person.function)]
    never = {person.id for person in seen.coverage.never_met}
    return render(
        "crm/opportunity/play_coverage.html", rows=rows, never=len(never), empty=len(seen.coverage.empty_seats),
        unplaced=[sitter(person, is_met=person.id not in never) for person in unplaced],
        met=len(seen.people) - len(never), of=len(seen.people), is_open=is_open, path=f"{OPPORTUNITY.path}/{deal.id}",
    )  # fmt: skip


def place(seat: Seat, seen: Played, deal: Opportunity, *, may_add: bool) -> Place:
    people = (*(sitter(one, is_met=True) for one in seat.met), *(sitter(one, is_met=False) for one in seat.unmet))
    return Place(
        function=KEY_PERSON.fields["function"].choice_label(seat.function), people=people,
        add=add_person(deal, seat.level, seat.function) if may_add and seat.is_empty else "",
    )  # fmt: skip


def sitter(person: KeyPerson, *, is_met: bool) -> Sitter:
    return Sitter(name=person.name, href=f"{KEY_PERSON.path}/{person.id}", is_met=is_met)
