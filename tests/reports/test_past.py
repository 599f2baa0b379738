"""The pipeline on a day: as it was seen then, the same bytes whenever it is made, and every number opens its rows."""

import re
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from core import clock
from core.access import OPERATOR
from core.actors import actor_for
from core.db import reading, unit_of_work
from core.errors import Invalid, NotFound
from core.i18n import use_language
from core.lists import Query
from crm.accounts import Account
from crm.deal_states import hold, lose, move, reopen, win
from crm.opportunities import Opportunity
from crm.reasons import Reason
from crm.stages import Stage
from reports import past
from reports.engine.workbook import write_book, write_csv
from reports.executive import gather as for_executive
from reports.past.ask import asked
from reports.past.course import course
from reports.past.data import ChangeData, PastData
from reports.past.workbook import change_book, past_book
from tests.crm.world import acting, one, signed
from tests.reports.days import At, act, browser, change, deal
from tests.reports.papers import text_of
from tests.web.reading import statements


def figures(on: date, who: str = "exec", **filters: str) -> PastData:
    with reading(actor_for(who), snapshot=True) as session:
        return past.gather(session, on=on, query=Query(filters={k: (v,) for k, v in filters.items()}))


def changed(on: date, against: date, who: str = "exec", **filters: str) -> ChangeData:
    query = {"against": (against.isoformat(),), **{k: (v,) for k, v in filters.items()}}
    with reading(actor_for(who), snapshot=True) as session:
        return past.gather_change(session, on=on, query=Query(filters=query))


def plain(data: PastData) -> Any:
    """The figures without when they were read."""
    return (data.totals, data.on_hold, data.unprovisioned, data.by_stage, data.by_part, data.largest)


def test_yesterday_is_as_it_was_seen_yesterday_whatever_happened_since(at: At) -> None:
    bank, factory, port = deal("Bank", 500), deal("Factory", 90, "O4"), deal("Harbour", None)
    day = at(0)
    act(port, hold, wake_on=day + timedelta(days=30))
    seen = plain(figures(day))
    at(1)
    change(bank, amount=1)
    act(factory, lose, reason_id=_lost())
    act(port, reopen)
    deal("Harbour", 7)
    with acting("keeper") as session:
        one(session, Stage, code="O2").probability = 1234
    assert plain(figures(day)) == seen
    assert plain(figures(at(1))) != seen
    at(40)
    assert plain(figures(day)) == seen


def _lost() -> int:
    with reading(OPERATOR) as session:
        return session.scalars(select(col(Reason.id)).where(col(Reason.outcome) == "lost")).first() or 0


def test_the_weight_is_that_of_the_stage_on_the_day(at: At) -> None:
    deal("Bank", 1000)
    first = at(0)
    with reading(OPERATOR) as session:
        before = one(session, Stage, code="O2").probability
    at(1)
    with acting("keeper") as session:
        one(session, Stage, code="O2").probability = 5000
    assert figures(first).totals.weighted == 100_000 * before // 10_000
    assert figures(at(1)).totals.weighted == 50_000


def test_a_parent_unit_holds_its_children_and_what_changed_unit_left_the_one_and_came_to_the_other(at: At) -> None:
    name = deal("Bank", 500)
    deal("Factory", 300)
    first = at(0)
    second = at(1)
    with unit_of_work(OPERATOR) as session:
        one(session, Opportunity, name=name).owner_id = one(session, Account, name="Factory").owner_id
    assert figures(first, unit="GD").totals.amount == 80_000
    assert (figures(first, unit="GZ").totals.amount, figures(first, unit="T1").totals.amount) == (50_000, 50_000)
    assert (figures(second, unit="GZ").totals.amount, figures(second, unit="FS").totals.amount) == (0, 80_000)
    assert {why: part.amount for why, part in changed(first, second, unit="GZ").waterfall.parts.items()} == {
        "moved_out": -50_000
    }
    assert {*changed(first, second, unit="FS").waterfall.parts} == {"moved_in"}
    assert not changed(first, second, unit="GD").waterfall.parts


