"""Clients for a campaign: a filter with a live count, who goes there, what is handed over with it; then one press."""

import secrets
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import Any

from starlette.responses import Response

from campaigns import choosing, dispatch
from campaigns.campaigns import Campaign
from campaigns.choosing import Choice
from campaigns.pages.watch import WATCH
from core import clock
from core.db import ActorSession, get, unit_of_work
from core.errors import Invalid
from core.fields import FieldView, read_date, view
from core.i18n import N_, _
from core.ids import new_id
from core.jobs import Progress
from core.module import Job
from core.once import once
from core.queue import enqueue_later
from crm.accounts import Account
from crm.contracts import Contract
from web.kit.deeds import DEEDS
from web.kit.inputs import input_for, offer_for, read_reference
from web.kit.requests import Ask, Routes, number_of, see_other
from web.kit.shell import FLASHES, fragment, page
from web.kit.views import Crumb, Field

GIVE = "campaigns.task.create"
# More at once become a job with progress, in parts that each are written at a stroke.
AT_ONCE, PART = 300, 500
SPREADS = (("even", N_("Evenly, along the way")), ("county", N_("Whole counties to one")))
COLUMNS: dict[str, FieldView] = {
    "grade": view(Account.grade_id), "trade": view(Account.trade_id), "city": view(Account.seat_city_id),
    "county": view(Account.seat_county_id), "owner": view(Account.owner_id), "without": view(Contract.product_id),
}  # fmt: skip
DEEDS.update({dispatch.VERB: N_("gave it out"), "report": N_("reported the result"), "revoke": N_("revoked it")})
FLASHES["nothing-given"] = N_("No client was left to give out.")


@dataclass(frozen=True)
class GivePage:
    title: str
    campaign: Campaign
    filters: list[Field]
    untouched: str
    found: choosing.Found
    whos: list[dispatch.Who]
    typed: dict[str, Any]
    problems: dict[str, str]
    key: str
    spreads: tuple[tuple[str, str], ...] = SPREADS

    @property
    def firms(self) -> list[list[dispatch.Who]]:
        grouped: dict[int, list[dispatch.Who]] = {}
        for who in self.whos:
            grouped.setdefault(who.firm_id, []).append(who)
        return list(grouped.values())


def add_routes(made: Routes) -> None:
    made.get(f"{WATCH}/{{id:int}}/give", GIVE, show)
    made.get(f"{WATCH}/{{id:int}}/give/found", GIVE, found)
    made.post(f"{WATCH}/{{id:int}}/give", GIVE, give)
    made.post(f"{WATCH}/dispatch/{{id:int}}/undo", "campaigns.task.update", take_back)


def show(ask: Ask) -> Response:
    with ask.reading() as session:
        view = _view(ask, session, dict(ask.query), set(ask.query.getlist("who")))
    return _page(ask, view)


def found(ask: Ask) -> Response:
    with ask.reading() as session:
        view = _view(ask, session, dict(ask.query), set(ask.query.getlist("who")))
    return fragment("campaigns/watch/found.html", view)


def _page(ask: Ask, view: GivePage, status: int = 200) -> Response:
    crumbs = (
        Crumb(text=_("Results of campaigns"), href=WATCH), Crumb(text=view.campaign.name, href=f"{WATCH}/{ask.id}"),
        Crumb(text=_("Choose clients")),
    )  # fmt: skip
    return page(ask, "campaigns/watch/give.html", view, crumbs, status)


def _view(
    ask: Ask, session: ActorSession, typed: dict[str, str], whos: set[str], problems: dict[str, str] | None = None
) -> GivePage:
    campaign = get(session, Campaign, ask.id)
    choice = _choice(session, typed)
    ids = {name: str(value) for name, value in choice.pairs().items()}
    named = [replace(field, name=name) for name, field in COLUMNS.items()]
    offer = offer_for(session, named, ids)
    labels = {"without": _("Does not hold")}
    filters = [
        replace(
            input_for(each, ids.get(each.name, ""), offer, required=False),
            label=labels.get(each.name, _(each.label)),
            placeholder=_("any"),
        )
        for each in named
    ]
    owners = choosing.owners(session, campaign)
    filters = [_only(each, owners) if each.name == "owner" else each for each in filters]
    kept = {
        "due_on": min(campaign.ends_on, clock.today() + timedelta(days=14)).isoformat(), "spread": "even",
        "until": campaign.ends_on.isoformat(), "handover": "",
        "purpose": campaign.goal or campaign.name, **typed, "who": whos,
    }  # fmt: skip
    return GivePage(
        title=_("Choose clients"), campaign=campaign, filters=filters, untouched=ids.get("untouched", ""),
        found=choosing.find(session, campaign, choice), whos=dispatch.targets(session), typed=kept,
        problems=problems or {}, key=typed.get("key") or secrets.token_urlsafe(12),
    )  # fmt: skip


def _only(field: Field, values: set[str]) -> Field:
    """On offer is what finds something, and what is chosen."""
    kept = (each for each in field.options if each.selected or not each.value or each.value in values)
    return replace(field, options=tuple(kept))


