"""The administrator's pages: people, roles, sessions, jobs and the journal, and nothing of clients."""

import html
import re
from typing import Any

import pytest
from sqlalchemy import select

from core.access import OPERATOR
from core.db import kernel_session, reading, unit_of_work
from core.jobs import work_once
from core.people import Role, UserRole, Visit
from core.queue import JobRecord, enqueue_later
from core.roles import roles_of
from core.signin import actor_for
from tests.web.reading import inputs, statements
from tests.web.world import World

PAGES = ("/admin", "/admin/users/new", "/admin/roles", "/admin/units", "/admin/jobs", "/admin/audit", "/admin/access")


def role_ids(*codes: str) -> list[str]:
    with kernel_session(writes=False) as session:
        rows = session.execute(select(Role.code, Role.id)).all()  # type: ignore[call-overload]
    return [str(row[1]) for row in rows if row[0] in codes]


def held(user_id: int) -> set[str]:
    with reading(OPERATOR) as session:
        return {role.code for role in roles_of(session, [user_id])[user_id]}


def follow(client: Any, answer: Any) -> str:
    assert answer.status_code == 303, answer.text[-2000:]
    return str(client.get(answer.headers["location"]).text)


# --- who may come here ----------------------------------------------------------------------------------------


def test_an_administrators_day_begins_here(world: World) -> None:
    assert world.client("admin").get("/").headers["location"] == "/admin"


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("user", ["am", "lead", "exec", "keeper"])
def test_to_nobody_else_these_pages_are_there(world: World, path: str, user: str) -> None:
    assert world.client(user).get(path).status_code == 404


@pytest.mark.parametrize("act", ["roles", "reset", "signout", "close", "open", "end", "roles/undo"])
def test_nobody_else_turns_the_keys_of_others(world: World, act: str) -> None:
    assert world.client("lead").post(f"/admin/users/{world.ids['am']}/{act}").status_code == 404
    assert "am 先生" in world.client("admin").get("/admin").text


def test_every_page_keeps_to_the_budget(world: World) -> None:
    client = world.client("admin")
    costs = {path: statements(client.get(path)) for path in (*PAGES, f"/admin/users/{world.ids['am']}")}
    assert {path: cost for path, cost in costs.items() if cost > 20} == {}


def test_no_client_is_named_on_any_of_them(world: World) -> None:
    client = world.client("admin")
    paths = (*PAGES, f"/admin/users/{world.ids['am']}", "/admin/audit?entity=crm.account")
    pages = {path: client.get(path).text for path in paths}
    named = [path for path, page in pages.items() if re.search("港口|电池|医院|13812345678", page)]
    assert named == []
    assert f"#{world.ids['港口']}" in pages["/admin/audit?entity=crm.account"]


# --- users ----------------------------------------------------------------------------------------------------


def test_people_are_found_by_a_part_of_their_name(world: World) -> None:
    page = world.client("admin").get("/admin?q=keep").text
    assert "keeper 先生" in page
    assert "lead 先生" not in page


def test_a_new_user_gets_unit_and_roles_in_one_form(own_world: World) -> None:
    client = own_world.client("admin")
    form = inputs(client.get("/admin/users/new").text)
    with kernel_session(writes=False) as session:
        unit = session.scalar(select(Role.__table__.metadata.tables["core_unit"].c.id).limit(1))
    filled = {**form, "username": "Wang.Li", "name": "王丽", "unit": str(unit), "role": role_ids("account_manager")}
    answer = client.post("/admin/users/new", data=filled)
    assert "王丽" in follow(client, answer)
    assert held(int(answer.headers["location"].rpartition("/")[2])) == {"account_manager"}
    assert actor_for("wang.li").place["unit_id"] == unit
    assert client.post("/admin/users/new", data=filled).headers["location"] == answer.headers["location"], "counts once"


def test_the_empty_value_that_a_form_of_ticks_always_sends_is_no_role(own_world: World) -> None:
    client = own_world.client("admin")
    form = {**inputs(client.get("/admin/users/new").text), "username": "ticked", "name": "Ticked"}
    answer = client.post("/admin/users/new", data={**form, "role": ["", *role_ids("team_lead")]})
    assert answer.status_code == 303, answer.text[-500:]


