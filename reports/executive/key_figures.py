"""The six key figures, and the comparison of the period with the same days of the year before."""

from dataclasses import dataclass

from core.i18n import _
from crm.contracts import CONTRACT
from crm.opportunity_verbs import OPPORTUNITY
from reports.engine.numbers import count
from reports.executive import words
from reports.executive.data import Before, ExecutiveData
from reports.executive.rows import deals_of, rows_of
from reports.executive.words import short
from web.kit.views import Figure, Link


@dataclass(frozen=True, kw_only=True)
class Compared:
    """One figure of the period and of the same days of the year before, each with its rows, and the change."""

    name: str
    now: Link
    before: Link
    change: str = ""
    is_less: bool = False


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """The days of both columns in words, and the rows."""

    now: str
    before: str
    rows: tuple[Compared, ...]


def key_figures(data: ExecutiveData) -> tuple[Figure, ...]:
    scope, days = data.scope, data.days.median
    return (
        Figure(
            label=_("Signing"), text=short(data.signed.amount), bar=_reached(data), note=words.target_note(data),
            href=rows_of(OPPORTUNITY, scope.won),
        ),
        Figure(
            label=_("Open deals"), text=words.open_text(data), note=words.open_note(data),
            href=rows_of(OPPORTUNITY, scope.open),
        ),
        Figure(
            label=_("Win rate"), text=words.rate_text(data), note=words.rate_note(data),
            href=deals_of(scope.decided, data.rate.n),
        ),
        Figure(
            label=_("Days to signing"), text="—" if days is None else count(days),
            unit="" if days is None else _("days"), note=words.days_note(data), href=deals_of(scope.won, data.days.n),
        ),
        Figure(
            label=_("Signed, not provisioned"), text=words.unprovisioned_text(data),
            note=words.unprovisioned_note(data), href=deals_of(scope.unprovisioned, data.unprovisioned.count),
        ),
        Figure(
            label=_("Ending, per month"), text=words.ending_text(data), note=words.ending_note(data),
            tone="warn" if data.ending.count else "",
            href=rows_of(CONTRACT, scope.ending) if data.ending.count else "",
        ),
    )  # fmt: skip


def _reached(data: ExecutiveData) -> int | None:
    """The share of the target, from 0 to 100, as long as its bar."""
    if not data.target or not data.target.begun:
        return None
    return max(min(data.signed.amount * 100 // data.target.begun, 100), 0)


def comparison(data: ExecutiveData) -> Comparison | None:
    """Nothing, where the records do not reach back so far."""
    if not data.before:
        return None
    rows = (_signing(data, data.before), _deals(data, data.before), _rate(data, data.before))
    return Comparison(now=words.days_now(data), before=words.days_before(data), rows=rows)


def _signing(data: ExecutiveData, earlier: Before) -> Compared:
    scope, now, before = data.scope, data.signed, earlier.signed
    return Compared(
        name=_("Signing"),
        now=Link(text=short(now.amount), href=deals_of(scope.won, now.count)),
        before=Link(text=short(before.amount), href=deals_of(scope.won_before, before.count)),
        change=words.change(now.amount, before.amount),
        is_less=now.amount < before.amount,
    )


def _deals(data: ExecutiveData, earlier: Before) -> Compared:
    scope, now, before = data.scope, data.signed.count, earlier.signed.count
    return Compared(
        name=_("Deals signed"),
        now=Link(text=count(now), href=deals_of(scope.won, now)),
        before=Link(text=count(before), href=deals_of(scope.won_before, before)),
        change=words.change(now, before),
        is_less=now < before,
    )


def _rate(data: ExecutiveData, earlier: Before) -> Compared:
    """Both rates with their numbers of deals. Of a difference between them nothing is said."""
    scope, now, before = data.scope, data.rate, earlier.rate
    return Compared(
        name=_("Win rate"),
        now=Link(text=words.won_of(now), href=deals_of(scope.decided, now.n)),
        before=Link(text=words.won_of(before), href=deals_of(scope.decided_before, before.n)),
    )
