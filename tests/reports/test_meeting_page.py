"""The meeting of a team stands on one page: every person with deals to talk about, of long lists the first."""

import re
from datetime import UTC, date, datetime

import pytest

from core.i18n import LANGUAGES, use_language
from reports import meeting
from reports.engine.page import BOTTOM
from reports.meeting.data import Before, Line, MeetingData, Person, Planned
from tests.reports import clients, papers
from tests.reports.test_client_page import sizes_of

DAY = date(2026, 11, 13)
NAMES = {"zh": clients.ZH, "en": clients.EN}


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def person(number: int, deals: int, name: str, *, flagged: int = 0) -> Person:
    lines = tuple(
        Line(i, f"{name} {i}", name, number, "Needs", 110_168_00 * i, DAY, Before(90_000_00, "Lead", date(2026, 10, 1)),
             ("slipped", "idle") if i % 2 else ("stalled",), 50, 45, DAY, name, DAY)
        for i in range(1, deals + 1)
    )  # fmt: skip
    return Person(number, f"P{number:02}", deals * 2, 9_000_000_00, flagged or deals, 8_000_000_00, lines=lines)


def held(people: int, deals: int, name: str = "Harbour", *, planned: int = 3, flagged: int = 0) -> MeetingData:
    found = tuple(person(number, deals, name, flagged=flagged) for number in range(1, people + 1))
    plans = (Planned(name, name, "P01", name, DAY),) * planned
    totals = Person(0, "", people * deals * 2, 1, people * deals, 1, 1, 2, 3, 4)
    return MeetingData(
        date(2026, 11, 20), date(2026, 11, 27), "Team", datetime(2026, 11, 27, 5, tzinfo=UTC), "CNY", "Li", totals,
        found, 0, plans,
    )  # fmt: skip


def drawn(data: MeetingData, language: str) -> bytes:
    with use_language(language):
        return meeting.draw(data)


@pytest.mark.parametrize("name", ["Harbour", "longest"])
def test_eight_people_with_a_dozen_deals_each_have_one_page(language: str, name: str) -> None:
    content = drawn(held(8, 12, NAMES[language] if name == "longest" else name, flagged=20), language)
    assert len(papers.read(content).pages) == 1
    said, (lines,) = papers.text_of(content), papers.lines_of(content)
    assert all(f"P{number:02}" in said for number in range(1, 9))
    assert [line.text for line in lines if 32 < line.base < BOTTOM - 1] == []
    assert min(sizes_of(content)) >= 7.5


def test_a_team_of_eight_has_a_deal_of_everybody_and_the_number_of_the_others(language: str) -> None:
    said = papers.text_of(drawn(held(8, 12, flagged=20), language))
    parts = re.split(r"P\d\d", said)[1:9]
    shown = [len(set(re.findall(r"Harbour(\d+)·", part))) for part in parts]
    more = [int(re.findall(r"另有(\d+)条|and(\d+)more", part)[0][language == "en"]) for part in parts]
    assert min(shown) >= 1
    assert [few + others for few, others in zip(shown, more, strict=True)] == [20] * 8


def test_whose_deals_all_stand_there_is_not_told_of_more(language: str) -> None:
    said = papers.text_of(drawn(held(3, 2), language))
    assert not re.search(r"另有\d+条|and\d+more", said)
    assert len(re.findall(r"Harbour\d+·", said)) == 6


@pytest.mark.parametrize(("people", "pages"), [(0, 1), (9, 2), (30, 4)])
def test_eight_people_stand_on_a_page(language: str, people: int, pages: int) -> None:
    content = drawn(held(people, 12), language)
    texts = ["".join(page.extract_text().split()) for page in papers.read(content).pages]
    assert len(texts) == pages and all(set(re.findall(r"P\d\d", text)) for text in texts if people)
    assert "SHA-256" in texts[-1]