def test_a_role_for_people_of_firms_needs_a_firm(world: World) -> None:
    client = world.client("admin")
    form = {**inputs(client.get("/admin/users/new").text), "username": "stray", "name": "Stray"}
    answer = client.post("/admin/users/new", data={**form, "role": role_ids("agent_staff")})
    assert answer.status_code == 422
    assert "add the user to a firm’s staff first" in answer.text
    kept = client.post(f"/admin/users/{world.ids['am']}/roles", data={"role": role_ids("agent_staff")})
    assert kept.status_code == 422
    assert held(world.ids["am"]) == {"account_manager"}


def test_a_name_that_is_taken_is_said_beside_the_field_and_the_rest_is_kept(world: World) -> None:
    client = world.client("admin")
    answer = client.post("/admin/users/new", data={"username": "lead", "name": "王丽", "role": role_ids("executive")})
    assert answer.status_code == 422
    assert "There is a user of this name already." in answer.text
    assert 'value="王丽"' in answer.text
    assert re.search(rf'value="{role_ids("executive")[0]}" checked', answer.text)


def test_roles_are_set_by_ticks_stand_in_the_journal_and_are_taken_back(own_world: World) -> None:
    client, user = own_world.client("admin"), own_world.ids["am"]
    answer = client.post(f"/admin/users/{user}/roles", data={"role": role_ids("account_manager", "team_lead")})
    page = follow(client, answer)
    assert held(user) == {"account_manager", "team_lead"}
    undo = re.search(r'action="([^"]+/roles/undo)"><input type="hidden" name="next" value="(\d+)"', page)
    assert undo, "the message offers to take it back"
    assert "changed the roles" in client.get(f"/admin/audit?entity=crm.user&record={user}").text
    assert client.get(f"/crm/user/{user}/history").status_code == 200
    client.post(undo[1], data={"next": undo[2]})
    assert held(user) == {"account_manager"}


def test_nobody_takes_the_keys_from_themselves(own_world: World) -> None:
    client, me = own_world.client("admin"), own_world.ids["admin"]
    assert client.post(f"/admin/users/{me}/roles", data={"role": role_ids("executive")}).status_code == 403
    assert client.post(f"/admin/users/{me}/close").status_code == 403
    assert held(me) == {"administrator"}
    assert client.get("/admin").status_code == 200


def test_a_role_that_is_no_more_is_refused(own_world: World) -> None:
    answer = own_world.client("admin").post(f"/admin/users/{own_world.ids['am']}/roles", data={"role": ["7"]})
    assert answer.status_code == 422
    assert held(own_world.ids["am"]) == {"account_manager"}


def test_the_link_is_shown_once_and_lets_in_whoever_has_it(own_world: World) -> None:
    client, user = own_world.client("admin"), own_world.ids["am2"]
    answer = client.post(f"/admin/users/{user}/reset")
    link = html.unescape(re.search(r'id="once-link"[^>]* value="([^"]+)"', answer.text)[1])  # type: ignore[index]
    assert answer.headers["cache-control"] == "no-store"
    assert link not in client.get(f"/admin/users/{user}").text
    path = "/reset/" + link.rpartition("/reset/")[2]
    stranger = own_world.client(None)
    password = {"new": "violet-harbour-77", "again": "violet-harbour-77"}
    assert stranger.post(path, data=password).status_code == 303
    assert own_world.client("am2").get("/crm/account").status_code == 303, "the sessions from before have ended"
    assert stranger.post(path, data=password).status_code == 404


def test_signing_out_everywhere_ends_each_session_at_the_next_click(own_world: World) -> None:
    lead = own_world.client("lead")
    assert lead.get("/crm/account").status_code == 200
    own_world.client("admin").post(f"/admin/users/{own_world.ids['lead']}/signout")
    assert lead.get("/crm/account").status_code == 303
    journal = own_world.client("admin").get(f"/admin/audit?verb=sign_out&record={own_world.ids['lead']}").text
    assert "signed out everywhere" in journal


def test_one_device_is_signed_out_by_itself(own_world: World) -> None:
    user = own_world.ids["lead"]
    with kernel_session(writes=False) as session:
        visit = session.scalar(select(Visit.id).where(Visit.user_id == user))  # type: ignore[call-overload]
    own_world.client("admin").post(f"/admin/users/{own_world.ids['am']}/end", data={"visit": str(visit)})
    assert own_world.client("lead").get("/crm/account").status_code == 200, "another user's device is not that user's"
    own_world.client("admin").post(f"/admin/users/{user}/end", data={"visit": str(visit)})
    assert own_world.client("lead").get("/crm/account").status_code == 303


