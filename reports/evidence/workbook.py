"""What weapons are worth as tables: points are numbers, and what cannot be told is an empty cell with its reason."""

from core.i18n import _
from reports.engine.numbers import moment
from reports.engine.workbook import Book, Sheet, Value
from reports.evidence.findings import Effect
from reports.evidence.paper import scope
from reports.evidence.printed import EvidenceData, Finding
from reports.evidence.sentences import sentence


def book(data: EvidenceData) -> Book:
    about = f"{_('What weapons are worth')} · {scope(data)} · {data.reader} · {moment(data.made_at)}"
    return Book(about, _sheets(data), data)


def _sheets(data: EvidenceData) -> list[Sheet]:
    counts = [_("With"), _("Without")]
    known = [_("Weapon"), _("What is known"), _("Points"), _("Interval from"), _("Interval to"), *counts]
    drawn = [[each.weapon, *_effect(each.drawn), sentence(each.drawn, each.weapon)]
             for each in data.findings if each.drawn]  # fmt: skip
    found: list[Sheet] = [
        (_("Weapon by weapon"), [*known, _("Overlap in percent"), _("Plain table"), _("In words")],
         [_finding(each) for each in data.findings]),
        (_("Where chance decided"), [*known, _("In words")], drawn),
    ]  # fmt: skip
    if data.skill:
        bins: list[list[Value]] = [
            [f"{100 * each.low:.0f} – {100 * each.high:.0f}", each.deals, 100 * each.said, 100 * each.won]
            for each in data.skill.calibration
        ]
        heads = [_("Called in percent"), _("Deals"), _("On average"), _("Won in percent")]
        found.append((_("How sure the chance to win is"), heads, bins))
    return found


def _finding(each: Finding) -> list[Value]:
    its = each.compared
    return [each.weapon, *_effect(its), 100 * its.overlap, each.plain, sentence(its, each.weapon)]


def _effect(its: Effect) -> list[Value]:
    return [_(its.state), its.points, its.low, its.high, its.used, its.unused]
