"""Read the figures as the session's actor may see them: page and paper are made of this and of nothing else."""

from collections.abc import Iterable, Mapping
from datetime import date

from core import clock
from core.db import ActorSession
from core.lists import Query
from core.settings import settings
from crm.pipelines import PIPELINE
from crm.products import PRODUCT
from crm.stages import STAGE, stages
from crm.users import USER
from reports.executive import counted, named
from reports.executive.ask import Ask, asked
from reports.executive.counted import Closed, Opened
from reports.executive.data import Before, ExecutiveData, Month, Part, Stage, Sum
from reports.executive.reach import OWNER
from reports.executive.targets import Targets
from reports.executive.weapons import gathered


def gather(session: ActorSession, *, on: date | None = None, query: Query | None = None) -> ExecutiveData:
    """The figures of a period, a unit and a trade: `query.filters` may hold `period`, `unit` and `trade`.

    At most eighteen statements, however many deals.
    """
    return figures(asked(session, query or Query(), on or clock.today()))


def figures(ask: Ask) -> ExecutiveData:
    found = counted.closed(ask)
    within = [each for each in found if each.month in ask.period.months]
    before = _within(found, ask.scope.days_before) if _reaches_back(ask) else None
    targets, open_deals = Targets(ask), counted.opened(ask)
    grouped_by, groups = _groups(ask)
    return ExecutiveData(
        scope=ask.scope,
        made_at=clock.now(),
        currency=settings().currency,
        reader=ask.session.actor.name,
        level=ask.reach.level,
        signed=counted.signed(within),
        target=targets.of_all(),
        months=tuple(_month(first, found, targets) for first in ask.period.last_months),
        parts=_parts(ask, within, before, targets),
        grouped_by=grouped_by,
        groups=groups,
        rate=counted.rate(within),
        before=None if before is None else Before(counted.signed(before), counted.rate(before)),
        days=counted.days_to_win(ask),
        open=_open(open_deals),
        weighted=sum(each.weighted for each in open_deals),
        stages=_stages(ask, open_deals),
        has_limits=any(_limit(ask, each) for each in open_deals),
        stalled=_stalled(open_deals),
        top=named.top_deals(ask) if _open(open_deals).has_amount else named.waiting_deals(ask),
        stalled_deals=named.stalled_deals(ask),
        unprovisioned=counted.unprovisioned(ask),
        ending=counted.ending(ask),
        contracts=named.ending_contracts(ask),
        weapons=gathered(ask),
        is_placed=ask.reach.is_placed(ask.session.actor),
    )


def _within(found: list[Closed], days: tuple[date, date]) -> list[Closed]:
    return [each for each in found if days[0] <= each.since < days[1]]


def _reaches_back(ask: Ask) -> bool:
    """Whether the records hold the same days of the year before, but for a tenth of them at their beginning.

    With fewer the comparison would say more of the records than of what was signed.
    """
    (first, after), known = ask.scope.days_before, ask.decided[0]
    return first < after and known is not None and (known - first) * 10 <= after - first


def _month(first: date, found: list[Closed], targets: Targets) -> Month:
    return Month(first, counted.signed(each for each in found if each.month == first), targets.of_month(first))


def _parts(ask: Ask, found: list[Closed], before: list[Closed] | None, targets: Targets) -> tuple[Part, ...]:
    """Every unit of the level, and whoever else has signed, now or before; the largest amount first."""
    earlier = _apart(each for each in before or [] if each.state == "won")
    apart: dict[int | None, list[Closed]] = {key: [] for key in (*(unit.id for unit in ask.reach.parts), *earlier)}
    if ask.reach.level == OWNER:
        apart |= {user_id: [] for user_id in targets.of_people}
    apart |= _apart(found)
    names = _part_names(ask, {*apart})
    parts = [
        Part(
            id=key, name=names.get(key, ""), signed=counted.signed(its), target=targets.of_part(key),
            before=None if before is None else counted.signed(earlier.get(key, [])),
        )
        for key, its in apart.items()
    ]  # fmt: skip
    return _largest(part for part in parts if part.id is not None or part.has_signed)


def _apart(found: Iterable[Closed]) -> dict[int | None, list[Closed]]:
    """By unit or person."""
    apart: dict[int | None, list[Closed]] = {}
    for each in found:
        apart.setdefault(each.part_id, []).append(each)
    return apart


def _part_names(ask: Ask, ids: set[int | None]) -> Mapping[int | None, str]:
    if ask.reach.level == OWNER:
        return counted.titles(ask, USER, ids)
    return {unit.id: unit.name for unit in ask.reach.parts}


def _groups(ask: Ask) -> tuple[str, tuple[Part, ...]]:
    """By the client's trade; by product where one trade is chosen, or no client has one."""
    found = counted.by_trade(ask) if ask.scope.trade is None else {}
    if {*found} - {None}:
        return "trade", _named(found, {trade.id: trade.name for trade in ask.trades})
    products = counted.by_product(ask)
    return "product", _named(products, counted.titles(ask, PRODUCT, {*products}))


def _named(found: Mapping[int | None, Sum], names: Mapping[int, str]) -> tuple[Part, ...]:
    return _largest(Part(key, names.get(key or 0, ""), its) for key, its in found.items())


def _largest(parts: Iterable[Part]) -> tuple[Part, ...]:
    return tuple(sorted(parts, key=lambda part: (-part.signed.amount, -part.signed.count, part.name)))


def _stages(ask: Ask, found: list[Opened]) -> tuple[Stage, ...]:
    """In the order of the pipelines; with several of them each stage says which is its own."""
    known = stages(ask.session)
    order = {row_id: place for place, row_id in enumerate(known)}
    names = _stage_names(ask, {each.stage_id for each in found})
    return tuple(
        Stage(
            id=each.stage_id,
            name=names.get(each.stage_id, ""),
            open=Sum(each.count, each.amount, each.count - each.known),
            weighted=each.weighted,
            stalled=Sum(each.stalled, each.stalled_amount, each.stalled - each.stalled_known),
        )
        for each in sorted(found, key=lambda each: order.get(each.stage_id or 0, -1))
    )


def _limit(ask: Ask, each: Opened) -> int | None:
    stage = stages(ask.session).get(each.stage_id or 0)
    return stage.limit_days if stage else None


def _stage_names(ask: Ask, ids: set[int | None]) -> dict[int | None, str]:
    known = stages(ask.session)
    names: dict[int | None, str] = {row_id: STAGE.title_of(known[row_id]) for row_id in ids if row_id in known}
    pipelines = {row_id: known[row_id].pipeline_id for row_id in ids if row_id in known}
    if len({*pipelines.values()}) > 1:
        titles = counted.titles(ask, PIPELINE, {*pipelines.values()})
        names |= {row_id: f"{titles.get(above, '')} · {names[row_id]}" for row_id, above in pipelines.items()}
    return names


def _open(found: list[Opened]) -> Sum:
    count = sum(each.count for each in found)
    return Sum(count, sum(each.amount for each in found), count - sum(each.known for each in found))


def _stalled(found: list[Opened]) -> Sum:
    count = sum(each.stalled for each in found)
    return Sum(count, sum(each.stalled_amount for each in found), count - sum(each.stalled_known for each in found))
