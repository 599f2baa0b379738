"""Forms: what was typed is never lost, only what may be set is set, two people cannot overwrite each other unseen."""

import re
from typing import Any

from sqlalchemy import select

from core.access import OPERATOR
from core.db import reading, unit_of_work
from crm.accounts import Account
from crm.key_persons import KeyPerson
from tests.web.reading import inputs
from tests.web.world import World


def account(account_id: int) -> Account:
    with reading(OPERATOR) as session:
        found = session.get(Account, account_id)
        assert found is not None
        return found


def accounts_named(name: str) -> list[int]:
    with reading(OPERATOR) as session:
        return list(session.scalars(select(Account.id).where(Account.name == name)))


def filled(client: Any, path: str, **typed: str) -> dict[str, str]:
    return {**inputs(client.get(path).text), **typed}


def test_a_new_record_is_made_and_shown(world: World) -> None:
    client = world.client("am")
    typed = filled(
        client, "/crm/account/new", name="新客户", member_count="1,200", wallet_share="12.5", revenue="3.5万"
    )
    answer = client.post("/crm/account/new", data=typed)
    assert answer.status_code == 303
    page = client.get(answer.headers["location"]).text
    assert "新客户" in page
    assert "Created." in page
    made = account(int(answer.headers["location"].rpartition("/")[2]))
    assert (made.member_count, made.wallet_share, made.revenue, made.owner_id) == (
        1200,
        1250,
        3_500_000,
        world.ids["am"],
    )


def test_the_message_is_shown_once(world: World) -> None:
    client = world.client("am")
    path = f"/crm/account/{world.ids['港口']}"
    client.post(f"{path}/edit", data=filled(client, f"{path}/edit", website="a.example"))
    assert "Saved." in client.get(path).text
    assert "Saved." not in client.get(path).text


def test_a_saved_change_can_be_taken_back_at_once(world: World) -> None:
    client = world.client("am")
    path = f"/crm/account/{world.ids['港口']}"
    client.post(f"{path}/edit", data=filled(client, f"{path}/edit", website="undo.example"))
    toast = client.get(path).text.split('id="toasts"')[1].split("</form>")[0]
    entry = re.search(r'name="entry" value="(\d+)"', toast)
    assert f'action="{path}/undo"' in toast
    assert entry
    assert client.post(f"{path}/undo", data={"entry": entry[1]}).status_code == 303
    assert account(world.ids["港口"]).website != "undo.example"


def test_a_save_that_changes_nothing_offers_no_undo(world: World) -> None:
    client = world.client("am")
    path = f"/crm/account/{world.ids['港口']}"
    client.post(f"{path}/edit", data=filled(client, f"{path}/edit"))
    assert "/undo" not in client.get(path).text.split('id="toasts"')[1]


def test_wrong_input_is_said_at_its_field_and_the_rest_is_kept(world: World) -> None:
    client = world.client("am")
    typed = filled(client, "/crm/account/new", name="", member_count="many", note="kept <b>")
    answer = client.post("/crm/account/new", data=typed)
    assert answer.status_code == 422
    again = inputs(answer.text)
    assert (again["member_count"], again["note"], again["key"]) == ("many", "kept <b>", typed["key"])
    assert 'id="f-member_count-e"' in answer.text
    assert 'aria-describedby="f-member_count-e"' in answer.text
    assert answer.text.count("autofocus") == 1
    assert "<b>" not in answer.text.split("<textarea")[1].split("</textarea>")[0]


def test_only_declared_inputs_are_taken(world: World) -> None:
    client = world.client("am")
    smuggled = {
        "id": "5",
        "city_id": "1",
        "unit_id": "1",
        "version": "99",
        "created_at": "2020-01-01",
        "archived_at": "2020-01-01",
    }
    typed = filled(client, "/crm/account/new", name="ohne Zusatz") | smuggled
    answer = client.post("/crm/account/new", data=typed)
    made = account(int(answer.headers["location"].rpartition("/")[2]))
    assert made.id != 5
    assert (made.version, made.archived_at) == (1, None)
    assert made.created_at.year > 2020


