"""The paper of what weapons are worth: intervals, numbers of deals, each finding in words, and how it is calculated."""

from collections.abc import Sequence

from reportlab.platypus import Flowable, Spacer

from core.i18n import _
from reports.engine.blocks import (
    Conclusion,
    Figure,
    Figures,
    Piece,
    joined,
    notes,
    paragraph,
    pictured,
    piece,
    stacked,
)
from reports.engine.numbers import count, long_day, moment, percent
from reports.engine.page import Paper, render
from reports.engine.slides import render_slides
from reports.engine.spec import Interval, IntervalChart
from reports.engine.tables import Cell, Column, Toned, figures, table
from reports.evidence.findings import FEWEST_PUBLISHED, LANDMARK, SEEN, UNSEEN, Effect
from reports.evidence.printed import EvidenceData, Finding
from reports.evidence.sentences import sentence
from reports.evidence.skill import Bin, statement
from reports.evidence.texts import conclusion, definitions, gap_in_words, signed, traps


def draw(data: EvidenceData) -> bytes:
    """The PDF, in the current language."""
    return render(_paper(data), lambda: _story(data))


def draw_slides(data: EvidenceData) -> bytes:
    """The same figures, a chart or a table on each slide."""
    said = _conclusion(data)
    return render_slides(_paper(data), said, lambda: [*piece(_("Key figures"), *_top(data)), *_pieces(data)])


def _paper(data: EvidenceData) -> Paper:
    return Paper(
        title=_("What weapons are worth"),
        subtitle=_("Of the whole province, calculated {when}", when=moment(data.made_at)),
        kicker=_("Octant"),
        author=data.reader,
        scope=_("Data of {moment} · {filters}", moment=moment(data.made_at), filters=scope(data)),
        data=data,
    )


def scope(data: EvidenceData) -> str:
    return " · ".join((data.segment, data.period))


def _story(data: EvidenceData) -> list[Flowable]:
    return [*_top(data), *stacked(_pieces(data))]


def _top(data: EvidenceData) -> list[Flowable]:
    said = Conclusion(_conclusion(data))
    return [said, Spacer(1, 12), Figures(_figures(data))] if data.findings else [said]


def _conclusion(data: EvidenceData) -> Sequence[str]:
    if not data.findings:
        return (_nothing(data),)
    return conclusion((each.weapon, each.compared) for each in data.findings)


def _pieces(data: EvidenceData) -> list[Piece]:
    if not data.findings:
        return [*_certainty(data), *_notes(data)]
    return [
        *_intervals(data),
        *_table(data),
        *piece(_("In words"), notes([(each.weapon, _said(each)) for each in data.findings])),
        *_drawn(data),
        *_certainty(data),
        *_notes(data),
    ]


def _nothing(data: EvidenceData) -> str:
    if not data.was_run:
        return _("Nothing has been calculated yet. It is done every morning, and when somebody asks for it.")
    if not data.deals:
        return _("Fewer than {n} closed deals: of so few nothing is published.", n=FEWEST_PUBLISHED)
    return _(
        "Nobody has logged a weapon with a closed deal yet. Log activities with their weapon and their deal, or "
        "import them: what weapons are worth is told from these."
    )


def _figures(data: EvidenceData) -> list[Figure]:
    states = [each.compared.state for each in data.findings]
    seen, unseen = states.count(SEEN), states.count(UNSEEN)
    return [
        Figure(_("Closed deals"), count(data.deals), note=_days(data)),
        Figure(_("Win rate"), percent(data.won, data.deals), note=_("{won} of {n}", won=count(data.won),
                                                                   n=count(data.deals))),
        Figure(_("Compared"), count(data.kept), note=_("open for {days} days or more", days=LANDMARK)),
        Figure(_("With an effect"), count(seen), note=_("of {n} weapons", n=count(len(states)))),
        Figure(_("Cannot be told"), count(len(states) - seen - unseen), note=_("too few deals that can be compared")),
    ]  # fmt: skip


