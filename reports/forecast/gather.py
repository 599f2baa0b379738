"""Reads a forecast as the session's actor sees it: some dozen statements, however many deals."""

from datetime import date

from sqlalchemy import select
from sqlmodel import col

from core.db import ActorSession
from core.i18n import _
from core.lists import Query
from core.settings import settings
from core.spans import end_of
from reports.evidence.certainty import skill_of
from reports.evidence.rows import READ as READ_EVIDENCE
from reports.evidence.rows import WinSkill
from reports.evidence.skill import statement
from reports.executive.period import in_words
from reports.forecast.ask import Ask, asked
from reports.forecast.calibration import calibration
from reports.forecast.categories import categories
from reports.forecast.counted import Count, open_groups, won_groups
from reports.forecast.data import ForecastData, Part, Scope, Way
from reports.forecast.figures import MODEL, TYPED, WAYS, Figures, figures
from reports.forecast.history import History, history
from reports.forecast.ranges import range_of
from reports.past.ask import made_at
from reports.past.gather import began

CHANCES = "reports.win_chance.read"


def gather(session: ActorSession, *, on: date | None = None, query: Query | None = None) -> ForecastData:
    return of(asked(session, query or Query(), on))


def asked_in_words(session: ActorSession, query: Query) -> str:
    """What a schedule narrows the paper to. Raises Invalid, NotFound for what there is not."""
    found = scope(asked(session, query))
    return f"{found.unit or _('All units')} · {found.period}"


def of(ask: Ask) -> ForecastData:
    refused = why_no_model(ask)
    found, past = counted(ask, is_modelled=not refused), history(ask)
    return ForecastData(
        scope=scope(ask),
        made_at=made_at(ask.on),
        currency=settings().currency,
        reader=ask.session.actor.name,
        figures=found,
        ways=tuple(_way(code, found, past, refused) for code in WAYS),
        history=past,
        parts=tuple(Part(unit.id, unit.name, past.months[unit.id]) for unit in ask.reach.parts
                    if unit.id in past.months),
        calibration=calibration(ask),
        began=None if found.open.count or found.won.count else began(ask.past),
    )  # fmt: skip


def scope(ask: Ask) -> Scope:
    chosen, period = ask.reach.chosen, ask.period
    unit = chosen.name if chosen else ""
    return Scope(ask.on, period.first, period.after, in_words(period), unit, ask.is_over, ask.way)


def counting(ask: Ask, *, is_modelled: bool) -> Count:
    windows = ((ask.period.first, ask.period.after),)
    held = categories(ask.session)
    return Count(ask.session, end_of(ask.on), windows, held, ask.past.in_unit, is_modelled=is_modelled)


def counted(ask: Ask, *, is_modelled: bool) -> Figures:
    count = counting(ask, is_modelled=is_modelled)
    return figures(open_groups(count), won_groups(count), count.categories, is_modelled=is_modelled)


def why_no_model(ask: Ask) -> str:
    """Why the model gives no chance here; empty where it does."""
    actor = ask.session.actor
    if not (actor.may(READ_EVIDENCE) and actor.may(CHANCES)):
        return _("The model’s chances are not yours to read.")
    if not ask.is_now:
        return _("The model’s chances are known of today only; frozen figures keep those of their day.")
    row = ask.session.scalars(select(WinSkill).order_by(col(WinSkill.at).desc()).limit(1)).first()
    if row is None:
        return _("Not calculated yet.")
    if not row.held:
        return _("Too few closed deals for a forecast: it takes at least 200, won and lost. No deal is given a chance.")
    skill = skill_of(row)
    return "" if skill.is_there else statement(skill)


def _way(code: str, found: Figures, past: History, refused: str) -> Way:
    part = found.part(code)
    if part is None:
        return Way(code, None, reason=refused)
    if code == TYPED and found.open.count and not part.count:
        return Way(code, None, left_out=found.open.count, reason=_("Nobody typed a chance for these deals."))
    left = found.open.count - part.count if code in (TYPED, MODEL) else 0
    ahead = range_of(past.alike, code, found.won.amount, part.amount, is_wider=past.is_wider)
    return Way(code, found.won.amount + part.amount, part.amount, part.count, left, range=ahead)
