"""The phone of staff of an outside firm: tasks, one task with its result form, clients, results. Nothing else."""

import secrets
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from markupsafe import Markup
from starlette.responses import Response

from campaigns import field as work
from campaigns import standing
from campaigns.campaigns import OUTCOMES
from campaigns.photos import MOST, cleaned
from campaigns.reporting import UNDO_FOR, Result, report, take_back
from campaigns.tasks import Task, outcome_label
from core import clock
from core.db import ActorSession, get
from core.errors import Conflict, DomainError, Invalid, NotFound
from core.fields import read_date
from core.i18n import N_, _
from core.module import Menu
from core.once import once
from crm.files import File, files_of
from web.kit.charts import ring
from web.kit.requests import Ask, Routes, see_other
from web.kit.shell import FLASHES, UNDOS, fragment, page
from web.kit.views import Crumb

TASKS, CLIENTS, RESULTS = "/campaigns/field", "/campaigns/clients", "/campaigns/results"
READ = "campaigns.field.read"
ICONS = dict(zip(OUTCOMES, ("thumbs-up", "handshake", "clock", "thumbs-down", "phone-missed", "ban"), strict=True))
MENUS = (
    Menu(N_("My tasks"), TASKS, "list-checks", permission=READ, start=90),
    Menu(N_("My clients"), CLIENTS, "store", permission=READ, start=30),
    Menu(N_("My results"), RESULTS, "trophy", permission=READ, start=20),
)

FLASHES.update(
    {
        "reported": N_("Reported. Thank you."),
        "reported-last": N_("Reported. That was the last one: all your tasks are done."),
        "taken-back": N_("This task is no longer with you. Nothing was reported."),
        "asked": N_("The account manager has been asked."),
    }
)
UNDOS.update({"reported": TASKS + "/task/{id}/undo", "reported-last": TASKS + "/task/{id}/undo"})


@dataclass(frozen=True)
class Tile:
    code: str
    text: str
    icon: str
    pays: bool
    selected: bool = False


@dataclass(frozen=True)
class TaskPage:
    """One task; and its form, with what was typed and what is wrong with it."""

    title: str
    card: work.Card
    tiles: tuple[Tile, ...]
    products: list[tuple[str, str]]
    key: str
    has_next: bool
    typed: dict[str, str] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    photos: tuple[File, ...] = ()
    first_day: date = field(default_factory=lambda: clock.today() + timedelta(days=1))
    may_undo: bool = False

    @property
    def most_photos(self) -> range:
        return range(1, MOST + 1)


def add_routes(made: Routes) -> None:
    made.get(TASKS, READ, tasks, outside=True)
    made.get(f"{TASKS}/task/{{id:int}}", READ, task, outside=True)
    made.post(f"{TASKS}/task/{{id:int}}", READ, save, takes_files=True, outside=True)
    made.post(f"{TASKS}/task/{{id:int}}/undo", READ, undo, outside=True)


# --- the list -------------------------------------------------------------------------------------------------


def tasks(ask: Ask) -> Response:
    skip, chosen = skip_of(ask), _number(ask.query.get("campaign", ""))
    with ask.reading(clear=True) as session:
        running = standing.campaigns_of(session)
        campaign_id = chosen if chosen in {one.id for one in running} else None
        cards = work.open_tasks(session, campaign_id=campaign_id, skip=skip)
        stand = standing.stand(session, campaign_id=campaign_id)
        firm = work.firm_name(session)
    shown = running[0] if len(running) == 1 else next((one for one in running if one.id == campaign_id), None)
    view = {
        "title": _("My tasks"), "firm": firm, "person": ask.actor.name, "campaign": shown, "campaigns": running,
        "stand": stand, "cards": cards[: work.PAGE], "more": more(TASKS, cards, skip, campaign_id), "skip": skip,
        "outcome_label": outcome_label, "today": clock.today(), "chosen": campaign_id, "ring": _ring(stand),
    }  # fmt: skip
    return page(ask, "campaigns/field/tasks.html", view, (Crumb(text=_("My tasks")),))


def _ring(stand: standing.Stand) -> Markup:
    said = _("{n} of {total} reported", n=stand.reported, total=stand.total)
    return ring(stand.percent, label=said, text=f"{stand.percent}%", size=64)


def skip_of(ask: Ask) -> int:
    return min(_number(ask.query.get("from", "")), 10_000)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 19 else 0


def more(path: str, rows: list[Any], skip: int, campaign_id: int | None = None) -> str:
    if len(rows) <= work.PAGE:
        return ""
    kept = f"&campaign={campaign_id}" if campaign_id else ""
    return f"{path}?from={skip + work.PAGE}{kept}"


# --- one task, and its result ---------------------------------------------------------------------------------


def task(ask: Ask) -> Response:
    with ask.reading(clear=True) as session:
        view = _task_page(session, ask.id)
    return _shown(ask, view)


