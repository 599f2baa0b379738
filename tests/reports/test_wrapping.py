"""How lines break, in Chinese, in English and in a mixture."""

from io import BytesIO

import pytest
from reportlab.pdfgen.canvas import Canvas

from core.i18n import use_language
from reports.engine import fonts
from reports.engine.styles import CELL, style
from reports.engine.tables import Column, figures, table
from reports.engine.wrap import NEVER_FIRST, NEVER_LAST, Text, longest_piece, plain
from tests.reports import papers

CHINESE = (
    "金额集中在「评估投标」阶段（占 42%），共 4 个商机。有 2 个商机已过预计签约日：「5G 专网二期（6 厂区）」、"
    "“电池工厂视频云”……建议先处理《框架协议》，金额 ¥12,600,000；预计签约日 2026-11-11 已过！"
)
ENGLISH = "The amount concentrates in the stage of evaluation (42%), then negotiation: close it by 2026-11-11, please."


def broken(text: str, width: float) -> list[str]:
    fonts.register()
    paragraph = Text(text, style(10))
    paragraph.wrap(width, 10_000)
    return ["".join(words) for _space, words in paragraph.blPara.lines]


@pytest.mark.parametrize("width", range(60, 400, 7))
def test_no_line_begins_or_ends_with_a_forbidden_sign(width: int) -> None:
    lines = broken(CHINESE, width)
    assert not [line for line in lines if line[0] in NEVER_FIRST]
    assert not [line for line in lines[:-1] if line[-1] in NEVER_LAST]


@pytest.mark.parametrize("width", range(60, 400, 7))
def test_no_letter_is_lost_and_no_line_is_wider_than_the_column(width: int) -> None:
    for text in (CHINESE, ENGLISH):
        lines = broken(text, width)
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")
        assert max(fonts.width(line, 10) for line in lines) <= width + 0.1


@pytest.mark.parametrize("width", range(75, 400, 7))
def test_numbers_and_dates_are_never_cut(width: int) -> None:
    lines = broken(CHINESE, width)
    assert any("¥12,600,000" in line for line in lines)
    assert any("2026-11-11" in line for line in lines)


@pytest.mark.parametrize("width", range(75, 400, 7))
def test_english_breaks_between_words_only(width: int) -> None:
    assert " ".join(broken(ENGLISH, width)).split() == ENGLISH.split()


def test_a_number_stays_with_its_unit() -> None:
    assert all(
        not line.startswith("天") for width in range(30, 200, 3) for line in broken("停留 31 天上限 45 天", width)
    )


def test_a_word_wider_than_the_column_is_cut_and_goes_on() -> None:
    lines = broken("https://" + "a" * 200, 100)
    assert len(lines) > 5
    assert "".join(lines) == "https://" + "a" * 200


def test_a_rare_letter_outside_the_first_plane_is_kept() -> None:
    assert broken("𠮷野家", 100) == ["𠮷野家"]


def test_the_short_form_of_an_amount_is_never_torn() -> None:
    assert all("¥25.5\xa0M" in "|".join(broken("worth ¥25.5\xa0M in all", width)) for width in range(60, 120, 3))


def test_text_of_a_record_is_cut_before_it_fills_a_page() -> None:
    assert len(plain("很" * 5000)) == 240


def test_curly_quotes_are_straight_in_english_where_the_face_draws_them_wide() -> None:
    with use_language("en"):
        assert plain("“A” isn’t") == '"A" isn\'t'
    with use_language("zh"):
        assert plain("“甲”") == "“甲”"


def test_a_table_cuts_no_word_while_another_column_can_wrap() -> None:
    fonts.register()
    long_name = "两地三中心专线续约扩容与灾备演练项目" * 2
    columns = [Column("Deal", 2), Column("Account", 2), Column("Unit"), Column("Stage"), figures("Amount (CNY)")]
    row = [long_name, long_name, "Dongguan", "Client project approved", "2,151,000.00"]
    drawn = table(columns, [row] * 3)
    for cell, width in zip(drawn._cellvalues[1], drawn._colWidths, strict=True):
        assert longest_piece(cell.getPlainText(), CELL, fonts.BOLD) <= width - 10


@pytest.mark.parametrize(
    "sentence", ["双路由专线，主备各走一条。", "Two routes (main and spare), each on its own way. "]
)
def test_a_paragraph_that_runs_over_pages_is_all_there(sentence: str) -> None:
    whole = "".join(f"{n} {sentence}" for n in range(60))
    fonts.register()
    look = style(9.5)
    texts: list[str] = []
    rest = [Text(plain(whole, 9000), look)]
    while rest:
        first = rest.pop(0)
        first.wrap(300, 800)
        parts = first.split(300, 100)
        shown = parts[0] if parts else first
        drawn = BytesIO()
        canvas = Canvas(drawn, initialFontName=fonts.REGULAR)
        shown.wrap(300, 800)
        shown.drawOn(canvas, 40, 600)
        canvas.save()
        assert shown.height <= 100 + look.leading
        texts.append(papers.text_of(drawn.getvalue()))
        rest = parts[1:]
    assert len(texts) > 3 and "".join(texts) == "".join(whole.split())