def test_a_closed_account_is_shut_at_once_and_opens_again(own_world: World) -> None:
    client, user = own_world.client("admin"), own_world.ids["lead"]
    page = follow(client, client.post(f"/admin/users/{user}/close"))
    assert f'action="/admin/users/{user}/open"' in page
    assert own_world.client("lead").get("/crm/account").status_code == 303
    client.post(f"/admin/users/{user}/open")
    assert own_world.client("lead").get("/crm/account").status_code == 303, "signing in again is asked for"
    assert actor_for("lead").username == "lead"


# --- roles, units, who sees what ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lang", "sentence"), [("en", "sees their unit’s and those below"), ("zh", "查看本单位及下级的")]
)
def test_what_a_role_may_do_is_said_in_words(world: World, lang: str, sentence: str) -> None:
    page = world.client("admin", lang).get("/admin/roles").text
    assert sentence in page
    assert "subtree" not in page


def test_the_tree_of_units_counts_people_there_and_below(world: World) -> None:
    page = world.client("admin").get("/admin/units").text
    assert "People: 6, of them here: 3" in page  # the province: exec, admin, keeper
    assert "People: 2, of them here: 1" in page  # gz: the lead, and am below


@pytest.mark.parametrize(
    ("user", "record", "answer"),
    [
        ("am", "港口", "am 先生 sees and may change this record."),
        ("am2", "港口", "am2 先生 does not see this record."),
        ("exec", "港口", "exec 先生 sees this record."),
        ("admin", "港口", "admin 先生 does not see this record."),
    ],
)
def test_why_somebody_sees_a_record_is_answered_without_showing_it(
    world: World, user: str, record: str, answer: str
) -> None:
    path = f"/admin/access?user={user}&entity=crm.account&record={world.ids[record]}"
    page = world.client("admin").get(path).text
    assert answer in page
    assert "港口" not in page


# --- jobs, journal --------------------------------------------------------------------------------------------


def test_jobs_of_everybody_are_seen_without_what_is_in_them(own_world: World) -> None:
    with unit_of_work(actor_for("am")) as session:
        job = enqueue_later(session, "reports.make", report="港口集团")
    client = own_world.client("admin")
    assert str(job) in client.get("/admin/jobs").text
    work_once()
    page = client.get("/admin/jobs?state=failed").text
    assert "It was refused: whoever asked for it sees why." in page
    assert "港口" not in page
    assert client.get(f"/jobs/{job}").status_code == 404, "its own page is its owner's"


def test_a_job_is_stopped_and_begun_again(own_world: World) -> None:
    with unit_of_work(actor_for("am")) as session:
        job = enqueue_later(session, "reports.make", report="pipeline")

    def state() -> str:
        with kernel_session(writes=False) as session:
            return session.get(JobRecord, job).state  # type: ignore[union-attr]

    client = own_world.client("admin")
    client.post(f"/admin/jobs/{job}/cancel")
    assert state() == "cancelled"
    assert client.post(f"/admin/jobs/{job}/cancel").status_code == 409
    client.post(f"/admin/jobs/{job}/retry")
    assert state() == "queued"


def test_the_journal_is_searched_by_person_kind_record_act_and_day(own_world: World) -> None:
    client = own_world.client("admin")
    own_world.client("am").post(f"/crm/account/{own_world.ids['港口']}/archive")
    today = client.get("/admin/audit?who=am").text
    assert "archived it" in today
    assert "created it" not in client.get("/admin/audit?who=am").text.partition('class="people"')[2]
    for nothing in ("who=nobody", "entity=crm.rival", "record=7", "verb=grant", "day=1999-01-01"):
        assert "The journal has nothing of this" in client.get(f"/admin/audit?{nothing}").text, nothing
    for odd in ("record=x", "day=yesterday", "before=z", "who=%00"):
        assert client.get(f"/admin/audit?{odd}").status_code == 200, odd


def test_the_journals_pages_follow_each_other(own_world: World) -> None:
    client, page, seen = own_world.client("admin"), "/admin/audit", []
    while page:
        text = client.get(page).text
        seen += re.findall(r'<span class="sub">#(\d+)</span>', text)
        following = re.search(r'rel="next" href="([^"]+)"', text)
        page = html.unescape(following[1]) if following else ""
    with kernel_session(writes=False) as session:
        roles = session.scalars(select(UserRole.id)).all()  # type: ignore[call-overload]
    assert len(seen) >= 9
    assert roles