def test_what_changed_is_told_by_its_reasons_and_adds_up(at: At) -> None:
    names = {key: deal("Bank", yuan) for key, yuan in (("grows", 100), ("hold", 40), ("lost", 30), ("gone", 20))}
    away = deal("Harbour", 60)
    change(away, archived_at=clock.now())
    first = at(0)
    second = at(3)
    change(names["grows"], amount=15_000)
    act(names["hold"], hold, wake_on=second + timedelta(days=9))
    act(names["lost"], lose, reason_id=_lost())
    change(names["gone"], archived_at=clock.now())
    change(away, archived_at=None)
    deal("Factory", 5)
    fall = changed(first, second).waterfall
    assert {why: (part.count, part.amount) for why, part in fall.parts.items()} == {
        "new": (1, 500), "restored": (1, 6000), "grown": (1, 5000), "on_hold": (1, -4000), "lost": (1, -3000),
        "archived": (1, -2000),
    }  # fmt: skip
    assert fall.opening.amount + sum(part.amount for part in fall.parts.values()) == fall.closing.amount
    assert fall.closing.amount == figures(second).totals.amount
    assert changed(second, first).waterfall == fall
    at(5)
    act(names["hold"], reopen)
    act(names["lost"], reopen)
    assert {*changed(second, at(5)).waterfall.parts} == {"taken_up", "reopened"}


def test_what_nothing_happened_to_stands_on_both_sides_in_its_unit_and_its_window(at: At) -> None:
    first = at(0)
    deal("Bank", 100, expected_close_on=first)
    deal("Factory", 60, expected_close_on=first + timedelta(days=400))
    second = at(2)
    month = f"{first.year}-{first.month:02}"
    for narrowed, amount in (({}, 16_000), ({"unit": "GZ"}, 10_000), ({"closing": month}, 10_000)):
        fall = changed(first, second, **narrowed).waterfall
        assert [its.amount for its in (fall.opening, fall.closing, fall.same)] == [amount] * 3, narrowed
        assert not fall.parts


def test_a_window_makes_slipping_a_part_and_without_one_it_stands_beside(at: At) -> None:
    first = at(0)
    name = deal("Bank", 100, expected_close_on=first)
    second = at(1)
    change(name, expected_close_on=first + timedelta(days=400))
    window = f"{first.year}-{first.month:02}"
    assert {*changed(first, second, closing=window).waterfall.parts} == {"slipped_out"}
    without = changed(first, second).waterfall
    assert (without.parts, without.later.count, without.later.amount) == ({}, 1, 10_000)


def test_what_is_signed_and_not_provisioned_is_the_same_number_on_the_executives_page_and_in_its_list(at: At) -> None:
    for account, amount in (("Bank", 100), ("Factory", 60), ("Harbour", None)):
        won = deal(account, amount, "O4")
        with unit_of_work(OPERATOR) as session:
            signed(session, one(session, Opportunity, name=won))
        act(won, win)
    deal("Bank", 7)
    today = at(0)
    for narrowed in ({}, {"unit": "GZ"}):
        then = figures(today, **narrowed).unprovisioned
        with reading(actor_for("exec"), snapshot=True) as session:
            query = Query(filters={k: (v,) for k, v in narrowed.items()})
            now = for_executive(session, query=query)
        assert (now.unprovisioned.count, now.unprovisioned.amount) == (then.count, then.amount)
        assert now.unprovisioned.count
    page = browser("exec").get("/reports/executive").text
    rows = unescape(re.findall(r'href="(/crm/opportunity[^"]*state=won&amp;stage=[^"]*)"', page)[0])
    assert "3 deals, 1 without amount" in page
    assert len({*re.findall(r'href="/crm/opportunity/(\d+)"', browser("exec").get(rows).text)}) == 3


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_paper_of_a_past_day_is_the_same_bytes_whenever_it_is_made(at: At, lang: str) -> None:
    deal("Bank", 500)
    first, second = at(0), at(1)
    deal("Factory", 90, "O4")
    made = []
    for days in (2, 9):
        at(days)
        with use_language(lang):
            day, between = figures(first), changed(first, second)
            tables = write_book(past_book(day)), write_csv(change_book(between))
            made.append([past.draw(day), past.draw_change(between), *tables])
            if lang == "en":
                assert "¥500" in text_of(made[-1][0])
                assert "New" in text_of(made[-1][1])
    assert made[0] == made[1]