def test_a_status_is_not_set_by_a_form(world: World) -> None:
    client = world.client("am")
    path = f"/crm/opportunity/{world.ids['港口专网']}"
    client.post(f"{path}/edit", data=filled(client, f"{path}/edit", state="won", closed_on="2026-01-01"))
    assert 'badge brand">Open' in client.get(path).text


def test_nobody_gives_a_record_to_an_owner_out_of_reach(world: World) -> None:
    client = world.client("am")
    answer = client.post(
        "/crm/account/new", data=filled(client, "/crm/account/new", name="fremd", owner_id=str(world.ids["am2"]))
    )
    assert answer.status_code == 403
    assert "out of your reach" in answer.text
    assert inputs(answer.text)["name"] == "fremd"
    assert accounts_named("fremd") == []


def test_a_change_of_owner_out_of_reach_keeps_what_was_typed(world: World) -> None:
    client = world.client("am")
    path = f"/crm/account/{world.ids['港口']}/edit"
    answer = client.post(path, data=filled(client, path, owner_id=str(world.ids["am2"]), note="kept"))
    assert answer.status_code == 403
    assert inputs(answer.text)["note"] == "kept"
    assert account(world.ids["港口"]).owner_id == world.ids["am"]


def test_a_value_that_is_taken_is_said_in_the_same_words_whoever_holds_it(world: World) -> None:
    client = world.client("am")

    def post(code: str) -> str:
        answer = client.post("/crm/account/new", data=filled(client, "/crm/account/new", name="n", code=code))
        assert answer.status_code == 422
        return answer.text.split('id="f-code-e"')[1].split("</p>")[0]

    assert post("C-港口") == post("C-医院")


def test_a_lost_race_shows_both_values_and_keeps_what_was_typed(world: World) -> None:
    mine, theirs = world.client("am"), world.client("lead")
    path = f"/crm/account/{world.ids['电池']}/edit"
    typed = filled(mine, path, address="my street", website="mine.example")
    assert theirs.post(path, data=filled(theirs, path, address="their street")).status_code == 303
    answer = mine.post(path, data=typed)
    assert answer.status_code == 409
    again = inputs(answer.text)
    assert (again["address"], again["website"]) == ("my street", "mine.example")
    assert "their street" in answer.text
    assert "lead" in answer.text.split('class="note warn"')[1][:600]
    assert mine.post(path, data=again).status_code == 303
    assert account(world.ids["电池"]).address == "my street"


def mobile(person: int) -> str | None:
    with reading(OPERATOR, clear=True) as session:
        found = session.get(KeyPerson, person)
        assert found is not None
        return found.mobile


def test_a_number_is_clear_on_the_record_to_its_owner_and_masked_elsewhere(world: World) -> None:
    path, owner = f"/crm/key_person/{world.ids['港口主任']}", world.client("am")
    assert "13812345678" in owner.get(path).text
    assert "13812345678" not in owner.get("/crm/key_person").text
    assert "138****5678" in world.client("exec").get(path).text


def test_ones_own_mask_coming_back_means_unchanged(world: World) -> None:
    person, owner = world.ids["港口主任"], world.client("am")
    path = f"/crm/key_person/{person}/edit"
    assert owner.post(path, data=filled(owner, path, post="处长", mobile="138****5678")).status_code == 303
    assert mobile(person) == "13812345678"
    assert inputs(owner.get(path).text)["post"] == "处长"


def test_history_masks_what_the_record_masks(world: World) -> None:
    person, owner = world.ids["电池主任"], world.client("am")
    path = f"/crm/key_person/{person}"
    owner.post(f"{path}/edit", data=filled(owner, f"{path}/edit", mobile="13900001111"))
    assert "13900001111" in owner.get(f"{path}/history").text
    seen = world.client("exec").get(f"{path}/history").text
    assert "139****1111" in seen
    assert "13900001111" not in seen


