"""How a deal went through its stages: the days on which each began and ended."""

from functools import cache

from crm import reference
from crm.demo.chance import number
from crm.demo.shapes import Deal
from crm.reference.kinds import Stage

# How long a deal stays in each stage beside the others: short as a lead, long while a solution is agreed.
PACE = {"O0": 6, "O1": 16, "O2": 26, "O3": 30, "O4": 24, "O5": 14, "O6": 1}


@cache
def sales_stages() -> tuple[Stage, ...]:
    return next(row.stages for row in reference.pipelines() if row.code == "sales")


def passed(deal: Deal) -> list[tuple[Stage, int, int]]:
    """The stages up to the present one, each with the days on which it began and ended."""
    stages = [stage for stage in sales_stages() if stage.code <= deal.stage]
    end = deal.closed_on if deal.closed_on is not None else 0
    starts = _starts(deal, stages)
    return list(zip(stages, starts, [*starts[1:], end], strict=True))


def _starts(deal: Deal, stages: list[Stage]) -> list[int]:
    """From the day it was engaged to the day it entered its present stage."""
    paces = [PACE[stage.code] * (70 + number(deal.code, stage.code, below=61)) for stage in stages[:-1]]
    whole, days, so_far, starts = max(sum(paces), 1), deal.stage_since - deal.engaged_on, 0, []
    for pace in paces:
        starts.append(deal.engaged_on + days * so_far // whole)
        so_far += pace
    return [*starts, deal.stage_since]
