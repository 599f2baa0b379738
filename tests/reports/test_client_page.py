"""A client stands on one page whatever there is of it: nothing beyond the page, nothing too small to read, no list cut
without saying so."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import crm
from core.actors import actor_for
from core.db import reading
from core.i18n import LANGUAGES, load_catalogue, use_language
from core.lists import Query
from core.registry import registry
from reports import client
from reports.client import batch
from reports.client.data import ClientData
from reports.client.gather import MOST
from reports.engine.page import BOTTOM, HEIGHT, INNER, MARGIN
from tests.reports import clients, papers

load_catalogue(Path(str(crm.__file__)).parent)
SMALLEST = 7.5
NAMES = {"zh": clients.ZH, "en": clients.EN}
SIZES = {
    "huge": {}, "people only": {"deals": 0, "contracts": 0, "promises": 0},
    "contracts only": {"people": 0, "deals": 0, "promises": 0}, "small": dict.fromkeys(
        ("people", "deals", "contracts", "promises"), 2
    ),
}  # fmt: skip


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def drawn(data: ClientData, language: str) -> bytes:
    with use_language(language):
        return client.draw(data)


def sizes_of(pdf: bytes) -> set[float]:
    found: set[float] = set()

    def visit(text: str, cm: list[float], tm: list[float], _font: Any, size: float) -> None:
        if text.strip():
            found.add(round(size * abs(cm[3]) * abs(tm[3]), 1))

    papers.read(pdf).pages[0].extract_text(visitor_text=visit)
    return found


@pytest.mark.parametrize("size", SIZES)
def test_a_client_of_any_size_with_the_longest_names_has_one_page(language: str, size: str) -> None:
    content = drawn(clients.client(NAMES[language], **SIZES[size]), language)
    assert len(papers.read(content).pages) == 1
    (lines,) = papers.lines_of(content)
    # What stands below the frame is the foot of the page alone.
    assert [line.text for line in lines if line.base < BOTTOM - 1 and line.base > 32] == []
    assert max(line.right for line in lines) <= MARGIN + INNER + 1 and max(line.base for line in lines) < HEIGHT
    assert min(sizes_of(content)) >= SMALLEST


def test_of_fifty_people_and_sixty_contracts_the_first_stand_there_and_the_rest_is_counted(language: str) -> None:
    data = clients.client(NAMES[language])
    people = tuple(replace(each, name=f"N{i:02}") for i, each in enumerate(data.people))
    said = papers.text_of(drawn(replace(data, people=people), language))
    shown = [i for i in range(len(people)) if f"N{i:02}" in said]
    assert shown and shown == list(range(len(shown)))
    more = {"zh": r"另有(\d+)条|共(\d+)条", "en": r"and(\d+)more|(\d+)onrecord"}[language]
    counts = [int(a or b) for a, b in re.findall(more, said)]
    assert 50 - len(shown) in counts
    for whole in (40, 60, 30):
        assert any(whole - MOST <= each <= whole for each in counts)


def test_each_list_of_an_ordinary_client_stands_whole(language: str) -> None:
    data = clients.client("Harbour", people=6, deals=4, contracts=4, promises=2)
    short = replace(data, facts=data.facts[:4], deals=tuple(replace(each, risks=("silent",)) for each in data.deals))
    said = papers.text_of(drawn(short, language))
    assert not re.search(r"另有\d+条|and\d+more|\d+onrecord", said)
    assert said.count("2026-12-15") == 4 and said.count("2026-12-18") == 4 and said.count("480Mbps") == 3
    assert said.count({"zh": "从未接触", "en": "nevermet"}[language]) == 6


@pytest.mark.parametrize(
    "change", [{"months": ()}, {"people": (), "people_count": 0}, {"open_sales": (), "unsold": ()}]
)
def test_what_is_not_held_leaves_no_gap_and_no_heading(language: str, change: dict[str, Any]) -> None:
    said = papers.text_of(drawn(replace(clients.client("Harbour", people=3, deals=3), **change), language))
    absent = {"months": ("月度收入", "Revenuebymonth"), "open_sales": ("同类客户已用、", "Whatpeershave")}
    for words in absent.get(next(iter(change)), ()):
        assert words not in said


def test_every_client_of_the_world_has_one_page(province: str, language: str) -> None:
    with use_language(language), reading(actor_for("exec")) as session:
        data = batch.gather(session, query=Query())
    assert len(data.clients) > 1
    assert {len(papers.read(drawn(each, language)).pages) for each in data.clients} == {1}
    report = registry().report("clients")
    assert report is not None
    with use_language(language):
        assert len(papers.read(report.draw(data)).pages) == 1 + len(data.clients)
