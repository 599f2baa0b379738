"""What the weekly meeting is asked for: the unit, the day since when, and one reason if it is narrowed to that."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement

from core import clock
from core.access import Level
from core.db import ActorSession
from core.errors import Invalid
from core.fields import read_date
from core.i18n import _
from core.lists import Query
from core.papers import EARLIEST
from crm.opportunity_verbs import OPPORTUNITY
from reports.executive.reach import Reach, Unit, reach
from reports.meeting.data import REASONS

PATH, PERMISSION = "/reports/meeting", "reports.meeting.read"
NAMES = ("since", "unit", "why")
DAYS = 7
DEAL: Any = OPPORTUNITY.table


@dataclass(frozen=True)
class Ask:
    """`why` leaves the deals of one reason."""

    session: ActorSession
    since: date
    reach: Reach
    why: str = ""

    @property
    def is_own(self) -> bool:
        """Who looks after clients prepares their own part."""
        return self.session.actor.level(PERMISSION) is Level.OWN

    @property
    def place(self) -> Unit | None:
        """The unit that was chosen, else the reader's own."""
        if self.reach.chosen:
            return self.reach.chosen
        is_placed = self.session.actor.level(OPPORTUNITY.permission("read")) is Level.SUBTREE
        return self.reach.tops[0] if is_placed and len(self.reach.tops) == 1 else None

    def pairs(self, **changes: str) -> list[tuple[str, str]]:
        """The address's query of this, with some of it changed."""
        said = {
            "since": self.since.isoformat(), "unit": str(self.reach.chosen.id) if self.reach.chosen else "",
            "why": self.why, **changes,
        }  # fmt: skip
        return [(name, value) for name, value in said.items() if value]

    def in_list(self) -> list[tuple[str, str]]:
        """The same people's open deals as conditions of the list of deals."""
        own = [("owner", str(self.session.actor.user_id))] if self.is_own else []
        unit = [(self.place.kind, str(self.place.id))] if self.place and not self.is_own else []
        return [("state", "open"), *unit, *own]

    def inside(self) -> list[ColumnElement[bool]]:
        found = [DEAL.c.state == "open", DEAL.c.archived_at.is_(None)]
        if self.is_own:
            found.append(DEAL.c.owner_id == self.session.actor.user_id)
        elif self.place:
            found.append(DEAL.c[f"{self.place.kind}_id"] == self.place.id)
        return found

    def whole(self) -> "Ask":
        return replace(self, why="")


def asked(session: ActorSession, query: Query) -> Ask:
    """Raises Invalid for a filter or a day that the meeting does not have, NotFound for a unit out of reach."""
    strange = next((name for name in query.filters if name not in NAMES), "search" if query.words.strip() else "")
    if strange:
        raise Invalid(_("The list cannot be filtered by “{field}”.", field=strange))
    values = {name: found[0].strip() for name, found in query.filters.items() if found and found[0].strip()}
    why = values.get("why", "")
    if why and why not in REASONS:
        raise Invalid(_("“{text}” is not one of the choices.", text=why))
    return Ask(session, _since(values.get("since")), reach(session, values.get("unit", "")), why)


def _since(typed: str | None) -> date:
    today = clock.today()
    day: date = read_date(typed) if typed else today - timedelta(days=DAYS)
    if not day.year >= EARLIEST or day > today:
        raise Invalid(_("Choose a day between {first} and today.", first=EARLIEST))
    return day


def asked_in_words(session: ActorSession, query: Query) -> str:
    ask = asked(session, query)
    return _("{label}: {value}", label=_("Unit"), value=ask.place.name if ask.place else _("All units"))
