"""The board of deals: what its columns say, what stalls, moving and taking back."""

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from core import clock
from core.access import OPERATOR
from core.db import reading
from crm.activities import Activity
from crm.deal_pace import stands
from crm.opportunities import Opportunity
from crm.stage_moves import StageMove
from crm.stages import Stage
from tests.crm.browser import Browser, part, text_of
from tests.crm.world import acting, days, id_of, one, save, seen, signed
from tests.web.reading import statements
from web.pages.cards import CARDS

BOARD = "/crm/opportunity/board"


@pytest.fixture
def am(fresh_carrier: str) -> Browser:
    return Browser("am")


def stage(code: str) -> int:
    with reading(OPERATOR) as session:
        return id_of(session, Stage, code=code) or 0


def deal(**values: Any) -> int:
    """The bank's deal, changed."""
    with acting("operator") as session:
        found = one(session, Opportunity, name="Bank line")
        for name, value in values.items():
            setattr(found, name, value)
        return int(found.id)


def stored(deal_id: int) -> Opportunity:
    with reading(OPERATOR) as session:
        return session.scalars(select(Opportunity).where(Opportunity.id == deal_id)).one()  # type: ignore[arg-type]


def planned(due: int | None, subject: str = "Visit", **values: Any) -> None:
    """A planned activity of the bank's deal, due in so many days."""
    with acting("am") as session:
        found = one(session, Opportunity, name="Bank line")
        on = days(due) if due is not None else None
        save(
            session, Activity(subject=subject, opportunity_id=found.id, owner_id=found.owner_id, due_on=on, **values)
        )  # fmt: skip


def lane(page: str, code: str) -> str:
    return part(page, f"lane-{stage(code)}")


def is_stalled_on(page: str, deal_id: int) -> bool:
    found = re.search(rf'<li class="deal( stalled)?" id="card-{deal_id}"', page)
    assert found
    return bool(found[1])


# --- what the columns say -------------------------------------------------------------------------------------


def test_a_column_says_count_sum_and_the_weight_by_its_stage(am: Browser) -> None:
    deal(stage_id=stage("O2"), amount=1_000_000_00)
    head = text_of(lane(am.get(BOARD).text, "O2"))
    assert head.startswith("Client project approved 1 25% probability ¥1 M weighted ¥250 K")


def test_a_stranger_s_deals_are_in_no_count(am: Browser) -> None:
    assert "2 on the board" in am.get(BOARD).text
    assert "1 on the board" in Browser("am2").get(BOARD).text


def test_each_part_of_a_column_s_bar_leads_to_as_many_deals(am: Browser) -> None:
    deal(stage_id=stage("O1"), next_step="Call", next_step_on=days(-1))
    with acting("am") as session:
        one(session, Opportunity, name="Harbour line").stage_id = stage("O1")
    shown = re.findall(r'<a class="due (\w+)" href="([^"]+)" title="[^"]+">(\d+)<', lane(am.get(BOARD).text, "O1"))
    assert sorted(state for state, _link, _n in shown) == ["none", "over"]
    for _state, link, number in shown:
        assert f"{number} in total" in am.get(html.unescape(link)).text


@pytest.mark.parametrize(
    ("step_on", "plans", "state"),
    [
        (None, [], "none"), (None, [None], "plan"), (3, [], "plan"), (None, [5], "plan"), (0, [5], "today"),
        (4, [0], "today"), (4, [-1, 9], "over"), (-2, [3], "over"),
    ],
)  # fmt: skip
def test_the_first_thing_planned_says_how_a_deal_stands_on_board_and_list(
    am: Browser, step_on: int | None, plans: list[int | None], state: str
) -> None:
    deal(next_step_on=days(step_on) if step_on is not None else None)
    for due in plans:
        planned(due)
    bank = deal()
    listed = {
        case: f"/crm/opportunity/{bank}" in am.get(f"/crm/opportunity/rows?next={case}").text
        for case in ("over", "today", "plan", "none")
    }
    assert [case for case, is_there in listed.items() if is_there] == [state]
    assert f'class="due {state}"' in am.get(BOARD).text.split(f'id="card-{bank}"')[1].split("</li>")[0]


@pytest.mark.parametrize(
    ("past", "plans", "is_stalled"),
    [
        (0, [], False), (1, [], True), (1, [0], False), (1, [30], False), (1, [31], True), (1, [-1], True),
        (9, [-3, 2], False), (1, [None], True),
    ],
)  # fmt: skip
def test_a_deal_stalls_past_its_limit_unless_something_is_planned_within_it(
    am: Browser, past: int, plans: list[int | None], is_stalled: bool
) -> None:
    """The limit of the stage is thirty days. Board, list and the deal's own stand agree."""
    bank = deal(stage_id=stage("O1"), stage_since=clock.today() - timedelta(days=30 + past))
    for due in plans:
        planned(due)
    assert is_stalled_on(am.get(BOARD).text, bank) is is_stalled
    assert (f"/crm/opportunity/{bank}" in am.get("/crm/opportunity/rows?pace=stalled").text) is is_stalled
    with reading(OPERATOR) as session:
        assert stands(session, [bank])[bank].is_stalled is is_stalled


def test_a_stalled_card_says_so_in_words_with_the_limit(am: Browser) -> None:
    bank = deal(stage_id=stage("O1"), stage_since=clock.today() - timedelta(days=31))
    card = text_of(am.get(BOARD).text.split(f'id="card-{bank}"')[1].split("</li>")[0])
    assert "stalled 31 days 31 days in this stage, limit 30 days" in card


