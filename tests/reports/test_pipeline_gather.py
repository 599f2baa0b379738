"""What the report on open deals reads, on both engines, and that it is what lists and totals say."""

import tracemalloc
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from time import process_time
from typing import Any

import pytest

from core.access import Level
from core.db import reading
from core.i18n import use_language
from core.lists import Query
from core.totals import totals
from crm.opportunities import weighted
from crm.opportunity_verbs import OPPORTUNITY
from reports.pipeline import PipelineData, Problem, draw, gather
from tests.reports import papers
from tests.reports.branch import ON, Branch, counted_statements, opened

OPEN = Query(filters={"state": ("open",)})


@pytest.fixture
def branch(engine_url: str, tmp_path: Path) -> Iterator[Branch]:
    with opened(engine_url, tmp_path) as made, use_language("zh"):
        yield made


def gathered(branch: Branch, level: Level = Level.ALL, **asked: Any) -> PipelineData:
    with reading(branch.reader(level)) as session:
        return gather(session, on=asked.pop("on", ON), **asked)


def test_without_deals_everything_is_nothing(branch: Branch) -> None:
    data = gathered(branch)
    assert (data.totals.count, data.totals.amount, data.by_stage, data.top) == (0, 0, (), ())
    assert len(data.by_month) == 12


def test_the_sums_are_those_of_the_totals_command(branch: Branch) -> None:
    for i, yuan in enumerate([1000, 0.5, 123_456_789.01, None]):
        branch.deal(f"D{i}", yuan, branch.lead if i % 2 else branch.talks)
    with reading(branch.reader()) as session:
        data = gather(session, on=ON)
        groups = totals(session, OPPORTUNITY, by=("stage",), total="amount", query=OPEN)
    assert data.totals.count == sum(group.count for group in groups)
    assert data.totals.amount == sum(group.sum or 0 for group in groups)
    assert sorted((share.count, share.amount) for share in data.by_stage) == sorted((g.count, g.sum) for g in groups)


def test_each_breakdown_adds_up_to_the_totals(branch: Branch) -> None:
    for i in range(12):
        owner = branch.he if i % 3 else branch.lin
        branch.deal(f"D{i}", None if i == 5 else i * 1.07, branch.free, owner=owner)
    data = gathered(branch)
    assert data.totals.unknown == 1
    for shares in (data.by_stage, data.by_owner, data.by_city):
        assert sum(share.count for share in shares) == data.totals.count
        assert sum(share.amount for share in shares) == data.totals.amount
        assert sum(share.weighted for share in shares) == data.totals.weighted
        assert sum(share.unknown for share in shares) == data.totals.unknown


@pytest.mark.parametrize("fen", [1, 2, 14_999, 15_000, 15_001, 10_000, 9_999_999_999_999_999, -1, -15_000, -15_001, 0])
def test_weighted_amounts_are_rounded_as_everywhere(branch: Branch, fen: int) -> None:
    branch.deal("D", None, branch.free, amount=fen)
    data = gathered(branch)
    assert (data.totals.amount, data.totals.weighted) == (fen, weighted(fen, branch.free.probability))


def test_closed_resting_and_archived_deals_are_not_in_it(branch: Branch) -> None:
    branch.deal("open", 1)
    for state in ("won", "lost", "on_hold"):
        branch.deal(state, 10, state=state)
    branch.deal("archived", 100, archived_at=branch.account.created_at)
    data = gathered(branch)
    assert [deal.name for deal in data.top] == ["open"]
    assert data.totals.count == 1


def test_an_account_manager_sees_only_own_deals_in_every_figure(branch: Branch) -> None:
    branch.deal("mine", 1)
    branch.deal(
        "theirs", 99, owner=branch.he, account_id=None, stage_since=date(2026, 1, 1), expected_close_on=date(2026, 1, 2)
    )
    data = gathered(branch, Level.OWN)
    assert (data.totals.count, data.totals.amount, data.missing.account) == (1, 100, 0)
    assert (data.stalled, data.overdue) == (Problem(), Problem())
    assert (data.stalled_deals, data.overdue_deals) == ((), ())
    assert [share.name for share in data.by_owner] == ["林嘉怡"]
    assert gathered(branch).totals.count == 2


def test_a_deal_is_stalled_from_the_day_after_its_limit(branch: Branch) -> None:
    branch.deal("at the limit", 1, branch.talks, stage_since=ON - timedelta(days=30))
    branch.deal("beyond", 2, branch.talks, stage_since=ON - timedelta(days=31))
    branch.deal("other limit", 4, branch.lead, stage_since=ON - timedelta(days=15))
    branch.deal("no limit", 8, branch.free, stage_since=ON - timedelta(days=999))
    branch.deal("unknown", 16, branch.talks, stage_since=None)
    data = gathered(branch)
    assert data.stalled == Problem(2, 600)
    assert [(each.deal.name, each.days, each.limit) for each in data.stalled_deals] == [
        ("other limit", 15, 14),
        ("beyond", 31, 30),
    ]


