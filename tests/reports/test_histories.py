"""Figures of many deals with invented pasts are what a plain calculation makes of them, deal by deal and day by day."""

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from statistics import median
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import inspect, select
from sqlmodel import col

from core import clock
from core.access import OPERATOR
from core.actors import actor_for
from core.db import ActorSession, reading, unit_of_work
from core.lists import Query
from core.spans import end_of, rewrite
from crm.opportunities import Opportunity
from crm.standings import STANDINGS, DealStanding
from crm.units import Unit
from reports.forecast.ask import asked as asked_forecast
from reports.forecast.ask import eve
from reports.forecast.calibration import calibration, quarters
from reports.past.ask import Ask, asked
from reports.past.change import both, fall
from reports.past.compare import ARCHIVED, Stood, compare
from reports.past.lines import STATES
from reports.past.passages import passages
from reports.stages import StageOf, all_stages
from tests.reports.days import At, deal

DAYS, DEALS = 420, 40
COLUMNS = [column.name for column in inspect(DealStanding).local_table.c]
Span = SimpleNamespace


@pytest.fixture(params=range(3))
def spans(at: At, request: pytest.FixtureRequest) -> list[Span]:
    """Forty deals with pasts that nobody would have, the same ones each time."""
    draw = random.Random(request.param)
    for number in range(DEALS):
        deal(draw.choice(("Bank", "Factory")), 100 + number)
    today = at(DAYS)
    with unit_of_work(OPERATOR) as session:
        deals, stages = list(session.scalars(select(Opportunity).order_by(col(Opportunity.id)))), all_stages(session)
        cities = [*session.scalars(select(col(Unit.id)).where(col(Unit.kind) == "city").order_by(col(Unit.id))), None]
        rewrite(session, STANDINGS, [row for each in deals for row in past_of(draw, each, [*stages], cities, today)])
    with reading(OPERATOR) as session:
        return [Span(**row) for row in session.execute(select(*inspect(DealStanding).local_table.c)).mappings()]


def past_of(draw: random.Random, of: Any, stages: list[int], cities: list[int | None], today: date) -> Iterator[Any]:
    """Stages that are come into again, on one day, or before the span; ends at midnight; days on which it was out."""
    fixed = {name: getattr(of, name) for name in COLUMNS if hasattr(of, name) and name not in ("id", "probability")}
    days = sorted(draw.sample(range(DAYS - 1), draw.randint(1, 9)))
    moments = [clock.start_of(today - timedelta(days=DAYS - day)) + draw.choice(HOURS) for day in days]
    expected: list[date] = []
    stage, since, place = draw.choice(stages), today - timedelta(days=DAYS), draw.choice(cities)
    for moment, after in zip(moments, [*moments[1:], None], strict=True):
        day, state = clock.local(moment).date(), draw.choices(STATES, (6, 1, 2 if after else 9, 2))[0]
        if draw.random() < 0.7:
            stage, since = draw.choice(stages), day + timedelta(days=draw.choice((0, 0, 0, -40, 3)))
        place = place if draw.random() < 0.8 else draw.choice(cities)
        closed = draw.choice([day, *expected[:1]]) if state in ("won", "lost") else None
        close, until = draw.choice((None, *[day + timedelta(days=draw.randint(-20, 150))] * 4)), after
        expected += [close] if close else []
        if after is not None and draw.random() < 0.1:
            until = moment + (after - moment) / 2
        yield {
            **fixed, "opportunity_id": of.id, "from_at": moment, "until_at": until, "stage_id": stage,
            "stage_since": since, "state": state, "closed_on": closed, "expected_close_on": close, "city_id": place,
            "amount": draw.choice((None, 0, 100, 100, draw.randint(1, 10**9))),
            "own_probability": draw.choice((None, 999, 7500)),
            "probability": draw.choice((None, 0, 1000, 5000, 10_000)),
        }  # fmt: skip


HOURS = (timedelta(), timedelta(microseconds=1), timedelta(hours=9, seconds=3), timedelta(days=1, microseconds=-1))


def asks(session: ActorSession, spans: list[Span]) -> Iterator[Ask]:
    """Days near and far, all units and one of them, with a window and without."""
    unit = next(str(span.city_id) for span in spans if span.city_id)
    for ago, narrower in ((0, {}), (1, {"unit": (unit,)}), (130, {"months": ("12",)}), (75, {"closing": ("2026-Q1",)})):
        day = clock.today() - timedelta(days=ago)
        further = {"on": (day.isoformat(),), "against": ((day - timedelta(days=100)).isoformat(),), **narrower}
        yield asked(session, Query(filters=further))


def is_inside(ask: Ask, span: Span) -> bool:
    return not ask.place or getattr(span, ask.place) == ask.reach.chosen.id  # type: ignore[union-attr]


def stood(span: Span, moment: datetime) -> bool:
    return span.from_at < moment and (span.until_at is None or span.until_at >= moment)


def standing(spans: list[Span], moment: datetime) -> dict[int, Span]:
    return {span.opportunity_id: span for span in spans if stood(span, moment)}


