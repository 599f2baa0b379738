"""The lead's page: who of the team needs help today and why, who is away, and the deals at stake of each person."""

from dataclasses import dataclass
from datetime import timedelta

from starlette.responses import Response

from core import clock
from core.db import ActorSession
from core.i18n import _
from crm.own_figures import Signing, month_of, signing
from crm.pages.today_side import RiskLine, risk
from crm.risks import deals_at_risk
from crm.team import Mate, Sums, sums_of, team, week_of
from crm.whose import TEAM, Absence, absences, of_person, of_team
from web.kit import format as texts
from web.kit.requests import Ask, Routes, address
from web.kit.shell import fragment, page
from web.kit.views import Crumb, Figure, Link

HOME = "/crm/team"
AHEAD_DAYS = 14
AT_STAKE = 8


@dataclass(frozen=True, kw_only=True)
class Number:
    text: str
    href: str
    tone: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class MateRow:
    """`why` says in words what help is needed; `bar` is the part of the target that is reached, 0 to 100."""

    id: int
    name: str
    unit: str
    why: str
    needs_help: bool
    overdue: Number
    stalled: Number
    aimless: Number
    signed: Number
    bar: int | None
    visits: Number
    last: str
    day: Link
    away: str
    deals: "DealsPart | None"


@dataclass(frozen=True, kw_only=True)
class DealsPart:
    """What one person has at stake."""

    id: int
    name: str
    deals: tuple[RiskLine, ...]
    more: Link | None


@dataclass(frozen=True, kw_only=True)
class TeamPage:
    title: str
    sentence: str
    figures: tuple[Figure, ...]
    rows: tuple[MateRow, ...]
    absences: tuple[str, ...]
    may_hand_over: bool


def add_routes(made: Routes) -> None:
    made.get(HOME, TEAM, show)
    made.get("/crm/team/{id:int}/deals", TEAM, deals_part)


def show(ask: Ask) -> Response:
    """`?open=ID` shows the deals of a person, where there is no JavaScript to fetch them."""
    wanted = ask.query.get("open", "")
    opened = int(wanted) if wanted.isdecimal() and len(wanted) < 19 else 0
    with ask.reading() as session:
        mates, month = team(session), signing(session, of_team())
        away = absences(session, until=clock.today() + timedelta(days=AHEAD_DAYS))
        at_stake = _deals_of(session, opened) if any(mate.id == opened for mate in mates) else None
    sums = sums_of(mates)
    view = TeamPage(
        title=_("My team"),
        sentence=sentence(sums),
        figures=figures(sums, month),
        rows=tuple(row(mate, away, at_stake if mate.id == opened else None) for mate in mates),
        absences=tuple(absence(each) for each in away),
        may_hand_over=ask.actor.may("crm.reassignment.create"),
    )
    return page(ask, "crm/team.html", view, (Crumb(text=_("My team")),))


def deals_part(ask: Ask) -> Response:
    with ask.reading() as session:
        part = _deals_of(session, ask.id)
    return fragment("crm/team_deals.html", part)


def _deals_of(session: ActorSession, user_id: int) -> DealsPart:
    whose = of_person(session, user_id)
    found = deals_at_risk(session, whose, limit=AT_STAKE)
    href = address("/crm/opportunity", [("risk", "any"), ("state", "open"), *whose.pairs()])
    more = Link(text=_("All {n}", n=texts.number(found.count)), href=href) if found.count > len(found.deals) else None
    return DealsPart(id=user_id, name=whose.person, deals=tuple(risk(each) for each in found.deals), more=more)


def sentence(sums: Sums) -> str:
    if not sums.people:
        return _("Nobody in your team looks after a client yet.")
    if sums.stalled:
        values = {"n": texts.number(sums.stalled), "amount": texts.money_short(sums.stalled_amount)}
        return _("Stalled deals: {n}, {amount} in all. Whoever has most of them stands first.", **values)
    if sums.overdue:
        return _("Overdue activities: {n}. Whoever has most of them stands first.", n=texts.number(sums.overdue))
    if sums.aimless:
        return _("Deals without a next step: {n}. Whoever has most of them stands first.", n=texts.number(sums.aimless))
    return _("Nobody is behind today.")


