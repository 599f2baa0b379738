"""The stages as reports need them: in their order, and in which a signed deal still waits."""

from dataclasses import dataclass

from sqlalchemy import select

from core.db import ActorSession
from crm.pipelines import PIPELINE
from crm.stages import STAGE


@dataclass(frozen=True)
class StageOf:
    """`rank` orders all stages. `follows` is of a pipeline after another: deals enter it won. In one that `waits` a won
    deal is not served yet."""

    id: int
    name: str
    pipeline_id: int
    rank: int
    limit_days: int | None
    outcome: str | None
    follows: bool
    waits: bool


def all_stages(session: ActorSession) -> dict[int, StageOf]:
    """In their order, those of pipelines that follow others last; archived ones too, as deals stood there."""
    at, line = STAGE.table, PIPELINE.table
    statement = (
        select(at.c.id, STAGE.title_in(at), at.c.pipeline_id, at.c.limit_days, at.c.outcome, line.c.next_id)
        .outerjoin(line, line.c.id == at.c.pipeline_id)
        .order_by(line.c.position, at.c.pipeline_id, at.c.position, at.c.code)
    )
    rows = list(session.execute(statement))
    following = {row[5] for row in rows if row[5]}
    ends = {row[2]: row[0] for row in rows}
    rows.sort(key=lambda row: row[2] in following)
    return {
        row[0]: StageOf(
            row[0], str(row[1]), row[2], rank, row[3], row[4],
            follows=row[2] in following,
            waits=bool(row[5]) or (row[2] in following and ends[row[2]] != row[0]),
        )
        for rank, row in enumerate(rows)
    }  # fmt: skip


def waiting(stages: dict[int, StageOf]) -> list[int]:
    """Where a won deal is signed but not served yet: before its delivery, or within it."""
    return [stage.id for stage in stages.values() if stage.waits]
