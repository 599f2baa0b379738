"""The sums of a past day, and of a change between two, as workbooks: amounts are numbers. No record leaves by them."""

from core.i18n import _
from reports.engine.numbers import moment
from reports.engine.shares import Share
from reports.engine.workbook import Book, Sheet, Value
from reports.past import words
from reports.past.compare import Sum
from reports.past.data import ChangeData, PastData

WIDE = 28


def past_book(data: PastData) -> Book:
    heads = [_("Deals"), _("Amount"), _("Weighted"), _("Without amount")]
    sheets: list[Sheet] = [
        (_("By stage"), [_("Stage"), *heads], [*map(_share, data.by_stage), [_("Total"), *_share(data.totals)[1:]]]),
        (words.by_title(data.scope.by), [words.by(data.scope.by), *heads], [_share(each) for each in data.by_part]),
        (
            _("Beside"), [_("State"), *heads],
            [
                [_("On hold"), *_share(data.on_hold)[1:]],
                [_("Signed, not provisioned"), *_share(data.unprovisioned)[1:]],
            ],
        ),
    ]  # fmt: skip
    return Book(_about(data, data.scope.on.isoformat()), sheets, data, WIDE)


def change_book(data: ChangeData) -> Book:
    first, last = sorted((data.scope.on, data.scope.against))
    fall = data.waterfall
    rows = [_sum(_("Open on {day}", day=first.isoformat()), fall.opening)]
    rows += [_sum(words.part(why), its) for why, its in fall.parts.items()]
    rows.append(_sum(_("Open on {day}", day=last.isoformat()), fall.closing))
    beside = [_sum(_("Unchanged"), fall.same), _sum(words.part("later"), fall.later)]
    beside.append(_sum(words.part("earlier"), fall.earlier))
    heads = [_("Part"), _("Deals"), _("Amount")]
    about = _about(data, f"{first.isoformat()} – {last.isoformat()}")
    return Book(about, [(_("What changed"), heads, rows), (_("Beside"), heads, beside)], data, WIDE)


def _about(data: PastData | ChangeData, days: str) -> str:
    parts = (days, data.scope.unit or _("All units"), data.scope.window, data.reader, moment(data.made_at))
    return " · ".join(part for part in parts if part)


def _share(share: Share) -> list[Value]:
    amount = share.amount / 100 if share.has_amount else None
    return [share.name or _("not stated"), share.count, amount, share.weighted / 100, share.unknown]


def _sum(name: str, its: Sum) -> list[Value]:
    return [name, its.count, its.amount / 100]
