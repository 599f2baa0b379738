"""A quote that the client accepts becomes contracts, and their ends come back as tasks."""

import threading
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from core import clock
from core.errors import Conflict, Invalid
from crm.activities import Activity
from crm.contracts import Contract
from crm.exit_tests import ExitTest
from crm.files import File
from crm.opportunities import Opportunity
from crm.playbook.exit_facts import facts_of
from crm.quotes.acceptance import accept, last_day, renewable, take_back
from crm.quotes.course import expire_some
from crm.quotes.lines import QuoteLine
from crm.quotes.making import new_version, reprice
from crm.quotes.quotes import Quote, refuse, send
from crm.quotes.radar import close_overtaken, due, due_on, open_part
from crm.quotes.renewals import Renewal, band_of
from crm.quotes.requests import issue
from tests.crm.quotes.quoting import YUAN, priced, quoted, state_of
from tests.crm.world import acting, days, id_of, one, save

PAPER = b"%PDF-1.4 signed"


def sent() -> int:
    priced()
    quote = quoted(monthly=1000 * YUAN)
    with acting("am") as session:
        issue(session, one(session, Quote, id=quote))
    with acting("am") as session:
        send(session, one(session, Quote, id=quote))
    return quote


def accepted(quote: int) -> None:
    with acting("am") as session:
        found = one(session, Quote, id=quote)
        accept(session, found, on=clock.today(), starts_on=days(7), name="signed.pdf", content=PAPER)


def live(session: object) -> list[Contract]:
    rows = select(Contract).where(Contract.archived_at.is_(None)).order_by(Contract.id)  # type: ignore[union-attr]
    return list(session.scalars(rows))  # type: ignore[attr-defined]


def test_each_monthly_line_becomes_a_contract_with_its_own_end(fresh_carrier: str) -> None:
    quote = sent()
    accepted(quote)
    with acting("am") as session:
        found, (line, seats) = one(session, Quote, id=quote), live(session)
        assert (found.state, found.accepted_on) == ("accepted", clock.today())
        assert line.amount + seats.amount == found.gross
        assert (line.monthly, seats.monthly) == (2000 * YUAN, 1000 * YUAN)
        assert (line.ends_on, seats.ends_on) == (last_day(days(7), 36), last_day(days(7), 12))
        assert {line.owner_id, seats.owner_id} == {found.by_id} and line.signed_on == clock.today()


def test_the_signed_file_proves_the_signed_contract_of_the_deal(fresh_carrier: str) -> None:
    accepted(sent())
    with acting("am") as session:
        deal = one(session, Opportunity, code="DEAL0")
        facts = facts_of(session, deal, [ExitTest(code="x", name_zh="x", proof="contract", mode="block", stage_id=1)])
        assert [file.code for file in facts.files] == ["contract"]
        assert facts.contracts


def test_taken_back_it_leaves_nothing_but_the_journal(fresh_carrier: str) -> None:
    quote = sent()
    accepted(quote)
    with acting("am") as session:
        take_back(session, one(session, Quote, id=quote))
    with acting("am") as session:
        assert live(session) == [] and state_of(quote) == "sent"
        assert session.scalars(select(File.archived_at)).one() is not None
    accepted(quote)
    with acting("am") as session:
        live(session)[0].name = "Worked on"
    with pytest.raises(Conflict), acting("am") as session:
        take_back(session, one(session, Quote, id=quote))


def test_what_is_to_come_or_of_nobody_is_not_accepted(fresh_carrier: str) -> None:
    quote = sent()
    with pytest.raises(Invalid), acting("am") as session:
        accept(
            session, one(session, Quote, id=quote), on=days(1), starts_on=days(1), name="signed.pdf", content=PAPER
        )  # fmt: skip
    assert state_of(quote) == "sent"


def test_a_refusal_keeps_its_reason_and_a_new_version_goes_on(fresh_carrier: str) -> None:
    quote = sent()
    with acting("am") as session:
        refuse(session, one(session, Quote, id=quote), refused_why="Too dear")
    with acting("am") as session:
        new_version(session, one(session, Quote, id=quote))
    with acting("am") as session:
        old = one(session, Quote, id=quote)
        assert (old.state, old.refused_why) == ("replaced", "Too dear")