def _shown(ask: Ask, view: TaskPage, status: int = 200) -> Response:
    crumbs = (Crumb(text=_("My tasks"), href=TASKS), Crumb(text=view.title))
    return page(ask, "campaigns/field/task.html", view, crumbs, status)


def _task_page(
    session: ActorSession, task_id: int, typed: dict[str, str] | None = None, problems: dict[str, str] | None = None
) -> TaskPage:
    card = _card(session, task_id)
    paid = set(card.campaign.counts or ()) if card.campaign.rate_per_result else set()
    chosen = (typed or {}).get("outcome", "")
    tiles = tuple(Tile(code, outcome_label(code), ICONS[code], code in paid, code == chosen) for code in OUTCOMES)
    is_fresh = card.reported_at is not None and clock.now() - card.reported_at < UNDO_FOR
    return TaskPage(
        title=card.client, card=card, tiles=tiles, products=work.sold_products(session, card.campaign),
        key=(typed or {}).get("key") or secrets.token_urlsafe(12), has_next=_next(session, task_id) is not None,
        typed=typed or {}, problems=problems or {}, may_undo=is_fresh,
        photos=tuple(files_of(session, "crm.activity", [card.activity_id])),
    )  # fmt: skip


def _card(session: ActorSession, task_id: int) -> work.Card:
    found = work.one_task(session, task_id)
    if found is None:
        raise NotFound(_("There is no such record, or it is not yours to see."))
    return found


def _next(session: ActorSession, task_id: int) -> work.Card | None:
    """The next one on the way: that which stands behind this one in the list, else the first of the list."""
    cards = work.open_tasks(session)
    at = next((n for n, one in enumerate(cards) if one.id == task_id), -1)
    rest = [*cards[at + 1 :], *cards[: max(at, 0)]]
    return rest[0] if rest else None


def save(ask: Ask) -> Response:
    names = ("key", "outcome", "again_on", "products", "note")
    typed = {name: ask.typed(name) for name in names}
    try:
        path, is_last = _save(ask, typed)
    except (Invalid, Conflict) as error:
        return _refused(ask, typed, error)
    except NotFound:
        if not ask.is_fragment:
            raise
        # Taken back while its page stood open: the page goes, and with it the client's name.
        return _on(see_other(TASKS, flash="taken-back"), 404)
    flash = f"reported-last:{ask.id}" if is_last else f"reported:{ask.id}"
    response = see_other(path, flash=flash)
    return _on(response, 204) if ask.is_fragment else response


def _on(response: Response, status: int) -> Response:
    """htmx would follow a redirect itself and find a page where it looks for a part: the browser goes there."""
    response.status_code = status
    response.headers["hx-redirect"] = response.headers["location"]
    del response.headers["location"]
    return response


def _save(ask: Ask, typed: dict[str, str]) -> tuple[str, bool]:
    """Photos are made small before the database waits for anything."""
    photos = tuple(cleaned(upload.filename or "", upload.file.read()) for upload in _uploads(ask))
    result = Result(
        outcome=typed["outcome"], again_on=_day(typed["again_on"]) if typed["outcome"] == "again" else None,
        products=tuple(filter(None, typed["products"].split(","))), note=typed["note"], photos=photos,
    )  # fmt: skip

    def write(session: ActorSession) -> str:
        after = _next(session, ask.id)
        _card(session, ask.id)
        report(session, get(session, Task, ask.id), result)
        return f"{TASKS}/task/{after.id}" if after else TASKS

    path = once(ask.actor, typed["key"], ask.pairs(), write)
    return path, path == TASKS


def _uploads(ask: Ask) -> list[Any]:
    """Too many are refused before the first of them is read."""
    sent = [each for each in ask.form.getlist("photo") if not isinstance(each, str) and each.filename]
    if len(sent) > MOST:
        sentence = _("At most {n} photos.", n=MOST)
        raise Invalid(sentence, {"photo": sentence})
    return sent


def _day(text: str) -> date | None:
    try:
        return read_date(text) if text.strip() else None
    except Invalid as error:
        raise Invalid(str(error), {"again_on": str(error)}) from error


def _refused(ask: Ask, typed: dict[str, str], error: DomainError) -> Response:
    """Everything typed is kept; with htmx the form is not even touched, so that the photos stay chosen."""
    problems = getattr(error, "problems", {}) or {"": str(error)}
    status = 409 if isinstance(error, Conflict) else 422
    if ask.is_fragment:
        return fragment("campaigns/field/why.html", {"problems": problems}, status)
    with ask.reading(clear=True) as session:
        view = _task_page(session, ask.id, typed, problems)
    return _shown(ask, view, status)


def undo(ask: Ask) -> Response:
    with ask.writing() as session:
        _card(session, ask.id)
        take_back(session, get(session, Task, ask.id))
    return see_other(f"{TASKS}/task/{ask.id}", flash="undone")
