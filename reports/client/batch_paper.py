"""Many clients in one PDF: a table of them first, then each on a page of its own, with a bookmark."""

from typing import Any

from reportlab.platypus import Flowable, PageBreak

from core.i18n import _
from core.papers import tell
from reports.client.batch import ClientsData
from reports.client.data import ClientData
from reports.client.paper import line_of, story
from reports.engine.blocks import Heading, section
from reports.engine.numbers import Money, count, long_day, moment
from reports.engine.onepage import height_of
from reports.engine.page import BOTTOM, HEIGHT, TOP, Paper, Running, render, seal_height
from reports.engine.styles import style
from reports.engine.tables import Cell, Column, figures, narrow, table
from reports.engine.wrap import text


class Client(Heading):
    """The client's name, large; what stands under it is one level below it among the bookmarks. Drawing it tells how
    far the paper is: it is drawn twice, as its pages are counted first."""

    size = 16.0

    def __init__(self, client: ClientData, number: int, of: int) -> None:
        super().__init__(client.name)
        self.number, self.of = number, of

    def draw(self) -> None:
        super().draw()
        canvas: Any = self.canv
        drawn = self.of if canvas._doctemplate.pages else 0
        tell(2 * self.of + drawn + self.number, 6 * self.of, _("Drawing the pages"))


def draw(data: ClientsData) -> bytes:
    """The PDF, in the current language."""
    slots = {"n": count(len(data.clients)), "reader": data.reader}
    paper = Paper(
        title=_("Clients on a page"),
        subtitle=_("Clients: {n} · what {reader} may see", **slots),
        kicker=long_day(data.made_at.date()),
        author=data.reader,
        scope=_("Data of {moment} · {filters}", moment=moment(data.made_at), filters=_filters(data)),
        data=data,
    )
    ended = seal_height(paper)
    return render(paper, lambda: _story(data, ended))


def _filters(data: ClientsData) -> str:
    if not data.filters:
        return _("Clients: {n}", n=count(len(data.clients)))
    return " · ".join(_("{label}: {value}", label=label, value=value) for label, value in data.filters)


def _story(data: ClientsData, ended: float) -> list[Flowable]:
    """The last of them shares its page with the seal."""
    found, last = _contents(data), len(data.clients)
    for number, client in enumerate(data.clients, start=1):
        top: list[Flowable] = [Client(client, number, last), text(line_of(client), style(tone="quiet"))]
        room = HEIGHT - TOP - BOTTOM - height_of(top) - (ended if number == last else 0.0)
        found += [PageBreak(), Running(client.name), *top, *story(client, room, level=1)]
    return found


def _contents(data: ClientsData) -> list[Flowable]:
    money = Money.fitting(data.currency, [client.open_amount for client in data.clients])
    heads = [Column(_("Account"), 2), narrow(_("Code")), Column(_("Owner"), 1), figures(_("Open deals"))]
    heads += [figures(_("Amount ({currency})", currency=data.currency)), figures(_("Contracts"))]
    rows = [_row(client, money) for client in data.clients]
    return section(_("Clients"), table(heads, rows))


def _row(client: ClientData, money: Money) -> list[Cell]:
    amount = money.exact(client.open_amount) if client.deals_count else "—"
    return [
        client.name, client.code, client.owner or "—", count(client.deals_count), amount, count(client.contracts_count),
    ]  # fmt: skip
