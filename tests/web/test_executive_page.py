"""The executive's page by its address: who may open it, what it costs, and that its links lead where they say."""

import html
import re
from datetime import timedelta
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook
from sqlmodel import col, select

from core import clock
from core.access import OPERATOR
from core.db import unit_of_work
from core.people import Unit
from crm.opportunities import Opportunity
from crm.opportunity_verbs import OPPORTUNITY
from crm.stages import Stage
from tests.web.reading import statements
from tests.web.world import World

PAGE = "/reports/executive"
MOST_STATEMENTS = 20


@pytest.fixture(scope="module")
def busy(world: World) -> World:
    """Deals won, lost, open and stalled, of two owners in two cities."""
    today = clock.today()
    with unit_of_work(OPERATOR) as session:
        stage = session.scalars(select(Stage).where(Stage.code == "O4")).one()
        for number in range(40):
            who = "am" if number % 4 else "am2"
            state = ("won", "lost", "open", "won")[number % 4]
            deal = Opportunity(
                name=f"商机{number}", owner_id=world.ids[who], account_id=world.ids["港口" if who == "am" else "医院"],
                state=state, amount=number * 1_000_000, stage_id=stage.id, engaged_on=today - timedelta(days=number),
                closed_on=None if state == "open" else today.replace(day=1), stage_since=today - timedelta(days=100),
            )  # fmt: skip
            if deal.closed_on:
                deal.engaged_on = deal.closed_on - timedelta(days=number)
            OPPORTUNITY.complete(session, deal)
            session.add(deal)
        for number in range(12):
            OPPORTUNITY.complete(session, deal := earlier(world, number, stage.id))
            session.add(deal)
    return world


def earlier(world: World, number: int, stage_id: int) -> Opportunity:
    """A deal that was won or lost on the first day of this month a year ago."""
    who, day = ("am", "am2")[number % 2], clock.today().replace(day=1)
    return Opportunity(
        name=f"去年商机{number}", owner_id=world.ids[who], account_id=world.ids["港口" if who == "am" else "医院"],
        state="lost" if number == 0 else "won", amount=number * 500_000, stage_id=stage_id,
        closed_on=day.replace(year=day.year - 1),
    )  # fmt: skip


def links(page: str, path: str) -> list[str]:
    return [html.unescape(link) for link in re.findall(rf'href="({path}\?[^"]+)"', page)]


def rows(page: str) -> int:
    """How many a list says that it found."""
    found = re.search(r'class="foot"[^>]*>.*?<span[^>]*>\D*([\d,]+)', page, re.DOTALL)
    assert found, page[-3000:]
    return int(found[1].replace(",", ""))


def main(page: str) -> str:
    return page[page.index("<main") : page.index("</main")]


def test_it_is_for_executives_and_leads_and_nobody_else(busy: World) -> None:
    answers = {user: busy.client(user).get(PAGE).status_code for user in ("exec", "lead", "am", "admin", "keeper")}
    assert answers == {"exec": 200, "lead": 200, "am": 404, "admin": 404, "keeper": 404}
    for tail in ("", "/xlsx"):
        assert busy.client("am").post(PAGE + tail).status_code in (403, 404)
    assert busy.client(None).get(PAGE).status_code in (303, 401)


def test_the_day_of_an_executive_begins_there(busy: World) -> None:
    assert busy.client("exec").get("/").headers["location"] == PAGE


@pytest.mark.parametrize("user", ("exec", "lead"))
def test_every_link_on_it_answers(busy: World, user: str) -> None:
    client = busy.client(user)
    page = main(client.get(PAGE).text)
    found = {
        *links(page, "/crm/opportunity"),
        *links(page, "/crm/contract"),
        *links(page, PAGE),
        *links(page, "/crm/target"),
    }
    found |= set(re.findall(r'href="(/crm/opportunity/\d+)"', page))
    assert len(found) > 20
    assert {link: client.get(link).status_code for link in found if client.get(link).status_code != 200} == {}


