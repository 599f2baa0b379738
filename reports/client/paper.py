"""A client on a page or two of A4: figures, a year of revenue, people, deals, contracts, products."""

from reportlab.platypus import Flowable, Spacer

from core.i18n import _
from reports.client.data import ClientData, Deal, Held, Person
from reports.engine.blocks import Figure, Figures, notes, paragraph, section
from reports.engine.charts import flowable
from reports.engine.numbers import Money, count, day, moment, rate, tenths
from reports.engine.page import INNER, Paper, render
from reports.engine.spec import ColumnChart, Pillar
from reports.engine.tables import Cell, Column, Toned, figures, narrow, table


def draw(data: ClientData) -> bytes:
    """The PDF, in the current language."""
    paper = Paper(
        title=data.name,
        subtitle=_("Client {code} · {owner} · what {reader} may see", code=data.code, owner=data.owner or "—",
                   reader=data.reader),
        kicker=_("The client on a page"),
        author=data.reader,
        scope=_("Data of {moment} · {client}", moment=moment(data.made_at), client=data.name),
        data=data,
    )  # fmt: skip
    return render(paper, lambda: story(data))


def story(data: ClientData) -> list[Flowable]:
    money = Money.fitting(data.currency, data.amounts())
    return [
        Figures(_figures(data, money)),
        Spacer(1, 10),
        *([notes(data.facts)] if data.facts else []),
        *_months(data, money),
        *_people(data),
        *_deals(data, money),
        *_contracts(data, money),
        *_products(data),
    ]


def _figures(data: ClientData, money: Money) -> list[Figure]:
    newest = next((month for month in reversed(data.months) if month.revenue is not None), None)
    value, unit = money.parts(newest.revenue or 0) if newest else ("—", "")
    amount, amount_unit = money.parts(data.open_amount)
    weighted, weighted_unit = money.parts(data.weighted)
    ours = sum(1 for each in data.contracts if each.is_ours)
    return [
        Figure(_("Revenue"), value, unit, f"{newest.first:%Y-%m}" if newest else _("no month on record")),
        Figure(_("Open deals"), amount, amount_unit, _("{n} deals on record", n=count(data.deals_count))),
        Figure(_("Weighted"), weighted, weighted_unit),
        Figure(_("Contracts"), count(data.contracts_count), note=_("{n} of ours among those shown", n=count(ours))),
        Figure(_("Members"), "—" if data.members is None else count(data.members)),
    ]


def _months(data: ClientData, money: Money) -> list[Flowable]:
    known = [month for month in data.months if month.revenue is not None]
    if not known:
        return []
    size, unit = money.unit(max(month.revenue or 0 for month in known))
    pillars = tuple(
        Pillar(f"{month.first:%m}", month.revenue or 0, tenths(month.revenue or 0, size)) for month in known
    )
    hint = _("unit {unit}; from {first} to {last}", unit=f"{money.sign.strip()} {unit}".strip(),
             first=f"{known[0].first:%Y-%m}", last=f"{known[-1].first:%Y-%m}")  # fmt: skip
    return section(_("Revenue by month"), flowable(ColumnChart(_("Revenue by month"), pillars), INNER), hint=hint)


def _people(data: ClientData) -> list[Flowable]:
    if not data.people:
        return section(_("People of the client"), paragraph(_("Nobody of the client is on record.")))
    heads = [Column(_("Full name"), 1), Column(_("Post"), 1.4), Column(_("Level"), 1), Column(_("Support"), 1)]
    heads.append(narrow(_("Last met")))
    rows = [_person(each) for each in data.people]
    return section(_("People of the client"), table(heads, rows), hint=_more(len(rows), data.people_count))


def _person(each: Person) -> list[Cell]:
    met: Cell = day(each.last_met) if each.last_met else Toned(_("never met"), "warn")
    return [each.name, each.post or "—", each.level or "—", each.support, met]


def _deals(data: ClientData, money: Money) -> list[Flowable]:
    if not data.deals:
        return []
    heads = [Column(_("Deal"), 1.6), Column(_("Stage"), 1), figures(_("Amount ({currency})", currency=data.currency))]
    heads += [figures(_("Prob.")), narrow(_("Expected close")), Column(_("Next step"), 1.2)]
    rows = [_deal(each, money) for each in data.deals]
    return section(_("Open deals"), table(heads, rows), hint=_more(len(rows), data.deals_count))


def _deal(each: Deal, money: Money) -> list[Cell]:
    figures_of = [money.exact(each.amount), rate(each.chance), day(each.close_on)]
    return [each.name, each.stage, *figures_of, each.next_step or "—"]


def _contracts(data: ClientData, money: Money) -> list[Flowable]:
    if not data.contracts:
        return []
    heads = [Column(_("Contract"), 1.6), Column(_("Product"), 1.2), Column(_("Supplier"), 0.8)]
    heads += [figures(_("Monthly ({currency})", currency=data.currency)), narrow(_("Ends on"))]
    rows = [_contract(each, money) for each in data.contracts]
    return section(_("Contracts"), table(heads, rows), hint=_more(len(rows), data.contracts_count))


def _contract(each: Held, money: Money) -> list[Cell]:
    supplier: Cell = _("Ours") if each.is_ours else Toned(each.rival or _("A rival’s"), "warn")
    return [each.name, each.product or "—", supplier, money.exact(each.monthly), day(each.ends_on)]


def _products(data: ClientData) -> list[Flowable]:
    pairs = [
        (_("In open deals"), ", ".join(data.open_sales)),
        (_("What peers have and this client has not"), ", ".join(data.unsold)),
    ]
    found = [(name, value) for name, value in pairs if value]
    return section(_("Products"), notes(found)) if found else []


def _more(shown: int, whole: int) -> str:
    return _("{shown} of {whole}", shown=count(shown), whole=count(whole)) if shown < whole else ""