# --- through the stages ---------------------------------------------------------------------------------------------


def test_deals_go_through_the_stages_as_followed_one_by_one(spans: list[Span]) -> None:
    seen = 0
    with reading(actor_for("exec"), snapshot=True) as session:
        stages = all_stages(session)
        for ask in asks(session, spans):
            found = {its.stage.id: its for its in passages(ask, stages)}
            plain = followed(ask, spans, stages)
            assert found.keys() == plain.keys()
            for key, its in found.items():
                for name in ("entered", "went_on", "won", "lost", "stays"):
                    assert sorted(getattr(its, name)) == sorted(plain[key][name]), (ask.on, name)
                assert its.days == (median(plain[key]["stays"]) if plain[key]["stays"] else None)
                seen += len(its.went_on) * len(its.won) * len(its.lost) * len(its.stays)
    assert seen


def followed(ask: Ask, spans: list[Span], stages: dict[int, StageOf]) -> dict[int, dict[str, list[int]]]:
    held: dict[int, dict[str, list[int]]] = {}
    for own in by_deal(ask, spans):
        visits: dict[tuple[date, int], list[Span]] = {}
        for span in own:
            visits.setdefault((span.stage_since, stages[span.stage_id].rank), []).append(span)
        later: list[tuple[int, list[Span]]] = []
        for (came, rank), of in sorted(visits.items(), reverse=True):
            its = held.setdefault(of[0].stage_id, {n: [] for n in ("entered", "went_on", "won", "lost", "stays")})
            later.append((rank, of))
            states = [span.state for span in of]
            number = max(span.id for span in of)
            its["entered"].append(number)
            its["went_on"] += [number] * any(other > rank for other, _of in later)
            its["won"] += [number] * any(span.state == "won" for _rank, each in later for span in each)
            its["lost"] += [number] * ("lost" in states and "won" not in states)
            ends = [span.until_at for span in of]
            if all(end and end < end_of(ask.on) for end in ends):
                its["stays"].append((clock.local(max(ends)).date() - came).days)
    return {key: its for key, its in held.items() if not stages[key].outcome}


def by_deal(ask: Ask, spans: list[Span]) -> list[list[Span]]:
    held: dict[int, list[Span]] = {}
    for span in spans:
        is_seen = clock.start_of(ask.since) <= span.from_at < end_of(ask.on) and span.stage_since >= ask.since
        if is_seen and is_inside(ask, span):
            held.setdefault(span.opportunity_id, []).append(span)
    return list(held.values())


# --- what changed ---------------------------------------------------------------------------------------------------


def test_what_changed_is_what_comparing_every_deal_says(spans: list[Span]) -> None:
    parts: set[str] = set()
    with reading(actor_for("exec"), snapshot=True) as session:
        for ask in asks(session, spans):
            found = both(ask)
            first, last = end_of(ask.earlier), end_of(ask.later)
            known = {span.opportunity_id for span in spans if span.from_at < first}
            before = dict.fromkeys(known, Stood(ARCHIVED)) | as_stood(ask, standing(spans, first))
            plain = compare(before, as_stood(ask, standing(spans, last)), ask.window)
            assert fall(ask, found) == plain
            parts |= plain.parts.keys()
    assert len(parts) >= 8


def as_stood(ask: Ask, found: dict[int, Span]) -> dict[int, Stood]:
    return {
        key: Stood(span.state, span.amount, span.expected_close_on, is_inside(ask, span)) for key, span in found.items()
    }


# --- what was called likely -----------------------------------------------------------------------------------------


def test_chances_came_true_as_often_as_counted_one_by_one(spans: list[Span]) -> None:
    won = 0
    with reading(actor_for("exec"), snapshot=True) as session:
        for ago in (0, 60):
            day = clock.today() - timedelta(days=ago)
            ask = asked_forecast(session, Query(filters={"on": (day.isoformat(),)}))
            now, called = standing(spans, end_of(ask.on)), []
            for first, after in quarters(ask):
                for key, then in standing(spans, eve(first)).items():
                    if then.state == "open" and then.expected_close_on and first <= then.expected_close_on < after:
                        came = now.get(key)
                        is_won = bool(came and came.state == "won" and first <= came.closed_on < after)
                        called.append((then.own_probability, then.probability, is_won))
            for place, found in enumerate(calibration(ask).by.values()):
                rows = [(row[place], row[2]) for row in called if row[place] is not None]
                assert [(its.place, its.deals, its.said, its.won) for its in found] == tenths(rows)
            won += sum(row[2] for row in called)
    assert won


def tenths(rows: list[tuple[int, bool]]) -> list[tuple[int, int, int, int]]:
    held: dict[int, list[tuple[int, bool]]] = {}
    for points, is_won in rows:
        held.setdefault(min(points // 1000, 9), []).append((points, is_won))
    return [
        (place, len(of), round(sum(points for points, _won in of) / len(of)), sum(is_won for _points, is_won in of))
        for place, of in sorted(held.items())
    ]