def test_what_is_over_is_not_sent_any_more(fresh_carrier: str, monkeypatch: pytest.MonkeyPatch) -> None:
    quote, later = quoted(), days(31)
    with acting("am") as session:
        issue(session, one(session, Quote, id=quote))
    monkeypatch.setattr(clock, "today", lambda: later)
    with pytest.raises(Conflict), acting("am") as session:
        send(session, one(session, Quote, id=quote))
    assert expire_some() == 1 and state_of(quote) == "expired"


def test_a_draft_that_is_over_takes_a_new_day_before_it_is_finished(
    fresh_carrier: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    quote, later = quoted(), days(31)
    monkeypatch.setattr(clock, "today", lambda: later)
    with pytest.raises(Invalid, match="有效期已过"), acting("am") as session:
        issue(session, one(session, Quote, id=quote))
    with acting("am") as session:
        reprice(session, one(session, Quote, id=quote))
        assert one(session, Quote, id=quote).valid_until == later + timedelta(days=30)
    with acting("am") as session:
        issue(session, one(session, Quote, id=quote))
    assert state_of(quote) == "approved"


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2026, 12, 1), 12, date(2027, 11, 30)), (date(2027, 3, 1), 12, date(2028, 2, 29)),
        (date(2026, 8, 31), 6, date(2027, 2, 27)), (date(2026, 1, 15), 1, date(2026, 2, 14)),
    ],
)  # fmt: skip
def test_a_term_ends_on_its_last_day(start: date, months: int, end: date) -> None:
    assert last_day(start, months) == end


# --- the radar ------------------------------------------------------------------------------------------------


def contract(days_left: int, **values: object) -> int:
    with acting("operator") as session:
        account = one(session, Opportunity, code="DEAL0").account_id
        made = Contract(name="Line", account_id=account, ends_on=days(days_left), monthly=100 * YUAN, **values)
        return save(session, made).id  # type: ignore[no-any-return]


def tasks(state: str = "planned") -> list[str]:
    with acting("am") as session:
        found = select(Activity.subject).where(Activity.state == state, Activity.archived_at.is_(None))  # type: ignore[union-attr]
        return sorted(session.scalars(found))


def test_the_bands() -> None:
    found = [band_of(left) for left in (-1, 0, 30, 31, 60, 61, 90, 91, 180, 181)]
    assert found == [None, 30, 30, 60, 60, 90, 90, 180, 180, None]


@pytest.mark.parametrize(
    ("left", "after"),
    [(180, 14), (170, 14), (100, 14), (150, 60), (90, 14), (80, 14), (70, 14), (75, 15), (31, 14), (5, 5)],
)
def test_a_task_is_due_in_two_weeks_and_long_since_due_ones_are_spread(left: int, after: int) -> None:
    band = band_of(left)
    assert band is not None
    assert due_on(days(left), band) == days(after)


def test_each_band_opens_one_task_of_ours_and_of_rivals_and_none_twice(fresh_carrier: str) -> None:
    ours, theirs, far = contract(170), contract(20, supplier="rival"), contract(200)
    assert set(due()) == {ours, theirs} and far not in due()
    assert open_part(due()) == 2 and open_part(due()) == 0
    assert len(tasks()) == 2
    with acting("operator") as session:
        one(session, Contract, id=ours).ends_on = days(85)
        session.flush()
        one(session, Renewal, contract_id=ours).ends_on = days(85)
    assert open_part(due()) == 1 and close_overtaken() == 1
    assert len(tasks()) == 2 and len(tasks("dropped")) == 1


def test_two_processes_open_no_task_twice(fresh_carrier: str) -> None:
    ids = [contract(50 + number) for number in range(4)]
    start = threading.Barrier(3)

    def work() -> None:
        start.wait()
        open_part(ids)

    threads = [threading.Thread(target=work) for _number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(tasks()) == 4


def test_a_renewal_does_away_with_the_tasks(fresh_carrier: str) -> None:
    old = contract(50, owner_id=None)
    open_part(due())
    quote = sent()
    with acting("am") as session:
        found = one(session, Quote, id=quote)
        account = one(session, Opportunity, code="DEAL0").account_id
        assert [each.id for each in renewable(session, account, clock.today())] == [old]
        line = id_of(session, QuoteLine, quote_id=quote, position=0)
        accept(
            session, found, on=clock.today(), starts_on=days(7), name="signed.pdf", content=PAPER,
            renews={line or 0: old},
        )  # fmt: skip
    assert tasks() == [] and len(tasks("dropped")) == 1
    assert old not in due()
