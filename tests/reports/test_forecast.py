"""The forecast: four ways that add up to their rows, frozen once and for all, and read by nobody who reads less."""

import re
import threading
from datetime import date, timedelta
from html import unescape

from sqlalchemy import select

from core import clock
from core.access import OPERATOR
from core.actors import actor_for
from core.db import reading, unit_of_work
from core.lists import Query
from core.people import Unit
from crm.exit_proofs import ExitProof
from reports.evidence.rows import WinSkill
from reports.executive.period import moved
from reports.forecast.ask import asked
from reports.forecast.gather import of
from reports.forecast.rows import WHERE, found
from tests.crm.world import id_of
from tests.reports.days import browser, change, deal
from tests.reports.forecasts import To, four, freeze, frozen, given, lost, model, only_choice, proved, told, way, won


def test_the_four_ways_differ_as_defined(quarter: date) -> None:
    names = four(quarter)
    data = told()
    assert {each.code: (each.part, each.deals, each.left_out) for each in data.ways[:3]} == {
        "typed": (100 * 50 + 400 * 90, 2, 4),
        "staged": (100 * 25 + 200 * 55 + 1200 * 75, 6, 0),
        "evidence": (800 * 100, 1, 0),
    }
    sums = data.figures
    assert [each.amount // 100 for each in (sums.unproved, sums.best, sums.pipeline, sums.lead)] == [
        400,
        600,
        100,
        1600,
    ]
    assert (sums.unknown, sums.undated.count, way(data, "model").amount) == (1, 1, None)
    won(names["commit"])
    data = told()
    assert {each.amount for each in data.ways[2:3]} == {80_000}
    assert (data.figures.won.amount, way(data, "staged").amount) == (80_000, 80_000 + 100 * 25 + 200 * 55 + 400 * 75)


def test_evidence_counts_from_the_day_on_which_it_was_written_until_it_is_taken_back(quarter: date, to: To) -> None:
    only_choice()
    name = deal("Bank", 100, "O5", expected_close_on=quarter + timedelta(days=40))
    to(quarter + timedelta(days=5))
    proved(name)
    to(quarter + timedelta(days=9))
    with unit_of_work(OPERATOR) as session:
        session.scalars(select(ExitProof)).one().archived_at = clock.now()
    days = {
        number: told(on=(quarter + timedelta(days=number)).isoformat()).figures.commit.count for number in (4, 5, 8, 9)
    }
    assert days == {4: 0, 5: 1, 8: 1, 9: 0}


def test_every_number_is_the_sum_of_the_rows_that_it_opens(quarter: date) -> None:
    names = four(quarter)
    won(names["pipeline"])
    model({names["best"]: 5000, names["unproved"]: 2000})
    with reading(actor_for("exec"), snapshot=True) as session:
        ask = asked(session, Query())
        data, rows = of(ask), {what: found(ask, {"what": what}) for what in WHERE}
    sums = data.figures
    for what, its in {
        "won": sums.won, "open": sums.open, "typed": sums.typed, "staged": sums.staged, "commit": sums.commit,
        "unproved": sums.unproved, "best": sums.best, "pipeline": sums.pipeline, "lead": sums.lead,
        "modelled": sums.model, "before": sums.before, "undated": sums.undated,
    }.items():  # fmt: skip
        assert its is not None
        assert (rows[what].count, rows[what].sum, len(rows[what].rows)) == (its.count, its.amount, its.count), what
        assert rows[what].sum == sum(row.counted or 0 for row in rows[what].rows)
    assert rows["unmodelled"].count + rows["modelled"].count == sums.open.count
    assert rows["untyped"].count + rows["typed"].count == sums.open.count
    assert sums.commit.count + sums.best.count + sums.pipeline.count + sums.lead.count == sums.open.count
    assert rows["unknown"].count == sums.unknown == 1


def test_the_model_says_why_it_tells_nothing(quarter: date, to: To) -> None:
    name = deal("Bank", 100, "O4", expected_close_on=quarter + timedelta(days=40))
    assert "Not calculated yet" in way(told(), "model").reason
    model({name: 3000}, gain=-0.01)
    assert "No better than the base rate" in way(told(), "model").reason
    with unit_of_work(OPERATOR) as session:
        session.scalars(select(WinSkill)).one().gain_low = 0.01
    assert (way(told(), "model").amount, way(told(), "model").left_out) == (3000, 0)
    to(quarter + timedelta(days=1))
    assert "today only" in way(told(on=quarter.isoformat()), "model").reason


# --- frozen ---------------------------------------------------------------------------------------------------


def test_a_first_is_frozen_once_with_the_figures_of_its_beginning_however_late(quarter: date, to: To) -> None:
    names = four(quarter)
    month = moved(quarter, 1)
    to(month + timedelta(days=9))
    lost(names["best"])
    change(names["commit"], amount=1)
    assert freeze() >= 1
    assert freeze() == 0
    eve = (month - timedelta(days=1)).isoformat()
    whole = told("keeper", on=eve, period=f"{quarter.year}-Q{(quarter.month + 2) // 3}").figures
    (row,) = [each for each in frozen() if (each.unit_id, each.frozen_on, each.first_on) == (0, month, quarter)]
    assert (row.deals, row.typed, row.staged, row.committed, row.best) == (
        whole.open.count, whole.typed.amount, whole.staged.amount, whole.commit.amount, whole.best.amount
    )  # fmt: skip
    assert (row.typed, row.staged, row.committed, row.model) == (41_000, 103_500, 80_000, None)


