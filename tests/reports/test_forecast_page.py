"""The forecast on screen and on paper: numbers open their rows, strange questions are refused, a past day is fixed."""

import re
from datetime import date, timedelta
from html import unescape

import pytest

from core.errors import Invalid, NotFound
from core.i18n import use_language
from reports import forecast
from reports.engine.workbook import write_book
from tests.reports.days import browser, deal
from tests.reports.forecasts import To, four, freeze, lost, told, won
from tests.reports.papers import text_of
from tests.web.reading import statements

pytestmark = pytest.mark.parametrize("templates", ["sqlite"], indirect=True)


def test_the_numbers_of_the_page_open_their_rows(quarter: date) -> None:
    names = four(quarter)
    won(names["pipeline"])
    exec_ = browser("exec")
    page = exec_.get("/reports/forecast").text
    links = re.findall(r'href="(/reports/forecast/list[^"]*)">([\d,]+)[ <]', page)
    assert len(links) >= 9
    for href, text in links:
        rows = exec_.get(unescape(href)).text
        assert f"{text} deals" in rows, href
        assert rows.count('href="/crm/opportunity/') >= int(text)
    assert statements(exec_.get("/reports/forecast")) <= 20
    assert statements(exec_.get("/reports/forecast/list?what=best")) <= 20


def test_strange_questions_are_refused_and_other_units_are_not_there(quarter: date) -> None:
    exec_ = browser("exec")
    for query in ("on=2999-01-01", "on=x", "period=2026", "period=2026-02..2026-04", "unit=nowhere", "way=hope"):
        assert exec_.get(f"/reports/forecast?{query}").status_code in (404, 422), query
    for query in ("what=x", "what=called", "what=called&of=typed&bin=99", "what=came&of=model&bin=1"):
        assert exec_.get(f"/reports/forecast/list?{query}").status_code == 422, query
    assert browser("admin").get("/reports/forecast").status_code in (403, 404)
    with pytest.raises(NotFound):
        told("lead", unit="FS")
    with pytest.raises(Invalid):
        told(strange="1")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_past_day_is_the_same_bytes_whenever_it_is_made(quarter: date, to: To, lang: str) -> None:
    names = four(quarter)
    freeze()
    day = (quarter + timedelta(days=20)).isoformat()
    made = []
    for days in (40, 70):
        to(quarter + timedelta(days=days))
        with use_language(lang):
            data = told(on=day)
            made.append([forecast.draw(data), write_book(forecast.book(data))])
        lost(names["best"]) if days == 40 else None
        freeze()
    assert made[0] == made[1]
    if lang == "en":
        assert "Byevidence" in text_of(made[0][0])


def test_without_days_chances_and_past_it_says_what_is_missing(quarter: date) -> None:
    assert "No deal is expected to close in this period." not in browser("exec").get("/reports/forecast").text
    deal("Bank", 100, "O2")
    page = browser("exec").get("/reports/forecast").text
    assert "No deal is expected to close in this period." in page
    assert "what=undated" in page
    deal("Bank", 200, "O2", expected_close_on=quarter + timedelta(days=3))
    page = browser("exec").get("/reports/forecast").text
    assert "Nobody typed a chance for these deals." in page
    assert "Not calculated yet." in page
    assert "no range: too few past forecasts" in page