def _choice(session: ActorSession, typed: dict[str, str]) -> Choice:
    """A reference comes as an id from a list, or as a name that was typed; what is not there narrows to nothing."""
    values: dict[str, str] = {"untouched": typed.get("untouched", "")}
    for name, column in COLUMNS.items():
        text = typed.get(name, "").strip()
        try:
            values[name] = str(read_reference(session, column.target or "", text)) if text else ""
        except Invalid:
            values[name] = "1"
    return choosing.read_choice(values)


# --- the press ------------------------------------------------------------------------------------------------


def give(ask: Ask) -> Response:
    typed = {name: ask.typed(name) for name in {*ask.form.keys()} - {"who"}}
    whos = {who for who in ask.form.getlist("who") if isinstance(who, str)}
    batch = new_id()

    def write(session: ActorSession) -> str:
        campaign = get(session, Campaign, ask.id)
        order = _order(session, typed, whos, batch)
        accounts = choosing.chosen_accounts(session, campaign, _choice(session, typed))
        dispatch.check(session, campaign, order)
        if len(accounts) > AT_ONCE:
            return f"/jobs/{_later(session, campaign, typed, sorted(whos), batch)}"
        given = dispatch.give(session, campaign, accounts, order)
        return f"{WATCH}/{ask.id}?given={given.tasks}&batch={batch}"

    try:
        path = once(ask.actor, typed.get("key", ""), ask.pairs(), write)
    except Invalid as error:
        with ask.reading() as session:
            view = _view(ask, session, typed, whos, error.problems or {"": str(error)})
        return _page(ask, view, 422)
    if path.startswith("/jobs/"):
        return see_other(path, flash="started")
    made = path.rpartition("=")[2]
    is_empty = "given=0&" in path
    return see_other(path.partition("?")[0], flash="nothing-given" if is_empty else f"dispatched:{made}")


def _order(session: ActorSession, typed: dict[str, str], whos: set[str], batch: int) -> dispatch.Order:
    known = dispatch.targets(session)
    named = {number_of(k[5:]): v for k, v in typed.items() if k.startswith("hand_") and v}
    hands = {county: code for county, code in named.items() if county is not None}
    chosen = tuple(who for who in known if who.code in whos | {*hands.values()})
    if typed.get("handover") not in ("yes", "no"):
        raise _wrong("handover", _("Say whether the clients are handed over with the tasks."))
    return dispatch.Order(
        whos=tuple(who for who in chosen if who.code in whos) or chosen, spread=typed.get("spread", "even"),
        due_on=_day(typed, "due_on") or clock.today(), purpose=typed.get("purpose", ""), batch=batch, by_hand=hands,
        also=chosen, hands_over=typed["handover"] == "yes", until=_day(typed, "until"),
    )  # fmt: skip


def _day(typed: dict[str, str], name: str) -> date | None:
    try:
        return read_date(typed[name]) if typed.get(name, "").strip() else None
    except Invalid as error:
        raise _wrong(name, str(error)) from error


def _wrong(name: str, sentence: str) -> Invalid:
    return Invalid(sentence, {name: sentence})


# --- many at once ---------------------------------------------------------------------------------------------


def _later(session: ActorSession, campaign: Campaign, typed: dict[str, str], whos: list[str], batch: int) -> int:
    choice = asdict(_choice(session, typed))
    kept = {
        name: value for name, value in typed.items() if name in ("spread", "due_on", "purpose", "handover", "until")
    }
    kept |= {name: value for name, value in typed.items() if name.startswith("hand_")}
    return enqueue_later(
        session, "campaigns.dispatch", campaign_id=campaign.id, choice=choice, typed=kept, whos=whos, batch=batch
    )


def run(
    progress: Progress, *, campaign_id: int, choice: dict[str, int], typed: dict[str, str], whos: list[str], batch: int
) -> dict[str, int]:
    """In parts, each of which is whole; begun again, it goes on with those that have no task yet."""
    with unit_of_work(progress.actor) as session:
        campaign = get(session, Campaign, campaign_id)
        accounts = choosing.chosen_accounts(session, campaign, Choice(**choice))
        order = _order(session, typed, set(whos), batch)
        goes = dispatch.spread(accounts, order)
    total, tasks, handovers = len(accounts), 0, 0
    for at in range(0, total, PART):
        progress(at, total)
        with unit_of_work(progress.actor) as session:
            part = accounts[at : at + PART]
            given = dispatch.give_to(session, get(session, Campaign, campaign_id), part, goes, order)
        tasks, handovers = tasks + given.tasks, handovers + given.handovers
    with unit_of_work(progress.actor) as session:
        dispatch.tell(session, goes)
    progress(total, total)
    return {"tasks": tasks, "handovers": handovers}


def take_back(ask: Ask) -> Response:
    """Many at once become a job here too."""
    with ask.writing() as session:
        count = dispatch.tasks_of(session, ask.id)
        job = enqueue_later(session, "campaigns.take_back", batch=ask.id) if count > AT_ONCE else 0
        if not job:
            dispatch.take_back(session, ask.id)
    return see_other(f"/jobs/{job}", flash="started") if job else see_other(WATCH, flash="taken-back")


def run_back(progress: Progress, *, batch: int) -> dict[str, int]:
    with unit_of_work(progress.actor) as session:
        gone = dispatch.take_back(session, batch)
    return {"tasks": gone.tasks, "handovers": gone.handovers}


JOBS = (Job("campaigns.dispatch", run), Job("campaigns.take_back", run_back))
