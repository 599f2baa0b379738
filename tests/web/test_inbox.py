"""The inbox: what one is told, the way to it, the bell; and what of it is sent."""

import re

import pytest

from core.db import unit_of_work
from core.outbox import choice_of
from core.settings import settings
from core.signin import actor_for
from crm.accounts import Account
from tests.web.reading import inputs, statements
from tests.web.world import World


def mention(world: World, by: str = "lead", whom: str = "am", record: str = "港口") -> None:
    world.client(by).post(f"/crm/account/{world.ids[record]}/note", data={"body": f"@{whom} 请看"})


def links(page: str) -> list[str]:
    return re.findall(r'href="(/me/inbox/\d+)"', page)


def test_a_mention_is_told_with_the_way_to_its_record(own_world: World) -> None:
    mention(own_world)
    client = own_world.client("am")
    page = client.get("/me/inbox").text
    assert "lead 先生 mentioned you" in page
    assert "港口集团有限公司" in page
    assert client.get(links(page)[0]).headers["location"] == f"/crm/account/{own_world.ids['港口']}"
    assert "Mark as read" not in client.get("/me/inbox").text, "opening it has read it"


def test_the_bell_shows_how_many_wait_at_no_statement_more(own_world: World) -> None:
    client = own_world.client("am")
    before = client.get("/crm/account")
    mention(own_world)
    mention(own_world)
    after = client.get("/crm/account")
    assert re.search(r"<em>2<", after.text)
    assert not re.search(r"<em>\d+<", before.text)
    assert statements(after) == statements(before)


def test_what_was_taken_away_is_told_without_its_name(own_world: World) -> None:
    mention(own_world)
    with unit_of_work(actor_for("lead")) as session:
        account = session.get(Account, own_world.ids["港口"])
        assert account is not None
        account.owner_id = own_world.ids["lead"]
    page = own_world.client("am").get("/me/inbox").text
    assert "This is no longer yours to see." in page
    assert "港口" not in page


def test_a_new_owner_is_told_by_whom(own_world: World) -> None:
    with unit_of_work(actor_for("keeper")) as session:
        account = session.get(Account, own_world.ids["港口"])
        assert account is not None
        account.owner_id = own_world.ids["am2"]
    assert "keeper 先生 gave you this" in own_world.client("am2").get("/me/inbox").text
    assert "gave you this" not in own_world.client("keeper").get("/me/inbox").text


def test_nobody_opens_or_reads_anothers_notice(own_world: World) -> None:
    mention(own_world)
    link = links(own_world.client("am").get("/me/inbox").text)[0]
    stranger = own_world.client("am2")
    assert stranger.get(link).status_code == 404
    stranger.post(f"{link}/read")
    stranger.post("/me/inbox/read")
    assert actor_for("am").unread == 1


def test_all_are_read_at_once_and_that_is_taken_back(own_world: World) -> None:
    client = own_world.client("am")
    mention(own_world)
    client.get(links(client.get("/me/inbox").text)[0])
    mention(own_world)
    mention(own_world)
    page = client.get(client.post("/me/inbox/read").headers["location"]).text
    assert actor_for("am").unread == 0
    client.post(re.search(r'action="(/me/inbox/unread/\d+)"', page)[1])  # type: ignore[index]
    assert actor_for("am").unread == 2, "the one that was read before stays read"


def test_one_is_marked_by_its_button(own_world: World) -> None:
    mention(own_world)
    client = own_world.client("am")
    client.post(f"{links(client.get('/me/inbox').text)[0]}/read")
    assert actor_for("am").unread == 0


def test_a_long_inbox_has_pages(own_world: World) -> None:
    for _n in range(45):
        mention(own_world)
    client = own_world.client("am")
    first = client.get("/me/inbox").text
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following
    rest = client.get(following[1]).text
    assert (len(links(first)), len(links(rest))) == (40, 5)
    assert set(links(first)).isdisjoint(links(rest))


def test_an_inbox_costs_as_much_with_many_notices_as_with_one(own_world: World) -> None:
    client = own_world.client("am")
    mention(own_world)
    one = statements(client.get("/me/inbox"))
    for _n in range(10):
        mention(own_world)
    assert statements(client.get("/me/inbox")) == one <= 8


@pytest.mark.parametrize("odd", ["0-x", "2-5", "-", "1-99999999999999999999999"])
def test_an_odd_place_is_the_beginning(world: World, odd: str) -> None:
    assert world.client("am").get(f"/me/inbox?after={odd}").status_code == 200


def test_each_chooses_what_is_sent_and_in_the_language_of_the_moment(own_world: World) -> None:
    client = own_world.client("am", "en")
    form = inputs(client.get("/me/notices").text)
    assert set(form.values()) == {"inbox"}
    client.post("/me/notices", data={**form, "mention": "mail", "due": "webhook"})
    chosen = choice_of(own_world.ids["am"])
    assert (chosen.ways, chosen.language) == ({"mention": "mail"}, "en"), "a way that is not offered is not kept"
    assert "No e-mail address is known of you" in client.get("/me/notices").text


def test_the_webhook_is_offered_where_the_machine_has_one(own_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OCTANT_NOTICE_WEBHOOK", "http://127.0.0.1:1/hook")
    monkeypatch.setenv("OCTANT_NOTICE_WEBHOOK_KEY", "secret")
    settings.cache_clear()
    client = own_world.client("am")
    client.post("/me/notices", data={"due": "webhook"})
    assert choice_of(own_world.ids["am"]).ways == {"due": "webhook"}


def test_the_palette_finds_records_and_commands_in_two_statements(world: World) -> None:
    client = world.client("am")
    base = statements(client.get("/search/hits"))
    found = client.get("/search/hits?q=gk")  # 港口 by its initials
    assert "港口集团有限公司" in found.text
    assert statements(found) == base + 2  # the kinds in which the word stands, and their records
    assert statements(client.get("/search/hits?q=zzzz")) == base + 1
    assert 'href="/crm/opportunity/new"' in client.get("/search/hits?q=opp").text
    assert "港口" not in world.client("am2").get("/search/hits?q=港口").text


def test_help_is_for_the_roles_that_one_has(world: World) -> None:
    assert "Administration" not in world.client("am").get("/help").text.partition("<main")[2]
    for user in ("am", "lead", "exec", "admin", "keeper"):
        assert world.client(user).get("/help").status_code == 200