def test_what_was_dropped_or_belongs_to_a_decided_deal_is_nothing_planned(am: Browser) -> None:
    bank = deal(stage_id=stage("O1"), stage_since=clock.today() - timedelta(days=40))
    planned(2, state="dropped")
    assert is_stalled_on(am.get(BOARD).text, bank)
    deal(state="lost")
    assert f"/crm/opportunity/{bank}" not in am.get("/crm/opportunity/rows?pace=stalled&pace=idle").text


def test_a_condition_that_does_not_exist_is_refused_with_a_sentence(am: Browser) -> None:
    for path in ("/crm/opportunity", BOARD, "/crm/opportunity/totals"):
        assert am.get(f"{path}?pace=nonsense").status_code == 422
        assert am.get(f"{path}?pace=stalled").status_code == 200


def test_the_board_costs_eight_statements_however_many_deals_and_columns(am: Browser) -> None:
    with acting("am") as session:
        for number in range(60):
            made = Opportunity(name=f"Many {number}", owner_id=session.actor.user_id, amount=number * 100)
            made.stage_id = stage(f"O{number % 6}")
            save(session, made)
    answer = am.get(BOARD)
    assert answer.text.count("data-card") == 6 * CARDS
    assert statements(answer) <= 8
    assert statements(am.get("/crm/opportunity")) <= 8


def test_a_phone_shows_the_column_that_its_address_names(am: Browser) -> None:
    page = am.get(f"{BOARD}?lane={stage('O3')}").text
    assert f'class="lane here" id="lane-{stage("O3")}"' in page
    assert len(re.findall(r'class="lane here"', page)) == 1
    assert f'class="lane here" id="lane-{stage("O0")}"' in am.get(f"{BOARD}?lane=1").text


# --- moving ---------------------------------------------------------------------------------------------------


def undo_in(page: str) -> tuple[str, dict[str, str]]:
    form = re.search(r'<form method="post" action="(/crm/opportunity/\d+/undo)">(.*?)</form>', page, re.DOTALL)
    assert form, "there is no undo"
    return form[1], {n: html.unescape(v) for n, v in re.findall(r'name="(\w+)" value="([^"]*)"', form[2])}


def test_a_move_answers_with_the_board_only_and_an_undo(am: Browser) -> None:
    bank = deal()
    answer = am.post(f"/crm/opportunity/{bank}/move", is_fragment=True, to=str(stage("O3")), next=f"{BOARD}?q=Bank")
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert answer.text.count("data-card") == 1
    assert f'id="card-{bank}"' in lane(answer.text, "O3")
    assert "Moved to “Solution agreed”." in answer.text
    assert undo_in(answer.text)[1]["next"] == f"{BOARD}?q=Bank"


def test_undo_puts_a_deal_back_with_the_days_it_had(am: Browser) -> None:
    since = clock.today() - timedelta(days=17)
    bank = deal(stage_id=stage("O1"), stage_since=since)
    answer = am.post(f"/crm/opportunity/{bank}/move", to=str(stage("O3")), next=f"{BOARD}?q=Bank")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{BOARD}?q=Bank")
    path, typed = undo_in(am.get(answer.headers["location"]).text)
    back = am.post_named(path, typed)
    assert (back.status_code, back.headers["location"]) == (303, f"{BOARD}?q=Bank")
    assert (stored(bank).stage_id, stored(bank).stage_since) == (stage("O1"), since)
    assert len(seen("am", StageMove.id)) == 2


def test_undoing_a_move_that_won_the_deal_opens_it_again(am: Browser) -> None:
    bank = deal(stage_id=stage("O5"), stage_since=days(-3))
    with acting("am") as session:
        signed(session, one(session, Opportunity, id=bank))
    answer = am.post(f"/crm/opportunity/{bank}/move", to=str(stage("O6")), next=BOARD)
    assert stored(bank).state == "won"
    path, typed = undo_in(am.get(answer.headers["location"]).text)
    am.post_named(path, typed)
    found = stored(bank)
    assert (found.state, found.stage_id, found.closed_on, found.stage_since) == ("open", stage("O5"), None, days(-3))


def test_a_move_is_not_taken_back_over_a_later_one(am: Browser) -> None:
    bank = deal(stage_id=stage("O1"))
    first = am.post(f"/crm/opportunity/{bank}/move", to=str(stage("O2")), next=BOARD)
    path, typed = undo_in(am.get(first.headers["location"]).text)
    am.post(f"/crm/opportunity/{bank}/move", to=str(stage("O4")), next=BOARD)
    assert am.post_named(path, typed).status_code == 409
    assert stored(bank).stage_id == stage("O4")


def test_neither_a_reader_nor_a_stranger_moves_or_takes_back(am: Browser) -> None:
    bank = deal(stage_id=stage("O1"))
    answer = am.post(f"/crm/opportunity/{bank}/move", to=str(stage("O2")), next=BOARD)
    path, typed = undo_in(am.get(answer.headers["location"]).text)
    for name, status in (("exec", 403), ("am2", 404)):
        other = Browser(name)
        assert other.post(f"/crm/opportunity/{bank}/move", to=str(stage("O3"))).status_code == status
        assert other.post_named(path, typed).status_code == status
    assert stored(bank).stage_id == stage("O2")


def test_the_way_back_after_a_move_stays_on_this_site(am: Browser) -> None:
    bank = deal()
    for strange in ("//evil.example/x", "https://evil.example", "/\\evil"):
        answer = am.post(f"/crm/opportunity/{bank}/move", to=str(stage("O2")), next=strange)
        assert answer.headers["location"] == BOARD
