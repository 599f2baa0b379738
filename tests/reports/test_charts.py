"""A chart on a page: safe, styled by classes, readable without eyes."""

import re
from xml.etree import ElementTree

import pytest

from reports.engine.charts import flowable, svg
from reports.engine.fonts import register
from reports.engine.spec import Bar, BarChart, ColumnChart, Pillar

BARS = BarChart(
    "By <stage>",
    (Bar("Need & wish", 80, "¥80", "2 deals", part=20), Bar("A very long name of a stage " * 4, 40, "¥40", "1 deal")),
)
COLUMNS = ColumnChart("By month", (Pillar("2026-11", 10, "10", target=12), Pillar("2026-12", 14, "14", target=12)))
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("chart", [BARS, COLUMNS])
def test_a_chart_has_neither_styles_nor_colours_nor_scripts(chart: BarChart | ColumnChart) -> None:
    markup = str(svg(chart))
    assert not re.search(r"style=|fill=|stroke=|<script|font-|on\w+=", markup)


@pytest.mark.parametrize("chart", [BARS, COLUMNS])
def test_a_chart_is_well_formed_and_says_what_it_shows(chart: BarChart | ColumnChart) -> None:
    root = ElementTree.fromstring(str(svg(chart)))
    assert root.get("role") == "img"
    assert root.findtext("title") == chart.title
    names = [bar.name for bar in chart.bars] if isinstance(chart, BarChart) else [each.name for each in chart.pillars]
    assert all(name.strip() in str(root.get("aria-label")) for name in names)


def test_bars_are_as_long_as_their_values_and_the_part_lies_over_the_whole() -> None:
    rects = ElementTree.fromstring(str(svg(BARS))).findall("rect")
    whole, part, second = (float(each.get("width", 0)) for each in rects if each.get("class") != "track")
    assert whole == pytest.approx(2 * second, abs=0.2)
    assert part == pytest.approx(whole / 4, abs=0.2)


def test_a_column_is_dark_only_where_it_reaches_its_target() -> None:
    root = ElementTree.fromstring(str(svg(COLUMNS)))
    assert [each.get("class") for each in root.findall("rect")] == ["cb", "cb hit"]
    assert len([each for each in root.findall("line") if each.get("class") == "tgt"]) == 2


def test_all_others_in_one_row_are_written_but_not_drawn() -> None:
    chart = BarChart("By owner", (Bar("A", 5, "5"), Bar("9 others", 500, "500", is_rest=True)))
    root = ElementTree.fromstring(str(svg(chart)))
    assert len([each for each in root.findall("rect") if each.get("class") == "cb hit"]) == 1
    assert "500" in [each.text for each in root.findall("text")]


@pytest.mark.parametrize("chart", [BARS, COLUMNS, BarChart("None", ()), ColumnChart("None", ())])
def test_marks_stay_within_the_chart_on_page_and_paper(chart: BarChart | ColumnChart) -> None:
    register()
    drawn = flowable(chart, 240)
    assert drawn.wrap(240, 1000)[0] == 240
    for mark in ElementTree.fromstring(str(svg(chart, 240))).iter("rect"):
        assert float(mark.get("x", -1)) >= 0
        assert float(mark.get("x", 0)) + float(mark.get("width", 0)) <= 240.1


def test_nothing_and_less_than_nothing_draw_no_bar() -> None:
    chart = BarChart("By owner", (Bar("A", 0, "0"), Bar("B", -5, "−5")))
    assert {each.get("class") for each in ElementTree.fromstring(str(svg(chart))).iter("rect")} == {"track"}
