"""What owners of demo deals typed as the chance of their deals: not all do, most hope, and hope knows a little."""

from crm.demo.chance import number
from crm.demo.course import sales_stages
from crm.demo.names import spread
from crm.demo.shapes import Deal

# Who typed none, of ten; from which stage on a chance is typed; in whole percent.
SILENT, FIRST, LEAST, MOST, STEP = 4, "O2", 5, 95, 5


def typed(deal: Deal, stage: str) -> int | None:
    """In basis points, by the stage: what the stage says, and what the owner hopes or fears."""
    if stage < FIRST or number(deal.code, "typed", below=10) < SILENT:
        return None
    known = {each.code: each.probability_bp // 100 for each in sales_stages() if not each.outcome}
    said = known.get(stage, max(known.values())) + spread(-15, 25, deal.code, stage, "hope")
    said += {"won": 6, "lost": -6}.get(deal.state, 0)
    return min(max(round(said / STEP) * STEP, LEAST), MOST) * 100
