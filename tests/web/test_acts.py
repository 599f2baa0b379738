"""Verbs, history and undo on a record's page."""

import re

from tests.web.reading import inputs
from tests.web.world import World


def deal(world: World, name: str) -> str:
    return f"/crm/opportunity/{world.ids[name]}"


def test_a_verb_asks_for_what_it_needs_and_keeps_it_when_refused(world: World) -> None:
    client, path = world.client("am"), deal(world, "港口专网")
    answer = client.post(f"{path}/do/lose", data={"lose.why": "price", "lose.closed_on": "2026-13-01"})
    assert answer.status_code == 422
    opened = answer.text.split('id="verb-lose"')[1].split("</details>")[0]
    assert opened.startswith(" open")
    assert 'value="price"' in opened
    assert 'badge brand">Open' in answer.text


def test_a_verb_changes_the_state_and_is_written_down(world: World) -> None:
    client, path = world.client("am"), deal(world, "港口专网")
    assert client.post(f"{path}/do/hold", data={"hold.why": "budget", "hold.wake_on": "2099-01-01"}).status_code == 303
    page = client.get(path).text
    assert 'badge brand">On hold' in page
    assert "Put on hold" in client.get(f"{path}/history").text
    assert client.post(f"{path}/do/hold", data={"hold.why": "again", "hold.wake_on": "2099-01-01"}).status_code == 409
    assert client.post(f"{path}/do/reopen", data={"reopen.why": "it goes on"}).status_code == 303


def test_a_verb_sent_twice_is_done_once(world: World) -> None:
    client, path = world.client("am"), deal(world, "电池专网")
    typed = {"hold.why": "x", "hold.wake_on": "2099-01-01", "key": "one"}
    first, second = client.post(f"{path}/do/hold", data=typed), client.post(f"{path}/do/hold", data=typed)
    assert (first.status_code, second.status_code) == (303, 303)


def test_two_forms_of_a_page_share_no_id(world: World) -> None:
    page = world.client("am").get(deal(world, "港口专网")).text
    ids = re.findall(r' id="([^"]+)"', page)
    assert sorted(ids) == sorted(set(ids))


def test_one_field_of_a_change_is_taken_back_alone(world: World) -> None:
    client = world.client("am")
    path = f"/crm/account/{world.ids['港口']}"
    typed = {**inputs(client.get(f"{path}/edit").text), "address": "new street", "website": "new.example"}
    client.post(f"{path}/edit", data=typed)
    history = client.get(f"{path}/history").text
    assert "new street" in history
    entry = re.search(r'name="entry" value="(\d+)"><input type="hidden" name="field" value="address"', history)
    assert entry
    assert client.post(f"{path}/undo", data={"entry": entry[1], "field": "address"}).status_code == 303
    now = inputs(client.get(f"{path}/edit").text)
    assert (now["address"], now["website"]) == ("", "new.example")


def test_a_change_that_was_changed_again_is_not_taken_back(world: World) -> None:
    client = world.client("am")
    path = f"/crm/account/{world.ids['电池']}"
    for street in ("first street", "second street"):
        client.post(f"{path}/edit", data={**inputs(client.get(f"{path}/edit").text), "address": street})
    shown = client.get(f"{path}/history").text.split('id="toasts"')[0]
    entries = re.findall(r'name="entry" value="(\d+)"', shown)
    answer = client.post(f"{path}/undo", data={"entry": entries[-1]})
    assert answer.status_code == 409
    assert "Changed again since" in answer.text
    assert inputs(client.get(f"{path}/edit").text)["address"] == "second street"


def test_an_archived_record_is_only_restored(world: World) -> None:
    client, path = world.client("am"), deal(world, "电池专网")
    client.post(f"{path}/archive")
    page = client.get(path).text
    assert "This record is archived" in page
    assert f'href="{path}/edit"' not in page
    assert client.post(f"{path}/do/win").status_code == 409
    assert client.post(f"{path}/restore").status_code == 303
    assert f'href="{path}/edit"' in client.get(path).text


def test_what_names_a_record_stands_on_its_page(world: World) -> None:
    page = world.client("am").get(f"/crm/account/{world.ids['港口']}").text
    assert f'href="/crm/opportunity/{world.ids["港口专网"]}"' in page
    assert f'href="/crm/key_person?account={world.ids["港口"]}"' in page
    assert f'href="/crm/key_person/new?account={world.ids["港口"]}&amp;back=' in page


def test_what_one_may_not_do_is_not_offered(world: World) -> None:
    page = world.client("exec").get(deal(world, "港口专网")).text
    assert "/do/win" not in page
    assert "/archive" not in page
    assert "/edit" not in page