def test_a_deal_is_overdue_from_the_day_after_its_date(branch: Branch) -> None:
    branch.deal("today", 1, expected_close_on=ON)
    branch.deal("yesterday", 2, expected_close_on=ON - timedelta(days=1))
    branch.deal("unknown worth", None, expected_close_on=ON - timedelta(days=2))
    data = gathered(branch)
    assert data.overdue == Problem(2, 200)
    assert [deal.name for deal in data.overdue_deals] == ["yesterday", "unknown worth"]


def test_the_months_begin_with_the_current_one_and_the_rest_is_later(branch: Branch) -> None:
    for name, close_on in (
        ("this month", date(2026, 11, 30)),
        ("next", date(2026, 12, 1)),
        ("last", date(2027, 10, 31)),
        ("later", date(2027, 11, 1)),
        ("overdue", date(2026, 11, 1)),
        ("unknown", None),
    ):
        branch.deal(name, 1, expected_close_on=close_on)
    data = gathered(branch)
    counts = {share.name: share.count for share in data.by_month}
    assert {name: n for name, n in counts.items() if n} == {"2026-11": 1, "2026-12": 1, "2027-10": 1}
    assert list(counts) == sorted(counts)
    assert (data.later and data.later.count, data.overdue.count, data.missing.close_on) == (1, 1, 1)


def test_what_is_missing_is_counted(branch: Branch) -> None:
    branch.deal("complete", 1)
    branch.deal("no account", 1, account_id=None)
    branch.deal("no amount", None)
    branch.deal("nothing", None, account_id=None, expected_close_on=None)
    missing = gathered(branch).missing
    assert (missing.account, missing.amount, missing.close_on) == (2, 2, 1)


def test_the_largest_deals_come_with_their_titles_and_unknown_amounts_are_not_among_them(branch: Branch) -> None:
    branch.deal("small", 1)
    branch.deal("large", 2, next_step="送合同")
    branch.deal("unknown", None)
    top = gathered(branch).top
    assert [deal.name for deal in top] == ["large", "small"]
    assert (top[0].account, top[0].stage, top[0].owner, top[0].next_step, top[0].probability) == (
        "珠江湾港务集团",
        "商务谈判",
        "林嘉怡",
        "送合同",
        7500,
    )


def test_stages_stand_in_their_order_and_in_the_language(branch: Branch) -> None:
    branch.deal("late stage", 9, branch.free)
    branch.deal("first stage", 1, branch.lead)
    assert [share.name for share in gathered(branch).by_stage] == ["线索", "搁置观察"]
    with use_language("en"):
        assert [share.name for share in gathered(branch).by_stage] == ["Lead", "Watched"]


def test_with_several_pipelines_each_stage_says_which_is_its_own(branch: Branch) -> None:
    other = branch.stage("study", "调研", "Study", pipeline=branch.second_pipeline(), probability=2000)
    branch.deal("one", 1, branch.lead)
    branch.deal("two", 2, other)
    assert {share.name for share in gathered(branch).by_stage} == {"商机 · 线索", "项目 · 调研"}


def test_filters_narrow_every_figure_and_are_named(branch: Branch) -> None:
    branch.deal("one", 1, branch.lead)
    branch.deal("two", 2, branch.talks)
    data = gathered(branch, query=Query(filters={"stage": ("lead",), "owner_id": (str(branch.lin.id),)}))
    assert (data.totals.count, len(data.top), len(data.by_stage)) == (1, 1, 1)
    assert [value for _label, value in data.filters] == ["lead", "林嘉怡"]


def test_the_number_of_statements_does_not_grow_with_the_deals(branch: Branch) -> None:
    branch.deal("one", 1)
    with counted_statements() as few:
        gathered(branch)
    branch.many_deals(300)
    with counted_statements() as many:
        gathered(branch)
    assert len(many) == len(few) <= 10


def test_the_paper_carries_the_figures_that_were_read(branch: Branch) -> None:
    branch.deal("港区 5G 专网", 1_234_567.89)
    text = papers.text_of(draw(gathered(branch)))
    assert "1,234,567.89" in text
    assert "港区5G专网" in text
    assert "林嘉怡" in text


@pytest.mark.soak
def test_a_hundred_thousand_open_deals_take_less_than_five_seconds_and_400_megabytes(branch: Branch) -> None:
    branch.many_deals(100_000)
    start = process_time()
    data = gathered(branch)
    draw(data)
    assert process_time() - start < 5
    tracemalloc.start()
    draw(gathered(branch))
    assert tracemalloc.get_traced_memory()[1] < 400 * 2**20
    tracemalloc.stop()
    assert data.totals.count == 100_000
