"""A client on one page of A4, before a visit: what to say, figures, whom one meets, what they buy, what is open."""

from reportlab.platypus import Flowable, Spacer

from core.i18n import _
from reports.client.blocks import bought, buying, met, opened, promised
from reports.client.data import ClientData
from reports.client.saying import said
from reports.engine.blocks import Conclusion, Figure, LowFigures
from reports.engine.numbers import Money, count, long_day, moment
from reports.engine.onepage import across, beside, fitted, height_of
from reports.engine.page import Paper, render, room_of

LEFT = 0.58


def draw(data: ClientData) -> bytes:
    """The PDF, in the current language."""
    paper = Paper(
        title=data.name,
        subtitle=line_of(data),
        kicker=_("The client on a page · {day}", day=long_day(data.made_at.date())),
        author=data.reader,
        scope=_("Data of {moment} · {client}", moment=moment(data.made_at), client=data.name),
        data=data,
        is_low=True,
    )
    room = room_of(paper)
    return render(paper, lambda: story(data, room))


def line_of(data: ClientData) -> str:
    """Who the client is, in one line."""
    return " · ".join((data.code, *(value for _name, value in data.facts)))


def story(data: ClientData, room: float, level: int = 0) -> list[Flowable]:
    """In so much room, whatever there is of everything."""
    money = Money.fitting(data.currency, data.amounts())
    top = [Conclusion(said(data, money), label=_("What to say")), Spacer(1, 8), LowFigures(_figures(data, money))]
    strips = [
        across(met(data)),
        *beside(bought(data, money, LEFT), buying(data, 1 - LEFT), LEFT),
        across(opened(data, money)),
        *beside(*promised(data, money)),
    ]
    return [*top, *fitted(strips, room - height_of(top), level)]


def _figures(data: ClientData, money: Money) -> list[Figure]:
    newest = next((month for month in reversed(data.months) if month.revenue is not None), None)
    value, unit = money.parts(newest.revenue or 0) if newest else ("—", "")
    amount, amount_unit = money.parts(data.open_amount)
    weighted, weighted_unit = money.parts(data.weighted)
    return [
        Figure(_("Revenue"), value, unit, f"{newest.first:%Y-%m}" if newest else _("no month on record")),
        Figure(_("Open deals"), amount, amount_unit, _("{n} deals on record", n=count(data.deals_count))),
        Figure(_("Weighted"), weighted, weighted_unit, _at_risk(data), tone="bad" if data.risky else "quiet"),
        Figure(_("Contracts"), count(data.contracts_count), note=_("{n} of them ours", n=count(data.ours_count))),
        Figure(_("Members"), "—" if data.members is None else count(data.members)),
    ]


def _at_risk(data: ClientData) -> str:
    return _("{n} at risk", n=count(data.risky)) if data.deals_count else ""
