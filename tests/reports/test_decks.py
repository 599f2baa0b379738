"""Reports that are slides beside their paper: the same figures, whole tables, type that is read from afar, the seal."""

import re
from typing import Any

import pytest

from core.actors import actor_for
from core.db import reading
from core.i18n import use_language
from core.papers import found
from core.registry import registry
from core.stamps import seal_of
from reports.engine.slides import SCREEN
from tests.reports import papers
from tests.reports.days import At, act, change, deal

DECKS = ("pipeline", "executive", "past", "change", "forecast", "evidence", "campaign")
LONG = "粤港澳大湾区先进装备制造与供应链协同创新产业园区专线与云主机一体化改造工程"
SMALLEST = 10.0
AMOUNTS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")


def test_every_report_with_slides_is_tried_here() -> None:
    assert {each.name for each in registry().reports() if "slides" in each.forms} == {*DECKS}


@pytest.fixture
def moved(at: At) -> str:
    """Deals that came, grew and slipped since a week."""
    names = [deal(account, 1_234_567 + n, "O4") for n, account in enumerate(("Bank", "Harbour", "Bank"))]
    at(7)
    change(names[0], amount=2_345_678_00)
    act(names[0], lambda _session, row: setattr(row, "name", LONG))
    for n in range(8):
        deal("Harbour", 3_456_789 + n, "O2")
    return LONG


def test_slides_hold_the_figures_of_the_paper_and_nothing_is_cut(moved: str) -> None:
    for name, language in (*((name, "en") for name in DECKS), ("change", "zh")):
        report = found(name)
        with use_language(language), reading(actor_for("exec"), snapshot=True) as session:
            data = report.gather(session)
            slides, paper, seal = report.forms["slides"](data), report.draw(data), seal_of(data)
        pages = [marks(page) for page in papers.read(slides).pages]
        texts, told = ["".join("".join(each[3] for each in page).split()) for page in pages], papers.text_of(paper)
        assert {*AMOUNTS.findall(" ".join(texts))} <= {*AMOUNTS.findall(told)}, name
        assert len(pages) >= 3 and seal in texts[-1] and seal in told, name
        for x, y, size, text in (mark for page in pages for mark in page):
            assert 0 <= x <= SCREEN[0] and 0 <= y <= SCREEN[1], (name, text)
            assert size >= SMALLEST, (name, text, size)


def test_a_slide_of_names_says_of_how_many(moved: str) -> None:
    report = found("change")
    with use_language("en"), reading(actor_for("exec"), snapshot=True) as session:
        said = papers.text_of(report.forms["slides"](report.gather(session)))
    assert "Newthe5largestof" in said


def marks(page: Any) -> list[tuple[float, float, float, str]]:
    """Where each text stands on the page, and how large it is there."""
    held: list[tuple[float, float, float, str]] = []

    def visit(text: str, cm: list[float], tm: list[float], _font: Any, size: float) -> None:
        if text.strip():
            held.append((cm[0] * tm[4] + cm[4], cm[3] * tm[5] + cm[5], round(size * abs(cm[3] * tm[3]), 1), text))

    page.extract_text(visitor_text=visit)
    return held
