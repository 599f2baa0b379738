"""Lists: what they cost, how they are narrowed, sorted and paged, and how they come back."""

import html
import re
from datetime import timedelta

import pytest

from core import clock
from core.access import OPERATOR
from core.db import unit_of_work
from core.registry import registry
from crm.accounts import Account
from crm.activities import Activity
from crm.opportunities import Opportunity
from tests.web.reading import statements
from tests.web.world import World

LIST_BUDGET, RECORD_BUDGET = 8, 20


@pytest.fixture(scope="module")
def many(world: World) -> World:
    """A hundred and twenty more deals of one account."""
    with unit_of_work(OPERATOR) as session:
        for number in range(120):
            deal = Opportunity(name=f"批量{number:03}", account_id=world.ids["港口"], owner_id=world.ids["am"])
            deal.amount, deal.engaged_on = (number // 3) * 100_00, clock.today()
            deal.expected_close_on = clock.today() + timedelta(days=number)
            entity = registry().entity("crm.opportunity")
            assert entity is not None
            entity.complete(session, deal)
            session.add(deal)
    return world


def links(page: str) -> list[str]:
    return [html.unescape(link) for link in re.findall(r'href="([^"]+)"', page)]


def names(page: str) -> list[str]:
    return re.findall(r'<a href="/crm/opportunity/\d+">([^<]+)</a>', page)


def next_page(page: str) -> str | None:
    found = re.search(r'rel="next" href="([^"]+)"', page)
    return html.unescape(found[1]) if found else None


def previous_page(page: str) -> str | None:
    found = re.search(r'rel="prev" href="([^"]+)"', page)
    return html.unescape(found[1]) if found else None


def test_a_list_costs_at_most_eight_statements_however_long_it_is(many: World) -> None:
    client = many.client("am")
    for path in (
        "/crm/opportunity",
        "/crm/opportunity?sort=-expected_close_on&state=open&q=批量",
        "/crm/account",
        "/crm/key_person",
    ):
        assert statements(client.get(path)) <= LIST_BUDGET, path


def test_every_entitys_list_keeps_to_the_budget(world: World) -> None:
    client = world.client("keeper")
    costs = {
        e.stem: statements(client.get(e.path)) for e in registry().entities() if client.get(e.path).status_code == 200
    }
    assert {stem: cost for stem, cost in costs.items() if cost > LIST_BUDGET} == {}
    assert len(costs) > 20


def test_a_record_costs_at_most_twenty_statements_however_much_hangs_on_it(many: World) -> None:
    client = many.client("am")
    for name, stem in (
        ("港口", "account"),
        ("电池", "account"),
        ("港口专网", "opportunity"),
        ("港口主任", "key_person"),
    ):
        assert statements(client.get(f"/crm/{stem}/{many.ids[name]}")) <= RECORD_BUDGET, name


def test_paging_shows_every_row_once_and_finds_its_way_back(many: World) -> None:
    client = many.client("am")
    seen, pages, path = [], [], "/crm/opportunity?sort=amount"
    while path:
        page = client.get(path).text
        pages.append(page)
        seen += names(page)
        path = next_page(page) or ""
    assert len(pages) == 3
    assert len(seen) == len(set(seen)) == 122
    back = previous_page(pages[2])
    assert back
    assert names(client.get(back).text) == names(pages[1])
    first = previous_page(client.get(back).text)
    assert first
    assert names(client.get(first).text) == names(pages[0])


def test_a_click_on_a_head_turns_the_order_round(many: World) -> None:
    client = many.client("am")
    page = client.get("/crm/opportunity?q=批量&sort=amount").text
    assert 'aria-sort="ascending"' in page
    turned = next(link for link in links(page) if "sort=-amount" in link)
    assert names(client.get(turned).text)[0] > names(page)[0]


def test_a_facet_narrows_and_says_how_many_there_are(many: World) -> None:
    client = many.client("am")
    page = client.get("/crm/opportunity").text
    option = next(link for link in links(page) if link.startswith("/crm/opportunity?state=open"))
    narrowed = client.get(option).text
    assert "122 in total" in narrowed
    assert 'aria-current="true"' in narrowed
    assert "/crm/opportunity" in links(narrowed)


def test_the_sum_is_of_the_whole_list_not_of_the_page(many: World) -> None:
    page = many.client("am").get("/crm/opportunity?q=批量").text
    total = sum((number // 3) * 100 for number in range(120))
    assert f"¥{total:,}.00" in page


def test_search_finds_two_characters_initials_and_the_last_four_digits(world: World) -> None:
    client = world.client("am")
    assert "港口集团有限公司" in client.get("/crm/account?q=港口").text
    assert "港口集团有限公司" in client.get("/crm/account?q=gk").text
    assert "港口主任" in client.get("/crm/key_person?q=5678").text


def test_search_over_everything_shows_only_what_one_may_see(world: World) -> None:
    page = world.client("am").get("/search?q=港口").text
    assert {"港口集团有限公司", "港口主任", "港口专网"} <= set(re.findall(r">([^<]+)</a>", page))
    assert "医院集团有限公司" not in world.client("am").get("/search?q=医院").text
    assert "医院集团有限公司" in world.client("exec").get("/search?q=医院").text


def test_counts_tell_nothing_of_hidden_rows(world: World) -> None:
    assert "2 in total" in world.client("am").get("/crm/account").text
    assert "1 in total" in world.client("am2").get("/crm/account").text


def test_the_fragment_has_its_own_address_and_tells_the_lists(many: World) -> None:
    answer = many.client("am").get("/crm/opportunity/rows?sort=amount&q=批量")
    assert answer.headers["hx-replace-url"] == "/crm/opportunity?q=%E6%89%B9%E9%87%8F&sort=amount"
    assert "<html" not in answer.text
    assert answer.text.count("<hx-partial") >= 2
    assert "<html" in many.client("am").get("/crm/opportunity", headers={"HX-Request": "true"}).text


@pytest.mark.parametrize(
    "query",
    [
        "sort=nothing",
        "sort=-mobile",
        "mobile=13812345678",
        "nothing=1",
        "after=x",
        "after=1:x",
        "after=1:",
        "state=strange",
        "account=x'--",
        "amount=..x",
        "expected_close_on.from=32.13.2026",
        "sort=amount);drop table crm_account",
        "grade=%00",
    ],
)
def test_a_strange_address_is_answered_with_a_sentence(world: World, query: str) -> None:
    for path in (
        "/crm/key_person",
        "/crm/opportunity",
        "/crm/opportunity/rows",
        "/crm/opportunity/totals",
        "/crm/opportunity/board",
    ):
        assert world.client("am").get(f"{path}?{query}").status_code in (200, 422)


def test_a_phone_is_no_column_to_sort_or_filter_by(world: World) -> None:
    client = world.client("am")
    assert client.get("/crm/key_person?sort=mobile").status_code == 422
    assert client.get("/crm/key_person?mobile=13812345678").status_code == 422


def test_a_range_of_days_includes_its_end(many: World) -> None:
    today = clock.today().isoformat()
    page = many.client("am").get(f"/crm/opportunity?expected_close_on.from={today}&expected_close_on.to={today}").text
    assert names(page) == ["批量000"]
    assert f"{today} – {today}" in page, "the end is said as it was typed"


def test_a_sum_that_no_column_shows_is_no_empty_row(world: World) -> None:
    with unit_of_work(OPERATOR) as session:
        session.add(Activity(subject="有费用", kind="visit", owner_id=world.ids["am"], cost=100))
    page = world.client("am").get("/crm/activity").text
    assert "有费用" in page
    assert "<tfoot" not in page
    assert "<tfoot" in world.client("am").get("/crm/opportunity").text


def test_archived_records_are_out_of_the_list_and_in_their_own(world: World) -> None:
    client = world.client("am")
    with unit_of_work(OPERATOR) as session:
        made = Account(code="AR", name="要归档", owner_id=world.ids["am"])
        session.add(made)
    answer = client.post(f"/crm/account/{made.id}/archive")
    page = client.get(answer.headers["location"]).text
    assert "Archived. It is out of the lists" in page
    assert "要归档" not in page
    assert "要归档" in client.get("/crm/account?archived=1").text
    undo = re.search(r'action="(/crm/account/\d+/undo)">.*?name="entry" value="(\d+)"', page)
    assert undo
    assert client.post(undo[1], data={"entry": undo[2]}).status_code == 303
    assert "要归档" in client.get("/crm/account").text


# --- board and totals -----------------------------------------------------------------------------------------


def test_a_board_counts_all_and_shows_the_largest_ten(many: World) -> None:
    page = many.client("am").get("/crm/opportunity/board").text
    assert page.count("data-card") == 10
    assert 'class="n">122</span>' in page
    more = next(link for link in links(page) if link.startswith("/crm/opportunity?stage="))
    assert "122 in total" in many.client("am").get(more).text


def test_a_card_is_moved_by_a_plain_form(many: World) -> None:
    client = many.client("am")
    page = client.get("/crm/opportunity/board").text
    action = re.search(r'action="((/crm/opportunity/\d+)/move\?from=\d+)&amp;next=%2Fcrm%2Fopportunity%2Fboard', page)
    buttons = re.findall(r'name="to" value="(\d+)">([^<]+)<', page)
    assert action
    second = buttons[0]
    answer = client.post(action[1], data={"to": second[0], "next": "/crm/opportunity/board?q=x"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/crm/opportunity/board?q=x")
    moved = client.get(action[2]).text
    assert second[1] in moved
    assert client.post(action[1], data={"to": second[0]}).status_code == 409, "it stands elsewhere now"
    assert client.post(f"{action[2]}/move", data={"to": "12345"}).status_code == 422


def test_totals_add_up_to_the_list(many: World) -> None:
    client = many.client("am")
    page = client.get("/crm/opportunity/totals?by=stage&by=state&sum=amount").text
    whole = client.get("/crm/opportunity").text
    total = re.search(r"<tfoot.*?(¥[\d,.]+)", whole, re.DOTALL)
    assert total
    assert total[1] in page.split("<tfoot")[1]
    row = next(link for link in links(page) if "stage=" in link and link.startswith("/crm/opportunity?"))
    assert client.get(row).status_code == 200
