"""A waterfall on its side: each row begins where the one before it ended, on paper and on a page alike."""

from itertools import pairwise
from xml.etree import ElementTree

import pytest

from reports.engine.charts import flowable, svg
from reports.engine.fonts import register
from reports.engine.spec import Fall, FallChart

FALLS = FallChart(
    "From <one> to another",
    (
        Fall("Open before", 100, "¥100", is_total=True), Fall("New", 30, "+¥30", "3"), Fall("Won", -50, "−¥50", "1"),
        Fall("Open after", 80, "¥80", is_total=True),
    ),
)  # fmt: skip


def test_each_row_begins_where_the_last_one_ended() -> None:
    root = ElementTree.fromstring(str(svg(FALLS)))
    rects = [(float(each.get("x", 0)), float(each.get("width", 0)), each.get("class")) for each in root.iter("rect")]
    assert [role for _x, _width, role in rects] == ["cb hit", "cb up", "cb bad", "cb hit"]
    (start, whole, _), (new, grown, _), (won, fallen, _), (end, left, _) = rects
    unit = whole / 100
    assert (grown, fallen, left) == pytest.approx((30 * unit, 50 * unit, 80 * unit), abs=0.3)
    assert (new, won + fallen, end + left) == pytest.approx((start + whole, new + grown, won), abs=0.3)
    assert all(low[0] >= start - 0.1 for low, _high in pairwise(rects))


def test_it_is_heard_and_is_drawn_on_paper() -> None:
    heard = str(ElementTree.fromstring(str(svg(FALLS))).get("aria-label"))
    assert all(word in heard for word in ("Open before · ¥100", "New · +¥30 · 3", "Open after · ¥80"))
    register()
    assert flowable(FALLS, 400).wrap(400, 400) == (400, 72)
