"""What whoever goes there should say: sentences that follow from the client's figures by rules, none invented."""

from collections.abc import Iterator

from core import clock
from core.i18n import _
from reports.client.blocks import AGAINST, RISKS, cut, ends_soon, risks
from reports.client.data import ClientData, Held, Month
from reports.engine.numbers import Money, count, long_day
from web.kit.format import listed

# Months, sentences, and letters of a name: its rows below hold all of it.
BEFORE, MOST, NAME = 3, 3, 48


def said(data: ClientData, money: Money) -> tuple[str, ...]:
    """How the client stands; what matters there, at most three things; and what to do first."""
    lead, *others = [*_revenue(data, money), *_open(data, money)] or [_("Neither revenue nor a deal is on record.")]
    matters = list(_matters(data))
    first = [_first(data)] if matters or data.unsold or data.deals_count else []
    return (lead, *others, *matters[:MOST], *first)


def _revenue(data: ClientData, money: Money) -> Iterator[str]:
    """The newest month against the mean of the three before."""
    known = [month for month in data.months if month.revenue is not None]
    if not known:
        return
    newest = known[-1]
    slots = {"month": f"{newest.first:%Y-%m}", "amount": money.short(newest.revenue or 0)}
    points = _change(known)
    if points is None:
        yield _("Revenue of {month}: {amount}.", **slots)
    elif points == 0:
        yield _("Revenue of {month}: {amount}, as in the three months before.", **slots)
    elif points > 0:
        yield _("Revenue of {month}: {amount}, {share} above the three months before.", share=_share(points), **slots)
    else:
        yield _("Revenue of {month}: {amount}, {share} below the three months before.", share=_share(points), **slots)


def _change(known: list[Month]) -> int | None:
    """In tenths of a percent."""
    before = [month.revenue or 0 for month in known[-1 - BEFORE : -1]]
    mean = sum(before) / len(before) if before else 0
    return round(((known[-1].revenue or 0) - mean) / mean * 1000) if mean > 0 else None


def _share(tenths: int) -> str:
    return f"{abs(tenths) / 10:g}%"


def _open(data: ClientData, money: Money) -> Iterator[str]:
    if data.deals_count:
        yield _("Open deals: {n}, worth {amount}, weighted {weighted}.", n=count(data.deals_count),
                amount=money.short(data.open_amount), weighted=money.short(data.weighted))  # fmt: skip


def _matters(data: ClientData) -> Iterator[str]:
    if missed := next((each for each in data.promises if each.is_kept is False), None):
        yield _("{product}: {promised} was promised, {measured} measured.", product=_brief(missed.product),
                promised=missed.promised, measured=missed.measured)  # fmt: skip
    if risky := next((each for each in data.deals if each.risks), None):
        yield _(
            "At risk: {n}, the largest “{deal}” ({why}).",
            n=count(data.risky),
            deal=_brief(risky.name),
            why=risks(risky, RISKS),
        )
    if ending := _ending(data):
        yield _ends(ending)
    if against := [each.name for each in data.people if each.decides and each.stance in AGAINST]:
        yield _("Decides, and is against us: {names}.", names=listed(map(_brief, against[:2])))
    if data.unmet:
        yield _("Never met among those who decide: {n}.", n=count(data.unmet))


def _ending(data: ClientData) -> Held | None:
    """Of ours and of rivals' the one that ends first, within ninety days."""
    today = clock.local(data.made_at).date()
    return min((each for each in data.contracts if ends_soon(each, today)), key=_end, default=None)


def _end(each: Held) -> str:
    return f"{each.ends_on}"


def _ends(each: Held) -> str:
    assert each.ends_on is not None
    slots = {"name": _brief(each.name), "day": long_day(each.ends_on)}
    if each.is_ours:
        return _("Our contract “{name}” ends on {day}.", **slots)
    rival = _brief(each.rival) or _("a rival")
    return _("The contract “{name}” with {rival} ends on {day}.", rival=rival, **slots)


def _first(data: ClientData) -> str:
    """What to speak of first."""
    ending = _ending(data)
    if data.missed:
        return _("First: say how what was promised is put right.")
    if ending and ending.is_ours:
        return _("First: ask for the renewal.")
    if data.risky:
        return _("First: agree on the next step of the deal at risk.")
    if ending:
        return _("First: offer to take over what ends with the rival.")
    if data.unmet:
        return _("First: ask to meet whoever decides.")
    if data.unsold:
        return _("First: show what their peers have: {product}.", product=_brief(data.unsold[0]))
    return _("First: agree on the next step of each open deal.")


def _brief(name: str) -> str:
    return cut(name, NAME)
