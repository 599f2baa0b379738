"""A quote at its edges: for nothing, of nothing, of sixty lines, at rates of before, a few fen beside its deal."""

import pytest

from crm.opportunity_lines import OPPORTUNITY_LINE, OpportunityLine
from crm.products import Product
from crm.quotes.making import make
from crm.vat_classes import VatClass
from crm.vat_rates import VatRate
from tests.crm.browser import Browser, part, text_of
from tests.crm.quotes.quoting import quoted, sold
from tests.crm.quotes.test_quote_pages import am as am
from tests.crm.quotes.test_quote_pages import change, line_of
from tests.crm.world import acting, days, id_of, one, save
from tests.web.reading import statements

EDGES = (({"discount": "100"}, 0), ({"one_off": "0", "monthly": "0"}, 0))


@pytest.mark.parametrize(("typed", "gross"), EDGES)
def test_for_nothing_is_a_discount_of_the_whole_and_asks_three_superiors(
    am: Browser, typed: dict[str, str], gross: int
) -> None:
    quote = quoted()
    answer = change(am, quote, **typed)
    assert "3 superiors have to agree" in text_of(answer.text) or "below the floor" in text_of(answer.text)
    line = line_of(quote)
    assert (line.gross, line.discount, line.net, line.tax) == (gross, 10_000, 0, 0)
    assert am.get(f"/crm/quote/{quote}/client").status_code == 200


def test_without_a_line_the_page_says_what_to_do(am: Browser) -> None:
    quote = quoted()
    for _number in range(2):
        change(am, quote, line=str(line_of(quote).id), version=str(line_of(quote).version), remove="1")
    page = part(am.get(f"/crm/quote/{quote}").text, "p-quote-lines")
    assert "There is nothing on this quote yet." in text_of(page) and "人民币零元整" not in page
    refused = am.post(f"/crm/quote/{quote}/issue")
    assert refused.status_code == 422 and "There is nothing on this quote yet." in text_of(refused.text)


def test_a_rate_that_changes_before_the_issue_is_taken_first(am: Browser) -> None:
    quote = quoted()
    with acting("operator") as session:
        kind = id_of(session, VatClass, code="value_added_it") or 0
        save(session, VatRate(vat_class_id=kind, since_on=days(0), rate=700))
    refused = am.post(f"/crm/quote/{quote}/issue")
    assert refused.status_code == 422 and "Take the rates of today first" in text_of(refused.text)
    assert am.post(f"/crm/quote/{quote}/reprice").status_code == 303
    assert am.post(f"/crm/quote/{quote}/issue").status_code == 303


def test_a_few_fen_are_explained_and_a_real_difference_is_named(am: Browser) -> None:
    with acting("am") as session:
        deal = sold(session)
        line: OpportunityLine = one(session, OpportunityLine, product_id=id_of(session, Product, code="D01"))
        line.monthly = 100_003
        OPPORTUNITY_LINE.complete(session, line)
        quote = make(session, deal).id
    shown = text_of(part(am.get(f"/crm/quote/{quote}").text, "p-quote-lines"))
    assert "Amount of the deal ¥48,501.08: prices of one unit are whole fen, which makes ¥0.36" in shown
    change(am, quote, monthly="400")
    shown = text_of(part(am.get(f"/crm/quote/{quote}").text, "p-quote-lines"))
    assert "Amount of the deal ¥48,501.08" in shown and "whole fen" not in shown


def test_sixty_lines_cost_no_more_statements(am: Browser) -> None:
    with acting("am") as session:
        deal = sold(session)
        product = id_of(session, Product, code="A01") or 0
        for number in range(58):
            save(session, OpportunityLine(opportunity_id=deal.id, product_id=product, quantity=1, one_off=number))
        quote = make(session, deal).id
    answer = am.get(f"/crm/quote/{quote}")
    assert answer.text.count('class="qform"') == 60 and statements(answer) <= 20
