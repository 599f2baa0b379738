"""The report on open deals, read back from its PDF."""

from dataclasses import replace
from datetime import date

import pytest

from core.i18n import LANGUAGES, PSEUDO, use_language
from reports.engine.page import BOTTOM, HEIGHT, MARGIN, WIDTH
from reports.engine.wrap import NEVER_FIRST
from reports.pipeline import PipelineData, Totals, conclude, draw
from tests.reports import papers, pipelines


def drawn(data: PipelineData, language: str = "zh") -> bytes:
    with use_language(language):
        return draw(data)


@pytest.fixture(scope="module", params=LANGUAGES)
def ordinary(request: pytest.FixtureRequest) -> bytes:
    return drawn(pipelines.ordinary(), request.param)


@pytest.fixture(scope="module", params=LANGUAGES)
def huge(request: pytest.FixtureRequest) -> bytes:
    return drawn(pipelines.huge(), request.param)


def test_only_our_fonts_are_used_and_both_are_embedded(ordinary: bytes) -> None:
    assert {name.partition("+")[2] for name in papers.font_names(ordinary)} == {"NotoSansSC-Regular", "NotoSansSC-Bold"}
    assert papers.are_all_fonts_embedded(ordinary)


def test_the_totals_stand_on_the_paper_to_the_fen(ordinary: bytes) -> None:
    assert "60,100,000" in papers.text_of(ordinary)
    assert "28,265,000" in papers.text_of(ordinary)


def test_amounts_with_fen_keep_two_decimals_everywhere() -> None:
    deal = replace(pipelines.DEALS[0], amount=105_450)
    text = papers.text_of(drawn(replace(pipelines.single(), totals=Totals(1, 105_450, 57_997), top=(deal,))))
    assert "1,054.50" in text
    assert "579.97" in text


def test_every_open_deal_and_long_client_name_can_be_read(ordinary: bytes) -> None:
    text = papers.text_of(ordinary)
    assert all("".join(deal.name.split()) in text for deal in pipelines.DEALS)
    assert pipelines.LONG_NAME in text


def test_the_conclusion_stands_before_the_first_figure() -> None:
    data = pipelines.ordinary()
    with use_language("zh"):
        first, *_others, last = ("".join(sentence.split()) for sentence in conclude(data))
    text = papers.text_of(drawn(data))
    assert text.index("结论") < text.index(first) < text.index(last) < text.index("加权金额占")


def test_chinese_words_are_on_the_chinese_paper_and_english_ones_on_the_english() -> None:
    chinese, english = (papers.text_of(drawn(pipelines.ordinary(), language)) for language in LANGUAGES)
    assert "在途商机" in chinese
    assert "停滞商机" in chinese
    assert "Stalled" not in chinese
    assert "Openpipeline" in english
    assert "Stalleddeals" in english
    assert "停滞" not in english


def test_every_text_but_the_data_goes_through_the_catalogue() -> None:
    text = papers.text_of(drawn(pipelines.ordinary(), PSEUDO))
    for word in ("Openpipeline", "Conclusion", "Largestdeals", "Howtoreadthis", "Figuresbycity", "Total"):
        assert text.count(word) == text.count(f"{UNKNOWN}{word}{UNKNOWN}") > 0


