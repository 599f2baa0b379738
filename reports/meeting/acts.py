"""What is agreed in the meeting: the next step of a deal, typed on the spot, is a planned activity of its owner."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from starlette.responses import Response

from core import clock
from core.access import demand
from core.db import ActorSession, get, reading
from core.errors import Conflict, Forbidden, Invalid
from core.fields import KINDS
from core.history import may
from core.i18n import N_, _
from core.lists import Query
from core.once import once
from crm.accounts import Account
from crm.activities import Activity
from crm.activity_verbs import ACTIVITY
from crm.logbook import Entry, plan, take_back
from crm.opportunities import Opportunity
from crm.opportunity_verbs import OPPORTUNITY
from reports.meeting.ask import NAMES, PATH, PERMISSION, Ask, asked
from reports.meeting.gather import Want, lines, people
from reports.meeting.shown import one, plannable, whole
from reports.meeting.view import DealRow, Open, Told, counts, deal_row, figures
from web.kit.requests import Ask as Request
from web.kit.requests import Routes, address, number_of, see_other
from web.kit.shell import FLASHES, UNDOS, fragment, page
from web.kit.views import Crumb, Figure, Link, Post

FLASHES["agreed"] = N_("Agreed and planned.")
UNDOS["agreed"] = f"{PATH}/undo/{{id}}"
GONE = N_("This is not possible any more: the record was changed meanwhile.")


@dataclass(frozen=True, kw_only=True)
class Agreed:
    """The row of the deal after it was planned, and what else of the page is another now."""

    row: DealRow
    person: int
    counts: tuple[Link, ...]
    figures: tuple[Figure, ...]
    said: str
    undo: Post | None


def add_routes(made: Routes) -> None:
    made.post(f"{PATH}/deal/{{id:int}}", PERMISSION, agree)
    made.post(f"{PATH}/undo/{{id:int}}", ACTIVITY.permission("create"), undo)


def agree(request: Request) -> Response:
    """A form that comes twice plans once."""
    made: list[int] = []
    try:
        back = once(
            request.actor, request.typed("key"), request.pairs(), lambda session: _agree(session, request, made)
        )
    except Invalid as error:
        return _refused(request, str(error), error.problems, 422)
    except Conflict as error:
        return _refused(request, str(error), {}, 409)
    if request.is_fragment:
        return _drawn(request, Told(), made=made[0] if made else 0)
    return see_other(back, flash=":".join(["agreed", str(made[0]), _code(request)]) if made else "")


def _agree(session: ActorSession, request: Request, made: list[int]) -> str:
    deal: Opportunity = get(session, Opportunity, request.id)
    demand(request.actor, ACTIVITY.permission("create"))
    if not may(session, OPPORTUNITY, deal.id, "update"):
        raise Forbidden(_("You may see this record, but not change it."))
    if deal.state != "open" or deal.archived_at is not None:
        raise Conflict(_(GONE))
    text, due_on = _read(request)
    account = session.get(Account, deal.account_id) if deal.account_id else None
    planned = plan(
        session, Entry(kind="plan", text=text, account=account, deal=deal, due_on=due_on, owner_id=deal.owner_id)
    )
    made.append(planned.id)
    return _way(request, deal.owner_id or 0, deal.id)


def _read(request: Request) -> tuple[str, date | None]:
    """Raises Invalid with a sentence for each field that is wrong."""
    text, problems, day = " ".join(request.typed("text").split()), {}, None
    if not text:
        problems["text"] = _("Please write a few words.")
    try:
        day = KINDS["date"].read(request.typed("day"))
    except Invalid as error:
        problems["day"] = str(error)
    if day is None:
        problems.setdefault("day", _("For which day?"))
    elif day < clock.today():
        problems["day"] = _("This day has gone by. Choose one to come.")
    if problems:
        raise Invalid(next(iter(problems.values())), problems)
    return text, day


def _way(request: Request, owner: int, deal: int) -> str:
    """Back to the page as it was, at the deal."""
    kept = [(name, request.typed(name)) for name in (*NAMES, "skip") if request.typed(name) not in ("", "0")]
    return address(PATH, [*kept, ("open", str(owner))]) + f"#d-{deal}"


# --- what comes back ------------------------------------------------------------------------------------------


def _refused(request: Request, error: str, problems: Mapping[str, str], status: int) -> Response:
    """With what was typed: the deal's row, or the page."""
    typed = {name: request.typed(name) for name in ("text", "day")}
    told = Told(deal=request.id, typed=typed, problems=problems, error="" if problems else error)
    if request.is_fragment:
        return _drawn(request, told, status=status)
    with reading(request.actor, snapshot=True) as session:
        deal: Opportunity = get(session, Opportunity, request.id)
        skip = number_of(request.typed("skip")) or 0
        view = whole(_asked(request, session), str(deal.owner_id or 0), skip, told)
    return page(request, "reports/meeting.html", view, (Crumb(text=view.title),), status)


def _drawn(request: Request, told: Told, *, status: int = 200, made: int = 0) -> Response:
    with reading(request.actor, snapshot=True) as session:
        ask = _asked(request, session)
        found = people(ask)
        line = next((line for each in lines(ask, Want(deal=request.id)).values() for line in each), None)
        if line is None:
            raise Conflict(_(GONE))
        person = one(found, line.owner_id or 0)
        opened = Open(
            person=person.id, plannable=plannable(session, [line.id]), told=told,
            skip=number_of(request.typed("skip")) or 0,
        )  # fmt: skip
        view = Agreed(
            row=deal_row(ask, line, opened), person=person.id, counts=counts(ask, person), figures=figures(ask, found),
            said=_(FLASHES["agreed"]) if made else "", undo=_undo(request, made) if made else None,
        )  # fmt: skip
    return fragment("reports/meeting_agreed.html", view, status)


def _undo(request: Request, made: int) -> Post:
    return Post(text=_("Undo"), action=UNDOS["agreed"].format(id=made), fields=(("next", _code(request)),))


def _asked(request: Request, session: ActorSession) -> Ask:
    return asked(session, Query(filters={name: (request.typed(name),) for name in NAMES if request.typed(name)}))


# --- undo -----------------------------------------------------------------------------------------------------


def _code(request: Request) -> str:
    """The day and the unit of the page in digits, as a message carries them: its undo leads to the same page."""
    return request.typed("since").replace("-", "") + request.typed("unit")


def undo(request: Request) -> Response:
    with request.writing() as session:
        activity: Activity = get(session, Activity, request.id)
        if activity.state != "planned":
            raise Conflict(_(GONE))
        take_back(session, activity, was_planned=False)
        owner, deal = activity.owner_id or 0, activity.opportunity_id or 0
    day, unit = request.typed("next")[:8], request.typed("next")[8:]
    since = [("since", f"{day[:4]}-{day[4:6]}-{day[6:]}")] if day.isdecimal() and len(day) == 8 else []
    kept = [*since, *([("unit", unit)] if unit.isdecimal() else []), ("open", str(owner))]
    return see_other(address(PATH, kept) + f"#d-{deal}", flash="undone")
