"""Plants how the demo deals stood through two years, as their moves tell it.

A first estimate of the amount and of the day of signature, and here and there a first owner, held until the deal went
on; from then on it is what the deal says today.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from core.bulk import Values
from core.record import PLACE_COLUMNS
from core.spans import rewrite
from crm.demo import shapes
from crm.demo.chance import number
from crm.demo.course import passed
from crm.demo.names import spread
from crm.demo.planter import Planter
from crm.demo.typed import typed
from crm.opportunities import Opportunity
from crm.stages import Stage
from crm.standings import STANDINGS, DealStanding

Steps = Iterable[tuple[str, str, str, str, int]]
# The stage at whose entry an estimate is put right, and the one that the first owner never saw.
MEASURED, SETTLED, HANDED = "O2", "O3", "O1"
WHOSE = ("owner_id", *PLACE_COLUMNS)


def plant_standings(made: Planter, rows: Iterable[shapes.Deal], steps: dict[str, Steps]) -> None:
    """In the place of the spans that began when the deals were planted."""
    now = _now(made)
    owners = [{name: values[name] for name in WHOSE} for values in now.values()]
    stages = made.session.execute(select(col(Stage.code), col(Stage.id), col(Stage.probability)))
    known = {code: (key, chance) for code, key, chance in stages}
    planted = []
    for row in rows:
        last = now[made.id(Opportunity, row.code)]
        first_owner = owners[number(row.code, "first owner", below=len(owners))]
        planted += _spans(made, row, last, course_of(row, steps[row.code]), known, first_owner)
    rewrite(made.session, STANDINGS, planted)


def _now(made: Planter) -> dict[int, Values]:
    """By deal, as it stands."""
    table: Any = DealStanding.__table__  # type: ignore[attr-defined]  # SQLModel does not declare it
    found = made.session.execute(select(*(c for c in table.c if c.name != "id"))).mappings()
    return {row["opportunity_id"]: dict(row) for row in found}


def course_of(row: shapes.Deal, steps: Steps) -> list[tuple[str, str, int, str]]:
    """Stage, state and the day on which the deal came to stand so, and at what hour."""
    began = (passed(row)[0][0].code, "open", row.engaged_on, "09:00")
    return [began, *((goal, state, offset, "17:00") for _origin, goal, _was, state, offset in steps)]


def _spans(
    made: Planter, row: shapes.Deal, last: Values, course: list[tuple[str, str, int, str]],
    stages: dict[str, tuple[int, int]], first_owner: Values,
) -> list[Values]:  # fmt: skip
    """The last one is as the deal stands now; of those that begin at one moment the later holds."""
    found: list[Values] = []
    since: dict[str, int] = {}
    for stage, state, offset, hour in course:
        since.setdefault(stage, offset)
        values = {**last, **_first_thought(made, row, stage, first_owner), "state": state}
        values["stage_id"], values["probability"] = stages[stage]
        values["own_probability"] = typed(row, stage)
        if values["stage_id"] != last["stage_id"]:
            values["stage_since"] = made.on(since[stage])
        if state in ("open", "on_hold"):
            values["closed_on"] = None
        values["from_at"] = min(made.at(offset, hour), made.now)
        if found and found[-1]["from_at"] >= values["from_at"]:
            found.pop()
        elif found:
            found[-1]["until_at"] = values["from_at"]
        found.append(values)
    found[-1] = {**last, "from_at": found[-1]["from_at"]}
    if len(found) > 1:
        found[-2]["until_at"] = found[-1]["from_at"]
    return found


def _first_thought(made: Planter, row: shapes.Deal, stage: str, first_owner: Values) -> Values:
    """What was written down otherwise before the deal went on."""
    found: Values = {}
    if stage < MEASURED and number(row.code, "estimate", below=3) == 0:
        found["amount"] = row.amount_fen * spread(60, 140, row.code, "first amount") // 10_000 * 100
    if stage < SETTLED and number(row.code, "hope", below=4) == 0:
        hoped = row.expected_close - spread(12, 60, row.code, "hoped")
        found["expected_close_on"] = made.on(hoped)
    if stage < HANDED and number(row.code, "handed", below=12) == 0:
        found |= first_owner
    return found