def test_an_unticked_box_is_a_no(world: World) -> None:
    client = world.client("keeper")
    answer = client.post(
        "/crm/product/new", data=filled(client, "/crm/product/new", name_zh="试", code="T1", agent_may_sell="1")
    )
    path = f"{answer.headers['location']}/edit"
    typed = filled(client, path)
    assert typed.pop("agent_may_sell") == "1"
    client.post(path, data=typed)
    assert "agent_may_sell" not in inputs(client.get(path).text)


def test_a_link_fills_in_what_it_knows(world: World) -> None:
    page = world.client("am").get(f"/crm/key_person/new?account={world.ids['港口']}&nonsense=1").text
    assert inputs(page)["account_id"] == str(world.ids["港口"])


def test_a_reference_is_found_by_its_title_or_its_code(world: World) -> None:
    client = world.client("am")
    for typed in ("港口集团有限公司", "C-港口"):
        answer = client.post(
            "/crm/key_person/new", data=filled(client, "/crm/key_person/new", name=typed, account_id=typed)
        )
        assert answer.status_code == 303


def test_what_is_found_by_initials_or_a_code_is_not_dropped_by_the_browser(world: World) -> None:
    """A datalist shows only options in whose value or label the typed letters stand."""
    client = world.client("am")
    by_code = client.get("/crm/account/choices?q=C-港口").text
    assert '<option value="港口集团有限公司" label="港口集团有限公司 (C-港口)">' in by_code
    assert '<option value="港口集团有限公司">' in client.get("/crm/account/choices?q=港口").text


def test_two_records_of_one_title_are_told_apart_by_their_codes(world: World) -> None:
    with unit_of_work(OPERATOR) as session:
        for code in ("TW-1", "TW-2"):
            session.add(Account(code=code, name="双子有限公司", owner_id=world.ids["am"]))
    client = world.client("am")
    offered = client.get("/crm/account/choices?q=双子").text
    assert "双子有限公司 · TW-1" in offered

    def post(typed: str) -> int:
        return client.post(
            "/crm/key_person/new", data=filled(client, "/crm/key_person/new", name="n", account_id=typed)
        ).status_code

    assert post("双子有限公司") == 422
    assert post("双子有限公司 · TW-1") == 303


def test_what_a_person_typed_is_never_run_or_lost(world: World) -> None:
    client = world.client("am")
    nasty = "{{7*7}} ${7*7} %(x)s {0.__class__} <script>alert(1)</script> '\"; --"
    answer = client.post("/crm/account/new", data=filled(client, "/crm/account/new", name=nasty))
    page = client.get(answer.headers["location"]).text
    assert "<script>alert" not in page
    assert "{{7*7}} ${7*7} %(x)s {0.__class__} &lt;script&gt;" in page


def test_a_form_that_was_opened_from_a_page_leads_back_to_it(world: World) -> None:
    client, account_path = world.client("am"), f"/crm/account/{world.ids['港口']}"
    form = f"/crm/key_person/new?account={world.ids['港口']}&back={account_path}"
    assert f'<a class="btn" href="{account_path}">' in client.get(form).text  # cancel
    answer = client.post("/crm/key_person/new", data=filled(client, form, name="钟海"))
    assert (answer.status_code, answer.headers["location"]) == (303, account_path)


def test_the_way_back_stays_within_the_site(world: World) -> None:
    client = world.client("am")
    typed = filled(client, f"/crm/key_person/new?account={world.ids['港口']}&back=//elsewhere.example", name="钟海")
    answer = client.post("/crm/key_person/new", data=typed)
    assert answer.headers["location"].startswith("/crm/key_person/")


def test_a_refused_form_keeps_its_way_back(world: World) -> None:
    client, account_path = world.client("am"), f"/crm/account/{world.ids['港口']}"
    typed = filled(client, f"/crm/key_person/new?account={world.ids['港口']}&back={account_path}", name="")
    assert inputs(client.post("/crm/key_person/new", data=typed).text)["back"] == account_path
