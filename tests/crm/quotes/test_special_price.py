"""Discounts and floor prices: within the own limit nobody is asked, beyond it the line of superiors, once each."""

import threading

import pytest

from core.actors import actor_for
from core.approvals import acts
from core.approvals.finding import seats_of, to_answer
from core.approvals.kinds import said
from core.approvals.rows import Approval
from core.db import reading
from core.errors import Conflict, DomainError, Forbidden, Invalid
from core.people import Role, Unit, User
from crm.quotes.discounts import Depth, DiscountLimit
from crm.quotes.lines import QUOTE_LINE, give, lines_of
from crm.quotes.making import new_version
from crm.quotes.quotes import Quote
from crm.quotes.requests import issue
from crm.quotes.standing import standing
from tests.crm.quotes.quoting import YUAN, priced, quoted, state_of
from tests.crm.world import acting, days, id_of, one, save


def asked(quote: int, points: int) -> int:
    """With so much off the first line, asked for by its account manager."""
    with acting("am") as session:
        line = lines_of(session, quote)[0]
        give(line, points)
        QUOTE_LINE.complete(session, line)
    with acting("am") as session:
        made = issue(session, one(session, Quote, id=quote), reason="A rival offers less")
        return made.id if made else 0


def waits_for(approval: int) -> set[str]:
    with reading(actor_for("am")) as session:
        seats = seats_of(session, [approval])
        return {one(session, User, id=seat.user_id).username for seat in seats if seat.state in ("asked", "waiting")}


def test_the_depth_says_how_many_superiors() -> None:
    limit = Depth(own_limit=1000, second_from=2000, third_from=3500, floor_steps=2)
    steps = [limit.steps(points, below_floor=False) for points in (0, 1000, 1001, 1999, 2000, 3500)]
    assert steps == [0, 0, 1, 1, 2, 3]
    assert [limit.steps(points, below_floor=True) for points in (0, 3600)] == [2, 3]


def limit(code: str, own: int, unit: str = "", role: str = "", since: int = 0) -> None:
    with acting("operator") as session:
        row = DiscountLimit(
            code=code, name_zh=code, valid_from=days(since), own_limit=own, second_from=own + 2000, floor_steps=1,
            unit_id=id_of(session, Unit, code=unit), role_id=id_of(session, Role, code=role),
        )  # fmt: skip
        save(session, row)


def test_a_limit_goes_by_place_and_before_that_by_the_role_of_whoever_asks(fresh_carrier: str) -> None:
    priced()
    limit("city", 500, unit="GZ")
    limit("team", 600, unit="T1", since=3)
    limit("leads", 1500, role="team_lead")
    limit("leads-here", 1200, unit="GZ", role="team_lead")
    limit("agents", 7000, role="agent_staff")
    quote = quoted()

    def own(name: str) -> int:
        with reading(actor_for(name)) as session:
            return standing(session, one(session, Quote, id=quote)).limit.own_limit

    assert (own("am"), own("lead"), own("exec")) == (500, 1200, 500)
    assert waits_for(asked(quote, 700)) == {"lead"}


def test_a_lead_finishes_alone_what_the_role_allows(fresh_carrier: str) -> None:
    priced()
    limit("leads", 2500, role="team_lead")
    quote = quoted()
    with acting("am") as session:
        line = lines_of(session, quote)[0]
        give(line, 2000)
        QUOTE_LINE.complete(session, line)
    with acting("lead") as session:
        assert issue(session, one(session, Quote, id=quote)) is None
    assert state_of(quote) == "approved"


def test_within_the_own_limit_nobody_is_asked(fresh_carrier: str) -> None:
    priced()
    quote = quoted()
    assert asked(quote, 1000) == 0
    assert state_of(quote) == "approved"


def test_beyond_it_the_next_superior_agrees_and_deeper_the_one_above(fresh_carrier: str) -> None:
    priced()
    quote = quoted()
    request = asked(quote, 2000)
    assert state_of(quote) == "asked" and waits_for(request) == {"lead", "exec"}
    with acting("lead") as session:
        assert "20%" in said(one(session, Approval, id=request))
        assert [each.approval.id for each in to_answer(session, limit=5)] == [request]
        acts.approve(session, request)
    assert state_of(quote) == "asked"
    with acting("exec") as session:
        acts.approve(session, request)
    assert state_of(quote) == "approved"


def test_a_price_below_the_floor_asks_two_however_small_the_discount(fresh_carrier: str) -> None:
    priced(floor=960 * YUAN)
    quote = quoted()
    request = asked(quote, 500)
    assert waits_for(request) == {"lead", "exec"}
    with acting("lead") as session:
        assert one(session, Approval, id=request).facts["below"] == 1


def test_what_was_asked_does_not_change_and_a_refusal_gives_it_back(fresh_carrier: str) -> None:
    priced()
    quote = quoted()
    request = asked(quote, 1500)
    with pytest.raises(Conflict), acting("am") as session:
        lines_of(session, quote)[0].monthly = 1
    with pytest.raises(Conflict), acting("am") as session:
        new_version(session, one(session, Quote, id=quote))
    with acting("lead") as session:
        acts.refuse(session, request, reason="Too much")
    assert state_of(quote) == "draft"


def test_nobody_releases_alone_what_asks_for_superiors(fresh_carrier: str) -> None:
    priced()
    quote = quoted()
    with acting("am") as session:
        line = lines_of(session, quote)[0]
        give(line, 1500)
        QUOTE_LINE.complete(session, line)
    with pytest.raises(Forbidden), acting("am") as session:
        one(session, Quote, id=quote).state = "approved"
    with pytest.raises(Invalid), acting("am") as session:
        issue(session, one(session, Quote, id=quote), reason="")


def test_who_made_the_quote_never_approves_it(fresh_carrier: str) -> None:
    priced()
    quote = quoted("lead")
    with acting("am") as session:
        line = lines_of(session, quote)[0]
        give(line, 1500)
        QUOTE_LINE.complete(session, line)
    with acting("am") as session:
        request = issue(session, one(session, Quote, id=quote), reason="Needed")
        number = request.id if request else 0
    with pytest.raises(Forbidden), acting("lead") as session:
        acts.approve(session, number)


def test_two_who_answer_at_once_are_one_answer(fresh_carrier: str) -> None:
    """The same superior on two devices, and a refusal at the same moment: one of them decides, once."""
    priced()
    quote = quoted()
    request = asked(quote, 1500)
    start, found = threading.Barrier(6), []

    def answer(number: int) -> None:
        start.wait()
        try:
            with acting("lead") as session:
                if number % 2:
                    acts.approve(session, request)
                else:
                    acts.refuse(session, request, reason="No")
            found.append("approved" if number % 2 else "refused")
        except DomainError:
            found.append("late")

    threads = [threading.Thread(target=answer, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with acting("operator") as session:
        ended = one(session, Approval, id=request).state
    assert state_of(quote) == {"approved": "approved", "refused": "draft"}[ended]
    assert set(found) <= {ended, "late"} and ended in found


def test_two_who_ask_or_make_a_version_at_once_make_one(fresh_carrier: str) -> None:
    priced()
    quote = quoted()
    start, found = threading.Barrier(4), []

    def renew() -> None:
        start.wait()
        try:
            with acting("am") as session:
                new_version(session, one(session, Quote, id=quote))
            found.append("made")
        except DomainError:
            found.append("late")

    threads = [threading.Thread(target=renew) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == ["late", "late", "late", "made"]
