"""The executive's first page: the figures of a period, a unit and a trade, and the part of it that a filter changes."""

from datetime import date

from starlette.responses import Response

from core import clock
from core.db import reading
from core.i18n import _
from core.lists import Query
from core.record import PLACES
from reports.executive.ask import NAMES, Ask, asked
from reports.executive.gather import figures
from reports.executive.period import in_words, moved, moving_periods, read_period
from reports.executive.reach import Unit
from reports.executive.rows import PATH
from reports.executive.scope import Filters
from reports.executive.view import ExecutivePage, view_of
from web.kit.papers import files_of
from web.kit.requests import Ask as Request
from web.kit.requests import Routes, address
from web.kit.shell import fragment, page
from web.kit.views import Choice, Crumb, Option, Tab

PERMISSION = "reports.executive.read"
MOST_YEARS = 6
INDENT = "\N{IDEOGRAPHIC SPACE}"


def routes() -> Routes:
    made = Routes()
    made.get(PATH, PERMISSION, show)
    made.get(f"{PATH}/part", PERMISSION, part)
    return made


def show(request: Request) -> Response:
    view = _view(request)
    return page(request, "reports/executive.html", view, (Crumb(text=view.title),))


def part(request: Request) -> Response:
    """What a filter changes. The browser's address follows, so that it can be shared and come back to."""
    view = _view(request)
    return fragment("reports/executive_part.html", view, HX_Push_Url=view.href)


def _view(request: Request) -> ExecutivePage:
    """One snapshot of the data: all figures are of the same moment."""
    filters: Filters = {name: (request.query[name],) for name in NAMES if request.query.get(name)}
    with reading(request.actor, snapshot=True) as session:
        ask = asked(session, Query(filters=filters), clock.today())
        paper = files_of(request.actor, "executive", ask.scope.pairs())
        return view_of(figures(ask), _choices(ask), _periods(ask), paper)


def _periods(ask: Ask) -> tuple[Tab, ...]:
    return tuple(
        Tab(text=text, href=address(PATH, ask.scope.pairs(period=code)), current=ask.period.code == code)
        for code, text in moving_periods()
    )


def _choices(ask: Ask) -> tuple[Choice, ...]:
    found = [
        Choice(name="unit", label=_("Unit"), icon="map-pin", options=_units(ask)),
        Choice(name="trade", label=_("Trade"), icon="layers", options=_trades(ask)),
        Choice(name="period", label=_("Period"), icon="calendar-range", options=_earlier(ask)),
    ]
    return tuple(choice for choice in found if len(choice.options) > 1)


def _units(ask: Ask) -> tuple[Option, ...]:
    """The tree within the reader's reach, each unit under its own."""
    chosen, found = ask.scope.unit, ask.reach.offered
    held = chosen.id if chosen else None
    ids = {unit.id for unit in found}
    tops = [unit for unit in found if unit.parent_id not in ids]
    return (Option(value="", text=_("All units")), *_branch(tops, found, 0, held))


def _branch(units: list[Unit], found: tuple[Unit, ...], depth: int, held: int | None) -> list[Option]:
    options: list[Option] = []
    for unit in units:
        options.append(Option(value=str(unit.id), text=INDENT * depth + unit.name, selected=unit.id == held))
        if depth < len(PLACES):
            below = [each for each in found if each.parent_id == unit.id]
            options += _branch(below, found, depth + 1, held)
    return options


def _trades(ask: Ask) -> tuple[Option, ...]:
    held = ask.scope.trade.id if ask.scope.trade else None
    named = (Option(value=str(each.id), text=each.name, selected=each.id == held) for each in ask.trades)
    return (Option(value="", text=_("All trades")), *named)


def _earlier(ask: Ask) -> tuple[Option, ...]:
    """This period, those before the last decision, and whatever else the address asked for."""
    on, code = ask.scope.on, ask.period.code
    first, last = ask.decided[0] or on, ask.decided[1] or on
    month = last.replace(day=1)
    this = dict(moving_periods())
    codes = [str(year) for year in range(last.year, first.year - 1, -1)[:MOST_YEARS]]
    codes += [_quarter(moved(month, -3 * i)) for i in range(5)] + [f"{moved(month, -i):%Y-%m}" for i in range(13)]
    if code not in (*this, *codes):
        codes.insert(0, code)
    named = {**this, **{each: in_words(read_period(each, on)) for each in codes}}
    return tuple(Option(value=each, text=text, selected=each == code) for each, text in named.items())


def _quarter(month: date) -> str:
    return f"{month.year}-Q{(month.month + 2) // 3}"
