"""Charts of the server: sized, said in words, and safe whatever the names in them are."""

from xml.etree import ElementTree

from web.kit import charts

MONTHS = [
    charts.Pillar(name="1", value=80, text="Jan 80 of 100", target=100, href="/a?b=1&c=2"),
    charts.Pillar(name="2", value=120, text="Feb 120 of 100", target=100),
    charts.Pillar(name="3", value=0, text="Mar 0"),
]


def test_every_chart_is_whole_and_says_what_it_shows():
    drawn = (
        charts.spark([3, 1, 2], label="<b>&"),
        charts.ring(40, label="<b>&"),
        charts.bars(3, 4, label="<b>&", part=1),
        charts.bullet(3, 4, 5, label="<b>&"),
        charts.funnel(3, 4, label="<b>&"),
        charts.combo(MONTHS, label="<b>&", write=str),
        charts.donut([charts.Part(value=1, text="<i>")], label="<b>&", text="1", note="<u>"),
    )
    for each in drawn:
        root = ElementTree.fromstring(each)
        assert root.get("aria-label") == "<b>&"
        assert root.get("width") and root.get("height")
        assert "style" not in {name for node in root.iter() for name in node.attrib}


def test_a_line_needs_two_values():
    assert charts.spark([1], label="x") == "" and charts.spark([], label="x") == ""


def test_a_line_of_equal_values_is_flat():
    assert "nan" not in charts.spark([5, 5, 5], label="x")


def test_a_ring_never_shows_more_than_all_nor_rounds_up_to_it():
    assert ">99</text>" in charts.ring(99.9, label="x")
    assert ">100</text>" in charts.ring(140, label="x")


def test_the_longest_bar_is_as_long_as_its_track_and_nothing_has_no_bar():
    assert 'width="100%" height="10" rx="3"/></svg>' in charts.bars(4, 4, label="x")
    assert 'class="v"' not in charts.bars(0, 4, label="x") and 'class="v"' not in charts.bars(0, 0, label="x")


def test_a_column_tells_by_a_tick_that_its_target_is_reached():
    drawn = charts.combo(MONTHS, label="x", write=str)
    assert drawn.count("✓") == 1 and drawn.count('class="cb miss"') == 1 and drawn.count('class="cb hit"') == 1


def test_a_column_with_rows_is_a_link_with_its_words():
    root = ElementTree.fromstring(charts.combo(MONTHS, label="x", write=str))
    link = root.find("a")
    assert link is not None and link.get("href") == "/a?b=1&c=2" and link.get("aria-label") == "Jan 80 of 100"
    assert root.get("role") == "group"


def test_the_axis_has_round_steps_from_nothing_to_the_largest():
    for most in (0, 1, 7, 99, 100, 1234, 9.9e9):
        ticks = charts.scale(most)
        assert ticks[0] == 0 and ticks[-1] >= most and len(ticks) <= 7
    assert charts.scale(1700) == (0, 500, 1000, 1500, 2000)


def test_the_parts_of_a_donut_take_the_whole_way_round():
    assert charts.donut([], label="x", text="0").count("<circle") == 0
    assert charts.donut([charts.Part(value=i, text="p") for i in range(9)], label="x", text="36").count("<circle") == 9
