"""What the pages of a forecast begin with: the period, the unit, the day, and the files."""

from dataclasses import dataclass
from datetime import date

from core import clock
from core.i18n import _
from reports.engine.numbers import long_day
from reports.executive.period import Period, in_words, moved
from reports.forecast.ask import PATH, Ask, named
from reports.forecast.data import Scope
from reports.past.top import units_of
from web.kit.papers import Papers, files_of
from web.kit.views import Choice, Option

QUARTER = 3


@dataclass(frozen=True, kw_only=True)
class Top:
    """`paper` is its files, `hidden` what the form keeps of the address."""

    title: str
    when: str
    path: str
    on: str
    today: str
    choices: tuple[Choice, ...]
    paper: Papers | None
    hidden: tuple[tuple[str, str], ...] = ()
    is_over: bool = False


def top_of(ask: Ask, scope: Scope, path: str = PATH, hidden: tuple[tuple[str, str], ...] = ()) -> Top:
    choices = (
        Choice(name="period", label=_("Period"), options=_periods(ask)),
        Choice(name="unit", label=_("Unit"), options=units_of(ask.reach)),
    )
    return Top(
        title=_("Forecast"),
        when=_("{period}, as of the end of {day}", period=scope.period, day=long_day(ask.on)),
        path=path,
        on=ask.on.isoformat(),
        today=clock.today().isoformat(),
        choices=tuple(choice for choice in choices if len(choice.options) > 1),
        paper=files_of(ask.session.actor, "forecast", _kept(ask)),
        hidden=hidden,
        is_over=scope.is_over,
    )


def _kept(ask: Ask) -> list[tuple[str, str]]:
    """What its files are of. The quarter of the day is not named: what comes by itself is of the quarter of its day."""
    is_usual = ask.period.first <= ask.on < ask.period.after and ask.months == QUARTER
    return ask.pairs(**({"period": ""} if is_usual else {}))


def _periods(ask: Ask) -> tuple[Option, ...]:
    """The quarters and months around the day, and the one that is shown."""
    month = ask.on.replace(day=1)
    quarter = moved(month, -((month.month - 1) % 3))
    known = [_of(moved(quarter, 3 * number), 3) for number in (-1, 0, 1)]
    known += [_of(moved(month, number), 1) for number in (-1, 0, 1, 2)]
    held = {period.code: period for period in (*known, ask.period)}
    return tuple(
        Option(value=code, text=in_words(period), selected=code == ask.period.code) for code, period in held.items()
    )


def _of(first: date, months: int) -> Period:
    return named(Period("", first, moved(first, months)))