def _days(data: EvidenceData) -> str:
    if not (data.first_on and data.last_on):
        return ""
    return _("{first} to {last}", first=data.first_on.isoformat(), last=data.last_on.isoformat())


def intervals(data: EvidenceData) -> IntervalChart:
    return IntervalChart(_("Difference in win rate, in points"), tuple(_interval(each) for each in data.findings))


def _intervals(data: EvidenceData) -> list[Piece]:
    hint = _("line: 95 % interval; upright mark: plain table; n: deals with and without")
    return pictured(intervals(data), hint=hint)


def _interval(each: Finding) -> Interval:
    its = each.compared
    label = points(its) or "—"
    sides = _("n = {used} + {unused}", used=count(its.used), unused=count(its.unused))
    return Interval(each.weapon, label, sides, its.points, its.low, its.high, each.plain)


def points(effect: Effect) -> str:
    return "" if effect.points is None else signed(effect.points)


def between(effect: Effect) -> str:
    if effect.low is None or effect.high is None:
        return ""
    return _("{low} to {high}", low=signed(effect.low), high=signed(effect.high))


def _table(data: EvidenceData) -> list[Piece]:
    heads = [Column(_("Weapon")), Column(_("What is known"), 1.1), figures(_("Points")), figures(_("95 % interval"))]
    heads += [figures(_("With")), figures(_("Without")), figures(_("Overlap")), figures(_("Plain table"))]
    return piece(_("Weapon by weapon"), table(heads, [_row(each) for each in data.findings]))


def _row(each: Finding) -> list[Cell]:
    its = each.compared
    tone = {SEEN: "ok", UNSEEN: ""}.get(its.state, "quiet")
    plain = signed(each.plain) if each.plain is not None else "—"
    sides = [count(its.used), count(its.unused), f"{100 * its.overlap:.0f}%"]
    return [each.weapon, Toned(_(its.state), tone), points(its) or "—", between(its) or "—", *sides, plain]


def _said(each: Finding) -> str:
    """The sentence, and why the plain table says something else."""
    gap = gap_in_words(each.compared.points, each.plain)
    return joined((sentence(each.compared, each.weapon), gap))


def _drawn(data: EvidenceData) -> list[Piece]:
    rows = [_drawn_row(each, each.drawn) for each in data.findings if each.drawn is not None]
    if not rows:
        return []
    heads = [Column(_("Weapon"), 0.8), figures(_("Drawn by chance")), figures(_("{n} drawn", n="n")),
             figures(_("{n} not", n="n")), Column(_("In words"), 3)]  # fmt: skip
    hint = _("against what else could have been drawn; nobody picked the deals")
    return piece(_("Where chance decided"), table(heads, rows), hint=hint)


def _drawn_row(each: Finding, its: Effect) -> list[Cell]:
    return [each.weapon, points(its) or "—", count(its.used), count(its.unused), sentence(its, each.weapon)]


def _certainty(data: EvidenceData) -> list[Piece]:
    skill = data.skill
    if skill is None:
        return []
    title = _("How sure the chance to win is")
    if not skill.is_there:
        return piece(title, paragraph(statement(skill)))
    heads = [Column(_("Called")), figures(_("Deals")), figures(_("On average")), figures(_("Won"))]
    rows = [_bin(each) for each in skill.calibration]
    return piece(title, paragraph(statement(skill)), Spacer(1, 6), table(heads, rows))


def _bin(each: Bin) -> list[Cell]:
    called = _("{low} to {high} %", low=f"{100 * each.low:.0f}", high=f"{100 * each.high:.0f}")
    return [called, count(each.deals), f"{100 * each.said:.0f}%", f"{100 * each.won:.0f}%"]


def _notes(data: EvidenceData) -> list[Piece]:
    own = [
        (_("Filters"), scope(data)),
        (_("Calculated"), long_day(data.made_at.date())),
        (_("Rights"), _("The figures are the same for everybody who may read them.")),
    ]
    return [
        *piece(_("Three traps, and what is done about them"), notes(traps())),
        *piece(_("How to read this"), notes([*own, *definitions()])),
    ]