# The brackets of the pseudo language are in no font: they come back as this.
UNKNOWN = "\0"
FEET = {"zh": "第 {page} 页，共 {pages} 页", "en": "Page {page} of {pages}"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_page_says_which_of_how_many_it_is(language: str) -> None:
    pages = papers.lines_of(drawn(pipelines.ordinary(), language))
    assert len(pages) > 1
    for number, lines in enumerate(pages, start=1):
        assert FEET[language].format(page=number, pages=len(pages)) in [line.text for line in lines]


def test_each_page_says_the_filters_and_the_data_time(ordinary: bytes) -> None:
    for page in papers.read(ordinary).pages:
        text = page.extract_text()
        assert "2026" in text
        assert "08:00" in text
        assert "广东公司" in text


def test_long_filters_end_before_the_page_number() -> None:
    data = pipelines.ordinary(filters=tuple((f"字段{i}", pipelines.LONG_NAME) for i in range(5)))
    for lines in papers.lines_of(drawn(data)):
        scope, pages = (next(line for line in lines if word in line.text) for word in ("数据时间", "页，共"))
        assert scope.right < pages.left


def test_the_notes_say_whose_rights_and_all_filters() -> None:
    text = papers.text_of(drawn(pipelines.ordinary(reader="何思远")))
    assert "只统计何思远有权查看的商机。" in text
    assert "预计签约：2026-10-01至2027-12-31" in text


def test_no_line_begins_with_what_may_not_begin_one(ordinary: bytes) -> None:
    lines = [line.text for page in papers.lines_of(ordinary) for line in page]
    assert not [line for line in lines if line[0] in NEVER_FIRST and line != "—"]


def test_three_hundred_rows_stay_within_the_margins(huge: bytes) -> None:
    lines = [line for page in papers.lines_of(huge) for line in page]
    assert min(line.left for line in lines) >= MARGIN - 0.1
    assert max(line.right for line in lines) <= WIDTH - MARGIN + 0.1
    body = [line for line in lines if line.base > 32 and line.base < HEIGHT - 31]
    assert min(line.base for line in body) >= BOTTOM - 0.1


def test_three_hundred_rows_are_all_there_under_heads_that_repeat(huge: bytes) -> None:
    text = papers.text_of(huge)
    assert all(f"第{i}期" in text for i in range(1, 301))
    heads = [page for page in papers.lines_of(huge) if any(line.text in ("下一步", "Next step") for line in page)]
    assert len(heads) > 40


def test_what_the_table_leaves_out_is_in_its_last_row_and_the_total_is_whole(huge: bytes) -> None:
    text = papers.text_of(huge)
    assert "其余260项" in text or "260others" in text
    total = sum(123_456_789_012 + i for i in range(1, 301))
    assert f"{total // 100:,}.{total % 100:02d}" in text


def test_no_open_deal_gives_one_page_that_says_so() -> None:
    pages = papers.read(drawn(pipelines.empty())).pages
    assert len(pages) == 1
    assert "没有在途商机" in "".join(pages[0].extract_text().split())


def test_one_deal_is_enough_for_a_report() -> None:
    assert "5G专网二期（6厂区）" in papers.text_of(drawn(pipelines.single()))


def test_deals_without_any_amount_are_drawn_by_number_and_no_sum_is_claimed() -> None:
    deals = tuple(replace(deal, amount=None) for deal in pipelines.DEALS)
    text = papers.text_of(drawn(replace(pipelines.of(deals), top=())))
    assert "全部没有填写金额" in text
    assert "按商机个数" in text
    assert "重点商机" not in text
    assert "¥0" not in text


def test_markup_and_control_characters_in_a_name_are_only_text() -> None:
    deal = replace(pipelines.DEALS[0], name="<b>A&B</b>\x07 <font color=red>", account="a<br/>b\n\tc")
    deal = replace(deal, next_step="&lt; 5 %")
    text = papers.text_of(drawn(pipelines.of((deal,))))
    assert "<b>A&B</b><fontcolor=red>" in text
    assert "a<br/>bc" in text
    assert "&lt;5%" in text


def test_the_document_says_its_title_language_reader_and_the_time_of_its_data(ordinary: bytes) -> None:
    paper = papers.read(ordinary)
    told = str(paper.trailer["/Root"]["/Lang"]), paper.metadata.title
    assert told in [("zh-CN", "在途商机"), ("en", "Open pipeline")]
    assert paper.metadata.author == "林嘉怡"
    assert paper.metadata.creation_date.isoformat() == "2026-11-23T08:00:00+08:00"


def test_each_section_is_a_bookmark_that_leads_to_its_page() -> None:
    paper = papers.read(drawn(pipelines.ordinary()))
    pages = {str(mark.title): paper.get_destination_page_number(mark) for mark in paper.outline}
    assert list(pages)[:2] == ["按阶段", "按预计签约月份"]
    for title, number in pages.items():
        assert title in paper.pages[number].extract_text()


def test_a_report_for_another_day_says_what_follows_that_day() -> None:
    data = pipelines.ordinary(on=date(2026, 1, 5))
    assert "当前商机，逾期按2026年1月5日计算" in papers.text_of(drawn(data))