def test_a_parent_holds_its_children_and_each_sum_is_what_a_reader_of_the_unit_sees(quarter: date, to: To) -> None:
    four(quarter)
    to(moved(quarter, 1))
    freeze()
    by = {each.unit_id: each for each in frozen() if (each.frozen_on, each.first_on) == (moved(quarter, 1), quarter)}
    with reading(OPERATOR) as session:
        ids = {code: id_of(session, Unit, code=code) or 0 for code in ("GD", "GZ", "FS", "T1", "T2")}
    assert by[ids["GD"]].staged == by[ids["GZ"]].staged + by[ids["FS"]].staged == by[0].staged
    assert by[ids["FS"]].staged == by[ids["T2"]].staged == 200 * 55
    eve = (moved(quarter, 1) - timedelta(days=1)).isoformat()
    code = f"{quarter.year}-Q{(quarter.month + 2) // 3}"
    assert by[ids["T1"]].staged == told("lead", on=eve, period=code).figures.staged.amount


def test_of_two_at_once_one_freezes(quarter: date, to: To) -> None:
    four(quarter)
    to(moved(quarter, 1))
    counts: list[int] = []
    threads = [threading.Thread(target=lambda: counts.append(freeze())) for _number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    keys = [(each.unit_id, each.frozen_on, each.first_on, each.after_on) for each in frozen()]
    assert (sum(counts), len(keys)) == (len({key[1] for key in keys}), len({*keys}))


def test_a_sum_is_read_only_by_whoever_reads_all_deals_below_it(quarter: date, to: To) -> None:
    four(quarter)
    to(moved(quarter, 1))
    freeze()
    with reading(OPERATOR) as session:
        ids = {code: id_of(session, Unit, code=code) for code in ("GD", "GZ", "FS", "T1", "T2")}
    names = {value: code for code, value in ids.items()} | {0: "all"}

    def units(who: str) -> set[str]:
        return {names[each.unit_id] for each in frozen(who)}

    assert (units("am"), units("lead"), units("channel")) == (set(), {"T1"}, set())
    assert (units("exec"), units("keeper")) == ({*ids}, {*ids, "all"})
    given("am", {"reports.forecast_freeze.read": "subtree", "reports.forecast.read": "subtree"})
    assert units("am") == set()
    given("am", {"crm.opportunity.read": "team"})
    assert units("am") == set()
    page = browser("am").get("/reports/forecast").text
    assert "You see single deals, and no unit’s sum." in page


def test_accuracy_is_of_what_was_frozen_on_the_first_day_and_won_in_the_month(quarter: date, to: To) -> None:
    to(quarter - timedelta(days=3))
    within = {"expected_close_on": quarter + timedelta(days=9)}
    names = {code: deal(code, 1000, "O4", **within) for code in ("Bank", "Factory")}
    to(quarter)
    freeze()
    to(quarter + timedelta(days=3))
    won(names["Bank"])
    to(moved(quarter, 1) + timedelta(days=2))
    data = told(period=f"{moved(quarter, 1):%Y-%m}")
    (past,) = [each for each in data.history.frozen if each.first == quarter]
    assert (past.whole("staged"), past.actual, past.accuracy("staged")) == (110_000, 100_000, 0.9)
    assert past.accuracy("typed") is past.accuracy("evidence") is None
    by = {part.name: part.months[0].accuracy("staged") for part in data.parts}
    assert by == {"GZ": 0.55, "FS": None}
    page = browser("exec").get(f"/reports/forecast?period={moved(quarter, 1):%Y-%m}").text
    assert "90%" in page
    assert "55%" in page
    # Who asks for a day within that month learns nothing of how it ended.
    assert told(on=(quarter + timedelta(days=5)).isoformat(), period=f"{quarter:%Y-%m}").history.frozen == ()


def test_what_was_called_likely_is_told_with_what_came_of_it(quarter: date, to: To) -> None:
    to(quarter - timedelta(days=3))
    within = {"expected_close_on": quarter + timedelta(days=40), "probability": 8500}
    names = [deal(name, 100 + number, "O4", **within) for number, name in enumerate(("Bank", "Bank", "Factory"))]
    to(quarter + timedelta(days=30))
    won(names[0])
    deal("Bank", 7, "O4", **within)
    to(quarter + timedelta(days=100))
    (typed,), (staged,) = told().calibration.by["typed"], told().calibration.by["staged"]
    assert (typed.place, typed.deals, typed.said, typed.won, typed.points) == (8, 3, 8500, 1, 3333)
    assert (staged.place, staged.deals, staged.won) == (5, 3, 1)
    assert typed.interval is not None
    exec_ = browser("exec")
    page = exec_.get("/reports/forecast").text
    links = [
        unescape(href) for href in re.findall(r'href="(/reports/forecast/list[^"]*what=(?:called|came)[^"]*)"', page)
    ]
    assert len(links) == 4
    counts = [len(re.findall('href="/crm/opportunity/', exec_.get(link).text)) for link in links]
    assert sorted(counts) == [1, 1, 3, 3]