def test_a_deal_stands_in_no_day_before_it_was_written_down(at: At) -> None:
    day = at(5)
    deal("Bank", 500, engaged_on=day - timedelta(days=400))
    assert figures(at(5)).totals.count == 1
    before = figures(at(4))
    assert (before.totals.count, before.rows) == (0, 0)
    assert before.began is not None
    assert before.began < day


def test_stages_and_wins_are_counted_of_what_was_seen(at: At) -> None:
    with unit_of_work(OPERATOR) as session:
        stages = {code: one(session, Stage, code=code).id for code in ("O2", "O3")}
    on, won, lost_one = deal("Bank", 100), deal("Bank", 200), deal("Bank", 300)
    at(4)
    act(on, move, stage_id=stages["O3"])
    act(lost_one, lose, reason_id=_lost())
    with unit_of_work(OPERATOR) as session:
        signed(session, one(session, Opportunity, name=won))
    act(won, win)
    at(10)
    with reading(actor_for("exec"), snapshot=True) as session:
        found = course(asked(session, Query(filters={"on": (clock.today().isoformat(),)})))
    passed = {each.stage.id: each for each in found.passages}[stages["O2"]]
    assert [len(each) for each in (passed.entered, passed.went_on, passed.won, passed.lost)] == [3, 2, 1, 1]
    assert (passed.days, passed.left) == (4, 2)
    assert (found.whole.won, found.whole.decided) == (1, 2)
    assert [share.count for share in found.waits] == [1]


# --- through the URL ------------------------------------------------------------------------------------------


def test_every_number_opens_its_rows_as_they_stood(at: At) -> None:
    for number in range(3):
        deal("Bank", 100 + number)
    name = deal("Factory", 90, "O4")
    first = at(0)
    at(1)
    act(name, lose, reason_id=_lost())
    exec_ = browser("exec")
    page = exec_.get("/reports/past", params={"on": first.isoformat(), "against": clock.today().isoformat()}).text
    found = re.findall(r'href="(/reports/past/list[^"]*)">([\d,]+)<', page)
    links = [(unescape(href), int(text)) for href, text in found]
    assert len(links) >= 6
    for href, count in links:
        rows = exec_.get(href).text
        assert f"{count} deals" in rows, href
        assert rows.count('href="/crm/opportunity/') >= count
    board = exec_.get("/reports/past/board", params={"on": first.isoformat()}).text
    assert board.count('<li class="deal">') == 4


def test_the_pages_cost_few_statements_and_refuse_what_they_do_not_know(at: At) -> None:
    deal("Bank", 100)
    exec_ = browser("exec")
    today = clock.today().isoformat()
    for path in ("", "/board", "/list", "/course", "/list?change=new", "/list?course=entered&stage=1"):
        answer = exec_.get(f"/reports/past{path}{'&' if '?' in path else '?'}on={today}")
        assert answer.status_code == 200
        assert statements(answer) <= 20, path
    for query in ("on=2999-01-01", "on=x", "by=moon", "closing=soon", "unit=nowhere", "months=7"):
        assert exec_.get(f"/reports/past?{query}").status_code in (404, 422), query
    for query in ("state=x", "stage=x", "days=x", "change=x", "course=x"):
        assert exec_.get(f"/reports/past/list?{query}").status_code == 422, query
    assert browser("admin").get("/reports/past").status_code in (403, 404)


def test_a_reader_sees_of_the_past_what_they_may_see_today(at: At) -> None:
    deal("Bank", 500)
    deal("Factory", 300)
    day = at(0)
    assert [figures(day, who).totals.amount for who in ("exec", "am", "am2")] == [80_000, 50_000, 30_000]
    with pytest.raises(NotFound):
        figures(day, "lead", unit="FS")
    with pytest.raises(Invalid):
        figures(day + timedelta(days=1))
