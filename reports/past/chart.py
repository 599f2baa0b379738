"""The waterfall as a chart: one description for the page and for the paper."""

from collections.abc import Callable

from core.i18n import _
from reports.engine.numbers import Money, count, long_day
from reports.engine.shares import Share
from reports.engine.spec import Bar, BarChart, Fall, FallChart
from reports.past import words
from reports.past.compare import Waterfall
from reports.past.data import Scope

MOST = 12


def waterfall(fall: Waterfall, scope: Scope, write: Callable[[int], str]) -> FallChart:
    first, last = sorted((scope.on, scope.against))
    opening, closing = fall.opening, fall.closing
    rows = [Fall(words.part(why), part.amount, signed(part.amount, write), count(part.count))
            for why, part in fall.parts.items()]  # fmt: skip
    return FallChart(
        _("From {first} to {last}", first=long_day(first), last=long_day(last)),
        (
            Fall(first.isoformat(), opening.amount, write(opening.amount),
                 count(opening.count), is_total=True),
            *rows,
            Fall(last.isoformat(), closing.amount, write(closing.amount),
                 count(closing.count), is_total=True),
        ),
    )  # fmt: skip


def signed(amount: int, write: Callable[[int], str]) -> str:
    return f"+{write(amount)}" if amount > 0 else write(amount)


def bars(title: str, shares: tuple[Share, ...], money: Money) -> BarChart:
    return BarChart(title, tuple(_bar(share, money) for share in shares[:MOST]))


def _bar(share: Share, money: Money) -> Bar:
    label = money.short(share.amount) if share.has_amount else "—"
    return Bar(share.name or _("not stated"), share.amount, label, count(share.count), share.weighted)
