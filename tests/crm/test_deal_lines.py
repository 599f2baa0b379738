"""The lines of a deal: they add up to its amount, keep what was typed, and lose no race."""

from typing import Any

import pytest

from core.access import OPERATOR
from core.db import reading
from crm.opportunities import Opportunity
from crm.opportunity_lines import OpportunityLine
from tests.crm.browser import Browser, part, text_of
from tests.crm.test_deal_page import am as am
from tests.crm.test_deal_page import bank, figures, ids, page_of, product
from tests.crm.world import one


def add_line(am: Browser, deal_id: int, *, is_fragment: bool = False, **typed: str) -> Any:
    fields = {"product_id": "", "quantity": "", "one_off": "", "monthly": "", "months": "", "line": "", **typed}
    return am.post_named(f"/crm/opportunity/{deal_id}/line", fields, is_fragment=is_fragment)


def test_lines_add_up_to_the_deal_s_amount(am: Browser) -> None:
    deal_id = bank(amount=5)
    assert add_line(am, deal_id, product_id=product(), one_off="1000").status_code == 303
    answer = add_line(am, deal_id, product_id=product(), monthly="50", months="24", is_fragment=True)
    assert answer.status_code == 200
    assert "<html" not in answer.text and "&lt;" not in answer.text
    assert figures(answer.text)["Amount"].startswith("¥2.2 K one-off ¥1 K, monthly ¥50")
    assert "2 ¥2.2 K" in text_of(part(page_of(am, deal_id), "p-deal-lines"))
    lines = part(am.get(f"/crm/opportunity/{deal_id}/lines").text, "p-deal-lines")
    assert "¥2,200.00" in lines.partition("<tfoot>")[2]
    assert "save it once more" not in lines
    with reading(OPERATOR) as session:
        assert one(session, Opportunity, name="Bank line").amount == 2200_00


@pytest.mark.parametrize("is_fragment", [True, False])
def test_a_refused_line_keeps_what_was_typed(am: Browser, is_fragment: bool) -> None:
    answer = add_line(am, bank(), product_id=product(), monthly="50", one_off="lots", is_fragment=is_fragment)
    assert answer.status_code == 422
    assert 'value="lots"' in answer.text
    assert f'value="{product()}" selected' in answer.text
    assert 'class="err"' in answer.text
    unfilled = add_line(am, bank(), one_off="10", is_fragment=is_fragment)
    assert "Please fill in “Product”." in text_of(unfilled.text)


def test_a_line_is_edited_in_place_and_a_lost_race_is_said(am: Browser) -> None:
    deal_id = bank()
    add_line(am, deal_id, product_id=product(), one_off="1000")
    number = str(ids(OpportunityLine, opportunity_id=deal_id))
    assert 'value="1000' in am.get(f"/crm/opportunity/{deal_id}/line?line={number}").text
    saved = add_line(am, deal_id, product_id=product(), one_off="900", line=number, version="1")
    assert saved.status_code == 303
    late = add_line(am, deal_id, product_id=product(), one_off="800", line=number, version="1")
    assert late.status_code == 409
    with reading(OPERATOR) as session:
        assert one(session, Opportunity, name="Bank line").amount == 900_00


def test_a_line_of_another_deal_is_not_found_here(am: Browser) -> None:
    deal_id = bank()
    add_line(am, deal_id, product_id=product(), one_off="1000")
    number = str(ids(OpportunityLine, opportunity_id=deal_id))
    other = ids(Opportunity, name="Harbour line")
    assert am.get(f"/crm/opportunity/{other}/line?line={number}").status_code == 404
    assert add_line(am, other, product_id=product(), line=number, version="1").status_code == 404
    assert am.get(f"/crm/opportunity/{deal_id}/line?line=x").status_code == 404


def test_only_who_may_change_the_deal_adds_lines(fresh_carrier: str) -> None:
    deal_id = bank()
    for name, status in (("exec", 403), ("am2", 404), ("agent_north", 404)):
        other = Browser(name)
        assert add_line(other, deal_id, product_id="1").status_code in (status, 403 if status == 403 else 404)
        assert other.get(f"/crm/opportunity/{deal_id}/line").status_code == status
    assert "Add a line" not in page_of(Browser("exec"), deal_id)
    assert Browser("am2").get(f"/crm/opportunity/{deal_id}").status_code == 404
