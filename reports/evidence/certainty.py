"""How far the chance to win can be trusted: what became of the deals that were called likely."""

from dataclasses import dataclass

from markupsafe import Markup

from core.i18n import _
from reports.evidence import forest
from reports.evidence.rows import WinSkill
from reports.evidence.skill import Bin, Skill, statement
from web.kit import format as texts

# Of fewer deals than this a share says nothing.
FEW = 10


@dataclass(frozen=True, kw_only=True)
class Called:
    """The deals that were called so likely, and the share of them that was won."""

    called: str
    deals: str
    won: str
    picture: Markup
    said: str
    is_few: bool


@dataclass(frozen=True, kw_only=True)
class Certainty:
    has_skill: bool
    is_measured: bool
    statement: str
    example: str
    figures: tuple[tuple[str, str], ...]
    rows: tuple[Called, ...]


def certainty(row: WinSkill) -> Certainty:
    if not row.held:
        few = _("Too few closed deals for a forecast: it takes at least 200, won and lost. No deal is given a chance.")
        return Certainty(has_skill=False, is_measured=False, statement=few, example="", figures=(), rows=())
    skill = skill_of(row)
    rows = tuple(_called(each) for each in skill.calibration)
    return Certainty(
        has_skill=skill.is_there, is_measured=True, statement=statement(skill), example=_example(skill),
        figures=_figures(row), rows=rows if skill.is_there else (),
    )  # fmt: skip


def skill_of(row: WinSkill) -> Skill:
    bins = tuple(Bin(low, high, int(number), said, won) for low, high, number, said, won in row.calibration)
    return Skill(row.held, row.base_rate, row.auc, row.brier, row.brier_of_base, row.gain, row.gain_low, bins)


def _example(skill: Skill) -> str:
    """The range nearest to 70 % that has enough deals, in words."""
    enough = [each for each in skill.calibration if each.deals >= FEW]
    if not skill.is_there or not enough:
        return ""
    one = min(enough, key=lambda each: abs(each.said - 0.7))
    return _(
        "Of the {deals} deals called {called} % on average, {won} % were won.",
        deals=texts.number(one.deals), called=f"{100 * one.said:.0f}", won=f"{100 * one.won:.0f}",
    )  # fmt: skip


def _called(each: Bin) -> Called:
    called = _("{low} to {high} %", low=f"{100 * each.low:.0f}", high=f"{100 * each.high:.0f}")
    said = _(
        "Called {said} % on average, won {won} %, of {deals} deals",
        said=f"{100 * each.said:.0f}", won=f"{100 * each.won:.0f}", deals=texts.number(each.deals),
    )  # fmt: skip
    return Called(
        called=called, deals=texts.number(each.deals), won=f"{100 * each.won:.0f}%",
        picture=forest.calibrated(each.said, each.won, label=said), said=f"{100 * each.said:.0f}%",
        is_few=each.deals < FEW,
    )  # fmt: skip


def _figures(row: WinSkill) -> tuple[tuple[str, str], ...]:
    kinds = {"logistic": _("Logistic regression"), "boosted": _("Boosted trees")}
    return (
        (_("Model that did better"), kinds.get(row.model, row.model)),
        (_("Closed deals"), texts.number(row.deals)),
        (_("Of these held back"), texts.number(row.held)),
        (_("Ranking (AUC)"), f"{row.auc:.3f}"),
        (_("Squared error (Brier)"), f"{row.brier:.3f}"),
        (_("By the win rate alone"), f"{row.brier_of_base:.3f}"),
    )
