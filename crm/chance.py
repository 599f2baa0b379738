"""The chance of a deal that every weighted figure uses: its stage's, no more than the deal check and departures leave.

In SQL what `crm.playbook.scores.shown_probability` says of one deal, so that a sum of deals is the sum of what their
pages show. Nothing is stored: what it depends on (answers, departures, tasks, meetings, stages) changes in many ways.
"""

from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlmodel import col

from core.access import table_of
from crm import reference
from crm.deal_checks import QUESTIONS, DealCheck
from crm.departures import DECIDES, OTHER, Departure, is_open

FULL = 10_000


def judged(source: Any, probability: Any, *, among: Any = None) -> tuple[Any, ColumnElement[Any]]:
    """The source, which holds the table of deals, with what caps their chance joined in; and the chance of each.

    In basis points; `probability` is that of the deal's stage, and without a stage it is empty. `among` are the ids of
    the only deals that are asked for. Answers and departures are added up once for all deals: asked deal by deal, the
    database would work out for every deal which of them the reader may see.
    """
    deal, checks, gone = table_of("crm_opportunity"), _checks(among), _gone(among)
    joined = source.outerjoin(checks, checks.c.opportunity_id == deal.c.id)
    joined = joined.outerjoin(gone, gone.c.opportunity_id == deal.c.id)
    return joined, _least(_least(probability, checks.c.cap), _share_of(probability, gone.c.share))


def weighed(source: Any) -> tuple[Any, ColumnElement[Any]]:
    """For the board: the source with all that is needed, and the weighted amount of each deal."""
    deal, stage = table_of("crm_opportunity"), table_of("crm_stage").alias()
    joined, chance = judged(source.outerjoin(stage, stage.c.id == deal.c.stage_id), stage.c.probability)
    return joined, weighted_in(deal.c.amount, chance)


def weighted_in(amount: Any, points: Any) -> Any:
    """As `crm.opportunities.weighted`, in SQL: amount × chance in fen, each deal rounded half away from zero.

    Only integers, in two parts, so that nothing overflows; both engines cut a quotient towards zero.
    """
    whole, part = amount // FULL, amount % FULL
    return whole * points + (part * points + case((amount < 0, -FULL // 2), else_=FULL // 2)) // FULL


def _least(points: Any, cap: Any) -> ColumnElement[Any]:
    """The smaller of the two; a cap that is empty takes nothing off."""
    return case((cap < points, cap), else_=points)


def _share_of(points: Any, share: Any) -> Any:
    return (points * share + FULL // 2) // FULL


def _checks(among: Any) -> Any:
    """What the sum of its answers leaves to each deal that somebody has checked."""
    total, deal_id = func.sum(col(DealCheck.score)), col(DealCheck.opportunity_id)
    bands = sorted(reference.deal_bands(), key=lambda band: -band.score_from)
    cap = case(*((total >= band.score_from, band.cap_bp) for band in bands)).label("cap")
    live = (col(DealCheck.archived_at).is_(None), col(DealCheck.question).in_(QUESTIONS))
    return _among(select(deal_id, cap).where(*live), deal_id, among).group_by(deal_id).subquery()


def _gone(among: Any) -> Any:
    """The smallest share of the stage's chance that those leave who counted in a deal and have gone."""
    deal_id, decides = col(Departure.opportunity_id), or_(col(Departure.is_decider), col(Departure.level) == "decision")
    share = func.min(case((decides, DECIDES), else_=OTHER)).label("share")
    return _among(select(deal_id, share).where(is_open()), deal_id, among).group_by(deal_id).subquery()


def _among(statement: Any, deal_id: Any, among: Any) -> Any:
    return statement if among is None else statement.where(deal_id.in_(among))
