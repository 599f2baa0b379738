"""Slides: the same figures as on paper, one chart or table each, nothing cut, the seal on the last."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from core.i18n import LANGUAGES, use_language
from core.stamps import seal_of
from reports import pipeline
from reports.engine.slides import SCREEN, ZOOM
from reports.pipeline import PipelineData, conclude
from tests.reports import papers, pipelines


def drawn(data: PipelineData, language: str, draw: Callable[[PipelineData], bytes] = pipeline.draw_slides) -> bytes:
    with use_language(language):
        return draw(data)


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def deck(language: str) -> bytes:
    return drawn(pipelines.huge(), language)


def test_each_page_is_a_slide_and_the_type_is_larger_than_on_paper(deck: bytes) -> None:
    pages = papers.read(deck).pages
    assert {(float(page.mediabox.width), float(page.mediabox.height)) for page in pages} == {SCREEN}
    assert SCREEN[0] / SCREEN[1] == pytest.approx(16 / 9) and ZOOM > 1.6


def test_the_cover_says_the_conclusion_and_the_last_slide_the_seal(deck: bytes, language: str) -> None:
    data = pipelines.huge()
    with use_language(language):
        lead, seal = conclude(data)[0], seal_of(data)
    first, last = (squeezed(papers.read(deck).pages[i].extract_text()) for i in (0, -1))
    assert squeezed(lead) in first and seal in last


def test_slides_say_the_figures_of_the_paper(language: str) -> None:
    """Every number on a slide but those of pages and of rows left out stands on the paper too."""
    data = pipelines.ordinary()
    slides, paper = (papers.text_of(drawn(data, language, draw)) for draw in (pipeline.draw_slides, pipeline.draw))
    amounts = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
    assert set(amounts.findall(slides)) <= set(amounts.findall(paper)) and amounts.findall(slides)


def test_every_slide_has_a_title_that_is_a_bookmark(deck: bytes) -> None:
    paper = papers.read(deck)
    marks = [paper.get_destination_page_number(each) for each in paper.outline]  # type: ignore[arg-type]
    assert marks == sorted(set(marks)) and marks[:3] == [1, 2, 3] and len(marks) >= 10


def test_nothing_stands_outside_of_a_slide_even_with_the_longest_names(language: str) -> None:
    deal = replace(pipelines.DEALS[0], name="长" * 60, account="名" * 60)
    for content in (drawn(pipelines.huge(), language), drawn(pipelines.of((deal,) * 5), language)):
        for page in papers.read(content).pages:
            places: list[tuple[float, float]] = []

            def visit(text: str, cm: list[float], tm: list[float], _font: object, _size: float) -> None:
                if text.strip():
                    places.append((cm[0] * tm[4] + cm[4], cm[3] * tm[5] + cm[5]))  # noqa: B023  read at once

            page.extract_text(visitor_text=visit)
            assert all(0 <= x <= SCREEN[0] and 0 <= y <= SCREEN[1] for x, y in places)


def test_without_a_deal_there_is_a_cover_a_conclusion_and_the_notes(language: str) -> None:
    assert len(papers.read(drawn(pipelines.empty(), language)).pages) == 3


def squeezed(text: str) -> str:
    return "".join(text.split())
