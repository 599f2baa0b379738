"""The board as it stood: a column for each stage, with its sums and its ten largest deals."""

from dataclasses import dataclass

from sqlalchemy import func, select

from reports.engine.shares import Share
from reports.past.ask import ROW, SPAN, Ask
from reports.past.data import Line
from reports.past.gather import of_day
from reports.past.lines import Want, lines
from reports.past.rows import href, key
from reports.stages import StageOf, all_stages

CARDS = 10


@dataclass(frozen=True)
class Lane:
    share: Share
    cards: tuple[Line, ...]
    href: str


def board(ask: Ask) -> tuple[Lane, ...]:
    stages = all_stages(ask.session)
    shares = of_day(ask, stages, named=False).by_stage
    cards = _cards(ask, stages)
    return tuple(
        Lane(share, tuple(c for c in cards if c.stage == share.name)[:CARDS], href(ask, stage=key(share.id)))
        for share in shares
    )


def _cards(ask: Ask, stages: dict[int, StageOf]) -> list[Line]:
    """The largest of each stage, in one statement, and their titles."""
    place = func.row_number().over(
        partition_by=ROW.stage_id, order_by=(func.coalesce(ROW.amount, -1).desc(), ROW.opportunity_id)
    )
    where = (ROW.state == "open", ask.stood(), ask.in_window)
    placed = select(ROW.id, place.label("place")).select_from(SPAN).where(*where).subquery()
    ids = tuple(ask.session.scalars(select(placed.c.id).where(placed.c.place <= CARDS)))
    return lines(ask, Want(ids=ids), stages) if ids else []
