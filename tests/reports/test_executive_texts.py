"""What the executive's page and paper say: the same figures, no effect claimed, no rate without its number of deals."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from core.i18n import use_language
from reports.engine.workbook import write_book
from reports.executive import ExecutiveData, conclude, draw, words
from reports.executive.data import FEWEST, LOW, Before, Contract, Days, Deal, Month, Part, Rate, Stage, Sum, Target
from reports.executive.period import read_period
from reports.executive.scope import Named, Scope
from reports.executive.view import ExecutivePage, view_of
from reports.executive.workbook import book

ON = date(2026, 11, 23)
LONG = "广东岭南智造装备（集团）股份有限公司数字化转型与工业互联网创新发展中心及其下属各分公司"
# Words of a cause: the records hold what happened, not why.
EFFECTS = re.compile(
    r"because|thanks to|effect|due to|times (as|more)|improve|因为|由于|得益|倍|效果|提升|使用过|贡献", re.I
)


@pytest.fixture(params=("zh", "en"))
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    with use_language(request.param):
        yield request.param


def deal(number: int, **values: Any) -> Deal:
    plain = Deal(
        id=number, name=f"{LONG}{number}", account=LONG, place="佛山分公司", stage="评估投标",
        amount=number * 1_000_000_01, probability=5500, owner="林嘉怡", close_on=date(2026, 12, 1),
        days=50, limit=45, is_stalled=True,
    )  # fmt: skip
    return replace(plain, **values)


def full(**values: Any) -> ExecutiveData:
    signed, target = Sum(26, 1_718_310_000, 1), 520_000_000
    plain = ExecutiveData(
        scope=Scope(ON, read_period("year", ON), Named(1, "广东省公司", "province")),
        made_at=datetime(2026, 11, 23, tzinfo=UTC), currency="CNY", reader="欧阳毅", level="city",
        signed=signed, target=Target(target * 12, target * 11),
        months=tuple(Month(first, Sum(2, 100_000_000 * i), target) for i, first in enumerate(_months())),
        parts=(
            Part(2, "佛山分公司", Sum(20, 1_000_000_000), 900_000_000, Sum(16, 800_000_000)),
            Part(3, "广州分公司", Sum(6, 718_310_000), 1_900_000_000, Sum(8, 1_000_000_000)),
        ),
        groups=(Part(4, "装备制造", Sum(20, 1_700_000_000)), Part(None, "", Sum(6, 18_310_000))),
        rate=Rate(26, 16), before=Before(Sum(24, 1_800_000_000), Rate(24, 17)), days=Days(87, 25),
        open=Sum(64, 7_606_942_000, 3), weighted=3_072_221_200,
        stages=(Stage(5, "评估投标", Sum(64, 7_606_942_000, 3), 3_072_221_200, Sum(7, 482_090_000)),),
        stalled=Sum(7, 482_090_000), top=tuple(deal(9 - i) for i in range(8)), stalled_deals=(deal(1),),
        unprovisioned=Sum(9, 231_400_000), ending=Sum(12, 96_320_000, 2),
        contracts=(Contract(6, "两地三中心专线合同", LONG, 4_140_000, date(2026, 12, 9), "林嘉怡"),),
    )  # fmt: skip
    return replace(plain, **values)


def page(data: ExecutiveData) -> ExecutivePage:
    return view_of(data, (), ())


def paper(data: ExecutiveData) -> str:
    """The text of the PDF without its line breaks and spaces."""
    return bare("".join(sheet.extract_text() for sheet in PdfReader(BytesIO(draw(data))).pages))


def bare(text: str) -> str:
    return re.sub(r"\s", "", text).replace("“", '"').replace("”", '"')


def said(data: ExecutiveData) -> list[str]:
    """Every sentence and note that either shows."""
    made = page(data)
    notes = [f"{figure.text} {figure.note}" for figure in made.figures]
    return [*conclude(data), *notes, *(text for _name, text in made.definitions)]


def test_the_paper_says_what_the_page_says(language: str) -> None:
    data = full()
    made, printed = page(data), paper(data)
    for sentence in made.conclusion:
        assert bare(sentence) in printed, sentence
    for figure in made.figures:
        assert bare(figure.text) in printed, figure
    for row in (*made.top.rows, *made.stalled.rows, *made.ending.rows):
        assert bare(row.name.text)[:40] in printed
    assert bare(made.scope) in printed
    assert bare(made.when) in printed
    for part in (*data.parts, *data.groups):
        assert f"{part.signed.amount // 100:,}" in printed


def test_every_number_leads_to_its_rows(language: str) -> None:
    made = page(full())
    assert all(figure.href for figure in made.figures)
    for bars in (made.stages.rows, made.parts.rows, made.groups.rows):
        assert all(bar.name.href.startswith("/crm/opportunity?") for bar in bars)
        assert all(bar.more.href.startswith("/crm/opportunity?") for bar in bars if bar.more)
    assert made.months and all(pillar.href for pillar in made.months.pillars)
    assert made.compared and all(row.now.href and row.before.href for row in made.compared.rows)


@pytest.mark.parametrize(
    ("won", "lost"), [(0, 0), (1, 0), (0, 1), (7, 5), (FEWEST - 1, 0), (FEWEST, 0), (26, 16), (0, 99)]
)
def test_no_rate_is_said_without_its_number_of_deals(language: str, won: int, lost: int) -> None:
    data = full(rate=Rate(won, lost), signed=Sum(won, 1000))
    text, note, n = words.rate_text(data), words.rate_note(data), won + lost
    assert ("%" in text) == (n >= FEWEST)
    if n >= FEWEST:
        assert str(n) in note and str(won) in note
    about = [sentence for sentence in conclude(data) if re.search(r"decided|有结果", sentence)]
    assert len(about) == (1 if n else 0)
    for sentence in about:
        assert str(n) in sentence and ("%" in sentence) == (n >= FEWEST)


def test_no_median_is_said_without_its_number_of_deals(language: str) -> None:
    assert "25" in words.days_note(full())
    assert page(full(days=Days())).figures[3].text == "—"


def test_no_effect_is_claimed(language: str) -> None:
    variants = (full(), full(target=None), full(stalled=Sum()), full(rate=Rate(3, 2)), full(parts=()))
    for data in variants:
        for sentence in said(data):
            assert not EFFECTS.search(sentence), sentence


def test_every_stated_share_stands_beside_the_number_that_it_is_of(language: str) -> None:
    for sentence in conclude(full()):
        if "%" in sentence.replace(f"{LOW}%", ""):
            assert len(re.findall(r"\d[\d,.]*", sentence)) >= 3, sentence


def test_what_misses_its_target_is_named_with_the_gap(language: str) -> None:
    sentence = next(each for each in conclude(full()) if "广州分公司" in each)
    assert "佛山分公司" not in sentence
    reached = full(signed=Sum(26, 6_000_000_000))
    assert any("广州分公司" in each and "80%" in each for each in conclude(reached))


def test_without_targets_nothing_is_said_of_one(language: str) -> None:
    months = tuple(replace(month, target=None) for month in full().months)
    parts = tuple(replace(part, target=None) for part in full().parts)
    data = full(target=None, months=months, parts=parts)
    assert not any(re.search("target|目标", sentence) for sentence in conclude(data))
    made = page(data)
    assert made.months and made.months.has_targets is False and made.figures[0].bar is None
    assert paper(data)


def test_nothing_at_all_is_said_to_be_nothing(language: str) -> None:
    data = ExecutiveData(full().scope, full().made_at, "CNY", "x", "city")
    assert len(conclude(data)) == 1
    made = page(data)
    assert (made.months, made.compared, made.parts.rows, made.groups.rows) == (None, None, (), ()) and paper(data)
    assert len(made.missing) == 3


def test_the_workbook_holds_the_sums_as_numbers(language: str) -> None:
    found = CalamineWorkbook.from_filelike(BytesIO(write_book(book(full()))))
    assert len(found.sheet_names) == 5
    rows = found.get_sheet_by_index(2).to_python(skip_empty_area=False)
    assert rows[3] == ["佛山分公司", 20, 10_000_000, 9_000_000, 16, 8_000_000]
    assert "欧阳毅" in str(rows[0][0])


@pytest.mark.parametrize(
    ("code", "first", "after", "english"),
    [
        ("month", (2026, 11), (2026, 12), "2026-11"),
        ("quarter", (2026, 10), (2027, 1), "quarter 4 of 2026"),
        ("year", (2026, 1), (2027, 1), "the year 2026"),
        ("2025-Q1", (2025, 1), (2025, 4), "quarter 1 of 2025"),
        ("2025-11..2026-02", (2025, 11), (2026, 3), "2025-11 to 2026-02"),
    ],
)
def test_a_period_is_whole_months(code: str, first: tuple[int, int], after: tuple[int, int], english: str) -> None:
    from reports.executive.period import in_words

    period = read_period(code, ON)
    assert (period.first, period.after) == (date(*first, 1), date(*after, 1))
    assert len(period.last_months) == 12 and period.last_months[-1] == period.months[-1]
    with use_language("en"):
        assert in_words(period) == english


def _months() -> tuple[date, ...]:
    return read_period("year", ON).months