def test_a_city_leads_to_as_many_deals_as_it_says(busy: World) -> None:
    client = busy.client("exec")
    page = main(client.get(f"{PAGE}?period=month").text)
    cities = re.search(r"<ul class=\"body bullets[^>]*>(.*?)</ul>", page, re.DOTALL)
    assert cities
    city = r'<a href="([^"]+)">([^<]+)</a>.*?<a href="([^"]+)">[^<]*?(\d+) / (\d+)'
    found = re.findall(city, cities[1], re.DOTALL)
    assert {name: (now, before) for _now, name, _before, now, before in found} == {
        "Unit gz": ("10", "5"), "Unit sz": ("10", "6"),
    }  # fmt: skip
    for now_href, _name, before_href, now, before in found:
        assert rows(client.get(html.unescape(now_href)).text) == int(now)
        assert rows(client.get(html.unescape(before_href)).text) == int(before)


def test_each_number_of_the_comparison_leads_to_as_many_deals(busy: World) -> None:
    client = busy.client("exec")
    page = main(client.get(f"{PAGE}?period=month").text)
    table = page[page.index('id="h-before"') :].partition("</table>")[0]
    cells = re.findall(r'<a href="([^"]+)">([^<]+)</a>', table)
    assert [text for _href, text in cells[2:]] == ["20", "11", "67% (20 of 30)", "11 of 12"]
    for href, text in cells[2:]:
        number = re.findall(r"\d+", text)[-1]
        assert rows(client.get(html.unescape(href)).text) == int(number)


def test_where_the_records_begin_later_nothing_is_compared(busy: World) -> None:
    day = clock.today()
    page = main(busy.client("exec").get(f"{PAGE}?period={day.year - 1}-{day.month:02d}").text)
    assert 'id="h-before"' not in page and "The records do not reach back" in page.replace(": the r", ": The r")


def test_a_lead_reads_nothing_of_another_city(busy: World) -> None:
    client = busy.client("lead")
    page = client.get(PAGE).text
    assert "Unit sz" not in page and "医院" not in page and "商机4<" not in page
    with unit_of_work(OPERATOR) as session:
        other = session.scalar(select(col(Unit.id)).where(col(Unit.code) == "sz"))
    assert client.get(f"{PAGE}?unit={other}").status_code == 404
    assert client.get(f"{PAGE}?unit=sz").status_code == 404 == client.get(f"{PAGE}?unit=nowhere").status_code


def test_an_address_that_asks_for_nonsense_is_told_so(busy: World) -> None:
    client = busy.client("exec")
    assert client.get(f"{PAGE}?period=soon").status_code == 422
    assert client.get(f"{PAGE}?trade=nothing").status_code == 404


def test_it_costs_at_most_twenty_statements(busy: World) -> None:
    client = busy.client("exec")
    costs = {
        query: statements(client.get(PAGE + query))
        for query in ("", "?period=month", "?unit=gz", "?unit=gz1&trade=T01")
    }
    assert max(costs.values()) <= MOST_STATEMENTS, costs


def test_a_filter_changes_a_part_and_the_address(busy: World) -> None:
    answer = busy.client("exec").get(f"{PAGE}/part?period=month&unit=gz&trade=", headers={"hx-request": "true"})
    assert answer.status_code == 200 and "<main" not in answer.text and 'id="exec"' in answer.text
    pushed = answer.headers["hx-push-url"]
    assert pushed.startswith(PAGE + "?") and "period=month" in pushed and "unit=" in pushed and "trade" not in pushed


def test_the_button_orders_the_paper_of_the_same_filter(busy: World) -> None:
    client = busy.client("exec")
    page = client.get(f"{PAGE}?period=month&unit=gz").text
    form = re.search(r'<form method="post" action="/reports/executive">(.*?)</form>', page, re.DOTALL)
    assert form
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[1]))
    assert fields["period"] == "month" and fields["unit"].isdecimal()
    answer = client.post(PAGE, data=fields)
    assert answer.status_code == 303 and answer.headers["location"].startswith("/jobs/")


def test_the_tables_leave_as_a_workbook(busy: World) -> None:
    answer = busy.client("exec").post(f"{PAGE}/xlsx", data={"period": "month"})
    book = CalamineWorkbook.from_filelike(BytesIO(answer.content))
    rows = book.get_sheet_by_index(2).to_python(skip_empty_area=False)
    assert {row[0]: row[1] for row in rows[3:]} == {"Unit gz": 10, "Unit sz": 10}
