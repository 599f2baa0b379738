"""The pages of quotes: made in one press, changed in place, asked for, sent, accepted, measured; contracts that end."""

import re
from typing import Any

import pytest
from sqlalchemy import select

from core.access import OPERATOR
from core.db import reading
from crm.contracts import Contract
from crm.opportunities import Opportunity
from crm.quotes.clauses import Clause
from crm.quotes.lines import QuoteLine, lines_of
from crm.quotes.quotes import Quote
from crm.vat_classes import VatClass
from crm.vat_rates import VatRate
from tests.crm.browser import Browser, part, text_of
from tests.crm.quotes.quoting import YUAN, priced, quoted, sold, state_of
from tests.crm.world import acting, days, id_of, one, save
from tests.web.reading import statements


@pytest.fixture
def am(fresh_carrier: str) -> Browser:
    priced(floor=850 * YUAN)
    return Browser("am")


def line_of(quote: int, at: int = 0) -> QuoteLine:
    with reading(OPERATOR) as session:
        return lines_of(session, quote)[at]


def change(am: Browser, quote: int, *, is_fragment: bool = True, **typed: str) -> Any:
    line = line_of(quote)
    held = {
        "quantity": "2", "months": "36", "one_off": "250.00", "monthly": "900.00", "discount": "9.93", "promise": "",
        "promised": "", "line": str(line.id), "version": str(line.version),
    }  # fmt: skip
    return am.post_named(f"/crm/quote/{quote}/lines", {**held, **typed}, is_fragment=is_fragment)


def proposal(am: Browser, quote: int, **typed: str) -> dict[str, str]:
    """The form of the proposal as it stands, with what is typed."""
    page = part(am.get(f"/crm/quote/{quote}").text, "p-quote-proposal")
    mark = re.search(r'name="mark" value="([^"]+)"', page)
    held = {"mark": mark[1] if mark else "", "valid_until": days(30).isoformat(), "language": "zh", "need": ""}
    return {**held, "solution": "", "plan": "", "parts": "prices,clauses", "clauses": "", "references": "", **typed}


def test_one_press_on_the_deal_makes_a_quote(am: Browser) -> None:
    with acting("am") as session:
        deal = sold(session).id
    page = am.get(f"/crm/opportunity/{deal}").text
    panel = part(page, "p-deal-quotes")
    key = re.search(r'name="key" value="([^"]+)"', panel)
    assert key and f'action="/crm/opportunity/{deal}/quote"' in panel
    made = am.post(f"/crm/opportunity/{deal}/quote", key=key[1])
    again = am.post(f"/crm/opportunity/{deal}/quote", key=key[1])
    assert made.status_code == 303 and made.headers["location"] == again.headers["location"]
    assert "Draft" in part(am.get(f"/crm/opportunity/{deal}").text, "p-deal-quotes")


def test_the_page_says_floor_tax_and_words_within_twenty_statements(am: Browser) -> None:
    answer = am.get(f"/crm/quote/{quoted()}")
    read = text_of(answer.text)
    for words in (
        "Not below the floor price ¥850.00", "Taxed at 9%", "Taxed at 6%", "¥77,300.00", "人民币柒万柒仟叁佰元整",
        "your own limit is 10%",
    ):  # fmt: skip
        assert words in read
    assert statements(answer) <= 20


def test_a_price_a_discount_and_a_promise_are_changed_in_place(am: Browser) -> None:
    quote = quoted()
    answer = change(am, quote, discount="20")
    assert answer.status_code == 200 and "Below the floor price ¥850.00" in text_of(answer.text)
    assert line_of(quote).monthly == 800 * YUAN and "superiors have to agree" in text_of(answer.text)
    assert re.search(r'hx-target="#note-prices"[^>]*>[^<]*¥', answer.text)
    said = change(am, quote, one_off="250", monthly="870", discount="20", promise="speed", promised="500").text
    assert re.search(r'hx-target="#note-promises"[^>]*>1 promised<', said)
    assert all(f'id="note-{code}"' in am.get(f"/crm/quote/{quote}").text for code in ("prices", "promises"))
    line = line_of(quote)
    assert (line.monthly, line.one_off, line.promised, line.promise_unit) == (870 * YUAN, 250 * YUAN, 50_000, "mbps")
    assert change(am, quote, is_fragment=False, quantity="3").status_code == 303


