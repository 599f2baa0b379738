"""No rate without its number of deals: the drawn page, the text of the paper and the workbook are walked for it."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

import reports
from core.i18n import use_language
from reports.engine.numbers import percent
from reports.engine.workbook import write_book
from reports.executive import words
from reports.executive.data import FEWEST, Before, ExecutiveData, Rate, Sum
from reports.executive.workbook import book
from tests.reports.test_executive_texts import full, page, paper
from web.kit.rendering import add_templates, render

# So near, in letters, stands the number: within one figure, one cell, one sentence.
NEAR = 45
ENOUGH, FEW = Rate(26, 16), Rate(7, 5)
EARLIER = Before(Sum(24, 1_800_000_000), Rate(24, 17))


@pytest.fixture(params=("zh", "en"), autouse=True)
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    with use_language(request.param):
        yield request.param


def drawn(data: ExecutiveData) -> str:
    """What is read on the page: without tags, each element's text apart from the next."""
    add_templates(Path(reports.__file__).parent / "templates")
    made = render("reports/executive_part.html", page=page(data))
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", made))


def places(text: str, rate: Rate) -> list[str]:
    """What stands around each mention of the rate."""
    share = re.escape(percent(rate.won, rate.n))
    return [text[max(found.start() - NEAR, 0) : found.end() + NEAR] for found in re.finditer(rf"(?<!\d){share}", text)]


def is_said(number: int, around: str) -> bool:
    return bool(re.search(rf"(?<!\d){number}(?!\d)", around))


@pytest.mark.parametrize("read", (drawn, paper))
def test_each_win_rate_stands_beside_its_number_of_deals(read: Any) -> None:
    text = read(full(rate=ENOUGH, before=EARLIER))
    now, before = places(text, ENOUGH), places(text, EARLIER.rate)
    assert len(now) >= 3, "key figure, conclusion and comparison"
    assert [around for around in now if not is_said(ENOUGH.n, around)] == []
    assert len(before) >= 1
    assert [around for around in before if not is_said(EARLIER.rate.n, around)] == []


@pytest.mark.parametrize("read", (drawn, paper))
def test_of_few_deals_no_rate_is_said(read: Any) -> None:
    text = read(full(rate=FEW, before=Before(Sum(7, 1000), FEW)))
    assert places(text, FEW) == [] and FEW.n < FEWEST
    assert is_said(FEW.n, text)


@pytest.mark.parametrize("rate", (ENOUGH, FEW, Rate()))
def test_the_workbook_holds_a_rate_beside_its_number_of_deals_or_none(rate: Rate) -> None:
    found = CalamineWorkbook.from_filelike(BytesIO(write_book(book(full(rate=rate, before=EARLIER)))))
    sheets = [found.get_sheet_by_index(i).to_python(skip_empty_area=False) for i in range(len(found.sheet_names))]
    about = [row for sheet in sheets for row in sheet if re.search(r"win rate|赢率", str(row[0]), re.I)]
    assert [row[2] for row in about] == [rate.n]
    assert about[0][1] == (round(rate.won * 100 / rate.n, 2) if rate.is_enough else "")
    assert about[0][3:] == [EARLIER.rate.n, round(24 * 100 / 41, 2)]


def test_each_change_stands_beside_both_numbers_of_deals() -> None:
    data = full()
    seen, printed = drawn(data), paper(data)
    for part in data.parts:
        assert part.before
        now, before = part.signed.count, part.before.count
        change = words.change(part.signed.amount, part.before.amount)
        assert re.search(rf"{re.escape(change)}\s?[(（]{now} / {before}", seen), part.name
        assert f"{before}{part.before.amount // 100:,}.00{change}" in printed, part.name
