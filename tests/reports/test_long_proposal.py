"""A proposal of a dozen pages: whole, with its heads repeated, and no heading alone at a page's foot."""

import pytest

from core.actors import actor_for
from core.db import reading
from core.i18n import LANGUAGES
from core.lists import Query
from reports.engine.page import BOTTOM, HEIGHT, INNER, MARGIN
from reports.offer.gather import gather
from reports.offer.papers import draw_proposal
from tests.crm.conftest import carrier as carrier
from tests.crm.conftest import fresh_carrier as fresh_carrier
from tests.reports import papers
from tests.reports.test_offer import change
from tests.reports.test_offer import quote as quote
from tools.long_offer import CASES, CLAUSES, LINES, SITES, grown

HEADS = {
    "zh": ("您的需求", "解决方案", "计划", "价格", "成功案例", "条款", "如何确认"),
    "en": ("What you need", "Our solution", "Plan", "Prices", "References", "Clauses", "How to accept"),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_proposal_of_a_dozen_pages_is_whole(quote: int, language: str) -> None:
    change(quote, language=language)
    with reading(actor_for("am"), snapshot=True) as session:
        offer = gather(session, query=Query(filters={"quote": (str(quote),)}))
    content = draw_proposal(grown(offer))
    pages, said = papers.lines_of(content), papers.text_of(content)
    assert 12 <= len(pages) <= 14
    assert said.count("）") >= LINES and all(said.count(site) >= 9 for site in SITES)
    assert all(name in said for name, _story in (*CASES, *CLAUSES))
    heads = [head for head in HEADS[language] if head.replace(" ", "") in said]
    assert len(heads) == len(HEADS[language])
    for lines in pages[1:]:
        inside = [line for line in lines if BOTTOM - 1 <= line.base <= HEIGHT - 40]
        assert max(line.right for line in inside) <= MARGIN + INNER + 1
        assert min(inside, key=lambda line: line.base).text.strip() not in HEADS[language]