WRONG = (
    ({"monthly": "much"}, "is not an amount"), ({"quantity": "0"}, "Not below 1"),
    ({"months": ""}, "For how many months?"), ({"promise": "speed"}, "How much is promised?"),
    ({"discount": "120"}, "0 to 100"), ({"promise": "speed", "promised": "fast"}, "is not a number"),
)  # fmt: skip


def test_a_refused_change_says_why_and_keeps_what_was_typed(am: Browser) -> None:
    quote = quoted()
    for typed, words in WRONG:
        answer = change(am, quote, **typed)
        assert answer.status_code == 422 and words in text_of(answer.text)
        assert all(f'value="{value}"' in answer.text for value in typed.values())


def test_a_lost_race_is_said(am: Browser) -> None:
    quote = quoted()
    change(am, quote, monthly="910")
    assert change(am, quote, version="1", monthly="920").status_code == 409


def test_a_line_is_added_at_its_list_price_and_removed(am: Browser) -> None:
    quote = quoted()
    product = str(line_of(quote).product_id)
    assert 'name="product_id"' in am.get(f"/crm/quote/{quote}/lines").text
    new = {"product_id": product, "quantity": "1", "months": "12", "one_off": "", "monthly": "", "line": ""}
    assert am.post_named(f"/crm/quote/{quote}/lines", new).status_code == 303
    assert line_of(quote, 2).monthly == 1000 * YUAN
    change(am, quote, remove="1")
    with reading(OPERATOR) as session:
        assert len(lines_of(session, quote)) == 2


def test_clauses_are_chosen_by_ticks_and_the_client_reads_them_as_issued(am: Browser) -> None:
    quote = quoted()
    assert am.post_named(f"/crm/quote/{quote}/proposal", proposal(am, quote, clauses="secrecy")).status_code == 303
    am.post(f"/crm/quote/{quote}/issue")
    with acting("operator") as session:
        one(session, Clause, code="secrecy").text_zh = "Something new"
    paper = am.get(f"/crm/quote/{quote}/client").text.partition('<section class="card paper" lang="zh"')[2]
    assert "保密义务" in paper and "Something new" not in paper and "底价" not in paper and "850" not in paper


def test_from_the_lines_to_the_contract_and_back(am: Browser) -> None:
    quote = quoted()
    assert am.post(f"/crm/quote/{quote}/issue").status_code == 303 and state_of(quote) == "approved"
    assert am.post(f"/crm/quote/{quote}/do/send").status_code == 303 and state_of(quote) == "sent"
    form = {"on": days(0).isoformat(), "starts_on": days(7).isoformat()}
    missing = am.client.post(f"/crm/quote/{quote}/accept", data=form, files={"other": ("x", b"")})
    assert missing.status_code == 422 and "Attach the signed file." in text_of(missing.text)
    signed = {"signed": ("signed.pdf", b"%PDF-1.4 signed", "application/pdf")}
    assert am.client.post(f"/crm/quote/{quote}/accept", data=form, files=signed).status_code == 303
    assert state_of(quote) == "accepted" and "signed.pdf" in am.get(f"/crm/opportunity/{deal_of(quote)}").text
    with reading(OPERATOR) as session:
        assert len(session.scalars(select(Contract)).all()) == 2
    assert am.post(f"/crm/quote/{quote}/accept/undo").status_code == 303 and state_of(quote) == "sent"


def deal_of(quote: int) -> int:
    with reading(OPERATOR) as session:
        found: Quote = one(session, Quote, id=quote)
        return found.opportunity_id


