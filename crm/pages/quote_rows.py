"""The lines of a quote as its page shows them: values of their inputs, floor, promise, and what is wrong with them."""

from collections.abc import Mapping
from dataclasses import dataclass

from core import clock
from core.db import ActorSession
from core.errors import DomainError
from core.fields import view
from core.i18n import _, language
from crm.pages.quote_seen import Seen
from crm.quotes.lines import PROMISE_LABELS, UNIT_LABELS, UNIT_OF, QuoteLine, lines_of
from crm.quotes.promises import gap, gap_share, in_words, plain
from crm.quotes.reading import PricedLine
from crm.quotes.standing import Checked
from web.kit.format import money, percent
from web.kit.views import Option

PRICE = tuple(view(column) for column in (QuoteLine.quantity, QuoteLine.months, QuoteLine.one_off, QuoteLine.monthly))
DISCOUNT = view(QuoteLine.discount)


@dataclass(frozen=True, kw_only=True)
class Row:
    """A line as it is shown; `typed` are the values of its inputs, `problems` what is wrong with them."""

    line: PricedLine
    version: int
    name: str
    unit: str
    is_below: bool | None
    floor: str
    rate_now: str
    promise: str
    promise_unit: str
    measured: str
    measured_typed: str
    gap: str
    today: str
    kinds: tuple[Option, ...]
    typed: Mapping[str, str]
    problems: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Wrong:
    """What was typed into a line that could not be saved; `line` is empty for a new one."""

    line: str
    typed: Mapping[str, str]
    error: DomainError


def rows_of(session: ActorSession, seen: Seen, wrong: Wrong | None) -> tuple[Row, ...]:
    checked = {each.line.id: each for each in seen.stand.lines} if seen.stand else {}
    versions = {each.id: each for each in lines_of(session, seen.quote.id)}
    return tuple(_row(each, versions[each.id], checked.get(each.id), wrong) for each in seen.view.lines)


def _row(line: PricedLine, stored: QuoteLine, checked: Checked | None, wrong: Wrong | None) -> Row:
    mine = wrong if wrong and wrong.line == str(line.id) else None
    problems = dict(getattr(mine.error, "problems", {})) if mine else {}
    if mine and not problems:
        problems = {"": str(mine.error)}
    promise, measured = line.promise, line.promise.measured if line.promise else None
    held = mine.typed.get("promise", "") if mine else (promise.kind if promise else "")
    return Row(
        line=line, version=stored.version, name=line.name.of(language()), unit=line.unit.of(language()),
        is_below=checked.is_below if checked and checked.floor is not None else None,
        floor=money(checked.floor) if checked else "", rate_now=percent(checked.rate_now) if checked else "",
        promise=_promise(line), promise_unit=_(UNIT_LABELS[promise.unit]) if promise else "",
        measured=in_words(promise.unit, measured) if promise else "", gap=_gap(line), today=clock.today().isoformat(),
        measured_typed=plain(measured).replace(",", "") if measured is not None else "",
        typed=mine.typed if mine else typed_of(stored), problems=problems,
        kinds=tuple(
            Option(value=kind, text=f"{_(label)} ({_(UNIT_LABELS[UNIT_OF[kind]])})", selected=kind == held)
            for kind, label in PROMISE_LABELS.items()
        ),
    )  # fmt: skip


def _promise(line: PricedLine) -> str:
    promise = line.promise
    return f"{_(PROMISE_LABELS[promise.kind])} {in_words(promise.unit, promise.promised)}" if promise else ""


def _gap(line: PricedLine) -> str:
    each = line.promise
    if each is None or each.measured is None:
        return ""
    short = in_words(each.unit, gap(each.kind, each.promised, each.measured))
    share = percent(gap_share(each.kind, each.promised, each.measured))
    return _("{gap} short, {share} of the promise", gap=short, share=share)


def typed_of(line: QuoteLine) -> dict[str, str]:
    values = {each.name: each.write(getattr(line, each.name)) for each in (*PRICE, DISCOUNT)}
    promised = plain(line.promised).replace(",", "") if line.promised is not None else ""
    return {**values, "promise": line.promise or "", "promised": promised}
