"""The job of the evidence: what it publishes, what it holds back, and that one runs at a time."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select, update
from sqlmodel import col

from core import clock
from core.access import OPERATOR
from core.actors import actor_for
from core.db import kernel_session, reading, unit_of_work
from core.errors import Conflict, Invalid
from core.i18n import use_language
from core.ids import new_id
from core.jobs import JobRecord, work_once
from core.keeping import ask_daily
from core.lists import Query
from core.queue import enqueue_later
from crm.weapon_worths import WeaponWorth
from crm.weapons import Weapon
from reports.engine.workbook import write_csv
from reports.evidence import job as evidence
from reports.evidence import paper, printed, started
from reports.evidence.apart import apart
from reports.evidence.calculate import calculated
from reports.evidence.deals import weapons_in
from reports.evidence.findings import ALL
from reports.evidence.found import Draw, Found, Name, Use
from reports.evidence.keeping import keep
from reports.evidence.province import EFFECTS, province
from reports.evidence.results import Results
from reports.evidence.rows import Basis, WinChance, WinSkill, Worth
from reports.evidence.sentences import sentence
from reports.evidence.workbook import book
from tests.reports import executive_world
from tests.reports.papers import text_of
from tests.templates import Templates

WEAPONS = tuple(enumerate(sorted(EFFECTS), start=1))
GIFT = next(number for number, code in WEAPONS if code == "W06_GIFT")


@cache
def gathered(deals: int = 900) -> Found:
    """A made province as rows of a database would tell it, decided within the last year; one grade is rare."""
    frame, on = province(np.random.default_rng(3), deals=deals), date(2026, 11, 20)
    grades, trades = _names(["A", "B", "C", "D", "rare"]), _names(sorted({*frame["trade"]}))
    rows, uses = [], []
    for place, deal in enumerate(frame.to_dict("records")):
        closed = on - timedelta(days=place % 300)
        rows.append({
            "id": place, "state": "won" if deal["won"] else "lost", "account": int(deal["account"]), "is_late": False,
            "opened": closed - timedelta(days=int(deal["days_open"])), "closed": closed, "rival": place % 2 == 0,
            "amount": 100_000 * (place % 9), "seller": int(deal["seller"]), "product": None, "source": None,
            "trade": _id(trades, deal["trade"]), "grade": _id(grades, "rare" if place < 10 else deal["grade"]),
            "staff": None, "city": None, "category": None,
        })  # fmt: skip
        uses += [Use(place, number, int(day)) for number, code in WEAPONS if (day := deal[f"{code}_on_day"]) == day]
    draws = [Draw(place, 1, GIFT if place % 2 else 4, {GIFT: 0.5, 4: 0.5}) for place in range(400)]
    assert set(weapons_in(frame)) == {code for _number, code in WEAPONS}
    names = {"grade": grades, "trade": trades, "product": {}, "source": {}, "city": {}, "category": {}}
    return Found(on, rows, uses, [number for number, _code in WEAPONS], draws, names)


def _names(codes: list[str]) -> dict[int, Name]:
    # Ids as the product makes them: too large for a float to tell neighbours apart.
    return {2**60 + place: Name(code, code, code) for place, code in enumerate(codes)}


def _id(names: dict[int, Name], code: str) -> int:
    return next(each for each, name in names.items() if name.code == code)


@cache
def results() -> Results:
    return calculated(gathered())


def test_every_weapon_is_told_in_every_part_by_comparison_and_plainly() -> None:
    kinds = {(row["weapon_id"], row["kind"]) for row in results().worth if row["segment"] == ALL}
    assert kinds >= {(number, kind) for number, _code in WEAPONS for kind in ("compared", "naive")}


def test_a_part_of_a_few_deals_is_not_published() -> None:
    assert "grade:A" in {row["segment"] for row in results().basis}
    assert min(row["deals"] for row in results().basis) >= 30
    assert "grade:rare" not in {row["segment"] for row in results().basis}


def test_neighbouring_ids_of_facts_are_told_apart() -> None:
    assert {"trade:school", "trade:shop", "trade:plant"} <= {row["segment"] for row in results().basis}


def test_where_chance_decided_its_estimate_stands_beside() -> None:
    drawn = [row for row in results().worth if row["kind"] == "drawn" and row["segment"] == ALL]
    assert {row["weapon_id"] for row in drawn} == {GIFT, 4}
    assert {row["used"] + row["unused"] for row in drawn} == {400}


def test_open_deals_have_no_chance_without_any() -> None:
    forecast = results().forecast
    assert forecast is not None
    assert (forecast.chances, forecast.skill["deals"]) == ([], 900)


# --- in the database ------------------------------------------------------------------------------------------


@pytest.fixture
def carrier(templates: Templates, tmp_path: Path) -> Iterator[str]:
    with templates.copy(tmp_path, executive_world.build) as url:
        yield url


def kept() -> Results:
    """The results with weapons of the database."""
    with reading(OPERATOR) as session:
        ids = session.scalars(select(col(Weapon.id)).order_by(col(Weapon.code))).all()
    worth = [row | {"weapon_id": ids[row["weapon_id"] - 1]} for row in results().worth]
    return Results(results().basis, worth, results().forecast)


def test_a_second_run_takes_the_place_of_the_first(carrier: str) -> None:
    keep(kept())
    keep(kept())
    with reading(OPERATOR) as session:
        assert len(session.scalars(select(Worth)).all()) == len(results().worth)
        assert len(session.scalars(select(Basis)).all()) == len(results().basis)
        assert len(session.scalars(select(WinSkill)).all()) == 1


def test_the_deals_page_gets_all_deals_and_those_of_a_trade(carrier: str) -> None:
    keep(kept())
    with reading(OPERATOR) as session:
        rows = session.scalars(select(WeaponWorth)).all()
    assert {row.segment.partition(":")[0] for row in rows} == {"all", "trade"}
    assert all((row.points is None) == (row.state == "few") for row in rows)


def test_a_chance_of_a_deal_that_is_gone_is_not_kept(carrier: str) -> None:
    made = Results(forecast=type(results().forecast)({}, [{"opportunity_id": new_id(), "chance": 1, "reasons": []}]))  # type: ignore[misc]
    keep(made)
    with reading(OPERATOR) as session:
        assert session.scalars(select(WinChance)).all() == []


def ask() -> int:
    with unit_of_work(OPERATOR) as session:
        return enqueue_later(session, evidence.NAME)


def state(job_id: int) -> tuple[str, object]:
    with kernel_session(writes=False) as session:
        job = session.get(JobRecord, job_id)
    assert job is not None
    return job.state, (job.result or {}).get("is_left_to_another", False)


def test_with_hardly_a_deal_it_is_done_at_once(carrier: str) -> None:
    job = ask()
    work_once()
    assert state(job) == ("done", False)


def test_while_one_runs_another_leaves_it_the_work(carrier: str) -> None:
    first, second = ask(), ask()
    now = clock.now()
    running = {"state": "running", "started_at": now, "lease_until": now + timedelta(minutes=5), "worker": "w"}
    with kernel_session() as session:
        session.execute(update(JobRecord).where(col(JobRecord.id) == first).values(**running))
    work_once()
    assert state(second) == ("done", True)


def test_the_command_does_what_waits_and_stands_back_from_what_runs(carrier: str) -> None:
    job = ask()
    evidence.refresh_now()
    assert state(job)[0] == "cancelled"
    running = ask()
    with kernel_session() as session:
        session.execute(update(JobRecord).where(col(JobRecord.id) == running).values(state="running"))
    with pytest.raises(Conflict):
        evidence.refresh_now()


def test_it_is_asked_for_every_morning_once(carrier: str) -> None:
    ask_daily(clock.today())
    assert ask_daily(clock.today()) == 0
    with reading(OPERATOR) as session:
        assert len(session.scalars(select(JobRecord).where(col(JobRecord.name) == evidence.NAME)).all()) == 1


def test_a_process_of_its_own_finds_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one that serves pages asks meanwhile whether the work is still wanted."""
    looks: list[int] = []
    monkeypatch.setattr("reports.evidence.apart.LOOK_EVERY", 0.01)
    made = apart(started.calculated, gathered(60), alive=lambda: looks.append(1))
    assert made == calculated(gathered(60))
    assert looks


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_paper_says_of_every_weapon_what_is_known_or_why_nothing_is(carrier: str, language: str) -> None:
    keep(kept())
    with use_language(language), reading(actor_for("exec")) as session:
        data = printed.gather(session, query=Query())
        text, table = text_of(paper.draw(data)), write_csv(book(data)).decode()
        said = [sentence(each.compared, each.weapon) for each in data.findings]
    assert said and data.rows > 0 and data.skill
    assert all("".join(each.split()) in text for each in said)
    assert all(each in table for each in said)
    with pytest.raises(Invalid), reading(actor_for("exec")) as session:
        printed.gather(session, query=Query(filters={"city": ("1",)}))


def test_before_the_first_calculation_the_paper_says_that_there_is_none(carrier: str) -> None:
    with use_language("en"), reading(actor_for("exec")) as session:
        text = text_of(paper.draw(printed.gather(session)))
    assert "Nothinghasbeencalculatedyet" in text