def test_a_special_price_is_asked_for_and_answered_on_its_page(am: Browser) -> None:
    quote = quoted()
    change(am, quote, discount="20")
    refused = am.post(f"/crm/quote/{quote}/issue", reason="")
    assert refused.status_code == 422 and "Say why" in text_of(refused.text)
    assert am.post(f"/crm/quote/{quote}/issue", reason="A rival offers less").status_code == 303
    told = am.get(f"/crm/quote/{quote}").text
    assert "You are told when it is answered." in text_of(told)
    waits = re.search(r'href="(/me/approvals/\d+)"', told)
    assert waits
    asked = text_of(Browser("lead").get(waits[1]).text)
    assert "floor ¥850.00" in asked and "Below the floor price" in asked and "A rival offers less" in asked


def test_a_settled_version_is_refused_in_a_sentence(am: Browser) -> None:
    quote = quoted()
    am.post(f"/crm/quote/{quote}/issue")
    late = change(am, quote, monthly="1")
    assert late.status_code == 409 and "does not change any more" in text_of(late.text)
    made = am.post(f"/crm/quote/{quote}/version")
    assert made.status_code == 303 and state_of(quote) == "replaced"
    assert "There is a newer version" in text_of(am.get(f"/crm/quote/{quote}").text)


def test_open_quotes_whose_rate_has_changed_are_listed_and_take_the_new_one(am: Browser) -> None:
    quote = quoted()
    assert f"/crm/quote/{quote}" not in am.get("/crm/quote?vat=changed").text
    with acting("operator") as session:
        kind = id_of(session, VatClass, code="value_added_it") or 0
        save(session, VatRate(vat_class_id=kind, since_on=days(0), rate=700))
    assert f"/crm/quote/{quote}" in am.get("/crm/quote?vat=changed").text
    assert am.post(f"/crm/quote/{quote}/issue").status_code == 422
    assert am.post(f"/crm/quote/{quote}/reprice").status_code == 303
    assert line_of(quote, 1).vat == 700 and f"/crm/quote/{quote}" not in am.get("/crm/quote?vat=changed").text


def test_what_was_measured_shows_its_gap_on_every_page(am: Browser) -> None:
    quote = quoted()
    change(am, quote, promise="speed", promised="500")
    am.post(f"/crm/quote/{quote}/issue")
    form = {"on": days(0).isoformat(), "starts_on": days(0).isoformat()}
    am.client.post(f"/crm/quote/{quote}/accept", data=form, files={"signed": ("s.pdf", b"%PDF-1.4 x")})
    line = str(line_of(quote).id)
    later = am.post(f"/crm/quote/{quote}/measure", line=line, measured="430", measured_on=days(1).isoformat())
    assert later.status_code == 422
    kept = am.post(f"/crm/quote/{quote}/measure", line=line, measured="430", measured_on=days(0).isoformat())
    assert kept.status_code == 303
    with reading(OPERATOR) as session:
        contract, account = one(session, Contract, quote_line_id=int(line)).id, one(session, Opportunity, code="DEAL0")
    pages = f"/crm/quote/{quote}", f"/crm/contract/{contract}", f"/crm/account/{account.account_id}", "/crm/promises"
    for path in pages:
        assert "70 Mbps short, 14% of the promise" in text_of(am.get(path).text), path
    assert "70 Mbps" not in Browser("am2").get("/crm/promises").text


def test_contracts_that_end_stand_in_their_band_and_lead_to_their_rows(am: Browser) -> None:
    with acting("operator") as session:
        account = one(session, Opportunity, code="DEAL0").account_id
        for name, left, supplier in (("Ours", 20, "ours"), ("Theirs", 75, "rival"), ("Far", 300, "ours")):
            save(
                session,
                Contract(name=name, account_id=account, ends_on=days(left), supplier=supplier, monthly=100 * YUAN),
            )
    page = am.get("/crm/renewals")
    read = text_of(page.text)
    assert "Ours" in read and "Theirs" in read and "Far" not in read and "1 contracts" in read
    assert statements(page) <= 8
    rows = am.get("/crm/contract?ends=90").text
    assert "Monthly amount" in rows and "¥100.00" in text_of(rows), "the list sums what the page of renewals sums"
    assert "Theirs" in rows and ">Ours<" not in rows
    assert "Theirs" not in am.get("/crm/renewals?whose=ours").text