def figures(sums: Sums, month: Signing) -> tuple[Figure, ...]:
    after = month_of(month.month)[1]
    won = address("/crm/opportunity", [("state", "won"), ("closed_on", f"{month.month}..{after}")])
    signed = _("signed deals: {n}", n=texts.number(month.deals))
    of = _("{amount} of {target}", amount=texts.money_short(month.amount), target=texts.money_short(month.target))
    has_target = month.percent is not None
    return (
        Figure(
            label=_("Signed this month"),
            href=won,
            note=signed,
            bar=min(month.percent, 100) if month.percent is not None else None,
            text=f"{month.percent}%" if has_target else texts.money_short(month.amount),
            unit=of if has_target else "",
        ),
        Figure(
            label=_("Stalled deals"),
            text=texts.number(sums.stalled),
            tone="bad" if sums.stalled else "",
            note=texts.money_short(sums.stalled_amount) if sums.stalled_amount else "",
            href=address("/crm/opportunity", [("pace", "stalled"), ("state", "open")]),
        ),
        Figure(
            label=_("Deals without a next step"),
            text=texts.number(sums.aimless),
            href=address("/crm/opportunity", [("next", "none"), ("state", "open")]),
        ),
        Figure(
            label=_("Overdue activities"),
            text=texts.number(sums.overdue),
            href=address("/crm/activity", _overdue([])),
        ),
    )


def _overdue(owner: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [("state", "planned"), ("due_on", f"..{clock.today()}"), *owner]


def row(mate: Mate, away: list[Absence], deals: DealsPart | None) -> MateRow:
    owner = [("owner", str(mate.id))]
    first, after = month_of(clock.today())
    monday, end = week_of(clock.today())
    opens = [("state", "open"), *owner]
    reasons = why(mate)
    return MateRow(
        id=mate.id,
        name=mate.name,
        unit=mate.unit,
        needs_help=bool(reasons),
        why=texts.listed(reasons) or _("nothing is behind"),
        overdue=Number(
            text=texts.number(mate.overdue),
            href=address("/crm/activity", _overdue(owner)),
            tone="bad" if mate.overdue else "",
        ),
        stalled=Number(
            text=texts.number(mate.stalled),
            href=address("/crm/opportunity", [("pace", "stalled"), *opens]),
            tone="bad" if mate.stalled else "",
            note=texts.money_short(mate.stalled_amount) if mate.stalled_amount else "",
        ),
        aimless=Number(
            text=texts.number(mate.aimless),
            href=address("/crm/opportunity", [("next", "none"), *opens]),
            tone="warn" if mate.aimless else "",
            note=_("of {n}", n=texts.number(mate.open)),
        ),
        signed=Number(
            text=texts.money_short(mate.won_amount) if mate.won else "—",
            href=address("/crm/opportunity", [("state", "won"), ("closed_on", f"{first}..{after}"), *owner]),
            note=signed_note(mate),
        ),
        bar=min(mate.won_amount * 100 // mate.target, 100) if mate.target else None,
        visits=Number(
            text=_("{done} of {all}", done=mate.visits_done, all=mate.visits) if mate.visits else "—",
            href=address("/crm/activity", [("kind", "visit"), ("due_on", f"{monday}..{end}"), *owner]),
        ),
        last=texts.day_in_words(mate.last_on) if mate.last_on else "",
        day=Link(text=_("{name}’s day", name=mate.name), href=f"/crm/today?whose={mate.id}"),
        away=next((absence(each) for each in away if each.absent_id == mate.id), ""),
        deals=deals,
    )


def signed_note(mate: Mate) -> str:
    deals = _("deals: {n}", n=texts.number(mate.won))
    if not mate.target:
        return deals if mate.won else ""
    values = {"n": mate.won_amount * 100 // mate.target, "target": texts.money_short(mate.target), "deals": deals}
    return _("{n}% of {target}, {deals}", **values)


def why(mate: Mate) -> list[str]:
    found = []
    if mate.stalled:
        found.append(_("stalled deals: {n}", n=mate.stalled))
    if mate.overdue:
        found.append(_("overdue: {n}", n=mate.overdue))
    if mate.aimless:
        found.append(_("without a next step: {n}", n=mate.aimless))
    if mate.is_quiet and mate.quiet_days:
        found.append(_("nothing logged for {days}", days=texts.days(mate.quiet_days)))
    return found


def absence(each: Absence) -> str:
    days = {"first": texts.day_in_words(each.starts_on), "last": texts.day_in_words(each.ends_on)}
    if each.starts_on > clock.today():
        return _(
            "{name} will be away from {first} to {last}; {deputy} stands in",
            name=each.absent,
            deputy=each.deputy,
            **days,
        )
    return _("{name} is away until {last}; {deputy} stands in", name=each.absent, deputy=each.deputy, last=days["last"])
