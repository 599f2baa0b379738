"""Quotes: made from a deal's lines, priced with tax, in versions of which only a draft changes."""

from datetime import date

import pytest

from core.actors import actor_for
from core.db import reading
from core.errors import Conflict, DomainError, NotFound
from crm.products import Product
from crm.quotes.lines import QUOTE_LINE, QuoteLine, give, lines_of
from crm.quotes.making import new_version, reprice
from crm.quotes.quotes import Quote
from crm.quotes.rates import rated
from crm.quotes.reading import quote_view
from crm.vat_classes import VatClass
from crm.vat_rates import VatRate
from tests.crm.quotes.quoting import YUAN, priced, quoted
from tests.crm.world import acting, id_of, one, save


@pytest.fixture
def quote(fresh_carrier: str) -> int:
    priced()
    return quoted()


def test_a_quote_holds_the_lines_of_its_deal_and_splits_their_tax(quote: int) -> None:
    with reading(actor_for("am")) as session:
        seen = quote_view(session, quote)
    line, seats = seen.lines
    assert (line.quantity, line.monthly, line.one_off, line.list_monthly) == (2, 900 * YUAN, 250 * YUAN, 1000 * YUAN)
    assert line.gross == 2 * (250 + 900 * 36) * YUAN and seats.gross == 50 * 20 * 12 * YUAN
    assert [part.rate for part in seen.taxes] == [900, 600]
    assert seen.gross == line.gross + seats.gross == sum(part.gross for part in seen.taxes)
    assert seen.net + seen.tax == seen.gross and seen.net == sum(part.net for part in seen.taxes)
    assert seen.in_words == "人民币柒万柒仟叁佰元整"
    assert seats.discount == 0 and line.discount == 993  # 7,200 of 72,500
    assert seen.clauses and all(each.text.zh and each.text.en for each in seen.clauses)


def test_totals_follow_a_change_of_a_line(quote: int) -> None:
    with acting("am") as session:
        line = lines_of(session, quote)[0]
        give(line, 2000)
        QUOTE_LINE.complete(session, line)
    with acting("am") as session:
        line, found = lines_of(session, quote)[0], one(session, Quote, id=quote)
        assert (line.monthly, line.discount) == (800 * YUAN, 2000)
        assert found.gross == sum(each.gross for each in lines_of(session, quote))


def test_a_new_version_replaces_the_one_before_which_never_changes_again(quote: int) -> None:
    with acting("am") as session:
        second = new_version(session, one(session, Quote, id=quote)).id
    with acting("am") as session:
        old, new = one(session, Quote, id=quote), one(session, Quote, id=second)
        assert (old.state, new.state, new.version_no, new.code) == ("replaced", "draft", 2, old.code)
        assert [each.gross for each in lines_of(session, second)] == [each.gross for each in lines_of(session, quote)]
    with pytest.raises(Conflict), acting("am") as session:
        one(session, Quote, id=quote).need = "Something else"
    with pytest.raises(Conflict), acting("am") as session:
        lines_of(session, quote)[0].monthly = 1
    with pytest.raises(Conflict), acting("am") as session:
        new_version(session, one(session, Quote, id=quote))


def test_no_step_skips_the_course(quote: int) -> None:
    with pytest.raises(DomainError), acting("am") as session:
        one(session, Quote, id=quote).state = "accepted"


def test_a_quote_follows_its_deal(quote: int) -> None:
    with reading(actor_for("lead")) as session:
        assert quote_view(session, quote)
    for stranger in ("am2", "agent_north", "stranger"):
        with pytest.raises(NotFound), reading(actor_for(stranger)) as session:
            quote_view(session, quote)


def test_the_rate_is_that_of_the_day_and_the_highest_of_a_mixed_sale(carrier: str) -> None:
    with acting("operator") as session:
        sms, mixed, line = (one(session, Product, code=code) for code in ("M01", "X01", "D01"))
        assert rated(session, sms, date(2025, 12, 31)).rate == 600
        assert rated(session, sms, date(2026, 1, 1)).rate == 900
        assert (rated(session, mixed, date(2026, 1, 1)).rate, rated(session, mixed, date(2026, 1, 1)).is_unsure) == (
            1300, True,
        )  # fmt: skip
        assert not rated(session, line, date(2026, 1, 1)).is_unsure


def test_a_draft_takes_a_new_rate_when_it_is_priced_anew(quote: int) -> None:
    from core import clock

    with acting("operator") as session:
        kind = id_of(session, VatClass, code="value_added_it") or 0
        save(session, VatRate(vat_class_id=kind, since_on=clock.today(), rate=700))
    with acting("am") as session:
        reprice(session, one(session, Quote, id=quote))
    with acting("am") as session:
        seats = one(session, QuoteLine, quote_id=quote, position=1)
        assert (seats.vat, seats.net) == (700, 1121495)
